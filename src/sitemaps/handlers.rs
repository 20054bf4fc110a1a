//! The operations on sitemaps.

use super::model::{NEWS_PAGES, NEWS_PART, Part, Story, parts};
use super::store;
use super::views::{self, NewsSitemapQuery, Robots, Sitemap, SitemapPath};
use crate::addresses::ArticlePage;
use crate::app::App;
use crate::catalog::Catalog;
use crate::db::{Conn, live};
use crate::error::{Code, Error};
use crate::freshness::Scope;
use crate::http::auth::Anyone;
use crate::http::basis::{Facts, PurgeKey};
use crate::http::{Basis, Path, Query, Rendered};
use actix_web::web::Data;
use chrono::{DateTime, Utc};

/// Read the news sitemap
///
/// The live stories of the last two days, newest first, as Google reads them; at most 1,000. Where there
/// are more it is an index of its own pages. Stories whose `canonical_url` is on another site are that
/// site's to list.
#[utoipa::path(get, path = "/sitemap-news.xml")]
pub async fn find_news_sitemap(
    app: Data<App>,
    _caller: Anyone,
    query: Query<NewsSitemapQuery>,
    basis: Basis,
) -> Result<Rendered<Sitemap>, Error> {
    let mut conn = app.db.read().await?;
    let (begun, origin) = (app.freshness.epoch(), app.addresses.article_origin());
    let page = query.params.page;
    let read = async |conn: &mut Conn, until| {
        let count = store::count_news(conn, origin).await?;
        let pages = parts(count, NEWS_PART).clamp(1, NEWS_PAGES);
        let aging = store::next_to_age(conn).await?;
        basis.set(facts([until, aging]));
        match page {
            None if pages > 1 => Ok((pages, Vec::new())),
            Some(page) if page > pages => Err(Error::new(Code::NotFound)),
            page => {
                let stories = store::list_news(conn, origin, page.unwrap_or(1)).await?;
                Ok((pages, addressed(conn, &app, begun, stories).await?))
            }
        }
    };
    let (pages, stories) = live::snapshot(&mut conn, read).await?;
    if page.is_none() && pages > 1 {
        let page = |page| format!("{}/sitemap-news.xml?page={page}", app.addresses.public_url);
        let all: Vec<String> = (1..=pages).map(page).collect();
        return Ok(Rendered::new(views::index(&all), Vec::new()));
    }
    Ok(Rendered::new(views::news(app.config.title(), &stories), Vec::new()))
}

/// Read the index of sitemaps
///
/// A sitemap for each month in which live stories were published, UTC, and more where a month has more
/// than 10,000.
#[utoipa::path(get, path = "/sitemap.xml")]
pub async fn find_sitemap_index(
    app: Data<App>,
    _caller: Anyone,
    basis: Basis,
) -> Result<Rendered<Sitemap>, Error> {
    let mut conn = app.db.read().await?;
    let read = async |conn: &mut Conn, until| {
        basis.set(facts([until, None]));
        store::parts(conn).await
    };
    let found = live::snapshot(&mut conn, read).await?;
    let address = |part: &Part| format!("{}/sitemaps/{}", app.addresses.public_url, part.name());
    let all: Vec<String> = found.iter().map(address).collect();
    Ok(Rendered::new(views::index(&all), Vec::new()))
}

/// Read a sitemap of the archive
///
/// The live stories of a month, oldest first. Stories whose `canonical_url` is on another site are that
/// site's to list.
#[utoipa::path(get, path = "/sitemaps/{sitemap}")]
pub async fn find_sitemap(
    app: Data<App>,
    _caller: Anyone,
    path: Path<SitemapPath>,
    basis: Basis,
) -> Result<Rendered<Sitemap>, Error> {
    let mut conn = app.db.read().await?;
    let part = Part::parse(&path.0.sitemap).ok_or_else(|| Error::new(Code::NotFound))?;
    let (begun, origin) = (app.freshness.epoch(), app.addresses.article_origin());
    let read = async |conn: &mut Conn, until| {
        let stories = store::list_part(conn, &part, origin).await?;
        let stories = stories.ok_or_else(|| Error::new(Code::NotFound))?;
        basis.set(facts([until, None]));
        addressed(conn, &app, begun, stories).await
    };
    let stories = live::snapshot(&mut conn, read).await?;
    let render = move || views::archive(&stories);
    let bytes = actix_web::web::block(render).await.map_err(Error::internal)?;
    Ok(Rendered::new(bytes, Vec::new()))
}

/// Read the rules for robots
///
/// `robots.txt`: everything public may be read, unless a setting says otherwise; preview links may not.
/// Names the sitemaps.
#[utoipa::path(get, path = "/robots.txt")]
pub async fn find_robots(app: Data<App>, _caller: Anyone) -> Result<Rendered<Robots>, Error> {
    let text = views::robots(&app.addresses.public_url, app.config.robots);
    Ok(Rendered::new(text.into_bytes(), Vec::new()))
}

/// What a sitemap rests on: every live story, and the names of categories in addresses.
fn facts(until: [Option<DateTime<Utc>>; 2]) -> Facts {
    Facts {
        scopes: vec![Scope::articles(), Scope::categories()],
        until: until.into_iter().flatten().min(),
        keys: vec![PurgeKey::all("articles")],
        ..Facts::default()
    }
}

/// Stories with the addresses of their pages for readers. `begun` is the epoch before they were read.
async fn addressed(
    conn: &mut Conn,
    app: &App,
    begun: u64,
    stories: Vec<Story>,
) -> Result<Vec<(String, Story)>, Error> {
    let covers = |catalog: &Catalog| {
        let mut categories = stories.iter().filter_map(|story| story.category);
        categories.all(|id| catalog.category(id).is_some())
    };
    let catalog = app.catalogs.covering(conn, begun, covers).await?;
    let addressed = |story: Story| {
        let category = story.category.and_then(|id| catalog.category(id));
        let page = ArticlePage {
            id: &story.id.to_string(),
            slug: &story.slug,
            category: category.map(|category| category.slug.as_str()),
            language: &story.language,
        };
        (app.addresses.article_page(page), story)
    };
    Ok(stories.into_iter().map(addressed).collect())
}

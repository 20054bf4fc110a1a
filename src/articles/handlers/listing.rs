//! Listing articles: from parameters to a filter, from rows to a page.

use crate::access::{Caller, Scope};
use crate::app::App;
use crate::articles::model::{Article, State};
use crate::articles::store::list::{self, Filter};
use crate::articles::store::relations;
use crate::articles::views::Show;
use crate::articles::views::output::ArticleSummary;
use crate::articles::views::params::ListArticles;
use crate::categories;
use crate::db::Conn;
use crate::db::keyset::Cursor;
use crate::error::{Code, Error, Violation, Violations};
use crate::http::page::Total;
use crate::http::{Page, Query};
use crate::ids::{CategoryId, Reference, SourceId};
use crate::sources;

/// One page.
pub async fn list(
    app: &App,
    caller: &Caller,
    query: Query<ListArticles>,
) -> Result<Page<ArticleSummary>, Error> {
    let Query { params, fingerprint } = query;
    let cursor = Cursor::read(params.cursor.as_deref(), fingerprint)?;
    let mut filter = plain_filter(&params)?;
    if filter.states != [State::Live] {
        caller.require(Scope::ArticlesRead)?;
        filter.bound_to = caller.bound_to().map(SourceId);
    }
    let mut conn = app.db.read().await?;
    references(&mut conn, &params, &mut filter).await?;
    let include = params.include();
    let slice = list::page(&mut conn, &filter, cursor, params.limit(), include.any()).await?;
    let total = match params.total {
        None => None,
        Some(Total::Exact) => Some((list::count(&mut conn, &filter).await?, true)),
        Some(Total::Estimated) => Some(list::estimate(&mut conn, &filter).await?),
    };
    let cursors =
        slice.cursors(fingerprint, |article: &Article| (article.listed_at, article.id.0))?;
    let relations = relations::load(&mut conn, &slice.rows, caller).await?;
    let show = Show { addresses: &app.addresses, caller };
    let view = |article| ArticleSummary::new(article, &relations, show, include);
    Ok(Page::new(slice.rows.into_iter().map(view), cursors.next, cursors.prev, total))
}

/// All that needs no look into the database.
fn plain_filter(params: &ListArticles) -> Result<Filter, Error> {
    let (published, updated) = params.spans()?;
    if params.external_id.is_some() && params.source.len() != 1 {
        let detail = "An external id is unique only within a source: name exactly one.";
        let fault = Violation::query("external_id", Code::FilterIncomplete, detail);
        return Err(Error::violations(vec![fault]));
    }
    Ok(Filter {
        states: params.states(),
        tags: params.tag.clone(),
        authors: params.author.clone(),
        languages: params.language.clone(),
        external_id: params.external_id.clone(),
        source_url: params.source_url.clone(),
        slug: params.slug.clone(),
        published_after: published.after,
        published_before: published.before,
        updated_after: updated.after,
        updated_before: updated.before,
        featured: params.featured,
        ..Filter::default()
    })
}

/// Categories with all below them, and sources; unknown ones are refused.
async fn references(
    conn: &mut Conn,
    params: &ListArticles,
    filter: &mut Filter,
) -> Result<(), Error> {
    let mut found = Violations::default();
    filter.categories = category_ids(conn, "category", &params.category, &mut found).await?;
    filter.exclude_categories =
        category_ids(conn, "exclude_category", &params.exclude_category, &mut found).await?;
    filter.sources = source_ids(conn, "source", &params.source, &mut found).await?;
    filter.exclude_sources =
        source_ids(conn, "exclude_source", &params.exclude_source, &mut found).await?;
    found.finish()
}

async fn category_ids(
    conn: &mut Conn,
    name: &str,
    references: &[Reference],
    found: &mut Violations,
) -> Result<Vec<CategoryId>, Error> {
    let mut ids = Vec::with_capacity(references.len());
    for reference in references {
        match categories::store::resolve(conn, reference).await? {
            Some(id) => ids.push(id),
            None => {
                let detail = format!("No category has the id or slug \"{reference}\".");
                found.push(Violation::query(name, Code::UnknownCategory, detail));
            }
        }
    }
    if ids.is_empty() { Ok(ids) } else { categories::store::with_descendants(conn, ids).await }
}

async fn source_ids(
    conn: &mut Conn,
    name: &str,
    references: &[Reference],
    found: &mut Violations,
) -> Result<Vec<SourceId>, Error> {
    let mut ids = Vec::with_capacity(references.len());
    for reference in references {
        match sources::store::resolve(conn, reference).await? {
            Some(id) => ids.push(id),
            None => {
                let detail = format!("No source has the id or slug \"{reference}\".");
                found.push(Violation::query(name, Code::UnknownSource, detail));
            }
        }
    }
    Ok(ids)
}

//! Reading one story: who may see it, what is shown with it, and what the answer rests on.

use super::visible;
use crate::access::Caller;
use crate::app::App;
use crate::articles::model;
use crate::articles::model::State;
use crate::articles::model::preview::hash_of;
use crate::articles::model::relations::{Relations, original};
use crate::articles::store::company::{self, Read, Which};
use crate::articles::store::{previews, related};
use crate::articles::views::Show;
use crate::articles::views::output::{Article, ArticleSummary, Include};
use crate::catalog::Catalog;
use crate::db::Conn;
use crate::db::live;
use crate::db::slugs::{self, Collection};
use crate::error::{Code, Error};
use crate::freshness::Scope;
use crate::http::basis::{Basis, Facts, PurgeKey, settled};
use crate::ids::{ArticleId, Reference};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Who asks, and the story that a preview link shows them, if they hold one.
#[derive(Clone, Copy)]
struct Sight<'a> {
    caller: &'a Caller,
    preview: Option<ArticleId>,
}

impl Sight<'_> {
    /// Whether a preview link shows this story: in any state but the trash.
    fn previews(self, article: &model::Article) -> bool {
        self.preview == Some(article.id) && article.state != State::Trashed
    }
}

/// The story as the caller may see it.
pub async fn one(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
    reference: &Reference,
    include: Include,
    basis: &Basis,
) -> Result<Article, Error> {
    shown(conn, app, Sight { caller, preview: None }, reference, include, basis).await
}

/// The story as the holder of a preview link may see it. A token that is none, or is no more, or is
/// for another story, shows what the caller sees without it.
pub async fn previewed(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
    reference: &Reference,
    (include, token): (Include, &str),
    basis: &Basis,
) -> Result<Article, Error> {
    basis.hold_secret();
    let preview = previews::find(conn, &hash_of(token)).await?;
    shown(conn, app, Sight { caller, preview }, reference, include, basis).await
}

async fn shown(
    conn: &mut Conn,
    app: &App,
    sight: Sight<'_>,
    reference: &Reference,
    include: Include,
    basis: &Basis,
) -> Result<Article, Error> {
    let caller = sight.caller;
    let begun = app.freshness.epoch();
    let (read, catalog, related) = if include.related {
        let both = async |conn: &mut Conn, next| {
            let (read, catalog) = find(conn, app, sight, reference, begun).await?;
            let mut found = related::load(conn, &[read.article.id]).await?;
            let found = found.remove(&read.article.id).unwrap_or_default();
            Ok((read, catalog, Some((found, next))))
        };
        live::snapshot(conn, both).await?
    } else {
        let (read, catalog) = find(conn, app, sight, reference, begun).await?;
        (read, catalog, None)
    };
    let mut facts = Facts {
        until: read.until,
        language: Some(read.article.content.language.clone()),
        keys: vec![PurgeKey::one("article", read.article.id.0)],
        modified: modified(&read, &catalog),
        ..Facts::default()
    };
    rests_on(&read, &catalog, &mut facts);
    if let Some((_, next)) = &related {
        // others come and go without a word to this one, and their addresses name their categories
        facts.scopes.extend([Scope::articles(), Scope::categories()]);
        facts.until = *next;
        facts.modified = None;
    }
    basis.set(facts);
    let (article, relations) = company::part_one(read, catalog);
    let show = Show { addresses: &app.addresses, caller };
    let mut summary = ArticleSummary::new(article, &relations, show, include);
    if let Some((found, _)) = related {
        summary.relate(&found, &relations, show);
    }
    Ok(summary.into())
}

/// The story with what it shows of others: 404 when the caller may not see it, 410 when it was public
/// and is withdrawn, 308 by a former slug.
pub async fn seen(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
    reference: &Reference,
) -> Result<(model::Article, Relations), Error> {
    let sight = Sight { caller, preview: None };
    let (read, catalog) = find(conn, app, sight, reference, app.freshness.epoch()).await?;
    Ok(company::part_one(read, catalog))
}

async fn find(
    conn: &mut Conn,
    app: &App,
    sight: Sight<'_>,
    reference: &Reference,
    begun: u64,
) -> Result<(Read, Arc<Catalog>), Error> {
    let caller = sight.caller;
    let found = match reference {
        Reference::Id(id) => company::find(conn, Which::Id(ArticleId(*id)), caller).await?,
        Reference::Slug(slug) => match company::find(conn, Which::Slug(slug), caller).await? {
            Some(read) => Some(read),
            None => former(conn, caller, slug).await?,
        },
    };
    let may_see = |read: &Read| visible(caller, &read.article) || sight.previews(&read.article);
    let found = found.filter(may_see);
    let read = found.ok_or_else(|| Error::new(Code::NotFound))?;
    if read.article.is_gone() && !sight.previews(&read.article) {
        return Err(read.article.gone());
    }
    slugs::must_be_current(Collection::Articles, reference, &read.article.slug)?;
    let covers = |catalog: &Catalog| company::is_covered(catalog, std::slice::from_ref(&read));
    let catalog = app.catalogs.covering(conn, begun, covers).await?;
    Ok((read, catalog))
}

async fn former(conn: &mut Conn, caller: &Caller, slug: &str) -> Result<Option<Read>, Error> {
    match slugs::holder(conn, Collection::Articles, slug).await? {
        Some(id) => company::find(conn, Which::Id(ArticleId(id)), caller).await,
        None => Ok(None),
    }
}

/// Adds what showing this story rests on.
pub fn rests_on(read: &Read, catalog: &Catalog, facts: &mut Facts) {
    let content = &read.article.content;
    facts.scopes.push(Scope::group(original(&read.article)));
    // whether it may be seen or not: it may be any moment
    facts.scopes.extend(read.original_group.map(Scope::group));
    facts.keys.extend(read.original.as_ref().map(|first| PurgeKey::one("article", first.id.0)));
    if let Some(source) = content.source {
        facts.scopes.push(Scope::source(source));
        facts.keys.push(PurgeKey::one("source", source.0));
    }
    let others = read.others().filter_map(|version| version.category);
    for id in content.categories.iter().copied().chain(others) {
        for crumb in catalog.breadcrumb(id) {
            facts.scopes.push(Scope::category(crumb.id));
            facts.keys.push(PurgeKey::one("category", crumb.id.0));
        }
    }
}

/// When the answer last changed. A story with other language versions, or one that repeats another, has no
/// such date: those come and go by dates of their own.
fn modified(read: &Read, catalog: &Catalog) -> Option<DateTime<Utc>> {
    let content = &read.article.content;
    let begun = matches!(read.article.state, State::Live | State::Expired);
    let published = content.published_at.filter(|_| begun);
    let expired = content.expires_at.filter(|_| read.article.state == State::Expired);
    let source = content.source.and_then(|id| catalog.source(id)).map(|source| source.updated_at);
    let crumbs = content.categories.iter().flat_map(|id| catalog.breadcrumb(*id));
    let categories = crumbs.filter_map(|crumb| Some(catalog.category(crumb.id)?.updated_at));
    let dates = published.into_iter().chain(expired).chain(source).chain(categories);
    let modified = dates.chain([read.article.updated_at]).max();
    modified.filter(|_| read.alone).and_then(settled)
}

//! The versions a story had: listed, read, compared, written anew.

use super::{Change, saving, view, visible};
use crate::access::{Caller, Scope};
use crate::app::App;
use crate::articles::model::{self, revisions::Revision as Known};
use crate::articles::store;
use crate::articles::views::input::ArticleInput;
use crate::articles::views::output::Article;
use crate::articles::views::params::ArticlePath;
use crate::articles::views::revisions::{
    CompareRevisions, ListRevisions, Revision, RevisionDiff, RevisionPath, RevisionSummary,
};
use crate::db::Conn;
use crate::db::keyset::Cursor;
use crate::db::slugs::{self, Collection};
use crate::error::{Code, Error};
use crate::http::auth::{AnyKey, ArticlesWrite, Needs};
use crate::http::{
    DryRun, IdempotencyKey, IfMatch, Json, Listed, Once, Page, Path, Query, Updated,
};
use crate::ids::Reference;
use actix_web::web::{self, Data};

/// List the versions of an article
///
/// Newest first, the present one included: who wrote each, when, and what it changed. In any state of
/// the story, for a key that has `articles:read` or `articles:write`.
#[utoipa::path(get, path = "/api/v1/articles/{article}/revisions")]
pub async fn list_revisions(
    app: Data<App>,
    caller: Needs<AnyKey>,
    path: Path<ArticlePath>,
    query: Query<ListRevisions>,
) -> Result<Listed<RevisionSummary>, Error> {
    let Query { params, fingerprint } = query;
    let cursor = Cursor::read(params.cursor.as_deref(), fingerprint)?;
    let mut conn = app.db.read().await?;
    let story = readable(&mut conn, &caller, &path.0.article).await?;
    let slice = store::revisions::list(&mut conn, story.id, cursor, params.limit()).await?;
    let cursors = slice.cursors(fingerprint, |one| one.version)?;
    let items = slice.rows.into_iter().map(RevisionSummary::from);
    Ok(Listed(Page::new(items, cursors.next, cursors.prev, None)))
}

/// Read a version of an article
///
/// The whole story as it was, for a key that has `articles:read` or `articles:write`.
#[utoipa::path(get, path = "/api/v1/articles/{article}/revisions/{version}")]
pub async fn find_revision(
    app: Data<App>,
    caller: Needs<AnyKey>,
    path: Path<RevisionPath>,
) -> Result<Json<Revision>, Error> {
    let mut conn = app.db.read().await?;
    let RevisionPath { article, version } = path.0;
    let story = readable(&mut conn, &caller, &article).await?;
    let (known, then) = then(&mut conn, &story, version).await?;
    let then = saving(&app, &caller).rendered_then(then).await?;
    let article = view(&mut conn, &app, &caller, then).await?;
    Ok(Json(Revision { revision: known.into(), article }))
}

/// Compare two versions of an article
///
/// What differs, member by member; of texts, word by word. For a key that has `articles:read` or
/// `articles:write`.
#[utoipa::path(get, path = "/api/v1/articles/{article}/revisions/{version}/diff")]
pub async fn compare_revisions(
    app: Data<App>,
    caller: Needs<AnyKey>,
    path: Path<RevisionPath>,
    query: Query<CompareRevisions>,
) -> Result<Json<RevisionDiff>, Error> {
    let mut conn = app.db.read().await?;
    let RevisionPath { article, version: from } = path.0;
    let story = readable(&mut conn, &caller, &article).await?;
    let to = query.params.to.unwrap_or(story.version);
    let before = input(&mut conn, &caller, &story, from).await?;
    let after = input(&mut conn, &caller, &story, to).await?;
    drop(conn);
    let compared = web::block(move || RevisionDiff::new((from, before), (to, after))).await;
    compared
        .map_err(|error| Error::unavailable(anyhow::anyhow!("the blocking pool: {error}")))?
        .map(Json)
}

/// Restore a version of an article
///
/// Writes what the story said then as a new version. `slug`, `status`, `published_at`, `expires_at`,
/// `source`, `external_id`, `translation_of` and the corrections keep their present value. A live or
/// scheduled story needs `articles:publish` too.
#[utoipa::path(post, path = "/api/v1/articles/{article}/revisions/{version}/restore")]
pub async fn restore_revision(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    path: Path<RevisionPath>,
    query: Query<DryRun>,
    if_match: IfMatch,
    key: IdempotencyKey,
) -> Result<Once<Updated<Article>>, Error> {
    let RevisionPath { article, version } = path.0;
    let path = ArticlePath { article };
    let change = Change::new(&app, &caller, &path, &if_match);
    let work = async |conn: &mut Conn, before: model::Article| {
        let (_, then) = then(conn, &before, version).await?;
        change.save.revert(conn, before, then.content).await
    };
    change.once(&key, query.params.dry_run, work).await
}

/// The story, for a key that may read it in any state.
async fn readable(
    conn: &mut Conn,
    caller: &Caller,
    reference: &Reference,
) -> Result<model::Article, Error> {
    let found = match store::resolve(conn, reference).await? {
        Some(id) => store::find(conn, id).await?,
        None => None,
    };
    let found = found.filter(|story| visible(caller, story));
    let story = found.ok_or_else(|| Error::new(Code::NotFound))?;
    if !caller.may_read(story.content.source.map(|id| id.0)) {
        caller.require(Scope::ArticlesRead)?;
        return Err(Error::new(Code::SourceForbidden));
    }
    slugs::must_be_current(Collection::Articles, reference, &story.slug)?;
    Ok(story)
}

/// The version that is asked for.
async fn then(
    conn: &mut Conn,
    story: &model::Article,
    version: i64,
) -> Result<(Known, model::Article), Error> {
    let found = store::revisions::find(conn, story.id, version).await?;
    found.ok_or_else(|| Error::new(Code::NotFound))
}

/// The version that is asked for, in the shape PUT takes.
async fn input(
    conn: &mut Conn,
    caller: &Caller,
    story: &model::Article,
    version: i64,
) -> Result<ArticleInput, Error> {
    let (_, mut then) = then(conn, story, version).await?;
    if !caller.covers(then.content.source.map(|id| id.0)) {
        // another source's at that time: its notes are not this key's to read
        then.content.metadata.clear();
    }
    let relations = store::relations::load(conn, &then, caller).await?;
    Ok(ArticleInput::new(then, &relations))
}

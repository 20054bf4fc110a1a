//! What happens to a story beside edits: verbs that are clearer than a patch.

use super::Change;
use crate::app::App;
use crate::articles::model;
use crate::articles::views::input::ArticlePatch;
use crate::articles::views::life::{PublishInput, RetractInput};
use crate::articles::views::output::Article;
use crate::articles::views::params::ArticlePath;
use crate::db::Conn;
use crate::error::Error;
use crate::http::auth::{Admin, ArticlesWrite, Needs};
use crate::http::{
    Body, DryRun, IdempotencyKey, IfMatch, NoContent, Once, OptionalBody, Path, Query, Updated,
};
use crate::idempotency;
use actix_web::web::Data;

/// Publish an article
///
/// Now, unless a date is sent or the story has one: a later one schedules it, and publishing again
/// keeps the first. A published story changes only where a date is sent. Needs `articles:publish` too.
#[utoipa::path(post, path = "/api/v1/articles/{article}/publish")]
pub async fn publish_article(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    path: Path<ArticlePath>,
    query: Query<DryRun>,
    if_match: IfMatch,
    key: IdempotencyKey,
    body: OptionalBody<PublishInput>,
) -> Result<Once<Updated<Article>>, Error> {
    let change = Change::new(&app, &caller, &path.0, &if_match);
    let PublishInput { published_at, expires_at } = body.0;
    let patch = ArticlePatch::publishing(published_at, expires_at);
    let work = async |conn: &mut Conn, before: model::Article| {
        change.save.publish(conn, before, patch.clone()).await
    };
    change.once(&key, query.params.dry_run, work).await
}

/// Unpublish an article
///
/// Makes a draft of it again: the public finds nothing there. `published_at` stays, so that publishing
/// it again keeps its date. A live or scheduled one needs `articles:publish` too.
#[utoipa::path(post, path = "/api/v1/articles/{article}/unpublish")]
pub async fn unpublish_article(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    path: Path<ArticlePath>,
    query: Query<DryRun>,
    if_match: IfMatch,
    key: IdempotencyKey,
) -> Result<Once<Updated<Article>>, Error> {
    let change = Change::new(&app, &caller, &path.0, &if_match);
    let work = async |conn: &mut Conn, before: model::Article| {
        change.save.unpublish(conn, before, ArticlePatch::unpublishing()).await
    };
    change.once(&key, query.params.dry_run, work).await
}

/// Retract an article
///
/// Takes it back in public: where it was read, 410 says since when and why. A story that was never
/// public is just hidden. Retracting again gives another reason. One that is scheduled, or was ever live,
/// needs `articles:publish` too: readers are told of it.
#[utoipa::path(post, path = "/api/v1/articles/{article}/retract")]
pub async fn retract_article(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    path: Path<ArticlePath>,
    query: Query<DryRun>,
    if_match: IfMatch,
    key: IdempotencyKey,
    body: Body<RetractInput>,
) -> Result<Once<Updated<Article>>, Error> {
    let change = Change::new(&app, &caller, &path.0, &if_match);
    let reason = body.into_inner().reason;
    let work = async |conn: &mut Conn, before: model::Article| {
        change.save.retract(conn, before, &reason).await
    };
    change.once(&key, query.params.dry_run, work).await
}

/// Restore an article
///
/// From the trash or from retraction, as a draft, so that nothing becomes public by it. Its date stays. A
/// retracted one needs `articles:publish` too: readers are told of it no more.
#[utoipa::path(post, path = "/api/v1/articles/{article}/restore")]
pub async fn restore_article(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    path: Path<ArticlePath>,
    query: Query<DryRun>,
    if_match: IfMatch,
    key: IdempotencyKey,
) -> Result<Once<Updated<Article>>, Error> {
    let change = Change::new(&app, &caller, &path.0, &if_match);
    let work =
        async |conn: &mut Conn, before: model::Article| change.save.restore(conn, before).await;
    change.once(&key, query.params.dry_run, work).await
}

/// Purge an article
///
/// Removes a story in the trash, or a retracted one, for good: with its revisions, its preview links
/// and every slug it had. Nobody finds anything there afterwards.
#[utoipa::path(post, path = "/api/v1/articles/{article}/purge")]
pub async fn purge_article(
    app: Data<App>,
    caller: Needs<Admin>,
    path: Path<ArticlePath>,
    query: Query<DryRun>,
    if_match: IfMatch,
    key: IdempotencyKey,
) -> Result<Once<NoContent>, Error> {
    let change = Change::new(&app, &caller, &path.0, &if_match);
    let work = async |conn: &mut Conn| {
        let before = change.begin(conn).await?;
        change.save.purge(conn, &before).await.map(|()| NoContent)
    };
    idempotency::once(&app, &key, query.params.dry_run, work).await
}

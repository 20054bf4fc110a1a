//! Dated notes for readers on what was wrong in a story.

use super::Change;
use crate::app::App;
use crate::articles::views::life::{Correction, CorrectionInput, CorrectionPath};
use crate::articles::views::params::ArticlePath;
use crate::db::Conn;
use crate::error::{Code, Error};
use crate::http::auth::{ArticlesWrite, Needs};
use crate::http::{Body, Created, DryRun, IdempotencyKey, IfMatch, NoContent, Once, Path, Query};
use crate::idempotency;
use crate::ids::Reference;
use actix_web::web::Data;

/// Correct an article
///
/// Adds a dated note for readers, shown with the story as long as it stands. A live or scheduled story
/// needs `articles:publish` too.
#[utoipa::path(post, path = "/api/v1/articles/{article}/corrections")]
pub async fn create_correction(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    path: Path<ArticlePath>,
    query: Query<DryRun>,
    if_match: IfMatch,
    key: IdempotencyKey,
    body: Body<CorrectionInput>,
) -> Result<Once<Created<Correction>>, Error> {
    let (input, dry_run) = (body.into_inner(), query.params.dry_run);
    let at = input.corrected_at()?;
    let change = Change::new(&app, &caller, &path.0, &if_match);
    let work = async |conn: &mut Conn| {
        let before = change.begin(conn).await?;
        let note = change.save.correct(conn, &before, &input.text, at).await?;
        Ok(match dry_run {
            true => Created::DryRun(note.into()),
            false => Created::Made(note.into()),
        })
    };
    idempotency::once(&app, &key, dry_run, work).await
}

/// Delete a correction
///
/// A mistaken one: readers see it no more. A live or scheduled story needs `articles:publish` too.
#[utoipa::path(delete, path = "/api/v1/articles/{article}/corrections/{id}")]
pub async fn delete_correction(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    path: Path<CorrectionPath>,
    query: Query<DryRun>,
    if_match: IfMatch,
) -> Result<NoContent, Error> {
    let CorrectionPath { article, id } = path.0;
    let Reference::Id(id) = Reference::from(id) else { return Err(Error::new(Code::NotFound)) };
    let path = ArticlePath { article };
    let change = Change::new(&app, &caller, &path, &if_match);
    let work = async |conn: &mut Conn| {
        let before = change.begin(conn).await?;
        change.save.uncorrect(conn, &before, id).await
    };
    app.db.transaction(query.params.dry_run, work).await.map(|()| NoContent)
}

//! The operations on the newsroom as a whole.

use super::restore::restore;
use super::store::export::Export;
use super::store::restore::begin;
use super::views::{ExportLine, NewsroomCounts};
use crate::app::App;
use crate::error::{Code, Error};
use crate::http::auth::{Admin, Needs};
use crate::http::{DryRun, Lines, NoIdempotencyKey, Query, Report, Streamed};
use actix_web::web::{Bytes, Data};
use futures_util::stream::try_unfold;
use tokio::sync::Mutex;

/// The longest line of an export: a story with a body of 2 MiB, every character of it escaped.
const LONGEST_LINE: usize = 16 << 20;

/// Export the newsroom
///
/// Everything as it was at one instant, as JSON lines: a header, sources, categories (parents first),
/// stories by id, each followed by the versions it had, and a last line that says how much there was.
/// Ids, times, versions, former slugs and withdrawn stories are in it; keys, secrets, webhooks
/// and preview links are not. Exporting what was restored from an export gives the same bytes.
#[utoipa::path(get, path = "/api/v1/export")]
pub async fn export_newsroom(
    app: Data<App>,
    _caller: Needs<Admin>,
) -> Result<Streamed<ExportLine>, Error> {
    let export = Export::begin(app.db.read().await?).await?;
    let pieces = try_unfold(export, |mut export| async move {
        Ok(export.some().await?.map(|lines| (Bytes::from(lines), export)))
    });
    Ok(Streamed::new(pieces))
}

/// Restore a newsroom
///
/// Takes an export into a service that has no source, category or story: all of it or nothing, line for
/// line, with the ids, times and versions that are in it. Nobody else writes meanwhile. `Idempotency-Key`
/// is not taken: what is restored once leaves no empty service for a second time.
#[utoipa::path(post, path = "/api/v1/restore")]
pub async fn restore_newsroom(
    app: Data<App>,
    _caller: Needs<Admin>,
    query: Query<DryRun>,
    _none: NoIdempotencyKey,
    mut lines: Lines<ExportLine>,
) -> Result<Report<NewsroomCounts>, Error> {
    lines.set_longest(LONGEST_LINE);
    let body = Mutex::new((lines, false));
    let restored = app.db.transaction(query.params.dry_run, async |conn| {
        begin(conn).await?;
        let mut body = body.lock().await;
        // what was read once cannot be read again
        if std::mem::replace(&mut body.1, true) {
            return Err(Error::new(Code::Unavailable).detail("Send the export again."));
        }
        restore(conn, &mut body.0, &app.config.embed_hosts).await
    });
    let restored = restored.await;
    if restored.is_err() {
        body.into_inner().0.drain().await;
    }
    restored.map(|counts| Report(counts.into()))
}

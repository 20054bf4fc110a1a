//! The operations on wires.

use super::store;
use super::views::{Wire, WireState};
use crate::app::App;
use crate::db::{self, Conn};
use crate::error::{Code, Error};
use crate::http::auth::{Needs, SourcesWrite};
use crate::http::{DryRun, IdempotencyKey, Json, NoContent, Once, Path, Query};
use crate::idempotency;
use crate::sources;
use crate::sources::model::Source;
use crate::sources::views::SourcePath;
use actix_web::web::Data;

/// Read how a source's feed is read
///
/// A source with `feed_url` and `poll_minutes` is a wire: the service reads its feed by itself and posts
/// what is new or changed. Where that fails it is tried less and less often, at least once a day.
#[utoipa::path(get, path = "/api/v1/sources/{source}/wire")]
pub async fn find_wire(
    app: Data<App>,
    _caller: Needs<SourcesWrite>,
    path: Path<SourcePath>,
) -> Result<Json<Wire>, Error> {
    let mut conn = app.db.read().await?;
    let source = sources::store::find(&mut conn, &path.0.source).await?;
    current(&app, &mut conn, &source).await.map(Json)
}

/// Have a source's feed read now
///
/// Within seconds, whatever was planned. The wire then says how it went.
#[utoipa::path(post, path = "/api/v1/sources/{source}/wire/poll")]
pub async fn poll_wire(
    app: Data<App>,
    _caller: Needs<SourcesWrite>,
    path: Path<SourcePath>,
    query: Query<DryRun>,
    key: IdempotencyKey,
) -> Result<Once<NoContent>, Error> {
    let work = async |conn: &mut Conn| {
        let source = sources::store::find(conn, &path.0.source).await?;
        let refused = match current(&app, conn, &source).await?.state {
            WireState::Off => "The source has no `feed_url` or no `poll_minutes`.",
            WireState::NotFetching => "This service is set up to ask no other servers.",
            _ => {
                store::hasten(conn, source.id).await?;
                return Ok(NoContent);
            }
        };
        Err(Error::new(Code::StateConflict).detail(refused.to_owned()))
    };
    idempotency::once(&app, &key, query.params.dry_run, work).await
}

async fn current(app: &App, conn: &mut Conn, source: &Source) -> Result<Wire, Error> {
    let now = db::now(conn).await?;
    let wire = store::find(conn, source.id, now).await?;
    Ok(Wire::new(source, wire, app.config.fetch))
}

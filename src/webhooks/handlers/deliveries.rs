//! What was sent to a webhook, and sending it again.

use super::super::model::delivery::PING;
use super::super::model::{self, WebhookId};
use super::super::views::delivery::{WebhookDelivery, WebhookReplay, WebhookReplayInput};
use super::super::views::message;
use super::super::views::params::{ListDeliveries, WebhookDeliveryPath, WebhookPath};
use super::super::{outbox, store, worker};
use super::readable;
use crate::app::App;
use crate::db::keyset::Cursor;
use crate::db::{self, Conn};
use crate::error::Error;
use crate::http::auth::{Needs, WebhooksWrite};
use crate::http::{Body, DryRun, IdempotencyKey, Listed, Once, Page, Path, Query, Report};
use crate::idempotency;
use actix_web::web::Data;
use std::time::Duration;
use uuid::Uuid;

/// How long a client waits for what comes of a sending: less than clients commonly wait for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// List the deliveries of a webhook
///
/// Newest first, with every attempt and what was answered. They are kept for a month unless set otherwise. The
/// log of a webhook that hears of stories in any state needs `articles:read` too.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook}/deliveries")]
pub async fn list_webhook_deliveries(
    app: Data<App>,
    caller: Needs<WebhooksWrite>,
    path: Path<WebhookPath>,
    query: Query<ListDeliveries>,
) -> Result<Listed<WebhookDelivery>, Error> {
    let Query { params, fingerprint } = query;
    let cursor = Cursor::read(params.cursor.as_deref(), fingerprint)?;
    let (id, status) = (path.0.id()?, params.status.map(Into::into));
    let mut conn = app.db.read().await?;
    readable(&caller, &store::find(&mut conn, caller.bound_to(), id).await?.content)?;
    let slice = store::deliveries::list(&mut conn, id, status, cursor, params.limit()).await?;
    let total = match params.total {
        Some(_) => Some((store::deliveries::count(&mut conn, id, status).await?, true)),
        None => None,
    };
    let key = |one: &model::delivery::Delivery| (one.created_at, one.id);
    let cursors = slice.cursors(fingerprint, key)?;
    let rows = slice.rows.into_iter().map(WebhookDelivery::from);
    Ok(Listed(Page::new(rows, cursors.next, cursors.prev, total)))
}

/// Send an event once more
///
/// At once, whatever became of it before and whether the webhook is on or off, under the same `webhook-id`;
/// the answer says what came of it, or that it is `pending` when the receiver takes longer than five seconds. If
/// it fails, the schedule begins anew.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/deliveries/{delivery}/retry")]
pub async fn retry_webhook_delivery(
    app: Data<App>,
    caller: Needs<WebhooksWrite>,
    path: Path<WebhookDeliveryPath>,
    query: Query<DryRun>,
    key: IdempotencyKey,
) -> Result<Once<Report<WebhookDelivery>>, Error> {
    let ((id, delivery), dry_run) = (path.0.ids()?, query.params.dry_run);
    let work = async |conn: &mut Conn| {
        readable(&caller, &store::lock(conn, caller.bound_to(), id).await?.content)?;
        store::deliveries::find(conn, id, delivery).await?;
        store::deliveries::begin_anew(conn, delivery).await?;
        let begun = store::deliveries::find(conn, id, delivery).await?;
        Ok(Report(WebhookDelivery::from(begun)))
    };
    let queued = idempotency::once(&app, &key, dry_run, work).await?;
    sent(&app, id, delivery, queued, dry_run).await
}

/// Try a webhook
///
/// Sends a `webhook.ping`, at once and whether the webhook is on or off; the answer says what came of it, or that
/// it is `pending` when the receiver takes longer than five seconds: then the list of deliveries tells. It is not
/// sent again, and counts for nothing when it fails.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/ping")]
pub async fn ping_webhook(
    app: Data<App>,
    caller: Needs<WebhooksWrite>,
    path: Path<WebhookPath>,
    query: Query<DryRun>,
    key: IdempotencyKey,
) -> Result<Once<Report<WebhookDelivery>>, Error> {
    let (id, dry_run) = (path.0.id()?, query.params.dry_run);
    let work = async |conn: &mut Conn| {
        store::lock(conn, caller.bound_to(), id).await?;
        let body = message::ping(id.to_string(), db::now(conn).await?).map_err(Error::internal)?;
        let delivery = store::deliveries::add_ping(conn, id, PING, &body).await?;
        let queued = store::deliveries::find(conn, id, delivery).await?;
        Ok(Report(WebhookDelivery::from(queued)))
    };
    let queued = idempotency::once(&app, &key, dry_run, work).await?;
    let Once::First(Report(ping)) = &queued else { return Ok(queued) };
    let ping = ping.id.parse().map_err(Error::internal)?;
    sent(&app, id, ping, queued, dry_run).await
}

/// Replay events to a webhook
///
/// Everything that happened in that time and that its filters let through is sent once more, each event under
/// the `webhook-id` it had before, as long as that delivery is kept. What happened while the webhook was off is
/// sent too, for as long as events are kept. A span has at most 10,000 events.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/replay")]
pub async fn replay_webhook(
    app: Data<App>,
    caller: Needs<WebhooksWrite>,
    path: Path<WebhookPath>,
    query: Query<DryRun>,
    key: IdempotencyKey,
    body: Body<WebhookReplayInput>,
) -> Result<Once<Report<WebhookReplay>>, Error> {
    let (id, (after, before)) = (path.0.id()?, body.into_inner().span()?);
    let work = async |conn: &mut Conn| {
        let webhook = store::lock(conn, caller.bound_to(), id).await?;
        readable(&caller, &webhook.content)?;
        let deliveries = outbox::replay(&app, conn, &webhook, after, before).await?;
        Ok(Report(WebhookReplay { deliveries }))
    };
    let answer = idempotency::once(&app, &key, query.params.dry_run, work).await?;
    app.webhooks.wake();
    Ok(answer)
}

/// Sends what was queued just now, after its transaction, and says what came of it.
async fn sent(
    app: &Data<App>,
    webhook: WebhookId,
    delivery: Uuid,
    queued: Once<Report<WebhookDelivery>>,
    dry_run: bool,
) -> Result<Once<Report<WebhookDelivery>>, Error> {
    if dry_run || matches!(queued, Once::Again(_)) {
        return Ok(queued);
    }
    // to its end, also when the client does not wait for it
    let sender = app.clone();
    let sending = actix_web::rt::spawn(async move { worker::send_now(&sender, delivery).await });
    if let Ok(done) = tokio::time::timeout(PATIENCE, sending).await {
        done.map_err(Error::internal)??;
    }
    let mut conn = app.db.read().await?;
    let done = store::deliveries::find(&mut conn, webhook, delivery).await?;
    Ok(Once::First(Report(done.into())))
}

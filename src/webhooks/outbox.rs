//! From events to deliveries. The events, written in the transaction of what they tell of, are the
//! outbox; one node at a time turns them into a row for each webhook that hears of them, and notes in the
//! same transaction how far it came. So every event is handed out exactly once, whoever dies when.

use super::model::Webhook;
use super::model::filter::Listener;
use super::store::outbox::Handed;
use super::views::message::Messages;
use super::{rules, store};
use crate::app::App;
use crate::catalog::Catalog;
use crate::db::{Conn, Turn, try_turn};
use crate::error::{Code, Error, Violation};
use crate::events;
use crate::events::model::{Event, Position, Sides};
use crate::ids::CategoryId;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::time::Duration;

/// So many deliveries are handed out by one statement ...
const PORTION: usize = 1000;
/// ... of about so many bytes.
const PORTION_BYTES: usize = 1 << 20;
/// How many events are handed out in one transaction.
const BATCH: usize = 500;
/// The longest time between two looks.
const INTERVAL: Duration = Duration::from_millis(500);
/// How many events a replay may have.
const MOST_REPLAYED: usize = 10_000;

/// Goes on until the service ends.
pub async fn run(app: App) {
    loop {
        match hand_out(&app).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(INTERVAL).await,
            Err(error) => {
                log::warn!("events could not be handed out to webhooks: {error}");
                tokio::time::sleep(INTERVAL * 4).await;
            }
        }
    }
}

/// Hands out what has happened since the last time, or a part of it; whether there may be more. Nothing is
/// done while another node does it.
pub async fn hand_out(app: &App) -> Result<bool, Error> {
    let begun = app.freshness.epoch();
    let work = app.db.transaction(false, async |conn| {
        if !try_turn(conn, Turn::Webhooks).await? {
            return Ok((false, 0));
        }
        let log = events::store::log(conn).await?;
        let from = match store::outbox::position(conn).await? {
            // nobody hears of what was before there were webhooks
            None => {
                store::outbox::advance(conn, log.epoch, log.end).await?;
                return Ok((false, 0));
            }
            Some((epoch, position)) if epoch == log.epoch => position,
            Some(_) => Position::START,
        };
        let batch = events::store::after(conn, from, BATCH).await?;
        if batch.events.is_empty() {
            // events of kinds that a newer release knows
            if batch.more {
                store::outbox::advance(conn, log.epoch, batch.end).await?;
            }
            return Ok((batch.more, 0));
        }
        // after the events: whoever was there when one of them was committed is found
        let webhooks = store::enabled(conn).await?;
        let pause = rules(&app.config).schedule.pause(0, 0.0).unwrap_or_default();
        let mut handed = 0;
        tell_each(app, conn, begun, &webhooks, &batch.events, async |conn, rows| {
            handed += rows.len();
            store::outbox::hand_out(conn, &rows, pause).await
        })
        .await?;
        store::outbox::advance(conn, log.epoch, batch.end).await?;
        Ok((batch.more, handed))
    });
    let (more, handed) = work.await?;
    if handed > 0 {
        app.webhooks.wake();
    }
    Ok(more)
}

/// Sends what happened in a span of time once more; how many events. In the transaction of its caller.
pub async fn replay(
    app: &App,
    conn: &mut Conn,
    webhook: &Webhook,
    after: DateTime<Utc>,
    before: Option<DateTime<Utc>>,
) -> Result<u64, Error> {
    let begun = app.freshness.epoch();
    let events = events::store::between(conn, after, before, MOST_REPLAYED + 1).await?;
    if events.len() > MOST_REPLAYED {
        let detail = "There are more than 10,000 events in that time. Ask for less at once.";
        return Err(Error::violations(vec![Violation::body(
            "after",
            Code::ValidationFailed,
            detail,
        )]));
    }
    let webhooks = std::slice::from_ref(webhook);
    let mut handed = 0;
    tell_each(app, conn, begun, webhooks, &events, async |conn, rows| {
        let numbers: Vec<i64> = rows.iter().map(|row| row.event).collect();
        store::deliveries::repeat(conn, webhook.id, &numbers).await?;
        handed += rows.len() as u64;
        store::outbox::hand_out(conn, &rows, Duration::ZERO).await
    })
    .await?;
    Ok(handed)
}

/// What each webhook is sent, in the order of the events, a portion at a time: many webhooks and long events
/// are not held all at once.
async fn tell_each(
    app: &App,
    conn: &mut Conn,
    begun: u64,
    webhooks: &[Webhook],
    events: &[Event],
    mut hand_over: impl AsyncFnMut(&mut Conn, Vec<Handed>) -> Result<(), Error>,
) -> Result<(), Error> {
    if webhooks.is_empty() {
        return Ok(());
    }
    let known = |catalog: &Catalog| events.iter().all(|event| knows(catalog, event));
    let catalog: Arc<Catalog> = app.catalogs.covering(conn, begun, known).await?;
    let mut asked: Vec<CategoryId> =
        webhooks.iter().flat_map(|webhook| webhook.content.categories.iter().copied()).collect();
    asked.sort_unstable();
    asked.dedup();
    // as it is committed: one may have come below another just before its stories
    let below = events::store::each_with_below(conn, &asked).await?;
    let mut listeners = Vec::with_capacity(webhooks.len());
    for webhook in webhooks {
        let named = webhook.content.categories.iter().filter_map(|id| below.get(id));
        listeners.push(Listener::new(webhook, named.flatten().copied().collect()));
    }
    let messages = Messages { catalog: &catalog, addresses: &app.addresses };
    let (mut rows, mut bytes) = (Vec::new(), 0);
    for event in events {
        // most are told the same
        let mut bodies: Vec<(Sides, String)> = Vec::new();
        for listener in &listeners {
            let Some(sides) = listener.hears(event) else { continue };
            if bodies.iter().all(|(told, _)| *told != sides) {
                bodies.push((sides, messages.body(event, sides).map_err(Error::internal)?));
            }
            let body = bodies.iter().find(|(told, _)| *told == sides);
            let payload = body.map(|(_, body)| body.clone()).unwrap_or_default();
            bytes += payload.len();
            rows.push(Handed {
                webhook: listener.webhook.id,
                event: event.position.seq,
                kind: event.kind.as_str(),
                resource: event.resource,
                payload,
            });
            if rows.len() >= PORTION || bytes >= PORTION_BYTES {
                hand_over(conn, std::mem::take(&mut rows)).await?;
                bytes = 0;
            }
        }
    }
    hand_over(conn, rows).await
}

/// Whether the catalog has a name for everything that an event names now.
fn knows(catalog: &Catalog, event: &Event) -> bool {
    let former = event.former_categories.iter().flatten();
    event.source.is_none_or(|id| catalog.source(id).is_some())
        && event.categories.iter().chain(former).all(|id| catalog.category(*id).is_some())
}

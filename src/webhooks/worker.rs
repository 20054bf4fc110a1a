//! Sends what is due, to many receivers at once and to each a few things at a time. Any node does it; what
//! a node that died was sending is sent again by another one, under the same `webhook-id`.

use super::model::Disabled;
use super::model::delivery::{ANSWER_BYTES, Attempt, Claim, Outcome};
use super::model::schedule::retry_after;
use super::model::signature::sign;
use super::{rules, store};
use crate::app::App;
use crate::error::Error;
use crate::outside::{Answer, Limits, Outside};
use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, Semaphore};
use uuid::Uuid;

const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// How much a node sends at the same time, to all receivers together.
const AT_ONCE: usize = 500;
/// The longest time between two looks at what is due.
const INTERVAL: Duration = Duration::from_millis(500);
/// How much longer than an attempt may take nobody else tries.
const MARGIN: Duration = Duration::from_secs(5);
/// How often there is a look at what is old.
const SWEEP: Duration = Duration::from_secs(60);

/// Tells this node's sender that there is something to do.
#[derive(Clone, Debug, Default)]
pub struct Signal(Arc<Notify>);

impl Signal {
    /// There is something to do.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// Goes on until the service ends.
pub async fn run(app: App) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        match send_due(&app, &room).await {
            Ok(0) => {
                let woken = app.webhooks.0.notified();
                let _ = tokio::time::timeout(INTERVAL, woken).await;
            }
            Ok(_) => {}
            Err(error) => {
                log::warn!("webhooks cannot be sent: {error}");
                tokio::time::sleep(INTERVAL * 4).await;
            }
        }
    }
}

/// Begins to send what is due, as far as there is room; how much.
async fn send_due(app: &App, room: &Arc<Semaphore>) -> Result<usize, Error> {
    let free = i64::try_from(room.available_permits()).unwrap_or(0);
    if free == 0 {
        return Ok(0);
    }
    let lease = lease(app);
    let take = app.db.transaction(false, async |conn| store::claims::take(conn, free, lease).await);
    let claims = take.await?;
    let count = claims.len();
    for claim in claims {
        let Ok(permit) = Arc::clone(room).try_acquire_owned() else { break };
        let app = app.clone();
        actix_web::rt::spawn(async move {
            attempt(&app, &claim).await;
            drop(permit);
            app.webhooks.wake();
        });
    }
    Ok(count)
}

/// Sends one now, due or not, and waits for what comes of it.
pub async fn send_now(app: &App, id: Uuid) -> Result<(), Error> {
    let lease = lease(app);
    let take = async |conn: &mut _| store::claims::take_one(conn, id, lease).await;
    if let Some(claim) = app.db.transaction(false, take).await? {
        attempt(app, &claim).await;
    }
    Ok(())
}

fn lease(app: &App) -> Duration {
    app.config.webhook_timeout + MARGIN
}

async fn attempt(app: &App, claim: &Claim) {
    let at = Utc::now();
    let outcome = send(&app.outside, claim, at, app.config.webhook_timeout).await;
    let (attempt, rules) = (Attempt { number: 0, at, outcome }, rules(&app.config));
    let chance = f64::from(getrandom::u32().unwrap_or_default()) / f64::from(u32::MAX);
    let noted = app.db.transaction(false, async |conn| {
        store::claims::finish(conn, claim, &attempt, &rules, chance).await
    });
    app.metrics.webhook(attempt.outcome.arrived());
    match noted.await {
        Ok(None) => {}
        Ok(Some(reason)) => log::warn!(
            "webhook {} is turned off: {}",
            claim.webhook,
            match reason {
                Disabled::Gone => "its receiver answered 410",
                Disabled::Failing => "nothing has arrived for days",
            }
        ),
        // it is sent again when the lease has run out
        Err(error) => {
            log::warn!("what came of webhook-id {} could not be noted: {error}", claim.id)
        }
    }
}

/// One attempt, signed with every live secret.
async fn send(outside: &Outside, claim: &Claim, at: DateTime<Utc>, time: Duration) -> Outcome {
    let begun = Instant::now();
    let body = claim.payload.as_bytes();
    let (id, timestamp) = (claim.id.to_string(), at.timestamp());
    let signature = sign(&claim.secrets, &id, timestamp, body);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(WEBHOOK_TIMESTAMP, HeaderValue::from(timestamp));
    for (name, value) in [(WEBHOOK_ID, id), (WEBHOOK_SIGNATURE, signature)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    let limits = Limits { time, bytes: ANSWER_BYTES };
    let answered = outside.post(&claim.url, headers, body.to_vec(), &limits).await;
    let outcome = match answered {
        Ok(answer) => answered_with(&answer, at),
        Err(failure) => Outcome { error: Some(failure.to_string()), ..Outcome::default() },
    };
    Outcome { duration: begun.elapsed(), ..outcome }
}

fn answered_with(answer: &Answer, at: DateTime<Utc>) -> Outcome {
    // a NUL cannot be kept in text
    let text = String::from_utf8_lossy(&answer.body).replace('\0', "\u{FFFD}");
    Outcome {
        status: Some(answer.status.as_u16()),
        answer: Some(text),
        retry_after: answer.header(RETRY_AFTER).and_then(|value| retry_after(value, at)),
        ..Outcome::default()
    }
}

/// Drops what is old, until the service ends.
pub async fn sweep(app: App) {
    let age = app.config.webhook_keep;
    loop {
        let work = app.db.transaction(false, async |conn| {
            store::secrets::sweep(conn).await?;
            store::deliveries::sweep(conn, age).await
        });
        match work.await {
            Ok(0) => tokio::time::sleep(SWEEP).await,
            Ok(count) => log::debug!("{count} deliveries of webhooks are forgotten"),
            Err(error) => {
                log::warn!("old deliveries of webhooks could not be dropped: {error}");
                tokio::time::sleep(SWEEP).await;
            }
        }
    }
}

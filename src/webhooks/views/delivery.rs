//! Deliveries on the wire.

use super::super::model::delivery::{self, Attempt, Status};
use super::params::DeliveryStatus;
use crate::error::{Error, Violation, Violations};
use crate::http::body::{Document, Rules};
use crate::values::{rfc3339, time};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One attempt to deliver.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookAttempt {
    /// From 1.
    #[schema(minimum = 1)]
    pub number: i64,
    /// When it was begun.
    #[schema(format = "date-time")]
    pub at: String,
    /// How long it took, in milliseconds.
    #[schema(minimum = 0)]
    pub duration_ms: u64,
    /// The status that was answered; null when nothing was.
    #[schema(required)]
    pub status: Option<u16>,
    /// The first 1,024 bytes of what was answered, as text; null when nothing was.
    #[schema(required)]
    pub answer: Option<String>,
    /// Why nothing was answered; null when something was.
    #[schema(required)]
    pub error: Option<String>,
}

/// An event on its way to a webhook, or arrived, or given up.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookDelivery {
    /// UUIDv7: the `webhook-id` of every attempt.
    #[schema(format = "uuid")]
    pub id: String,
    /// What it tells of: a kind of event, or `webhook.ping`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The body that is sent.
    #[schema(value_type = Object)]
    pub event: Map<String, Value>,
    /// How far it is.
    pub status: DeliveryStatus,
    /// What was tried, the first one first.
    pub attempts: Vec<WebhookAttempt>,
    /// When it is attempted next, at the earliest; null when it is done.
    #[schema(required, format = "date-time")]
    pub next_attempt_at: Option<String>,
    /// When the event was handed out.
    #[schema(format = "date-time")]
    pub created_at: String,
    /// When it was done, one way or the other; null while it is pending.
    #[schema(required, format = "date-time")]
    pub finished_at: Option<String>,
}

impl From<Attempt> for WebhookAttempt {
    fn from(attempt: Attempt) -> Self {
        let Attempt { number, at, outcome } = attempt;
        Self {
            number,
            at: rfc3339(at),
            duration_ms: u64::try_from(outcome.duration.as_millis()).unwrap_or(u64::MAX),
            status: outcome.status,
            answer: outcome.answer,
            error: outcome.error,
        }
    }
}

impl From<delivery::Delivery> for WebhookDelivery {
    fn from(delivery: delivery::Delivery) -> Self {
        let pending = delivery.status == Status::Pending;
        Self {
            id: delivery.id.to_string(),
            kind: delivery.kind,
            event: serde_json::from_str(&delivery.payload).unwrap_or_default(),
            status: delivery.status.into(),
            attempts: delivery.attempts.into_iter().map(WebhookAttempt::from).collect(),
            next_attempt_at: pending.then(|| rfc3339(delivery.next_attempt_at)),
            created_at: rfc3339(delivery.created_at),
            finished_at: delivery.finished_at.map(rfc3339),
        }
    }
}

/// Which events to send once more.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookReplayInput {
    /// Those that happened at this time or later.
    #[schema(format = "date-time", example = "2026-01-31T12:00:00Z")]
    pub after: String,
    /// Those that happened before this time; up to now, when left out or null.
    #[schema(format = "date-time", example = "2026-01-31T13:00:00Z")]
    pub before: Option<String>,
}

impl WebhookReplayInput {
    /// From when, and until when.
    pub fn span(&self) -> Result<(DateTime<Utc>, Option<DateTime<Utc>>), Error> {
        let mut found = Violations::default();
        let after = found.take(time("after", &self.after));
        let before = self.before.as_deref().map(|text| found.take(time("before", text)));
        found.finish()?;
        Ok((after.unwrap_or_default(), before.flatten()))
    }
}

impl Document for WebhookReplayInput {}

impl Rules for WebhookReplayInput {
    fn rules(&self) -> Vec<Violation> {
        let broken = self.span().err();
        broken.map(|error| error.facts().violations.clone()).unwrap_or_default()
    }
}

/// What is sent once more.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct WebhookReplay {
    /// How many deliveries were begun, anew or for the first time.
    #[schema(minimum = 0)]
    pub deliveries: u64,
}

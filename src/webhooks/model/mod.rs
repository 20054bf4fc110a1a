//! What a webhook is, without any I/O.

pub mod delivery;
pub mod filter;
pub mod schedule;
pub mod secret;
pub mod signature;

use crate::events::model::Kind;
use crate::ids::{CategoryId, SourceId};
use chrono::{DateTime, Utc};
use std::fmt;
use uuid::Uuid;

/// Names a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WebhookId(pub Uuid);

impl fmt::Display for WebhookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What somebody writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Where events are sent.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// Which events; none named: all.
    pub events: Vec<Kind>,
    /// Only of these sources and their stories; none named: of all.
    pub sources: Vec<SourceId>,
    /// Only of these categories, those below them, and their stories; none named: of all.
    pub categories: Vec<CategoryId>,
    /// Whether it hears of stories that the public may not see, too.
    pub unpublished: bool,
    /// Whether events are sent to it.
    pub enabled: bool,
    /// Whether an event waits until those before it of the same resource are done.
    pub ordered: bool,
}

impl Default for Content {
    fn default() -> Self {
        Self {
            url: String::new(),
            description: None,
            events: Vec::new(),
            sources: Vec::new(),
            categories: Vec::new(),
            unpublished: false,
            enabled: true,
            ordered: false,
        }
    }
}

/// Why the service itself turned a webhook off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disabled {
    /// The receiver answered 410: it wants no more.
    Gone,
    /// Nothing arrived for days.
    Failing,
}

impl Disabled {
    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Disabled::Gone => "gone",
            Disabled::Failing => "failing",
        }
    }

    /// The reason of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Disabled::Gone, Disabled::Failing].into_iter().find(|one| one.as_str() == name)
    }
}

/// How a webhook fares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Attempts that failed since the last one that arrived.
    pub failures: i64,
    /// When the first of them was made.
    pub failing_since: Option<DateTime<Utc>>,
    /// Until when the receiver asked to be left alone.
    pub resting_until: Option<DateTime<Utc>>,
    /// When the last event arrived.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When the service turned it off.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Why.
    pub disabled: Option<Disabled>,
}

/// A secret as it is listed: without what is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: Uuid,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A webhook as it is kept.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// What somebody wrote.
    pub content: Content,
    /// The source of the key that made it: it hears of nothing else.
    pub bound_to: Option<SourceId>,
    /// How it fares.
    pub health: Health,
    /// Its live secrets, the oldest first.
    pub secrets: Vec<Listed>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
    /// Moves with each change of its content or its secrets.
    pub version: i64,
}

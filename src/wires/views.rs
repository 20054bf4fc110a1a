//! Wires on the wire.

use super::model::{self, Counts, Trouble};
use crate::config::Fetch;
use crate::sources::model::Source;
use crate::values::rfc3339;
use serde::Serialize;
use utoipa::ToSchema;

/// How the reading of a source's feed goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Wire {
    /// What the service does with it now.
    pub state: WireState,
    /// The feed: the source's `feed_url`.
    #[schema(required)]
    pub feed_url: Option<String>,
    /// When it was read last.
    #[schema(required, format = "date-time")]
    pub last_polled_at: Option<String>,
    /// When that went well last.
    #[schema(required, format = "date-time")]
    pub last_success_at: Option<String>,
    /// When it will be read next.
    #[schema(required, format = "date-time")]
    pub next_poll_at: Option<String>,
    /// The HTTP status of the last answer; null when there was none.
    #[schema(required)]
    pub last_status: Option<i16>,
    /// How often it has failed since it went well. Each time it is left alone for twice as long.
    #[schema(minimum = 0)]
    pub consecutive_failures: i32,
    /// Its server's tag for what was read last.
    #[schema(required)]
    pub etag: Option<String>,
    /// Its server's date of what was read last.
    #[schema(required)]
    pub last_modified: Option<String>,
    /// Where it has moved for good, as its server says: a `feed_url` to set.
    #[schema(required)]
    pub moved_to: Option<String>,
    /// How often it was read.
    #[schema(minimum = 0)]
    pub polls: i64,
    /// What became of its stories, over all times.
    pub counts: WireCounts,
    /// What went wrong last, the newest first, at most 10.
    #[schema(max_items = 10)]
    pub errors: Vec<WireError>,
}

/// What the service does with a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WireState {
    /// Nothing: the source has no `feed_url` or no `poll_minutes`.
    Off,
    /// Nothing: this service is set up to ask no other servers (`NEWSWIRE_FETCH`).
    NotFetching,
    /// It waits until it is due.
    Waiting,
    /// It is read right now.
    Polling,
    /// It could not be read last time, and waits for the next.
    Failing,
}

/// What became of stories, by number.
#[derive(Debug, Serialize, ToSchema)]
pub struct WireCounts {
    /// New ones.
    #[schema(minimum = 0)]
    pub created: i64,
    /// Changed ones.
    #[schema(minimum = 0)]
    pub updated: i64,
    /// Those that said the same as before.
    #[schema(minimum = 0)]
    pub unchanged: i64,
    /// Those that were not saved: withdrawn or edited here, or with something wrong.
    #[schema(minimum = 0)]
    pub rejected: i64,
}

/// Something that went wrong with a feed, or with a story of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WireError {
    /// When, last.
    #[schema(format = "date-time")]
    pub at: String,
    /// The code of a problem, or `address`, `forbidden`, `unreachable`, `timeout`, `too_large`,
    /// `redirects`, `http_status`, `unreadable`.
    pub code: String,
    /// A sentence for people.
    pub detail: String,
    /// The story, where it is one's.
    #[schema(required)]
    pub external_id: Option<String>,
}

impl Wire {
    /// How the reading of a source's feed goes, if it has begun.
    pub fn new(source: &Source, wire: Option<model::Wire>, fetch: Fetch) -> Self {
        let wire = wire.unwrap_or_default();
        let state = match fetch {
            _ if !source.content.is_polled() => WireState::Off,
            Fetch::Off => WireState::NotFetching,
            Fetch::On if wire.is_leased => WireState::Polling,
            Fetch::On if wire.consecutive_failures > 0 => WireState::Failing,
            Fetch::On => WireState::Waiting,
        };
        let is_due = !matches!(state, WireState::Off | WireState::NotFetching);
        let Counts { created, updated, unchanged, rejected } = wire.counts;
        Self {
            state,
            feed_url: source.content.feed_url.clone(),
            last_polled_at: wire.last_polled_at.map(rfc3339),
            last_success_at: wire.last_success_at.map(rfc3339),
            next_poll_at: wire.next_poll_at.filter(|_| is_due).map(rfc3339),
            last_status: wire.last_status,
            consecutive_failures: wire.consecutive_failures,
            etag: wire.etag,
            last_modified: wire.last_modified,
            moved_to: wire.moved_to,
            polls: wire.polls,
            counts: WireCounts { created, updated, unchanged, rejected },
            errors: wire.troubles.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Trouble> for WireError {
    fn from(Trouble { at, code, detail, external_id }: Trouble) -> Self {
        Self { at: rfc3339(at), code, detail, external_id }
    }
}

//! What a source is, without any I/O.

use crate::ids::SourceId;
use crate::values::Metadata;
use chrono::{DateTime, Utc};

/// What somebody writes about a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Its name; unique.
    pub name: String,
    /// What it is, in a few sentences.
    pub description: Option<String>,
    /// Its home page.
    pub url: Option<String>,
    /// Its feed.
    pub feed_url: Option<String>,
    /// Its logo.
    pub logo_url: Option<String>,
    /// Where it is from (ISO 3166-1 alpha-2).
    pub country: Option<String>,
    /// The language it writes in (BCP 47).
    pub language: Option<String>,
    /// How it wants to be named.
    pub credit: Option<String>,
    /// Terms for stories that have none of their own.
    pub usage_terms: Option<String>,
    /// Notes for key holders.
    pub metadata: Metadata,
    /// Minutes between two looks at its feed; none: the service does not read it.
    pub poll_minutes: Option<i32>,
    /// What becomes of stories that come in by its feed.
    pub wire_status: WireStatus,
}

impl Content {
    /// Whether the service reads its feed.
    pub fn is_polled(&self) -> bool {
        self.poll_minutes.is_some() && self.feed_url.is_some()
    }

    /// Whether its feed is read as before.
    pub fn is_wired_like(&self, other: &Self) -> bool {
        let wire =
            |content: &Self| (content.feed_url.clone(), content.poll_minutes, content.wire_status);
        wire(self) == wire(other)
    }
}

/// The status of stories that come in by a source's feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WireStatus {
    /// Somebody looks at them first.
    #[default]
    Draft,
    /// The public sees them at once.
    Published,
}

/// A source as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// Its current slug.
    pub slug: String,
    /// What was written about it.
    pub content: Content,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
    /// Moves with each change of its own members.
    pub version: i64,
}

/// Which sources a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Any of these countries.
    pub country: Vec<String>,
    /// Any of these languages, whatever their case.
    pub language: Vec<String>,
    /// With these characters in the name, whatever their case.
    pub name: Option<String>,
}

//! Feeds: the list of live stories in the formats that feed readers and partners speak.
//!
//! Invariants: a feed is the public's list, whatever the key; its filters, order, pages and caching are
//! those of the list of articles (`articles::handlers::listing`); all formats say the same.

pub mod handlers;
pub mod model;
pub mod store;
pub mod views;
pub mod websub;

use crate::http::endpoints::Endpoints;
use handlers::*;

/// The operations on feeds.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("feeds" =>
        find_rss_feed [UnknownCategory, UnknownSource, FilterIncomplete, FilterContradiction, CursorInvalid, CursorMismatch],
        find_atom_feed [UnknownCategory, UnknownSource, FilterIncomplete, FilterContradiction, CursorInvalid, CursorMismatch],
        find_ninjs_feed [UnknownCategory, UnknownSource, FilterIncomplete, FilterContradiction, CursorInvalid, CursorMismatch],
        find_json_feed [UnknownCategory, UnknownSource, FilterIncomplete, FilterContradiction, CursorInvalid, CursorMismatch],
    )
}

//! Events: what happened to stories, sources and categories, in one order for all who follow.
//!
//! Invariants: an event is written in the transaction of its change (by triggers), or when its instant
//! has come (`store::due`); readers never meet one before a position they have passed (`store`); the
//! public learns of nothing that it did not see or does not see (`audience`).

pub mod audience;
pub mod feed;
pub mod handlers;
pub mod model;
pub mod page;

pub mod store;
pub mod stream;
pub mod views;

use crate::http::endpoints::Endpoints;
use handlers::*;

/// The operations on changes.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("changes" =>
        list_changes [UnknownCategory, UnknownSource, CursorInvalid, CursorExpired],
        stream_changes [UnknownCategory, UnknownSource, CursorInvalid, CursorExpired],
    )
}

//! Keys: who may write, and what.
//!
//! Invariants: the secret (`nw_` and 256 random bits) is shown once and kept only as its SHA-256; a
//! key bound to a source holds no `admin`, `sources:write` or `categories:write`; an expired or
//! revoked key answers like an unknown one.

pub mod command;
pub mod handlers;
pub mod model;
pub mod store;
pub mod views;

use crate::http::endpoints::Endpoints;
use handlers::*;

/// The operations on keys.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("keys" =>
        find_current_key,
        list_keys,
        create_key [SourceNotFound, KeyScopeInvalid, ExpiryInPast, TimeInvalid],
        delete_key [KeyInUse],
    )
}

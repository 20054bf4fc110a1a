//! Wires: sources whose feeds the service reads by itself.
//!
//! Invariants: nothing is fetched unless `NEWSWIRE_FETCH=on`; a feed is read by one node at a time (a
//! lease on its row); its stories go the way of every other story ([`crate::articles::bulk`]), written
//! by a caller that is the source itself: bound to it, publishing only if the source says so. So a
//! story never comes in twice, one that was withdrawn stays so, and what somebody edited stays theirs.

pub mod handlers;
pub mod model;
pub mod poll;
mod posting;
mod schedule;
pub mod store;
pub mod views;

use crate::http::endpoints::Endpoints;
use handlers::*;

/// The operations on wires.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("sources" => find_wire, poll_wire [StateConflict])
}

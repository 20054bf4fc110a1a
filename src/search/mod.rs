//! Search while typing: what could be meant by the beginning of a word. Searching for stories is a
//! filter of their list (`articles`).

pub mod handlers;
pub mod model;
pub mod store;
pub mod views;

use crate::http::endpoints::Endpoints;
use handlers::*;

/// The operations on searches.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("search" => suggest_searches)
}

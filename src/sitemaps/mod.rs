//! Sitemaps: what search engines are told of live stories.
//!
//! Invariants: only what the public sees, and only under addresses of our own readers' pages; each file of
//! stories costs bounded work, and the index counts all along one index of the database; one of a month that is over rarely changes.

pub mod handlers;
pub mod model;
pub mod store;
pub mod views;

use crate::http::endpoints::Endpoints;
use handlers::*;

/// The operations on sitemaps.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("sitemaps" =>
        find_news_sitemap [NotFound],
        find_sitemap_index,
        find_sitemap,
        find_robots,
    )
}

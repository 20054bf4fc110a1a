//! The whole newsroom as one file, and back: `GET /api/v1/export` and `POST /api/v1/restore`.
//!
//! An export is lossless: sources, categories and stories with their ids, times, versions, former slugs
//! and the versions they had, in one order and from one instant, so that the export of what was restored
//! is the same bytes. Keys, secrets, webhooks and preview links are not in it, nor is what is made from the rest
//! (rendered bodies, search words, lists): that is made again when it is restored.
//!
//! A line holds a row as the database has it, by the names of its columns, so that a column that comes to
//! be is carried without a word here. What a restored row may hold is checked by the catalogue's types and
//! by the rules that the API has for the same members.

pub mod handlers;
pub mod line;
pub mod model;
pub mod restore;
pub mod store;
pub mod views;

use crate::http::endpoints::Endpoints;
use handlers::*;

/// The operations on the newsroom as a whole.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("backup" =>
        export_newsroom,
        restore_newsroom [NotEmpty, ExportInvalid, LinesRejected],
    )
}

//! Sources: who supplied a story - an agency, a broadcaster, a paper.
//!
//! Invariants: the name is unique; the slug is unique and former slugs stay reserved; a source that
//! stories point at is deleted only together with `reassign_to`.

pub mod handlers;
pub mod model;
pub mod store;
pub mod views;

use crate::http::endpoints::Endpoints;
use handlers::*;

/// The operations on sources.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("sources" =>
        list_sources,
        create_source [SlugTaken, NameTaken, SlugInvalid, UrlInvalid, LanguageInvalid],
        find_source,
        replace_source [SlugTaken, NameTaken, SlugInvalid, UrlInvalid, LanguageInvalid],
        update_source [TooManyNotes, SlugTaken, NameTaken, SlugInvalid, UrlInvalid, LanguageInvalid],
        delete_source [InUse, ReassignInvalid, ExternalIdTaken],
    )
}

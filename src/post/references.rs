//! Names of categories and sources under `--no-create`: files give names, and without
//! `create_missing` the API takes ids and slugs. A name's own slug is what it would have been made
//! with; what does not exist, the server refuses.

use super::story::Story;
use crate::text::slug::slugify;

/// Puts slugs in the place of names.
pub fn resolve(story: &mut Story) {
    for member in ["source", "category"] {
        if let Some(slug) = story.text(member).and_then(slugify) {
            story.set(member, slug);
        }
    }
}

//! A feed: RSS, Atom or JSON Feed, by the same reader as the service's own wires.

use super::{Read, Unreadable};
use crate::post::Story;
use crate::reader;
use anyhow::bail;
use serde_json::json;
use url::Url;

/// Reads its entries, the oldest first, so that they are made in the order in which they came to be. The
/// feed is their source, since ids of entries are only unique within it.
pub fn open(bytes: &[u8], content_type: Option<&str>, name: &str) -> anyhow::Result<Read> {
    let url = Url::parse(name).ok();
    let feed = reader::read(bytes, content_type, url.as_ref())?;
    if feed.entries.is_empty() {
        bail!("the feed has no entry");
    }
    let story = |(at, entry): (usize, &reader::Entry)| {
        let story = entry.story().map(Story::from_members).map(|mut story| {
            story.set_text("source", feed.title.as_deref());
            if story.text("language").is_none() {
                let known =
                    feed.language.as_deref().filter(|tag| crate::text::language::is_bcp47(tag));
                story.set_text("language", known);
            }
            story
        });
        let nothing = || Unreadable {
            original: json!({ "external_id": entry.id }),
            reason: "the entry says nothing".to_owned(),
        };
        (format!("entry {}", at + 1), story.ok_or_else(nothing))
    };
    Ok(Read::of(feed.entries.iter().enumerate().rev().map(story).collect()))
}

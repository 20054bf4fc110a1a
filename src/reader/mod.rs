//! A reader of feeds: RSS of any version, Atom, JSON Feed and their relatives, in any encoding, as
//! far from well-formed as feeds are.
//!
//! From bytes to stories in three steps: [`crate::text::decode`] gives text, [`read`] what the feed
//! says in the words of one [`Feed`], [`Entry::story`] a story as it is posted. Entities are undone
//! where the format says they are, once. Pure functions: nothing is fetched.

mod atom;
mod date;
mod entities;
mod json;
mod media;
mod rss;
mod story;
mod vocabulary;
mod words;
mod xml;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::Arc;
use url::Url;

/// More entries of one feed are not read.
pub const MOST_ENTRIES: usize = 5000;

/// What a feed says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// Its title, as plain text.
    pub title: Option<String>,
    /// The page it goes with.
    pub home: Option<String>,
    /// Its language, as it names it.
    pub language: Option<String>,
    /// Its entries, in its order.
    pub entries: Vec<Entry>,
}

/// What a feed says of one story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The id it goes by, for good.
    pub id: Option<String>,
    /// The page it is on.
    pub link: Option<String>,
    /// Its title, entities undone as often as the format says.
    pub title: Option<Text>,
    /// A few words on it.
    pub summary: Option<Text>,
    /// All of it.
    pub content: Option<Text>,
    /// Who wrote it.
    pub authors: Arc<[Person]>,
    /// When it was published first.
    pub published: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated: Option<DateTime<Utc>>,
    /// What it is about.
    pub tags: Vec<String>,
    /// Its language, as it names it.
    pub language: Option<String>,
    /// What others may do with it.
    pub rights: Option<String>,
    /// Its picture.
    pub image: Option<Medium>,
    /// What goes with it.
    pub media: Vec<Medium>,
}

/// A text, plain or in HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub value: String,
    /// How it is meant.
    pub kind: Kind,
}

/// How a text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As it stands.
    Plain,
    /// As markup.
    Html,
    /// The format does not say (RSS): as markup when it looks like that.
    Either,
}

/// Somebody who wrote a story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// A page of theirs.
    pub url: Option<String>,
}

/// A picture, a sound, a film or a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Medium {
    /// Where it is.
    pub url: String,
    /// What it is, such as `image/jpeg`.
    pub media_type: Option<String>,
    /// What Media RSS calls it: `image`, `video`, `audio`, `document`.
    pub medium: Option<String>,
    /// Its size.
    pub bytes: Option<u64>,
    /// How long it plays.
    pub seconds: Option<u64>,
    /// How wide it is.
    pub width: Option<u32>,
    /// How high it is.
    pub height: Option<u32>,
    /// What it shows.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
}

/// Why there is nothing to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing in it is a feed.
    NoFeed,
    /// It is a page for people.
    Page,
    /// It is JSON, but no JSON Feed.
    Json,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unreadable::NoFeed => "this is no feed (RSS, Atom or JSON Feed)",
            Unreadable::Page => "this is a page for people, not a feed",
            Unreadable::Json => "this is JSON, but no JSON Feed",
        })
    }
}

impl std::error::Error for Unreadable {}

/// Reads a feed from what a server or a file gave. `content_type` is what it came with, `url` where it
/// came from, to which its addresses may be relative.
pub fn read(
    bytes: &[u8],
    content_type: Option<&str>,
    url: Option<&Url>,
) -> Result<Feed, Unreadable> {
    let text = crate::text::decode::decode_sent(bytes, content_type);
    let text =
        text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\0'));
    if text.starts_with(['{', '[']) {
        return json::read(text, url);
    }
    let roots = xml::read(text);
    for root in &roots {
        let feed = match (root.vocabulary, root.name.as_str()) {
            (_, "rss" | "rdf" | "channel" | "newsfeed") => rss::read(root, url),
            (_, "feed" | "entry") => atom::read(root, url),
            _ => continue,
        };
        return Ok(feed);
    }
    match roots.iter().any(|root| root.name == "html") {
        true => Err(Unreadable::Page),
        false => Err(Unreadable::NoFeed),
    }
}

/// An address, made absolute as far as it can be; as it stands otherwise.
fn absolute(base: Option<&Url>, link: &str) -> String {
    let link = link.trim();
    match base.map(|base| base.join(link)) {
        Some(Ok(url)) if Url::parse(link).is_err() => url.to_string(),
        _ => link.to_owned(),
    }
}

/// So many authors of an entry are kept: those of a feed are all its entries'.
const MOST_AUTHORS: usize = 20;
/// The longest base that addresses are joined to.
const LONGEST_BASE: usize = 2048;

/// The base that an element's `xml:base` makes of the one around it.
fn based(element: &xml::Element, base: Option<&Url>) -> Option<Url> {
    let Some(own) = element.attribute("xml:base") else { return base.cloned() };
    let joined = match base {
        Some(base) => base.join(own.trim()),
        None => Url::parse(own.trim()),
    };
    joined.ok().filter(|base| base.as_str().len() <= LONGEST_BASE).or_else(|| base.cloned())
}

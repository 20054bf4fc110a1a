//! Readers: a file for each format, from what is read to stories. Nothing in them is fatal but what makes
//! the whole unreadable; a story that cannot be read is told of and passed over.

mod csv;
mod feed;
mod folder;
mod json;
mod lines;
mod ninjs;
mod wordpress;

use super::fetch::Fetched;
use super::input::Input;
use crate::post::{self, Kind, Story};
use crate::text::decode;
use anyhow::Context;
use serde_json::Value;
use std::path::Path;

/// A format to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Stories as the API takes them, or ninjs items, one a line
    Ndjson,
    /// The same in an array, or a single one
    Json,
    /// A table, its columns named like the API's members
    Csv,
    /// RSS, Atom or JSON Feed
    Feed,
    /// IPTC ninjs 1 to 3, an item or a collection
    Ninjs,
    /// A WordPress export (WXR)
    Wordpress,
    /// A folder of Markdown files and saved pages
    Folder,
    /// A page, a Markdown file
    Page,
}

/// A story of the input.
#[derive(Debug)]
pub struct Found {
    /// Where it is in the input.
    pub place: String,
    /// How far the input is read when it is done.
    pub end: u64,
    /// What was read.
    pub story: Result<Story, Unreadable>,
}

/// Why there is no story where one was looked for.
#[derive(Debug)]
pub struct Unreadable {
    /// What is there, as far as it can be kept.
    pub original: Value,
    /// Why it is no story.
    pub reason: String,
}

impl Unreadable {
    /// Of nothing that could be kept.
    pub fn new(error: impl std::fmt::Display) -> Self {
        Self { original: Value::Null, reason: error.to_string() }
    }
}

/// Stories in the order of the input.
pub type Stories = Box<dyn Iterator<Item = Found> + Send>;

/// An input that is being read.
pub struct Read {
    /// Its stories.
    pub stories: Stories,
    /// Its categories, where it describes them, parents first.
    pub categories: Vec<NewCategory>,
    /// Its length; 0 when nobody knows.
    pub length: u64,
    /// Whether its length is in bytes, not in stories.
    pub in_bytes: bool,
}

/// A category that an input describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCategory {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The slug of the category it stands below.
    pub parent: Option<String>,
}

impl Read {
    /// Of stories that are in memory.
    pub fn of(stories: Vec<(String, Result<Story, Unreadable>)>) -> Self {
        let length = stories.len() as u64;
        let found = |(number, (place, story))| Found { place, end: number, story };
        Self {
            stories: Box::new((1..).zip(stories).map(found)),
            categories: Vec::new(),
            length,
            in_bytes: false,
        }
    }

    /// Of stories that are read from a file.
    pub fn streamed(stories: impl Iterator<Item = Found> + Send + 'static, length: u64) -> Self {
        Self { stories: Box::new(stories), categories: Vec::new(), length, in_bytes: true }
    }
}

/// Opens an input.
pub fn open(name: &str, fetched: Option<Fetched>, format: Option<Format>) -> anyhow::Result<Read> {
    if fetched.is_none() && Path::new(name).is_dir() {
        return folder::open(Path::new(name));
    }
    let content_type = fetched.as_ref().and_then(|fetched| fetched.content_type.clone());
    let mut input = match fetched {
        Some(fetched) => Input::of_bytes(fetched.bytes),
        None => Input::open(name)?,
    };
    let head = input.peek().with_context(|| format!("{name}: cannot be read"))?;
    let format = format.unwrap_or_else(|| of(name, &head));
    let read = match format {
        Format::Ndjson => lines::open(input),
        Format::Csv => csv::open(input),
        Format::Wordpress => wordpress::open(input),
        Format::Json => json::open(&input.read_all()?),
        Format::Ninjs => ninjs::open(&input.read_all()?),
        Format::Feed => feed::open(&input.read_all()?, content_type.as_deref(), name),
        Format::Folder => folder::open(Path::new(name)),
        Format::Page => page(name, &input.read_all()?),
    };
    read.with_context(|| name.to_owned())
}

/// What an input is, by its name, and where that does not say it, by its beginning.
fn of(name: &str, head: &[u8]) -> Format {
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst").to_ascii_lowercase();
    let text = decode::decode(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("ndjson" | "jsonl") => return Format::Ndjson,
        Some("csv" | "tsv") => return Format::Csv,
        Some("rss" | "atom" | "rdf") => return Format::Feed,
        Some("md" | "markdown" | "txt" | "html" | "htm") => return Format::Page,
        _ => {}
    }
    if text.starts_with(['{', '[']) {
        return of_json(text);
    }
    // a feed and a WordPress export begin alike
    if text.contains("wordpress.org/export/") {
        return Format::Wordpress;
    }
    match is_feed(text) {
        true => Format::Feed,
        false => Format::Page,
    }
}

/// Whether a feed's outermost element begins here, and no page before it.
fn is_feed(text: &str) -> bool {
    let mut names = text.split('<').skip(1).map(|tag| {
        let ends = |c: char| c.is_whitespace() || matches!(c, '>' | '/');
        let name = tag.split(ends).next().unwrap_or_default().to_ascii_lowercase();
        name.rsplit_once(':').map_or(name.clone(), |(_, local)| local.to_owned())
    });
    let told = names.find(|name| matches!(name.as_str(), "html" | "rss" | "feed" | "rdf"));
    told.is_some_and(|name| name != "html")
}

fn of_json(text: &str) -> Format {
    if text.contains("jsonfeed.org/version") {
        return Format::Feed;
    }
    // a whole object on the first line, and another one after it
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let is_object = |line: Option<&str>| {
        line.is_some_and(|line| matches!(serde_json::from_str(line), Ok(Value::Object(_))))
    };
    if is_object(lines.next()) && lines.next().is_some_and(|line| line.starts_with('{')) {
        return Format::Ndjson;
    }
    let says_ninjs = [
        "\"versioncreated\"",
        "\"versionCreated\"",
        "ninjs-schema",
        "\"representationType\"",
        "\"representationtype\"",
        "\"pubstatus\"",
        "\"body_xhtml\"",
    ];
    match says_ninjs.iter().any(|word| text.contains(word)) {
        true => Format::Ninjs,
        false => Format::Json,
    }
}

/// A single page or Markdown file.
fn page(name: &str, bytes: &[u8]) -> anyhow::Result<Read> {
    let text = crate::text::decode::decode(bytes);
    let stories = post::parse(Kind::of(name, &text), &text)?;
    let place = |(at, story)| (format!("{name}[{at}]"), Ok(story));
    Ok(Read::of(stories.into_iter().enumerate().map(place).collect()))
}

#[cfg(test)]
mod tests;

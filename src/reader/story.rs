//! A story of an entry, in the members it is posted with.

use super::words::{cut, shortened};
use super::{Entry, MOST_AUTHORS, Medium, Person, Text};
use crate::text::language::is_bcp47;
use crate::values::{rfc3339, web_address};
use chrono::{DateTime, Datelike, Utc};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The limits of a story's members (see `ArticleInput`).
const LONGEST_HEADLINE: usize = 1000;
const LONGEST_TEXT: usize = 5000;
const LONGEST_NAME: usize = 300;
const LONGEST_ID: usize = 512;
const LONGEST_ADDRESS: usize = 2048;
const MOST_BYTES: u64 = 9_007_199_254_740_991;
const MOST_SECONDS: u64 = 1_000_000_000;
/// A headline that is made of the first words of a story is no longer than this.
const MADE_HEADLINE: usize = 120;

impl Entry {
    /// The members of `ArticleInput`; those that the feed does not say are left out. None when there is
    /// nothing to tell: no title and no text.
    ///
    /// `external_id` is the entry's own id, else its address, else what it says, hashed.
    pub fn story(&self) -> Option<Map<String, Value>> {
        let headline = self.headline()?;
        let mut story = Map::new();
        let mut set = |name: &str, value: Value| drop(story.insert(name.to_owned(), value));
        set("headline", json!(headline));
        set("external_id", json!(self.external_id(&headline)));
        if let Some(body) = self.body() {
            set("body", json!(body.value.trim()));
            set("body_format", json!(if body.is_html() { "html" } else { "text" }));
        }
        if let Some(summary) = self.standfirst() {
            set("summary", json!(summary));
        }
        if let Some(link) = self.link.as_deref().and_then(address) {
            set("source_url", json!(link));
            set("canonical_url", json!(link));
        }
        let authors: Vec<Value> =
            self.authors.iter().filter_map(author).take(MOST_AUTHORS).collect();
        if !authors.is_empty() {
            set("authors", json!(authors));
        }
        if !self.tags.is_empty() {
            set("tags", json!(self.tags));
        }
        if let Some(language) = self.language.as_deref().map(str::trim).filter(|tag| is_bcp47(tag))
        {
            set("language", json!(language));
        }
        let published = self.published.or(self.updated).filter(usable);
        if let Some(published) = published {
            set("published_at", json!(rfc3339(published)));
        }
        let revised = self.updated.filter(usable);
        if let Some(revised) = revised.filter(|revised| Some(*revised) > published) {
            set("revised_at", json!(rfc3339(revised)));
        }
        if let Some(rights) = self.rights.as_deref().filter(|rights| !rights.trim().is_empty()) {
            set("usage_terms", json!(shortened(rights.trim(), LONGEST_TEXT)));
        }
        if let Some(image) = self.image.as_ref().and_then(image) {
            set("image", image);
        }
        let media: Vec<Value> = self.media.iter().filter_map(medium).collect();
        if !media.is_empty() {
            set("media", json!(media));
        }
        Some(story)
    }

    /// The title, else the first words.
    fn headline(&self) -> Option<String> {
        let told = self.title.as_ref().map(Text::to_plain).filter(|title| !title.is_empty());
        let made = || {
            let text = self.body()?.to_plain();
            let first = text.split_inclusive(['.', '!', '?', '。', '۔']).next().unwrap_or_default();
            Some(shortened(first.trim(), MADE_HEADLINE)).filter(|words| !words.is_empty())
        };
        told.or_else(made).map(|headline| shortened(&headline, LONGEST_HEADLINE))
    }

    /// The content, else the summary: many feeds have the whole story there.
    fn body(&self) -> Option<&Text> {
        let all = [&self.content, &self.summary];
        all.into_iter().flatten().find(|text| !text.value.trim().is_empty())
    }

    /// The summary where there is a content that says more.
    fn standfirst(&self) -> Option<String> {
        let (content, summary) = (self.content.as_ref()?, self.summary.as_ref()?.to_plain());
        let says_more = content.value.trim().len() > summary.len() && content.to_plain() != summary;
        (says_more && !summary.is_empty()).then(|| shortened(&summary, LONGEST_TEXT))
    }

    fn external_id(&self, headline: &str) -> String {
        let own = self.id.as_deref().or(self.link.as_deref()).map(str::trim);
        match own.filter(|id| !id.is_empty()) {
            Some(id) if id.chars().count() <= LONGEST_ID => id.to_owned(),
            Some(id) => hashed([id]),
            None => {
                let date = self.published.or(self.updated).map(rfc3339).unwrap_or_default();
                hashed([headline, &date])
            }
        }
    }
}

/// A stable name made of words.
fn hashed<const N: usize>(words: [&str; N]) -> String {
    let mut digest = Sha256::new();
    for word in words {
        digest.update(word.as_bytes());
        digest.update([0]);
    }
    let hex: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// An address that a story can have.
fn address(text: &str) -> Option<&str> {
    let text = text.trim();
    let fits = text.chars().count() <= LONGEST_ADDRESS && web_address("", text).is_ok();
    fits.then_some(text)
}

/// A date that can be kept.
fn usable(date: &DateTime<Utc>) -> bool {
    (1..=9999).contains(&date.year())
}

fn author(Person { name, url }: &Person) -> Option<Value> {
    let name = name.trim();
    let url = url.as_deref().and_then(address);
    (!name.is_empty()).then(|| json!({ "name": cut(name, LONGEST_NAME), "url": url }))
}

/// The members that pictures and other media share.
fn shown(medium: &Medium) -> Option<Map<String, Value>> {
    let url = address(&medium.url)?;
    let words = |text: &Option<String>, most| {
        text.as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(|text| shortened(text, most))
    };
    let pixels = |pixels: Option<u32>| pixels.filter(|pixels| (1..=1_000_000).contains(pixels));
    let value = json!({
        "url": url,
        "caption": words(&medium.caption, LONGEST_TEXT),
        "credit": words(&medium.credit, LONGEST_NAME),
        "width": pixels(medium.width),
        "height": pixels(medium.height),
    });
    match value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

fn image(image: &Medium) -> Option<Value> {
    shown(image).map(Value::Object)
}

fn medium(medium: &Medium) -> Option<Value> {
    let mut members = shown(medium)?;
    let kind = medium.media_type.as_deref().filter(|kind| kind.chars().count() <= LONGEST_NAME);
    let bytes = medium.bytes.filter(|bytes| *bytes <= MOST_BYTES);
    let seconds = medium.seconds.filter(|seconds| *seconds <= MOST_SECONDS);
    members.insert("kind".to_owned(), json!(kind_of(medium)));
    members.insert("media_type".to_owned(), json!(kind));
    members.insert("size_bytes".to_owned(), json!(bytes));
    members.insert("duration_seconds".to_owned(), json!(seconds));
    Some(Value::Object(members))
}

fn kind_of(medium: &Medium) -> &'static str {
    let said = medium.medium.as_deref().unwrap_or_default();
    let kind = medium.media_type.as_deref().unwrap_or_default();
    let main = kind.split('/').next().unwrap_or_default();
    match (said, main) {
        ("image", _) | ("", "image") => "image",
        ("video", _) | ("", "video") => "video",
        ("audio", _) | ("", "audio") => "audio",
        _ => "document",
    }
}

//! Feeds on the wire: a module a format, and what they have in common.

pub mod atom;
pub mod json_feed;
pub mod ninjs;
pub mod params;
pub mod rss;

use super::model::{Channel, FeedContent};
use crate::articles::views::output::ArticleSummary;
use chrono::{DateTime, SecondsFormat, Utc};
use unicode_segmentation::UnicodeSegmentation;

/// What made the feed.
const GENERATOR: &str = concat!("newswire ", env!("CARGO_PKG_VERSION"));
/// So many characters of a body stand for a summary that is missing.
const EXCERPT: usize = 300;

/// The name of a story that no other ever has, whatever becomes of its address.
fn urn(id: &str) -> String {
    format!("urn:uuid:{id}")
}

/// A time of a story, as it was written for the wire.
fn time(text: Option<&str>) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text?).ok()?;
    Some(time.to_utc())
}

/// When a story was last changed for its readers.
fn updated(story: &ArticleSummary) -> DateTime<Utc> {
    let published = time(story.published_at.as_deref());
    let revised = time(story.revised_at.as_deref());
    published.into_iter().chain(revised).max().unwrap_or_default()
}

/// The last change among stories.
pub fn last_change(stories: &[ArticleSummary]) -> Option<DateTime<Utc>> {
    stories.iter().map(updated).max()
}

/// A time after RFC 3339.
fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Who wrote a story, each with a page about them; the byline when nobody is named.
fn authors(story: &ArticleSummary) -> Vec<(&str, Option<&str>)> {
    let byline = story.byline.as_deref().filter(|_| story.authors.is_empty());
    let named = story.authors.iter().map(|author| (author.name.as_str(), author.url.as_deref()));
    named.chain(byline.map(|byline| (byline, None))).collect()
}

/// The feed of a story's source.
fn source_feed(story: &ArticleSummary) -> Option<&str> {
    story.source.as_ref()?.feed_url.as_ref()?.as_deref()
}

/// The body, where the feed carries bodies and there is one.
fn body<'a>(channel: &Channel, story: &'a ArticleSummary) -> Option<&'a str> {
    let full = channel.content == FeedContent::Full;
    story.body_html.as_deref().filter(|body| full && !body.is_empty())
}

/// The summary; without one, and where the feed carries no bodies, the beginning of the body.
fn summary(channel: &Channel, story: &ArticleSummary) -> Option<String> {
    let told = story.summary.clone().filter(|summary| !summary.trim().is_empty());
    told.or_else(|| {
        let text =
            story.body_text.as_deref().filter(|_| channel.content == FeedContent::Summary)?;
        Some(excerpt(text)).filter(|text| !text.is_empty())
    })
}

/// The beginning of a text, on one line, cut between words where the script parts them.
fn excerpt(text: &str) -> String {
    let mut cut = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let more = word.graphemes(true).take(EXCERPT + 1).count();
        if length > 0 && length + 1 + more > EXCERPT {
            return cut + "\u{2026}";
        }
        if length > 0 {
            cut.push(' ');
        }
        if more > EXCERPT {
            cut.extend(word.graphemes(true).take(EXCERPT));
            return cut + "\u{2026}";
        }
        cut.push_str(word);
        length += more + 1;
    }
    cut
}

/// A plain text as HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_ends_with_a_word() {
        assert_eq!(excerpt("  one\n\ntwo "), "one two");
        let long = excerpt(&"word ".repeat(100));
        assert!(long.ends_with("word\u{2026}") && long.graphemes(true).count() <= EXCERPT + 1);
        let unparted = excerpt(&"\u{5b57}".repeat(1000));
        assert_eq!(unparted.graphemes(true).count(), EXCERPT + 1);
        assert_eq!(excerpt(" \n"), "");
    }
}

//! Feeds on the wire: a module a format, and what they have in common.

pub mod atom;
pub mod json_feed;
pub mod ninjs;
pub mod params;
pub mod rss;

use super::model::{Channel, FeedContent};
use crate::articles::formats::updated;
use crate::articles::views::output::ArticleSummary;
use crate::text::xml::Document;
use chrono::{DateTime, Utc};
use unicode_segmentation::UnicodeSegmentation;

/// What made the feed.
const GENERATOR: &str = concat!("newswire ", env!("CARGO_PKG_VERSION"));
/// So many characters of a body stand for a summary that is missing.
const EXCERPT: usize = 300;

/// The last change among stories.
pub fn last_change(stories: &[ArticleSummary]) -> Option<DateTime<Utc>> {
    stories.iter().map(updated).max()
}

/// This page's relations to others and to the hub, in elements of that name; the feed is of that type.
fn links(xml: &mut Document, channel: &Channel, element: &str, kind: &str) {
    for (rel, href) in channel.pages() {
        match rel {
            "hub" => xml.empty(element, &[("rel", rel), ("href", href)]),
            // the name that RFC 5005 has for it
            "prev" => xml.empty(element, &[("rel", "previous"), ("type", kind), ("href", href)]),
            _ => xml.empty(element, &[("rel", rel), ("type", kind), ("href", href)]),
        }
    }
}

/// The story as the feed carries it.
fn carried(channel: &Channel, mut story: ArticleSummary) -> ArticleSummary {
    if channel.content == FeedContent::Summary {
        story.summary = summary(channel, &story);
        (story.body_html, story.body_text) = (None, None);
    }
    story
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

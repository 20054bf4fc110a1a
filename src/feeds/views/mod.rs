//! Feeds on the wire: a module a format, and what they have in common.

pub mod atom;
pub mod json_feed;
pub mod ninjs;
pub mod params;
pub mod rss;

use super::model::{Channel, FeedContent};
use crate::articles::formats::updated;
use crate::articles::views::output::ArticleSummary;
use crate::text::excerpt::excerpt;
use crate::text::xml::Document;
use chrono::{DateTime, Utc};

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
        Some(excerpt(text, EXCERPT)).filter(|text| !text.is_empty())
    })
}

/// A plain text as HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

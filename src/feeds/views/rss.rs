//! RSS 2.0 (RSS Advisory Board 2.0.11), with the modules that readers know: content, Dublin Core, Atom
//! links and Media RSS.

use super::{GENERATOR, body, escaped, links, summary};
use crate::articles::formats::{
    atom, authors, lead_apart, media_type, source_feed, time, title, updated, urn,
};
use crate::articles::views::output::ArticleSummary;
use crate::articles::views::parts::MediaKind;
use crate::articles::views::refs::{Image, Media};
use crate::feeds::model::Channel;
use crate::http::Rendering;
use crate::text::xml::Document;
use crate::values::short_rfc3339;
use chrono::{DateTime, Utc};
use utoipa::ToSchema;

/// A feed in RSS 2.0.
#[derive(ToSchema)]
#[schema(value_type = String)]
pub struct RssFeed(#[allow(dead_code, reason = "names the schema of a text")] String);

impl Rendering for RssFeed {
    const MEDIA_TYPE: &'static str = "application/rss+xml";
    const CONTENT_TYPE: &'static str = "application/rss+xml; charset=utf-8";
    const TEXT: &'static str = "A page of the feed.";
}

/// Minutes for which a reader may keep the feed; asking again is cheap.
const TTL: &str = "5";

const NAMESPACES: [(&str, &str); 5] = [
    ("version", "2.0"),
    ("xmlns:atom", atom::NAMESPACE),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:media", "http://search.yahoo.com/mrss/"),
];

/// The feed.
pub fn render(channel: &Channel, stories: &[ArticleSummary]) -> Vec<u8> {
    let mut xml = Document::new();
    xml.open("rss", &NAMESPACES);
    xml.open("channel", &[]);
    xml.text("title", &[], &channel.title);
    xml.text("link", &[], &channel.home);
    xml.text("description", &[], &channel.description);
    xml.text_if("language", channel.language.as_deref());
    xml.text_if("lastBuildDate", channel.updated.map(rfc822).as_deref());
    xml.text("generator", &[], GENERATOR);
    xml.text("docs", &[], "https://www.rssboard.org/rss-specification");
    xml.text("ttl", &[], TTL);
    links(&mut xml, channel, "atom:link", RssFeed::MEDIA_TYPE);
    for story in stories {
        item(&mut xml, channel, story);
    }
    xml.close("channel");
    xml.close("rss");
    xml.finish()
}

fn item(xml: &mut Document, channel: &Channel, story: &ArticleSummary) {
    xml.open("item", &[]);
    xml.text("title", &[], title(story));
    xml.text("link", &[], &story.url);
    // readers take it as HTML; before the whole, since some keep the last of the two
    xml.text_if("description", summary(channel, story).map(|text| escaped(&text)).as_deref());
    if let Some(html) = body(channel, story) {
        xml.cdata("content:encoded", html);
    }
    xml.text("guid", &[("isPermaLink", "false")], &urn(&story.id));
    xml.text_if("pubDate", time(story.published_at.as_deref()).map(rfc822).as_deref());
    if story.revised_at.is_some() {
        xml.text("atom:updated", &[], &short_rfc3339(updated(story)));
    }
    // `author` must be an address of mail; names go here
    for (name, _) in authors(story) {
        xml.text("dc:creator", &[], name);
    }
    origin(xml, story);
    xml.text("dc:language", &[], &story.language);
    xml.text_if("dc:rights", story.usage_terms.as_deref());
    let categories = format!("{}/api/v1/categories", channel.base);
    for category in &story.categories {
        xml.text("category", &[("domain", &categories)], &category.name);
    }
    for tag in &story.tags {
        xml.text("category", &[("domain", &format!("{}/api/v1/tags", channel.base))], tag);
    }
    media(xml, story);
    xml.close("item");
}

/// Who supplied the story. `source` is for those with a feed; its address is not that of a home page.
fn origin(xml: &mut Document, story: &ArticleSummary) {
    let Some(source) = &story.source else { return };
    match source_feed(story) {
        Some(feed) => xml.text("source", &[("url", feed)], &source.name),
        None => xml.text("dc:publisher", &[], &source.name),
    }
}

fn media(xml: &mut Document, story: &ArticleSummary) {
    // an item has one enclosure, and that only where all is known that it must say
    let enclosed =
        story.media.iter().find_map(|one| Some((one, one.size_bytes?, media_type(one)?)));
    if let Some((one, length, kind)) = enclosed {
        let length = length.to_string();
        xml.empty("enclosure", &[("url", &one.url), ("length", &length), ("type", kind)]);
    }
    if let Some(Image { url, alt, caption, credit, width, height }) = lead_apart(story) {
        let size = [("width", width), ("height", height)];
        let size =
            size.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?.to_string())));
        let mut attributes = vec![("url", url.clone()), ("medium", "image".to_owned())];
        attributes.extend(size);
        content(xml, &attributes, [caption, alt, credit]);
    }
    for one in &story.media {
        let Media { url, size_bytes, duration_seconds, width, height, .. } = one;
        let known = [
            ("type", media_type(one).map(str::to_owned)),
            ("fileSize", size_bytes.map(|bytes| bytes.to_string())),
            ("duration", duration_seconds.map(|seconds| seconds.to_string())),
            ("width", width.map(|pixels| pixels.to_string())),
            ("height", height.map(|pixels| pixels.to_string())),
        ];
        let medium = match one.kind {
            MediaKind::Image => "image",
            MediaKind::Video => "video",
            MediaKind::Audio => "audio",
            MediaKind::Document => "document",
        };
        let mut attributes = vec![("url", url.clone()), ("medium", medium.to_owned())];
        attributes.extend(known.into_iter().filter_map(|(name, value)| Some((name, value?))));
        content(xml, &attributes, [&one.caption, &one.alt, &one.credit]);
    }
}

/// One of Media RSS: what stands below it, else what it shows, and who made it.
fn content(xml: &mut Document, attributes: &[(&str, String)], texts: [&Option<String>; 3]) {
    let attributes: Vec<(&str, &str)> =
        attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let [caption, alt, credit] = texts.map(Option::as_deref);
    if (caption, alt, credit) == (None, None, None) {
        return xml.empty("media:content", &attributes);
    }
    xml.open("media:content", &attributes);
    if let Some(text) = caption.or(alt) {
        xml.text("media:description", &[("type", "plain")], text);
    }
    xml.text_if("media:credit", credit);
    xml.close("media:content");
}

/// A time after RFC 822, with all four digits of the year.
fn rfc822(time: DateTime<Utc>) -> String {
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

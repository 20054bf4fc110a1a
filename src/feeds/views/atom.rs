//! Atom (RFC 4287), with the paging of RFC 5005 and the tombstones of RFC 6721.

use super::{GENERATOR, authors, body, rfc3339, source_feed, summary, time, updated, urn};
use crate::articles::model::name_slug;
use crate::articles::views::output::ArticleSummary;
use crate::feeds::model::{Channel, Departed};
use crate::http::Rendering;
use crate::text::xml::Document;
use utoipa::ToSchema;

/// A feed in Atom.
#[derive(ToSchema)]
#[schema(value_type = String)]
pub struct AtomFeed(#[allow(dead_code, reason = "names the schema of a text")] String);

impl Rendering for AtomFeed {
    const MEDIA_TYPE: &'static str = "application/atom+xml";
    const CONTENT_TYPE: &'static str = "application/atom+xml; charset=utf-8";
    const TEXT: &'static str = "A page of the feed.";
}

const TOMBSTONES: &str = "http://purl.org/atompub/tombstones/1.0";

/// The feed.
pub fn render(channel: &Channel, stories: &[ArticleSummary], departed: &[Departed]) -> Vec<u8> {
    let mut xml = Document::new();
    let mut attributes = vec![("xmlns", "http://www.w3.org/2005/Atom"), ("xmlns:at", TOMBSTONES)];
    attributes.extend(channel.language.as_deref().map(|language| ("xml:lang", language)));
    xml.open("feed", &attributes);
    xml.text("id", &[], &channel.first);
    xml.text("title", &[], &channel.title);
    xml.text("subtitle", &[], &channel.description);
    // required: an empty feed has not changed since the beginning of time
    xml.text("updated", &[], &rfc3339(channel.updated.unwrap_or_default()));
    xml.empty("link", &[("rel", "alternate"), ("href", &channel.home)]);
    for (rel, href) in channel.pages() {
        match rel {
            "hub" => xml.empty("link", &[("rel", rel), ("href", href)]),
            _ => {
                // the name that RFC 5005 has for it
                let rel = if rel == "prev" { "previous" } else { rel };
                let kind = AtomFeed::MEDIA_TYPE;
                xml.empty("link", &[("rel", rel), ("type", kind), ("href", href)]);
            }
        }
    }
    // so that an entry whose author nobody knows has one
    person(&mut xml, &channel.site, None);
    xml.text("generator", &[], GENERATOR);
    for story in stories {
        entry(&mut xml, channel, story);
    }
    for Departed { id, at } in departed {
        let (id, at) = (urn(&id.to_string()), rfc3339(*at));
        xml.empty("at:deleted-entry", &[("ref", &id), ("when", &at)]);
    }
    xml.close("feed");
    xml.finish()
}

fn entry(xml: &mut Document, channel: &Channel, story: &ArticleSummary) {
    xml.open("entry", &[("xml:lang", &story.language)]);
    xml.text("id", &[], &urn(&story.id));
    xml.text("title", &[], &story.headline);
    let changed = rfc3339(updated(story));
    xml.text("updated", &[], &changed);
    xml.text_if("published", time(story.published_at.as_deref()).map(rfc3339).as_deref());
    xml.empty("link", &[("rel", "alternate"), ("href", &story.url)]);
    if let Some(address) = &story.source_url {
        xml.empty("link", &[("rel", "via"), ("href", address)]);
    }
    enclosures(xml, story);
    for (name, url) in authors(story) {
        person(xml, name, url);
    }
    let categories = format!("{}/api/v1/categories", channel.base);
    for category in &story.categories {
        let term = category.slug.as_str();
        xml.empty(
            "category",
            &[("term", term), ("scheme", &categories), ("label", &category.name)],
        );
    }
    let tags = format!("{}/api/v1/tags", channel.base);
    for tag in &story.tags {
        xml.empty("category", &[("term", &name_slug(tag)), ("scheme", &tags), ("label", tag)]);
    }
    xml.text_if("rights", story.usage_terms.as_deref());
    xml.text_if("summary", summary(channel, story).as_deref());
    if let Some(html) = body(channel, story) {
        xml.text("content", &[("type", "html")], html);
    }
    origin(xml, story, &changed);
    xml.close("entry");
}

fn enclosures(xml: &mut Document, story: &ArticleSummary) {
    if let Some(image) = &story.image {
        xml.empty("link", &[("rel", "enclosure"), ("type", "image/*"), ("href", &image.url)]);
    }
    for one in &story.media {
        let length = one.size_bytes.map(|bytes| bytes.to_string());
        let mut attributes = vec![("rel", "enclosure"), ("href", one.url.as_str())];
        attributes.extend(one.media_type.as_deref().map(|kind| ("type", kind)));
        attributes.extend(length.as_deref().map(|length| ("length", length)));
        attributes
            .extend(one.caption.as_deref().or(one.alt.as_deref()).map(|text| ("title", text)));
        xml.empty("link", &attributes);
    }
}

/// Where the story came from: the feed of its source, as far as it is known.
fn origin(xml: &mut Document, story: &ArticleSummary, changed: &str) {
    let Some(source) = &story.source else { return };
    xml.open("source", &[]);
    xml.text("id", &[], source_feed(story).unwrap_or(&urn(&source.id)));
    xml.text("title", &[], &source.name);
    xml.text("updated", &[], changed);
    person(xml, source.credit.as_deref().unwrap_or(&source.name), source.url.as_deref());
    if let Some(feed) = source_feed(story) {
        xml.empty("link", &[("rel", "self"), ("href", feed)]);
    }
    if let Some(home) = &source.url {
        xml.empty("link", &[("rel", "alternate"), ("href", home)]);
    }
    if let Some(logo) = &source.logo_url {
        xml.text("logo", &[], logo);
    }
    xml.close("source");
}

fn person(xml: &mut Document, name: &str, url: Option<&str>) {
    xml.open("author", &[]);
    xml.text("name", &[], name);
    xml.text_if("uri", url);
    xml.close("author");
}

//! A story as an Atom entry (RFC 4287): in a feed, or as a document of its own (4.1.2).

use super::{
    Site, authors, credit, lead_apart, media_type, source_feed, time, title, updated, urn,
};
use crate::articles::model::name_slug;
use crate::articles::views::ArticleState;
use crate::articles::views::output::ArticleSummary;
use crate::http::format::Format;
use crate::text::xml::Document;
use crate::values::short_rfc3339;

/// The names of Atom.
pub const NAMESPACE: &str = "http://www.w3.org/2005/Atom";
/// The names of the Atom Publishing Protocol (RFC 5023).
const PUBLISHING: &str = "http://www.w3.org/2007/app";

/// The entry as a document.
pub fn document(story: &ArticleSummary, site: Site<'_>) -> Vec<u8> {
    let mut xml = Document::new();
    xml.open("entry", &[("xmlns", NAMESPACE), ("xml:lang", &story.language)]);
    content(&mut xml, story, &site.addresses.public_url);
    let (kind, this) = (Format::Atom.link_type(), site.address(story, Format::Atom));
    xml.empty("link", &[("rel", "self"), ("type", kind), ("href", &this)]);
    // required, and there is no feed to have it
    if authors(story).is_empty() && story.source.is_none() {
        person(&mut xml, site.title, None);
    }
    if story.state != ArticleState::Live {
        xml.open("app:control", &[("xmlns:app", PUBLISHING)]);
        xml.text("app:draft", &[], "yes");
        xml.close("app:control");
    }
    xml.close("entry");
    xml.finish()
}

/// The entry of a feed.
pub fn entry(xml: &mut Document, story: &ArticleSummary, public_url: &str) {
    xml.open("entry", &[("xml:lang", &story.language)]);
    content(xml, story, public_url);
    xml.close("entry");
}

/// Somebody who wrote a story, or publishes the feed.
pub fn person(xml: &mut Document, name: &str, url: Option<&str>) {
    xml.open("author", &[]);
    xml.text("name", &[], name);
    xml.text_if("uri", url);
    xml.close("author");
}

/// What an entry says, wherever it stands.
fn content(xml: &mut Document, story: &ArticleSummary, public_url: &str) {
    xml.text("id", &[], &urn(&story.id));
    xml.text("title", &[], title(story));
    let changed = short_rfc3339(updated(story));
    xml.text("updated", &[], &changed);
    xml.text_if("published", time(story.published_at.as_deref()).map(short_rfc3339).as_deref());
    xml.empty("link", &[("rel", "alternate"), ("href", &story.url)]);
    if let Some(address) = &story.source_url {
        xml.empty("link", &[("rel", "via"), ("href", address)]);
    }
    enclosures(xml, story);
    for (name, url) in authors(story) {
        person(xml, name, url);
    }
    categories(xml, story, public_url);
    xml.text_if("rights", story.usage_terms.as_deref());
    xml.text_if("summary", story.summary.as_deref().filter(|text| !text.trim().is_empty()));
    if let Some(html) = story.body_html.as_deref().filter(|html| !html.is_empty()) {
        xml.text("content", &[("type", "html")], html);
    }
    origin(xml, story, &changed);
}

fn categories(xml: &mut Document, story: &ArticleSummary, public_url: &str) {
    let categories = format!("{public_url}/api/v1/categories");
    for category in &story.categories {
        let (term, label) = (category.slug.as_str(), category.name.as_str());
        xml.empty("category", &[("term", term), ("scheme", &categories), ("label", label)]);
    }
    let tags = format!("{public_url}/api/v1/tags");
    for tag in &story.tags {
        xml.empty("category", &[("term", &name_slug(tag)), ("scheme", &tags), ("label", tag)]);
    }
}

fn enclosures(xml: &mut Document, story: &ArticleSummary) {
    if let Some(image) = lead_apart(story) {
        xml.empty("link", &[("rel", "enclosure"), ("href", &image.url)]);
    }
    for one in &story.media {
        let length = one.size_bytes.map(|bytes| bytes.to_string());
        let mut attributes = vec![("rel", "enclosure"), ("href", one.url.as_str())];
        attributes.extend(media_type(one).map(|kind| ("type", kind)));
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
    person(xml, credit(source), source.url.as_deref());
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

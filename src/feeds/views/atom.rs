//! Atom (RFC 4287), with the paging of RFC 5005 and the tombstones of RFC 6721.

use super::{GENERATOR, carried, links};
use crate::articles::formats::atom::{NAMESPACE, entry, person};
use crate::articles::formats::urn;
use crate::articles::views::output::ArticleSummary;
use crate::feeds::model::{Channel, Departed};
use crate::http::Rendering;
use crate::text::xml::Document;
use crate::values::short_rfc3339;
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
pub fn render(channel: &Channel, stories: Vec<ArticleSummary>, departed: &[Departed]) -> Vec<u8> {
    let mut xml = Document::new();
    let mut attributes = vec![("xmlns", NAMESPACE), ("xmlns:at", TOMBSTONES)];
    attributes.extend(channel.language.as_deref().map(|language| ("xml:lang", language)));
    xml.open("feed", &attributes);
    xml.text("id", &[], &channel.first);
    xml.text("title", &[], &channel.title);
    xml.text("subtitle", &[], &channel.description);
    // required: an empty feed has not changed since the beginning of time
    xml.text("updated", &[], &short_rfc3339(channel.updated.unwrap_or_default()));
    xml.empty("link", &[("rel", "alternate"), ("href", &channel.home)]);
    links(&mut xml, channel, "link", AtomFeed::MEDIA_TYPE);
    // so that an entry whose author nobody knows has one
    person(&mut xml, &channel.site, None);
    xml.text("generator", &[], GENERATOR);
    for story in stories {
        entry(&mut xml, &carried(channel, story), &channel.base);
    }
    for Departed { id, at } in departed {
        let (id, at) = (urn(&id.to_string()), short_rfc3339(*at));
        xml.empty("at:deleted-entry", &[("ref", &id), ("when", &at)]);
    }
    xml.close("feed");
    xml.finish()
}

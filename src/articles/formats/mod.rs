//! One story in many formats: pure functions from the story as it goes out to the bytes of a format.
//!
//! They know nothing of requests and nothing of the database; what a caller may see was decided when the
//! view was made. A view without its bodies gives what there is: a feed of summaries uses them too.

pub mod atom;
pub mod jsonld;
pub mod markdown;
pub mod ninjs;
pub mod page;
pub mod text;

use super::views::output::ArticleSummary;
use super::views::parts::MediaKind;
use super::views::refs::{Image, Media, SourceRef};
use crate::addresses::Addresses;
use crate::error::Error;
use crate::http::format::Format;
use crate::http::json;
use crate::text::xml::visible;
use chrono::{DateTime, Utc};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

/// What an address may not hold as it is (RFC 3986), beyond what the parser of addresses encodes.
const NOT_IN_URI: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What a format needs to know beside the story.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// Where things are found.
    pub addresses: &'a Addresses,
    /// What the service calls itself.
    pub title: &'a str,
}

impl Site<'_> {
    /// Where the story is in a format.
    pub fn address(self, story: &ArticleSummary, format: Format) -> String {
        format!("{}.{}", self.addresses.api("articles", &story.slug), format.suffix())
    }
}

/// The story in a format.
pub fn render(story: &ArticleSummary, format: Format, site: Site<'_>) -> Result<Vec<u8>, Error> {
    match format {
        Format::Json => json::to_vec(story),
        Format::Ninjs => json::to_vec(&ninjs::item(story)),
        Format::JsonLd => json::to_vec(&jsonld::news_article(story)),
        Format::Text => Ok(text::plain(story).into_bytes()),
        Format::Markdown => Ok(markdown::with_front_matter(story).into_bytes()),
        Format::Html => Ok(page::page(story, site).into_bytes()),
        Format::Atom => Ok(atom::document(&with_uris(story.clone()), site)),
    }
}

/// An address as strict readers want it: in ASCII, with everything encoded that has to be. None when it is
/// no address at all.
pub fn uri(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    Some(utf8_percent_encode(url.as_str(), NOT_IN_URI).to_string())
}

/// The story with every address as strict readers want it, in formats that take them as they are.
pub fn with_uris(mut story: ArticleSummary) -> ArticleSummary {
    let optional = |address: &mut Option<String>| *address = address.as_deref().and_then(uri);
    let required = |address: &mut String| {
        if let Some(uri) = uri(address) {
            *address = uri;
        }
    };
    optional(&mut story.source_url);
    optional(&mut story.canonical_url);
    story.authors.iter_mut().for_each(|author| optional(&mut author.url));
    story.image.iter_mut().for_each(|image| required(&mut image.url));
    story.media.iter_mut().for_each(|media| required(&mut media.url));
    if let Some(source) = &mut story.source {
        optional(&mut source.url);
        optional(&mut source.logo_url);
        source.feed_url.iter_mut().for_each(optional);
    }
    story
}

/// What stands above it in markup: the headline, or its slug where markup holds nothing of that.
pub fn title(story: &ArticleSummary) -> &str {
    visible(&story.headline).unwrap_or(&story.slug)
}

/// What names this story everywhere and for ever.
pub fn urn(id: &str) -> String {
    format!("urn:uuid:{id}")
}

/// Who wrote it, as one line: the byline, else the authors' names.
pub fn byline(story: &ArticleSummary) -> Option<String> {
    let names = || story.authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>();
    let named = || Some(names().join(", ")).filter(|names| !names.is_empty());
    story.byline.clone().filter(|line| !line.trim().is_empty()).or_else(named)
}

/// Who wrote it, one by one, each with a page about them; the byline, where nobody is named.
pub fn authors(story: &ArticleSummary) -> Vec<(&str, Option<&str>)> {
    let named = story.authors.iter().map(|author| (author.name.as_str(), author.url.as_deref()));
    let line = story.byline.as_deref().filter(|line| !line.trim().is_empty());
    let unnamed = line.filter(|_| story.authors.is_empty());
    let all = named.chain(unnamed.map(|line| (line, None)));
    all.filter(|(name, _)| visible(name).is_some()).collect()
}

/// A time of a story, as it was written for the wire.
pub fn time(text: Option<&str>) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text?).ok()?;
    Some(time.to_utc())
}

/// When it was changed for its readers, if that was after it was published: it may be published anew, with a
/// later date than it had.
pub fn revised(story: &ArticleSummary) -> Option<&str> {
    // both are written alike, so that the later one is the greater text
    let published = story.published_at.as_deref();
    story.revised_at.as_deref().filter(|revised| published.is_none_or(|date| *revised > date))
}

/// Whether a medium is the lead picture again, which feeds that are read often have in both places.
pub fn is_lead(story: &ArticleSummary, medium: &Media) -> bool {
    let lead = story.image.as_ref().map(|image| image.url.as_str());
    medium.kind == MediaKind::Image && lead == Some(medium.url.as_str())
}

/// The lead picture, where it is not among the media, which know more of it.
pub fn lead_apart(story: &ArticleSummary) -> Option<&Image> {
    story.image.as_ref().filter(|_| !story.media.iter().any(|one| is_lead(story, one)))
}

/// The media type of a file (RFC 6838), where what was sent for it is one.
pub fn media_type(medium: &Media) -> Option<&str> {
    let told = medium.media_type.as_deref()?.trim();
    let (kind, subtype) = told.split(';').next()?.trim_end().split_once('/')?;
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
    };
    let legible = told.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    (legible && is_name(kind) && is_name(subtype)).then_some(told)
}

/// When it was last changed for its readers; while it has none, when it was last written.
pub fn updated(story: &ArticleSummary) -> DateTime<Utc> {
    let published = time(story.published_at.as_deref());
    let revised = time(story.revised_at.as_deref());
    let told = published.into_iter().chain(revised).max();
    told.or_else(|| time(Some(&story.updated_at))).unwrap_or_default()
}

/// The feed of its source, where the story was read with the whole source.
pub fn source_feed(story: &ArticleSummary) -> Option<&str> {
    story.source.as_ref()?.feed_url.as_ref()?.as_deref()
}

/// How the source wants to be named.
pub fn credit(source: &SourceRef) -> &str {
    source.credit.as_deref().filter(|credit| !credit.trim().is_empty()).unwrap_or(&source.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_media_type_is_none() {
        let of = |kind: &str| Media { media_type: Some(kind.to_owned()), ..medium() };
        for good in ["image/jpeg", "application/ld+json", "video/mp4; codecs=\"avc1\""] {
            assert_eq!(media_type(&of(good)), Some(good));
        }
        for bad in
            ["", "mp3", "image/*", "*/*", "image/", "/jpeg", "image/jpe g", "a/b;\u{1}", "ü/x"]
        {
            assert_eq!(media_type(&of(bad)), None, "{bad}");
        }
    }

    fn medium() -> Media {
        Media {
            kind: MediaKind::Image,
            url: String::new(),
            alt: None,
            caption: None,
            credit: None,
            width: None,
            height: None,
            media_type: None,
            size_bytes: None,
            duration_seconds: None,
        }
    }
}

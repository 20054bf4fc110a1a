//! One story in many formats: pure functions from the story as it goes out to the bytes of a format.
//!
//! They know nothing of requests and nothing of the database; what a caller may see was decided when the
//! view was made. A view without its bodies gives what there is: a feed of summaries uses them too.

pub mod jsonld;
pub mod markdown;
pub mod ninjs;
pub mod page;
pub mod text;

use super::views::output::ArticleSummary;
use super::views::refs::SourceRef;
use crate::addresses::Addresses;
use crate::http::format::Format;
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

/// What a page needs to know beside the story.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// Where things are found.
    pub addresses: &'a Addresses,
}

/// The story in a format.
pub fn render(
    story: &ArticleSummary,
    format: Format,
    site: Site<'_>,
) -> Result<Vec<u8>, serde_json::Error> {
    match format {
        Format::Json => serde_json::to_vec(story),
        Format::Ninjs => serde_json::to_vec(&ninjs::item(story)),
        Format::JsonLd => serde_json::to_vec(&jsonld::news_article(story)),
        Format::Text => Ok(text::plain(story).into_bytes()),
        Format::Markdown => Ok(markdown::with_front_matter(story).into_bytes()),
        Format::Html => Ok(page::page(story, site).into_bytes()),
    }
}

/// An address as strict readers want it: in ASCII, with everything encoded that has to be. None when it is
/// no address at all.
pub fn uri(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    Some(utf8_percent_encode(url.as_str(), NOT_IN_URI).to_string())
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

/// How the source wants to be named.
pub fn credit(source: &SourceRef) -> &str {
    source.credit.as_deref().filter(|credit| !credit.trim().is_empty()).unwrap_or(&source.name)
}

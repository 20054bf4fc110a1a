//! The formats of a story: the suffix that names each in an address, its media type, and what there
//! is at which address.

use actix_web::http::Method;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Our own JSON, which everything speaks.
    Json,
    /// IPTC ninjs 3.1. No media type is registered for it; this is the one in use.
    Ninjs,
    /// schema.org's NewsArticle as JSON-LD.
    JsonLd,
    /// Plain text.
    Text,
    /// Markdown with front matter (RFC 7763).
    Markdown,
    /// A page to read.
    Html,
    /// An Atom entry as a document of its own (RFC 4287).
    Atom,
}

use Format::{Atom, Html, Json, JsonLd, Markdown, Ninjs, Text};

/// Where the single stories are: below it, in one segment.
const STORIES: &str = "/api/v1/articles/";

impl Format {
    /// What a story is given in; of equals the first is sent.
    pub const OF_A_STORY: [Format; 7] = [Json, Ninjs, JsonLd, Text, Markdown, Html, Atom];

    /// What names it at the end of an address, without the dot before it.
    pub const fn suffix(self) -> &'static str {
        match self {
            Json => "json",
            Ninjs => "ninjs.json",
            JsonLd => "jsonld",
            Text => "txt",
            Markdown => "md",
            Html => "html",
            Atom => "atom",
        }
    }

    /// The media type, without parameters.
    pub const fn media_type(self) -> &'static str {
        match self {
            Json => "application/json",
            Ninjs => "application/vnd.iptc.ninjs+json",
            JsonLd => "application/ld+json",
            Text => "text/plain",
            Markdown => "text/markdown",
            Html => "text/html",
            Atom => "application/atom+xml",
        }
    }

    /// The media type in links: there a feed reader must not take an entry for a feed (RFC 5023, 12.1).
    pub const fn link_type(self) -> &'static str {
        match self {
            Atom => "application/atom+xml;type=entry",
            other => other.media_type(),
        }
    }

    /// The value of `Content-Type`.
    pub const fn content_type(self) -> &'static str {
        match self {
            Text => "text/plain; charset=utf-8",
            Markdown => "text/markdown; charset=utf-8",
            Html => "text/html; charset=utf-8",
            Atom => "application/atom+xml;type=entry;charset=utf-8",
            json => json.media_type(),
        }
    }

    /// The format of a story of that suffix.
    pub fn of_suffix(suffix: &str) -> Option<Format> {
        Format::OF_A_STORY.into_iter().find(|format| format.suffix() == suffix)
    }
}

/// What can be had at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// JSON alone.
    Json,
    /// A story in any of its formats.
    Story,
    /// A story in the format that its suffix names; none, when there is no such suffix.
    Named(Option<Format>),
}

impl Offer {
    /// At this path, with this method.
    pub fn at(method: &Method, path: &str) -> Offer {
        let reads = matches!(*method, Method::GET | Method::HEAD);
        match path.strip_prefix(STORIES).filter(|rest| reads && !rest.contains('/')) {
            None => Offer::Json,
            // no slug and no id holds a dot
            Some(story) => match story.split_once('.') {
                None => Offer::Story,
                Some((_, suffix)) => Offer::Named(Format::of_suffix(suffix)),
            },
        }
    }

    /// The formats, best first.
    pub fn formats(self) -> &'static [Format] {
        match self {
            Offer::Story => &Format::OF_A_STORY,
            Offer::Json | Offer::Named(_) => &[Json],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_names_a_format() {
        let at = |path: &str| Offer::at(&Method::GET, path);
        assert_eq!(at("/api/v1/articles/rain"), Offer::Story);
        assert_eq!(at("/api/v1/articles/rain.md"), Offer::Named(Some(Markdown)));
        assert_eq!(at("/api/v1/articles/rain.ninjs.json"), Offer::Named(Some(Ninjs)));
        assert_eq!(at("/api/v1/articles/rain.json"), Offer::Named(Some(Json)));
        assert_eq!(at("/api/v1/articles/rain.atom"), Offer::Named(Some(Atom)));
        for unknown in ["", "pdf", "x.json", "JSON", "html.", "ninjs"] {
            assert_eq!(at(&format!("/api/v1/articles/rain.{unknown}")), Offer::Named(None));
        }
        for plain in ["/api/v1/articles", "/api/v1/articles/rain/input", "/api/v1/sources/a.md"] {
            assert_eq!(at(plain), Offer::Json, "{plain}");
        }
        assert_eq!(Offer::at(&Method::PUT, "/api/v1/articles/rain.md"), Offer::Json);
    }
}

//! The vocabularies that feeds are made of, by their namespaces.

use Vocabulary as V;

/// What an element belongs to, as far as feeds need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vocabulary {
    /// RSS of any version, and whatever has no prefix and is not known.
    Core,
    /// Atom 0.3 and 1.0.
    Atom,
    /// RSS content.
    Content,
    /// Dublin Core elements and terms.
    DublinCore,
    /// Media RSS.
    Media,
    /// Apple's podcasts.
    Podcast,
    /// XHTML.
    Xhtml,
    /// RDF.
    Rdf,
    /// Anything else.
    Other,
}

/// What a namespace is.
pub(super) fn known(prefix: &str, uri: &str) -> Vocabulary {
    let uri = uri.trim().to_ascii_lowercase();
    let uri = uri.trim_end_matches(['/', '#']);
    let bare = uri.trim_start_matches("http://").trim_start_matches("https://");
    match bare.trim_start_matches("www.") {
        "w3.org/2005/atom" | "purl.org/atom/ns" | "purl.org/atom" => V::Atom,
        "purl.org/rss/1.0/modules/content" => V::Content,
        "purl.org/dc/elements/1.1" | "purl.org/dc/elements/1.0" | "purl.org/dc/terms" => {
            V::DublinCore
        }
        "search.yahoo.com/mrss" | "search.yahoo.com/searchmonkey/media" => V::Media,
        "itunes.com/dtds/podcast-1.0.dtd" | "example.com/dtds/podcast-1.0.dtd" => V::Podcast,
        "w3.org/1999/xhtml" => V::Xhtml,
        "w3.org/1999/02/22-rdf-syntax-ns" => V::Rdf,
        "purl.org/rss/1.0"
        | "purl.org/net/rss1.1"
        | "my.netscape.com/rdf/simple/0.9"
        | "my.netscape.com/rdf/simple/0.91"
        | "channel.netscape.com/rdf/simple/0.9"
        | "backend.userland.com/rss2"
        | "blogs.law.harvard.edu/tech/rss" => V::Core,
        _ if prefix.is_empty() => V::Core,
        _ => V::Other,
    }
}

/// What a prefix means that nothing declares.
pub(super) fn usual(prefix: &str) -> Vocabulary {
    match prefix {
        "" => V::Core,
        "atom" | "atom10" => V::Atom,
        "content" => V::Content,
        "dc" | "dcterms" => V::DublinCore,
        "media" => V::Media,
        "itunes" => V::Podcast,
        "xhtml" => V::Xhtml,
        "rdf" => V::Rdf,
        _ => V::Other,
    }
}

//! Atom 1.0 (RFC 4287) and 0.3.

use super::xml::{Element, Vocabulary as V};
use super::{
    Entry, Feed, Kind, MOST_AUTHORS, MOST_ENTRIES, Person, Text, absolute, based, date, media,
    words,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use url::Url;

/// Reads the outermost element: a feed, or one entry by itself.
pub(super) fn read(root: &Element, url: Option<&Url>) -> Feed {
    let base = based(root, url);
    let base = base.as_ref();
    if root.name == "entry" {
        return Feed { entries: vec![entry(root, &Arc::default(), base)], ..Feed::default() };
    }
    // those of a feed are all its entries': they are kept once
    let written_by = authors(root);
    let entries = root
        .elements()
        .filter(|child| matches!(child.name.as_str(), "entry" | "item"))
        .take(MOST_ENTRIES);
    Feed {
        title: own(root, "title").and_then(text).map(|title| title.to_plain()),
        home: alternate(root, base),
        language: root.attribute("xml:lang").map(str::to_owned),
        entries: entries.map(|child| entry(child, &written_by, base)).collect(),
    }
}

/// An element of Atom's own.
fn is_own(element: &Element, name: &str) -> bool {
    matches!(element.vocabulary, V::Atom | V::Core) && element.name == name
}

fn own<'a>(element: &'a Element, name: &str) -> Option<&'a Element> {
    element.elements().find(|child| is_own(child, name))
}

/// The authors that an element names by itself.
fn authors(element: &Element) -> Arc<[Person]> {
    let named = element.elements().filter(|child| is_own(child, "author"));
    named.filter_map(person).take(MOST_AUTHORS).collect()
}

fn entry(entry: &Element, feed_authors: &Arc<[Person]>, base: Option<&Url>) -> Entry {
    let base = based(entry, base);
    let base = base.as_ref();
    // an entry without an author has its source's, else the feed's
    let mut written_by = authors(entry);
    if written_by.is_empty() {
        written_by = own(entry, "source").map(authors).unwrap_or_default();
    }
    if written_by.is_empty() {
        written_by = feed_authors.clone();
    }
    let categories = entry.elements().filter(|child| is_own(child, "category"));
    let tags = categories.filter_map(|category| {
        let named = ["label", "term"].iter().find_map(|name| category.attribute(name));
        named.map(str::to_owned).or_else(|| category.text())
    });
    let subjects = entry.elements().filter(|child| child.is(V::DublinCore, "subject"));
    let (image, media) = media::read(entry, base);
    Entry {
        id: own(entry, "id").and_then(Element::text),
        link: alternate(entry, base),
        title: own(entry, "title").and_then(text).or_else(|| dublin_core_title(entry)),
        summary: own(entry, "summary")
            .and_then(text)
            .or_else(|| media::described(entry).map(|value| Text { value, kind: Kind::Plain })),
        content: content(entry),
        authors: written_by,
        published: dated(entry, &["published", "issued", "created", "pubdate"], "issued"),
        updated: dated(entry, &["updated", "modified"], "date"),
        tags: words::tags(tags.chain(subjects.filter_map(Element::text)).collect()),
        language: language(entry),
        rights: own(entry, "rights").and_then(text).map(|text| text.to_plain()),
        image,
        media,
    }
}

fn dublin_core_title(entry: &Element) -> Option<Text> {
    let found = [V::DublinCore, V::Media].iter().find_map(|v| entry.find(*v, "title"));
    found.and_then(Element::text).map(|value| Text { value, kind: Kind::Either })
}

fn language(entry: &Element) -> Option<String> {
    let content = own(entry, "content").and_then(|content| content.attribute("xml:lang"));
    content.or_else(|| entry.attribute("xml:lang")).map(str::to_owned)
}

fn dated(entry: &Element, names: &[&str], dublin_core: &str) -> Option<DateTime<Utc>> {
    let own = names.iter().filter_map(|name| own(entry, name));
    let all = own.chain(entry.find(V::DublinCore, dublin_core));
    all.filter_map(Element::text).find_map(|text| date::read(&text))
}

/// The content: the one in HTML where there are several (Atom 0.3), none where it stands elsewhere.
fn content(entry: &Element) -> Option<Text> {
    let all: Vec<Text> =
        entry.elements().filter(|child| is_own(child, "content")).filter_map(text).collect();
    let html = all.iter().find(|text| text.kind == Kind::Html).cloned();
    html.or_else(|| all.into_iter().next())
}

/// A text construct: by its `type`, and in Atom 0.3 its `mode`.
fn text(element: &Element) -> Option<Text> {
    let kind = element.attribute("type").unwrap_or("text").trim().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let mode = element.attribute("mode").unwrap_or_default();
    let known = matches!(kind, "text" | "html" | "xhtml") || kind.contains('/');
    if !known || element.attribute("src").is_some() {
        return element.text().map(|value| Text { value, kind: Kind::Plain });
    }
    if element.has_markup() && mode != "escaped" {
        return markup(element);
    }
    let value = element.text()?;
    // anything but text is in base64, says RFC 4287
    let foreign = kind.contains('/')
        && !kind.starts_with("text/")
        && !kind.ends_with("+xml")
        && !kind.ends_with("/xml");
    if mode == "base64" || foreign {
        let packed: String = value.split_whitespace().collect();
        let bytes = STANDARD.decode(packed).ok()?;
        let value = crate::text::decode::decode(&bytes).trim().to_owned();
        let is_html = kind.contains("html");
        return Some(Text { value, kind: if is_html { Kind::Html } else { Kind::Plain } });
    }
    let is_html = matches!(kind, "html" | "xhtml") || kind.contains("html");
    Some(Text { value, kind: if is_html { Kind::Html } else { Kind::Plain } })
}

/// Markup that stands in the feed as such; the `div` around XHTML is no part of it.
fn markup(element: &Element) -> Option<Text> {
    let mut children = element.elements();
    let inner = match (children.next(), children.next()) {
        (Some(only), None) if only.name == "div" => only,
        _ => element,
    };
    let value = inner.inner_html().trim().to_owned();
    (!value.is_empty()).then_some(Text { value, kind: Kind::Html })
}

/// Who a person construct names.
pub(super) fn person(element: &Element) -> Option<Person> {
    let name = own(element, "name").and_then(Element::text);
    let url = ["uri", "url"].iter().find_map(|name| own(element, name)).and_then(Element::text);
    match name {
        Some(name) => Some(Person { name, url }),
        None if element.has_markup() => None,
        None => element.text().and_then(|text| words::person(&text)),
    }
}

/// The page that an element's Atom links lead to: the one for people, of several.
pub(super) fn alternate(element: &Element, base: Option<&Url>) -> Option<String> {
    let links: Vec<&Element> = element.elements().filter(|child| is_own(child, "link")).collect();
    let rel =
        |link: &Element| link.attribute("rel").unwrap_or("alternate").trim().to_ascii_lowercase();
    let fits = |link: &&&Element| {
        let rel = rel(link);
        rel.is_empty() || rel == "alternate" || rel.ends_with("relation/alternate")
    };
    let rank = |link: &&&Element| match link.attribute("type") {
        Some(kind) if kind.contains("html") => 0,
        None => 1,
        Some(_) => 2,
    };
    let found = links.iter().filter(fits).min_by_key(rank);
    found.and_then(|link| {
        let base = based(link, base);
        let href = link.attribute("href").map(str::to_owned).or_else(|| link.text());
        href.map(|href| absolute(base.as_ref(), &href))
    })
}

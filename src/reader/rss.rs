//! RSS: 0.9x, 1.0 (RDF), 1.1, 2.0 and CDF, with the modules that news feeds use.

use super::xml::{Element, Vocabulary as V};
use super::{
    Entry, Feed, Kind, MOST_ENTRIES, Person, Text, absolute, atom, based, date, media, words,
};
use url::Url;

/// Reads the outermost element.
pub(super) fn read(root: &Element, url: Option<&Url>) -> Feed {
    let base = based(root, url);
    let channel = match is_channel(root) {
        true => root,
        false => root.elements().find(|child| is_channel(child)).unwrap_or(root),
    };
    let base = based(channel, base.as_ref());
    let mut feed = Feed {
        title: core(channel, &["title"]).and_then(Element::text).map(|title| words::plain(&title)),
        home: link(channel, base.as_ref()),
        language: language(channel),
        entries: Vec::new(),
    };
    let mut items = Vec::new();
    collect(root, &mut items);
    feed.entries = items.into_iter().map(|item| entry(item, base.as_ref())).collect();
    feed
}

fn is_channel(element: &Element) -> bool {
    element.name == "channel"
}

/// The items, wherever the version has them: in the channel, beside it, in `items`.
fn collect<'a>(element: &'a Element, items: &mut Vec<&'a Element>) {
    for child in element.elements() {
        if items.len() >= MOST_ENTRIES {
            return;
        }
        match (child.vocabulary, child.name.as_str()) {
            (V::Core | V::Other, "item") => items.push(child),
            (V::Core | V::Rdf, "channel" | "items" | "rss" | "rdf") => collect(child, items),
            _ => {}
        }
    }
}

/// The first element of RSS's own with one of these names.
fn core<'a>(element: &'a Element, names: &[&str]) -> Option<&'a Element> {
    names.iter().find_map(|name| element.find(V::Core, name))
}

fn dublin_core(element: &Element, name: &str) -> Option<String> {
    element.find(V::DublinCore, name).and_then(Element::text)
}

fn language(element: &Element) -> Option<String> {
    let named = core(element, &["language"]).and_then(Element::text);
    let named = named.or_else(|| dublin_core(element, "language"));
    named.or_else(|| element.attribute("xml:lang").map(str::to_owned))
}

fn entry(item: &Element, base: Option<&Url>) -> Entry {
    let base = based(item, base);
    let base = base.as_ref();
    let guid = core(item, &["guid"]);
    let id = guid.and_then(Element::text);
    let about = || item.attribute("rdf:about").map(|about| about.trim().to_owned());
    let permalink = guid.filter(|guid| {
        !guid
            .attribute("ispermalink")
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("false"))
    });
    let permalink = permalink.and_then(Element::text).filter(|id| id.starts_with("http"));
    let (image, media) = media::read(item, base);
    let description = core(item, &["description"]).and_then(text);
    let content = item.find(V::Content, "encoded").and_then(text);
    let body = || {
        let found =
            item.elements().find(|child| child.is(V::Xhtml, "body") || child.is(V::Xhtml, "div"));
        found.and_then(text).map(|text| Text { kind: Kind::Html, ..text })
    };
    Entry {
        id: id.or_else(about).or_else(|| dublin_core(item, "identifier")),
        link: link(item, base).or(permalink),
        title: title(item),
        content: content.or_else(body).map(|text| Text { kind: Kind::Html, ..text }),
        summary: description.or_else(|| described(item)),
        authors: authors(item).into(),
        published: dated(
            item,
            &[(V::Core, "pubdate"), (V::DublinCore, "issued"), (V::Atom, "published")],
        ),
        updated: dated(
            item,
            &[(V::DublinCore, "date"), (V::DublinCore, "modified"), (V::Atom, "updated")],
        ),
        tags: tags(item),
        language: language(item),
        rights: dublin_core(item, "rights"),
        image,
        media,
    }
}

fn dated(item: &Element, names: &[(V, &str)]) -> Option<chrono::DateTime<chrono::Utc>> {
    let found =
        |(vocabulary, name): &(V, &str)| item.find(*vocabulary, name).and_then(Element::text);
    names.iter().filter_map(found).find_map(|text| date::read(&text))
}

/// The link; that of Atom within RSS where there is no other. CDF has it in an attribute.
fn link(element: &Element, base: Option<&Url>) -> Option<String> {
    let links = element.elements().filter(|child| child.is(V::Core, "link"));
    let own =
        links.filter_map(|link| link.text().or_else(|| link.attribute("href").map(str::to_owned)));
    let own = own.map(|link| absolute(base, &link)).next();
    let cdf = || element.attribute("href").map(|link| absolute(base, link));
    own.or_else(|| atom::alternate(element, base)).or_else(cdf)
}

fn title(item: &Element) -> Option<Text> {
    let either = |value| Text { value, kind: Kind::Either };
    let own = core(item, &["title"]).and_then(text);
    own.or_else(|| dublin_core(item, "title").map(either))
        .or_else(|| item.find(V::Media, "title").and_then(Element::text).map(either))
        .or_else(|| item.find(V::Podcast, "title").and_then(Element::text).map(either))
}

fn described(item: &Element) -> Option<Text> {
    let either = |value| Text { value, kind: Kind::Either };
    dublin_core(item, "description")
        .or_else(|| item.find(V::Podcast, "summary").and_then(Element::text))
        .or_else(|| media::described(item))
        .map(either)
}

/// The text of an element; markup that was not escaped as it should be is markup all the same.
fn text(element: &Element) -> Option<Text> {
    if element.has_markup() {
        let value = element.inner_html().trim().to_owned();
        return (!value.is_empty()).then_some(Text { value, kind: Kind::Html });
    }
    element.text().map(|value| Text { value, kind: Kind::Either })
}

fn authors(item: &Element) -> Vec<Person> {
    let by = |vocabulary, name| item.elements().filter(move |child| child.is(vocabulary, name));
    let creators: Vec<Person> = by(V::DublinCore, "creator")
        .filter_map(Element::text)
        .filter_map(|text| words::person(&text))
        .collect();
    if !creators.is_empty() {
        return creators;
    }
    let atom: Vec<Person> = by(V::Atom, "author").filter_map(atom::person).collect();
    if !atom.is_empty() {
        return atom;
    }
    let own = by(V::Core, "author").chain(by(V::Podcast, "author"));
    own.filter_map(Element::text).filter_map(|text| words::person(&text)).take(1).collect()
}

fn tags(item: &Element) -> Vec<String> {
    let named =
        |child: &&Element| child.is(V::Core, "category") || child.is(V::DublinCore, "subject");
    let mut tags: Vec<String> = item.elements().filter(named).filter_map(Element::text).collect();
    for keywords in item.elements().filter(|child| child.name == "keywords") {
        let listed = keywords.text().unwrap_or_default();
        tags.extend(listed.split(',').map(|word| word.trim().to_owned()));
    }
    words::tags(tags)
}

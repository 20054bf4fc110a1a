//! An Atom entry as a document of its own: well-formed, with all that it must have, and the words of the
//! feed.

use super::{ARTICLES, accepting, newsroom, text};
use crate::feeds::{texts, tree};
use feed_rs::model::Entry;
use newswire::text::xml::legal;
use roxmltree::Node;
use serde_json::{Value, json};

const ATOM: &str = "http://www.w3.org/2005/Atom";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const APP: &str = "http://www.w3.org/2007/app";

/// What a reader of feeds finds in an entry, in a feed that has nothing else.
fn read(document: &str) -> Entry {
    let (declaration, entry) = document.split_once('\n').unwrap();
    assert_eq!(declaration, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    let feed = format!(
        "<feed xmlns=\"{ATOM}\"><id>x</id><title>x</title><updated>2000-01-01T00:00:00Z</updated>{entry}</feed>"
    );
    feed_rs::parser::parse(feed.as_bytes()).unwrap().entries.remove(0)
}

/// It says what the story says, as far as XML can hold it.
pub fn says(document: &str, story: &Value) {
    let held = |value: &Value| legal(value.as_str().unwrap()).into_owned();
    let tree = tree(document);
    let root = tree.root_element();
    check(root);
    for (name, member) in [
        ("title", "headline"),
        ("summary", "summary"),
        ("rights", "usage_terms"),
        ("content", "body_html"),
    ] {
        assert_eq!(texts(root, (ATOM, name)), [held(&story[member])], "{name}");
    }
    assert_eq!(root.attribute((XML, "lang")), story["language"].as_str());
    let entry = read(document);
    assert_eq!(entry.id, format!("urn:uuid:{}", story["id"].as_str().unwrap()));
    // the reader cuts the space at the ends of it
    assert_eq!(entry.title.unwrap().content, held(&story["headline"]).trim());
    assert_eq!(entry.authors[0].name.as_deref().unwrap(), held(&story["authors"][0]["name"]));
    let tag = held(&story["tags"][0]);
    assert!(entry.categories.iter().any(|one| one.label.as_ref() == Some(&tag)));
}

/// It has what an entry must have (RFC 4287, 4.1.2).
fn check(entry: Node<'_, '_>) {
    assert!(entry.has_tag_name((ATOM, "entry")));
    for name in ["id", "title", "updated"] {
        assert_eq!(texts(entry, (ATOM, name)).len(), 1, "{name}");
    }
    let has_author =
        |node: Node<'_, '_>| node.children().any(|one| one.has_tag_name((ATOM, "author")));
    let mut origin = entry.children().filter(|one| one.has_tag_name((ATOM, "source")));
    assert!(has_author(entry) || origin.any(has_author));
    for rel in ["alternate", "self"] {
        assert_eq!(links(entry, rel).len(), 1, "{rel}");
    }
}

/// The addresses of that relation.
fn links<'a>(entry: Node<'a, '_>, rel: &str) -> Vec<&'a str> {
    let links = entry.children().filter(|one| one.attribute("rel") == Some(rel));
    links.filter_map(|one| one.attribute("href")).collect()
}

/// The elements of an entry as they are written, without those that a document alone has.
fn shared(text: &str) -> Vec<String> {
    let document = tree(text);
    let entry = document.descendants().find(|node| node.has_tag_name((ATOM, "entry"))).unwrap();
    let parts = entry.children().filter(|node| {
        node.is_element()
            && node.attribute("rel") != Some("self")
            && node.tag_name().namespace() == Some(ATOM)
    });
    let written = |node: Node<'_, '_>| {
        let lines = text[node.range()].lines().map(str::trim);
        lines.collect::<Vec<_>>().join("\n")
    };
    parts.map(written).collect()
}

#[actix_web::test]
async fn it_says_what_the_feed_says() {
    let app = newsroom(&[]).await;
    let feed = json!({ "feed_url": "https://radio.example/feed" });
    app.patch("/api/v1/sources/radio-pakistan", &feed).await.expect(200);
    let answer = app.get(&format!("{ARTICLES}/talks.atom")).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/atom+xml;type=entry;charset=utf-8");
    let entry = text(&answer);
    says(&entry, &app.get(&format!("{ARTICLES}/talks")).await.expect(200).body);
    let document = tree(&entry);
    let root = document.root_element();
    assert_eq!(links(root, "self"), ["https://api.news.example/api/v1/articles/talks.atom"]);
    assert!(entry.contains("<id>https://radio.example/feed</id>"), "{entry}");
    let feed = text(&app.get("/feeds/articles.atom?source=radio-pakistan").await.expect(200));
    assert_eq!(shared(&entry), shared(&feed));
    assert!(!entry.contains("app:draft"), "{entry}");
}

#[actix_web::test]
async fn a_story_that_names_nobody_is_by_the_service() {
    let app = newsroom(&[]).await;
    let entry = text(&app.get(&format!("{ARTICLES}/urdu.atom")).await.expect(200));
    let document = tree(&entry);
    check(document.root_element());
    assert_eq!(document.root_element().attribute((XML, "lang")), Some("ur"));
    let found = read(&entry);
    assert_eq!(found.authors[0].name.as_deref(), Some("newswire"));
    assert!(found.content.is_none() && found.summary.is_none());
    app.patch(&format!("{ARTICLES}/urdu"), &json!({ "byline": " " })).await.expect(200);
    let blank = text(&app.get(&format!("{ARTICLES}/urdu.atom")).await.expect(200));
    assert_eq!(read(&blank).authors[0].name.as_deref(), Some("newswire"));
}

#[actix_web::test]
async fn what_is_not_live_is_marked() {
    let app = newsroom(&[]).await;
    let story = app.create(ARTICLES, &json!({ "headline": "Draft", "body": "To come." })).await;
    let entry = text(&app.admin_get(&format!("{ARTICLES}/draft.atom")).await.expect(200));
    let document = tree(&entry);
    let root = document.root_element();
    check(root);
    let control = root.children().find(|one| one.has_tag_name((APP, "control"))).unwrap();
    assert_eq!(texts(control, (APP, "draft")), ["yes"]);
    // readers have no date of it yet
    assert!(texts(root, (ATOM, "published")).is_empty());
    let written: chrono::DateTime<chrono::Utc> =
        story["updated_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(read(&entry).updated.unwrap(), written);
}

#[actix_web::test]
async fn readers_of_entries_are_given_one() {
    let app = newsroom(&[]).await;
    let path = format!("{ARTICLES}/talks");
    for accept in [
        "application/atom+xml",
        "application/atom+xml;type=entry",
        "application/atom+xml, application/json;q=0.5",
    ] {
        let answer = accepting(&app, &path, accept).await.expect(200);
        check(tree(&text(&answer)).root_element());
    }
    for accept in ["application/*", "application/atom+xml;q=0.5, application/json", "*/*"] {
        let answer = accepting(&app, &path, accept).await.expect(200);
        assert_eq!(answer.header("content-type"), "application/json", "{accept}");
    }
}

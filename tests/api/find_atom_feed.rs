//! Feeds in Atom.

use crate::feeds::{NAMED, at, newsroom, texts, tree};
use crate::support::TestApp;

const FEED: &str = "/feeds/articles.atom";
const ATOM: &str = "http://www.w3.org/2005/Atom";

#[actix_web::test]
async fn an_entry_says_what_the_story_says() {
    let app = newsroom().await;
    let story = app.get("/api/v1/articles/corridor-talks-resume").await.expect(200).body;
    let answer = app.get(FEED).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/atom+xml; charset=utf-8");
    let text = String::from_utf8(answer.bytes).unwrap();
    let document = tree(&text);
    let entry = document.descendants().find(|node| node.has_tag_name((ATOM, "entry"))).unwrap();
    let text = |name: &str| texts(entry, (ATOM, name));
    assert_eq!(text("id"), [format!("urn:uuid:{}", story["id"].as_str().unwrap())]);
    assert_eq!(text("title"), ["Corridor talks resume"]);
    assert_eq!(text("published"), ["2022-11-07T09:05:03Z"]);
    assert_eq!(text("updated"), ["2022-11-08T00:00:00Z"]);
    assert_eq!(text("summary"), ["In the capital: 1 < 2 & 3."]);
    assert_eq!(text("content"), [story["body_html"].as_str().unwrap()]);
    assert_eq!(text("rights"), ["Free with credit."]);
    let authors = entry.children().filter(|node| node.has_tag_name((ATOM, "author")));
    let authors: Vec<_> = authors.flat_map(|node| texts(node, (ATOM, "name"))).collect();
    assert_eq!(authors, ["Ayesha Khan", "Bilal Shah"]);
    let source = entry.children().find(|node| node.has_tag_name((ATOM, "source"))).unwrap();
    assert_eq!(texts(source, (ATOM, "id")), ["https://radio.example/feed"]);
    assert_eq!(texts(source, (ATOM, "title")), ["Radio Pakistan"]);
    let categories: Vec<_> = entry
        .children()
        .filter(|node| node.has_tag_name((ATOM, "category")))
        .map(|node| (node.attribute("term").unwrap(), node.attribute("label").unwrap()))
        .collect();
    assert_eq!(categories, [("general", "General"), ("talks-trade", "Talks & Trade")]);
    let links = entry.children().filter(|node| node.has_tag_name((ATOM, "link")));
    let links: Vec<_> = links
        .map(|node| (node.attribute("rel").unwrap(), node.attribute("href").unwrap()))
        .collect();
    assert_eq!(links[0], ("alternate", story["url"].as_str().unwrap()));
    assert_eq!(links[1], ("via", "https://radio.example/talks?a=1&b=2"));
    assert_eq!(links.iter().filter(|(rel, _)| *rel == "enclosure").count(), 3);
}

#[actix_web::test]
async fn the_feed_says_what_is_in_it() {
    let app = newsroom().await;
    for (query, title, link, description) in NAMED {
        let text = at(&app, &format!("{FEED}?{query}")).await;
        let document = tree(&text);
        let feed = document.root_element();
        assert_eq!(texts(feed, (ATOM, "title")), [title], "{query}");
        assert_eq!(texts(feed, (ATOM, "subtitle")), [description], "{query}");
        let links = feed.children().filter(|node| node.has_tag_name((ATOM, "link")));
        let mut home = links.filter(|node| node.attribute("rel") == Some("alternate"));
        assert_eq!(home.next().unwrap().attribute("href"), Some(link), "{query}");
    }
}

#[actix_web::test]
async fn pages_of_a_feed_have_its_id() {
    let app = newsroom().await;
    let mut path = format!("{FEED}?limit=1");
    let (mut ids, mut pages) = (Vec::new(), 0);
    loop {
        let text = at(&app, &path).await;
        let document = tree(&text);
        let feed = document.root_element();
        assert_eq!(
            texts(feed, (ATOM, "id")),
            ["https://api.news.example/feeds/articles.atom?limit=1"]
        );
        let entries = feed.children().filter(|node| node.has_tag_name((ATOM, "entry")));
        ids.extend(entries.flat_map(|node| texts(node, (ATOM, "id"))));
        pages += 1;
        let links = feed.children().filter(|node| node.has_tag_name((ATOM, "link")));
        let mut next = links.filter(|node| node.attribute("rel") == Some("next"));
        let Some(next) = next.next().and_then(|node| node.attribute("href")) else { break };
        path = next.strip_prefix("https://api.news.example").unwrap().to_owned();
    }
    assert_eq!((pages, ids.len()), (3, 3));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3, "no story twice");
}

#[actix_web::test]
async fn an_empty_feed_has_all_that_a_feed_must_have() {
    let app = TestApp::start().await;
    let text = at(&app, FEED).await;
    let feed = feed_rs::parser::parse(text.as_bytes()).unwrap();
    assert!(feed.entries.is_empty());
    assert_eq!(feed.title.unwrap().content, "newswire");
    assert!(feed.updated.is_some());
}

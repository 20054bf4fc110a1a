//! Feeds in RSS 2.0.

use crate::feeds::{NAMED, at, newsroom, texts, tree};
use crate::support::TestApp;
use serde_json::json;

const FEED: &str = "/feeds/articles.rss";
const ATOM: &str = "http://www.w3.org/2005/Atom";
const CONTENT: &str = "http://purl.org/rss/1.0/modules/content/";
const DC: &str = "http://purl.org/dc/elements/1.1/";
const MEDIA: &str = "http://search.yahoo.com/mrss/";

#[actix_web::test]
async fn an_item_says_what_the_story_says() {
    let app = newsroom().await;
    let story = app.get("/api/v1/articles/corridor-talks-resume").await.expect(200).body;
    let answer = app.get(FEED).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/rss+xml; charset=utf-8");
    let text = String::from_utf8(answer.bytes).unwrap();
    let document = tree(&text);
    let item = document.descendants().find(|node| node.has_tag_name("item")).unwrap();
    let text = |name: &str| texts(item, name);
    assert_eq!(text("title"), ["Corridor talks resume"]);
    assert_eq!(text("link"), [story["url"].as_str().unwrap()]);
    assert_eq!(text("description"), ["In the capital: 1 &lt; 2 &amp; 3."]);
    assert_eq!(texts(item, (CONTENT, "encoded")), [story["body_html"].as_str().unwrap()]);
    let guid = item.children().find(|node| node.has_tag_name("guid")).unwrap();
    assert_eq!(guid.attribute("isPermaLink"), Some("false"));
    assert_eq!(guid.text(), Some(&*format!("urn:uuid:{}", story["id"].as_str().unwrap())));
    assert_eq!(text("pubDate"), ["Mon, 07 Nov 2022 09:05:03 GMT"]);
    assert_eq!(texts(item, (DC, "creator")), ["Ayesha Khan", "Bilal Shah"]);
    assert_eq!(texts(item, (DC, "rights")), ["Free with credit."]);
    assert_eq!(texts(item, (DC, "language")), ["en"]);
    let source = item.children().find(|node| node.has_tag_name("source")).unwrap();
    assert_eq!(source.attribute("url"), Some("https://radio.example/feed"));
    assert_eq!(source.text(), Some("Radio Pakistan"));
    let domain = |name: &str| {
        let found = item.children().filter(|node| node.has_tag_name("category"));
        let found = found.filter(|node| node.text() == Some(name));
        found.filter_map(|node| node.attribute("domain")).next().unwrap().to_owned()
    };
    assert_eq!(domain("General"), "https://api.news.example/api/v1/categories");
    assert_eq!(domain("Talks & Trade"), "https://api.news.example/api/v1/tags");
    let enclosures: Vec<_> =
        item.children().filter(|node| node.has_tag_name("enclosure")).collect();
    let [enclosure] = enclosures.as_slice() else { panic!("one enclosure an item") };
    assert_eq!(enclosure.attribute("url"), Some("https://news.example/talk.mp3"));
    assert_eq!(enclosure.attribute("length"), Some("123456"));
    assert_eq!(enclosure.attribute("type"), Some("audio/mpeg"));
    let media = item.children().filter(|node| node.has_tag_name((MEDIA, "content")));
    let media: Vec<_> = media.filter_map(|node| node.attribute("url")).collect();
    assert_eq!(media.len(), 3);
    assert_eq!(media[0], "https://news.example/1.jpg");
}

#[actix_web::test]
async fn a_source_without_a_feed_is_named_as_the_publisher() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "No & Feed" })).await;
    let sent =
        json!({ "headline": "x", "status": "published", "source": "no-feed", "byline": "By Me" });
    app.create("/api/v1/articles", &sent).await;
    let text = String::from_utf8(app.get(FEED).await.expect(200).bytes).unwrap();
    let document = tree(&text);
    let item = document.descendants().find(|node| node.has_tag_name("item")).unwrap();
    assert_eq!(texts(item, (DC, "publisher")), ["No & Feed"]);
    assert!(texts(item, "source").is_empty());
    assert_eq!(texts(item, (DC, "creator")), ["By Me"]);
}

#[actix_web::test]
async fn the_channel_says_what_is_in_it() {
    let app = newsroom().await;
    for (query, title, link, description) in NAMED {
        let text = at(&app, &format!("{FEED}?{query}")).await;
        let document = tree(&text);
        let channel = document.root_element().first_element_child().unwrap();
        assert_eq!(texts(channel, "title"), [title], "{query}");
        assert_eq!(texts(channel, "link"), [link], "{query}");
        assert_eq!(texts(channel, "description"), [description], "{query}");
    }
    let text = at(&app, FEED).await;
    let document = tree(&text);
    let channel = document.root_element().first_element_child().unwrap();
    // what was last changed, not what was last published
    assert_eq!(texts(channel, "lastBuildDate"), ["Tue, 08 Nov 2022 00:00:00 GMT"]);
    let language = |text: &str| {
        let document = tree(text);
        let channel = document.root_element().first_element_child().unwrap();
        texts(channel, "language").first().cloned()
    };
    assert_eq!(language(&at(&app, FEED).await), None, "stories in two languages");
    assert_eq!(language(&at(&app, &format!("{FEED}?language=UR")).await).as_deref(), Some("ur"));
    assert_eq!(
        language(&at(&app, &format!("{FEED}?source=radio-pakistan")).await).as_deref(),
        Some("en")
    );
}

#[actix_web::test]
async fn pages_are_linked_and_named() {
    let app = newsroom().await;
    let first = app.get(&format!("{FEED}?limit=2")).await.expect(200);
    let text = String::from_utf8(first.bytes.clone()).unwrap();
    let document = tree(&text);
    let link = |rel: &str| {
        let links = document.descendants().filter(|node| node.has_tag_name((ATOM, "link")));
        let mut found = links.filter(|node| node.attribute("rel") == Some(rel));
        found.next().and_then(|node| node.attribute("href")).map(str::to_owned)
    };
    assert_eq!(link("self").unwrap(), "https://api.news.example/feeds/articles.rss?limit=2");
    assert_eq!(link("previous"), None);
    let next = link("next").unwrap();
    let second = app.get(next.strip_prefix("https://api.news.example").unwrap()).await.expect(200);
    let text = String::from_utf8(second.bytes.clone()).unwrap();
    assert!(text.contains("rel=\"self\"") && text.contains("rel=\"previous\""), "{text}");
    assert!(text.contains(&next.replace('&', "&amp;")));
    for (rel, shown) in [("self", true), ("first", true), ("prev", true), ("next", false)] {
        assert_eq!(second.header("link").contains(&format!("rel=\"{rel}\"")), shown, "{rel}");
    }
}

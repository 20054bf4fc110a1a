//! Feeds after JSON Feed 1.1.

use crate::feeds::{NAMED, newsroom};
use crate::support::TestApp;
use serde_json::{Value, json};

const FEED: &str = "/feeds/articles.json";

/// Holds a feed against the schema of the format.
fn check(feed: &Value) {
    let schema = include_str!("schemas/jsonfeed-1.1.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(feed)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[actix_web::test]
async fn an_item_says_what_the_story_says() {
    let app = newsroom().await;
    let story = app.get("/api/v1/articles/corridor-talks-resume").await.expect(200).body;
    let answer = app.get(FEED).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/feed+json");
    check(&answer.body);
    let item = &answer.body["items"][0];
    assert_eq!(item["id"], format!("urn:uuid:{}", story["id"].as_str().unwrap()));
    for (member, of_story) in [
        ("url", "url"),
        ("title", "headline"),
        ("summary", "summary"),
        ("content_html", "body_html"),
        ("external_url", "source_url"),
        ("language", "language"),
    ] {
        assert_eq!(item[member], story[of_story], "{member}");
    }
    assert_eq!(item["date_published"], "2022-11-07T09:05:03Z");
    assert_eq!(item["date_modified"], "2022-11-08T00:00:00Z");
    assert_eq!(item["tags"], json!(["General", "Talks & Trade"]));
    assert_eq!(item["image"], "https://news.example/1.jpg");
    assert_eq!(item["authors"][1], json!({ "name": "Bilal Shah", "url": "https://shah.example/" }));
    // one whose type nobody knows is no attachment
    let attachment = json!([{ "url": "https://news.example/talk.mp3", "mime_type": "audio/mpeg",
                              "size_in_bytes": 123_456, "duration_in_seconds": 61 }]);
    assert_eq!(item["attachments"], attachment);
    let own = &item["_newswire"];
    for member in ["api_url", "categories", "breadcrumb", "urgency", "usage_terms", "version"] {
        assert_eq!(own[member], story[member], "{member}");
    }
    assert_eq!(own["source"]["feed_url"], "https://radio.example/feed");
    assert!(own["source"].get("metadata").is_none(), "notes are for key holders");
    let admin = app.admin_get(FEED).await.expect(200);
    assert_eq!(admin.body, answer.body, "a feed is the public's, whatever the key");
}

#[actix_web::test]
async fn the_feed_says_what_is_in_it() {
    let app = newsroom().await;
    for (query, title, home, description) in NAMED {
        let feed = app.get(&format!("{FEED}?{query}")).await.expect(200).body;
        check(&feed);
        assert_eq!(feed["title"], title, "{query}");
        assert_eq!(feed["home_page_url"], home, "{query}");
        assert_eq!(feed["description"], description, "{query}");
    }
}

#[actix_web::test]
async fn next_url_leads_through_the_whole_list() {
    let app = newsroom().await;
    let mut seen = Vec::new();
    let mut path = format!("{FEED}?limit=1");
    loop {
        let feed = app.get(&path).await.expect(200).body;
        check(&feed);
        seen.push(feed["items"][0]["title"].clone());
        assert_ne!(feed["next_url"], feed["feed_url"]);
        let Some(next) = feed["next_url"].as_str() else { break };
        path = next.strip_prefix("https://api.news.example").unwrap().to_owned();
    }
    assert_eq!(seen, ["Corridor talks resume", "Storm at sea", "راہداری پر بات چیت"]);
}

#[actix_web::test]
async fn an_empty_feed_is_a_feed() {
    let app = TestApp::start().await;
    let feed = app.get(FEED).await.expect(200).body;
    check(&feed);
    assert_eq!(feed["items"], json!([]));
}

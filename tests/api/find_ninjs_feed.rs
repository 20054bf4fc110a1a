//! Feeds of IPTC ninjs items.

use crate::feeds::{NAMED, newsroom};
use serde_json::Value;

const FEED: &str = "/feeds/articles.ninjs.json";

#[actix_web::test]
async fn each_item_is_the_story_as_ninjs() {
    let app = newsroom().await;
    let answer = app.get(FEED).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let items = answer.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    for item in items {
        let id = item["uri"].as_str().unwrap().strip_prefix("urn:uuid:").unwrap();
        let mut single =
            app.get(&format!("/api/v1/articles/{id}.ninjs.json")).await.expect(200).body;
        for one in ["standard", "headlines", "bodies", "version", "infoSources", "subjects"] {
            assert_eq!(item[one], single[one].take(), "{one}");
        }
        assert_eq!(item["representationType"], "full");
    }
    let brief = app.get(&format!("{FEED}?content=summary")).await.expect(200).body;
    assert_eq!(brief["items"][0]["representationType"], "partial");
    assert!(brief["items"][0].get("bodies").is_none());
}

#[actix_web::test]
async fn it_has_the_title_of_other_feeds_and_their_pages() {
    let app = newsroom().await;
    for (query, title, _, _) in NAMED {
        assert_eq!(app.get(&format!("{FEED}?{query}")).await.expect(200).body["title"], title);
    }
    let (mut path, mut seen) = (format!("{FEED}?limit=2"), 0);
    loop {
        let page = app.get(&path).await.expect(200).body;
        seen += page["items"].as_array().unwrap().len();
        let Some(next) = page["next_url"].as_str() else {
            assert_eq!(page["next_url"], Value::Null);
            break;
        };
        path = next.strip_prefix("https://api.news.example").unwrap().to_owned();
    }
    assert_eq!(seen, 3);
}

//! Feeds take the filters of the list of stories, and find the same by them.

use super::{FEEDS, newsroom};
use crate::support::TestApp;
use serde_json::{Value, json};

/// The headlines of a JSON Feed.
fn titles(feed: &Value) -> Vec<&str> {
    feed["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn every_filter_finds_what_the_list_finds() {
    let app = newsroom().await;
    for query in [
        "",
        "category=general",
        "exclude_category=general",
        "source=radio-pakistan",
        "exclude_source=was-radio",
        "tag=talks-trade",
        "author=Bilal%20Shah",
        "language=ur&language=fr",
        "source=radio-pakistan&external_id=none",
        "source_url=https%3A%2F%2Fradio.example%2Ftalks%3Fa%3D1%26b%3D2",
        "slug=storm-at-sea",
        "published_after=2022-11-06T00:00:00Z&published_before=2022-11-07T00:00:00Z",
        "updated_after=2022-11-06T00:00:00Z",
        "updated_before=2022-11-06T00:00:00Z",
        "featured=true",
        "featured=false&sort=published_at",
        "q=storm",
        "q=talks&sort=relevance",
        "limit=2",
    ] {
        let list = app.get(&format!("/api/v1/articles?{query}")).await.expect(200).body;
        let list: Vec<_> = list["items"].as_array().unwrap().iter().collect();
        let expected: Vec<_> = list.iter().map(|item| item["headline"].as_str().unwrap()).collect();
        for path in FEEDS {
            let answer = app.get(&format!("{path}?{query}")).await.expect(200);
            let feed = feed_rs::parser::parse(answer.bytes.as_slice()).unwrap();
            let found: Vec<_> = feed
                .entries
                .iter()
                .map(|entry| entry.title.as_ref().unwrap().content.as_str())
                .collect();
            assert_eq!(found, expected, "{path}?{query}");
        }
    }
}

#[actix_web::test]
async fn what_a_list_refuses_a_feed_refuses() {
    let app = TestApp::start().await;
    for path in FEEDS {
        for (query, code) in [
            ("category=none", "unknown_category"),
            ("source=none", "unknown_source"),
            ("external_id=1", "filter_incomplete"),
            ("category=x&exclude_category=x", "filter_contradiction"),
            ("cursor=none", "cursor_invalid"),
            // a feed is of live stories, and shows what its format shows
            ("state=draft", "query_invalid"),
            ("include=body", "query_invalid"),
            ("total=exact", "query_invalid"),
            ("facets=tag&q=x", "query_invalid"),
            ("content=all", "query_invalid"),
            ("limit=101", "query_invalid"),
            ("ids=1", "query_invalid"),
        ] {
            let answer = app.admin_get(&format!("{path}?{query}")).await.expect(400);
            let codes = answer.body.to_string();
            assert!(codes.contains(&format!("\"{code}\"")), "{path}?{query}: {codes}");
        }
        app.get(&format!("{path}?cursor=eyJ2IjoxfQ")).await.expect(400);
    }
}

#[actix_web::test]
async fn full_text_or_summary_by_parameter_and_setting() {
    let app = newsroom().await;
    let long = json!({ "headline": "Long", "status": "published", "body": "word ".repeat(200),
                       "published_at": "2022-11-09T00:00:00Z" });
    app.create("/api/v1/articles", &long).await;
    let short = app.beside(&["--feed-content", "summary"]).await;
    for path in FEEDS {
        let full = app.get(path).await.expect(200).bytes;
        let brief = app.get(&format!("{path}?content=summary")).await.expect(200).bytes;
        let full = feed_rs::parser::parse(full.as_slice()).unwrap();
        let brief = feed_rs::parser::parse(brief.as_slice()).unwrap();
        let body = full.entries[1].content.as_ref().unwrap().body.clone().unwrap();
        assert!(body.contains("<strong>met</strong>"), "{path}: {body}");
        let told = |entry: &feed_rs::model::Entry| {
            let content = entry.content.as_ref().and_then(|content| content.body.clone());
            let summary = entry.summary.as_ref().map(|text| text.content.clone());
            content.or(summary).unwrap()
        };
        assert!(told(&brief.entries[1]).starts_with("In the capital: 1 "), "{path}");
        // the beginning stands for a summary that nobody wrote
        let beginning = told(&brief.entries[0]);
        assert!(beginning.starts_with("word word") && beginning.ends_with("word…"), "{beginning}");
        assert!(beginning.chars().count() <= 301);
        let setting = short.get(path).await.expect(200).bytes;
        let setting = feed_rs::parser::parse(setting.as_slice()).unwrap();
        assert_eq!(told(&setting.entries[0]), beginning, "{path}");
        let asked = short.get(&format!("{path}?content=full")).await.expect(200).bytes;
        let asked = feed_rs::parser::parse(asked.as_slice()).unwrap();
        assert_eq!(told(&asked.entries[1]), told(&full.entries[1]), "{path}");
    }
}

#[actix_web::test]
async fn a_cursor_takes_another_amount_of_text() {
    let app = newsroom().await;
    let first = app.get("/feeds/articles.json?limit=1").await.expect(200).body;
    let next = first["next_url"].as_str().unwrap().replace("https://api.news.example", "");
    let more = app.get(&format!("{next}&content=summary")).await.expect(200).body;
    assert_eq!(titles(&more), ["Storm at sea"]);
    app.get(&format!("{next}&language=en")).await.problem(400, "cursor_mismatch");
    for path in &FEEDS[..2] {
        let cursor = next.split_once("cursor=").unwrap().1;
        app.get(&format!("{path}?cursor={cursor}")).await.problem(400, "cursor_mismatch");
    }
}

#[actix_web::test]
async fn the_title_is_a_setting() {
    let app = TestApp::with(&["--title", "The Wire & Co"]).await;
    for path in FEEDS {
        let answer = app.get(path).await.expect(200);
        let feed = feed_rs::parser::parse(answer.bytes.as_slice()).unwrap();
        assert_eq!(feed.title.unwrap().content, "The Wire & Co", "{path}");
    }
}

#[actix_web::test]
async fn lists_say_where_they_are_feeds() {
    let app = newsroom().await;
    let list = "/api/v1/articles?tag=talks-trade&include=body&total=exact&limit=1&source=was-radio";
    let answer = app.get(list).await.expect(200);
    let query = "limit=1&source=was-radio&tag=talks-trade";
    for (path, kind) in FEEDS.into_iter().zip([
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
    ]) {
        let link =
            format!("<https://api.news.example{path}?{query}>; rel=\"alternate\"; type=\"{kind}\"");
        assert!(answer.header("link").contains(&link), "{}", answer.header("link"));
        app.get(&format!("{path}?{query}")).await.expect(200);
    }
    let drafts = app.admin_get("/api/v1/articles?state=draft").await.expect(200);
    assert!(!drafts.header("link").contains("alternate"), "no feed shows drafts");
}

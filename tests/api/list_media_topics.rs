//! IPTC Media Topics: the list of them, and lists of stories by them.

use crate::support::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

const TOPICS: &str = "/api/v1/media-topics";
const ARTICLES: &str = "/api/v1/articles";

#[actix_web::test]
async fn the_seventeen_at_the_top_are_named() {
    let app = TestApp::start().await;
    app.trusting().await;
    for _ in 0..2 {
        let answer = app.get(TOPICS).await.expect(200);
        let items = answer.body["items"].as_array().unwrap();
        assert_eq!(items.len(), 17);
        let politics = json!({ "id": "medtop:11000000", "name": "politics and government",
                               "uri": "http://cv.iptc.org/newscodes/mediatopic/11000000" });
        assert!(items.contains(&politics), "{:#}", answer.body);
        assert_eq!(answer.header("cache-control"), "public, no-cache");
        let held =
            app.anonymous(Method::GET, TOPICS).header("if-none-match", answer.header("etag"));
        held.send().await.expect(304);
    }
}

#[actix_web::test]
async fn what_is_asked_wrongly_is_refused() {
    let app = TestApp::start().await;
    app.get(&format!("{TOPICS}?x=1")).await.problem(400, "query_invalid");
    let wrong = app.with_key("nw_x", Method::GET, TOPICS).send().await;
    wrong.problem(401, "key_invalid");
    let call = app.anonymous(Method::GET, TOPICS).header("accept", "image/png");
    call.send().await.problem(406, "not_acceptable");
    for topic in ["medtop:1", "11000000", "politics", ""] {
        let answer = app.get(&format!("{ARTICLES}?media_topic={topic}")).await;
        answer.problem(400, "query_invalid").fault("media_topic", "query_invalid");
    }
}

async fn headlines(app: &TestApp, query: &str) -> Vec<String> {
    let answer = app.get(&format!("{ARTICLES}?sort=published_at&{query}")).await.expect(200);
    let items = answer.body["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["headline"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn stories_are_listed_by_topic_and_below() {
    let app = TestApp::start().await;
    app.trusting().await;
    for (name, parent, topic) in [
        ("Politics", Value::Null, json!("medtop:11000000")),
        ("Elections", json!("politics"), Value::Null),
        ("Diplomacy", Value::Null, json!("medtop:20000639")),
        ("Sport", Value::Null, json!("medtop:15000000")),
    ] {
        let sent = json!({ "name": name, "parent": parent, "media_topic": topic });
        app.create("/api/v1/categories", &sent).await;
    }
    for (index, (headline, categories)) in [
        ("A vote", json!(["elections"])),
        ("A goal", json!(["sport"])),
        ("A boycott", json!(["sport", "politics"])),
        ("A visit", json!(["diplomacy"])),
        ("Nothing", json!([])),
    ]
    .into_iter()
    .enumerate()
    {
        let sent = json!({ "headline": headline, "categories": categories, "status": "published",
                           "published_at": format!("2026-01-0{}T00:00:00Z", index + 1) });
        app.create(ARTICLES, &sent).await;
    }
    app.create(ARTICLES, &json!({ "headline": "Draft", "category": "politics" })).await;
    for (query, expected) in [
        ("media_topic=medtop:11000000", &["A vote", "A boycott"][..]),
        ("media_topic=medtop:15000000", &["A goal", "A boycott"]),
        (
            "media_topic=medtop:15000000&media_topic=medtop:20000639",
            &["A goal", "A boycott", "A visit"],
        ),
        ("media_topic=medtop:11000000&category=sport", &["A boycott"]),
        ("media_topic=medtop:11000000&exclude_category=sport", &["A vote"]),
        ("media_topic=medtop:11000000&q=boycott", &["A boycott"]),
        ("media_topic=medtop:06000000", &[]),
        ("media_topic=medtop:06000000&category=sport", &[]),
    ] {
        for _ in 0..2 {
            assert_eq!(headlines(&app, query).await, expected, "{query}");
        }
    }
    let total =
        app.get(&format!("{ARTICLES}?media_topic=medtop:11000000&total=exact&limit=1")).await;
    assert_eq!(total.expect(200).body["total"], 2);
    // a category that changes its topic takes its stories along
    app.patch("/api/v1/categories/sport", &json!({ "media_topic": "medtop:06000000" }))
        .await
        .expect(200);
    assert_eq!(headlines(&app, "media_topic=medtop:06000000").await, ["A goal", "A boycott"]);
    assert!(headlines(&app, "media_topic=medtop:15000000").await.is_empty());
    let feed = app.get("/feeds/articles.json?media_topic=medtop:20000639").await.expect(200);
    assert_eq!(feed.body["items"].as_array().unwrap().len(), 1);
}

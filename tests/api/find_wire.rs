//! Read how a source's feed is read: and that it is.

use crate::support::TestApp;
use crate::support::feed_server::{FeedServer, rss};
use newswire::access::Scope;
use newswire::wires::poll::read_due;
use reqwest::Method;
use serde_json::{Value, json};

const FETCHING: [&str; 4] = ["--fetch", "on", "--fetch-allow", "127.0.0.1"];

/// A source named `tarn` that is read, with these members besides.
async fn wired(app: &TestApp, feed_url: &str, more: Value) -> Value {
    let mut sent = json!({ "name": "Tarn", "feed_url": feed_url, "poll_minutes": 15 });
    sent.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.create("/api/v1/sources", &sent).await
}

/// Has it read now, and tells how that went.
async fn polled(app: &TestApp) -> Value {
    let path = "/api/v1/sources/tarn/wire/poll";
    app.with_key(&app.admin, Method::POST, path).send().await.expect(204);
    assert_eq!(read_due(&app.app).await.unwrap(), 1);
    app.admin_get("/api/v1/sources/tarn/wire").await.expect(200).body
}

async fn stories(app: &TestApp, query: &str) -> Vec<Value> {
    let answer = app.admin_get(&format!("/api/v1/articles?source=tarn&{query}")).await.expect(200);
    answer.body["items"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn stories_come_in_once_and_change_when_the_feed_does() {
    let app = TestApp::with(&FETCHING).await;
    let feed = FeedServer::of(&rss(&[("1", "One", "First."), ("2", "Two", "Second.")])).await;
    wired(&app, &feed.url, json!({ "wire_status": "published" })).await;
    let wire = polled(&app).await;
    assert_eq!(
        wire["counts"],
        json!({ "created": 2, "updated": 0, "unchanged": 0, "rejected": 0 })
    );
    assert_eq!(
        (&wire["state"], &wire["last_status"], &wire["polls"]),
        (&json!("waiting"), &json!(200), &json!(1))
    );
    assert_eq!(stories(&app, "").await.len(), 2, "published as the source says");
    let found = app.get("/api/v1/sources/tarn/articles/1").await.expect(200).body;
    assert_eq!(found["headline"], "One");
    assert_eq!(found["source_url"], "https://w.example/1");
    assert_eq!(found["published_at"], "2024-10-02T15:00:00.000Z");

    feed.says(
        200,
        "etag: \"1\"\r\n",
        &rss(&[("1", "One, corrected", "First."), ("2", "Two", "Second.")]),
    );
    let wire = polled(&app).await;
    assert_eq!(
        wire["counts"],
        json!({ "created": 2, "updated": 1, "unchanged": 1, "rejected": 0 })
    );
    let changed = app.get("/api/v1/sources/tarn/articles/1").await.expect(200).body;
    assert_eq!((&changed["headline"], &changed["version"]), (&json!("One, corrected"), &json!(2)));
    let same = app.get("/api/v1/sources/tarn/articles/2").await.expect(200).body;
    assert_eq!(same["version"], 1);

    let wire = polled(&app).await;
    assert_eq!((&wire["last_status"], &wire["etag"]), (&json!(304), &json!("\"1\"")));
    assert_eq!(wire["counts"]["unchanged"], 1, "nothing was sent, nothing was posted");
    assert!(feed.heard()[2].contains("if-none-match: \"1\""));
    assert_eq!(read_due(&app.app).await.unwrap(), 0, "nothing is due");
}

#[actix_web::test]
async fn stories_are_drafts_unless_the_source_says_otherwise() {
    let app = TestApp::with(&FETCHING).await;
    let feed = FeedServer::of(&rss(&[("1", "One", "First.")])).await;
    wired(&app, &feed.url, json!({ "language": "ur" })).await;
    polled(&app).await;
    assert_eq!(stories(&app, "").await.len(), 0);
    let drafts = stories(&app, "state=draft").await;
    assert_eq!((&drafts[0]["headline"], &drafts[0]["language"]), (&json!("One"), &json!("ur")));
    app.get("/api/v1/sources/tarn/articles/1").await.problem(404, "not_found");
    // then it does, and the feed says what it said
    feed.says(200, "etag: \"1\"\r\n", &rss(&[("1", "One", "First.")]));
    polled(&app).await;
    assert_eq!(polled(&app).await["last_status"], 304);
    let change = json!({ "wire_status": "published" });
    app.patch("/api/v1/sources/tarn", &change).await.expect(200);
    assert_eq!(polled(&app).await["last_status"], 200, "asked for whole");
    app.get("/api/v1/sources/tarn/articles/1").await.expect(200);
    assert_eq!(polled(&app).await["last_status"], 304);
}

#[actix_web::test]
async fn what_editors_did_stays_and_what_was_withdrawn_stays_away() {
    let app = TestApp::with(&FETCHING).await;
    let items = [("1", "One", "First."), ("2", "Two", "Second."), ("3", "Three", "Third.")];
    let feed = FeedServer::of(&rss(&items)).await;
    wired(&app, &feed.url, json!({ "wire_status": "published" })).await;
    polled(&app).await;
    let path = |id: &str| format!("/api/v1/sources/tarn/articles/{id}");
    let id = |story: &Value| story["id"].as_str().unwrap().to_owned();
    let (edited, trashed) = (app.get(&path("1")).await.body, app.get(&path("2")).await.body);
    let edit = json!({ "headline": "Ours" });
    app.patch(&format!("/api/v1/articles/{}", id(&edited)), &edit).await.expect(200);
    app.delete(&format!("/api/v1/articles/{}", id(&trashed))).await.expect(204);
    feed.says(200, "", &rss(&[("1", "Theirs", "x"), ("2", "Again", "x"), ("3", "Three!", "x")]));
    let wire = polled(&app).await;
    assert_eq!(
        wire["counts"],
        json!({ "created": 3, "updated": 1, "unchanged": 0, "rejected": 2 })
    );
    let told =
        |at: usize| (wire["errors"][at]["code"].clone(), wire["errors"][at]["external_id"].clone());
    assert_eq!(told(0), (json!("story_withdrawn"), json!("2")));
    assert_eq!(told(1), (json!("edited_elsewhere"), json!("1")));
    assert_eq!(app.get(&path("1")).await.body["headline"], "Ours");
    app.get(&path("2")).await.problem(410, "article_gone");
    assert_eq!(app.get(&path("3")).await.body["headline"], "Three!");
    // nor does it come back when nothing is left of it
    app.act(&format!("/api/v1/articles/{}/purge", id(&trashed))).await.expect(204);
    feed.says(200, "", &rss(&[("2", "Once more", "x"), ("4", "Four", "x")]));
    let wire = polled(&app).await;
    assert_eq!(
        wire["counts"],
        json!({ "created": 4, "updated": 1, "unchanged": 0, "rejected": 3 })
    );
    assert_eq!(wire["errors"][0]["code"], "story_withdrawn");
    assert!(wire["errors"][0]["detail"].as_str().unwrap().contains("for good"));
    app.get(&path("2")).await.problem(404, "not_found");
    // somebody who sends it means it
    app.put(&path("2"), &json!({ "headline": "Anew" })).await.expect(201);
}

#[actix_web::test]
async fn of_stories_with_one_id_the_first_counts() {
    let app = TestApp::with(&FETCHING).await;
    let feed =
        FeedServer::of(&rss(&[("1", "New", "b"), ("1", "Old", "a"), ("2", "Two", "c")])).await;
    wired(&app, &feed.url, json!({ "wire_status": "published" })).await;
    for _ in 0..3 {
        polled(&app).await;
    }
    let story = app.get("/api/v1/sources/tarn/articles/1").await.expect(200).body;
    assert_eq!((&story["headline"], &story["version"]), (&json!("New"), &json!(1)));
}

#[actix_web::test]
async fn failures_are_told_and_backed_off() {
    let app = TestApp::with(&FETCHING).await;
    let feed = FeedServer::of("<html><body>Not here</body></html>").await;
    wired(&app, &feed.url, json!({})).await;
    let wire = polled(&app).await;
    assert_eq!(
        (&wire["state"], &wire["errors"][0]["code"]),
        (&json!("failing"), &json!("unreadable"))
    );
    feed.says(503, "retry-after: 7200\r\n", "");
    let wire = polled(&app).await;
    assert_eq!((&wire["consecutive_failures"], &wire["last_status"]), (&json!(2), &json!(503)));
    assert_eq!(wire["errors"][0]["code"], "http_status");
    let minutes = |wire: &Value| {
        let time = |name: &str| {
            wire[name].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap()
        };
        (time("next_poll_at") - time("last_polled_at")).num_minutes()
    };
    assert!((119..=121).contains(&minutes(&wire)), "{wire:#}");
    assert_eq!(wire["last_success_at"], Value::Null);
    feed.says(200, "", &rss(&[("1", "One", "First.")]));
    let wire = polled(&app).await;
    assert_eq!((&wire["state"], &wire["consecutive_failures"]), (&json!("waiting"), &json!(0)));
    assert!((13..=17).contains(&minutes(&wire)), "{wire:#}");
    app.patch("/api/v1/sources/tarn", &json!({ "feed_url": "http://127.0.0.2:9/feed" }))
        .await
        .expect(200);
    assert_eq!(read_due(&app.app).await.unwrap(), 1, "a new address is due at once");
    let wire = app.admin_get("/api/v1/sources/tarn/wire").await.expect(200).body;
    assert_eq!(wire["errors"][0]["code"], "forbidden", "only 127.0.0.1 is allowed");
}

#[actix_web::test]
async fn one_node_reads_a_feed() {
    let app = TestApp::with(&FETCHING).await;
    let other = app.beside(&FETCHING).await;
    let feed = FeedServer::of(&rss(&[("1", "One", "First.")])).await;
    wired(&app, &feed.url, json!({})).await;
    app.with_key(&app.admin, Method::POST, "/api/v1/sources/tarn/wire/poll")
        .send()
        .await
        .expect(204);
    let read = futures_util::future::join(read_due(&app.app), read_due(&other.app)).await;
    assert_eq!(read.0.unwrap() + read.1.unwrap(), 1);
    assert_eq!(feed.heard().len(), 1);
}

#[actix_web::test]
async fn a_source_that_goes_takes_its_wire_along() {
    let app = TestApp::with(&FETCHING).await;
    let feed = FeedServer::of(&rss(&[])).await;
    wired(&app, &feed.url, json!({})).await;
    polled(&app).await;
    app.delete("/api/v1/sources/tarn").await.expect(204);
    app.admin_get("/api/v1/sources/tarn/wire").await.problem(404, "not_found");
}

#[actix_web::test]
async fn nothing_is_fetched_unless_it_is_switched_on() {
    let app = TestApp::start().await;
    let feed = FeedServer::of(&rss(&[("1", "One", "First.")])).await;
    wired(&app, &feed.url, json!({})).await;
    let wire = app.admin_get("/api/v1/sources/tarn/wire").await.expect(200).body;
    assert_eq!((&wire["state"], &wire["next_poll_at"]), (&json!("not_fetching"), &Value::Null));
    assert_eq!(read_due(&app.app).await.unwrap(), 0);
    assert_eq!(feed.heard().len(), 0);
}

#[actix_web::test]
async fn only_who_may_write_sources_reads_it() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Tarn" })).await;
    let path = "/api/v1/sources/tarn/wire";
    app.get(path).await.problem(401, "key_missing");
    let reader = app.key(&[Scope::ArticlesRead], None).await;
    app.with_key(&reader, Method::GET, path).send().await.problem(403, "scope_missing");
    let writer = app.key(&[Scope::SourcesWrite], None).await;
    let wire = app.with_key(&writer, Method::GET, path).send().await.expect(200);
    assert_eq!(wire.body["state"], "off");
    assert_eq!(wire.header("cache-control"), "private, no-store");
}

#[actix_web::test]
async fn whoever_has_a_feed_read_may_post_what_comes_in() {
    let app = TestApp::start().await;
    let key = app.key(&[Scope::SourcesWrite], None).await;
    let sent = |status: &str| json!({ "name": status, "feed_url": "https://w.example/", "poll_minutes": 5, "wire_status": status });
    let post = async |key: &str, status: &str| {
        app.with_key(key, Method::POST, "/api/v1/sources").json(&sent(status)).send().await
    };
    post(&key, "draft").await.problem(403, "scope_missing");
    let writer = app.key(&[Scope::SourcesWrite, Scope::ArticlesWrite], None).await;
    post(&writer, "draft").await.expect(201);
    post(&writer, "published").await.problem(403, "scope_missing");
    let change = json!({ "wire_status": "published" });
    let patched =
        app.with_key(&writer, Method::PATCH, "/api/v1/sources/draft").json(&change).send().await;
    patched.problem(403, "scope_missing");
    // not for later either, while nothing is read
    let paused = json!({ "poll_minutes": null, "wire_status": "published" });
    let patched =
        app.with_key(&writer, Method::PATCH, "/api/v1/sources/draft").json(&paused).send().await;
    patched.problem(403, "scope_missing");
    let rename = json!({ "credit": "W" });
    app.with_key(&key, Method::PATCH, "/api/v1/sources/draft")
        .json(&rename)
        .send()
        .await
        .expect(200);
    let publisher =
        app.key(&[Scope::SourcesWrite, Scope::ArticlesWrite, Scope::ArticlesPublish], None).await;
    post(&publisher, "published").await.expect(201);
}

#[actix_web::test]
async fn a_copy_is_confirmed_and_a_former_slug_leads_on() {
    let app = TestApp::start().await;
    wired(&app, "https://w.example/feed", json!({})).await;
    let path = "/api/v1/sources/tarn/wire";
    let tag = app.admin_get(path).await.expect(200).header("etag").to_owned();
    let held = app.with_key(&app.admin, Method::GET, path).header("if-none-match", &tag);
    held.send().await.expect(304);
    app.patch("/api/v1/sources/tarn", &json!({ "slug": "tarn-wire" })).await.expect(200);
    let moved = app.admin_get(path).await.expect(308);
    assert!(moved.header("location").ends_with("/api/v1/sources/tarn-wire/wire"));
}

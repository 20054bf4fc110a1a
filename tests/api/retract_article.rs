//! Retract an article: 410 with a tombstone where it was read, and no trace in any list.

use crate::support::{Answer, TestApp};
use newswire::access::Scope::{ArticlesRead, ArticlesWrite};
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";
const RETRACT: &str = "/api/v1/articles/rain/retract";
const REASON: &str = "The interview did not take place.\n\u{645}\u{639}\u{630}\u{631}\u{62a}";

async fn retract(app: &TestApp) -> Value {
    app.post(RETRACT, &json!({ "reason": REASON })).await.expect(200).body
}

fn assert_tombstone(answer: Answer, at: &Value) {
    let answer = answer.problem(410, "article_gone");
    let expected = json!({ "retracted": true, "withdrawn_at": at, "reason": REASON });
    assert_eq!(answer.body["tombstone"], expected);
}

#[actix_web::test]
async fn where_it_was_read_a_tombstone_says_when_and_why() {
    let app = TestApp::start().await;
    app.trusting().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let sent = json!({ "headline": "Rain", "slug": "drizzle", "status": "published", "source": "agency",
                       "external_id": "1", "tags": ["weather"] });
    let made = app.create(ARTICLES, &sent).await;
    app.patch(&format!("{ARTICLES}/drizzle"), &json!({ "slug": "rain" })).await.expect(200);
    let id = made["id"].as_str().unwrap();
    let places = [id, "rain", "drizzle"].map(|name| format!("{ARTICLES}/{name}"));
    let lists = [
        ARTICLES.to_owned(),
        format!("{ARTICLES}?tag=weather"),
        format!("{ARTICLES}?q=rain"),
        "/api/v1/tags".to_owned(),
        format!("{ARTICLES}?source=agency&q=rain&facets=tag&total=exact"),
    ];
    for path in places.iter().chain(&lists) {
        app.get(path).await;
        app.get(path).await;
    }
    let after = retract(&app).await;
    assert_eq!(
        (&after["state"], &after["status"], &after["version"]),
        (&json!("retracted"), &json!("draft"), &json!(3))
    );
    assert_eq!(after["retraction"]["reason"], REASON);
    let at = &after["retraction"]["retracted_at"];
    assert_eq!(after["updated_at"], *at);
    let reader = app.key(&[ArticlesRead], None).await;
    for path in &places {
        assert_tombstone(app.get(path).await, at);
        assert_tombstone(app.with_key(&reader, Method::GET, path).send().await, at);
        assert_eq!(app.anonymous(Method::HEAD, path).send().await.status, 410);
        assert_tombstone(app.admin_get(&format!("{path}/input")).await, at);
    }
    assert_tombstone(app.get("/api/v1/sources/agency/articles/1").await, at);
    for path in &lists {
        let answer = app.get(path).await.expect(200);
        assert_eq!(answer.body["items"], json!([]), "{path}");
        assert!(answer.body.get("total").is_none_or(|total| *total == 0));
    }
    assert_tombstone(app.patch(&places[0], &json!({ "summary": "x" })).await, at);
    let put = app.put("/api/v1/sources/agency/articles/1", &json!({ "headline": "Rain" })).await;
    put.problem(409, "story_withdrawn");
}

#[actix_web::test]
async fn another_reason_takes_the_place_of_the_first_and_the_same_changes_nothing() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let first = retract(&app).await;
    assert_eq!(retract(&app).await, first);
    let other = app.post(RETRACT, &json!({ "reason": "Invented." })).await.expect(200).body;
    assert_eq!(other["retraction"]["reason"], "Invented.");
    assert_eq!(other["retraction"]["retracted_at"], first["retraction"]["retracted_at"]);
    assert_eq!(other["version"], 3);
}

#[actix_web::test]
async fn one_that_was_never_public_is_just_hidden() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    let writer = app.key(&[ArticlesWrite], None).await;
    let call = app.with_key(&writer, Method::POST, RETRACT).json(&json!({ "reason": REASON }));
    call.send().await.expect(200);
    let path = format!("{ARTICLES}/rain");
    app.get(&path).await.problem(404, "not_found");
    let seen = app.with_key(&writer, Method::GET, &path).send().await.expect(200);
    assert_eq!(
        (&seen.body["state"], &seen.body["retraction"]["reason"]),
        (&json!("retracted"), &json!(REASON))
    );
}

#[actix_web::test]
async fn a_list_of_retracted_ones_is_for_who_names_the_state() {
    let app = TestApp::start().await;
    for number in 0..5 {
        let slug = format!("s{number}");
        let tags = &["odd", "all"][usize::from(number % 2 == 0)..];
        let sent = json!({ "headline": "x", "slug": slug, "status": "published", "tags": tags });
        app.create(ARTICLES, &sent).await;
        if number > 0 {
            app.post(&format!("{ARTICLES}/{slug}/retract"), &json!({ "reason": "x" }))
                .await
                .expect(200);
        }
    }
    app.create(ARTICLES, &json!({ "headline": "draft" })).await;
    app.delete(&format!("{ARTICLES}/s4")).await.expect(204);
    let slugs = async |query: &str| -> Vec<String> {
        let answer = app.admin_get(&format!("{ARTICLES}?{query}")).await.expect(200);
        let items = answer.body["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["slug"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(slugs("state=retracted").await, ["s3", "s2", "s1"]);
    assert_eq!(slugs("state=retracted&tag=odd&sort=-updated_at").await, ["s3", "s1"]);
    assert_eq!(
        slugs("state=retracted&tag=odd&tag=all&featured=false&sort=published_at").await,
        ["s1", "s2", "s3"]
    );
    assert_eq!(slugs("state=draft").await, ["draft"]);
    assert_eq!(slugs("state=retracted&state=draft").await, ["draft", "s3", "s2", "s1"]);
    app.get(&format!("{ARTICLES}?state=retracted")).await.problem(401, "key_missing");
}

#[actix_web::test]
async fn a_retracted_translation_is_named_to_nobody() {
    let app = TestApp::start().await;
    app.story("Sun").await;
    let sent = json!({ "headline": "Rain", "language": "ur", "translation_of": "sun", "status": "published" });
    app.create(ARTICLES, &sent).await;
    retract(&app).await;
    let path = format!("{ARTICLES}/sun");
    assert_eq!(app.get(&path).await.body["translations"], json!([]));
    assert_eq!(app.admin_get(&path).await.body["translations"], json!([]));
}

#[actix_web::test]
async fn a_reason_is_needed() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    app.post(RETRACT, &json!({}))
        .await
        .problem(422, "validation_failed")
        .fault("/reason", "required");
    app.post(RETRACT, &json!({ "reason": " \n" })).await.problem(422, "validation_failed");
    app.post(RETRACT, &json!({ "reason": "a\u{0}" })).await.problem(422, "nul_character");
    app.get(&format!("{ARTICLES}/rain")).await.expect(200);
}

#[actix_web::test]
async fn what_readers_are_told_is_for_keys_that_may_publish() {
    let app = TestApp::start().await;
    let writer = app.key(&[ArticlesRead, ArticlesWrite], None).await;
    let retract = async |slug: &str, reason: &str| {
        let path = format!("{ARTICLES}/{slug}/retract");
        let call = app.with_key(&writer, Method::POST, &path);
        call.json(&json!({ "reason": reason })).send().await
    };
    let publish = json!({ "headline": "Rain", "slug": "rain", "status": "published" });
    app.create(ARTICLES, &publish).await;
    app.post(RETRACT, &json!({ "reason": REASON })).await.expect(200);
    retract("rain", "Another").await.problem(403, "scope_missing");
    let tombstone = app.get(&format!("{ARTICLES}/rain")).await.problem(410, "article_gone");
    assert_eq!(tombstone.body["tombstone"]["reason"], REASON);
    let expired = json!({ "headline": "Snow", "slug": "snow", "status": "published",
                          "published_at": "2020-01-01T00:00:00Z", "expires_at": "2020-02-01T00:00:00Z" });
    app.create(ARTICLES, &expired).await;
    retract("snow", "Never").await.problem(403, "scope_missing");
    app.create(ARTICLES, &json!({ "headline": "Fog", "slug": "fog", "status": "published" })).await;
    app.act(&format!("{ARTICLES}/fog/unpublish")).await.expect(200);
    retract("fog", "Never").await.problem(403, "scope_missing");
    app.create(ARTICLES, &json!({ "headline": "Draft", "slug": "draft" })).await;
    retract("draft", "Never was").await.expect(200);
}

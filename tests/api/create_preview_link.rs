//! Create a preview link: one story, whatever its state, for whoever holds it, for a while.

use crate::support::{Answer, TestApp};
use newswire::access::Scope::{ArticlesRead, ArticlesWrite};
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";
const LINKS: &str = "/api/v1/articles/rain/preview-links";

async fn link(app: &TestApp) -> Value {
    app.with_key(&app.admin, Method::POST, LINKS).send().await.expect(201).body
}

/// The path with the token of a link.
fn with(path: &str, link: &Value) -> String {
    format!("{path}?preview={}", link["token"].as_str().unwrap())
}

fn assert_kept_by_nobody(answer: &Answer) {
    assert_eq!(answer.header("cache-control"), "private, no-store");
    assert_eq!(answer.header("x-robots-tag"), "noindex");
    assert_eq!((answer.header("cache-tag"), answer.header("surrogate-key")), ("", ""));
}

#[actix_web::test]
async fn it_shows_a_draft_to_whoever_holds_it() {
    let app = TestApp::start().await;
    app.trusting().await;
    let sent = json!({ "headline": "Rain", "body": "Secret.", "metadata": { "k": "v" } });
    let made = app.create(ARTICLES, &sent).await;
    let id = made["id"].as_str().unwrap();
    let before = chrono::Utc::now();
    let link = link(&app).await;
    let end: chrono::DateTime<chrono::Utc> = link["expires_at"].as_str().unwrap().parse().unwrap();
    assert!((end - before - chrono::TimeDelta::hours(24)).num_seconds().abs() < 5);
    let url = format!("https://api.news.example{}", with(&format!("{ARTICLES}/{id}"), &link));
    assert_eq!(link["url"], url);
    for path in [format!("{ARTICLES}/{id}"), format!("{ARTICLES}/rain")] {
        for _ in 0..2 {
            let read = app.get(&with(&path, &link)).await.expect(200);
            assert_eq!(
                (&read.body["body"], &read.body["state"]),
                (&json!("Secret."), &json!("draft"))
            );
            // notes are for key holders
            assert!(read.body.get("metadata").is_none());
            assert_kept_by_nobody(&read);
            app.get(&path).await.problem(404, "not_found");
        }
        let head = app.anonymous(Method::HEAD, &with(&path, &link)).send().await;
        assert_eq!(head.status, 200);
        assert_kept_by_nobody(&head);
    }
    app.admin_get(&with(&format!("{ARTICLES}/rain"), &link)).await.expect(200);
    assert_eq!(app.get(ARTICLES).await.body["items"], json!([]));
}

#[actix_web::test]
async fn it_shows_every_state_but_the_trash_and_follows_the_slug() {
    let app = TestApp::start().await;
    app.trusting().await;
    app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    let link = link(&app).await;
    let path = with(&format!("{ARTICLES}/rain"), &link);
    let state = async || app.get(&path).await.expect(200).body["state"].clone();
    let act = async |verb: &str, body: Value| {
        app.post(&format!("{ARTICLES}/rain/{verb}"), &body).await.expect(200);
    };
    act("publish", json!({ "published_at": "2999-01-01T00:00:00Z" })).await;
    assert_eq!(state().await, "scheduled");
    act("publish", json!({ "published_at": null })).await;
    assert_eq!(state().await, "live");
    assert_kept_by_nobody(&app.get(&path).await);
    assert_eq!(
        app.get(&format!("{ARTICLES}/rain")).await.header("cache-control"),
        "public, no-cache"
    );
    let past =
        json!({ "published_at": "2020-01-01T00:00:00Z", "expires_at": "2021-01-01T00:00:00Z" });
    app.patch(&format!("{ARTICLES}/rain"), &past).await.expect(200);
    assert_eq!(state().await, "expired");
    act("retract", json!({ "reason": "x" })).await;
    assert_eq!(state().await, "retracted");
    app.get(&format!("{ARTICLES}/rain")).await.problem(410, "article_gone");
    act("restore", json!({})).await;
    app.patch(&format!("{ARTICLES}/rain"), &json!({ "slug": "sun" })).await.expect(200);
    let moved = app.get(&path).await.expect(308);
    assert!(moved.header("location").ends_with(&with("/articles/sun", &link)));
    assert_kept_by_nobody(&moved);
    let path = with(&format!("{ARTICLES}/sun"), &link);
    app.get(&path).await.expect(200);
    app.delete(&format!("{ARTICLES}/sun")).await.expect(204);
    let gone = app.get(&path).await.problem(410, "article_gone");
    assert_kept_by_nobody(&gone);
    assert!(!gone.body.to_string().contains(link["token"].as_str().unwrap()));
}

#[actix_web::test]
async fn a_token_that_is_none_makes_no_difference() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    app.create(ARTICLES, &json!({ "headline": "Other" })).await;
    app.story("Sun").await;
    let link = link(&app).await;
    let longest = "x".repeat(512);
    for token in ["", "nwp_", "nonsense", longest.as_str(), link["token"].as_str().unwrap()] {
        let answer = app.get(&format!("{ARTICLES}/other?preview={token}")).await;
        let answer = answer.problem(404, "not_found");
        assert_kept_by_nobody(&answer);
        assert!(token.is_empty() || !answer.body.to_string().contains(token));
        app.get(&format!("{ARTICLES}/sun?preview={token}")).await.expect(200);
    }
    let long = format!("{ARTICLES}/rain?preview={}", "y".repeat(513));
    let answer = app.get(&long).await.problem(400, "query_invalid");
    assert!(!answer.body.to_string().contains("yyy"), "{:#}", answer.body);
}

#[actix_web::test]
async fn it_ends() {
    let app = TestApp::start().await;
    let made = app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    let path = format!("{ARTICLES}/rain");
    let short = app.post(LINKS, &json!({ "expires_in_seconds": 60 })).await.expect(201).body;
    let long = link(&app).await;
    app.get(&with(&path, &short)).await.expect(200);
    let age = "UPDATE article_previews SET expires_at = expires_at - interval '61 seconds'";
    app.database.execute(age).await;
    app.get(&with(&path, &short)).await.problem(404, "not_found");
    app.get(&with(&path, &long)).await.expect(200);
    // a new one sweeps what has run out
    link(&app).await;
    let count = "SELECT count(*)::text FROM article_previews";
    assert_eq!(app.database.rows(count).await, [["2"]]);
    app.delete(&path).await.expect(204);
    let purge = format!("{path}/purge");
    app.with_key(&app.admin, Method::POST, &purge).send().await.expect(204);
    app.get(&with(&format!("{ARTICLES}/{}", made["id"].as_str().unwrap()), &long))
        .await
        .expect(404);
    assert_eq!(app.database.rows(count).await, [["0"]]);
}

#[actix_web::test]
async fn only_a_hash_of_it_is_kept() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    let call = || app.with_key(&app.admin, Method::POST, LINKS).header("idempotency-key", "once");
    let first = call().send().await.expect(201).body;
    let again = call().send().await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    let expected = json!({ "url": null, "token": null, "expires_at": first["expires_at"] });
    assert_eq!(again.body, expected);
    let other = app.with_key(&app.admin, Method::POST, &format!("{LINKS}?dry_run=false"));
    other.header("idempotency-key", "once").send().await.problem(422, "idempotency_key_reused");
    let token = first["token"].as_str().unwrap();
    for table in ["article_previews", "idempotency_keys"] {
        let rows = app.database.rows(&format!("SELECT row_to_json(t)::text FROM {table} t")).await;
        assert_eq!(rows.len(), 1);
        assert!(!format!("{rows:?}").contains(token), "{table}");
    }
    let dry = app.with_key(&app.admin, Method::POST, &format!("{LINKS}?dry_run=true"));
    let dry = dry.send().await.expect(200).body;
    assert_eq!((&dry["url"], &dry["token"]), (&Value::Null, &Value::Null));
    assert_eq!(app.database.rows("SELECT count(*)::text FROM article_previews").await, [["1"]]);
}

#[actix_web::test]
async fn a_template_says_where_it_leads() {
    let at = "https://preview.example/{slug}/{id}?t={token}";
    let app = TestApp::with(&["--preview-url", at]).await;
    let made = app.create(ARTICLES, &json!({ "headline": "Rain", "slug": "\u{628}\u{627}" })).await;
    let path = format!("{ARTICLES}/{}/preview-links", made["id"].as_str().unwrap());
    let link = app.with_key(&app.admin, Method::POST, &path).send().await.expect(201).body;
    let expected = format!(
        "https://preview.example/%D8%A8%D8%A7/{}?t={}",
        made["id"].as_str().unwrap(),
        link["token"].as_str().unwrap()
    );
    assert_eq!(link["url"], expected);
}

#[actix_web::test]
async fn who_may_make_one_and_of_what() {
    let app = TestApp::start().await;
    let other = app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    app.story("Rain").await;
    app.create(ARTICLES, &json!({ "headline": "Hidden" })).await;
    let reader = app.key(&[ArticlesRead], None).await;
    app.with_key(&reader, Method::POST, LINKS).send().await.problem(403, "scope_missing");
    let bound = app.key(&[ArticlesWrite], other["id"].as_str()).await;
    app.with_key(&bound, Method::POST, LINKS).send().await.problem(403, "source_forbidden");
    let hidden = format!("{ARTICLES}/hidden/preview-links");
    app.with_key(&bound, Method::POST, &hidden).send().await.problem(404, "not_found");
    // it changes nothing: no publish scope, no condition
    let writer = app.key(&[ArticlesWrite], None).await;
    app.with_key(&writer, Method::POST, LINKS).send().await.expect(201);
    for wrong in [json!({ "expires_in_seconds": 0 }), json!({ "expires_in_seconds": 2_592_001 })] {
        app.post(LINKS, &wrong).await.problem(422, "validation_failed");
    }
    app.post(LINKS, &json!({ "expires_in_seconds": "1" })).await.problem(400, "body_invalid");
    let plain = app.with_key(&app.admin, Method::POST, LINKS).body("text/plain", "x");
    plain.send().await.problem(415, "media_type_unsupported");
    app.patch(&format!("{ARTICLES}/rain"), &json!({ "slug": "sun" })).await.expect(200);
    app.with_key(&app.admin, Method::POST, LINKS).send().await.expect(308);
    app.delete(&format!("{ARTICLES}/sun")).await.expect(204);
    let trashed = format!("{ARTICLES}/sun/preview-links");
    app.with_key(&app.admin, Method::POST, &trashed).send().await.problem(409, "state_conflict");
}

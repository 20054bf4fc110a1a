//! Restore a version of an article: what it said then, written anew.

use crate::support::{Answer, TestApp};
use newswire::access::Scope::{ArticlesPublish, ArticlesRead, ArticlesWrite};
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";
const FIRST: &str = "/api/v1/articles/rain/revisions/1/restore";

async fn restore(app: &TestApp, path: &str) -> Answer {
    app.with_key(&app.admin, Method::POST, path).send().await
}

/// A live story in its third version; the first was a draft that said something else.
async fn story(app: &TestApp) -> (Value, Value) {
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    for name in ["World", "Gone"] {
        app.create("/api/v1/categories", &json!({ "name": name })).await;
    }
    let sent = json!({ "headline": "Rain", "body": "One **two**", "body_format": "markdown", "tags": ["a"],
                       "categories": ["gone", "world"], "metadata": { "k": "v" } });
    let first = app.create(ARTICLES, &sent).await;
    let path = format!("{ARTICLES}/rain");
    let change = json!({ "headline": "Sun", "body": "x", "tags": [], "categories": [], "source": "agency",
                         "external_id": "1", "metadata": null });
    app.patch(&path, &change).await.expect(200);
    app.delete("/api/v1/categories/gone").await.expect(204);
    let publish = restore(app, &format!("{path}/publish")).await.expect(200);
    (first, publish.body)
}

#[actix_web::test]
async fn what_was_said_is_back_and_where_it_is_found_stays() {
    let app = TestApp::start().await;
    let (first, live) = story(&app).await;
    app.post(&format!("{ARTICLES}/rain/corrections"), &json!({ "text": "x" })).await.expect(201);
    let back = restore(&app, FIRST).await.expect(200).body;
    for member in [
        "headline",
        "body",
        "body_html",
        "body_text",
        "body_format",
        "tags",
        "metadata",
        "word_count",
    ] {
        assert_eq!(back[member], first[member], "{member}");
    }
    for member in ["slug", "status", "state", "published_at", "source", "external_id"] {
        assert_eq!(back[member], live[member], "{member}");
    }
    assert_eq!((&back["version"], back["corrections"].as_array().unwrap().len()), (&json!(5), 1));
    assert_eq!(back["revised_at"], back["updated_at"]);
    // a category that is gone is left out
    assert_eq!(back["categories"].as_array().unwrap().len(), 1);
    assert_eq!(back["category"]["slug"], "world");
    assert_eq!(app.get(&format!("{ARTICLES}?q=two")).await.body["items"][0]["slug"], "rain");
    // it is as it was then: nothing to do
    assert_eq!(restore(&app, &FIRST.replace("/1/", "/5/")).await.expect(200).body["version"], 5);
    // and there is a way back from it
    assert_eq!(
        restore(&app, &FIRST.replace("/1/", "/4/")).await.expect(200).body["headline"],
        "Sun"
    );
}

#[actix_web::test]
async fn it_is_a_change_like_any_other() {
    let app = TestApp::start().await;
    story(&app).await;
    let call = |tag: &str| app.with_key(&app.admin, Method::POST, FIRST).header("if-match", tag);
    call("\"1\"").send().await.problem(412, "version_mismatch");
    call("rain").send().await.problem(400, "header_invalid");
    let strict = app.beside(&["--require-if-match", "true"]).await;
    restore(&strict, FIRST).await.problem(428, "precondition_required");
    restore(&app, &format!("{FIRST}?dry_run=true")).await.expect(200);
    for (scopes, code) in [
        (&[ArticlesRead][..], 403),
        (&[ArticlesWrite], 403),
        (&[ArticlesWrite, ArticlesPublish], 200),
    ] {
        let key = app.key(scopes, None).await;
        let path = format!("{FIRST}?dry_run=true");
        app.with_key(&key, Method::POST, &path).send().await.expect(code);
    }
    let path = format!("{ARTICLES}/rain");
    assert_eq!(app.get(&path).await.body["version"], 3);
    let keyed = |path: &str| {
        let call = app.with_key(&app.admin, Method::POST, path);
        call.header("idempotency-key", "once")
    };
    keyed(FIRST).send().await.expect(200);
    let again = keyed(FIRST).send().await.expect(200);
    assert_eq!((again.header("idempotency-replayed"), &again.body["version"]), ("true", &json!(4)));
    keyed(&FIRST.replace("/1/", "/2/")).send().await.problem(422, "idempotency_key_reused");
    restore(&app, &FIRST.replace("/1/", "/9/")).await.problem(404, "not_found");
    app.patch(&path, &json!({ "slug": "other" })).await.expect(200);
    restore(&app, FIRST).await.expect(308);
    app.delete(&format!("{ARTICLES}/other")).await.expect(204);
    restore(&app, &FIRST.replace("rain", "other")).await.problem(409, "state_conflict");
}

#[actix_web::test]
async fn what_it_was_as_another_sources_stays_there() {
    let app = TestApp::start().await;
    let mine = app.create("/api/v1/sources", &json!({ "name": "Mine" })).await;
    app.create("/api/v1/sources", &json!({ "name": "Theirs" })).await;
    let sent =
        json!({ "headline": "Rain", "source": "theirs", "metadata": { "note": "confidential" } });
    app.create(ARTICLES, &sent).await;
    let path = format!("{ARTICLES}/rain");
    app.patch(&path, &json!({ "source": "mine", "metadata": null })).await.expect(200);
    let bound = app.key(&[ArticlesRead, ArticlesWrite], mine["id"].as_str()).await;
    let refused = app.with_key(&bound, Method::POST, FIRST).send().await;
    refused.problem(403, "source_forbidden");
    let diff = app.with_key(&bound, Method::GET, &format!("{path}/revisions/1/diff")).send().await;
    let diff = diff.expect(200).body.to_string();
    assert!(!diff.contains("confidential"), "{diff}");
    restore(&app, FIRST).await.expect(200);
}

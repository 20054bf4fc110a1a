//! Change a webhook.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/webhooks";

async fn with_webhook(flags: &[&str], members: Value) -> (TestApp, String) {
    let app = TestApp::with(flags).await;
    let mut body = json!({ "url": "https://news.example/" });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = app.create(PATH, &body).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    (app, path)
}

#[actix_web::test]
async fn what_is_left_out_stays_and_null_gives_the_default() {
    let members = json!({ "description": "x", "events": ["article.deleted"], "ordered": true });
    let (app, path) = with_webhook(&[], members).await;
    app.create("/api/v1/sources", &json!({ "name": "Radio" })).await;
    let body = json!({ "sources": ["radio"], "description": null, "ordered": null });
    let changed = app.patch(&path, &body).await.expect(200);
    assert!(changed.header("etag").starts_with("\"2-"));
    let expected = json!({
        "url": "https://news.example/", "description": null, "events": ["article.deleted"],
        "sources": ["radio"], "ordered": false, "enabled": true, "version": 2,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&changed.body[name], value, "{name}");
    }
    assert_eq!(changed.body.get("secret"), None);
    let same = app.patch(&path, &body).await.expect(200);
    assert_eq!(same.body, changed.body, "nothing differs");
    let would = app.patch(&format!("{path}?dry_run=true"), &json!({ "sources": null })).await;
    assert_eq!(would.expect(200).body["sources"], json!([]));
    assert_eq!(app.admin_get(&path).await.body, changed.body);
}

#[actix_web::test]
async fn its_address_is_held_to_the_same_rules() {
    let (app, path) = with_webhook(&[], json!({})).await;
    let refused = app.patch(&path, &json!({ "url": "http://10.0.0.1/" })).await;
    refused.problem(422, "address_forbidden");
    app.patch(&path, &json!({ "url": null })).await.problem(400, "body_invalid");
    app.patch(&path, &json!({ "url": "x" })).await.problem(422, "url_invalid");
    let refused = app.patch(&path, &json!({ "sources": ["none"] })).await;
    refused.problem(422, "source_not_found");
    app.patch(&path, &json!({ "id": "x" })).await.problem(400, "body_invalid");
}

#[actix_web::test]
async fn a_version_that_is_not_current_is_refused() {
    let (app, path) = with_webhook(&[], json!({})).await;
    let call = |tag: &str| {
        let call = app.with_key(&app.admin, Method::PATCH, &path).header("if-match", tag);
        call.json(&json!({ "ordered": true })).send()
    };
    let refused = call("\"7\"").await.problem(412, "version_mismatch");
    assert_eq!(refused.body["version"], 1);
    call("\"1\"").await.expect(200);
    let (app, path) = with_webhook(&["--require-if-match", "true"], json!({})).await;
    let refused = app.patch(&path, &json!({ "ordered": true })).await;
    refused.problem(428, "precondition_required");
}

#[actix_web::test]
async fn one_that_hears_everything_is_changed_by_those_who_may_read_it() {
    let (app, path) = with_webhook(&[], json!({ "state": "any" })).await;
    let manager = app.key(&[Scope::WebhooksWrite], None).await;
    for body in [json!({ "url": "https://other.example/" }), json!({ "state": "live" })] {
        let call = app.with_key(&manager, Method::PATCH, &path).json(&body);
        call.send().await.problem(403, "scope_missing");
    }
    // what it was told of drafts is not for who may change it then
    app.hand_out().await;
    app.create("/api/v1/articles", &json!({ "headline": "Draft" })).await;
    let log = format!("{path}/deliveries");
    app.hand_out().await;
    let told = app.admin_get(&log).await.expect(200).body["items"].take();
    assert_eq!(told[0]["event"]["data"]["state"], "draft");
    app.with_key(&manager, Method::GET, &log).send().await.problem(403, "scope_missing");
    app.patch(&path, &json!({ "state": "live" })).await.expect(200);
    let shown = app.with_key(&manager, Method::GET, &log).send().await.expect(200);
    assert_eq!(shown.body["items"], json!([]));
    let call = app.with_key(&manager, Method::PATCH, &path);
    call.json(&json!({ "url": "https://other.example/" })).send().await.expect(200);
}

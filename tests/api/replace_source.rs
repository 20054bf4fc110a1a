//! Replace a source.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/sources";

#[actix_web::test]
async fn what_is_left_out_takes_its_default_but_for_the_slug() {
    let app = TestApp::start().await;
    let full = json!({ "name": "APP", "slug": "cable", "country": "PK", "metadata": { "a": "b" } });
    let made = app.create(PATH, &full).await;
    let put = app.put(&format!("{PATH}/cable"), &json!({ "name": "APP News" })).await.expect(200);
    assert_eq!(put.body["name"], "APP News");
    assert_eq!(put.body["slug"], "cable", "a new name does not move the slug");
    assert_eq!(put.body["country"], Value::Null);
    assert_eq!(put.body["metadata"], json!({}));
    assert_eq!(put.body["id"], made["id"]);
    assert_eq!(put.body["created_at"], made["created_at"]);
    assert_eq!(put.body["version"], 2);
    assert!(put.header("etag").starts_with("\"2-"));
}

#[actix_web::test]
async fn nothing_new_makes_no_version() {
    let app = TestApp::start().await;
    let body = json!({ "name": "APP", "country": "PK" });
    app.create(PATH, &body).await;
    let again = app.put(&format!("{PATH}/app"), &body).await.expect(200);
    assert_eq!(again.body["version"], 1);
    assert_eq!(again.body["updated_at"], again.body["created_at"]);
}

#[actix_web::test]
async fn it_never_creates() {
    let app = TestApp::start().await;
    let answer = app.put(&format!("{PATH}/app"), &json!({ "name": "APP" })).await;
    answer.problem(404, "not_found");
    assert_eq!(app.get(PATH).await.body["items"], json!([]));
}

#[actix_web::test]
async fn conflicts_name_who_has_it() {
    let app = TestApp::start().await;
    let one = app.create(PATH, &json!({ "name": "One" })).await;
    app.create(PATH, &json!({ "name": "Two" })).await;
    let two = format!("{PATH}/two");
    let named = app.put(&two, &json!({ "name": "One" })).await.problem(409, "name_taken");
    assert_eq!(named.body["existing"]["id"], one["id"]);
    let body = json!({ "name": "Two", "slug": "one" });
    let slugged = app.put(&two, &body).await.problem(409, "slug_taken");
    assert_eq!(slugged.body["existing"]["id"], one["id"]);
}

#[actix_web::test]
async fn a_former_slug_leads_on_with_the_query() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "A" })).await;
    app.patch(&format!("{PATH}/a"), &json!({ "slug": "b" })).await.expect(200);
    let path = format!("{PATH}/a?dry_run=true");
    let moved = app.put(&path, &json!({ "name": "A" })).await.expect(308);
    let target = "https://api.news.example/api/v1/sources/b?dry_run=true";
    assert_eq!(moved.header("location"), target);
}

#[actix_web::test]
async fn a_change_in_between_is_noticed() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "APP" })).await;
    let path = format!("{PATH}/app");
    let body = |text: &str| json!({ "name": "APP", "description": text });
    let put = async |tag: &str, text: &str| {
        let call = app.with_key(&app.admin, Method::PUT, &path).json(&body(text));
        call.header("if-match", tag).send().await
    };
    put("\"1\"", "first").await.expect(200);
    let late = put("\"1\"", "second").await.problem(412, "version_mismatch");
    assert_eq!(late.body["version"], 2);
    let current = app.admin_get(&path).await.expect(200);
    assert_eq!(late.header("etag"), current.header("etag"));
    assert_eq!(current.body["description"], "first");
    put(late.header("etag"), "third").await.expect(200);
    put("*", "fourth").await.expect(200);
    put("\"9\", \"4-ffff\"", "fifth").await.expect(200);
    put("W/\"5\"", "weak tags match nothing").await.problem(412, "version_mismatch");
    put("5", "unquoted").await.problem(400, "header_invalid").fault("If-Match", "invalid");
    let call = app.with_key(&app.admin, Method::PUT, &format!("{PATH}/none")).json(&body("x"));
    call.header("if-match", "*").send().await.problem(404, "not_found");
}

#[actix_web::test]
async fn if_match_can_be_required() {
    let app = TestApp::with(&["--require-if-match", "true"]).await;
    app.create(PATH, &json!({ "name": "APP" })).await;
    let path = format!("{PATH}/app");
    app.put(&path, &json!({ "name": "B" })).await.problem(428, "precondition_required");
    let call = app.with_key(&app.admin, Method::PUT, &path).json(&json!({ "name": "B" }));
    call.header("if-match", "\"1\"").send().await.expect(200);
}

#[actix_web::test]
async fn it_needs_the_scope_and_a_whole_body() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "APP" })).await;
    let path = format!("{PATH}/app");
    let writer = app.key(&[Scope::ArticlesWrite], None).await;
    let call = app.with_key(&writer, Method::PUT, &path).json(&json!({ "name": "B" }));
    call.send().await.problem(403, "scope_missing");
    app.put(&path, &json!({})).await.problem(422, "validation_failed").fault("/name", "required");
    let answer = app.put(&path, &json!({ "name": "B", "id": "x" })).await;
    answer.problem(400, "body_invalid").fault("/id", "additionalProperties");
    let shown = app.put(&format!("{path}?dry_run=true"), &json!({ "name": "B" })).await.expect(200);
    assert_eq!(shown.body["name"], "B");
    assert_eq!(app.get(&path).await.body["name"], "APP");
}

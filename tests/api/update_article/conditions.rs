//! `If-Match`: two editors never overwrite each other silently.

use super::{PATH, with_story};
use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::json;

async fn change(app: &TestApp, tag: Option<&str>, summary: &str) -> Answer {
    let call = app.with_key(&app.admin, Method::PATCH, PATH);
    let call = match tag {
        Some(tag) => call.header("if-match", tag),
        None => call,
    };
    call.json(&json!({ "summary": summary })).send().await
}

#[actix_web::test]
async fn the_current_version_in_any_form_lets_the_change_through() {
    let (app, _) = with_story().await;
    let tag = app.admin_get(PATH).await.expect(200).header("etag").to_owned();
    let public = app.get(PATH).await.expect(200).header("etag").to_owned();
    assert!(tag.starts_with("\"1-"));
    for fine in [
        tag.as_str(),
        public.as_str(),
        "\"1\"",
        "\"1-0123456789abcdef-gz\"",
        "*",
        " \"1\" ",
        "\"9\", \"1\"",
        "\"a,b\",\"1\"",
        "W/\"1\", \"1\"",
    ] {
        let path = format!("{PATH}?dry_run=true");
        let call = app.with_key(&app.admin, Method::PATCH, &path).header("if-match", fine);
        call.json(&json!({ "summary": fine })).send().await.expect(200);
    }
    change(&app, Some("\"1\""), "New").await.expect(200);
}

#[actix_web::test]
async fn another_version_is_refused_with_the_current_one() {
    let (app, _) = with_story().await;
    change(&app, None, "Two").await.expect(200);
    let before = app.admin_get(PATH).await.expect(200);
    let call = app.with_key(&app.admin, Method::GET, PATH).header("accept-encoding", "identity");
    let current = call.send().await.header("etag").to_owned();
    for stale in
        ["\"1\"", "\"3\"", "W/\"2\"", "\"two\"", "\"\"", "\"-2\"", "\"99999999999999999999\""]
    {
        let answer = change(&app, Some(stale), "Three").await;
        let answer = answer.problem(412, "version_mismatch");
        assert_eq!(answer.header("etag"), current, "{stale}");
        assert_eq!(answer.body["version"], 2);
        assert_eq!(app.admin_get(PATH).await.expect(200).bytes, before.bytes);
    }
}

#[actix_web::test]
async fn a_malformed_condition_is_refused() {
    let (app, made) = with_story().await;
    for malformed in ["1", "\"1", "1\"", "\"1\" \"2\"", "w/\"1\"", "\"1\",", "**", "*, \"1\""] {
        let answer = change(&app, Some(malformed), "x").await;
        let answer = answer.problem(400, "header_invalid").fault("If-Match", "invalid");
        assert_eq!(answer.body["errors"][0]["in"], "header", "{malformed}");
    }
    assert_eq!(app.admin_get(PATH).await.expect(200).body, made);
}

#[actix_web::test]
async fn a_condition_on_what_does_not_exist_is_not_found() {
    let (app, _) = with_story().await;
    for tag in ["*", "\"1\""] {
        let path = "/api/v1/articles/nothing";
        let call = app.with_key(&app.admin, Method::PATCH, path).header("if-match", tag);
        call.json(&json!({})).send().await.problem(404, "not_found");
    }
}

#[actix_web::test]
async fn a_condition_holds_even_for_what_changes_nothing() {
    let (app, _) = with_story().await;
    let call = app.with_key(&app.admin, Method::PATCH, PATH).header("if-match", "\"7\"");
    call.json(&json!({})).send().await.problem(412, "version_mismatch");
}

#[actix_web::test]
async fn a_service_can_require_the_condition() {
    let app = TestApp::with(&["--require-if-match", "true"]).await;
    app.story("Rain").await;
    for (method, body) in [
        (Method::PATCH, json!({ "summary": "x" })),
        (Method::PUT, json!({ "headline": "x" })),
        (Method::DELETE, json!(null)),
    ] {
        let call = app.with_key(&app.admin, method.clone(), PATH);
        let call = if body.is_null() { call } else { call.json(&body) };
        call.send().await.problem(428, "precondition_required");
        let version = app.get(PATH).await.expect(200).body["version"].to_string();
        let call =
            app.with_key(&app.admin, method, PATH).header("if-match", &format!("\"{version}\""));
        let call = if body.is_null() { call } else { call.json(&body) };
        assert!(call.send().await.status.is_success());
    }
    // creating is no change
    app.story("Snow").await;
}

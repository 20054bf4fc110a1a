//! Change a source.

use crate::support::TestApp;
use futures_util::future::join;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/sources";

#[actix_web::test]
async fn absent_is_untouched_and_null_clears() {
    let app = TestApp::start().await;
    let full = json!({
        "name": "APP", "description": "Agency.", "country": "PK", "language": "ur",
        "credit": "APP", "metadata": { "a": "1", "b": "2" },
    });
    app.create(PATH, &full).await;
    let path = format!("{PATH}/app");
    let patch = json!({ "country": null, "credit": "The APP", "metadata": { "a": "9" } });
    let after = app.patch(&path, &patch).await.expect(200).body;
    assert_eq!(after["country"], Value::Null);
    assert_eq!(after["credit"], "The APP");
    assert_eq!(after["description"], "Agency.");
    assert_eq!(after["language"], "ur");
    assert_eq!(after["version"], 2);
    let cleared = app.patch(&path, &json!({ "metadata": null })).await.expect(200).body;
    assert_eq!(cleared["metadata"], json!({}));
    let unchanged = app.patch(&path, &json!({})).await.expect(200).body;
    assert_eq!(unchanged["version"], 3, "an empty patch makes no version");
    let refused = app.patch(&path, &json!({ "name": null })).await;
    refused.problem(400, "body_invalid").fault("/name", "type");
}

#[actix_web::test]
async fn both_media_types_mean_a_merge_patch() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "APP", "country": "PK" })).await;
    let path = format!("{PATH}/app");
    for (media, text) in [
        ("application/merge-patch+json", "one"),
        ("application/json; charset=utf-8", "two"),
        ("Application/Merge-Patch+JSON", "three"),
    ] {
        let body = json!({ "description": text }).to_string();
        let call = app.with_key(&app.admin, Method::PATCH, &path).body(media, body);
        let after = call.send().await.expect(200).body;
        assert_eq!(after["description"], text);
        assert_eq!(after["country"], "PK");
    }
    let call = app.with_key(&app.admin, Method::PATCH, &path).body("text/plain", "{}");
    let refused = call.send().await.problem(415, "media_type_unsupported");
    assert_eq!(refused.header("accept-patch"), "application/merge-patch+json, application/json");
}

#[actix_web::test]
async fn a_new_slug_keeps_the_old_one() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "name": "A" })).await;
    app.create(PATH, &json!({ "name": "B" })).await;
    let id = made["id"].as_str().unwrap();
    app.patch(&format!("{PATH}/{id}"), &json!({ "slug": "fresh" })).await.expect(200);
    let moved = app.patch(&format!("{PATH}/a"), &json!({ "country": "PK" })).await.expect(308);
    assert!(moved.header("location").ends_with("/api/v1/sources/fresh"));
    let answer = app.patch(&format!("{PATH}/b"), &json!({ "slug": "a" })).await;
    let taken = answer.problem(409, "slug_taken");
    assert_eq!(taken.body["existing"]["id"], made["id"]);
    let answer = app.patch(&format!("{PATH}/fresh"), &json!({ "slug": "A b" })).await;
    answer.problem(422, "slug_invalid").fault("/slug", "slug_invalid");
    let answer = app.patch(&format!("{PATH}/b"), &json!({ "name": "A" })).await;
    answer.problem(409, "name_taken");
    let again = app.patch(&format!("{PATH}/fresh"), &json!({ "slug": null })).await.expect(200);
    assert_eq!(again.body["slug"], "a", "null asks for one from the name: its own former one");
}

#[actix_web::test]
async fn of_two_editors_with_one_tag_one_is_told() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "APP" })).await;
    let path = format!("{PATH}/app");
    for version in 1..5 {
        let tag = format!("\"{version}\"");
        let edit = |text: &str| {
            let body = json!({ "description": format!("{text} {version}") });
            let call = app.with_key(&app.admin, Method::PATCH, &path).json(&body);
            call.header("if-match", &tag).send()
        };
        let (one, two) = join(edit("one"), edit("two")).await;
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
    }
}

#[actix_web::test]
async fn conditions_are_those_of_every_change() {
    let app = TestApp::with(&["--require-if-match", "true"]).await;
    app.create(PATH, &json!({ "name": "APP" })).await;
    let path = format!("{PATH}/app");
    let body = json!({ "country": "PK" });
    app.patch(&path, &body).await.problem(428, "precondition_required");
    let with = async |tag: &str| {
        let call = app.with_key(&app.admin, Method::PATCH, &path).json(&body);
        call.header("if-match", tag).send().await
    };
    let late = with("\"7\"").await.problem(412, "version_mismatch");
    assert_eq!(late.body["version"], 1);
    with("\"1\"").await.expect(200);
    app.patch(&format!("{PATH}/none"), &body).await.problem(404, "not_found");
    let dry = format!("{path}?dry_run=true");
    let call = app.with_key(&app.admin, Method::PATCH, &dry).json(&json!({ "country": "CN" }));
    assert_eq!(call.header("if-match", "*").send().await.expect(200).body["country"], "CN");
    assert_eq!(app.get(&path).await.body["country"], "PK");
}

#[actix_web::test]
async fn a_renamed_source_moves_the_tag_of_its_stories_but_not_their_version() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "APP" })).await;
    let body = json!({ "headline": "Rain", "source": "app", "status": "published" });
    app.create("/api/v1/articles", &body).await;
    let before = app.admin_get("/api/v1/articles/rain").await.expect(200);
    app.patch(&format!("{PATH}/app"), &json!({ "name": "The APP" })).await.expect(200);
    let after = app.admin_get("/api/v1/articles/rain").await.expect(200);
    assert_eq!(after.body["source"]["name"], "The APP");
    assert_eq!(after.body["version"], before.body["version"]);
    assert_ne!(after.header("etag"), before.header("etag"));
    let call = app.with_key(&app.admin, Method::PATCH, "/api/v1/articles/rain");
    let call = call.json(&json!({ "summary": "Wet." }));
    call.header("if-match", before.header("etag")).send().await.expect(200);
}

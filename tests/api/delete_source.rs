//! Delete a source.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/sources";
const ARTICLES: &str = "/api/v1/articles";

async fn story(app: &TestApp, headline: &str, source: &str, external_id: Option<&str>) -> Value {
    let body = json!({
        "headline": headline, "source": source, "external_id": external_id, "status": "published",
    });
    app.create(ARTICLES, &body).await
}

#[actix_web::test]
async fn an_unused_one_goes_for_good() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "name": "APP" })).await;
    let gone = app.delete(&format!("{PATH}/app")).await.expect(204);
    assert!(gone.bytes.is_empty());
    app.get(&format!("{PATH}/app")).await.problem(404, "not_found");
    app.delete(&format!("{PATH}/app")).await.problem(404, "not_found");
    let by_id = format!("{PATH}/{}", made["id"].as_str().unwrap());
    app.get(&by_id).await.problem(404, "not_found");
    let again = app.create(PATH, &json!({ "name": "APP" })).await;
    assert_eq!(again["slug"], "app", "the slug is free again");
    assert_ne!(again["id"], made["id"]);
}

#[actix_web::test]
async fn one_in_use_is_refused_with_the_number_of_stories() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "APP" })).await;
    for headline in ["One", "Two", "Three"] {
        story(&app, headline, "app", None).await;
    }
    app.delete(&format!("{ARTICLES}/three")).await.expect(204);
    let refused = app.delete(&format!("{PATH}/app")).await.problem(409, "in_use");
    assert_eq!(refused.body["stories"], 3, "the trash included");
    assert_eq!(refused.body["children"], 0);
    app.get(&format!("{PATH}/app")).await.expect(200);
}

#[actix_web::test]
async fn its_stories_can_go_to_another() {
    let app = TestApp::start().await;
    for name in ["Old", "Next"] {
        app.create(PATH, &json!({ "name": name })).await;
    }
    let one = story(&app, "One", "old", Some("1")).await;
    story(&app, "Two", "old", Some("2")).await;
    app.delete(&format!("{ARTICLES}/two")).await.expect(204);
    let dry = format!("{PATH}/old?reassign_to=next&dry_run=true");
    app.delete(&dry).await.expect(204);
    app.get(&format!("{PATH}/old")).await.expect(200);
    app.delete(&format!("{PATH}/old?reassign_to=next")).await.expect(204);
    app.get(&format!("{PATH}/old")).await.problem(404, "not_found");
    let after = app.get(&format!("{ARTICLES}/one")).await.expect(200).body;
    assert_eq!(after["source"]["slug"], "next");
    assert_eq!(after["version"], one["version"].as_i64().unwrap() + 1);
    let trashed = app.admin_get(&format!("{ARTICLES}?state=trashed")).await.expect(200);
    assert_eq!(trashed.body["items"][0]["source"]["slug"], "next");
    app.get(&format!("{PATH}/next/articles/1")).await.expect(200);
}

#[actix_web::test]
async fn stories_whose_suppliers_id_is_taken_there_stay() {
    let app = TestApp::start().await;
    for name in ["Old", "Next"] {
        app.create(PATH, &json!({ "name": name })).await;
        story(&app, &format!("From {name}"), &name.to_lowercase(), Some("same")).await;
    }
    let refused = app.delete(&format!("{PATH}/old?reassign_to=next")).await;
    refused.problem(409, "external_id_taken");
    let kept = app.get(&format!("{ARTICLES}/from-old")).await.expect(200);
    assert_eq!(kept.body["source"]["slug"], "old", "nothing was moved");
}

#[actix_web::test]
async fn the_target_must_be_another_source() {
    let app = TestApp::start().await;
    let old = app.create(PATH, &json!({ "name": "Old" })).await;
    app.create("/api/v1/categories", &json!({ "name": "General" })).await;
    let id = old["id"].as_str().unwrap();
    for target in ["old", id, "none", "general", ""] {
        let answer = app.delete(&format!("{PATH}/old?reassign_to={target}")).await;
        answer.problem(400, "reassign_invalid").fault("reassign_to", "reassign_invalid");
    }
    let answer = app.delete(&format!("{PATH}/old?move_to=x")).await;
    answer.problem(400, "query_invalid").fault("move_to", "additionalProperties");
}

#[actix_web::test]
async fn a_former_slug_leads_on_and_deletes_nothing() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "A" })).await;
    app.patch(&format!("{PATH}/a"), &json!({ "slug": "b" })).await.expect(200);
    let moved = app.delete(&format!("{PATH}/a?dry_run=false")).await.expect(308);
    let target = "https://api.news.example/api/v1/sources/b?dry_run=false";
    assert_eq!(moved.header("location"), target);
    app.get(&format!("{PATH}/b")).await.expect(200);
}

#[actix_web::test]
async fn conditions_hold() {
    let app = TestApp::with(&["--require-if-match", "true"]).await;
    app.create(PATH, &json!({ "name": "APP" })).await;
    let path = format!("{PATH}/app");
    app.delete(&path).await.problem(428, "precondition_required");
    let with = async |tag: &str| {
        app.with_key(&app.admin, Method::DELETE, &path).header("if-match", tag).send().await
    };
    let late = with("\"2\"").await.problem(412, "version_mismatch");
    assert_eq!(late.body["version"], 1);
    assert_eq!(late.header("etag"), app.admin_get(&path).await.header("etag"));
    with("\"1-any\"").await.expect(204);
}

#[actix_web::test]
async fn it_needs_the_scope() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "APP" })).await;
    let path = format!("{PATH}/app");
    app.anonymous(Method::DELETE, &path).send().await.problem(401, "key_missing");
    let writer = app.key(&[Scope::ArticlesWrite], None).await;
    app.with_key(&writer, Method::DELETE, &path).send().await.problem(403, "scope_missing");
}

#[actix_web::test]
async fn keys_bound_to_it_end_with_it() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "name": "APP" })).await;
    let bound = app.key(&[Scope::ArticlesWrite], made["id"].as_str()).await;
    app.with_key(&bound, Method::GET, "/api/v1/key").send().await.expect(200);
    app.delete(&format!("{PATH}/app")).await.expect(204);
    app.with_key(&bound, Method::GET, "/api/v1/key").send().await.problem(401, "key_invalid");
}

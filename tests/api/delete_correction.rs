//! Delete a correction: a mistaken one.

use crate::support::TestApp;
use newswire::access::Scope::ArticlesWrite;
use reqwest::Method;
use serde_json::json;

const ARTICLES: &str = "/api/v1/articles";

#[actix_web::test]
async fn readers_see_it_no_more() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let story = format!("{ARTICLES}/rain");
    let notes = format!("{story}/corrections");
    let one = app.post(&notes, &json!({ "text": "one" })).await.expect(201).text("id");
    let two = app.post(&notes, &json!({ "text": "two" })).await.expect(201).text("id");
    let path = format!("{notes}/{one}");
    let writer = app.key(&[ArticlesWrite], None).await;
    app.with_key(&writer, Method::DELETE, &path).send().await.problem(403, "scope_missing");
    app.delete(&format!("{path}?dry_run=true")).await.expect(204);
    let call = |tag: &str| app.with_key(&app.admin, Method::DELETE, &path).header("if-match", tag);
    call("\"1\"").send().await.problem(412, "version_mismatch");
    call("rain").send().await.problem(400, "header_invalid");
    call("\"3\"").send().await.expect(204);
    let read = app.get(&story).await.expect(200).body;
    assert_eq!((&read["version"], &read["corrections"][0]["id"]), (&json!(4), &json!(two)));
    assert_eq!(read["corrections"].as_array().unwrap().len(), 1);
    app.delete(&path).await.problem(404, "not_found");
    app.delete(&format!("{notes}/x")).await.problem(404, "not_found");
    app.delete(&format!("{ARTICLES}/none/corrections/{one}")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn what_stands_in_its_way() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    let story = format!("{ARTICLES}/rain");
    let id = app
        .post(&format!("{story}/corrections"), &json!({ "text": "x" }))
        .await
        .expect(201)
        .text("id");
    let strict = app.beside(&["--require-if-match", "true"]).await;
    strict.delete(&format!("{story}/corrections/{id}")).await.problem(428, "precondition_required");
    app.patch(&story, &json!({ "slug": "sun" })).await.expect(200);
    let moved = app.delete(&format!("{story}/corrections/{id}")).await.expect(308);
    assert_eq!(
        moved.header("location"),
        format!("https://api.news.example{ARTICLES}/sun/corrections/{id}")
    );
    let other = app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    let key = app.key(&[ArticlesWrite], other["id"].as_str()).await;
    app.story("Sunny").await;
    let live = format!("{ARTICLES}/sunny/corrections/{id}");
    app.with_key(&key, Method::DELETE, &live).send().await.problem(403, "source_forbidden");
    app.delete(&format!("{ARTICLES}/sun")).await.expect(204);
    app.delete(&format!("{ARTICLES}/sun/corrections/{id}")).await.problem(409, "state_conflict");
}

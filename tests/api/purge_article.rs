//! Purge an article: gone for good, and its names are free.

use crate::support::TestApp;
use reqwest::Method;
use serde_json::json;

const ARTICLES: &str = "/api/v1/articles";

#[actix_web::test]
async fn nothing_is_left_of_it() {
    let app = TestApp::start().await;
    let made = app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    app.patch(&path, &json!({ "slug": "drizzle", "summary": "x" })).await.expect(200);
    let sent = json!({ "headline": "Sun", "translation_of": "drizzle", "status": "published" });
    app.create(ARTICLES, &sent).await;
    app.delete(&format!("{ARTICLES}/drizzle")).await.expect(204);
    let id = made["id"].as_str().unwrap();
    app.get(&format!("{ARTICLES}/{id}")).await.expect(410);
    let purge = format!("{ARTICLES}/{id}/purge");
    let answer = app.with_key(&app.admin, Method::POST, &purge).send().await.expect(204);
    assert!(answer.bytes.is_empty());
    for name in [id, "rain", "drizzle"] {
        app.get(&format!("{ARTICLES}/{name}")).await.problem(404, "not_found");
        app.admin_get(&format!("{ARTICLES}/{name}")).await.problem(404, "not_found");
    }
    for (table, column) in [
        ("articles", "id"),
        ("article_revisions", "article_id"),
        ("article_listings", "article_id"),
        ("slugs", "resource_id"),
    ] {
        let count = format!("SELECT count(*)::text FROM {table} WHERE {column} = '{id}'");
        assert_eq!(app.database.rows(&count).await, [["0"]], "{table}");
    }
    assert_eq!(app.get(&format!("{ARTICLES}/sun")).await.body["translation_of"], json!(null));
    app.with_key(&app.admin, Method::POST, &purge).send().await.problem(404, "not_found");
    // the names are free
    assert_eq!(app.story("Rain").await["slug"], "rain");
}

#[actix_web::test]
async fn a_retracted_one_may_go_too() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    app.post(&format!("{ARTICLES}/rain/retract"), &json!({ "reason": "x" })).await.expect(200);
    app.with_key(&app.admin, Method::POST, &format!("{ARTICLES}/rain/purge"))
        .send()
        .await
        .expect(204);
    app.get(&format!("{ARTICLES}/rain")).await.problem(404, "not_found");
}

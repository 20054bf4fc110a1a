//! Read a category.

use crate::support::TestApp;
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/v1/categories";

#[actix_web::test]
async fn it_is_read_by_id_and_by_slug() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "name": "General", "metadata": { "a": "b" } })).await;
    let by_slug = app.get(&format!("{PATH}/general")).await.expect(200);
    let by_id = app.get(&format!("{PATH}/{}", made["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(by_id.bytes, by_slug.bytes);
    assert_eq!(by_slug.body.get("metadata"), None, "notes are for keys");
    let keyed = app.admin_get(&format!("{PATH}/general")).await.expect(200);
    assert_eq!(keyed.body["metadata"], json!({ "a": "b" }));
}

#[actix_web::test]
async fn the_page_for_readers_follows_the_setting() {
    let app = TestApp::with(&["--category-url", "https://news.example/{slug}/{id}"]).await;
    let made = app.create(PATH, &json!({ "name": "Größe" })).await;
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["url"], format!("https://news.example/gr%C3%B6%C3%9Fe/{id}"));
}

#[actix_web::test]
async fn an_unknown_or_unreadable_one_is_refused() {
    let app = TestApp::start().await;
    for name in ["none", "019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11"] {
        app.get(&format!("{PATH}/{name}")).await.problem(404, "not_found");
    }
    app.get(&format!("{PATH}/%C3%28")).await.problem(400, "path_invalid");
    app.get(&format!("{PATH}/none?x=1")).await.problem(400, "query_invalid");
}

#[actix_web::test]
async fn a_former_slug_leads_to_the_current_one() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "First" })).await;
    app.patch(&format!("{PATH}/first"), &json!({ "slug": "second" })).await.expect(200);
    let moved = app.get(&format!("{PATH}/first")).await.expect(308);
    assert_eq!(moved.header("location"), format!("https://api.news.example{PATH}/second"));
    let head = app.anonymous(Method::HEAD, &format!("{PATH}/first")).send().await.expect(308);
    assert_eq!(head.header("location"), moved.header("location"));
    let other = app.create(PATH, &json!({ "name": "First!" })).await;
    assert_eq!(other["slug"], "first-2", "a former slug stays reserved");
}

#[actix_web::test]
async fn its_tag_moves_when_a_parent_is_renamed_but_its_version_does_not() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "World" })).await;
    app.create(PATH, &json!({ "name": "Asia", "parent": "world" })).await;
    let path = format!("{PATH}/asia");
    let before = app.get(&path).await.expect(200);
    let ask =
        async || app.anonymous(Method::GET, &path).header("if-none-match", before.header("etag"));
    ask().await.send().await.expect(304);
    app.patch(&format!("{PATH}/world"), &json!({ "name": "The World" })).await.expect(200);
    let after = ask().await.send().await.expect(200);
    assert_eq!(after.body["breadcrumb"][0]["name"], "The World");
    assert_eq!(after.body["parent"]["name"], "The World");
    assert_eq!(after.body["version"], before.body["version"]);
}

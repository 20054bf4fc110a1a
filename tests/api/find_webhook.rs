//! Read a webhook.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/v1/webhooks";

#[actix_web::test]
async fn it_is_found_by_its_id() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "url": "https://news.example/" })).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let found = app.admin_get(&path).await.expect(200);
    let mut expected = made;
    expected.as_object_mut().unwrap().remove("secret");
    assert_eq!(found.body, expected);
    assert_eq!(found.header("cache-control"), "private, no-store");
    let call = app.with_key(&app.admin, Method::GET, &path);
    call.header("if-none-match", found.header("etag")).send().await.expect(304);
}

#[actix_web::test]
async fn only_who_manages_webhooks_reads_one() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "url": "https://news.example/" })).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    app.get(&path).await.problem(401, "key_missing");
    let reader = app.key(&[Scope::ArticlesRead], None).await;
    app.with_key(&reader, Method::GET, &path).send().await.problem(403, "scope_missing");
    let manager = app.key(&[Scope::WebhooksWrite], None).await;
    app.with_key(&manager, Method::GET, &path).send().await.expect(200);
}

//! List webhooks.

use crate::support::{Answer, TestApp};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/v1/webhooks";

fn urls(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["url"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn with_webhooks(count: usize) -> TestApp {
    let app = TestApp::start().await;
    for number in 1..=count {
        app.create(PATH, &json!({ "url": format!("https://news.example/{number}") })).await;
    }
    app
}

#[actix_web::test]
async fn they_come_newest_first_without_secrets() {
    let app = with_webhooks(2).await;
    let made = app.create(PATH, &json!({ "url": "https://news.example/3" })).await;
    let all = app.admin_get(PATH).await.expect(200);
    let expected = ["https://news.example/3", "https://news.example/2", "https://news.example/1"];
    assert_eq!(urls(&all), expected);
    let text = String::from_utf8_lossy(&all.bytes).into_owned();
    assert!(!text.contains("whsec_"), "{text}");
    let secret = made["secret"].as_str().unwrap().trim_start_matches("whsec_");
    assert!(!text.contains(secret), "{text}");
}

#[actix_web::test]
async fn pages_lead_both_ways() {
    let app = with_webhooks(4).await;
    let first = app.admin_get(&format!("{PATH}?limit=3&total=exact")).await.expect(200);
    assert_eq!(urls(&first).len(), 3);
    assert_eq!(first.body["total"], 4);
    let next = first.text("next_cursor");
    let second = app.admin_get(&format!("{PATH}?limit=3&cursor={next}")).await.expect(200);
    assert_eq!(urls(&second), ["https://news.example/1"]);
    let back = second.text("prev_cursor");
    let again = app.admin_get(&format!("{PATH}?limit=3&cursor={back}")).await.expect(200);
    assert_eq!(urls(&again), urls(&first));
    app.admin_get(&format!("{PATH}?cursor=x")).await.problem(400, "cursor_invalid");
}

#[actix_web::test]
async fn a_known_list_is_not_sent_again() {
    let app = with_webhooks(1).await;
    let first = app.admin_get(PATH).await.expect(200);
    let call = app.with_key(&app.admin, Method::GET, PATH);
    call.header("if-none-match", first.header("etag")).send().await.expect(304);
}

#[actix_web::test]
async fn a_bound_key_sees_those_of_its_source() {
    let app = with_webhooks(1).await;
    let mut keys = Vec::new();
    for name in ["A", "B"] {
        let source = app.create("/api/v1/sources", &json!({ "name": name })).await;
        keys.push(app.key(&[Scope::WebhooksWrite], source["id"].as_str()).await);
    }
    let call = app.with_key(&keys[0], Method::POST, PATH);
    let made = call.json(&json!({ "url": "https://a.example/" })).send().await.expect(201);
    assert_eq!(made.body["source"], "a");
    let seen = async |key: &str| {
        urls(&app.with_key(key, Method::GET, &format!("{PATH}?total=exact")).send().await)
    };
    assert_eq!(seen(&keys[0]).await, ["https://a.example/"]);
    assert_eq!(seen(&keys[1]).await, [""; 0]);
    assert_eq!(seen(&app.admin).await.len(), 2);
}

#[actix_web::test]
async fn only_who_manages_webhooks_sees_them() {
    let app = TestApp::start().await;
    app.get(PATH).await.problem(401, "key_missing");
    let reader = app.key(&[Scope::ArticlesRead], None).await;
    let refused = app.with_key(&reader, Method::GET, PATH).send().await;
    assert!(refused.problem(403, "scope_missing").text("detail").contains("`webhooks:write`"));
}

//! List keys.

use crate::support::{Answer, TestApp};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/keys";

fn names(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["name"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn with_keys(names: &[&str]) -> TestApp {
    let app = TestApp::start().await;
    for name in names {
        app.create(PATH, &json!({ "name": name, "scopes": ["articles:read"] })).await;
    }
    app
}

#[actix_web::test]
async fn they_come_newest_first_without_secrets() {
    let app = with_keys(&["one", "two"]).await;
    let made = app.create(PATH, &json!({ "name": "three", "scopes": ["articles:read"] })).await;
    app.delete(&format!("{PATH}/{}", made["id"].as_str().unwrap())).await.expect(204);
    let all = app.admin_get(PATH).await.expect(200);
    assert_eq!(names(&all), ["three", "two", "one", "test"]);
    assert!(all.body["items"][0]["revoked_at"].is_string(), "revoked ones included");
    assert_eq!(all.body["items"][1]["revoked_at"], Value::Null);
    for item in all.body["items"].as_array().unwrap() {
        assert_eq!(item.get("key"), None);
        assert_eq!(item.get("hash"), None);
    }
    let text = String::from_utf8_lossy(&all.bytes).into_owned();
    assert!(!text.contains(made["key"].as_str().unwrap()));
    assert!(!text.contains("nw_"), "{text}");
}

#[actix_web::test]
async fn pages_lead_both_ways() {
    let app = with_keys(&["one", "two", "three", "four"]).await;
    let first = app.admin_get(&format!("{PATH}?limit=2&total=exact")).await.expect(200);
    assert_eq!(names(&first), ["four", "three"]);
    assert_eq!(first.body["total"], 5);
    let next = first.text("next_cursor");
    let second = app.admin_get(&format!("{PATH}?limit=2&cursor={next}")).await.expect(200);
    assert_eq!(names(&second), ["two", "one"]);
    let back = second.text("prev_cursor");
    let again = app.admin_get(&format!("{PATH}?limit=2&cursor={back}")).await.expect(200);
    assert_eq!(names(&again), ["four", "three"]);
    app.admin_get(&format!("{PATH}?cursor=x")).await.problem(400, "cursor_invalid");
    let answer = app.admin_get(&format!("{PATH}?name=one")).await;
    answer.problem(400, "query_invalid").fault("name", "additionalProperties");
}

#[actix_web::test]
async fn a_known_list_is_not_sent_again() {
    let app = with_keys(&["one"]).await;
    let first = app.admin_get(PATH).await.expect(200);
    let call = app.with_key(&app.admin, Method::GET, PATH);
    call.header("if-none-match", first.header("etag")).send().await.expect(304);
}

#[actix_web::test]
async fn only_admins_see_them() {
    let app = TestApp::start().await;
    app.get(PATH).await.problem(401, "key_missing");
    let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|one| *one != Scope::Admin).collect();
    let every_other = app.key(&scopes, None).await;
    let refused = app.with_key(&every_other, Method::GET, PATH).send().await;
    assert!(refused.problem(403, "scope_missing").text("detail").contains("`admin`"));
}

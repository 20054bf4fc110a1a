//! Read the calling key.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/key";

#[actix_web::test]
async fn each_kind_is_told_what_it_is() {
    let app = TestApp::start().await;
    let source = app.create("/api/v1/sources", &json!({ "name": "APP" })).await;
    for scope in Scope::ALL {
        let key = app.key(&[scope], None).await;
        let told = app.with_key(&key, Method::GET, PATH).send().await.expect(200);
        assert_eq!(told.body["scopes"], json!([scope.as_str()]));
        assert_eq!(told.body["source"], Value::Null);
        assert_eq!(told.body["expires_at"], Value::Null);
        assert_eq!(told.body["revoked_at"], Value::Null);
        assert_eq!(told.header("cache-control"), "private, no-store");
        assert!(!String::from_utf8_lossy(&told.bytes).contains(&key), "the secret is not shown");
    }
    let scopes = [Scope::ArticlesRead, Scope::ArticlesWrite];
    let bound = app.key(&scopes, source["id"].as_str()).await;
    let told = app.with_key(&bound, Method::GET, PATH).send().await.expect(200);
    assert_eq!(told.body["source"], "app");
    assert_eq!(told.body["scopes"], json!(["articles:read", "articles:write"]));
}

#[actix_web::test]
async fn without_a_key_there_is_nothing_to_tell() {
    let app = TestApp::start().await;
    let answer = app.get(PATH).await.problem(401, "key_missing");
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"key\"");
    app.admin_get(&format!("{PATH}?x=1")).await.problem(400, "query_invalid");
}

#[actix_web::test]
async fn a_known_answer_is_not_sent_again() {
    let app = TestApp::start().await;
    let first = app.admin_get(PATH).await.expect(200);
    let call = app.with_key(&app.admin, Method::GET, PATH);
    let same = call.header("if-none-match", first.header("etag")).send().await.expect(304);
    assert_eq!(same.header("cache-control"), "private, no-store");
}

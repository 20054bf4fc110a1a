//! Revoke a key.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/v1/keys";

#[actix_web::test]
async fn it_ends_at_once_and_stays_listed() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "name": "x", "scopes": ["articles:read"] })).await;
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    let path = format!("{PATH}/{id}");
    app.delete(&format!("{path}?dry_run=true")).await.expect(204);
    app.with_key(key, Method::GET, "/api/v1/key").send().await.expect(200);
    app.delete(&path).await.expect(204);
    app.with_key(key, Method::GET, "/api/v1/key").send().await.problem(401, "key_invalid");
    let listed = app.admin_get(PATH).await.body["items"][0].clone();
    let at = listed["revoked_at"].as_str().unwrap().to_owned();
    app.delete(&path).await.expect(204);
    let listed = app.admin_get(PATH).await.body["items"][0].clone();
    assert_eq!(listed["revoked_at"], at, "again changes nothing");
}

#[actix_web::test]
async fn the_calling_one_cannot_revoke_itself() {
    let app = TestApp::start().await;
    let id = app.admin_get("/api/v1/key").await.text("id");
    for path in [format!("{PATH}/{id}"), format!("{PATH}/{}", id.to_uppercase())] {
        app.delete(&path).await.problem(409, "key_in_use");
    }
    let other = app.key(&[Scope::Admin], None).await;
    let call = app.with_key(&other, Method::DELETE, &format!("{PATH}/{id}"));
    call.send().await.expect(204);
    app.admin_get("/api/v1/key").await.problem(401, "key_invalid");
}

#[actix_web::test]
async fn an_unknown_one_is_not_found() {
    let app = TestApp::start().await;
    for id in ["019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11", "test"] {
        app.delete(&format!("{PATH}/{id}")).await.problem(404, "not_found");
    }
    app.delete(&format!("{PATH}/%FF")).await.problem(400, "path_invalid");
    let answer = app.delete(&format!("{PATH}/test?force=true")).await;
    answer.problem(400, "query_invalid").fault("force", "additionalProperties");
}

#[actix_web::test]
async fn only_admins_revoke() {
    let app = TestApp::start().await;
    let id = app.admin_get("/api/v1/key").await.text("id");
    let path = format!("{PATH}/{id}");
    app.anonymous(Method::DELETE, &path).send().await.problem(401, "key_missing");
    let writer = app.key(&[Scope::ArticlesWrite], None).await;
    app.with_key(&writer, Method::DELETE, &path).send().await.problem(403, "scope_missing");
}

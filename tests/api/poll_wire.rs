//! Have a source's feed read now.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/v1/sources/tarn/wire/poll";

#[actix_web::test]
async fn it_is_due_at_once() {
    let app = TestApp::with(&["--fetch", "on"]).await;
    let sent =
        json!({ "name": "Tarn", "feed_url": "https://w.example/feed", "poll_minutes": 10080 });
    app.create("/api/v1/sources", &sent).await;
    let call = || app.with_key(&app.admin, Method::POST, PATH);
    app.with_key(&app.admin, Method::POST, &format!("{PATH}?dry_run=true"))
        .send()
        .await
        .expect(204);
    let wire = async || app.admin_get("/api/v1/sources/tarn/wire").await.expect(200).body;
    assert_eq!(wire().await["next_poll_at"], json!(null), "nothing was done");
    call().send().await.expect(204);
    let due = wire().await["next_poll_at"].as_str().unwrap().to_owned();
    let due: chrono::DateTime<chrono::Utc> = due.parse().unwrap();
    assert!(due <= chrono::Utc::now() + chrono::TimeDelta::seconds(5));
    call().header("idempotency-key", "\"k\"").send().await.expect(204);
    let again = call().header("idempotency-key", "\"k\"").send().await.expect(204);
    assert_eq!(again.header("idempotency-replayed"), "true");
    app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    let other = app.with_key(&app.admin, Method::POST, "/api/v1/sources/other/wire/poll");
    let reused = other.header("idempotency-key", "\"k\"").send().await;
    reused.problem(422, "idempotency_key_reused");
}

#[actix_web::test]
async fn a_former_slug_leads_on() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Tarn" })).await;
    app.patch("/api/v1/sources/tarn", &json!({ "slug": "tarn-wire" })).await.expect(200);
    let moved = app.with_key(&app.admin, Method::POST, PATH).send().await.expect(308);
    assert!(moved.header("location").ends_with("/api/v1/sources/tarn-wire/wire/poll"));
}

#[actix_web::test]
async fn what_is_not_read_cannot_be_read_now() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Tarn" })).await;
    let call = || app.with_key(&app.admin, Method::POST, PATH).send();
    call().await.problem(409, "state_conflict");
    let change = json!({ "feed_url": "https://w.example/feed", "poll_minutes": 5 });
    app.patch("/api/v1/sources/tarn", &change).await.expect(200);
    let refused = call().await.problem(409, "state_conflict");
    assert!(refused.text("detail").contains("no other servers"));
}

#[actix_web::test]
async fn it_needs_a_key_that_may_write_sources() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Tarn" })).await;
    app.anonymous(Method::POST, PATH).send().await.problem(401, "key_missing");
    let reader = app.key(&[Scope::ArticlesRead], None).await;
    app.with_key(&reader, Method::POST, PATH).send().await.problem(403, "scope_missing");
    let none = "/api/v1/sources/none/wire/poll";
    app.with_key(&app.admin, Method::POST, none).send().await.problem(404, "not_found");
    let unreadable = "/api/v1/sources/%FF/wire/poll";
    app.with_key(&app.admin, Method::POST, unreadable).send().await.problem(400, "path_invalid");
}

//! Replay events to a webhook.

use crate::support::TestApp;
use crate::support::receiver::Receiver;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;

const PATH: &str = "/api/v1/webhooks";
const LONG_AGO: &str = "2020-01-01T00:00:00Z";

#[actix_web::test]
async fn what_arrived_and_what_was_missed_is_sent_once_more() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let _working = app.work().await;
    let made = app.webhook(&receiver, json!({ "events": ["article.published"] })).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    app.story("Rain").await;
    let first = receiver.until(1).await[0].clone();
    app.patch(&path, &json!({ "enabled": false })).await.expect(200);
    let missed = app.story("Missed").await;
    app.hand_out().await;
    app.patch(&path, &json!({ "enabled": true })).await.expect(200);
    let replay = format!("{path}/replay");
    let would = app.post(&format!("{replay}?dry_run=true"), &json!({ "after": LONG_AGO })).await;
    assert_eq!(would.expect(200).body["deliveries"], 2);
    let told = app.post(&replay, &json!({ "after": LONG_AGO })).await.expect(200);
    assert_eq!(told.body["deliveries"], 2);
    let arrived = receiver.until(3).await;
    let ids: BTreeSet<_> = arrived[1..].iter().map(|one| one.id.clone()).collect();
    assert!(ids.contains(&first.id), "under the id it had");
    assert!(arrived[1..].iter().any(|one| one.body["data"]["id"] == missed["id"]));
    for one in &arrived {
        one.verify(made["secret"].as_str().unwrap()).unwrap();
    }
}

#[actix_web::test]
async fn only_that_time_and_what_the_filters_let_through() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let _working = app.work().await;
    app.story("Rain").await;
    let made = app.webhook(&receiver, json!({ "events": ["article.updated"] })).await;
    let path = format!("{PATH}/{}/replay", made["id"].as_str().unwrap());
    let count = async |body| app.post(&path, &body).await.expect(200).body["deliveries"].clone();
    assert_eq!(count(json!({ "after": LONG_AGO })).await, 0);
    app.patch("/api/v1/articles/rain", &json!({ "headline": "More rain" })).await.expect(200);
    receiver.until(1).await;
    assert_eq!(count(json!({ "after": LONG_AGO })).await, 1);
    assert_eq!(count(json!({ "after": LONG_AGO, "before": LONG_AGO })).await, 0);
    assert_eq!(count(json!({ "after": "2090-01-01T00:00:00Z" })).await, 0);
    let bad = json!({ "after": "yesterday", "before": "now" });
    let refused = app.post(&path, &bad).await.problem(422, "time_invalid");
    refused.fault("/after", "time_invalid").fault("/before", "time_invalid");
    app.post(&path, &json!({})).await.problem(422, "validation_failed");
}

#[actix_web::test]
async fn a_span_with_too_much_in_it_is_refused() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let made = app.webhook(&receiver, json!({})).await;
    let path = format!("{PATH}/{}/replay", made["id"].as_str().unwrap());
    let many = "INSERT INTO events (kind, resource_id, slug, version, at)
                SELECT 'source.updated', gen_random_uuid(), 'x', 1, now() FROM generate_series(1, 10001)";
    app.database.execute(many).await;
    let refused = app.post(&path, &json!({ "after": LONG_AGO })).await;
    refused.problem(422, "validation_failed").fault("/after", "validation_failed");
    let manager = app.key(&[Scope::SourcesWrite], None).await;
    let call = app.with_key(&manager, Method::POST, &path).json(&json!({ "after": LONG_AGO }));
    call.send().await.problem(403, "scope_missing");
}

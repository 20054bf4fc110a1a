//! List the deliveries of a webhook.

use crate::support::TestApp;
use crate::support::receiver::{Receiver, Reply};
use newswire::access::Scope;
use newswire::webhooks::store;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const PATH: &str = "/api/v1/webhooks";

async fn with_pings(count: usize) -> (TestApp, Receiver, String) {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let made = app.webhook(&receiver, json!({})).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    for number in 0..count {
        receiver.answers([Reply::Status(if number % 2 == 0 { 204 } else { 500 })]);
        app.act(&format!("{path}/ping")).await.expect(200);
    }
    (app, receiver, format!("{path}/deliveries"))
}

#[actix_web::test]
async fn they_come_newest_first_with_their_attempts() {
    let (app, receiver, path) = with_pings(3).await;
    let log = app.admin_get(&format!("{path}?total=exact")).await.expect(200);
    let items = log.body["items"].as_array().unwrap();
    let ids: Vec<_> = items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    let sent: Vec<_> = receiver.arrived().into_iter().rev().map(|one| one.id).collect();
    assert_eq!(ids, sent);
    assert_eq!(log.body["total"], 3);
    assert_eq!(items[0]["attempts"][0]["status"], 204);
    assert_eq!(items[1]["attempts"][0]["status"], 500);
    let failed = app.admin_get(&format!("{path}?status=failed&total=exact")).await.expect(200);
    assert_eq!((&failed.body["items"][0], &failed.body["total"]), (&items[1], &json!(1)));
    let pending = app.admin_get(&format!("{path}?status=pending")).await.expect(200);
    assert_eq!(pending.body["items"], json!([]));
    app.admin_get(&format!("{path}?status=lost")).await.problem(400, "query_invalid");
    let call = app.with_key(&app.admin, Method::GET, &path);
    let tag = app.admin_get(&path).await.header("etag").to_owned();
    call.header("if-none-match", &tag).send().await.expect(304);
}

#[actix_web::test]
async fn pages_lead_both_ways() {
    let (app, _receiver, path) = with_pings(3).await;
    let first = app.admin_get(&format!("{path}?limit=2")).await.expect(200);
    let next = first.text("next_cursor");
    let second = app.admin_get(&format!("{path}?limit=2&cursor={next}")).await.expect(200);
    assert_eq!(second.body["items"].as_array().unwrap().len(), 1);
    let back = second.text("prev_cursor");
    let again = app.admin_get(&format!("{path}?limit=2&cursor={back}")).await.expect(200);
    assert_eq!(again.body["items"], first.body["items"]);
    let other = app.admin_get(&format!("{path}?status=failed&cursor={next}")).await;
    other.problem(400, "cursor_mismatch");
}

#[actix_web::test]
async fn drafts_are_in_the_log_for_those_who_may_read_them() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let made = app.webhook(&receiver, json!({ "state": "any" })).await;
    let path = format!("{PATH}/{}/deliveries", made["id"].as_str().unwrap());
    let manager = app.key(&[Scope::WebhooksWrite], None).await;
    app.with_key(&manager, Method::GET, &path).send().await.problem(403, "scope_missing");
    app.anonymous(Method::GET, &path).send().await.problem(401, "key_missing");
    let reader = app.key(&[Scope::WebhooksWrite, Scope::ArticlesRead], None).await;
    app.with_key(&reader, Method::GET, &path).send().await.expect(200);
}

#[actix_web::test]
async fn what_is_old_is_forgotten_and_what_waits_is_kept() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let on = app.webhook(&receiver, json!({})).await;
    let off = app.webhook(&receiver, json!({})).await;
    app.story("Rain").await;
    app.hand_out().await;
    app.story("Sun").await;
    app.hand_out().await;
    let path = |webhook: &Value| format!("{PATH}/{}", webhook["id"].as_str().unwrap());
    app.act(&format!("{}/ping", path(&on))).await.expect(200);
    app.patch(&path(&off), &json!({ "enabled": false })).await.expect(200);
    let old = "UPDATE webhook_deliveries SET created_at = created_at - interval '31 days'";
    app.database.execute(old).await;
    app.act(&format!("{}/ping", path(&on))).await.expect(200);
    let sweep = app.app.db.transaction(false, async |conn| {
        store::deliveries::sweep(conn, Duration::from_secs(30 * 86_400)).await
    });
    assert!(sweep.await.unwrap() > 0);
    let left = async |webhook: &Value, status: &str| {
        let path = format!("{}/deliveries?status={status}&total=exact", path(webhook));
        app.admin_get(&path).await.body["total"].clone()
    };
    assert_eq!(left(&on, "delivered").await, 1, "the younger ping");
    assert_ne!(left(&on, "pending").await, 0, "what waits for one that is on");
    assert_eq!(left(&off, "pending").await, 0, "what waits for one that is off");
}

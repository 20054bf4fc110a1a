//! Rotate the secret of a webhook.

use crate::support::{TestApp, receiver::Receiver};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/webhooks";

#[actix_web::test]
async fn until_the_old_one_ends_events_are_signed_with_both() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let made = app.webhook(&receiver, json!({})).await;
    let old = made["secret"].as_str().unwrap();
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let rotated = app.act(&format!("{path}/secrets")).await.expect(201);
    let new = rotated.text("secret");
    assert_eq!(rotated.body["expires_at"], Value::Null);
    let found = app.admin_get(&path).await.expect(200);
    assert_eq!(found.body["version"], 2);
    let listed = found.body["secrets"].as_array().unwrap();
    assert!(listed[0]["expires_at"].is_string() && listed[1]["expires_at"].is_null(), "{listed:?}");
    assert_eq!(listed[1]["id"], rotated.body["id"]);
    app.act(&format!("{path}/ping")).await.expect(200);
    let ping = &receiver.arrived()[0];
    assert_eq!(ping.signature.split(' ').count(), 2);
    ping.verify(old).unwrap();
    ping.verify(&new).unwrap();
    let ended = "UPDATE webhook_secrets SET expires_at = now() - interval '1 second'
                 WHERE expires_at IS NOT NULL";
    app.database.execute(ended).await;
    app.act(&format!("{path}/ping")).await.expect(200);
    let ping = &receiver.arrived()[1];
    ping.verify(&new).unwrap();
    assert!(ping.verify(old).is_err());
    assert_eq!(app.admin_get(&path).await.body["secrets"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn the_end_of_the_old_ones_is_said_or_a_day_away() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "url": "https://news.example/" })).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let rotate = async |body: Value| app.post(&format!("{path}/secrets"), &body).await;
    rotate(json!({ "expires_at": "2020-01-01T00:00:00Z" })).await.problem(422, "expiry_in_past");
    let refused = rotate(json!({ "expires_at": "tomorrow" })).await.problem(422, "time_invalid");
    refused.fault("/expires_at", "time_invalid");
    rotate(json!({ "expires_at": "2090-01-01T00:00:00Z" })).await.expect(201);
    let ends = async || app.admin_get(&path).await.body["secrets"][0]["expires_at"].clone();
    assert_eq!(ends().await, "2090-01-01T00:00:00.000Z");
    rotate(json!({ "expires_at": "2091-01-01T00:00:00Z" })).await.expect(201);
    assert_eq!(ends().await, "2090-01-01T00:00:00.000Z", "nothing ends later than it was to");
    rotate(json!({})).await.expect(201);
    let day = "SELECT count(*) FROM webhook_secrets
               WHERE expires_at BETWEEN now() + interval '23 hours' AND now() + interval '25 hours'";
    assert_eq!(app.database.rows(day).await[0][0], "3");
}

#[actix_web::test]
async fn who_may_not_hear_of_drafts_gets_no_secret_of_one_that_does() {
    let app = TestApp::start().await;
    let sent = json!({ "url": "https://news.example/", "state": "any" });
    let made = app.create(PATH, &sent).await;
    let path = format!("{PATH}/{}/secrets", made["id"].as_str().unwrap());
    let key = app.key(&[Scope::WebhooksWrite], None).await;
    app.with_key(&key, Method::POST, &path).send().await.problem(403, "scope_missing");
    let old = made["secrets"][0]["id"].as_str().unwrap();
    let path = format!("{path}/{old}");
    app.with_key(&key, Method::DELETE, &path).send().await.problem(403, "scope_missing");
    let both = app.key(&[Scope::WebhooksWrite, Scope::ArticlesRead], None).await;
    app.with_key(&both, Method::DELETE, &path).send().await.problem(409, "last_secret");
}

#[actix_web::test]
async fn there_are_ten_at_most() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "url": "https://news.example/" })).await;
    let path = format!("{PATH}/{}/secrets", made["id"].as_str().unwrap());
    for _ in 0..9 {
        app.act(&path).await.expect(201);
    }
    app.act(&path).await.problem(409, "too_many_secrets");
}

#[actix_web::test]
async fn a_dry_run_shows_and_keeps_none() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "url": "https://news.example/" })).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let would = app.act(&format!("{path}/secrets?dry_run=true")).await.expect(200);
    assert_eq!(would.body["secret"], Value::Null);
    assert_eq!(app.admin_get(&path).await.body["secrets"].as_array().unwrap().len(), 1);
}

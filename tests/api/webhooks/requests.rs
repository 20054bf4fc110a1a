//! What holds for every operation that takes a body, or that is done once however often it is sent.

use crate::support::{Answer, TestApp, receiver::Receiver};
use futures_util::future::join;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const PATH: &str = "/api/v1/webhooks";

/// The operations of a webhook that change something: method, path, body, another body.
async fn writes(app: &TestApp, receiver: &Receiver) -> Vec<(Method, String, Value, Value)> {
    let made = app.webhook(receiver, json!({})).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let ping = app.act(&format!("{path}/ping")).await.expect(200).text("id");
    let after = |year: u16| json!({ "after": format!("{year}-01-31T12:00:00Z") });
    let ends = |year: u16| json!({ "expires_at": format!("{year}-01-31T12:00:00Z") });
    let url = |name: &str| json!({ "url": format!("{}/{name}", receiver.url) });
    vec![
        (Method::POST, PATH.to_owned(), url("a"), url("b")),
        (Method::PATCH, path.clone(), url("a"), url("b")),
        (Method::POST, format!("{path}/secrets"), ends(2090), ends(2091)),
        (Method::POST, format!("{path}/replay"), after(2026), after(2027)),
        (Method::POST, format!("{path}/ping"), Value::Null, Value::Null),
        (Method::POST, format!("{path}/deliveries/{ping}/retry"), Value::Null, Value::Null),
    ]
}

async fn send(app: &TestApp, method: &Method, path: &str, key: &str, body: &Value) -> Answer {
    let call = app.with_key(&app.admin, method.clone(), path).header("idempotency-key", key);
    match body {
        Value::Null => call.send().await,
        body => call.json(body).send().await,
    }
}

#[actix_web::test]
async fn sent_again_they_are_answered_again() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    for (method, path, body, other) in writes(&app, &receiver).await {
        let first = send(&app, &method, &path, "k", &body).await;
        assert!(first.status.is_success(), "{method} {path}: {:#}", first.body);
        let again = send(&app, &method, &path, "k", &body).await;
        assert_eq!(again.status, first.status);
        assert_eq!(again.header("idempotency-replayed"), "true", "{method} {path}");
        // a ping has no body that could differ: another query does
        let path = if other.is_null() { format!("{path}?dry_run=false") } else { path };
        let refused = send(&app, &method, &path, "k", &other).await;
        refused.problem(422, "idempotency_key_reused");
    }
    let secrets =
        "SELECT body FROM idempotency_keys WHERE convert_from(body, 'UTF8') LIKE '%whsec%'";
    assert_eq!(app.database.rows(secrets).await.len(), 0);
}

#[actix_web::test]
async fn while_one_is_under_way_the_next_is_told_to_wait() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let (client, connection) =
        tokio_postgres::connect(&app.database.url, tokio_postgres::NoTls).await.unwrap();
    let connection = actix_web::rt::spawn(connection);
    for (method, path, body, _) in writes(&app, &receiver).await {
        client.batch_execute("BEGIN; LOCK TABLE webhooks IN EXCLUSIVE MODE").await.unwrap();
        let next = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let told = send(&app, &method, &path, "k", &body).await;
            client.batch_execute("COMMIT").await.unwrap();
            told
        };
        let (first, told) = join(send(&app, &method, &path, "k", &body), next).await;
        told.problem(409, "idempotency_in_progress");
        assert!(first.status.is_success(), "{method} {path}: {:#}", first.body);
    }
    drop(client);
    let _ = connection.await;
}

#[actix_web::test]
async fn bodies_are_held_to_their_limits() {
    let flags = [&crate::support::receiver::FLAGS[..], &["--request-timeout", "1s"]].concat();
    let (app, receiver) = (TestApp::with(&flags).await, Receiver::start());
    let key = format!("Bearer {}", app.admin);
    let bodies =
        writes(&app, &receiver).await.into_iter().filter(|(_, _, body, _)| !body.is_null());
    for (method, path, _, _) in bodies {
        let call = app.with_key(&app.admin, method.clone(), &path).body("text/plain", "x");
        call.send().await.problem(415, "media_type_unsupported");
        let large = json!({ "description": "x".repeat(5 << 20) });
        let call = app.with_key(&app.admin, method.clone(), &path).json(&large);
        call.send().await.problem(413, "body_too_large");
        let headers = [
            ("authorization", key.as_str()),
            ("content-type", "application/json"),
            ("content-length", "9"),
        ];
        let slow = app.raw(method.clone(), &path, &headers, b"{").await;
        slow.problem(408, "request_timeout");
        let call = app.with_key(&app.admin, method, &path).json(&json!({ "surprise": 1 }));
        call.send().await.expect(400).fault("/surprise", "additionalProperties");
    }
}

#[actix_web::test]
async fn another_key_or_source_finds_nothing() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let source = app.create("/api/v1/sources", &json!({ "name": "A" })).await;
    let scopes = [newswire::access::Scope::WebhooksWrite];
    let bound = app.key(&scopes, source["id"].as_str()).await;
    for (method, path, body, _) in writes(&app, &receiver).await.into_iter().skip(1) {
        let call = app.with_key(&bound, method.clone(), &path);
        let call = if body.is_null() { call } else { call.json(&body) };
        call.send().await.problem(404, "not_found");
    }
}

#[actix_web::test]
async fn what_does_not_exist_is_not_found() {
    let app = TestApp::start().await;
    for id in ["019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11", "none"] {
        for (method, path, body) in [
            (Method::GET, format!("{PATH}/{id}"), Value::Null),
            (Method::DELETE, format!("{PATH}/{id}"), Value::Null),
            (Method::GET, format!("{PATH}/{id}/deliveries"), Value::Null),
            (Method::PATCH, format!("{PATH}/{id}"), json!({ "enabled": false })),
            (Method::POST, format!("{PATH}/{id}/secrets"), json!({})),
            (Method::DELETE, format!("{PATH}/{id}/secrets/{id}"), Value::Null),
            (Method::POST, format!("{PATH}/{id}/ping"), Value::Null),
            (
                Method::POST,
                format!("{PATH}/{id}/replay"),
                json!({ "after": "2026-01-31T12:00:00Z" }),
            ),
            (Method::POST, format!("{PATH}/{id}/deliveries/{id}/retry"), Value::Null),
        ] {
            let call = app.with_key(&app.admin, method, &path);
            let call = if body.is_null() { call } else { call.json(&body) };
            call.send().await.problem(404, "not_found");
        }
    }
}

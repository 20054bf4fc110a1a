//! Try a webhook.

use crate::support::TestApp;
use crate::support::receiver::{Receiver, Reply};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/webhooks";

async fn with_webhook(members: Value) -> (TestApp, Receiver, String, String) {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let made = app.webhook(&receiver, members).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    (app, receiver, path, made["secret"].as_str().unwrap().to_owned())
}

#[actix_web::test]
async fn it_is_sent_signed_and_the_answer_told() {
    let (app, receiver, path, secret) = with_webhook(json!({ "enabled": false })).await;
    receiver.answers([Reply::Body(200, format!("h\u{e9}llo \0{}", "x".repeat(5000)))]);
    let told = app.act(&format!("{path}/ping")).await.expect(200);
    assert_eq!(told.body["status"], "delivered");
    assert_eq!(told.body["next_attempt_at"], Value::Null);
    let attempt = &told.body["attempts"][0];
    assert_eq!((&attempt["number"], &attempt["status"]), (&json!(1), &json!(200)));
    let answer = attempt["answer"].as_str().unwrap();
    assert!(answer.starts_with("h\u{e9}llo \u{FFFD}xxx"), "{answer}");
    assert_eq!(answer.replace('\u{FFFD}', "\0").len(), 1024, "the beginning is kept");
    let ping = &receiver.arrived()[0];
    ping.verify(&secret).unwrap();
    assert_eq!(ping.id, told.text("id"));
    assert!(!ping.id.contains('.'));
    assert_eq!(ping.content_type, "application/json");
    assert_eq!(ping.body["type"], "webhook.ping");
    assert_eq!(ping.body, told.body["event"]);
    assert!(path.ends_with(ping.body["data"]["id"].as_str().unwrap()));
}

#[actix_web::test]
async fn one_that_fails_is_not_sent_again_and_counts_for_nothing() {
    let (app, receiver, path, _) = with_webhook(json!({})).await;
    let _working = app.work().await;
    for (reply, status, error) in [
        (Reply::Status(500), json!(500), Value::Null),
        (Reply::With(302, "location", receiver.url.clone()), json!(302), Value::Null),
        (Reply::Hang, Value::Null, json!("it took too long")),
        (Reply::Status(410), json!(410), Value::Null),
    ] {
        receiver.answers([reply]);
        let told = app.act(&format!("{path}/ping")).await.expect(200);
        assert_eq!(told.body["status"], "failed");
        let attempt = &told.body["attempts"][0];
        assert_eq!((&attempt["status"], &attempt["error"]), (&status, &error));
    }
    actix_web::rt::time::sleep(std::time::Duration::from_millis(700)).await;
    assert_eq!(receiver.arrived().len(), 4, "no redirect is followed, nothing is sent twice");
    let found = app.admin_get(&path).await.expect(200);
    assert_eq!(
        (&found.body["consecutive_failures"], &found.body["enabled"]),
        (&json!(0), &json!(true))
    );
    drop(receiver);
    let told = app.act(&format!("{path}/ping")).await.expect(200);
    assert!(told.body["attempts"][0]["error"].is_string(), "{:#}", told.body);
}

#[actix_web::test]
async fn an_address_that_became_forbidden_is_not_asked() {
    let (app, receiver, path, _) = with_webhook(json!({})).await;
    let strict = app.beside(&[]).await;
    let told = strict.act(&format!("{path}/ping")).await.expect(200);
    let error = told.body["attempts"][0]["error"].as_str().unwrap().to_owned();
    assert!(error.contains("NEWSWIRE_FETCH_ALLOW"), "{error}");
    // by a name that leads there, too
    let port = receiver.url.rsplit(':').next().unwrap();
    let made = strict.create(PATH, &json!({ "url": format!("http://localhost:{port}") })).await;
    let told = strict.act(&format!("{PATH}/{}/ping", made["id"].as_str().unwrap())).await;
    let error = told.expect(200).body["attempts"][0]["error"].as_str().unwrap().to_owned();
    assert!(error.contains("NEWSWIRE_FETCH_ALLOW"), "{error}");
    assert_eq!(receiver.arrived().len(), 0);
}

#[actix_web::test]
async fn a_receiver_that_takes_long_is_not_waited_for() {
    let flags = ["--fetch-allow", "127.0.0.0/8", "--webhook-timeout", "7s"];
    let (app, receiver) = (TestApp::with(&flags).await, Receiver::start());
    let made = app.webhook(&receiver, json!({})).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    receiver.answers([Reply::Hang]);
    let asked = std::time::Instant::now();
    let told = app.act(&format!("{path}/ping")).await.expect(200);
    assert_eq!(told.body["status"], "pending");
    assert_eq!(told.body["attempts"], json!([]));
    assert!(asked.elapsed() < std::time::Duration::from_secs(7), "clients give up too");
    // it goes on to its end
    let log = format!("{path}/deliveries");
    for _ in 0..100 {
        let found = app.admin_get(&log).await.expect(200);
        if found.body["items"][0]["status"] == "failed" {
            assert_eq!(found.body["items"][0]["attempts"][0]["error"], "it took too long");
            return;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the ping was left where it was");
}

#[actix_web::test]
async fn a_dry_run_sends_nothing() {
    let (app, receiver, path, _) = with_webhook(json!({})).await;
    let would = app.act(&format!("{path}/ping?dry_run=true")).await.expect(200);
    assert_eq!(would.body["status"], "pending");
    assert_eq!(receiver.arrived().len(), 0);
    let log = app.admin_get(&format!("{path}/deliveries")).await.expect(200);
    assert_eq!(log.body["items"], json!([]));
    let writer = app.key(&[Scope::ArticlesWrite], None).await;
    let call = app.with_key(&writer, Method::POST, &format!("{path}/ping"));
    call.send().await.problem(403, "scope_missing");
}

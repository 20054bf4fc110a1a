//! Send an event once more.

use crate::support::TestApp;
use crate::support::receiver::{Receiver, Reply};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/v1/webhooks";

#[actix_web::test]
async fn it_is_sent_at_once_under_the_same_id() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let _working = app.work().await;
    let made = app.webhook(&receiver, json!({ "events": ["article.published"] })).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    receiver.answers([Reply::Status(410)]);
    app.story("Rain").await;
    let first = receiver.until(1).await[0].clone();
    let retry = format!("{path}/deliveries/{}/retry", first.id);
    let would = app.act(&format!("{retry}?dry_run=true")).await.expect(200);
    assert_eq!(would.body["status"], "pending");
    let told = app.act(&retry).await.expect(200);
    assert_eq!(told.body["status"], "delivered", "the webhook is off, and it is sent nevertheless");
    assert_eq!(told.body["attempts"].as_array().unwrap().len(), 2);
    assert_eq!(told.body["attempts"][1]["number"], 2);
    let arrived = receiver.arrived();
    assert_eq!(arrived.len(), 2);
    assert_eq!((&arrived[1].id, &arrived[1].bytes), (&first.id, &first.bytes));
    arrived[1].verify(made["secret"].as_str().unwrap()).unwrap();
    assert_eq!(app.act(&retry).await.expect(200).body["attempts"].as_array().unwrap().len(), 3);
}

#[actix_web::test]
async fn when_it_fails_the_schedule_begins_anew() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let _working = app.work().await;
    let made = app.webhook(&receiver, json!({ "events": ["article.published"] })).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    receiver.always(Reply::Status(500));
    app.story("Rain").await;
    let id = receiver.until(4).await[0].id.clone();
    while app.admin_get(&format!("{path}/deliveries?status=failed")).await.body["items"]
        == json!([])
    {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let told = app.act(&format!("{path}/deliveries/{id}/retry")).await.expect(200);
    assert_eq!(told.body["status"], "pending");
    assert_eq!(receiver.until(8).await.len(), 8);
}

#[actix_web::test]
async fn of_another_webhook_it_is_not_found() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let one = app.webhook(&receiver, json!({})).await["id"].as_str().unwrap().to_owned();
    let other = app.webhook(&receiver, json!({})).await["id"].as_str().unwrap().to_owned();
    let ping = app.act(&format!("{PATH}/{one}/ping")).await.text("id");
    let path = format!("{PATH}/{other}/deliveries/{ping}/retry");
    app.act(&path).await.problem(404, "not_found");
    let reader = app.key(&[Scope::ArticlesRead], None).await;
    let call = app.with_key(&reader, Method::POST, &path);
    call.send().await.problem(403, "scope_missing");
}

//! Delete a secret of a webhook.

use crate::support::{TestApp, receiver::Receiver};
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/v1/webhooks";

#[actix_web::test]
async fn an_old_one_ends_at_once_and_the_last_one_stays() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let made = app.webhook(&receiver, json!({})).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let old = made["secrets"][0]["id"].as_str().unwrap();
    app.delete(&format!("{path}/secrets/{old}")).await.problem(409, "last_secret");
    let new = app.act(&format!("{path}/secrets")).await.expect(201);
    app.delete(&format!("{path}/secrets/{old}?dry_run=true")).await.expect(204);
    assert_eq!(app.admin_get(&path).await.body["secrets"].as_array().unwrap().len(), 2);
    app.delete(&format!("{path}/secrets/{old}")).await.expect(204);
    app.delete(&format!("{path}/secrets/{old}")).await.problem(404, "not_found");
    let newest = format!("{path}/secrets/{}", new.text("id"));
    app.delete(&newest).await.problem(409, "last_secret");
    app.act(&format!("{path}/ping")).await.expect(200);
    let ping = &receiver.arrived()[0];
    assert!(ping.verify(made["secret"].as_str().unwrap()).is_err());
    ping.verify(&new.text("secret")).unwrap();
    app.anonymous(Method::DELETE, &newest).send().await.problem(401, "key_missing");
}

#[actix_web::test]
async fn one_of_another_webhook_is_not_found() {
    let app = TestApp::start().await;
    let one = app.create(PATH, &json!({ "url": "https://one.example/" })).await;
    let other = app.create(PATH, &json!({ "url": "https://other.example/" })).await;
    let (id, secret) = (one["id"].as_str().unwrap(), other["secrets"][0]["id"].as_str().unwrap());
    app.delete(&format!("{PATH}/{id}/secrets/{secret}")).await.problem(404, "not_found");
}

//! Delete a webhook.

use crate::support::{TestApp, receiver::Receiver};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/v1/webhooks";

#[actix_web::test]
async fn it_is_gone_with_everything_of_it() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let made = app.webhook(&receiver, json!({})).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    app.act(&format!("{path}/ping")).await.expect(200);
    app.delete(&format!("{path}?dry_run=true")).await.expect(204);
    app.admin_get(&path).await.expect(200);
    app.delete(&path).await.expect(204);
    app.admin_get(&path).await.problem(404, "not_found");
    app.delete(&path).await.problem(404, "not_found");
    for table in ["webhook_secrets", "webhook_deliveries", "webhook_attempts"] {
        let left = app.database.rows(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(left[0][0], "0", "{table}");
    }
}

#[actix_web::test]
async fn a_version_that_is_not_current_is_refused() {
    let app = TestApp::with(&["--require-if-match", "true"]).await;
    let made = app.create(PATH, &json!({ "url": "https://news.example/" })).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    app.delete(&path).await.problem(428, "precondition_required");
    let delete =
        |tag: &str| app.with_key(&app.admin, Method::DELETE, &path).header("if-match", tag).send();
    delete("\"2\"").await.problem(412, "version_mismatch");
    delete("\"1\"").await.expect(204);
}

#[actix_web::test]
async fn only_who_manages_webhooks_deletes_one() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "url": "https://news.example/" })).await;
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    app.anonymous(Method::DELETE, &path).send().await.problem(401, "key_missing");
    let writer = app.key(&[Scope::ArticlesWrite], None).await;
    app.with_key(&writer, Method::DELETE, &path).send().await.problem(403, "scope_missing");
}

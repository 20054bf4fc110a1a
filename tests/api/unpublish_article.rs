//! Unpublish an article: a draft again, with its date.

use crate::support::TestApp;
use newswire::access::Scope::ArticlesWrite;
use reqwest::Method;
use serde_json::json;

const ARTICLES: &str = "/api/v1/articles";
const UNPUBLISH: &str = "/api/v1/articles/rain/unpublish";

#[actix_web::test]
async fn the_public_finds_nothing_there_and_the_date_stays() {
    let app = TestApp::start().await;
    app.trusting().await;
    let made = app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    // remembered
    app.get(&path).await.expect(200);
    app.get(ARTICLES).await.expect(200);
    let after = app.with_key(&app.admin, Method::POST, UNPUBLISH).send().await.expect(200);
    assert_eq!((&after.body["status"], &after.body["state"]), (&json!("draft"), &json!("draft")));
    assert_eq!(after.body["published_at"], made["published_at"]);
    app.get(&path).await.problem(404, "not_found");
    assert_eq!(app.get(ARTICLES).await.body["items"], json!([]));
    // again: nothing changes
    let again = app.with_key(&app.admin, Method::POST, UNPUBLISH).send().await.expect(200);
    assert_eq!(again.body, after.body);
}

#[actix_web::test]
async fn a_draft_takes_no_publish_scope() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    let writer = app.key(&[ArticlesWrite], None).await;
    app.with_key(&writer, Method::POST, UNPUBLISH).send().await.expect(200);
}

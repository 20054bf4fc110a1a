//! Publish an article: now, at a date, again.

use crate::support::TestApp;
use chrono::{DateTime, Utc};
use newswire::access::Scope::{ArticlesPublish, ArticlesWrite};
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";
const PUBLISH: &str = "/api/v1/articles/rain/publish";

async fn draft(app: &TestApp, members: Value) {
    let mut body = json!({ "headline": "Rain" });
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    app.create(ARTICLES, &body).await;
}

async fn publish(app: &TestApp) -> Value {
    app.with_key(&app.admin, Method::POST, PUBLISH).send().await.expect(200).body
}

#[actix_web::test]
async fn a_draft_goes_live_now() {
    let app = TestApp::start().await;
    draft(&app, json!({})).await;
    app.get(&format!("{ARTICLES}/rain")).await.problem(404, "not_found");
    let before = Utc::now() - chrono::TimeDelta::seconds(1);
    let after = publish(&app).await;
    assert_eq!((&after["state"], &after["version"]), (&json!("live"), &json!(2)));
    let at: DateTime<Utc> = after["published_at"].as_str().unwrap().parse().unwrap();
    assert!(at > before && at < Utc::now() + chrono::TimeDelta::seconds(1));
    assert_eq!(app.get(&format!("{ARTICLES}/rain")).await.expect(200).body["version"], 2);
    assert_eq!(app.get(ARTICLES).await.body["items"][0]["slug"], "rain");
    // again: nothing changes
    assert_eq!(publish(&app).await, after);
}

#[actix_web::test]
async fn a_planned_date_is_kept() {
    let app = TestApp::start().await;
    draft(&app, json!({ "published_at": "2999-01-01T00:00:00Z" })).await;
    let after = publish(&app).await;
    assert_eq!(
        (&after["state"], &after["published_at"]),
        (&json!("scheduled"), &json!("2999-01-01T00:00:00.000Z"))
    );
    // null: now after all
    let now = app.post(PUBLISH, &json!({ "published_at": null })).await.expect(200);
    assert_eq!(now.body["state"], "live");
    assert_ne!(now.body["published_at"], after["published_at"]);
}

#[actix_web::test]
async fn publishing_again_keeps_the_first_date_unless_one_is_sent() {
    let app = TestApp::start().await;
    draft(&app, json!({})).await;
    let first = publish(&app).await["published_at"].clone();
    app.with_key(&app.admin, Method::POST, &format!("{ARTICLES}/rain/unpublish"))
        .send()
        .await
        .expect(200);
    assert_eq!(publish(&app).await["published_at"], first);
    let dates = json!({ "published_at": "2020-01-01T05:00:00+05:00", "expires_at": "2999-01-01T00:00:00Z" });
    let sent = app.post(PUBLISH, &dates).await.expect(200);
    assert_eq!(
        (&sent.body["published_at"], &sent.body["expires_at"]),
        (&json!("2020-01-01T00:00:00.000Z"), &json!("2999-01-01T00:00:00.000Z"))
    );
    let cleared = app.post(PUBLISH, &json!({ "expires_at": null })).await.expect(200);
    assert_eq!(
        (&cleared.body["expires_at"], &cleared.body["state"]),
        (&Value::Null, &json!("live"))
    );
}

#[actix_web::test]
async fn a_story_whose_time_is_over_is_not_published() {
    let app = TestApp::start().await;
    draft(
        &app,
        json!({ "published_at": "2020-01-01T00:00:00Z", "expires_at": "2021-01-01T00:00:00Z" }),
    )
    .await;
    let call = app.with_key(&app.admin, Method::POST, PUBLISH);
    let answer = call.send().await.problem(409, "state_conflict");
    assert!(answer.text("detail").contains("expires_at"));
    assert_eq!(app.admin_get(&format!("{ARTICLES}/rain")).await.body["state"], "draft");
}

#[actix_web::test]
async fn wrong_dates_are_refused() {
    let app = TestApp::start().await;
    draft(&app, json!({})).await;
    let dates =
        json!({ "published_at": "2999-01-02T00:00:00Z", "expires_at": "2999-01-01T00:00:00Z" });
    app.post(PUBLISH, &dates)
        .await
        .problem(422, "expiry_too_early")
        .fault("/expires_at", "expiry_too_early");
    app.post(PUBLISH, &json!({ "published_at": "tomorrow" }))
        .await
        .expect(422)
        .fault("/published_at", "time_invalid");
    app.post(PUBLISH, &json!({ "expires_at": "0000-01-01T00:00:00Z" }))
        .await
        .problem(422, "time_invalid");
    // a wrong body is told before a condition that does not hold
    let call = app.with_key(&app.admin, Method::POST, PUBLISH).header("if-match", "\"9\"");
    let call = call.json(&json!({ "published_at": null, "expires_at": "soon" }));
    call.send().await.problem(422, "time_invalid").fault("/expires_at", "time_invalid");
    app.post(PUBLISH, &json!({ "published_at": 7 })).await.problem(400, "body_invalid");
    app.post(PUBLISH, &json!({ "status": "draft" })).await.problem(400, "body_invalid");
    assert_eq!(app.admin_get(&format!("{ARTICLES}/rain")).await.body["version"], 1);
}

#[actix_web::test]
async fn a_draft_takes_the_publish_scope_too() {
    let app = TestApp::start().await;
    draft(&app, json!({})).await;
    let writer = app.key(&[ArticlesWrite], None).await;
    let answer = app.with_key(&writer, Method::POST, PUBLISH).send().await;
    let answer = answer.problem(403, "scope_missing");
    assert!(answer.text("detail").contains("articles:publish"));
    let both = app.key(&[ArticlesWrite, ArticlesPublish], None).await;
    app.with_key(&both, Method::POST, PUBLISH).send().await.expect(200);
}

#[actix_web::test]
async fn only_json_is_read_and_nothing_at_all_is_fine() {
    let app = TestApp::start().await;
    draft(&app, json!({})).await;
    let send = async |media: &'static str, body: &'static str| {
        app.with_key(&app.admin, Method::POST, PUBLISH).body(media, body).send().await
    };
    send("text/plain", "now").await.problem(415, "media_type_unsupported");
    send("application/json", " ").await.problem(400, "json_malformed");
    send("application/json", "").await.expect(200);
    send("application/json", "{}").await.expect(200);
}

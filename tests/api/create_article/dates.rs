//! Publishing: now, then, later, and until when.

use super::ARTICLES;
use crate::support::TestApp;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

fn rfc(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[actix_web::test]
async fn published_without_a_date_is_published_now() {
    let app = TestApp::start().await;
    let before = rfc(Utc::now() - TimeDelta::milliseconds(1));
    let made = app.story("Now").await;
    let after = rfc(Utc::now() + TimeDelta::milliseconds(1));
    let published_at = made["published_at"].as_str().unwrap();
    assert!(before.as_str() <= published_at && published_at <= after.as_str());
    assert_eq!(made["published_at"], made["created_at"]);
    assert_eq!((&made["state"], &made["revised_at"]), (&json!("live"), &Value::Null));
    app.get(&format!("{ARTICLES}/now")).await.expect(200);
}

#[actix_web::test]
async fn a_past_date_is_kept() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Archive", "status": "published", "published_at": "1947-08-14T00:00:00Z" });
    let made = app.create(ARTICLES, &sent).await;
    assert_eq!(made["published_at"], "1947-08-14T00:00:00.000Z");
    assert_eq!(made["state"], "live");
    app.get(&format!("{ARTICLES}/archive")).await.expect(200);
}

#[actix_web::test]
async fn a_future_date_is_a_schedule() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Later", "status": "published", "published_at": rfc(Utc::now() + TimeDelta::hours(1)) });
    let made = app.create(ARTICLES, &sent).await;
    assert_eq!((&made["state"], &made["status"]), (&json!("scheduled"), &json!("published")));
    app.get(&format!("{ARTICLES}/later")).await.problem(404, "not_found");
    assert_eq!(app.get(ARTICLES).await.expect(200).body["items"], json!([]));
}

#[actix_web::test]
async fn a_draft_may_carry_a_planned_date() {
    let app = TestApp::start().await;
    for date in ["2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"] {
        let made = app.create(ARTICLES, &json!({ "headline": "Plan", "published_at": date })).await;
        assert_eq!(made["state"], "draft");
        assert_eq!(made["published_at"], date.replace('Z', ".000Z"));
        let path = format!("{ARTICLES}/{}", made["slug"].as_str().unwrap());
        app.get(&path).await.problem(404, "not_found");
        let published = app.patch(&path, &json!({ "status": "published" })).await.expect(200).body;
        assert_eq!(published["published_at"], made["published_at"]);
    }
}

#[actix_web::test]
async fn a_story_expires_after_it_is_published() {
    let app = TestApp::start().await;
    let (noon, later) = ("2020-01-01T12:00:00Z", "2020-01-01T12:00:00.001Z");
    for (published_at, expires_at) in [
        (json!(later), json!(noon)),
        (json!(noon), json!(noon)),
        (json!(noon), json!("2020-01-01T13:00:00+01:00")),
        (json!(noon), json!("2020-01-01T12:00:00.0009Z")),
    ] {
        for status in ["draft", "published"] {
            let sent = json!({ "headline": "Brief", "status": status,
                               "published_at": published_at, "expires_at": expires_at });
            let answer = app.post(ARTICLES, &sent).await.problem(422, "expiry_too_early");
            answer.fault("/expires_at", "expiry_too_early");
        }
    }
    // published now, it would be over already
    let sent = json!({ "headline": "Over", "status": "published", "expires_at": noon });
    app.post(ARTICLES, &sent).await.problem(422, "expiry_too_early");
    // a draft has time to learn its date
    app.create(ARTICLES, &json!({ "headline": "Draft", "expires_at": noon })).await;
    app.patch(&format!("{ARTICLES}/draft"), &json!({ "status": "published" }))
        .await
        .problem(422, "expiry_too_early");
    let sent = json!({ "headline": "Brief", "status": "published", "published_at": noon, "expires_at": later });
    let made = app.create(ARTICLES, &sent).await;
    assert_eq!(made["state"], "expired");
    app.get(&format!("{ARTICLES}/brief")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn the_revision_date_is_taken_as_sent() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Revised", "revised_at": "2021-05-05T05:05:05.555+05:00" });
    let made = app.create(ARTICLES, &sent).await;
    assert_eq!(made["revised_at"], "2021-05-05T00:05:05.555Z");
}

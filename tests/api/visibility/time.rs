//! Time alone: stories go live and expire at their instant, without anybody doing anything.

use super::ARTICLES;
use crate::support::TestApp;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use std::time::Duration;

pub fn rfc(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub async fn until(time: DateTime<Utc>) {
    let rest = (time - Utc::now()).to_std().unwrap_or_default();
    tokio::time::sleep(rest + Duration::from_millis(20)).await;
}

/// What the public sees of a story: the status of the story itself, whether the list, its count and
/// its translation show it, and what a copy is worth.
async fn public(app: &TestApp, slug: &str) -> (u16, bool, Value, bool) {
    let single = app.get(&format!("{ARTICLES}/{slug}")).await.status.as_u16();
    let list = app.get(&format!("{ARTICLES}?slug={slug}&total=exact")).await.expect(200).body;
    let original = app.get(&format!("{ARTICLES}/original")).await.expect(200).body;
    let listed = list["items"].as_array().unwrap().len() == 1;
    let translated = original["translations"].to_string().contains(&format!("\"{slug}\""));
    (single, listed, list["total"].clone(), translated)
}

#[actix_web::test]
async fn a_story_appears_at_its_instant_and_disappears_at_another() {
    let app = TestApp::start().await;
    let original = app.story("Original").await;
    let (start, end) = (Utc::now() + TimeDelta::seconds(3), Utc::now() + TimeDelta::seconds(6));
    let sent = json!({ "headline": "Embargo", "status": "published", "language": "ur", "translation_of": original["id"],
                       "published_at": rfc(start), "expires_at": rfc(end) });
    let made = app.create(ARTICLES, &sent).await;
    assert_eq!(made["state"], "scheduled");
    assert_eq!(public(&app, "embargo").await, (404, false, json!(0), false));
    assert!(Utc::now() < start, "the machine was too slow for this test");
    until(start).await;
    assert_eq!(public(&app, "embargo").await, (200, true, json!(1), true));
    let live = app.get(&format!("{ARTICLES}/embargo")).await.expect(200);
    assert_eq!(live.body["state"], "live");
    // nothing was written for that
    assert_eq!((&live.body["version"], &live.body["updated_at"]), (&json!(1), &made["updated_at"]));
    assert!(Utc::now() < end, "the machine was too slow for this test");
    until(end).await;
    assert_eq!(public(&app, "embargo").await, (404, false, json!(0), false));
    let call = app.anonymous(reqwest::Method::GET, &format!("{ARTICLES}/embargo"));
    call.header("if-none-match", live.header("etag")).send().await.problem(404, "not_found");
    let expired = app.admin_get(&format!("{ARTICLES}/embargo")).await.expect(200);
    assert_eq!((&expired.body["state"], &expired.body["version"]), (&json!("expired"), &json!(1)));
    // it was live once, although nobody wrote it while it was
    app.delete(&format!("{ARTICLES}/embargo")).await.expect(204);
    app.get(&format!("{ARTICLES}/embargo")).await.problem(410, "article_gone");
}

#[actix_web::test]
async fn a_scheduled_story_that_is_stopped_in_time_was_never_live() {
    let app = TestApp::start().await;
    let start = Utc::now() + TimeDelta::seconds(3);
    let sent = json!({ "headline": "Stopped", "status": "published", "published_at": rfc(start) });
    app.create(ARTICLES, &sent).await;
    app.patch(&format!("{ARTICLES}/stopped"), &json!({ "status": "draft" })).await.expect(200);
    assert!(Utc::now() < start, "the machine was too slow for this test");
    until(start).await;
    app.get(&format!("{ARTICLES}/stopped")).await.problem(404, "not_found");
    app.delete(&format!("{ARTICLES}/stopped")).await.expect(204);
    app.get(&format!("{ARTICLES}/stopped")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_story_that_was_over_before_it_came_in_was_never_live() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Over", "status": "published",
                       "published_at": "2020-01-01T00:00:00Z", "expires_at": "2021-01-01T00:00:00Z" });
    app.create(ARTICLES, &sent).await;
    app.patch(&format!("{ARTICLES}/over"), &json!({ "summary": "x" })).await.expect(200);
    app.delete(&format!("{ARTICLES}/over")).await.expect(204);
    app.get(&format!("{ARTICLES}/over")).await.problem(404, "not_found");
}

//! What the clock does, and waiting for it.

use super::{PATH, follow, told};
use crate::support::TestApp;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ARTICLES: &str = "/api/v1/articles";

fn soon(millis: i64) -> DateTime<Utc> {
    Utc::now() + TimeDelta::milliseconds(millis)
}

async fn scheduled(app: &TestApp, headline: &str, from: i64, to: Option<i64>) -> Value {
    let sent = json!({ "headline": headline, "status": "published", "published_at": soon(from),
                       "expires_at": to.map(soon) });
    app.create(ARTICLES, &sent).await
}

#[actix_web::test]
async fn going_live_and_expiring_are_told_at_their_time() {
    let app = TestApp::start().await;
    let story = scheduled(&app, "Rain", 700, Some(1500)).await;
    let items = follow(&app, None, "", 2).await;
    assert_eq!(told(&items)[1], "-article.expired rain 1");
    assert_eq!(items[0]["kind"], "article.published");
    assert_eq!(items[0]["at"], story["published_at"]);
    assert_eq!(items[1]["at"], story["expires_at"]);
    let all = follow(&app, Some(&app.admin), "", 3).await;
    let told = told(&all);
    assert_eq!(
        told,
        ["article.created rain 1", "article.published rain 1", "article.expired rain 1"]
    );
    assert_eq!(app.database.rows("SELECT * FROM event_dues").await.len(), 0);
}

#[actix_web::test]
async fn a_plan_that_is_changed_is_not_told() {
    let app = TestApp::start().await;
    scheduled(&app, "One", 600, None).await;
    scheduled(&app, "Two", 600, None).await;
    scheduled(&app, "Three", 600, None).await;
    app.patch(&format!("{ARTICLES}/one"), &json!({ "status": "draft" })).await.expect(200);
    app.delete(&format!("{ARTICLES}/two")).await.expect(204);
    let items = follow(&app, None, "", 1).await;
    assert_eq!(told(&items), ["article.published three 1"]);
    actix_web::rt::time::sleep(Duration::from_millis(300)).await;
    follow(&app, None, "", 1).await;
}

#[actix_web::test]
async fn whoever_commits_after_the_instant_has_come_is_told_of_too() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    app.create(ARTICLES, &json!({ "headline": "Wind" })).await;
    // planned and overtaken by the clock within one transaction, which changes one of them once more
    app.database
        .execute(
            "BEGIN;
             UPDATE articles SET status = 'published', version = 2,
                 published_at = date_trunc('milliseconds', clock_timestamp() + interval '300 ms');
             SELECT pg_sleep(0.5);
             UPDATE articles SET headline = 'More rain', version = 3 WHERE slug = 'rain';
             COMMIT",
        )
        .await;
    let items = follow(&app, None, "", 3).await;
    let mut rain: Vec<_> = told(&items);
    rain.retain(|text| text.contains("rain"));
    assert_eq!(rain, ["article.published rain 2", "article.updated rain 3"]);
    assert!(told(&items).contains(&"article.published wind 2".to_owned()));
}

#[actix_web::test]
async fn who_waits_is_answered_when_something_comes() {
    let app = TestApp::start().await;
    app.story("Old").await;
    follow(&app, None, "", 2).await;
    let since = app.get(&format!("{PATH}?since=latest")).await.expect(200).text("next_cursor");
    let begun = Instant::now();
    let path = format!("{PATH}?since={since}&wait=30&kind=article.published");
    let write = async {
        actix_web::rt::time::sleep(Duration::from_millis(300)).await;
        app.create(ARTICLES, &json!({ "headline": "Draft" })).await;
        actix_web::rt::time::sleep(Duration::from_millis(300)).await;
        app.story("Fresh").await;
    };
    let (answer, ()) = tokio::join!(app.get(&path), write);
    let items = answer.expect(200).body["items"].clone();
    assert_eq!(told(items.as_array().unwrap()), ["article.published fresh 1"]);
    assert!(begun.elapsed() < Duration::from_secs(20));
    let begun = Instant::now();
    let none = app.get(&format!("{PATH}?since=latest&wait=1")).await.expect(200);
    assert_eq!(none.body["items"], json!([]));
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[actix_web::test]
async fn two_nodes_tell_of_an_instant_once() {
    let app = TestApp::start().await;
    let other = app.beside(&[]).await;
    for n in 0..20 {
        scheduled(&app, &format!("Story {n}"), 800, Some(1200)).await;
    }
    let items = follow(&other, None, "", 40).await;
    let of = |kind: &str| items.iter().filter(|item| item["kind"] == kind).count();
    assert_eq!((of("article.published"), of("article.expired")), (20, 20));
}

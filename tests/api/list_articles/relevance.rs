//! The best match first.

use super::pages::both_ways;
use super::{ARTICLES, slugs};
use crate::support::TestApp;
use serde_json::{Value, json};

async fn post(app: &TestApp, slug: &str, story: Value) {
    let mut sent = json!({ "headline": slug, "slug": slug, "status": "published" });
    sent.as_object_mut().unwrap().extend(story.as_object().cloned().unwrap());
    app.create(ARTICLES, &sent).await;
}

#[actix_web::test]
async fn the_headline_counts_more_than_tags_and_these_more_than_the_body() {
    let app = TestApp::start().await;
    post(
        &app,
        "headline",
        json!({ "headline": "Storm hits coast", "published_at": "2020-01-01T00:00:00Z" }),
    )
    .await;
    post(
        &app,
        "tagged",
        json!({ "headline": "Weather", "tags": ["storm"], "published_at": "2021-01-01T00:00:00Z" }),
    )
    .await;
    post(&app, "body", json!({ "headline": "Weather", "body": "storm storm storm", "published_at": "2022-01-01T00:00:00Z" })).await;
    let best = app.get(&format!("{ARTICLES}?q=storm&sort=relevance")).await.expect(200);
    assert_eq!(slugs(&best.body), ["headline", "tagged", "body"]);
    assert_eq!(best.body["approximate"], false);
    let worst = app.get(&format!("{ARTICLES}?q=storm&sort=-relevance")).await.expect(200);
    assert_eq!(slugs(&worst.body), ["body", "tagged", "headline"]);
    let newest = app.get(&format!("{ARTICLES}?q=storm")).await.expect(200);
    assert_eq!(slugs(&newest.body), ["body", "tagged", "headline"]);
}

#[actix_web::test]
async fn equals_come_newest_first_and_filters_hold() {
    let app = TestApp::start().await;
    for (n, language) in ["en", "en", "en-GB", "en"].iter().enumerate() {
        let date = format!("2020-01-0{}T00:00:00Z", n + 1);
        post(
            &app,
            &format!("s{n}"),
            json!({ "headline": "Storm", "language": language, "published_at": date }),
        )
        .await;
    }
    post(&app, "draft", json!({ "headline": "Storm", "status": "draft" })).await;
    let all = app.get(&format!("{ARTICLES}?q=storm&sort=relevance&total=exact")).await.expect(200);
    assert_eq!(slugs(&all.body), ["s3", "s2", "s1", "s0"]);
    assert_eq!(all.body["total"], 4);
    let some = app
        .get(&format!(
            "{ARTICLES}?q=storm&sort=relevance&language=en&published_before=2020-01-04T00:00:00Z"
        ))
        .await
        .expect(200);
    assert_eq!(slugs(&some.body), ["s1", "s0"]);
}

#[actix_web::test]
async fn a_walk_meets_each_once_among_many_ranks() {
    let app = TestApp::start().await;
    for n in 0..30 {
        let headline =
            ["Storm", "Storm and rain", "Rain then storm then rain", "Weather", "Storm storm"]
                [n % 5];
        let date = chrono::Utc::now()
            - chrono::TimeDelta::days([0, 3, 30, 300, 3000][n / 6])
            - chrono::TimeDelta::seconds(5);
        let story = json!({ "headline": headline, "body": "rain storm", "published_at": date.to_rfc3339() });
        post(&app, &format!("s{n}"), story).await;
    }
    let whole = both_ways(&app, "q=storm&sort=relevance&limit=100").await;
    assert_eq!(whole.len(), 30);
    for limit in [1, 4, 29, 30] {
        for q in ["storm", "storm%20rain", "storm%20OR%20rain"] {
            let met = both_ways(&app, &format!("q={q}&sort=relevance&limit={limit}")).await;
            assert_eq!(met.len(), 30, "{q} {limit}");
        }
    }
}

#[actix_web::test]
async fn a_walk_goes_on_to_what_is_long_ago() {
    let app = TestApp::start().await;
    let story = |n: i64| {
        let back = if n < 60 { n / 30 } else { 1100 };
        let date =
            chrono::Utc::now() - chrono::TimeDelta::days(back) - chrono::TimeDelta::seconds(60 + n);
        json!({ "headline": format!("Weather {n}"), "body": "storm", "status": "published",
                "published_at": date.to_rfc3339() })
    };
    let stories: Vec<Value> = (0..160).map(story).collect();
    app.post(&format!("{ARTICLES}/batch?duplicates=allow"), &json!(stories)).await.expect(200);
    for limit in [20, 60, 77] {
        let met = both_ways(&app, &format!("q=storm&sort=relevance&limit={limit}")).await;
        assert_eq!(met.len(), 160, "{limit}");
    }
}

//! Publishing, taking back and revising.

use super::ARTICLES;
use crate::support::TestApp;
use serde_json::{Value, json};

#[actix_web::test]
async fn publishing_again_keeps_the_first_date() {
    let app = TestApp::start().await;
    let first = app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    let draft = app.patch(&path, &json!({ "status": "draft" })).await.expect(200).body;
    assert_eq!(
        (&draft["state"], &draft["published_at"]),
        (&json!("draft"), &first["published_at"])
    );
    app.get(&path).await.problem(404, "not_found");
    let again = app.patch(&path, &json!({ "status": "published" })).await.expect(200).body;
    assert_eq!((&again["state"], &again["published_at"]), (&json!("live"), &first["published_at"]));
    let sent = json!({ "published_at": "2020-01-01T00:00:00Z" });
    let sent = app.patch(&path, &sent).await.expect(200).body;
    assert_eq!(sent["published_at"], "2020-01-01T00:00:00.000Z");
    assert_eq!(sent["version"], 4);
}

#[actix_web::test]
async fn a_draft_that_is_published_gets_the_date_of_that_moment() {
    let app = TestApp::start().await;
    let draft = app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    let live = app
        .patch(&format!("{ARTICLES}/rain"), &json!({ "status": "published" }))
        .await
        .expect(200)
        .body;
    assert_eq!(live["published_at"], live["updated_at"]);
    assert!(live["published_at"].as_str() > draft["created_at"].as_str());
    assert_eq!(live["revised_at"], Value::Null);
}

#[actix_web::test]
async fn what_readers_notice_moves_the_revision_date() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    let mut last = Value::Null;
    for (body, noticed) in [
        (json!({ "tags": ["x"] }), false),
        (json!({ "metadata": { "x": "y" } }), false),
        (json!({ "slug": "rain" }), false),
        (json!({ "urgency": 1, "featured": true, "byline": "B" }), false),
        (json!({ "headline": "Rain!" }), true),
        (json!({ "summary": "S" }), true),
        (json!({ "body": "B" }), true),
        (json!({ "body_format": "markdown" }), true),
        (json!({ "image": { "url": "https://a.example/i" } }), true),
        (json!({ "image": { "url": "https://a.example/i", "alt": "x" } }), true),
        (json!({ "image": null }), true),
        (json!({ "headline": "Rain!" }), false),
        (json!({ "tags": [] }), false),
    ] {
        let after = app.patch(&path, &body).await.expect(200).body;
        if noticed {
            assert_eq!(after["revised_at"], after["updated_at"], "{body}");
            assert_ne!(after["revised_at"], last);
        } else {
            assert_eq!(after["revised_at"], last, "{body}");
        }
        last = after["revised_at"].clone();
    }
}

#[actix_web::test]
async fn the_revision_date_can_be_set_and_cleared() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    let set = json!({ "headline": "Snow", "revised_at": "2020-01-01T00:00:00Z" });
    let set = app.patch(&path, &set).await.expect(200).body;
    assert_eq!(set["revised_at"], "2020-01-01T00:00:00.000Z");
    let cleared = app
        .patch(&path, &json!({ "headline": "Sleet", "revised_at": null }))
        .await
        .expect(200)
        .body;
    assert_eq!(cleared["revised_at"], Value::Null);
}

#[actix_web::test]
async fn the_revision_date_moves_when_an_edited_input_is_put_back() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    for headline in ["Snow", "Sleet"] {
        let mut input = app.admin_get(&format!("{path}/input")).await.expect(200).body;
        input["headline"] = json!(headline);
        let after = app.put(&path, &input).await.expect(200).body;
        assert_eq!(after["revised_at"], after["updated_at"]);
    }
}

#[actix_web::test]
async fn what_readers_have_not_seen_is_not_revised() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "Draft" })).await;
    let later = json!({ "headline": "Later", "status": "published", "published_at": "2999-01-01T00:00:00Z" });
    app.create(ARTICLES, &later).await;
    for slug in ["draft", "later"] {
        let after = app
            .patch(&format!("{ARTICLES}/{slug}"), &json!({ "body": "x" }))
            .await
            .expect(200)
            .body;
        assert_eq!(after["revised_at"], Value::Null, "{slug}");
    }
}

#[actix_web::test]
async fn a_published_story_always_has_a_date() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Rain", "status": "published", "published_at": "2020-01-01T00:00:00Z" });
    app.create(ARTICLES, &sent).await;
    let path = format!("{ARTICLES}/rain");
    let now = app.patch(&path, &json!({ "published_at": null })).await.expect(200).body;
    assert_eq!(now["published_at"], now["updated_at"]);
    let draft = app
        .patch(&path, &json!({ "status": "draft", "published_at": null }))
        .await
        .expect(200)
        .body;
    assert_eq!(draft["published_at"], Value::Null);
}

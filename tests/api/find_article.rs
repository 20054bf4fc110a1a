//! Read an article.

use crate::support::TestApp;
use serde_json::json;

#[actix_web::test]
async fn a_live_story_is_read_by_id_and_by_slug() {
    let app = TestApp::start().await;
    let made = app.create("/api/v1/articles", &json!({ "headline": "Rain at last", "body": "It rained.\n\nTwice.", "status": "published" })).await;
    let by_id =
        app.get(&format!("/api/v1/articles/{}", made["id"].as_str().unwrap())).await.expect(200);
    let by_slug = app.get("/api/v1/articles/rain-at-last").await.expect(200);
    assert_eq!(by_id.bytes, by_slug.bytes);
    assert_eq!(by_slug.body["body"], "It rained.\n\nTwice.");
    assert_eq!(by_slug.body["body_html"], "<p>It rained.</p>\n<p>Twice.</p>");
    assert!(by_slug.header("etag").starts_with("\"1-"), "{}", by_slug.header("etag"));
}

#[actix_web::test]
async fn an_unknown_story_is_not_found() {
    let app = TestApp::start().await;
    app.get("/api/v1/articles/nothing-here").await.problem(404, "not_found");
}

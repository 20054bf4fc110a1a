//! What goes out, whole: a change of any member shows here. Accept one with `INSTA_UPDATE=always`.

use crate::support::TestApp;
use insta::{assert_json_snapshot, with_settings};
use serde_json::{Value, json};

/// Ids, times and the cursors made of them differ each time.
fn snapshot(name: &str, body: &Value) {
    let ids = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}";
    let times = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z";
    let cursors = r"eyJ[A-Za-z0-9_-]+";
    with_settings!({ prepend_module_to_snapshot => false, omit_expression => true,
                     filters => vec![(ids, "[id]"), (times, "[time]"), (cursors, "[cursor]")] }, {
        assert_json_snapshot!(name, body);
    });
}

async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    let source = json!({ "name": "Radio Pakistan", "country": "PK", "language": "en",
                         "credit": "Radio Pakistan", "usage_terms": "Free with credit." });
    app.create("/api/v1/sources", &source).await;
    app.create("/api/v1/categories", &json!({ "name": "News" })).await;
    app.create("/api/v1/categories", &json!({ "name": "General", "parent": "news" })).await;
    let story = json!({
        "headline": "Corridor talks resume", "summary": "In the capital.",
        "body": "They **met**.", "body_format": "markdown", "authors": [{ "name": "Ayesha Khan" }],
        "source": "radio-pakistan", "category": "general", "tags": ["Diplomacy"],
        "external_id": "42", "status": "published", "metadata": { "desk": "foreign" },
        "image": { "url": "https://news.example/1.jpg", "alt": "The corridor" },
    });
    app.create("/api/v1/articles", &story).await;
    let urdu = json!({ "headline": "راہداری پر بات چیت", "language": "ur", "status": "published",
                       "translation_of": "corridor-talks-resume" });
    app.create("/api/v1/articles", &urdu).await;
    app
}

#[actix_web::test]
async fn every_kind_of_answer() {
    let app = newsroom().await;
    for (name, path) in [
        ("article", "/api/v1/articles/corridor-talks-resume"),
        ("articles", "/api/v1/articles?limit=1&total=exact"),
        ("source", "/api/v1/sources/radio-pakistan"),
        ("category", "/api/v1/categories/general"),
        ("category_tree", "/api/v1/categories/tree"),
    ] {
        snapshot(name, &app.get(path).await.expect(200).body);
    }
    let input = app.admin_get("/api/v1/articles/corridor-talks-resume/input").await.expect(200);
    snapshot("article_input", &input.body);
    let wrong = json!({ "headline": " ", "expires_at": "soon", "category": "none" });
    snapshot("problem", &app.post("/api/v1/articles", &wrong).await.expect(422).body);
}

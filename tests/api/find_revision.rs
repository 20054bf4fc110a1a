//! Read a version of an article: the whole story as it was.

use crate::create_article::full;
use crate::support::TestApp;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";

#[actix_web::test]
async fn each_version_reads_as_the_story_did_then() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    let mut sent = full();
    sent["source"] = json!("agency");
    sent["categories"] = json!(["world"]);
    sent["status"] = json!("published");
    sent["published_at"] = json!("2020-01-01T00:00:00.123Z");
    let first = app.create(ARTICLES, &sent).await;
    let path = format!("{ARTICLES}/{}", first["id"].as_str().unwrap());
    let anew = json!({ "headline": "Other", "body": "<p>Now</p>", "body_format": "html", "categories": [],
                       "image": null, "media": [], "authors": [], "tags": ["x"], "metadata": null,
                       "slug": "other", "language": "ur", "urgency": 9 });
    let second = app.patch(&path, &anew).await.expect(200).body;
    app.post(&format!("{path}/corrections"), &json!({ "text": "x" })).await.expect(201);
    let third = app.admin_get(&path).await.expect(200).body;
    for (version, mut then) in [(1, first), (2, second), (3, third)] {
        let read = app.admin_get(&format!("{path}/revisions/{version}")).await.expect(200).body;
        // where it is found is as it is now; all else is as it was
        then["slug"] = read["article"]["slug"].clone();
        assert_eq!(read["article"], then, "{version}");
        assert_eq!(read["revision"]["version"], version);
        assert_eq!(read["revision"]["headline"], then["headline"]);
        assert_eq!(read["revision"]["written_at"], then["updated_at"]);
    }
}

#[actix_web::test]
async fn what_it_names_may_be_gone() {
    let app = TestApp::start().await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    app.create(ARTICLES, &json!({ "headline": "Rain", "category": "world" })).await;
    let path = format!("{ARTICLES}/rain");
    app.patch(&path, &json!({ "categories": [] })).await.expect(200);
    app.delete("/api/v1/categories/world").await.expect(204);
    let read = app.admin_get(&format!("{path}/revisions/1")).await.expect(200).body;
    assert_eq!(
        (&read["article"]["category"], &read["article"]["categories"]),
        (&Value::Null, &json!([]))
    );
}

#[actix_web::test]
async fn naughty_strings_come_back_as_they_were() {
    let app = TestApp::start().await;
    let body =
        "\u{feff}\u{202e}a\\u0000 \"quoted\" \u{1f469}\u{200d}\u{1f680}\r\n\t <script>\u{fffd}";
    app.create(ARTICLES, &json!({ "headline": "Rain", "body": body })).await;
    let path = format!("{ARTICLES}/rain");
    app.patch(&path, &json!({ "body": "x" })).await.expect(200);
    let read = app.admin_get(&format!("{path}/revisions/1")).await.expect(200).body;
    assert_eq!(read["article"]["body"], body);
}

#[actix_web::test]
async fn there_is_no_other() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let at = |version: &str| format!("{ARTICLES}/rain/revisions/{version}");
    app.admin_get(&at("2")).await.problem(404, "not_found");
    for version in ["0", "-1", "one", "1.0", "99999999999999999999"] {
        app.admin_get(&at(version)).await.problem(400, "path_invalid");
    }
}

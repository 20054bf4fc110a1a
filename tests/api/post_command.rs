//! `newswire post`: from a file to a story that readers see.

use crate::support::TestApp;
use crate::support::command::{newswire, output};
use newswire::access::Scope;
use serde_json::{Value, json};

const PAGE: &str = "Home / General / ‘Rain reaches the plains after weeks of heat’

‘Rain reaches the plains after weeks of heat’

Rain fell over the plains on Monday, ending three weeks of heat in the cities of the province.

The weather office said that more rain was expected until Thursday, mostly in the north.

Farmers welcomed the rain, which came in time for the sowing of cotton in many districts.

Source: Radio Example

Scroll To Top
";

struct Posted {
    ok: bool,
    out: String,
    err: String,
}

async fn post(app: &TestApp, key: &str, file: &str, more: &[&str]) -> Posted {
    let arguments = [&["post", file, "--url", &app.address, "--key", key], more].concat();
    let ended = output(newswire(&arguments)).await;
    Posted {
        ok: ended.status.success(),
        out: String::from_utf8(ended.stdout).unwrap().trim_end().to_owned(),
        err: String::from_utf8(ended.stderr).unwrap(),
    }
}

async fn only_story(app: &TestApp) -> Value {
    let list = app.admin_get("/api/v1/articles?state=any").await.expect(200);
    let items = list.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{:#}", list.body);
    let path = format!("/api/v1/articles/{}", items[0]["id"].as_str().unwrap());
    app.admin_get(&path).await.expect(200).body
}

fn page(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".txt").tempfile().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[actix_web::test]
async fn a_saved_page_becomes_a_story_once_and_is_updated() {
    let app = TestApp::start().await;
    let file = page(PAGE);
    let name = file.path().to_str().unwrap();
    let first = post(&app, &app.admin, name, &["--status", "published"]).await;
    assert!(first.ok, "{}", first.err);
    let address = first.out.strip_prefix("created ").expect("the story's address");
    let made = only_story(&app).await;
    assert_eq!(address, made["url"].as_str().unwrap());
    assert_eq!(made["headline"], "‘Rain reaches the plains after weeks of heat’");
    let body = made["body"].as_str().unwrap();
    let paragraphs: Vec<&str> = body.split("\n\n").collect();
    assert_eq!(paragraphs.len(), 3, "{body}");
    assert!(paragraphs[0].starts_with("Rain fell") && paragraphs[2].ends_with("many districts."));
    assert_eq!(made["category"]["name"], "General");
    assert_eq!(made["breadcrumb"][0]["slug"], "general");
    assert_eq!(made["source"]["name"], "Radio Example");
    assert_eq!((&made["language"], &made["state"]), (&json!("en"), &json!("live")));
    let again = post(&app, &app.admin, name, &["--status", "published"]).await;
    assert!(again.ok && again.out.starts_with("exists "), "{} {}", again.out, again.err);
    assert!(again.out.ends_with("(version 1)"), "{}", again.out);
    assert_eq!(only_story(&app).await, made, "same id, same version");
    std::fs::write(file.path(), PAGE.replace("until Thursday", "until Friday")).unwrap();
    let changed = post(&app, &app.admin, name, &["--status", "published"]).await;
    assert!(changed.out.ends_with("(version 2)"), "{} {}", changed.out, changed.err);
    let after = only_story(&app).await;
    assert_eq!(after["id"], made["id"]);
    assert_eq!(after["slug"], made["slug"]);
    assert!(after["body"].as_str().unwrap().contains("until Friday"));
    assert_eq!(after["published_at"], made["published_at"]);
}

#[actix_web::test]
async fn a_key_that_may_not_make_categories_is_told() {
    let app = TestApp::start().await;
    let file = page(PAGE);
    let name = file.path().to_str().unwrap();
    let writer = app.key(&[Scope::ArticlesWrite], None).await;
    let refused = post(&app, &writer, name, &[]).await;
    assert!(!refused.ok);
    assert!(refused.err.contains("category"), "{}", refused.err);
    assert!(!refused.err.contains(&writer), "the key is not shown");
    app.create("/api/v1/categories", &json!({ "name": "General" })).await;
    app.create("/api/v1/sources", &json!({ "name": "Radio Example" })).await;
    let posted = post(&app, &writer, name, &["--no-create"]).await;
    assert!(posted.ok, "{}", posted.err);
    assert_eq!(only_story(&app).await["state"], "draft");
}

#[actix_web::test]
async fn flags_win_over_the_file() {
    let app = TestApp::start().await;
    let file = page(PAGE);
    let flags = [
        "--external-id",
        "desk-1",
        "--source",
        "Other Agency",
        "--category",
        "Weather",
        "--language",
        "en-GB",
        "--tag",
        "rain",
        "--tag",
        "farming",
        "--status",
        "published",
        "--date",
        "2022-11-07T12:00:00+05:00",
    ];
    let posted = post(&app, &app.admin, file.path().to_str().unwrap(), &flags).await;
    assert!(posted.ok, "{}", posted.err);
    let made = only_story(&app).await;
    assert_eq!(made["external_id"], "desk-1");
    assert_eq!(made["source"]["name"], "Other Agency");
    assert_eq!(made["category"]["name"], "Weather");
    assert_eq!(made["language"], "en-GB");
    assert_eq!(made["tags"], json!(["rain", "farming"]));
    assert_eq!(made["published_at"], "2022-11-07T07:00:00.000Z");
}

#[actix_web::test]
async fn a_dry_run_sends_nothing() {
    let app = TestApp::start().await;
    let file = page(PAGE);
    let shown = post(&app, &app.admin, file.path().to_str().unwrap(), &["--dry-run"]).await;
    assert!(shown.ok, "{}", shown.err);
    let story: Value = serde_json::from_str(&shown.out).expect("the JSON that would be sent");
    assert_eq!(story["source"], "Radio Example");
    let list = app.admin_get("/api/v1/articles?state=any").await.expect(200);
    assert_eq!(list.body["items"], json!([]));
}

#[actix_web::test]
async fn of_several_files_the_good_ones_are_posted() {
    let app = TestApp::start().await;
    let file = page(PAGE);
    let good = file.path().to_str().unwrap();
    let ended = post(&app, &app.admin, "/nonexistent/page.txt", &[good]).await;
    assert!(!ended.ok);
    assert!(ended.out.starts_with("created "), "{} {}", ended.out, ended.err);
    assert!(ended.err.contains("1 not posted, 1 posted"), "{}", ended.err);
}

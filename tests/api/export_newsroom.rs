//! The newsroom as one file.

use crate::support::{Answer, TestApp};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

pub const EXPORT: &str = "/api/v1/export";
const ARTICLES: &str = "/api/v1/articles";

pub async fn export(app: &TestApp) -> Answer {
    app.admin_get(EXPORT).await.expect(200)
}

/// A newsroom in which everything has happened that an export must carry.
pub async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency", "metadata": { "desk": "ن" } })).await;
    app.patch("/api/v1/sources/agency", &json!({ "slug": "the-agency" })).await.expect(200);
    for (name, parent) in [("World", None), ("Asia", Some("world")), ("Rain", Some("asia"))] {
        app.create("/api/v1/categories", &json!({ "name": name, "parent": parent })).await;
    }
    // the parent is younger than the child
    app.create("/api/v1/categories", &json!({ "name": "Top" })).await;
    app.patch("/api/v1/categories/world", &json!({ "parent": "top", "slug": "globe" }))
        .await
        .expect(200);
    let rain = app
        .create(
            ARTICLES,
            &json!({ "headline": "Rain ]]> \u{1F327} \u{2028} \"quoted\"", "body": "One.\n\nTwo \\ three.",
                     "source": "the-agency", "external_id": "a/1", "categories": ["rain", "top"],
                     "tags": ["weather", "بارش"], "status": "published", "language": "ur",
                     "published_at": "2020-01-31T12:00:00.123+05:00", "urgency": 2,
                     "authors": [{ "name": "Ayesha Khan", "url": "https://news.example/a" }],
                     "image": { "url": "https://news.example/i.jpg", "alt": "Rain" },
                     "media": [{ "kind": "audio", "url": "https://news.example/a.mp3" }],
                     "metadata": { "desk": "night" } }),
        )
        .await;
    let rain = format!("{ARTICLES}/{}", rain["id"].as_str().unwrap());
    for summary in ["First", "Second"] {
        app.patch(&rain, &json!({ "summary": summary, "slug": summary.to_lowercase() }))
            .await
            .expect(200);
    }
    app.post(&format!("{rain}/corrections"), &json!({ "text": "It rained twice." }))
        .await
        .expect(201);
    // it translates a story that is younger than it
    let original = app.story("Original").await;
    app.patch(&rain, &json!({ "translation_of": original["id"] })).await.expect(200);
    app.create(ARTICLES, &json!({ "headline": "Draft", "expires_at": "2030-01-01T00:00:00Z" }))
        .await;
    app.story("Wrong").await;
    app.post(&format!("{ARTICLES}/wrong/retract"), &json!({ "reason": "It was wrong." }))
        .await
        .expect(200);
    app.story("Thrown away").await;
    app.delete(&format!("{ARTICLES}/thrown-away")).await.expect(204);
    app.story("Purged").await;
    app.delete(&format!("{ARTICLES}/purged")).await.expect(204);
    app.post(&format!("{ARTICLES}/purged/purge"), &json!({})).await.expect(204);
    app
}

fn resources(lines: &[Value], member: &str) -> Vec<Value> {
    lines.iter().filter(|line| line[member].is_object()).cloned().collect()
}

#[actix_web::test]
async fn everything_is_in_it_in_one_order() {
    let app = newsroom().await;
    let answer = export(&app).await;
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let lines = answer.lines();
    assert_eq!(lines[0], json!({ "newswire_export": 1 }));
    let end = &lines[lines.len() - 1]["end"];
    assert_eq!(
        end,
        &json!({ "sources": 1, "categories": 4, "articles": 5, "revisions": 6 }),
        "{end:#}"
    );
    let source = &resources(&lines, "source")[0];
    assert_eq!(
        (&source["source"]["slug"], &source["former_slugs"]),
        (&json!("the-agency"), &json!(["agency"]))
    );
    let categories = resources(&lines, "category");
    let names: Vec<&str> =
        categories.iter().map(|line| line["category"]["slug"].as_str().unwrap()).collect();
    assert_eq!(names, ["top", "globe", "asia", "rain"], "parents first");
    let articles = resources(&lines, "article");
    let ids: Vec<&str> =
        articles.iter().map(|line| line["article"]["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let rain = &articles[0];
    assert_eq!(rain["article"]["metadata"], json!({ "desk": "night" }));
    assert_eq!(rain["article"]["version"], 5);
    assert_eq!(rain["former_slugs"].as_array().unwrap().len(), 2, "{rain:#}");
    let at = lines.iter().position(|line| line == rain).unwrap();
    let versions: Vec<&Value> =
        lines[at + 1..at + 5].iter().map(|line| &line["revision"]["version"]).collect();
    assert_eq!(versions, [1, 2, 3, 4], "a story's versions follow on it");
    let statuses: Vec<&str> =
        articles.iter().map(|line| line["article"]["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["published", "published", "draft", "retracted", "published"]);
    let text = String::from_utf8(answer.bytes.clone()).unwrap();
    for secret in [app.admin.as_str(), "body_html", "\"search\"", "hash"] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert_eq!(export(&app).await.bytes, answer.bytes);
}

#[actix_web::test]
async fn nothing_is_an_export_too() {
    let app = TestApp::start().await;
    let lines = export(&app).await.lines();
    let none = json!({ "end": { "sources": 0, "categories": 0, "articles": 0, "revisions": 0 } });
    assert_eq!(lines, [json!({ "newswire_export": 1 }), none]);
}

#[actix_web::test]
async fn it_is_of_one_instant_and_bounded_pieces() {
    let app = TestApp::start().await;
    let body = "Rain fell on the plains. ".repeat(4000);
    for number in 0..60 {
        app.create(ARTICLES, &json!({ "headline": format!("Story {number}"), "body": body })).await;
    }
    let request =
        reqwest::Client::new().get(format!("{}{EXPORT}", app.address)).bearer_auth(&app.admin);
    let mut response = request.send().await.unwrap();
    let first = response.chunk().await.unwrap().expect("a first piece");
    app.delete(&format!("{ARTICLES}/story-59")).await.expect(204);
    app.story("Later").await;
    let mut bytes = first.to_vec();
    while let Some(piece) = response.chunk().await.unwrap() {
        bytes.extend_from_slice(&piece);
    }
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let articles = resources(&lines, "article");
    assert_eq!(articles.len(), 60);
    assert!(articles.iter().all(|line| line["article"]["trashed_at"].is_null()));
    assert!(articles.iter().all(|line| line["article"]["body"] == body.as_str()));
}

#[actix_web::test]
async fn a_reader_that_leaves_frees_its_connection() {
    let app = TestApp::start().await;
    let body = "Rain fell on the plains. ".repeat(40_000);
    for number in 0..8 {
        app.create(ARTICLES, &json!({ "headline": format!("Story {number}"), "body": body })).await;
    }
    for _ in 0..20 {
        let request =
            reqwest::Client::new().get(format!("{}{EXPORT}", app.address)).bearer_auth(&app.admin);
        let mut response = request.send().await.unwrap();
        response.chunk().await.unwrap().expect("a first piece");
    }
    export(&app).await;
    app.story("Still written").await;
}

#[actix_web::test]
async fn only_an_admin_gets_it() {
    let app = TestApp::start().await;
    app.get(EXPORT).await.problem(401, "key_missing");
    let writer = app.key(&[Scope::ArticlesRead, Scope::ArticlesWrite], None).await;
    app.with_key(&writer, Method::GET, EXPORT).send().await.problem(403, "scope_missing");
}

//! Create any number of articles: JSON lines.

mod broken;
mod packed;

use crate::support::{Answer, TestApp};
use futures_util::future::{join, join_all};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const STREAM: &str = "/api/v1/articles/stream";
const ARTICLES: &str = "/api/v1/articles";
const NDJSON: &str = "application/x-ndjson";

async fn post(app: &TestApp, query: &str, body: impl Into<reqwest::Body>) -> Answer {
    let call = app.with_key(&app.admin, Method::POST, &format!("{STREAM}{query}"));
    call.body(NDJSON, body).send().await
}

/// The results and the summary.
fn told(answer: &Answer) -> (Vec<Value>, Value) {
    let mut lines = answer.lines();
    let summary = lines.pop().expect("a last line");
    assert_eq!(summary.as_object().unwrap().keys().collect::<Vec<_>>(), ["summary"]);
    for line in &lines {
        let names: Vec<_> = line.as_object().unwrap().keys().collect();
        assert_eq!(names, ["line", "result", "id", "slug", "problem"], "all of them, always");
    }
    (lines, summary["summary"].clone())
}

fn results(answer: &Answer) -> Vec<String> {
    let (lines, _) = told(answer);
    lines
        .iter()
        .map(|line| format!("{} {}", line["line"], line["result"].as_str().unwrap()))
        .collect()
}

fn ndjson(stories: impl IntoIterator<Item = Value>) -> String {
    stories.into_iter().map(|story| format!("{story}\n")).collect()
}

fn numbered(count: usize) -> String {
    ndjson((0..count).map(|number| {
        json!({ "headline": format!("Story {number}"), "body": "Rain fell. ".repeat(40),
                "external_id": format!("{number}"), "status": "published", "source": "agency",
                "category": "world", "tags": ["weather"] })
    }))
}

async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    app
}

async fn stories(app: &TestApp) -> usize {
    let rows = app.database.rows("SELECT count(*) FROM articles").await;
    rows[0][0].parse().unwrap()
}

#[actix_web::test]
async fn each_line_has_its_result() {
    let app = newsroom().await;
    let body = "{\"headline\": \"Rain\"}\n\n  \r\n{\"headline\": \"Sun\", \"source\": \"agency\"}\r\n{\"headline\": \"Wind\"}";
    let answer = post(&app, "", body).await.expect(200);
    assert_eq!(answer.header("content-type"), NDJSON);
    assert_eq!(answer.header("content-length"), answer.bytes.len().to_string());
    assert_eq!(results(&answer), ["1 created", "4 created", "5 created"], "blank lines count");
    let (lines, summary) = told(&answer);
    let expected = json!({ "lines": 3, "created": 3, "updated": 0, "unchanged": 0, "duplicate": 0,
                           "rejected": 0, "problem": null });
    assert_eq!(summary, expected);
    for (line, headline) in lines.iter().zip(["Rain", "Sun", "Wind"]) {
        let path = format!("{ARTICLES}/{}", line["id"].as_str().unwrap());
        let story = app.admin_get(&path).await.expect(200).body;
        assert_eq!((&story["headline"], &story["slug"]), (&json!(headline), &line["slug"]));
    }
    let empty = post(&app, "", "\n\n").await.expect(200);
    assert_eq!(told(&empty).1["lines"], 0);
}

#[actix_web::test]
async fn a_long_one_is_saved_and_can_be_sent_again() {
    let app = newsroom().await;
    let body = numbered(3000);
    let answer = post(&app, "", body.clone()).await.expect(200);
    let (lines, summary) = told(&answer);
    assert_eq!((lines.len(), &summary["created"]), (3000, &json!(3000)));
    let ids: BTreeSet<&str> = lines.iter().map(|line| line["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), stories(&app).await), (3000, 3000));
    assert!(lines.iter().zip(1..).all(|(line, number)| line["line"] == number));
    let listed =
        app.get(&format!("{ARTICLES}?category=world&tag=weather&source=agency&total=exact")).await;
    assert_eq!(listed.body["total"], 3000);
    for (query, member) in [
        ("?on_conflict=update", "unchanged"),
        ("?on_conflict=skip", "duplicate"),
        ("", "duplicate"),
    ] {
        let again = post(&app, query, body.clone()).await.expect(200);
        assert_eq!(told(&again).1[member], 3000, "{query}");
    }
    assert_eq!(stories(&app).await, 3000);
    let versions = app.database.rows("SELECT max(version) FROM articles").await;
    assert_eq!(versions[0][0], "1", "nothing was written again");
}

#[actix_web::test]
async fn a_change_to_many_is_made() {
    let app = newsroom().await;
    post(&app, "", numbered(700)).await.expect(200);
    let changed = numbered(700).replace("Rain fell.", "Snow fell.");
    let answer = post(&app, "?on_conflict=update", changed).await.expect(200);
    assert_eq!(told(&answer).1["updated"], 700);
    let rows = "SELECT count(*) FROM articles WHERE version = 2 AND body_text LIKE 'Snow%'";
    assert_eq!(app.database.rows(rows).await[0][0], "700");
}

#[actix_web::test]
async fn one_line_that_the_database_refuses_leaves_the_others() {
    let app = newsroom().await;
    // somebody else's story, committed while the chunk waits for it
    let (client, connection) =
        tokio_postgres::connect(&app.database.url, tokio_postgres::NoTls).await.unwrap();
    let connection = actix_web::rt::spawn(connection);
    app.create(ARTICLES, &json!({ "headline": "Theirs", "external_id": "old" })).await;
    client.batch_execute("BEGIN; UPDATE articles SET external_id = 'new'").await.unwrap();
    let body = ndjson([
        json!({ "headline": "One" }),
        json!({ "headline": "Two", "external_id": "new" }),
        json!({ "headline": "Three", "slug": "theirs" }),
        json!({ "headline": "Four" }),
    ]);
    let commit = async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        client.batch_execute("COMMIT").await.unwrap();
    };
    let (answer, ()) = join(post(&app, "?on_conflict=skip", body), commit).await;
    let answer = answer.expect(200);
    assert_eq!(results(&answer), ["1 created", "2 duplicate", "3 rejected", "4 created"]);
    assert_eq!(told(&answer).0[1]["slug"], "theirs");
    assert_eq!(stories(&app).await, 3);
    let slugs =
        app.database.rows("SELECT slug FROM slugs WHERE collection = 'articles' ORDER BY 1").await;
    assert_eq!(slugs.concat(), ["four", "one", "theirs"], "nothing claimed is left over");
    drop(client);
    let _ = connection.await;
}

#[actix_web::test]
async fn streams_that_meet_make_each_story_once() {
    let app = newsroom().await;
    let body = numbered(600);
    let mut reversed: Vec<&str> = body.lines().collect();
    reversed.reverse();
    let reversed = reversed.join("\n");
    for query in ["?on_conflict=skip", "?on_conflict=update"] {
        let sent = [body.clone(), reversed.clone(), body.clone()];
        let answers = join_all(sent.map(|body| post(&app, query, body))).await;
        let mut created = 0;
        for answer in answers {
            let (lines, summary) = told(&answer.expect(200));
            assert_eq!((lines.len(), &summary["rejected"]), (600, &json!(0)), "{summary:#}");
            created += summary["created"].as_u64().unwrap();
        }
        let expected = if query.ends_with("skip") { 600 } else { 0 };
        assert_eq!((created, stories(&app).await), (expected, 600), "{query}");
    }
}

#[actix_web::test]
async fn all_or_none_is_all_or_none() {
    let app = newsroom().await;
    let mut lines: Vec<String> = numbered(1200).lines().map(str::to_owned).collect();
    lines[3] = "{\"headline\": ".to_owned();
    lines.insert(10, String::new());
    lines[1100] = json!({ "headline": "x", "category": "none" }).to_string();
    let atomic = "?mode=atomic";
    let refused = post(&app, atomic, lines.join("\n")).await.problem(422, "lines_rejected");
    assert_eq!(refused.text("detail"), "Nothing was saved: 2 of 1200 cannot be.");
    refused.fault("/4", "json_malformed").fault("/1101/category", "category_not_found");
    assert_eq!(stories(&app).await, 0);
    let answer = post(&app, atomic, numbered(1200)).await.expect(200);
    assert_eq!((told(&answer).0.len(), stories(&app).await), (1200, 1200));
    let again = post(&app, atomic, numbered(1)).await.problem(422, "lines_rejected");
    again.fault("/1", "external_id_taken");
    let dry = post(&app, "?mode=atomic&dry_run=true", ndjson([json!({ "headline": "x" })])).await;
    assert_eq!(results(&dry.expect(200)), ["1 created"]);
    assert_eq!(stories(&app).await, 1200);
}

#[actix_web::test]
async fn all_or_none_has_its_limits() {
    let app = newsroom().await;
    let many = "{\"headline\":\"x\"}\n".repeat(10_001);
    post(&app, "?mode=atomic&dry_run=true", many).await.problem(413, "too_many_lines");
    let large = format!("{{\"headline\":\"x\",\"body\":\"{}\"}}\n", "x".repeat(2 << 20));
    let large = large.repeat(33);
    post(&app, "?mode=atomic", large).await.problem(413, "too_many_lines");
    assert_eq!(stories(&app).await, 0);
}

#[actix_web::test]
async fn rights_hold_for_each_line() {
    let app = newsroom().await;
    let source = app.get("/api/v1/sources/agency").await.text("id");
    let bound = app.key(&[Scope::ArticlesWrite], Some(&source)).await;
    let body = ndjson([
        json!({ "headline": "Own" }),
        json!({ "headline": "Live", "status": "published" }),
        json!({ "headline": "New source", "source": "New", "external_id": "1" }),
    ]);
    let call = app.with_key(&bound, Method::POST, &format!("{STREAM}?create_missing=true"));
    let answer = call.body(NDJSON, body).send().await.expect(200);
    assert_eq!(results(&answer), ["1 created", "2 rejected", "3 rejected"]);
    let (lines, _) = told(&answer);
    assert_eq!(lines[1]["problem"]["code"], "scope_missing");
    assert_eq!(lines[2]["problem"]["status"], 422, "{:#}", lines[2]);
}

#[actix_web::test]
async fn a_dry_run_saves_nothing() {
    let app = newsroom().await;
    let answer = post(&app, "?dry_run=true", numbered(600)).await.expect(200);
    let (lines, summary) = told(&answer);
    assert_eq!((&summary["created"], &lines[0]["id"]), (&json!(600), &Value::Null));
    assert_eq!(stories(&app).await, 0);
}

#[actix_web::test]
async fn names_make_what_is_missing_once() {
    let app = TestApp::start().await;
    let body = ndjson((0..900).map(|number| {
        json!({ "headline": format!("Story {number}"), "source": format!("Agency {}", number % 3),
                "category": format!("Desk {}", number % 7), "external_id": format!("{number}") })
    }));
    let answer = post(&app, "?create_missing=true", body).await.expect(200);
    assert_eq!(told(&answer).1["created"], 900);
    assert_eq!(app.get("/api/v1/sources").await.body["items"].as_array().unwrap().len(), 3);
    assert_eq!(app.get("/api/v1/categories").await.body["items"].as_array().unwrap().len(), 7);
}

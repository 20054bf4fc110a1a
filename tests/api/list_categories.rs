//! List categories.

mod counts;

use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/categories";

fn names(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["name"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Asia and Europe below World, Football below Sport; Sport comes first.
async fn tree() -> TestApp {
    let app = TestApp::start().await;
    for (name, parent, position) in [
        ("World", None, 2),
        ("Sport", None, 1),
        ("Europe", Some("world"), 0),
        ("Asia", Some("world"), 0),
        ("Football", Some("sport"), 5),
    ] {
        app.create(PATH, &json!({ "name": name, "parent": parent, "position": position })).await;
    }
    app
}

#[actix_web::test]
async fn they_come_by_position_and_name_from_every_level() {
    let app = tree().await;
    let all = app.get(PATH).await.expect(200);
    assert_eq!(names(&all), ["Asia", "Europe", "Sport", "World", "Football"]);
    assert_eq!(all.body["items"][0]["parent"]["slug"], "world");
    assert_eq!(all.body["items"][0]["breadcrumb"][0]["name"], "World");
    assert_eq!(all.body["items"][0]["breadcrumb"][1]["name"], "Asia");
    assert_eq!(all.body["items"][0].get("metadata"), None);
    assert_eq!(app.admin_get(PATH).await.body["items"][0]["metadata"], json!({}));
}

#[actix_web::test]
async fn one_level_is_listed_by_its_parents() {
    let app = tree().await;
    let world = app.get(&format!("{PATH}/world")).await.text("id");
    for (query, expected) in [
        ("parent=world".to_owned(), &["Asia", "Europe"][..]),
        (format!("parent={world}"), &["Asia", "Europe"]),
        ("parent=world&parent=sport".to_owned(), &["Asia", "Europe", "Football"]),
        ("parent=asia".to_owned(), &[]),
    ] {
        let found = app.get(&format!("{PATH}?{query}")).await.expect(200);
        assert_eq!(names(&found), expected, "{query}");
    }
    let answer = app.get(&format!("{PATH}?parent=nowhere")).await;
    answer.problem(400, "unknown_category").fault("parent", "unknown_category");
    app.patch(&format!("{PATH}/world"), &json!({ "slug": "planet" })).await.expect(200);
    let former = app.get(&format!("{PATH}?parent=world")).await.expect(200);
    assert_eq!(names(&former), ["Asia", "Europe"], "a former slug still names it");
}

#[actix_web::test]
async fn pages_lead_both_ways() {
    let app = tree().await;
    let first = app.get(&format!("{PATH}?limit=2&total=exact")).await.expect(200);
    assert_eq!(first.body["total"], 5);
    assert_eq!(first.body["total_is_exact"], true);
    assert_eq!(first.body["prev_cursor"], Value::Null);
    let to = |page: &Answer, which: &str| {
        format!("{PATH}?limit=2&cursor={}", page.body[which].as_str().unwrap())
    };
    let second = app.get(&to(&first, "next_cursor")).await.expect(200);
    let third = app.get(&to(&second, "next_cursor")).await.expect(200);
    assert_eq!(names(&second), ["Sport", "World"]);
    assert_eq!(names(&third), ["Football"]);
    assert_eq!(third.body["next_cursor"], Value::Null);
    let back = app.get(&to(&third, "prev_cursor")).await.expect(200);
    assert_eq!(names(&back), ["Sport", "World"]);
    let start = app.get(&to(&back, "prev_cursor")).await.expect(200);
    assert_eq!(names(&start), ["Asia", "Europe"]);
    assert_eq!(start.body["prev_cursor"], Value::Null);
    assert!(start.header("link").contains("rel=\"next\""));
    assert!(!start.header("link").contains("rel=\"prev\""));
}

#[actix_web::test]
async fn a_cursor_works_for_its_list_only() {
    let app = tree().await;
    let page = app.get(&format!("{PATH}?parent=world&limit=1")).await.expect(200);
    let cursor = page.text("next_cursor");
    let same = app.get(&format!("{PATH}?limit=5&parent=world&cursor={cursor}")).await.expect(200);
    assert_eq!(names(&same), ["Europe"], "another limit is the same list");
    for query in [format!("cursor={cursor}"), format!("parent=sport&cursor={cursor}")] {
        app.get(&format!("{PATH}?{query}")).await.problem(400, "cursor_mismatch");
    }
    let sources = format!("/api/v1/sources?cursor={cursor}");
    app.get(&sources).await.problem(400, "cursor_mismatch");
    app.get(&format!("{PATH}?cursor=e30")).await.problem(400, "cursor_invalid");
    app.delete(&format!("{PATH}/asia")).await.expect(204);
    let path = format!("{PATH}?parent=world&cursor={cursor}");
    assert_eq!(names(&app.get(&path).await.expect(200)), ["Europe"]);
}

#[actix_web::test]
async fn a_known_list_is_not_sent_again() {
    let app = tree().await;
    let first = app.get(PATH).await.expect(200);
    let call = app.anonymous(Method::GET, PATH).header("if-none-match", first.header("etag"));
    call.send().await.expect(304);
    app.get(&format!("{PATH}?limit=500")).await.problem(400, "query_invalid");
}

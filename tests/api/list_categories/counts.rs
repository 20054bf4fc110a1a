//! Categories by name, and with what stands in them.

use super::PATH;
use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";

async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    for (name, parent) in [
        ("World", None),
        ("Asia", Some("world")),
        ("Pakistan", Some("asia")),
        ("Sport", None),
        ("Empty", None),
    ] {
        app.create(PATH, &json!({ "name": name, "parent": parent })).await;
    }
    for (headline, day, more) in [
        ("One", 1, json!({ "category": "pakistan" })),
        ("Two", 2, json!({ "categories": ["asia", "pakistan", "sport"] })),
        ("Three", 3, json!({ "category": "world" })),
        ("Draft", 4, json!({ "category": "empty", "status": "draft" })),
        ("Scheduled", 4, json!({ "category": "empty", "published_at": "2999-01-01T00:00:00Z" })),
        ("Expired", 5, json!({ "category": "empty", "expires_at": "2020-02-01T00:00:00Z" })),
        ("Trashed", 6, json!({ "category": "pakistan" })),
    ] {
        let mut sent = json!({ "headline": headline, "status": "published",
            "published_at": format!("2020-01-0{day}T12:00:00Z") });
        sent.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        app.create(ARTICLES, &sent).await;
    }
    app.delete(&format!("{ARTICLES}/trashed")).await.expect(204);
    app
}

/// `slug:count:day` of each.
fn counted(answer: &Answer) -> Vec<String> {
    let one = |item: &Value| {
        let day = item["last_published_at"].as_str().map_or("-", |time| &time[8..10]);
        format!("{}:{}:{day}", item["slug"].as_str().unwrap(), item["article_count"])
    };
    answer.body["items"].as_array().unwrap().iter().map(one).collect()
}

fn slugs(answer: &Answer) -> Vec<&str> {
    let items = answer.body["items"].as_array().unwrap();
    items.iter().map(|item| item["slug"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn stories_are_counted_with_those_below_and_each_once() {
    let app = newsroom().await;
    let expected = ["asia:2:02", "empty:0:-", "pakistan:2:02", "sport:1:02", "world:3:03"];
    let path = format!("{PATH}?include=counts");
    assert_eq!(counted(&app.get(&path).await.expect(200)), expected);
    assert_eq!(counted(&app.admin_get(&path).await.expect(200)), expected, "hidden ones never");
    let some = app.get(&format!("{path}&parent=asia&limit=1&total=exact")).await.expect(200);
    assert_eq!(
        (counted(&some), &some.body["total"]),
        (vec!["pakistan:2:02".to_owned()], &json!(1))
    );
    for item in app.get(PATH).await.expect(200).body["items"].as_array().unwrap() {
        assert_eq!((item.get("article_count"), item.get("last_published_at")), (None, None));
    }
    // the numbers are those of the lists
    for (slug, count) in [("asia", 2), ("world", 3), ("empty", 0)] {
        let list = app.get(&format!("{ARTICLES}?category={slug}&total=exact")).await.expect(200);
        assert_eq!(list.body["total"], count, "{slug}");
    }
}

#[actix_web::test]
async fn pages_carry_counts_too() {
    let app = newsroom().await;
    let path = format!("{PATH}?include=counts&limit=2");
    let first = app.get(&path).await.expect(200);
    assert_eq!(counted(&first), ["asia:2:02", "empty:0:-"]);
    let next = first.text("next_cursor");
    let second = app.get(&format!("{path}&cursor={next}")).await.expect(200);
    assert_eq!(counted(&second), ["pakistan:2:02", "sport:1:02"]);
    let prev = second.text("prev_cursor");
    let back = app.get(&format!("{path}&cursor={prev}")).await.expect(200);
    assert_eq!(back.body["items"], first.body["items"]);
}

#[actix_web::test]
async fn they_are_found_by_part_of_their_name() {
    let app = newsroom().await;
    app.create(PATH, &json!({ "name": "100% Éco_logie" })).await;
    for (q, expected) in [
        ("an", vec!["pakistan"]),
        ("AS", vec!["asia"]),
        ("a", vec!["asia", "pakistan"]),
        ("asi&parent=world", vec!["asia"]),
        ("asi&parent=asia", vec![]),
        ("%25", vec!["100-éco_logie"]),
        ("_", vec!["100-éco_logie"]),
        ("%5C", vec![]),
        ("%C3%89CO", vec!["100-éco_logie"]),
        ("xyz", vec![]),
    ] {
        let found = app.get(&format!("{PATH}?q={q}&total=exact")).await.expect(200);
        let expected: Vec<String> = expected.iter().map(|slug| slug.replace('_', "-")).collect();
        assert_eq!(slugs(&found), expected, "{q}");
        assert_eq!(found.body["total"], expected.len(), "{q}");
    }
}

#[actix_web::test]
async fn a_known_list_with_counts_is_not_sent_again_until_they_change() {
    let app = newsroom().await;
    let path = format!("{PATH}?include=counts");
    let tag = app.get(&path).await.expect(200).header("etag").to_owned();
    let again =
        async || app.anonymous(Method::GET, &path).header("if-none-match", &tag).send().await;
    again().await.expect(304);
    app.delete(&format!("{ARTICLES}/two")).await.expect(204);
    let expected = ["asia:1:01", "empty:0:-", "pakistan:1:01", "sport:0:-", "world:2:03"];
    assert_eq!(counted(&again().await.expect(200)), expected);
}

#[actix_web::test]
async fn what_is_not_understood_is_refused() {
    let app = newsroom().await;
    let long = format!("q={}", "x".repeat(301));
    for (query, at) in [("include=stories", "include"), ("q=", "q"), (&long, "q"), ("q=%00", "q")] {
        let answer = app.get(&format!("{PATH}?{query}")).await.problem(400, "query_invalid");
        assert_eq!(answer.body["errors"][0]["name"], at, "{query}");
    }
    let cursor = app.get(&format!("{PATH}?limit=1")).await.expect(200).text("next_cursor");
    app.get(&format!("{PATH}?q=a&cursor={cursor}")).await.problem(400, "cursor_mismatch");
    app.get(&format!("{PATH}?include=counts&cursor={cursor}")).await.expect(200);
}

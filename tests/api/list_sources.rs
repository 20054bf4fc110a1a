//! List sources.

mod counts;

use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/sources";

fn names(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["name"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn with_sources(names: &[&str]) -> TestApp {
    let app = TestApp::start().await;
    for name in names {
        app.create(PATH, &json!({ "name": name })).await;
    }
    app
}

fn cursor(answer: &Answer, which: &str) -> Option<String> {
    answer.body[which].as_str().map(str::to_owned)
}

#[actix_web::test]
async fn they_come_by_name_to_anybody() {
    let app = with_sources(&["Reuters", "APP", "Ärzteblatt", "Dawn"]).await;
    let all = app.get(PATH).await.expect(200);
    let mut sorted = names(&all);
    sorted.sort();
    assert_eq!(names(&all).len(), 4);
    assert_eq!(names(&all)[..2], ["APP", "Dawn"]);
    assert_eq!(all.body["items"][0].get("metadata"), None, "notes are for keys");
    assert_eq!(all.body["next_cursor"], Value::Null);
    assert_eq!(all.body["prev_cursor"], Value::Null);
    assert_eq!(all.body.get("total"), None);
    assert_eq!(all.header("cache-control"), "public, no-cache");
    let keyed = app.admin_get(PATH).await.expect(200);
    assert_eq!(keyed.body["items"][0]["metadata"], json!({}));
    assert_eq!(keyed.header("cache-control"), "private, no-store");
}

#[actix_web::test]
async fn pages_lead_both_ways_and_meet_each_once() {
    let wanted: Vec<String> = (0..7).map(|number| format!("Agency {number}")).collect();
    let app = with_sources(&wanted.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (mut path, mut pages) = (format!("{PATH}?limit=3"), Vec::new());
    loop {
        let page = app.get(&path).await.expect(200);
        let next = cursor(&page, "next_cursor");
        pages.push(page);
        match next {
            Some(next) => path = format!("{PATH}?limit=3&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(pages.iter().flat_map(names).collect::<Vec<_>>(), wanted);
    assert_eq!(cursor(&pages[0], "prev_cursor"), None);
    let (mut back, mut last) = (Vec::new(), pages.pop().unwrap());
    while let Some(previous) = cursor(&last, "prev_cursor") {
        last = app.get(&format!("{PATH}?limit=3&cursor={previous}")).await.expect(200);
        back.push(names(&last));
    }
    assert_eq!(back, [&wanted[3..6], &wanted[..3]], "in the list's order on previous pages too");
}

#[actix_web::test]
async fn a_cursor_survives_the_deletion_of_its_source() {
    let app = with_sources(&["A", "B", "C"]).await;
    let first = app.get(&format!("{PATH}?limit=2")).await.expect(200);
    app.delete(&format!("{PATH}/b")).await.expect(204);
    let next = cursor(&first, "next_cursor").unwrap();
    let rest = app.get(&format!("{PATH}?cursor={next}")).await.expect(200);
    assert_eq!(names(&rest), ["C"]);
}

#[actix_web::test]
async fn the_link_header_repeats_the_filters() {
    let app = TestApp::start().await;
    for name in ["A", "B"] {
        app.create(PATH, &json!({ "name": name, "country": "PK" })).await;
    }
    let page = app.get(&format!("{PATH}?country=PK&limit=1")).await.expect(200);
    let next = cursor(&page, "next_cursor").unwrap();
    let base = "https://api.news.example/api/v1/sources?country=PK&limit=1";
    let links = format!("<{base}>; rel=\"first\", <{base}&cursor={next}>; rel=\"next\"");
    assert_eq!(page.header("link"), links);
    let path = format!("{PATH}?country=PK&limit=1&cursor={next}");
    let second = app.get(&path).await.expect(200);
    assert!(second.header("link").contains("rel=\"prev\""), "{}", second.header("link"));
    assert!(!second.header("link").contains("rel=\"next\""), "{}", second.header("link"));
}

#[actix_web::test]
async fn filters_take_any_value_of_a_name_and_all_names() {
    let app = TestApp::start().await;
    for (name, country, language) in
        [("A", "PK", "ur"), ("B", "PK", "en"), ("C", "CN", "zh-Hans"), ("D", "CN", "en")]
    {
        let body = json!({ "name": name, "country": country, "language": language });
        app.create(PATH, &body).await;
    }
    for (query, expected) in [
        ("country=PK", &["A", "B"][..]),
        ("country=PK&country=CN", &["A", "B", "C", "D"]),
        ("language=EN", &["B", "D"]),
        ("language=zh-hans&language=ur", &["A", "C"]),
        ("country=CN&language=en", &["D"]),
        ("country=DE", &[]),
    ] {
        let found = app.get(&format!("{PATH}?{query}")).await.expect(200);
        assert_eq!(names(&found), expected, "{query}");
    }
}

#[actix_web::test]
async fn the_total_is_counted_when_asked_for() {
    let app = with_sources(&["A", "B", "C"]).await;
    for total in ["exact", "estimated"] {
        let page = app.get(&format!("{PATH}?limit=2&total={total}")).await.expect(200);
        assert_eq!(page.body["total"], 3);
        assert_eq!(page.body["total_is_exact"], true);
    }
}

#[actix_web::test]
async fn a_known_list_is_not_sent_again() {
    let app = with_sources(&["A"]).await;
    let first = app.get(PATH).await.expect(200);
    let again = async || {
        let call = app.anonymous(Method::GET, PATH);
        call.header("if-none-match", first.header("etag")).send().await
    };
    let same = again().await.expect(304);
    assert_eq!(same.header("etag"), first.header("etag"));
    app.patch(&format!("{PATH}/a"), &json!({ "description": "New." })).await.expect(200);
    assert_ne!(again().await.expect(200).header("etag"), first.header("etag"));
}

#[actix_web::test]
async fn what_is_not_understood_is_refused() {
    let app = with_sources(&["A", "B"]).await;
    let cursor = cursor(&app.get(&format!("{PATH}?limit=1")).await, "next_cursor").unwrap();
    for (query, code, at) in [
        ("limit=0", "minimum", "limit"),
        ("limit=101", "maximum", "limit"),
        ("limit=99999999999999999999", "maximum", "limit"),
        ("limit=two", "type", "limit"),
        ("limit=", "type", "limit"),
        ("limit=1&limit=2", "invalid", "limit"),
        ("total=yes", "enum", "total"),
        ("query=rain", "additionalProperties", "query"),
        ("country=%00", "invalid", "country"),
    ] {
        let answer = app.get(&format!("{PATH}?{query}")).await;
        answer.problem(400, "query_invalid").fault(at, code);
    }
    let many = "country=PK&".repeat(21);
    let answer = app.get(&format!("{PATH}?{many}")).await;
    answer.problem(400, "query_invalid").fault("country", "maxItems");
    app.get(&format!("{PATH}?country=%FF")).await.problem(400, "query_invalid");
    app.get(&format!("{PATH}?cursor=nonsense")).await.problem(400, "cursor_invalid");
    app.get(&format!("{PATH}?cursor=")).await.problem(400, "cursor_invalid");
    let other = format!("{PATH}?country=PK&cursor={cursor}");
    app.get(&other).await.problem(400, "cursor_mismatch");
    let elsewhere = format!("/api/v1/categories?cursor={cursor}");
    app.get(&elsewhere).await.problem(400, "cursor_mismatch");
}

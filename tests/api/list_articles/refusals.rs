//! What a list refuses: nothing is ignored, clamped or guessed.

use super::ARTICLES;
use crate::support::TestApp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

#[actix_web::test]
async fn parameters_that_are_unknown_repeated_or_out_of_range_are_refused() {
    let app = TestApp::start().await;
    let twenty_one = vec!["tag=x"; 21].join("&");
    let long = format!("slug={}", "x".repeat(513));
    for (query, name) in [
        ("limt=5", "limt"),
        ("query=rain", "query"),
        ("sort=headline", "sort"),
        ("page=2", "page"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=5.0", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=5&limit=5", "limit"),
        ("slug=a&slug=b", "slug"),
        ("slug=a&slug=a", "slug"),
        ("featured=1", "featured"),
        ("featured=TRUE", "featured"),
        ("featured", "featured"),
        ("total=yes", "total"),
        ("total=exact&total=exact", "total"),
        ("include=title", "include"),
        ("include=body,", "include"),
        ("state=gone", "state"),
        ("state=", "state"),
        ("state=Live", "state"),
        (&twenty_one, "tag"),
        (&long, "slug"),
        ("published_after=yesterday", "published_after"),
        ("published_before=2020-01-01", "published_before"),
        ("updated_after=2020-01-01T00:00:00", "updated_after"),
        ("updated_before=", "updated_before"),
        ("external_id=&source=x", "external_id"),
        ("slug=a%00b", "slug"),
        ("tag=%00", "tag"),
        ("category%5B%5D=x", "category[]"),
        ("LIMIT=5", "LIMIT"),
        ("dry_run=true", "dry_run"),
    ] {
        let answer = app.get(&format!("{ARTICLES}?{query}")).await.expect(400);
        let answer = answer.problem(400, "query_invalid");
        assert_eq!(answer.body["errors"][0]["in"], "query", "{query}");
        assert_eq!(answer.body["errors"][0]["name"], name, "{query}");
    }
    app.get(&format!("{ARTICLES}?{}", vec!["tag=x"; 20].join("&"))).await.expect(200);
    // every fault at once
    let answer = app.get(&format!("{ARTICLES}?limit=0&foo=1&featured=x")).await;
    let answer = answer.problem(400, "query_invalid").fault("limit", "minimum");
    answer.fault("foo", "additionalProperties").fault("featured", "type");
    app.get(&format!("{ARTICLES}?slug=%ff")).await.problem(400, "query_invalid");
}

#[actix_web::test]
async fn filters_that_contradict_or_lack_each_other_are_refused() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Alpha" })).await;
    app.create("/api/v1/sources", &json!({ "name": "Beta" })).await;
    for query in [
        "external_id=1",
        "external_id=1&source=alpha&source=beta",
        "external_id=1&exclude_source=alpha",
    ] {
        let answer = app.get(&format!("{ARTICLES}?{query}")).await;
        answer.problem(400, "filter_incomplete").fault("external_id", "filter_incomplete");
    }
    for (query, at, code) in [
        ("sort=relevance", "sort", "filter_incomplete"),
        ("facets=tag", "facets", "filter_incomplete"),
        ("source=alpha&exclude_source=alpha", "exclude_source", "filter_contradiction"),
        ("ids=0198f0c1-2a3b-7c4d-8e5f-0123456789ab&limit=5", "limit", "filter_contradiction"),
        ("ids=0198f0c1-2a3b-7c4d-8e5f-0123456789ab&sort=urgency", "sort", "filter_contradiction"),
        ("ids=0198f0c1-2a3b-7c4d-8e5f-0123456789ab&q=rain", "q", "filter_contradiction"),
    ] {
        let answer = app.get(&format!("{ARTICLES}?{query}")).await;
        answer.problem(400, code).fault(at, code);
    }
    // by another of their names
    let alpha = app.get("/api/v1/sources/alpha").await.body["id"].as_str().unwrap().to_owned();
    let world = app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    let world = world["id"].as_str().unwrap().to_owned();
    app.create("/api/v1/categories", &json!({ "name": "Asia", "parent": "world" })).await;
    for (query, at) in [
        (format!("source=alpha&exclude_source={alpha}"), "exclude_source"),
        (format!("category=world&exclude_category={world}"), "exclude_category"),
    ] {
        let answer = app.get(&format!("{ARTICLES}?{query}")).await;
        answer.problem(400, "filter_contradiction").fault(at, "filter_contradiction");
    }
    let part = format!("{ARTICLES}?category=world&exclude_category=asia");
    app.get(&part).await.expect(200);
    for name in ["published", "updated"] {
        for (after, before) in [("2020-01-02", "2020-01-01"), ("2020-01-01", "2020-01-01")] {
            let query = format!("{name}_after={after}T00:00:00Z&{name}_before={before}T00:00:00Z");
            let answer = app.get(&format!("{ARTICLES}?{query}")).await;
            let at = format!("{name}_before");
            answer.problem(400, "filter_contradiction").fault(&at, "filter_contradiction");
        }
    }
}

#[actix_web::test]
async fn categories_and_sources_that_do_not_exist_are_refused() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Alpha" })).await;
    let nobody = "0198f0c1-2a3b-7c4d-8e5f-0123456789ab";
    for (name, value, code) in [
        ("category", "nowhere", "unknown_category"),
        ("category", nobody, "unknown_category"),
        ("category", "", "unknown_category"),
        ("exclude_category", "nowhere", "unknown_category"),
        ("source", "nobody", "unknown_source"),
        ("source", nobody, "unknown_source"),
        ("exclude_source", "nobody", "unknown_source"),
        ("source", "alpha&source=nobody", "unknown_source"),
        // a filter takes no names
        ("source", "Alpha", "unknown_source"),
    ] {
        let answer = app.get(&format!("{ARTICLES}?{name}={value}")).await;
        answer.problem(400, code).fault(name, code);
    }
    let answer = app.get(&format!("{ARTICLES}?source=nobody&category=nowhere")).await;
    let answer = answer.problem(400, "query_invalid").fault("source", "unknown_source");
    answer.fault("category", "unknown_category");
}

#[actix_web::test]
async fn a_cursor_that_is_none_or_of_another_list_is_refused() {
    let app = TestApp::start().await;
    for n in 0..3 {
        app.story(&format!("Story {n}")).await;
    }
    for n in 0..3 {
        app.create("/api/v1/sources", &json!({ "name": format!("S{n}") })).await;
    }
    let first = app.get(&format!("{ARTICLES}?limit=1")).await.expect(200);
    let cursor = first.text("next_cursor");
    for broken in ["x", "", "%20", &cursor[1..], &cursor[..cursor.len() - 2], "eyJ2IjoxfQ"] {
        let answer = app.get(&format!("{ARTICLES}?cursor={broken}")).await;
        answer.problem(400, "cursor_invalid");
    }
    let long = "x".repeat(4097);
    app.get(&format!("{ARTICLES}?cursor={long}")).await.problem(400, "query_invalid");
    for query in ["language=en", "featured=false", "tag=x", "state=live"] {
        let answer = app.get(&format!("{ARTICLES}?{query}&cursor={cursor}")).await;
        answer.problem(400, "cursor_mismatch");
    }
    let sources = app.get("/api/v1/sources?limit=1").await.expect(200).text("next_cursor");
    app.get(&format!("{ARTICLES}?cursor={sources}")).await.problem(400, "cursor_mismatch");
    let answer = app.get(&format!("/api/v1/sources?cursor={cursor}")).await;
    answer.problem(400, "cursor_mismatch");
    // another page size, a total or the bodies are the same list
    app.get(&format!("{ARTICLES}?limit=2&total=exact&include=body&cursor={cursor}"))
        .await
        .expect(200);
}

#[actix_web::test]
async fn a_cursor_whose_key_no_story_has_is_refused() {
    let app = TestApp::start().await;
    for n in 0..3 {
        app.create(
            ARTICLES,
            &json!({ "headline": format!("S {n}"), "status": "published", "tags": ["rare"] }),
        )
        .await;
    }
    for query in ["sort=urgency&limit=1", "sort=urgency&tag=rare&limit=1", "sort=-urgency&limit=1"]
    {
        let cursor = app.get(&format!("{ARTICLES}?{query}")).await.expect(200).text("next_cursor");
        let mut read: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&cursor).unwrap()).unwrap();
        for rank in [json!(1e30), json!(50), json!(-1), json!(0.5), json!(10)] {
            read["k"][0] = rank.clone();
            let forged = URL_SAFE_NO_PAD.encode(read.to_string());
            let answer = app.get(&format!("{ARTICLES}?{query}&cursor={forged}")).await;
            assert_eq!(answer.status, 400, "{query} {rank}: {:#}", answer.body);
        }
    }
}

#[actix_web::test]
async fn a_query_that_is_not_utf_8_is_told_by_its_parameters() {
    let app = TestApp::start().await;
    let told = app.get(&format!("{ARTICLES}?q=%FF&limit=2&tag=a&t%FF=1")).await;
    let told = told.problem(400, "query_invalid");
    let names: Vec<_> =
        told.body["errors"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["q", "t\u{fffd}"]);
}

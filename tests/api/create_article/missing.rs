//! `create_missing`: categories and sources made from their names.

use super::ARTICLES;
use crate::support::TestApp;
use futures_util::future::join_all;
use newswire::access::Scope::{ArticlesWrite, CategoriesWrite, SourcesWrite};
use reqwest::Method;
use serde_json::{Value, json};

const MAKING: &str = "/api/v1/articles?create_missing=true";

async fn total(app: &TestApp, collection: &str) -> Value {
    let path = format!("/api/v1/{collection}?total=exact");
    app.get(&path).await.expect(200).body["total"].clone()
}

#[actix_web::test]
async fn unknown_names_are_made_once() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "New", "source": "Radio Pakistan", "category": "Top Stories",
                       "categories": ["Top Stories", "کھیل"] });
    let made = app.create(MAKING, &sent).await;
    assert_eq!(made["source"]["name"], "Radio Pakistan");
    assert_eq!(made["source"]["slug"], "radio-pakistan");
    assert_eq!(made["category"]["name"], "Top Stories");
    assert_eq!(made["categories"][1]["name"], "کھیل");
    // by name, by slug, by what would be its slug, by id
    for source in [
        "Radio Pakistan",
        "radio-pakistan",
        "RADIO pakistan",
        made["source"]["id"].as_str().unwrap(),
    ] {
        let sent = json!({ "headline": "Next", "source": source, "category": "TOP stories" });
        let next = app.create(MAKING, &sent).await;
        assert_eq!(next["source"]["id"], made["source"]["id"], "{source}");
        assert_eq!(next["category"]["id"], made["category"]["id"]);
    }
    assert_eq!(total(&app, "sources").await, 1);
    assert_eq!(total(&app, "categories").await, 2);
}

#[actix_web::test]
async fn only_what_the_key_may_make_is_made() {
    let app = TestApp::start().await;
    let source = json!({ "headline": "S", "source": "New agency" });
    let category = json!({ "headline": "C", "categories": ["New desk"] });
    let plain = app.key(&[ArticlesWrite], None).await;
    let sources = app.key(&[ArticlesWrite, SourcesWrite], None).await;
    let categories = app.key(&[ArticlesWrite, CategoriesWrite], None).await;
    for (key, sent, refused) in [
        (&plain, &source, Some(("/source", "source_not_found"))),
        (&plain, &category, Some(("/categories/0", "category_not_found"))),
        (&categories, &source, Some(("/source", "source_not_found"))),
        (&sources, &category, Some(("/categories/0", "category_not_found"))),
        (&sources, &source, None),
        (&categories, &category, None),
        // once made, everybody may name them
        (&plain, &source, None),
        (&plain, &category, None),
    ] {
        let answer = app.with_key(key, Method::POST, MAKING).json(sent).send().await;
        match refused {
            Some((at, code)) => drop(answer.problem(422, code).fault(at, code)),
            None => drop(answer.expect(201)),
        }
    }
    let bound = app.get("/api/v1/sources/new-agency").await.expect(200).text("id");
    let bound = app.key(&[ArticlesWrite], Some(&bound)).await;
    let sent = json!({ "headline": "B", "category": "Other desk" });
    let answer = app.with_key(&bound, Method::POST, MAKING).json(&sent).send().await;
    answer.problem(422, "category_not_found");
}

#[actix_web::test]
async fn nothing_is_made_without_being_asked_or_when_the_story_is_refused() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "New", "source": "Agency", "category": "Desk" });
    let answer = app.post(ARTICLES, &sent).await.problem(422, "validation_failed");
    answer.fault("/source", "source_not_found").fault("/category", "category_not_found");
    let mut refused = sent.clone();
    refused["slug"] = json!("Not A Slug");
    app.post(MAKING, &refused).await.problem(422, "slug_invalid");
    let key = app.key(&[ArticlesWrite, SourcesWrite, CategoriesWrite], None).await;
    let mut refused = sent.clone();
    refused["status"] = json!("published");
    let answer = app.with_key(&key, Method::POST, MAKING).json(&refused).send().await;
    answer.problem(403, "scope_missing");
    let dry = format!("{MAKING}&dry_run=true");
    app.post(&dry, &sent).await.expect(200);
    assert_eq!(total(&app, "sources").await, 0);
    assert_eq!(total(&app, "categories").await, 0);
}

#[actix_web::test]
async fn an_id_or_a_blank_is_no_name() {
    let app = TestApp::start().await;
    for name in ["0198f0c1-2a3b-7c4d-8e5f-0123456789ab", " ", "", &"x".repeat(301)] {
        let answer = app.post(MAKING, &json!({ "headline": "X", "source": name })).await;
        answer.problem(422, "source_not_found");
    }
    let longest = "x".repeat(300);
    let made = app.create(MAKING, &json!({ "headline": "X", "source": longest })).await;
    assert_eq!(made["source"]["name"], longest);
}

#[actix_web::test]
async fn many_stories_at_once_make_one_source_and_one_category() {
    let app = TestApp::start().await;
    let posts = (0..12).map(|n| {
        let sent = json!({ "headline": format!("Story {n}"), "source": "Busy agency", "category": "Busy desk" });
        let app = &app;
        async move { app.create(MAKING, &sent).await }
    });
    let made = join_all(posts).await;
    for story in &made {
        assert_eq!(story["source"]["id"], made[0]["source"]["id"]);
        assert_eq!(story["category"]["id"], made[0]["category"]["id"]);
    }
    assert_eq!(total(&app, "sources").await, 1);
    assert_eq!(total(&app, "categories").await, 1);
}

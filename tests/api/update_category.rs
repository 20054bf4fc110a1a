//! Change a category.

use crate::support::TestApp;
use futures_util::future::join;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/categories";

/// Makes categories, each below the one named.
async fn make(app: &TestApp, tree: &[(&str, Option<&str>)]) {
    for (name, parent) in tree {
        app.create(PATH, &json!({ "name": name, "parent": parent })).await;
    }
}

async fn crumbs(app: &TestApp, slug: &str) -> Vec<String> {
    let found = app.get(&format!("{PATH}/{slug}")).await.expect(200);
    let crumbs = found.body["breadcrumb"].as_array().unwrap().clone();
    crumbs.iter().map(|crumb| crumb["name"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn absent_is_untouched_and_null_clears() {
    let app = TestApp::start().await;
    make(&app, &[("World", None)]).await;
    let full = json!({
        "name": "Asia", "parent": "world", "position": 3, "description": "East.",
        "media_topic": "medtop:20000002", "metadata": { "a": "b" },
    });
    app.create(PATH, &full).await;
    let path = format!("{PATH}/asia");
    let patch = json!({ "description": null, "position": null, "metadata": null });
    let after = app.patch(&path, &patch).await.expect(200).body;
    assert_eq!(after["description"], Value::Null);
    assert_eq!(after["position"], 0);
    assert_eq!(after["metadata"], json!({}));
    assert_eq!(after["media_topic"], "medtop:20000002");
    assert_eq!(after["parent"]["slug"], "world");
    assert_eq!(after["version"], 2);
    let top = app.patch(&path, &json!({ "parent": null })).await.expect(200).body;
    assert_eq!(top["parent"], Value::Null);
    assert_eq!(app.patch(&path, &json!({ "parent": null })).await.body["version"], 3);
}

#[actix_web::test]
async fn a_move_takes_everything_below_along() {
    let app = TestApp::start().await;
    let tree = [("A", None), ("B", Some("a")), ("C", Some("b")), ("D", Some("c")), ("X", None)];
    make(&app, &tree).await;
    let story = json!({ "headline": "Deep", "category": "d", "status": "published" });
    app.create("/api/v1/articles", &story).await;
    let deep = app.get(&format!("{PATH}/d")).await.expect(200);
    app.patch(&format!("{PATH}/b"), &json!({ "parent": "x" })).await.expect(200);
    assert_eq!(crumbs(&app, "b").await, ["X", "B"]);
    assert_eq!(crumbs(&app, "d").await, ["X", "B", "C", "D"]);
    let after = app.get(&format!("{PATH}/d")).await.expect(200);
    assert_eq!(after.body["version"], deep.body["version"], "its own members are the same");
    assert_ne!(after.header("etag"), deep.header("etag"));
    let found = app.get("/api/v1/articles/deep").await.expect(200);
    assert_eq!(found.body["breadcrumb"][0]["name"], "X");
    assert_eq!(found.body["breadcrumb"].as_array().unwrap().len(), 4);
    for (category, count) in [("x", 1), ("a", 0)] {
        let list = app.get(&format!("/api/v1/articles?category={category}")).await.expect(200);
        assert_eq!(list.body["items"].as_array().unwrap().len(), count, "below {category}");
    }
    app.patch(&format!("{PATH}/b"), &json!({ "parent": null })).await.expect(200);
    assert_eq!(crumbs(&app, "d").await, ["B", "C", "D"]);
}

#[actix_web::test]
async fn cycles_are_refused() {
    let app = TestApp::start().await;
    make(&app, &[("A", None), ("B", Some("a")), ("C", Some("b"))]).await;
    for target in ["a", "b", "c"] {
        let answer = app.patch(&format!("{PATH}/a"), &json!({ "parent": target })).await;
        answer.problem(422, "category_cycle").fault("/parent", "category_cycle");
    }
    assert_eq!(crumbs(&app, "c").await, ["A", "B", "C"]);
}

#[actix_web::test]
async fn two_moves_at_once_make_no_cycle() {
    let app = TestApp::start().await;
    for round in 0..6 {
        let (one, two) = (format!("one-{round}"), format!("two-{round}"));
        make(&app, &[(&one, None), (&two, None)]).await;
        let move_below = |what: &str, parent: &str| {
            let (path, body) = (format!("{PATH}/{what}"), json!({ "parent": parent }));
            let app = &app;
            async move { app.patch(&path, &body).await }
        };
        let (a, b) = join(move_below(&one, &two), move_below(&two, &one)).await;
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422], "{:#} {:#}", a.body, b.body);
        let lost = if a.status == 422 { a } else { b };
        lost.problem(422, "category_cycle");
    }
    let tree = app.get("/api/v1/categories/tree").await.expect(200);
    assert_eq!(tree.body["items"].as_array().unwrap().len(), 6, "each pair hangs together");
}

#[actix_web::test]
async fn a_subtree_that_would_reach_too_deep_stays() {
    let app = TestApp::start().await;
    let names: Vec<String> = (1..=6).map(|level| format!("l{level}")).collect();
    let mut parent = None;
    for name in &names {
        make(&app, &[(name, parent)]).await;
        parent = Some(name.as_str());
    }
    make(&app, &[("a", None), ("b", Some("a")), ("c", Some("b"))]).await;
    let answer = app.patch(&format!("{PATH}/a"), &json!({ "parent": "l6" })).await;
    answer.problem(422, "category_too_deep");
    assert_eq!(crumbs(&app, "c").await, ["a", "b", "c"]);
    app.patch(&format!("{PATH}/a"), &json!({ "parent": "l5" })).await.expect(200);
    assert_eq!(crumbs(&app, "c").await.len(), 8);
}

#[actix_web::test]
async fn a_namesake_or_a_taken_slug_is_refused() {
    let app = TestApp::start().await;
    make(&app, &[("A", None), ("B", None)]).await;
    let below = app.create(PATH, &json!({ "name": "A", "parent": "b" })).await;
    let path = format!("{PATH}/{}", below["id"].as_str().unwrap());
    let answer = app.patch(&path, &json!({ "parent": null })).await;
    let taken = answer.problem(409, "name_taken");
    assert!(taken.body["existing"]["api_url"].is_string(), "{:#}", taken.body);
    app.patch(&path, &json!({ "slug": "a" })).await.problem(409, "slug_taken");
    app.patch(&path, &json!({ "parent": "none" })).await.problem(422, "category_not_found");
    app.patch(&path, &json!({ "position": "1" })).await.problem(400, "body_invalid");
    app.patch(&format!("{PATH}/none"), &json!({})).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_former_slug_leads_on() {
    let app = TestApp::start().await;
    make(&app, &[("A", None)]).await;
    app.patch(&format!("{PATH}/a"), &json!({ "slug": "b" })).await.expect(200);
    let moved = app.patch(&format!("{PATH}/a"), &json!({ "slug": "c" })).await.expect(308);
    assert_eq!(moved.header("location"), format!("https://api.news.example{PATH}/b"));
}

#[actix_web::test]
async fn conditions_hold() {
    let app = TestApp::with(&["--require-if-match", "true"]).await;
    make(&app, &[("A", None)]).await;
    let path = format!("{PATH}/a");
    let body = json!({ "position": 7 });
    app.patch(&path, &body).await.problem(428, "precondition_required");
    let with = async |path: &str, tag: &str| {
        let call = app.with_key(&app.admin, Method::PATCH, path).json(&body);
        call.header("if-match", tag).send().await
    };
    let late = with(&path, "\"2\"").await.problem(412, "version_mismatch");
    assert_eq!(late.body["version"], 1);
    let dry = with(&format!("{path}?dry_run=true"), "\"1\"").await.expect(200);
    assert_eq!(dry.body["version"], 2);
    let saved = with(&path, "\"1\"").await.expect(200);
    assert_eq!(saved.body["position"], 7);
    let writer = app.key(&[Scope::SourcesWrite], None).await;
    let call = app.with_key(&writer, Method::PATCH, &path).json(&body);
    call.send().await.problem(403, "scope_missing");
}

//! Delete a category.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/categories";
const ARTICLES: &str = "/api/v1/articles";

async fn make(app: &TestApp, tree: &[(&str, Option<&str>)]) {
    for (name, parent) in tree {
        app.create(PATH, &json!({ "name": name, "parent": parent })).await;
    }
}

async fn story(app: &TestApp, headline: &str, categories: &[&str]) -> Value {
    let body = json!({
        "headline": headline, "category": categories[0], "categories": categories,
        "status": "published",
    });
    app.create(ARTICLES, &body).await
}

/// The slugs of a story's categories, the primary one first.
async fn categories(app: &TestApp, slug: &str) -> Vec<String> {
    let found = app.admin_get(&format!("{ARTICLES}/{slug}")).await.expect(200).body;
    let all = found["categories"].as_array().unwrap().clone();
    assert_eq!(found["category"]["slug"], all[0]["slug"], "the primary one is the first");
    assert_eq!(found["breadcrumb"].as_array().unwrap().last().unwrap()["slug"], all[0]["slug"]);
    all.iter().map(|category| category["slug"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn an_unused_one_goes_for_good() {
    let app = TestApp::start().await;
    make(&app, &[("A", None)]).await;
    app.delete(&format!("{PATH}/a?dry_run=true")).await.expect(204);
    app.delete(&format!("{PATH}/a")).await.expect(204);
    app.get(&format!("{PATH}/a")).await.problem(404, "not_found");
    app.delete(&format!("{PATH}/a")).await.problem(404, "not_found");
    assert_eq!(app.create(PATH, &json!({ "name": "A" })).await["slug"], "a");
}

#[actix_web::test]
async fn one_in_use_is_refused_with_the_numbers() {
    let app = TestApp::start().await;
    make(&app, &[("A", None), ("B", Some("a")), ("C", Some("a")), ("D", Some("b"))]).await;
    story(&app, "One", &["a"]).await;
    story(&app, "Two", &["d", "a"]).await;
    story(&app, "Three", &["a", "b"]).await;
    app.delete(&format!("{ARTICLES}/three")).await.expect(204);
    let refused = app.delete(&format!("{PATH}/a")).await.problem(409, "in_use");
    assert_eq!(refused.body["stories"], 3, "secondary ones and the trash included");
    assert_eq!(refused.body["children"], 2, "directly below");
    let parent = app.delete(&format!("{PATH}/b")).await.problem(409, "in_use");
    assert_eq!((&parent.body["stories"], &parent.body["children"]), (&json!(1), &json!(1)));
}

#[actix_web::test]
async fn its_stories_and_children_can_go_to_another() {
    let app = TestApp::start().await;
    let tree = [("Old", None), ("Sub", Some("old")), ("Deep", Some("sub")), ("Next", None)];
    make(&app, &tree).await;
    make(&app, &[("Other", None)]).await;
    let primary = story(&app, "Primary", &["old", "other"]).await;
    story(&app, "Second", &["other", "old"]).await;
    story(&app, "Both", &["other", "next", "old"]).await;
    story(&app, "Swapped", &["old", "other", "next"]).await;
    story(&app, "Trashed", &["old"]).await;
    app.delete(&format!("{ARTICLES}/trashed")).await.expect(204);
    let untouched = story(&app, "Untouched", &["deep"]).await;
    app.delete(&format!("{PATH}/old?reassign_to=next")).await.expect(204);
    app.get(&format!("{PATH}/old")).await.problem(404, "not_found");
    assert_eq!(categories(&app, "primary").await, ["next", "other"]);
    assert_eq!(categories(&app, "second").await, ["other", "next"]);
    assert_eq!(categories(&app, "both").await, ["other", "next"]);
    assert_eq!(categories(&app, "swapped").await, ["next", "other"]);
    let trashed = app.admin_get(&format!("{ARTICLES}?state=trashed")).await.expect(200);
    assert_eq!(trashed.body["items"][0]["category"]["slug"], "next");
    let moved = app.get(&format!("{ARTICLES}/primary")).await.expect(200).body;
    assert_eq!(moved["version"], primary["version"].as_i64().unwrap() + 1);
    let deep = app.get(&format!("{PATH}/deep")).await.expect(200).body;
    let crumbs: Vec<_> =
        deep["breadcrumb"].as_array().unwrap().iter().map(|c| &c["slug"]).collect();
    assert_eq!(crumbs, ["next", "sub", "deep"]);
    assert_eq!(deep["version"], 1);
    let sub = app.get(&format!("{PATH}/sub")).await.expect(200).body;
    assert_eq!((&sub["parent"]["slug"], &sub["version"]), (&json!("next"), &json!(2)));
    let kept = app.get(&format!("{ARTICLES}/untouched")).await.expect(200).body;
    assert_eq!(kept["version"], untouched["version"]);
    assert_eq!(kept["breadcrumb"][0]["slug"], "next");
}

#[actix_web::test]
async fn a_namesake_among_the_targets_children_keeps_everything() {
    let app = TestApp::start().await;
    make(&app, &[("Old", None), ("News", Some("old")), ("Next", None)]).await;
    app.create(PATH, &json!({ "name": "News", "parent": "next" })).await;
    let answer = app.delete(&format!("{PATH}/old?reassign_to=next")).await;
    answer.problem(409, "name_taken");
    let kept = app.get(&format!("{PATH}/news")).await.expect(200).body;
    assert_eq!(kept["parent"]["slug"], "old");
}

#[actix_web::test]
async fn children_that_would_stand_too_deep_keep_everything() {
    let app = TestApp::start().await;
    let names: Vec<String> = (1..=8).map(|level| format!("l{level}")).collect();
    let mut parent = None;
    for name in &names {
        make(&app, &[(name, parent)]).await;
        parent = Some(name.as_str());
    }
    make(&app, &[("old", None), ("sub", Some("old"))]).await;
    let answer = app.delete(&format!("{PATH}/old?reassign_to=l8")).await;
    answer.problem(422, "category_too_deep");
    app.delete(&format!("{PATH}/old?reassign_to=l7")).await.expect(204);
    // upwards: the children of one in the middle go to its own parent
    app.delete(&format!("{PATH}/l4?reassign_to=l3")).await.expect(204);
    let found = app.get(&format!("{PATH}/l8")).await.expect(200).body;
    assert_eq!(found["breadcrumb"].as_array().unwrap().len(), 7);
}

#[actix_web::test]
async fn the_target_must_be_another_one_outside() {
    let app = TestApp::start().await;
    make(&app, &[("Old", None), ("Sub", Some("old"))]).await;
    for target in ["old", "sub", "none"] {
        let answer = app.delete(&format!("{PATH}/old?reassign_to={target}")).await;
        answer.problem(400, "reassign_invalid").fault("reassign_to", "reassign_invalid");
    }
}

#[actix_web::test]
async fn a_former_slug_leads_on() {
    let app = TestApp::start().await;
    make(&app, &[("A", None)]).await;
    app.patch(&format!("{PATH}/a"), &json!({ "slug": "b" })).await.expect(200);
    let moved = app.delete(&format!("{PATH}/a?reassign_to=x%2Fy")).await.expect(308);
    let target = "https://api.news.example/api/v1/categories/b?reassign_to=x%2Fy";
    assert_eq!(moved.header("location"), target);
}

#[actix_web::test]
async fn conditions_hold() {
    let app = TestApp::with(&["--require-if-match", "true"]).await;
    make(&app, &[("A", None)]).await;
    let path = format!("{PATH}/a");
    app.delete(&path).await.problem(428, "precondition_required");
    let with = async |tag: &str| {
        app.with_key(&app.admin, Method::DELETE, &path).header("if-match", tag).send().await
    };
    assert_eq!(with("\"2\"").await.problem(412, "version_mismatch").body["version"], 1);
    with("1").await.problem(400, "header_invalid");
    let writer = app.key(&[Scope::SourcesWrite], None).await;
    let call = app.with_key(&writer, Method::DELETE, &path);
    call.send().await.problem(403, "scope_missing");
    with("*").await.expect(204);
}

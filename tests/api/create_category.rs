//! Create a category.

use crate::support::TestApp;
use futures_util::future::join;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/categories";

#[actix_web::test]
async fn every_member_is_kept() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "World" })).await;
    let sent = json!({
        "name": "Politics", "slug": "world-politics", "description": "Governments.",
        "position": -3, "media_topic": "medtop:11000000", "metadata": { "desk": "2" },
    });
    let mut body = sent.clone();
    body["parent"] = json!("world");
    let made = app.post(PATH, &body).await.expect(201);
    for (member, value) in sent.as_object().unwrap() {
        assert_eq!(made.body[member], *value, "{member}");
    }
    assert_eq!(made.body["parent"]["slug"], "world");
    let crumbs: Vec<_> = made.body["breadcrumb"].as_array().unwrap().iter().collect();
    assert_eq!(crumbs.len(), 2);
    assert_eq!(crumbs[0]["name"], "World");
    assert_eq!(crumbs[1]["slug"], "world-politics");
    let id = made.text("id");
    assert_eq!(made.header("location"), format!("https://api.news.example{PATH}/{id}"));
    assert_eq!(made.text("url"), format!("https://api.news.example{PATH}/world-politics"));
    let read = app.admin_get(&format!("{PATH}/world-politics")).await.expect(200);
    assert_eq!(read.body, made.body);
    assert_eq!(read.header("etag"), made.header("etag"));
}

#[actix_web::test]
async fn a_name_is_enough() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "name": "عام" })).await;
    assert_eq!(made["slug"], "عام");
    assert_eq!(made["position"], 0);
    for member in ["parent", "description", "media_topic"] {
        assert_eq!(made[member], Value::Null, "{member}");
    }
    let tree = app.create(PATH, &json!({ "name": "Tree" })).await;
    assert_eq!(tree["slug"], "tree-2", "a path word is taken");
}

#[actix_web::test]
async fn a_name_is_unique_among_siblings_only() {
    let app = TestApp::start().await;
    let top = app.create(PATH, &json!({ "name": "Sport" })).await;
    let again = app.post(PATH, &json!({ "name": "Sport" })).await.problem(409, "name_taken");
    assert_eq!(again.body["existing"]["id"], top["id"]);
    assert_eq!(again.body["existing"]["api_url"], top["api_url"]);
    let below = json!({ "name": "Sport", "parent": "sport" });
    assert_eq!(app.create(PATH, &below).await["slug"], "sport-2");
    app.post(PATH, &below).await.problem(409, "name_taken");
    let slug = json!({ "name": "Other", "slug": "sport-2" });
    app.post(PATH, &slug).await.problem(409, "slug_taken");
}

#[actix_web::test]
async fn the_tree_has_at_most_eight_levels() {
    let app = TestApp::start().await;
    let mut parent = Value::Null;
    for level in 1..=8 {
        let body = json!({ "name": format!("Level {level}"), "parent": parent });
        let made = app.create(PATH, &body).await;
        assert_eq!(made["breadcrumb"].as_array().unwrap().len(), level);
        parent = made["id"].clone();
    }
    let answer = app.post(PATH, &json!({ "name": "Level 9", "parent": parent })).await;
    answer.problem(422, "category_too_deep").fault("/parent", "category_too_deep");
}

#[actix_web::test]
async fn an_unknown_parent_is_refused() {
    let app = TestApp::start().await;
    for parent in ["none", "019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11", ""] {
        let answer = app.post(PATH, &json!({ "name": "A", "parent": parent })).await;
        answer.problem(422, "category_not_found").fault("/parent", "category_not_found");
    }
    app.create(PATH, &json!({ "name": "Old" })).await;
    app.patch(&format!("{PATH}/old"), &json!({ "slug": "fresh" })).await.expect(200);
    let below = app.create(PATH, &json!({ "name": "A", "parent": "old" })).await;
    assert_eq!(below["parent"]["slug"], "fresh", "a former slug still names it");
}

#[actix_web::test]
async fn broken_rules_are_told() {
    let app = TestApp::start().await;
    for (member, value, status, code) in [
        ("name", json!(" "), 422, "pattern"),
        ("name", json!(null), 400, "type"),
        ("position", json!(1_000_001), 422, "maximum"),
        ("position", json!(1.5), 400, "type"),
        ("position", json!(1e300), 422, "maximum"),
        ("media_topic", json!("11000000"), 422, "pattern"),
        ("parent", json!(7), 400, "type"),
        ("slug", json!("tree"), 422, "slug_invalid"),
        ("description", json!("x".repeat(5001)), 422, "maxLength"),
        ("description", json!("\u{0}"), 422, "nul_character"),
        ("parent_id", json!("x"), 400, "additionalProperties"),
    ] {
        let mut body = json!({ "name": "A" });
        body[member] = value;
        let answer = app.post(PATH, &body).await.expect(status);
        answer.fault(&format!("/{member}"), code);
    }
    let whole = app.create(PATH, &json!({ "name": "A", "position": 2.0 })).await;
    assert_eq!(whole["position"], 2, "2.0 is an integer in JSON Schema");
}

#[actix_web::test]
async fn a_dry_run_saves_nothing() {
    let app = TestApp::start().await;
    let answer = app.post(&format!("{PATH}?dry_run=true"), &json!({ "name": "A" })).await;
    assert_eq!(answer.expect(200).body["slug"], "a");
    app.get(&format!("{PATH}/a")).await.problem(404, "not_found");
    let answer = app.post(&format!("{PATH}?force=true"), &json!({ "name": "A" })).await;
    answer.problem(400, "query_invalid").fault("force", "additionalProperties");
}

#[actix_web::test]
async fn it_needs_the_scope() {
    let app = TestApp::start().await;
    let body = json!({ "name": "A" });
    app.anonymous(Method::POST, PATH).json(&body).send().await.problem(401, "key_missing");
    let other = app.key(&[Scope::SourcesWrite, Scope::ArticlesPublish], None).await;
    let refused = app.with_key(&other, Method::POST, PATH).json(&body).send().await;
    refused.problem(403, "scope_missing");
    let keeper = app.key(&[Scope::CategoriesWrite], None).await;
    app.with_key(&keeper, Method::POST, PATH).json(&body).send().await.expect(201);
}

#[actix_web::test]
async fn two_equal_names_at_once_make_one() {
    let app = TestApp::start().await;
    for round in 0..4 {
        let body = json!({ "name": format!("Desk {round}") });
        let (one, two) = join(app.post(PATH, &body), app.post(PATH, &body)).await;
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    }
}

//! Replace a category.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/categories";

#[actix_web::test]
async fn what_is_left_out_takes_its_default_but_for_the_slug() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "World" })).await;
    let full = json!({
        "name": "Asia", "slug": "east", "parent": "world", "position": 4, "description": "East.",
    });
    app.create(PATH, &full).await;
    let put = app.put(&format!("{PATH}/east"), &json!({ "name": "The East" })).await.expect(200);
    assert_eq!(put.body["slug"], "east");
    assert_eq!(put.body["position"], 0);
    assert_eq!(put.body["description"], Value::Null);
    assert_eq!(put.body["parent"], Value::Null, "no parent means the top");
    assert_eq!(put.body["breadcrumb"].as_array().unwrap().len(), 1);
    assert_eq!(put.body["version"], 2);
    let same = app.put(&format!("{PATH}/east"), &json!({ "name": "The East" })).await.expect(200);
    assert_eq!(same.body["version"], 2);
}

#[actix_web::test]
async fn putting_back_what_was_read_changes_nothing() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "World" })).await;
    let body = json!({ "name": "Asia", "parent": "world", "position": 4 });
    let made = app.create(PATH, &body).await;
    let again = app.put(&format!("{PATH}/asia"), &body).await.expect(200);
    assert_eq!(again.body, made);
}

#[actix_web::test]
async fn conflicts_and_missing_ones_are_told() {
    let app = TestApp::start().await;
    let one = app.create(PATH, &json!({ "name": "One" })).await;
    app.create(PATH, &json!({ "name": "Two" })).await;
    let two = format!("{PATH}/two");
    let named = app.put(&two, &json!({ "name": "One" })).await.problem(409, "name_taken");
    assert_eq!(named.body["existing"]["id"], one["id"]);
    let slug = json!({ "name": "Two", "slug": "one" });
    app.put(&two, &slug).await.problem(409, "slug_taken");
    let none = json!({ "name": "Two", "parent": "none" });
    app.put(&two, &none).await.problem(422, "category_not_found");
    let own = json!({ "name": "Two", "parent": "two" });
    app.put(&two, &own).await.problem(422, "category_cycle").fault("/parent", "category_cycle");
    let answer = app.put(&format!("{PATH}/none"), &json!({ "name": "X" })).await;
    answer.problem(404, "not_found");
    app.put(&two, &json!({ "position": 1 })).await.problem(422, "validation_failed");
    app.put(&two, &json!({ "name": 1 })).await.problem(400, "body_invalid");
}

#[actix_web::test]
async fn a_move_below_a_deep_one_is_refused() {
    let app = TestApp::start().await;
    let mut parent = Value::Null;
    for level in 1..=7 {
        let body = json!({ "name": format!("L{level}"), "parent": parent });
        parent = app.create(PATH, &body).await["id"].clone();
    }
    app.create(PATH, &json!({ "name": "A" })).await;
    app.create(PATH, &json!({ "name": "B", "parent": "a" })).await;
    let body = json!({ "name": "A", "parent": parent });
    let answer = app.put(&format!("{PATH}/a"), &body).await;
    answer.problem(422, "category_too_deep");
    app.put(&format!("{PATH}/b"), &json!({ "name": "B", "parent": parent })).await.expect(200);
}

#[actix_web::test]
async fn a_former_slug_leads_on() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "A" })).await;
    app.patch(&format!("{PATH}/a"), &json!({ "slug": "b" })).await.expect(200);
    let moved = app.put(&format!("{PATH}/a"), &json!({ "name": "A" })).await.expect(308);
    assert_eq!(moved.header("location"), format!("https://api.news.example{PATH}/b"));
}

#[actix_web::test]
async fn conditions_hold() {
    let app = TestApp::with(&["--require-if-match", "true"]).await;
    app.create(PATH, &json!({ "name": "A" })).await;
    let path = format!("{PATH}/a");
    let body = json!({ "name": "B" });
    app.put(&path, &body).await.problem(428, "precondition_required");
    let with = async |tag: &str| {
        let call = app.with_key(&app.admin, Method::PUT, &path).json(&body);
        call.header("if-match", tag).send().await
    };
    let late = with("\"3\"").await.problem(412, "version_mismatch");
    assert_eq!(late.body["version"], 1);
    assert_eq!(late.header("etag"), app.admin_get(&path).await.header("etag"));
    with("nonsense").await.problem(400, "header_invalid");
    with("\"1\"").await.expect(200);
    let writer = app.key(&[Scope::ArticlesWrite], None).await;
    let call = app.with_key(&writer, Method::PUT, &path).json(&body);
    call.send().await.problem(403, "scope_missing");
}

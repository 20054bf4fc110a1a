//! Read the category tree.

use crate::support::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/categories";
const TREE: &str = "/api/v1/categories/tree";

/// `World(Asia(Pakistan) Europe) Sport()`.
fn drawn(nodes: &Value) -> String {
    let nodes = nodes.as_array().cloned().unwrap_or_default();
    let one =
        |node: &Value| format!("{}({})", node["name"].as_str().unwrap(), drawn(&node["children"]));
    nodes.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[actix_web::test]
async fn an_empty_tree_is_a_tree() {
    let app = TestApp::start().await;
    assert_eq!(app.get(TREE).await.expect(200).body, json!({ "items": [] }));
}

#[actix_web::test]
async fn it_is_nested_and_in_order() {
    let app = TestApp::start().await;
    for (name, parent, position) in [
        ("World", None, 2),
        ("Sport", None, 1),
        ("Europe", Some("world"), 0),
        ("Asia", Some("world"), 0),
        ("Africa", Some("world"), 9),
        ("Pakistan", Some("asia"), 0),
        ("General", None, -1),
    ] {
        app.create(PATH, &json!({ "name": name, "parent": parent, "position": position })).await;
    }
    let tree = app.get(TREE).await.expect(200);
    let expected = "General() Sport() World(Asia(Pakistan()) Europe() Africa())";
    assert_eq!(drawn(&tree.body["items"]), expected);
    let node = &tree.body["items"][2]["children"][0];
    assert_eq!(node["slug"], "asia");
    assert_eq!(node["url"], "https://api.news.example/api/v1/categories/asia");
}

#[actix_web::test]
async fn it_follows_a_move() {
    let app = TestApp::start().await;
    for (name, parent) in [("A", None), ("B", Some("a")), ("C", Some("b")), ("D", None)] {
        app.create(PATH, &json!({ "name": name, "parent": parent })).await;
    }
    app.patch(&format!("{PATH}/b"), &json!({ "parent": "d" })).await.expect(200);
    let tree = app.get(TREE).await.expect(200);
    assert_eq!(drawn(&tree.body["items"]), "A() D(B(C()))");
}

#[actix_web::test]
async fn it_is_the_same_for_all_and_not_sent_again() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "General", "metadata": { "a": "b" } })).await;
    let public = app.get(TREE).await.expect(200);
    assert_eq!(app.admin_get(TREE).await.expect(200).bytes, public.bytes);
    let call = app.anonymous(Method::GET, TREE).header("if-none-match", public.header("etag"));
    call.send().await.expect(304);
    let answer = app.get(&format!("{TREE}?depth=2")).await;
    answer.problem(400, "query_invalid").fault("depth", "additionalProperties");
}

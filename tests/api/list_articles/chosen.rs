//! `ids`: these stories, in this order.

use super::{ARTICLES, slugs};
use crate::support::TestApp;
use serde_json::{Value, json};

const NOBODY: &str = "0198f0c1-2a3b-7c4d-8e5f-0123456789ab";

fn asked(ids: &[&Value]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("ids={}", id.as_str().unwrap())).collect();
    ids.join("&")
}

#[actix_web::test]
async fn they_come_in_the_order_asked() {
    let app = TestApp::start().await;
    let (a, b, c) = (app.story("a").await, app.story("b").await, app.story("c").await);
    let nobody = json!(NOBODY);
    for (ids, expected) in [
        (vec![&a, &b, &c], vec!["a", "b", "c"]),
        (vec![&c, &a, &b], vec!["c", "a", "b"]),
        (vec![&b], vec!["b"]),
        (vec![&b, &c, &b, &b], vec!["b", "c"]),
    ] {
        let ids: Vec<&Value> = ids.into_iter().map(|story| &story["id"]).collect();
        for path in [
            format!("{ARTICLES}?{}", asked(&ids)),
            format!("{ARTICLES}?{}&ids={NOBODY}", asked(&ids)),
        ] {
            let list = app.get(&path).await.expect(200);
            assert_eq!(slugs(&list.body), expected, "{path}");
            assert_eq!(
                (&list.body["next_cursor"], &list.body["prev_cursor"]),
                (&Value::Null, &Value::Null)
            );
        }
    }
    let none = app.get(&format!("{ARTICLES}?{}", asked(&[&nobody]))).await.expect(200);
    assert_eq!(none.body["items"], json!([]));
    let upper = a["id"].as_str().unwrap().to_uppercase();
    let list = app.get(&format!("{ARTICLES}?ids={upper}&total=exact")).await.expect(200);
    assert_eq!((slugs(&list.body), &list.body["total"]), (vec!["a"], &json!(1)));
}

#[actix_web::test]
async fn hidden_ones_are_left_out_unless_their_state_is_asked_for() {
    let app = TestApp::start().await;
    let draft = app.create(ARTICLES, &json!({ "headline": "draft" })).await;
    let live = app.story("shown").await;
    let trashed = app.story("trashed").await;
    app.delete(&format!("{ARTICLES}/trashed")).await.expect(204);
    let ids = asked(&[&draft["id"], &trashed["id"], &live["id"]]);
    for list in [
        app.get(&format!("{ARTICLES}?{ids}")).await,
        app.admin_get(&format!("{ARTICLES}?{ids}")).await,
    ] {
        assert_eq!(slugs(&list.expect(200).body), ["shown"]);
    }
    let all = app.admin_get(&format!("{ARTICLES}?{ids}&state=any")).await.expect(200);
    assert_eq!(slugs(&all.body), ["draft", "trashed", "shown"]);
    app.get(&format!("{ARTICLES}?{ids}&state=any")).await.problem(401, "key_missing");
}

#[actix_web::test]
async fn other_filters_narrow_them_down() {
    let app = TestApp::start().await;
    let a = app
        .create(ARTICLES, &json!({ "headline": "a", "status": "published", "tags": ["x"] }))
        .await;
    let b = app.story("b").await;
    let ids = asked(&[&b["id"], &a["id"]]);
    let list = app.get(&format!("{ARTICLES}?{ids}&tag=x&include=body")).await.expect(200);
    assert_eq!(slugs(&list.body), ["a"]);
    assert_eq!(list.body["items"][0]["body"], "");
}

#[actix_web::test]
async fn a_hundred_fit_and_no_more() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for n in 0..100 {
        ids.push(app.story(&format!("s{n}")).await["id"].as_str().unwrap().to_owned());
    }
    ids.reverse();
    let query = ids.iter().map(|id| format!("ids={id}")).collect::<Vec<_>>().join("&");
    let list = app.get(&format!("{ARTICLES}?{query}")).await.expect(200);
    let expected: Vec<String> = (0..100).rev().map(|n| format!("s{n}")).collect();
    assert_eq!(slugs(&list.body), expected);
    let answer = app.get(&format!("{ARTICLES}?{query}&ids={NOBODY}")).await;
    answer.problem(400, "query_invalid").fault("ids", "maxItems");
}

#[actix_web::test]
async fn what_has_an_order_of_its_own_is_refused() {
    let app = TestApp::start().await;
    for (query, at) in [("sort=urgency", "sort"), ("limit=5", "limit"), ("q=rain", "q")] {
        let answer = app.get(&format!("{ARTICLES}?ids={NOBODY}&{query}")).await;
        answer.problem(400, "filter_contradiction").fault(at, "filter_contradiction");
    }
    app.story("a").await;
    app.story("b").await;
    let cursor = app.get(&format!("{ARTICLES}?limit=1")).await.expect(200).text("next_cursor");
    app.get(&format!("{ARTICLES}?ids={NOBODY}&cursor={cursor}")).await.expect(400);
    for bad in ["ids=x", "ids=", "ids=rain-at-last"] {
        let answer = app.get(&format!("{ARTICLES}?{bad}")).await.problem(400, "query_invalid");
        assert_eq!(answer.body["errors"][0]["name"], "ids", "{bad}");
    }
}

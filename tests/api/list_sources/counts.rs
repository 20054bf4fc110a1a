//! Sources by name, and with the stories they have.

use super::{PATH, names};
use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";

async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    for name in ["Alpha", "Beta", "Gamma"] {
        app.create(PATH, &json!({ "name": name, "country": "PK" })).await;
    }
    for (headline, day, more) in [
        ("One", 1, json!({ "source": "alpha" })),
        ("Two", 2, json!({ "source": "alpha" })),
        ("Three", 3, json!({ "source": "beta" })),
        ("None", 4, json!({})),
        ("Draft", 5, json!({ "source": "gamma", "status": "draft" })),
        ("Scheduled", 5, json!({ "source": "gamma", "published_at": "2999-01-01T00:00:00Z" })),
        ("Expired", 5, json!({ "source": "gamma", "expires_at": "2020-02-01T00:00:00Z" })),
        ("Trashed", 6, json!({ "source": "beta" })),
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

#[actix_web::test]
async fn live_stories_are_counted_when_asked_for() {
    let app = newsroom().await;
    let path = format!("{PATH}?include=counts");
    let expected = ["alpha:2:02", "beta:1:03", "gamma:0:-"];
    assert_eq!(counted(&app.get(&path).await.expect(200)), expected);
    assert_eq!(counted(&app.admin_get(&path).await.expect(200)), expected, "hidden ones never");
    let second = app.get(&format!("{path}&limit=1&q=a&country=PK&total=exact")).await.expect(200);
    assert_eq!(counted(&second), ["alpha:2:02"]);
    assert_eq!(second.body["total"], 3);
    for item in app.get(PATH).await.expect(200).body["items"].as_array().unwrap() {
        assert_eq!((item.get("article_count"), item.get("last_published_at")), (None, None));
    }
}

#[actix_web::test]
async fn they_are_found_by_part_of_their_name() {
    let app = newsroom().await;
    app.create(PATH, &json!({ "name": "50% Ärzte_blatt" })).await;
    for (q, expected) in [
        ("a", vec!["50% Ärzte_blatt", "Alpha", "Beta", "Gamma"]),
        ("AMM", vec!["Gamma"]),
        ("%C3%A4rzte", vec!["50% Ärzte_blatt"]),
        ("%25", vec!["50% Ärzte_blatt"]),
        ("e_b", vec!["50% Ärzte_blatt"]),
        ("eta&country=PK", vec!["Beta"]),
        ("eta&country=DE", vec![]),
    ] {
        let found = app.get(&format!("{PATH}?q={q}&total=exact")).await.expect(200);
        let mut all = names(&found);
        all.sort();
        assert_eq!(all, expected, "{q}");
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
    app.patch(&format!("{ARTICLES}/draft"), &json!({ "status": "published" })).await.expect(200);
    assert_eq!(counted(&again().await.expect(200)), ["alpha:2:02", "beta:1:03", "gamma:1:05"]);
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
}

//! List the versions of an article: who, when, what.

use crate::support::TestApp;
use newswire::access::Scope::{ArticlesPublish, ArticlesRead, ArticlesWrite, WebhooksWrite};
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";
const REVISIONS: &str = "/api/v1/articles/rain/revisions";

async fn items(app: &TestApp, path: &str) -> Vec<Value> {
    app.admin_get(path).await.expect(200).body["items"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn every_change_is_a_version_and_what_changes_nothing_is_none() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    let made = app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    let first = items(&app, REVISIONS).await;
    assert_eq!(first.len(), 1);
    assert_eq!(first[0]["written_at"], made["created_at"]);
    let path = format!("{ARTICLES}/rain");
    let filed =
        json!({ "headline": "Rain!", "source": "agency", "category": "world", "tags": ["a"] });
    app.patch(&path, &filed).await.expect(200);
    app.patch(&path, &filed).await.expect(200);
    let editor = app.key(&[ArticlesWrite, ArticlesPublish], None).await;
    let act = async |verb: &str, body: Value| {
        let call = app.with_key(&editor, Method::POST, &format!("{path}/{verb}")).json(&body);
        assert!(call.send().await.status.is_success());
    };
    act("publish", json!({})).await;
    act("corrections", json!({ "text": "x" })).await;
    act("retract", json!({ "reason": "x" })).await;
    app.delete(&path).await.expect(204);
    act("restore", json!({})).await;
    let all = items(&app, REVISIONS).await;
    let told: Vec<(i64, &str, Vec<&str>)> = all
        .iter()
        .map(|one| {
            let changed = one["changed"].as_array().unwrap();
            let changed = changed.iter().map(|name| name.as_str().unwrap()).collect();
            (one["version"].as_i64().unwrap(), one["state"].as_str().unwrap(), changed)
        })
        .collect();
    assert_eq!(
        told,
        [
            (7, "draft", vec!["retraction", "state", "status"]),
            (6, "trashed", vec!["state"]),
            (5, "retracted", vec!["retraction", "status"]),
            (4, "live", vec!["corrections", "revised_at"]),
            (3, "live", vec!["published_at", "status"]),
            (2, "draft", vec!["categories", "headline", "source", "tags"]),
            (1, "draft", vec![]),
        ]
    );
    let headlines: Vec<&str> = all.iter().map(|one| one["headline"].as_str().unwrap()).collect();
    assert_eq!(headlines, ["Rain!", "Rain!", "Rain!", "Rain!", "Rain!", "Rain!", "Rain"]);
    let writers: Vec<&Value> = all.iter().map(|one| &one["written_by"]["id"]).collect();
    assert_ne!(writers[0], writers[1]);
    assert_eq!((writers[0], writers[1]), (writers[4], writers[5]));
    assert_eq!(all[0]["written_by"]["name"], "test");
}

#[actix_web::test]
async fn a_bulk_insert_keeps_none_and_an_update_keeps_one() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    for headline in ["one", "two"] {
        let batch: Vec<Value> = (0..20)
            .map(|n| json!({ "headline": headline, "source": "agency", "external_id": n.to_string() }))
            .collect();
        app.post(&format!("{ARTICLES}/batch?on_conflict=update"), &json!(batch)).await.expect(200);
    }
    let count = "SELECT count(*)::text, min(headline), max(headline) FROM article_revisions";
    assert_eq!(app.database.rows(count).await, [["20", "one", "one"]]);
}

#[actix_web::test]
async fn pages_follow_each_other() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    for number in 0..6 {
        let body = json!({ "summary": number.to_string() });
        app.patch(&format!("{ARTICLES}/rain"), &body).await.expect(200);
    }
    let versions = |page: &Value| -> Vec<i64> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["version"].as_i64().unwrap())
            .collect()
    };
    let page = async |cursor: &Value| {
        let path = format!("{REVISIONS}?limit=3&cursor={}", cursor.as_str().unwrap());
        app.admin_get(&path).await.expect(200).body
    };
    let first = app.admin_get(&format!("{REVISIONS}?limit=3")).await.expect(200).body;
    assert_eq!((versions(&first), &first["prev_cursor"]), (vec![7, 6, 5], &Value::Null));
    let second = page(&first["next_cursor"]).await;
    assert_eq!(versions(&second), [4, 3, 2]);
    let third = page(&second["next_cursor"]).await;
    assert_eq!((versions(&third), &third["next_cursor"]), (vec![1], &Value::Null));
    assert_eq!(versions(&page(&third["prev_cursor"]).await), [4, 3, 2]);
    app.admin_get(&format!("{REVISIONS}?cursor=none")).await.problem(400, "cursor_invalid");
    app.story("Sun").await;
    let next = first["next_cursor"].as_str().unwrap();
    let sources = app.admin_get(&format!("/api/v1/sources?cursor={next}")).await;
    sources.problem(400, "cursor_mismatch");
    app.admin_get(&format!("{REVISIONS}?limit=0")).await.problem(400, "query_invalid");
}

#[actix_web::test]
async fn a_copy_is_confirmed_while_it_is_current() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    for path in [REVISIONS.to_owned(), format!("{REVISIONS}/1"), format!("{REVISIONS}/1/diff")] {
        let tag = app.admin_get(&path).await.expect(200).header("etag").to_owned();
        let call = app.with_key(&app.admin, Method::GET, &path).header("if-none-match", &tag);
        call.send().await.expect(304);
    }
}

#[actix_web::test]
async fn they_are_for_keys_that_may_read_the_story() {
    let app = TestApp::start().await;
    let agency = app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let other = app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    let (agency, other) = (agency["id"].as_str(), other["id"].as_str());
    let sent = json!({ "headline": "x", "slug": "was", "source": "agency", "status": "published" });
    app.create(ARTICLES, &sent).await;
    app.patch(&format!("{ARTICLES}/was"), &json!({ "slug": "rain" })).await.expect(200);
    app.create(ARTICLES, &json!({ "headline": "Hidden", "source": "agency" })).await;
    for end in ["revisions", "revisions/1", "revisions/1/diff"] {
        let path = |slug: &str| format!("{ARTICLES}/{slug}/{end}");
        app.get(&path("rain")).await.problem(401, "key_missing");
        for (scopes, source, live, hidden) in [
            (&[ArticlesRead][..], None, 200, 200),
            (&[ArticlesWrite], None, 200, 200),
            (&[ArticlesWrite], agency, 200, 200),
            (&[ArticlesRead], other, 403, 404),
            (&[WebhooksWrite], None, 403, 404),
        ] {
            let key = app.key(scopes, source).await;
            let get = async |slug: &str| app.with_key(&key, Method::GET, &path(slug)).send().await;
            get("rain").await.expect(live);
            get("hidden").await.expect(hidden);
            get("was").await.expect(if live == 200 { 308 } else { live });
            get("nothing").await.problem(404, "not_found");
        }
    }
    // in the trash too: to see what there is to restore
    app.delete(&format!("{ARTICLES}/rain")).await.expect(204);
    assert_eq!(items(&app, REVISIONS).await[0]["state"], "trashed");
}

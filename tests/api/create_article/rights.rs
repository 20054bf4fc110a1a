//! What a key may write: the publish scope on every way of writing, and keys bound to a source.

use super::ARTICLES;
use crate::support::TestApp;
use newswire::access::Scope::{self, ArticlesPublish, ArticlesWrite};
use reqwest::Method;
use serde_json::{Value, json};

/// A agency with a draft, a live and a scheduled story.
async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    for (id, status, date) in [
        ("draft", "draft", Value::Null),
        ("live", "published", Value::Null),
        ("scheduled", "published", json!("2999-01-01T00:00:00Z")),
    ] {
        let sent = json!({ "headline": format!("Story {id}"), "slug": format!("s-{id}"), "source": "agency",
                           "external_id": id, "status": status, "published_at": date });
        app.create(ARTICLES, &sent).await;
    }
    app
}

/// Everything there is, as bytes.
async fn everything(app: &TestApp) -> Vec<u8> {
    let path = format!("{ARTICLES}?state=any&include=body&total=exact");
    app.admin_get(&path).await.expect(200).bytes
}

/// Each way to write that needs the publish scope.
fn public_writes() -> Vec<(Method, String, Value)> {
    let new = |more: Value| {
        let mut story = json!({ "headline": "New" });
        story.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        story
    };
    let one = |slug: &str| format!("{ARTICLES}/{slug}");
    let by_id = |id: &str| format!("/api/v1/sources/agency/articles/{id}?overwrite=true");
    let upsert = format!("{ARTICLES}?on_conflict=update&overwrite=true");
    let publish = json!({ "status": "published" });
    let later = json!({ "status": "published", "published_at": "2999-01-01T00:00:00Z" });
    let named = |id: &str| json!({ "source": "agency", "external_id": id, "summary": "x" });
    vec![
        (Method::POST, ARTICLES.into(), new(publish.clone())),
        (Method::POST, ARTICLES.into(), new(later.clone())),
        (Method::POST, format!("{ARTICLES}?dry_run=true"), new(publish.clone())),
        (Method::POST, upsert.clone(), new(named("live"))),
        (Method::POST, upsert, new(named("scheduled"))),
        (Method::PATCH, one("s-draft"), publish.clone()),
        (Method::PATCH, one("s-draft"), later),
        (Method::PATCH, one("s-live"), json!({ "summary": "x" })),
        (Method::PATCH, one("s-live"), json!({ "slug": "moved" })),
        (Method::PATCH, one("s-live"), json!({ "metadata": { "x": "y" } })),
        (Method::PATCH, one("s-live"), json!({ "status": "draft" })),
        (Method::PATCH, one("s-live"), json!({ "expires_at": "2999-01-01T00:00:00Z" })),
        (Method::PATCH, one("s-scheduled"), json!({ "status": "draft" })),
        (Method::PATCH, one("s-scheduled"), json!({ "summary": "x" })),
        (Method::PUT, one("s-draft"), new(publish.clone())),
        (Method::PUT, one("s-live"), new(json!({}))),
        (Method::PUT, one("s-scheduled"), new(json!({}))),
        (Method::PUT, by_id("new"), new(publish)),
        (Method::PUT, by_id("live"), new(json!({}))),
        (Method::PUT, by_id("scheduled"), new(json!({}))),
        (Method::DELETE, one("s-live"), Value::Null),
        (Method::DELETE, one("s-scheduled"), Value::Null),
    ]
}

#[actix_web::test]
async fn nothing_public_is_written_without_the_publish_scope() {
    let app = newsroom().await;
    let writer = app.key(&[ArticlesWrite], None).await;
    let before = everything(&app).await;
    for (method, path, body) in public_writes() {
        let call = app.with_key(&writer, method.clone(), &path);
        let call = if body.is_null() { call } else { call.json(&body) };
        let answer = call.send().await;
        assert_eq!(answer.status, 403, "{method} {path} {body}: {:#}", answer.body);
        answer.problem(403, "scope_missing");
        assert_eq!(everything(&app).await, before, "{method} {path} {body}");
    }
}

#[actix_web::test]
async fn the_publish_scope_opens_each_of_them() {
    for (method, path, body) in public_writes() {
        let app = newsroom().await;
        let publisher = app.key(&[ArticlesWrite, ArticlesPublish], None).await;
        let call = app.with_key(&publisher, method.clone(), &path);
        let call = if body.is_null() { call } else { call.json(&body) };
        let answer = call.send().await;
        assert!(answer.status.is_success(), "{method} {path} {body}: {:#}", answer.body);
    }
}

#[actix_web::test]
async fn the_write_scope_alone_is_enough_for_what_is_not_public() {
    let app = newsroom().await;
    let writer = app.key(&[ArticlesWrite], None).await;
    let one = format!("{ARTICLES}/s-draft");
    for (method, path, body) in [
        (
            Method::POST,
            ARTICLES,
            json!({ "headline": "New", "published_at": "2020-01-01T00:00:00Z" }),
        ),
        (
            Method::POST,
            ARTICLES,
            json!({ "headline": "Over", "status": "published",
                                         "published_at": "2020-01-01T00:00:00Z", "expires_at": "2020-01-02T00:00:00Z" }),
        ),
        (Method::PATCH, &one, json!({ "summary": "x" })),
        (Method::PUT, &one, json!({ "headline": "Other" })),
        (Method::DELETE, &one, Value::Null),
    ] {
        let call = app.with_key(&writer, method, path);
        let call = if body.is_null() { call } else { call.json(&body) };
        assert!(call.send().await.status.is_success(), "{path} {body}");
    }
    // what changes nothing is no change of a live story
    let call = app.with_key(&writer, Method::PATCH, "/api/v1/articles/s-live");
    let same = call.json(&json!({ "headline": "Story live" })).send().await.expect(200);
    assert_eq!(same.body["version"], 1);
}

#[actix_web::test]
async fn a_bound_key_writes_stories_of_its_source_only() {
    let app = newsroom().await;
    let other = app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    let other_story = json!({ "headline": "Other live", "source": "other", "status": "published", "external_id": "o" });
    app.create(ARTICLES, &other_story).await;
    let agency = app.get("/api/v1/sources/agency").await.expect(200).body;
    let key = app.key(&[ArticlesWrite, ArticlesPublish], agency["id"].as_str()).await;
    let send = async |method: Method, path: &str, body: Value| {
        app.with_key(&key, method, path).json(&body).send().await
    };
    // left out, the source is the key's own
    let made =
        send(Method::POST, ARTICLES, json!({ "headline": "Mine", "external_id": "m" })).await;
    assert_eq!(made.expect(201).body["source"]["id"], agency["id"]);
    for source in [json!("agency"), agency["id"].clone(), json!(null)] {
        let named = json!({ "headline": "Mine", "source": source });
        let made = send(Method::POST, ARTICLES, named).await.expect(201);
        assert_eq!(made.body["source"]["id"], agency["id"]);
    }
    let again = json!({ "headline": "Mine again", "external_id": "m" });
    let again =
        send(Method::POST, &format!("{ARTICLES}?on_conflict=update"), again).await.expect(200);
    assert_eq!(again.body["headline"], "Mine again");
    let before = everything(&app).await;
    let upsert = format!("{ARTICLES}?on_conflict=update&overwrite=true");
    for (method, path, body) in [
        (Method::POST, ARTICLES, json!({ "headline": "x", "source": "other" })),
        (Method::POST, ARTICLES, json!({ "headline": "x", "source": other["id"] })),
        (Method::POST, &upsert, json!({ "headline": "x", "source": "other", "external_id": "o" })),
        (Method::PUT, "/api/v1/sources/other/articles/o", json!({ "headline": "x" })),
        (Method::PUT, "/api/v1/sources/other/articles/new", json!({ "headline": "x" })),
        (Method::PATCH, "/api/v1/articles/other-live", json!({ "summary": "x" })),
        (Method::PUT, "/api/v1/articles/other-live", json!({ "headline": "x" })),
        (Method::DELETE, "/api/v1/articles/other-live", json!({})),
        (Method::PATCH, "/api/v1/articles/s-draft", json!({ "source": "other" })),
        (Method::PATCH, "/api/v1/articles/s-draft", json!({ "source": null })),
        (Method::PUT, "/api/v1/articles/s-draft", json!({ "headline": "x", "source": "other" })),
    ] {
        let answer = send(method.clone(), path, body.clone()).await;
        assert_eq!(answer.status, 403, "{method} {path} {body}: {:#}", answer.body);
        answer.problem(403, "source_forbidden");
    }
    assert_eq!(everything(&app).await, before);
    send(Method::PATCH, "/api/v1/articles/s-live", json!({ "summary": "x" })).await.expect(200);
}

#[actix_web::test]
async fn a_key_with_the_write_scope_is_needed() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Whose?" });
    let answer = app.anonymous(Method::POST, ARTICLES).json(&sent).send().await;
    let answer = answer.problem(401, "key_missing");
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"key\"");
    let answer = app.with_key("nw_nobody", Method::POST, ARTICLES).json(&sent).send().await;
    answer.problem(401, "key_invalid");
    for scope in Scope::ALL {
        let key = app.key(&[scope], None).await;
        let answer = app.with_key(&key, Method::POST, ARTICLES).json(&sent).send().await;
        match scope {
            Scope::ArticlesWrite | Scope::Admin => drop(answer.expect(201)),
            _ => drop(answer.problem(403, "scope_missing")),
        }
    }
}

//! What is told of what happens, and to whom.

use crate::support::document::DOCUMENT;
use crate::support::receiver::Receiver;
use crate::support::{TestApp, receiver::Arrived};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ARTICLES: &str = "/api/v1/articles";

fn schema(kind: &str) -> jsonschema::Validator {
    let item = &DOCUMENT["webhooks"][kind]["post"];
    let body = &item["requestBody"]["content"]["application/json"]["schema"];
    let schema = json!({ "$ref": body["$ref"], "components": DOCUMENT["components"] });
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
    options.should_validate_formats(true).build(&schema).expect("a schema of the document")
}

/// Asserts that each is what the document says under its type.
fn check(arrived: &[Arrived]) {
    for one in arrived {
        let kind = one.body["type"].as_str().unwrap();
        let faults: Vec<_> =
            schema(kind).iter_errors(&one.body).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{kind}: {faults:?}\n{:#}", one.body);
    }
}

/// A story goes through all of its life, and so do a source and a category.
async fn lives(app: &TestApp) {
    app.create("/api/v1/sources", &json!({ "name": "Radio" })).await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    let body =
        json!({ "headline": "Rain", "source": "radio", "category": "world", "tags": ["wet"] });
    app.create(ARTICLES, &body).await;
    let rain = format!("{ARTICLES}/rain");
    for verb in ["publish", "unpublish", "publish"] {
        app.post(&format!("{rain}/{verb}"), &json!({})).await.expect(200);
    }
    app.patch(&rain, &json!({ "tags": ["dry"] })).await.expect(200);
    app.delete(&rain).await.expect(204);
    app.act(&format!("{rain}/restore")).await.expect(200);
    app.act(&format!("{rain}/publish")).await.expect(200);
    app.post(&format!("{rain}/retract"), &json!({ "reason": "Wrong." })).await.expect(200);
    app.act(&format!("{rain}/purge")).await.expect(204);
    for path in ["/api/v1/sources/radio", "/api/v1/categories/world"] {
        app.patch(path, &json!({ "description": "x" })).await.expect(200);
        app.delete(path).await.expect(204);
    }
}

#[actix_web::test]
async fn every_kind_of_event_is_as_documented() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let _working = app.work().await;
    app.webhook(&receiver, json!({ "state": "any" })).await;
    lives(&app).await;
    let soon = "SELECT to_char((now() AT TIME ZONE 'UTC') + interval '2 seconds', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
    let expiry = app.database.rows(soon).await[0][0].clone();
    let body = json!({ "headline": "Short", "status": "published", "expires_at": expiry,
                       "published_at": "2026-01-01T00:00:00Z" });
    app.create(ARTICLES, &body).await;
    let documented: BTreeSet<String> =
        DOCUMENT["webhooks"].as_object().unwrap().keys().cloned().collect();
    let mut count = 1;
    loop {
        let seen: BTreeSet<String> = receiver.types().into_iter().collect();
        if seen.len() + 1 == documented.len() {
            assert!(seen.is_subset(&documented), "{seen:?}");
            break;
        }
        receiver.until(count).await;
        count += 1;
    }
    check(&receiver.arrived());
    let expired = receiver.arrived().into_iter().find(|one| one.body["type"] == "article.expired");
    assert_eq!(expired.unwrap().body["timestamp"].as_str().unwrap()[..19], expiry[..19]);
}

#[actix_web::test]
async fn what_the_public_never_saw_is_not_told() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let _working = app.work().await;
    app.webhook(&receiver, json!({ "events": [] })).await;
    lives(&app).await;
    // the last of it
    while !receiver.types().contains(&"category.deleted".to_owned()) {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    check(&receiver.arrived());
    let mut stories: Vec<String> =
        receiver.types().into_iter().filter(|kind| kind.starts_with("article.")).collect();
    stories.sort();
    let expected = [
        "article.deleted",
        "article.published",
        "article.published",
        "article.published",
        "article.retracted",
        "article.unpublished",
        "article.updated",
    ];
    assert_eq!(
        stories, expected,
        "not that it was written, nor that it is a draft again, nor that it was purged"
    );
}

#[actix_web::test]
async fn filters_go_by_what_was_and_what_is() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let _working = app.work().await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    app.create("/api/v1/categories", &json!({ "name": "Asia", "parent": "world" })).await;
    app.create("/api/v1/categories", &json!({ "name": "Sport" })).await;
    app.webhook(&receiver, json!({ "categories": ["world"], "events": ["article.updated"] })).await;
    let body = |headline: &str, category: &str| json!({ "headline": headline, "category": category, "status": "published" });
    app.create(ARTICLES, &body("Rain", "asia")).await;
    app.create(ARTICLES, &body("Goal", "sport")).await;
    app.patch(&format!("{ARTICLES}/goal"), &json!({ "summary": "x" })).await.expect(200);
    app.patch(&format!("{ARTICLES}/rain"), &json!({ "summary": "x" })).await.expect(200);
    receiver.until(1).await;
    let moved = json!({ "category": "sport", "slug": "moved", "tags": ["a"] });
    app.patch(&format!("{ARTICLES}/rain"), &moved).await.expect(200);
    let arrived = receiver.until(2).await;
    let told = &arrived[1].body["data"];
    assert_eq!((&told["slug"], &told["former_slug"]), (&json!("moved"), &json!("rain")));
    assert_eq!(told["categories"][0]["slug"], "sport");
    assert_eq!(told["former_categories"][0]["slug"], "asia");
    assert_eq!(told["tags"], json!(["a"]));
    app.patch(&format!("{ARTICLES}/moved"), &json!({ "summary": "y" })).await.expect(200);
    app.patch(&format!("{ARTICLES}/moved"), &json!({ "category": "world" })).await.expect(200);
    let arrived = receiver.until(3).await;
    assert_eq!(arrived[2].body["data"]["categories"][0]["slug"], "world", "not the one between");
}

#[actix_web::test]
async fn one_of_a_bound_key_hears_of_its_source() {
    let (app, receiver) = (TestApp::sending().await, Receiver::start());
    let _working = app.work().await;
    let mut ids = Vec::new();
    for name in ["A", "B"] {
        ids.push(app.create("/api/v1/sources", &json!({ "name": name })).await["id"].clone());
    }
    let key = app.key(&[Scope::WebhooksWrite], ids[0].as_str()).await;
    let call = app.with_key(&key, Method::POST, "/api/v1/webhooks");
    let made = json!({ "url": receiver.url, "events": ["article.published"] });
    call.json(&made).send().await.expect(201);
    for (headline, source) in [("One", "b"), ("Two", "a"), ("Three", "b"), ("Four", "a")] {
        let body = json!({ "headline": headline, "source": source, "status": "published" });
        app.create(ARTICLES, &body).await;
    }
    let arrived = receiver.until(2).await;
    let mut slugs: Vec<&Value> = arrived.iter().map(|one| &one.body["data"]["slug"]).collect();
    slugs.sort_by_key(|slug| slug.to_string());
    assert_eq!(slugs, ["four", "two"]);
}

//! The supplier's id: posting the same story twice.

use super::ARTICLES;
use crate::support::{Answer, TestApp};
use newswire::access::Scope::{ArticlesPublish, ArticlesWrite};
use reqwest::Method;
use serde_json::{Value, json};

async fn with_story() -> (TestApp, Value) {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let sent =
        json!({ "headline": "First", "summary": "Kept", "source": "agency", "external_id": "1" });
    let first = app.create(ARTICLES, &sent).await;
    (app, first)
}

async fn post(app: &TestApp, key: &str, query: &str, body: &Value) -> Answer {
    let path = format!("{ARTICLES}?{query}");
    app.with_key(key, Method::POST, &path).json(body).send().await
}

fn again() -> Value {
    json!({ "headline": "Second", "source": "agency", "external_id": "1" })
}

#[actix_web::test]
async fn a_taken_external_id_is_refused_and_names_the_story() {
    let (app, first) = with_story().await;
    for query in ["", "on_conflict=error", "dry_run=true"] {
        let answer =
            post(&app, &app.admin, query, &again()).await.problem(409, "external_id_taken");
        let existing = json!({ "id": first["id"], "api_url": first["api_url"] });
        assert_eq!(answer.body["existing"], existing);
    }
    let list = app.admin_get(&format!("{ARTICLES}?state=any&total=exact")).await.expect(200);
    assert_eq!(list.body["total"], 1);
    assert_eq!(list.body["items"][0]["headline"], "First");
}

#[actix_web::test]
async fn update_changes_only_what_the_body_carries() {
    let (app, first) = with_story().await;
    let answer = post(&app, &app.admin, "on_conflict=update", &again()).await.expect(200);
    assert_eq!(answer.header("location"), "");
    assert!(answer.header("etag").starts_with("\"2-"));
    assert_eq!(answer.body["id"], first["id"]);
    assert_eq!(answer.body["headline"], "Second");
    assert_eq!(answer.body["summary"], "Kept");
    assert_eq!(answer.body["slug"], "first");
    assert_eq!(answer.body["version"], 2);
    // the same once more is no new version
    let same = post(&app, &app.admin, "on_conflict=update", &again()).await.expect(200);
    assert_eq!(same.body, answer.body);
    assert_eq!(same.header("etag"), answer.header("etag"));
    let mut cleared = again();
    cleared["summary"] = Value::Null;
    let cleared = post(&app, &app.admin, "on_conflict=update", &cleared).await.expect(200);
    assert_eq!((&cleared.body["summary"], &cleared.body["version"]), (&Value::Null, &json!(3)));
}

#[actix_web::test]
async fn update_replaces_the_objects_that_the_body_carries() {
    let (app, _) = with_story().await;
    let mut body = again();
    for (image, metadata) in [
        (json!({ "url": "https://a.example/1", "alt": "x" }), json!({ "a": "b" })),
        (json!({ "url": "https://a.example/2" }), json!({ "c": "d" })),
    ] {
        (body["image"], body["metadata"]) = (image.clone(), metadata.clone());
        let after = post(&app, &app.admin, "on_conflict=update", &body).await.expect(200).body;
        assert_eq!(after["metadata"], metadata);
        assert_eq!(
            (&after["image"]["url"], after["image"].get("alt")),
            (&image["url"], Some(&image["alt"]))
        );
    }
}

#[actix_web::test]
async fn a_dry_run_of_an_update_saves_nothing() {
    let (app, first) = with_story().await;
    let dry = post(&app, &app.admin, "on_conflict=update&dry_run=true", &again()).await.expect(200);
    assert_eq!((&dry.body["headline"], &dry.body["version"]), (&json!("Second"), &json!(2)));
    let read = app.admin_get(&format!("{ARTICLES}/first")).await.expect(200);
    assert_eq!(read.body, first);
}

#[actix_web::test]
async fn skip_answers_with_the_story_that_is_there() {
    let (app, first) = with_story().await;
    let answer = post(&app, &app.admin, "on_conflict=skip", &again()).await.expect(200);
    assert_eq!(answer.body, first);
    let mut new = again();
    new["external_id"] = json!("2");
    let answer = post(&app, &app.admin, "on_conflict=skip", &new).await.expect(201);
    assert_eq!(answer.text("headline"), "Second");
}

#[actix_web::test]
async fn an_external_id_is_unique_within_its_source_only() {
    let (app, _) = with_story().await;
    app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    let other = json!({ "headline": "Other", "source": "other", "external_id": "1" });
    app.create(ARTICLES, &other).await;
    // stories without a source are one group
    let own = json!({ "headline": "Own", "external_id": "1" });
    let made = app.create(ARTICLES, &own).await;
    let answer = post(&app, &app.admin, "", &own).await.problem(409, "external_id_taken");
    assert_eq!(answer.body["existing"]["id"], made["id"]);
    let same = post(&app, &app.admin, "on_conflict=update", &own).await.expect(200);
    assert_eq!(same.body["version"], 1);
    for external_id in ["1 ", "１", "01"] {
        app.create(ARTICLES, &json!({ "headline": "Other id", "external_id": external_id })).await;
    }
}

#[actix_web::test]
async fn a_story_edited_by_another_key_is_not_overwritten() {
    let (app, first) = with_story().await;
    let agency = app.key(&[ArticlesWrite], None).await;
    let query = "on_conflict=update";
    let refused = post(&app, &agency, query, &again()).await.problem(409, "edited_elsewhere");
    assert_eq!(refused.body["existing"]["api_url"], first["api_url"]);
    // what changes nothing is no conflict
    let same = json!({ "headline": "First", "source": "agency", "external_id": "1" });
    post(&app, &agency, query, &same).await.expect(200);
    post(&app, &agency, query, &again()).await.problem(409, "edited_elsewhere");
    let done = post(&app, &agency, "on_conflict=update&overwrite=true", &again()).await.expect(200);
    assert_eq!(done.body["version"], 2);
    // now it is this key's story
    let third = json!({ "headline": "Third", "source": "agency", "external_id": "1" });
    post(&app, &agency, query, &third).await.expect(200);
    // until an editor touches it
    app.patch(&format!("{ARTICLES}/first"), &json!({ "summary": "Edited" })).await.expect(200);
    post(&app, &agency, query, &again()).await.problem(409, "edited_elsewhere");
    let read = app.admin_get(&format!("{ARTICLES}/first")).await.expect(200);
    assert_eq!(
        (&read.body["headline"], &read.body["summary"]),
        (&json!("Third"), &json!("Edited"))
    );
}

#[actix_web::test]
async fn a_withdrawn_story_is_not_revived() {
    let (app, first) = with_story().await;
    app.delete(&format!("{ARTICLES}/first")).await.expect(204);
    for query in ["on_conflict=update", "on_conflict=skip", "on_conflict=update&overwrite=true"] {
        let answer = post(&app, &app.admin, query, &again()).await.problem(409, "story_withdrawn");
        assert_eq!(answer.body["existing"]["id"], first["id"]);
    }
    let trash = app.admin_get(&format!("{ARTICLES}?state=trashed")).await.expect(200);
    assert_eq!(trash.body["items"][0]["headline"], "First");
}

#[actix_web::test]
async fn updating_a_live_story_needs_the_publish_scope() {
    let (app, _) = with_story().await;
    app.patch(&format!("{ARTICLES}/first"), &json!({ "status": "published" })).await.expect(200);
    let before = app.admin_get(&format!("{ARTICLES}/first")).await.expect(200);
    let writer = app.key(&[ArticlesWrite], None).await;
    let query = "on_conflict=update&overwrite=true";
    post(&app, &writer, query, &again()).await.problem(403, "scope_missing");
    post(&app, &writer, "on_conflict=skip", &again()).await.expect(200);
    let after = app.admin_get(&format!("{ARTICLES}/first")).await.expect(200);
    assert_eq!(after.bytes, before.bytes);
    let publisher = app.key(&[ArticlesWrite, ArticlesPublish], None).await;
    post(&app, &publisher, query, &again()).await.expect(200);
}

#[actix_web::test]
async fn a_source_made_by_its_name_is_found_again_by_its_name() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "First", "source": "Radio Pakistan", "external_id": "x/1" });
    let query = "on_conflict=update&create_missing=true";
    let first = post(&app, &app.admin, query, &sent).await.expect(201);
    let again = post(&app, &app.admin, query, &sent).await.expect(200);
    assert_eq!(again.body, first.body);
}

#[actix_web::test]
async fn a_condition_is_heeded_where_a_story_is_there() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let post = async |name: &str, tag: &str, summary: &str| {
        let path = format!("{ARTICLES}?on_conflict=update");
        let sent = json!({ "headline": "Rain", "slug": "rain", "source": "agency", "external_id": "1", "summary": summary });
        app.with_key(&app.admin, Method::POST, &path).header(name, tag).json(&sent).send().await
    };
    post("if-match", "\"1\"", "none").await.problem(412, "version_mismatch");
    post("if-none-match", "*", "first").await.expect(201);
    post("if-none-match", "*", "second").await.problem(412, "version_mismatch");
    post("if-match", "\"7\"", "second").await.problem(412, "version_mismatch");
    assert_eq!(post("if-match", "\"1\"", "second").await.expect(200).body["version"], 2);
    // there, and not there
    let call = app.with_key(&app.admin, Method::PATCH, "/api/v1/articles/rain");
    let call = call.header("if-match", "*").header("if-none-match", "*");
    call.json(&json!({ "summary": "third" })).send().await.problem(412, "version_mismatch");
    assert_eq!(app.admin_get("/api/v1/articles/rain").await.body["summary"], "second");
}

//! Create or update an article by its supplier's id.

use crate::support::{Answer, TestApp};
use newswire::access::Scope::{ArticlesPublish, ArticlesWrite, CategoriesWrite};
use reqwest::Method;
use serde_json::{Value, json};

const AT: &str = "/api/v1/sources/agency/articles/a%2F1";

async fn with_source() -> TestApp {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    app
}

async fn put(app: &TestApp, key: &str, query: &str, body: &Value) -> Answer {
    app.with_key(key, Method::PUT, &format!("{AT}{query}")).json(body).send().await
}

#[actix_web::test]
async fn the_first_put_creates_and_the_next_updates() {
    let app = with_source().await;
    let first = app.put(AT, &json!({ "headline": "Rain", "summary": "S" })).await.expect(201);
    assert_eq!(first.header("location"), first.text("api_url"));
    assert!(first.header("etag").starts_with("\"1-"));
    assert_eq!(first.body["source"]["slug"], "agency");
    assert_eq!(first.body["external_id"], "a/1");
    let same = app.put(AT, &json!({ "headline": "Rain", "summary": "S" })).await.expect(200);
    assert_eq!(same.body, first.body);
    assert_eq!(same.header("location"), "");
    // only what the body carries
    let second = app.put(AT, &json!({ "headline": "Snow" })).await.expect(200);
    assert_eq!(second.body["id"], first.body["id"]);
    assert_eq!((&second.body["headline"], &second.body["summary"]), (&json!("Snow"), &json!("S")));
    assert_eq!((&second.body["version"], &second.body["slug"]), (&json!(2), &json!("rain")));
    let cleared = app.put(AT, &json!({ "headline": "Snow", "summary": null })).await.expect(200);
    assert_eq!(cleared.body["summary"], Value::Null);
    assert_eq!(app.admin_get(AT).await.expect(200).body, cleared.body);
}

#[actix_web::test]
async fn the_path_decides_and_a_body_that_disagrees_is_refused() {
    let app = with_source().await;
    let other = app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    let agency = app.get("/api/v1/sources/agency").await.expect(200).text("id");
    for fine in [json!({ "source": "agency" }), json!({ "source": agency, "external_id": "a/1" })] {
        let mut body = fine;
        body["headline"] = json!("Rain");
        let answer = app.put(AT, &body).await;
        assert!(answer.status.is_success(), "{:#}", answer.body);
    }
    for (member, value) in [
        ("source", json!("other")),
        ("source", other["id"].clone()),
        ("source", json!("nobody")),
        ("external_id", json!("a/2")),
        ("external_id", json!("a%2F1")),
    ] {
        let mut body = json!({ "headline": "Rain" });
        body[member] = value;
        let answer = app.put(AT, &body).await.problem(422, "external_id_mismatch");
        answer.fault(&format!("/{member}"), "external_id_mismatch");
    }
    let body = json!({ "headline": "Rain", "source": "other", "external_id": "2" });
    let answer = app.put(AT, &body).await.problem(422, "external_id_mismatch");
    assert_eq!(answer.body["errors"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn work_of_another_key_is_not_overwritten() {
    let app = with_source().await;
    let feed = app.key(&[ArticlesWrite], None).await;
    let made = put(&app, &feed, "", &json!({ "headline": "Rain" })).await.expect(201).body;
    app.patch("/api/v1/articles/rain", &json!({ "summary": "Edited" })).await.expect(200);
    let snow = json!({ "headline": "Snow" });
    let refused = put(&app, &feed, "", &snow).await.problem(409, "edited_elsewhere");
    assert_eq!(refused.body["existing"], json!({ "id": made["id"], "api_url": made["api_url"] }));
    // nothing to overwrite
    put(&app, &feed, "", &json!({ "headline": "Rain" })).await.expect(200);
    put(&app, &feed, "?dry_run=true", &snow).await.problem(409, "edited_elsewhere");
    assert_eq!(app.admin_get(AT).await.expect(200).body["headline"], "Rain");
    let done = put(&app, &feed, "?overwrite=true", &snow).await.expect(200).body;
    assert_eq!((&done["headline"], &done["summary"]), (&json!("Snow"), &json!("Edited")));
    put(&app, &feed, "", &json!({ "headline": "Sleet" })).await.expect(200);
}

#[actix_web::test]
async fn a_condition_is_heeded_and_never_required() {
    let app = TestApp::with(&["--require-if-match", "true"]).await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let put = async |tag: &str, headline: &str| {
        let call = app.with_key(&app.admin, Method::PUT, AT).header("if-match", tag);
        call.json(&json!({ "headline": headline })).send().await
    };
    for tag in ["*", "\"1\""] {
        put(tag, "Rain").await.problem(412, "version_mismatch");
    }
    app.put(AT, &json!({ "headline": "Rain" })).await.expect(201);
    app.put(AT, &json!({ "headline": "Snow" })).await.expect(200);
    let late = put("\"1\"", "Late").await.problem(412, "version_mismatch");
    assert_eq!(late.body["version"], 2);
    assert!(late.header("etag").starts_with("\"2-"));
    put(late.header("etag"), "Merged").await.expect(200);
    put("2", "x").await.problem(400, "header_invalid");
}

#[actix_web::test]
async fn one_that_is_not_to_be_there_yet_is_not_changed() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let put = async |headline: &str| {
        let call = app.with_key(&app.admin, Method::PUT, AT).header("if-none-match", "*");
        call.json(&json!({ "headline": headline })).send().await
    };
    put("Rain").await.expect(201);
    let refused = put("Snow").await.problem(412, "version_mismatch");
    assert_eq!(refused.body["version"], 1);
    let story = app.admin_get(AT).await.expect(200);
    assert_eq!((story.text("headline"), &story.body["version"]), ("Rain".to_owned(), &json!(1)));
}

#[actix_web::test]
async fn a_withdrawn_story_is_not_revived() {
    let app = with_source().await;
    let made =
        app.put(AT, &json!({ "headline": "Rain", "status": "published" })).await.expect(201).body;
    app.delete("/api/v1/articles/rain").await.expect(204);
    for query in ["", "?overwrite=true", "?dry_run=true"] {
        let answer = put(&app, &app.admin, query, &json!({ "headline": "Back" })).await;
        let answer = answer.problem(409, "story_withdrawn");
        assert_eq!(answer.body["existing"]["id"], made["id"]);
    }
}

#[actix_web::test]
async fn a_dry_run_saves_nothing() {
    let app = with_source().await;
    let body = json!({ "headline": "Rain", "category": "New desk" });
    let dry = put(&app, &app.admin, "?dry_run=true&create_missing=true", &body).await.expect(200);
    assert_eq!(
        (&dry.body["headline"], &dry.body["category"]["name"]),
        (&json!("Rain"), &json!("New desk"))
    );
    app.admin_get(AT).await.problem(404, "not_found");
    app.get("/api/v1/categories/new-desk").await.problem(404, "not_found");
    let made = app.put(AT, &json!({ "headline": "Rain" })).await.expect(201);
    put(&app, &app.admin, "?dry_run=true", &json!({ "headline": "Snow" })).await.expect(200);
    assert_eq!(app.admin_get(AT).await.expect(200).body, made.body);
}

#[actix_web::test]
async fn categories_are_made_when_asked_and_allowed_and_the_source_must_exist() {
    let app = with_source().await;
    let body = json!({ "headline": "Rain", "category": "New desk" });
    app.put(AT, &body)
        .await
        .problem(422, "category_not_found")
        .fault("/category", "category_not_found");
    let plain = app.key(&[ArticlesWrite], None).await;
    put(&app, &plain, "?create_missing=true", &body).await.problem(422, "category_not_found");
    let making = app.key(&[ArticlesWrite, CategoriesWrite], None).await;
    put(&app, &making, "?create_missing=true", &body).await.expect(201);
    let path = "/api/v1/sources/nobody/articles/1?create_missing=true";
    app.put(path, &body).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_former_slug_of_the_source_leads_on() {
    let app = with_source().await;
    app.patch("/api/v1/sources/agency", &json!({ "slug": "the-agency" })).await.expect(200);
    let answer =
        app.put(&format!("{AT}?overwrite=true"), &json!({ "headline": "x" })).await.expect(308);
    let target = "https://api.news.example/api/v1/sources/the-agency/articles/a%2F1?overwrite=true";
    assert_eq!(answer.header("location"), target);
}

#[actix_web::test]
async fn what_is_wrong_is_refused() {
    let app = with_source().await;
    app.story("Taken").await;
    for (body, status, code) in [
        (json!({}), 422, "validation_failed"),
        (json!({ "headline": "x", "titel": "x" }), 400, "body_invalid"),
        (json!({ "headline": "x", "slug": "A" }), 422, "slug_invalid"),
        (json!({ "headline": "x", "slug": "taken" }), 409, "slug_taken"),
        (json!({ "headline": "x", "translation_of": "none" }), 422, "article_not_found"),
    ] {
        app.put(AT, &body).await.problem(status, code);
    }
    let text = app.with_key(&app.admin, Method::PUT, AT).body("text/plain", "x").send().await;
    text.problem(415, "media_type_unsupported");
    let huge = format!(r#"{{"headline":"{}"}}"#, "x".repeat(4 << 20));
    let huge =
        app.with_key(&app.admin, Method::PUT, AT).body("application/json", huge).send().await;
    huge.problem(413, "body_too_large");
    app.put(&format!("{AT}?on_conflict=update"), &json!({ "headline": "x" }))
        .await
        .problem(400, "query_invalid");
    app.put("/api/v1/sources/agency/articles/%00", &json!({ "headline": "x" }))
        .await
        .problem(400, "path_invalid");
    app.admin_get(AT).await.problem(404, "not_found");
}

#[actix_web::test]
async fn who_may_write() {
    let app = with_source().await;
    let other = app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    let agency = app.get("/api/v1/sources/agency").await.expect(200).text("id");
    let draft = json!({ "headline": "Rain" });
    let live = json!({ "headline": "Rain", "status": "published" });
    app.anonymous(Method::PUT, AT).json(&draft).send().await.problem(401, "key_missing");
    let publisher = app.key(&[ArticlesPublish], None).await;
    put(&app, &publisher, "", &draft).await.problem(403, "scope_missing");
    let foreign = app.key(&[ArticlesWrite], other["id"].as_str()).await;
    put(&app, &foreign, "", &draft).await.problem(403, "source_forbidden");
    let own = app.key(&[ArticlesWrite], Some(&agency)).await;
    put(&app, &own, "", &live).await.problem(403, "scope_missing");
    app.admin_get(AT).await.problem(404, "not_found");
    put(&app, &own, "", &draft).await.expect(201);
    put(&app, &own, "", &live).await.problem(403, "scope_missing");
    assert_eq!(app.admin_get(AT).await.expect(200).body["state"], "draft");
    let publisher = app.key(&[ArticlesWrite, ArticlesPublish], Some(&agency)).await;
    put(&app, &publisher, "?overwrite=true", &live).await.expect(200);
    put(&app, &own, "?overwrite=true", &json!({ "headline": "Snow" }))
        .await
        .problem(403, "scope_missing");
}

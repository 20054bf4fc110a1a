//! Create a source.

use crate::support::TestApp;
use futures_util::future::join;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/sources";

#[actix_web::test]
async fn every_member_is_kept_as_sent() {
    let app = TestApp::start().await;
    let sent = json!({
        "name": " Radio Pakistan ", "slug": "radio", "description": "The national broadcaster.",
        "url": "https://www.radio.gov.pk/", "feed_url": "http://radio.example/feed?x=1",
        "logo_url": "https://radio.example/logo.svg", "country": "PK", "language": "ur-PK",
        "credit": "APP", "usage_terms": "Free with credit.", "metadata": { "desk": "Asia" },
    });
    let made = app.post(PATH, &sent).await.expect(201);
    for (member, value) in sent.as_object().unwrap() {
        assert_eq!(made.body[member], *value, "{member}");
    }
    let id = made.text("id");
    assert_eq!(made.header("location"), format!("https://api.news.example{PATH}/{id}"));
    assert_eq!(made.text("api_url"), made.header("location"));
    assert!(made.header("etag").starts_with("\"1-"), "{}", made.header("etag"));
    assert_eq!(made.header("cache-control"), "private, no-store");
    assert_eq!(made.body["version"], 1);
    assert_eq!(made.body["created_at"], made.body["updated_at"]);
    let read = app.admin_get(&format!("{PATH}/radio")).await.expect(200);
    assert_eq!(read.body, made.body);
    assert_eq!(read.header("etag"), made.header("etag"), "a write names the resource's own tag");
}

#[actix_web::test]
async fn a_name_is_enough() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "name": "خبر رساں" })).await;
    assert_eq!(made["slug"], "خبر-رساں");
    for member in ["description", "url", "feed_url", "logo_url", "country", "language", "credit"] {
        assert_eq!(made[member], Value::Null, "{member}");
    }
    assert_eq!(made["metadata"], json!({}));
}

#[actix_web::test]
async fn slugs_are_made_unique_from_any_name() {
    let app = TestApp::start().await;
    for (name, slug) in [("Radio-1", "radio-1"), ("Radio 1", "radio-1-2"), ("Tree", "tree-2")] {
        assert_eq!(app.create(PATH, &json!({ "name": name })).await["slug"], slug);
    }
    let silent = app.create(PATH, &json!({ "name": "!?" })).await;
    assert!(silent["slug"].as_str().unwrap().len() > 8, "{silent}");
    let null = app.create(PATH, &json!({ "name": "Null", "slug": null })).await;
    assert_eq!(null["slug"], "null");
}

#[actix_web::test]
async fn a_taken_name_or_slug_names_who_has_it() {
    let app = TestApp::start().await;
    let first = app.create(PATH, &json!({ "name": "APP" })).await;
    let named = app.post(PATH, &json!({ "name": "APP" })).await.problem(409, "name_taken");
    assert_eq!(named.body["existing"]["id"], first["id"]);
    assert_eq!(named.body["existing"]["api_url"], first["api_url"]);
    let body = json!({ "name": "Other", "slug": "app" });
    let slugged = app.post(PATH, &body).await.problem(409, "slug_taken");
    assert_eq!(slugged.body["existing"]["id"], first["id"]);
    app.patch(&format!("{PATH}/app"), &json!({ "slug": "app-pk" })).await.expect(200);
    let former = app.post(PATH, &body).await.problem(409, "slug_taken");
    assert_eq!(former.body["existing"]["id"], first["id"], "a former slug stays reserved");
}

#[actix_web::test]
async fn two_equal_names_at_once_make_one_source() {
    let app = TestApp::start().await;
    for round in 0..4 {
        let body = json!({ "name": format!("Agency {round}") });
        let (one, two) = join(app.post(PATH, &body), app.post(PATH, &body)).await;
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{:#} {:#}", one.body, two.body);
        let lost = if one.status == 409 { one } else { two };
        lost.problem(409, "name_taken");
    }
}

#[actix_web::test]
async fn two_equal_slugs_made_at_once_differ() {
    let app = TestApp::start().await;
    for round in 0..4 {
        let (a, b) = (
            json!({ "name": format!("Wire {round}") }),
            json!({ "name": format!("Wire, {round}") }),
        );
        let (a, b) = join(app.post(PATH, &a), app.post(PATH, &b)).await;
        let mut slugs = [a.expect(201).text("slug"), b.expect(201).text("slug")];
        slugs.sort();
        assert_eq!(slugs, [format!("wire-{round}"), format!("wire-{round}-2")]);
    }
}

#[actix_web::test]
async fn a_dry_run_answers_and_saves_nothing() {
    let app = TestApp::start().await;
    let path = format!("{PATH}?dry_run=true");
    let shown = app.post(&path, &json!({ "name": "APP" })).await.expect(200);
    assert_eq!(shown.body["slug"], "app");
    app.get(&format!("{PATH}/app")).await.problem(404, "not_found");
    app.create(PATH, &json!({ "name": "APP" })).await;
    app.post(&path, &json!({ "name": "APP" })).await.problem(409, "name_taken");
    let unclear = app.post(&format!("{PATH}?dry_run=1"), &json!({ "name": "B" })).await;
    unclear.problem(400, "query_invalid").fault("dry_run", "type");
}

#[actix_web::test]
async fn it_needs_the_scope() {
    let app = TestApp::start().await;
    let body = json!({ "name": "APP" });
    let anonymous = app.anonymous(Method::POST, PATH).json(&body).send().await;
    anonymous.problem(401, "key_missing");
    let writer = app.key(&[Scope::ArticlesWrite, Scope::CategoriesWrite], None).await;
    let refused = app.with_key(&writer, Method::POST, PATH).json(&body).send().await;
    let refused = refused.problem(403, "scope_missing");
    assert!(refused.text("detail").contains("`sources:write`"));
    let keeper = app.key(&[Scope::SourcesWrite], None).await;
    app.with_key(&keeper, Method::POST, PATH).json(&body).send().await.expect(201);
}

#[actix_web::test]
async fn wrong_shapes_are_told_all_at_once() {
    let app = TestApp::start().await;
    let body = json!({ "name": 7, "colour": "red", "metadata": { "a": 1 } });
    let answer = app.post(PATH, &body).await.problem(400, "body_invalid");
    let answer = answer.fault("/name", "type").fault("/colour", "additionalProperties");
    answer.fault("/metadata/a", "type");
    app.post(PATH, &json!([])).await.problem(400, "body_invalid").fault("", "type");
}

#[actix_web::test]
async fn broken_rules_are_told_all_at_once() {
    let app = TestApp::start().await;
    app.post(PATH, &json!({})).await.problem(422, "validation_failed").fault("/name", "required");
    let long = |count: usize| "x".repeat(count);
    let notes: serde_json::Map<String, Value> =
        (0..51).map(|at| (format!("n{at}"), json!("v"))).collect();
    for (member, value, code) in [
        ("name", json!(""), "minLength"),
        ("name", json!(" \t\u{a0}"), "pattern"),
        ("name", json!(long(301)), "maxLength"),
        ("description", json!(long(5001)), "maxLength"),
        ("url", json!("ftp://news.example/"), "url_invalid"),
        ("feed_url", json!("/feed"), "url_invalid"),
        ("feed_url", json!("https://user:secret@news.example/feed"), "url_invalid"),
        ("logo_url", json!("https://a b.example/"), "url_invalid"),
        ("logo_url", json!(format!("https://a.example/{}", long(2040))), "maxLength"),
        ("country", json!("pk"), "pattern"),
        ("language", json!("not a tag"), "language_invalid"),
        ("slug", json!("Not A Slug"), "slug_invalid"),
        ("slug", json!("tree"), "slug_invalid"),
        ("slug", json!(""), "slug_invalid"),
        ("slug", json!("019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11"), "slug_invalid"),
        ("credit", json!(long(301)), "maxLength"),
        ("usage_terms", json!("a\u{0}b"), "nul_character"),
        ("metadata", Value::Object(notes), "maxProperties"),
    ] {
        let mut body = json!({ "name": "APP" });
        body[member] = value;
        let answer = app.post(PATH, &body).await.expect(422);
        answer.fault(&format!("/{member}"), code);
    }
    let two = json!({ "name": "APP", "url": "x", "language": "-" });
    let answer = app.post(PATH, &two).await.problem(422, "validation_failed");
    answer.fault("/url", "url_invalid").fault("/language", "language_invalid");
    let characters = "ن".repeat(300);
    app.create(PATH, &json!({ "name": characters })).await;
}

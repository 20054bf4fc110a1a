//! Replace an article: what is left out takes its default, but for five members that stay.

use crate::support::TestApp;
use newswire::access::Scope::ArticlesWrite;
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";

/// A published story with every member.
async fn with_full_story() -> (TestApp, Value) {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency", "usage_terms": "Ask." })).await;
    for name in ["World", "Sport"] {
        app.create("/api/v1/categories", &json!({ "name": name })).await;
    }
    let original = app.story("Original").await;
    let mut sent = crate::create_article::full();
    for (member, value) in [
        ("source", json!("agency")),
        ("categories", json!(["world", "sport"])),
        ("translation_of", original["id"].clone()),
        ("status", json!("published")),
        ("published_at", json!("2020-01-01T00:00:00Z")),
        ("expires_at", json!("2999-01-01T00:00:00Z")),
        ("revised_at", json!("2020-01-02T00:00:00Z")),
    ] {
        sent[member] = value;
    }
    let made = app.create(ARTICLES, &sent).await;
    (app, made)
}

const PATH: &str = "/api/v1/articles/the-full-house";

#[actix_web::test]
async fn what_is_left_out_takes_its_default_but_for_what_stays() {
    let (app, made) = with_full_story().await;
    let answer = app.put(PATH, &json!({ "headline": "Bare" })).await.expect(200);
    assert!(answer.header("etag").starts_with("\"2-"));
    let after = answer.body;
    for member in ["id", "slug", "status", "published_at", "source", "external_id", "created_at"] {
        assert_eq!(after[member], made[member], "{member}");
    }
    for (member, default) in [
        ("headline", json!("Bare")),
        ("summary", Value::Null),
        ("body", json!("")),
        ("body_format", json!("text")),
        ("byline", Value::Null),
        ("authors", json!([])),
        ("source_url", Value::Null),
        ("category", Value::Null),
        ("categories", json!([])),
        ("breadcrumb", json!([])),
        ("tags", json!([])),
        ("language", json!("en")),
        ("translation_of", Value::Null),
        ("expires_at", Value::Null),
        ("canonical_url", Value::Null),
        ("image", Value::Null),
        ("media", json!([])),
        ("urgency", Value::Null),
        ("featured", json!(false)),
        ("usage_terms", json!("Ask.")),
        ("metadata", json!({})),
        ("version", json!(2)),
        ("state", json!("live")),
    ] {
        assert_eq!(after[member], default, "{member}");
    }
    assert_eq!(app.admin_get(PATH).await.expect(200).body, after);
}

#[actix_web::test]
async fn null_means_the_default_here_too() {
    let (app, made) = with_full_story().await;
    let body = json!({ "headline": "Bare", "source": null, "external_id": null, "summary": null,
                       "published_at": null, "slug": null });
    let after = app.put(PATH, &body).await.expect(200).body;
    assert_eq!((&after["source"], &after["external_id"]), (&Value::Null, &Value::Null));
    // published without a date is published now
    assert!(after["published_at"].as_str() > made["published_at"].as_str());
    assert_eq!(after["slug"], "bare");
    app.admin_get(PATH).await.expect(308);
}

#[actix_web::test]
async fn a_headline_is_required() {
    let (app, made) = with_full_story().await;
    let answer = app.put(PATH, &json!({ "summary": "x" })).await;
    answer.problem(422, "validation_failed").fault("/headline", "required");
    app.put(PATH, &json!({ "headline": null })).await.problem(400, "body_invalid");
    app.put(PATH, &json!([])).await.problem(400, "body_invalid");
    let call = app.with_key(&app.admin, Method::PUT, PATH);
    let merge = call.body("application/merge-patch+json", r#"{"headline":"x"}"#);
    merge.send().await.problem(415, "media_type_unsupported");
    assert_eq!(app.admin_get(PATH).await.expect(200).body, made);
}

#[actix_web::test]
async fn the_same_again_is_no_new_version() {
    let (app, _) = with_full_story().await;
    let body = json!({ "headline": "Same", "summary": "S", "tags": ["a"] });
    let first = app.put(PATH, &body).await.expect(200);
    let again = app.put(PATH, &body).await.expect(200);
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("etag"), first.header("etag"));
}

#[actix_web::test]
async fn it_never_creates() {
    let app = TestApp::start().await;
    for reference in ["nothing", "0198f0c1-2a3b-7c4d-8e5f-0123456789ab"] {
        let answer = app.put(&format!("{ARTICLES}/{reference}"), &json!({ "headline": "x" })).await;
        answer.problem(404, "not_found");
    }
    let list = app.admin_get(&format!("{ARTICLES}?state=any&total=exact")).await.expect(200);
    assert_eq!(list.body["total"], 0);
}

#[actix_web::test]
async fn replacing_what_readers_see_moves_the_revision_date() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    let tagged = app.put(&path, &json!({ "headline": "Rain", "tags": ["x"] })).await.expect(200);
    assert_eq!(tagged.body["revised_at"], Value::Null);
    let first = app.put(&path, &json!({ "headline": "Rain!" })).await.expect(200);
    assert_eq!(first.body["revised_at"], first.body["updated_at"]);
    let second = app.put(&path, &json!({ "headline": "Rain!!" })).await.expect(200);
    assert_eq!(second.body["revised_at"], second.body["updated_at"]);
    assert!(second.text("revised_at") > first.text("revised_at"));
    // what readers do not notice leaves it, and so does the same once more
    let tagged = app.put(&path, &json!({ "headline": "Rain!!", "tags": ["x"] })).await.expect(200);
    assert_eq!(tagged.body["revised_at"], second.body["revised_at"]);
    let own = json!({ "headline": "Rain!!!", "revised_at": "2020-01-01T00:00:00Z" });
    let own = app.put(&path, &own).await.expect(200);
    assert_eq!(own.body["revised_at"], "2020-01-01T00:00:00.000Z");
}

#[actix_web::test]
async fn an_external_id_or_a_slug_of_another_story_is_refused() {
    let (app, made) = with_full_story().await;
    let other = app.create(ARTICLES, &json!({ "headline": "Other", "source": "agency" })).await;
    let body = json!({ "headline": "Other", "external_id": made["external_id"] });
    let answer =
        app.put(&format!("{ARTICLES}/other"), &body).await.problem(409, "external_id_taken");
    let existing = json!({ "id": made["id"], "api_url": made["api_url"] });
    assert_eq!(answer.body["existing"], existing);
    let body = json!({ "headline": "Other", "slug": "the-full-house" });
    let answer = app.put(&format!("{ARTICLES}/other"), &body).await.problem(409, "slug_taken");
    assert_eq!(answer.body["existing"], existing);
    assert_eq!(app.admin_get(&format!("{ARTICLES}/other")).await.expect(200).body, other);
}

#[actix_web::test]
async fn a_dry_run_saves_nothing() {
    let (app, made) = with_full_story().await;
    let body = json!({ "headline": "Dry", "category": "New desk" });
    let path = format!("{PATH}?dry_run=true&create_missing=true");
    let dry = app.put(&path, &body).await.expect(200);
    assert_eq!((&dry.body["headline"], &dry.body["version"]), (&json!("Dry"), &json!(2)));
    assert_eq!(dry.body["category"]["slug"], "new-desk");
    assert_eq!(app.admin_get(PATH).await.expect(200).body, made);
    app.get("/api/v1/categories/new-desk").await.problem(404, "not_found");
    let kept = app.put(&format!("{PATH}?create_missing=true"), &body).await.expect(200);
    assert_eq!(kept.body["category"]["name"], "New desk");
}

#[actix_web::test]
async fn a_withdrawn_story_is_gone() {
    let (app, _) = with_full_story().await;
    app.delete(PATH).await.expect(204);
    app.put(PATH, &json!({ "headline": "Back" })).await.problem(410, "article_gone");
}

#[actix_web::test]
async fn a_condition_guards_against_lost_work() {
    let (app, _) = with_full_story().await;
    let put = async |tag: &str, headline: &str| {
        let call = app.with_key(&app.admin, Method::PUT, PATH).header("if-match", tag);
        call.json(&json!({ "headline": headline })).send().await
    };
    let mine = app.admin_get(PATH).await.expect(200).header("etag").to_owned();
    let theirs = put(&mine, "Theirs").await.expect(200);
    let late = put(&mine, "Mine").await.problem(412, "version_mismatch");
    assert_eq!(late.header("etag"), theirs.header("etag"));
    assert_eq!(late.body["version"], 2);
    put(late.header("etag"), "Merged").await.expect(200);
    put("three", "x").await.problem(400, "header_invalid").fault("If-Match", "invalid");
}

#[actix_web::test]
async fn a_time_is_no_condition_to_write_under() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    let path = format!("{ARTICLES}/rain");
    let date = "Sat, 29 Oct 1994 19:43:31 GMT";
    let call = |method| app.with_key(&app.admin, method, &path).header("if-unmodified-since", date);
    let sent = json!({ "headline": "Sun" });
    for method in [Method::PUT, Method::PATCH] {
        let refused = call(method).json(&sent).send().await.problem(400, "header_invalid");
        assert_eq!(refused.body["errors"][0]["name"], "If-Unmodified-Since");
    }
    call(Method::DELETE).send().await.problem(400, "header_invalid");
    assert_eq!(app.admin_get(&path).await.body["headline"], "Rain");
    // a tag counts before it
    call(Method::PUT).header("if-match", "\"1\"").json(&sent).send().await.expect(200);
}

#[actix_web::test]
async fn a_key_with_the_write_scope_is_needed() {
    let (app, _) = with_full_story().await;
    let body = json!({ "headline": "x" });
    let answer = app.anonymous(Method::PUT, PATH).json(&body).send().await;
    answer.problem(401, "key_missing");
    let reader = app.key(&[newswire::access::Scope::ArticlesRead], None).await;
    let answer = app.with_key(&reader, Method::PUT, PATH).json(&body).send().await;
    answer.problem(403, "scope_missing");
    let sport = app.create("/api/v1/sources", &json!({ "name": "Sport desk" })).await;
    let bound = app.key(&[ArticlesWrite], sport["id"].as_str()).await;
    let answer = app.with_key(&bound, Method::PUT, PATH).json(&body).send().await;
    answer.problem(403, "source_forbidden");
}

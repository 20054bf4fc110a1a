//! Read an article as input: putting it back changes nothing.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";

/// Puts a story's input back and expects nothing to have happened.
async fn goes_round(app: &TestApp, slug: &str) {
    let path = format!("{ARTICLES}/{slug}");
    let before = app.admin_get(&path).await.expect(200);
    let input = app.admin_get(&format!("{path}/input")).await.expect(200);
    let after = app.put(&path, &input.body).await.expect(200);
    assert_eq!(after.body, before.body, "{slug}");
    let again = app.admin_get(&path).await.expect(200);
    assert_eq!(again.bytes, before.bytes, "{slug}");
    assert_eq!(again.header("etag"), before.header("etag"), "{slug}");
    // a patch of the same is no change either, and a copy is accepted as a new story
    assert_eq!(app.patch(&path, &input.body).await.expect(200).body, before.body, "{slug}");
    let mut copy = input.body;
    for own in ["slug", "external_id", "translation_of"] {
        copy[own] = Value::Null;
    }
    app.post(&format!("{ARTICLES}?dry_run=true"), &copy).await.expect(200);
}

#[actix_web::test]
async fn every_kind_of_story_goes_round() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency", "usage_terms": "Ask." })).await;
    for (name, parent) in [("World", None), ("Asia", Some("world")), ("Sport", None)] {
        app.create("/api/v1/categories", &json!({ "name": name, "parent": parent })).await;
    }
    let original = app.story("Original").await;
    let mut full = crate::create_article::full();
    full["source"] = json!("agency");
    full["categories"] = json!(["asia", "sport"]);
    full["translation_of"] = original["id"].clone();
    for (slug, more) in [
        ("bare", json!({})),
        ("full", full.clone()),
        ("published", json!({ "status": "published" })),
        (
            "past",
            json!({ "status": "published", "published_at": "2020-01-01T00:00:00.123456+05:00" }),
        ),
        (
            "planned",
            json!({ "published_at": "2999-01-01T00:00:00Z", "expires_at": "2999-01-02T00:00:00Z" }),
        ),
        ("scheduled", json!({ "status": "published", "published_at": "2999-01-01T00:00:00Z" })),
        (
            "expired",
            json!({ "status": "published", "published_at": "2020-01-01T00:00:00Z", "expires_at": "2020-01-02T00:00:00Z" }),
        ),
        ("revised", json!({ "status": "published", "revised_at": "2020-01-01T00:00:00Z" })),
        ("inherited", json!({ "source": "agency", "external_id": " /x " })),
        (
            "texts",
            json!({ "body": "\r\n x \u{2028}\n", "body_format": "html", "summary": "", "byline": "" }),
        ),
        ("translated", json!({ "translation_of": original["id"], "language": "ur" })),
    ] {
        let mut story = json!({ "headline": "  Story  " });
        story.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        story["slug"] = json!(slug);
        app.create(ARTICLES, &story).await;
        goes_round(&app, slug).await;
    }
    goes_round(&app, "original").await;
    // also after it was changed in every way that leaves traces
    app.patch(&format!("{ARTICLES}/published"), &json!({ "headline": "New", "slug": "moved" }))
        .await
        .expect(200);
    goes_round(&app, "moved").await;
    app.patch(&format!("{ARTICLES}/moved"), &json!({ "status": "draft" })).await.expect(200);
    goes_round(&app, "moved").await;
    app.patch("/api/v1/sources/agency", &json!({ "slug": "renamed", "name": "Renamed" }))
        .await
        .expect(200);
    app.patch("/api/v1/categories/asia", &json!({ "slug": "east", "parent": null }))
        .await
        .expect(200);
    goes_round(&app, "full").await;
    // the story it translates is hidden, and then withdrawn
    app.patch(&format!("{ARTICLES}/original"), &json!({ "status": "draft" })).await.expect(200);
    goes_round(&app, "full").await;
    app.delete(&format!("{ARTICLES}/original")).await.expect(204);
    goes_round(&app, "full").await;
}

#[actix_web::test]
async fn a_translation_of_a_story_that_the_key_may_not_see_goes_round_too() {
    let app = TestApp::start().await;
    let agency = app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let original = app.create(ARTICLES, &json!({ "headline": "Original" })).await;
    let sent = json!({ "headline": "Regen", "source": "agency", "translation_of": original["id"] });
    app.create(ARTICLES, &sent).await;
    let key = app.key(&[Scope::ArticlesWrite], agency["id"].as_str()).await;
    let path = format!("{ARTICLES}/regen");
    let input = app.with_key(&key, Method::GET, &format!("{path}/input")).send().await.expect(200);
    let call = app.with_key(&key, Method::PUT, &path).json(&input.body);
    assert_eq!(call.send().await.expect(200).body["version"], 1);
    let read = app.admin_get(&path).await.expect(200);
    assert_eq!(read.body["translation_of"], original["id"]);
}

#[actix_web::test]
async fn it_has_exactly_the_members_that_put_takes() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    let input = app.admin_get(&format!("{ARTICLES}/rain/input")).await.expect(200);
    let expected = json!({
        "headline": "Rain", "slug": "rain", "summary": null, "body": "", "body_format": "text",
        "byline": null, "authors": [], "source": null, "source_url": null, "external_id": null,
        "category": null, "categories": [], "tags": [], "language": "en", "translation_of": null,
        "status": "draft", "published_at": null, "expires_at": null, "revised_at": null,
        "canonical_url": null, "image": null, "media": [], "urgency": null, "featured": false,
        "usage_terms": null, "metadata": {},
    });
    assert_eq!(input.body, expected);
    assert!(input.header("etag").starts_with("\"1-"), "{}", input.header("etag"));
    assert_eq!(input.header("cache-control"), "private, no-store");
}

#[actix_web::test]
async fn its_tag_serves_as_a_condition() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    let input = app.admin_get(&format!("{path}/input")).await.expect(200);
    let tag = input.header("etag");
    let call = app.with_key(&app.admin, Method::GET, &format!("{path}/input"));
    call.header("if-none-match", tag).send().await.expect(304);
    let put = || app.with_key(&app.admin, Method::PUT, &path).header("if-match", tag);
    let mut changed = input.body.clone();
    changed["headline"] = json!("Snow");
    put().json(&changed).send().await.expect(200);
    put().json(&changed).send().await.problem(412, "version_mismatch");
}

#[actix_web::test]
async fn who_may_read_it() {
    let app = TestApp::start().await;
    let agency = app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let other = app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    for (slug, status) in [("x-live", "published"), ("x-draft", "draft")] {
        let sent = json!({ "headline": "x", "slug": slug, "status": status, "source": "agency" });
        app.create(ARTICLES, &sent).await;
    }
    let live = format!("{ARTICLES}/x-live/input");
    let draft = format!("{ARTICLES}/x-draft/input");
    app.get(&live).await.problem(401, "key_missing");
    app.get(&draft).await.problem(401, "key_missing");
    for scope in Scope::ALL {
        let key = app.key(&[scope], None).await;
        let live = app.with_key(&key, Method::GET, &live).send().await;
        let draft = app.with_key(&key, Method::GET, &draft).send().await;
        match scope {
            Scope::ArticlesRead | Scope::ArticlesWrite | Scope::Admin => {
                live.expect(200);
                draft.expect(200);
            }
            _ => {
                live.problem(403, "scope_missing");
                draft.problem(404, "not_found");
            }
        }
    }
    let own = app.key(&[Scope::ArticlesRead], agency["id"].as_str()).await;
    app.with_key(&own, Method::GET, &draft).send().await.expect(200);
    let foreign = app.key(&[Scope::ArticlesRead], other["id"].as_str()).await;
    app.with_key(&foreign, Method::GET, &live).send().await.problem(403, "source_forbidden");
    app.with_key(&foreign, Method::GET, &draft).send().await.problem(404, "not_found");
}

#[actix_web::test]
async fn what_is_withdrawn_or_unknown() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    app.delete(&format!("{ARTICLES}/rain")).await.expect(204);
    app.admin_get(&format!("{ARTICLES}/rain/input")).await.problem(410, "article_gone");
    app.admin_get(&format!("{ARTICLES}/nothing/input")).await.problem(404, "not_found");
    app.admin_get(&format!("{ARTICLES}/a%00b/input")).await.problem(400, "path_invalid");
}

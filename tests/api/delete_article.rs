//! Delete an article: into the trash, where deleting again finds nothing to do.

use crate::support::{Answer, TestApp};
use newswire::access::Scope::{ArticlesPublish, ArticlesRead, ArticlesWrite};
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";

async fn delete(app: &TestApp, key: &str, path: &str) -> Answer {
    app.with_key(key, Method::DELETE, path).send().await
}

/// The story in the trash with that slug.
async fn trashed(app: &TestApp, slug: &str) -> Value {
    let path = format!("{ARTICLES}?state=trashed&slug={slug}");
    app.admin_get(&path).await.expect(200).body["items"][0].clone()
}

#[actix_web::test]
async fn a_story_goes_to_the_trash_and_stays_there() {
    let app = TestApp::start().await;
    let made = app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    let answer = app.delete(&path).await.expect(204);
    assert!(answer.bytes.is_empty());
    assert_eq!(answer.header("content-type"), "");
    let once = trashed(&app, "rain").await;
    assert_eq!(
        (&once["id"], &once["state"], &once["version"]),
        (&made["id"], &json!("trashed"), &json!(2))
    );
    assert_eq!(once["status"], "published");
    // again, by id, and by a stale condition: done already
    app.delete(&path).await.expect(204);
    app.delete(&format!("{ARTICLES}/{}", made["id"].as_str().unwrap())).await.expect(204);
    let call = app.with_key(&app.admin, Method::DELETE, &path).header("if-match", "\"1\"");
    call.send().await.expect(204);
    assert_eq!(trashed(&app, "rain").await, once);
    app.get(&path).await.problem(410, "article_gone");
    assert_eq!(app.get(ARTICLES).await.expect(200).body["items"], json!([]));
}

#[actix_web::test]
async fn a_story_that_was_never_live_is_not_found_by_the_public() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "Draft" })).await;
    let path = format!("{ARTICLES}/draft");
    app.delete(&path).await.expect(204);
    app.get(&path).await.problem(404, "not_found");
    assert_eq!(app.admin_get(&path).await.expect(200).body["state"], "trashed");
}

#[actix_web::test]
async fn the_slug_stays_reserved() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    app.delete(&format!("{ARTICLES}/rain")).await.expect(204);
    assert_eq!(app.story("Rain").await["slug"], "rain-2");
    app.post(ARTICLES, &json!({ "headline": "x", "slug": "rain" }))
        .await
        .problem(409, "slug_taken");
}

#[actix_web::test]
async fn what_was_never_there_is_not_found() {
    let app = TestApp::start().await;
    for reference in ["nothing", "0198f0c1-2a3b-7c4d-8e5f-0123456789ab"] {
        app.delete(&format!("{ARTICLES}/{reference}")).await.problem(404, "not_found");
    }
}

#[actix_web::test]
async fn a_condition_guards_it() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    let call = |tag: &str| app.with_key(&app.admin, Method::DELETE, &path).header("if-match", tag);
    let answer = call("\"2\"").send().await.problem(412, "version_mismatch");
    assert_eq!(answer.body["version"], 1);
    assert!(answer.header("etag").starts_with("\"1-"));
    call("rain").send().await.problem(400, "header_invalid");
    app.get(&path).await.expect(200);
    call("\"1\"").send().await.expect(204);
    app.get(&path).await.expect(410);
}

#[actix_web::test]
async fn a_dry_run_deletes_nothing() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    app.delete(&format!("{path}?dry_run=true")).await.expect(204);
    assert_eq!(app.get(&path).await.expect(200).body["version"], 1);
    app.delete(&format!("{path}?force=true")).await.problem(400, "query_invalid");
}

#[actix_web::test]
async fn who_may_delete() {
    let app = TestApp::start().await;
    let agency = app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let other = app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    let (agency, other) = (agency["id"].as_str(), other["id"].as_str());
    let live = async |slug: &str| {
        let sent =
            json!({ "headline": "x", "slug": slug, "source": "agency", "status": "published" });
        app.create(ARTICLES, &sent).await;
        format!("{ARTICLES}/{slug}")
    };
    let (one, two) = (live("one").await, live("two").await);
    app.anonymous(Method::DELETE, &one).send().await.problem(401, "key_missing");
    for (scopes, source, code) in [
        (&[ArticlesRead][..], None, "scope_missing"),
        (&[ArticlesPublish], None, "scope_missing"),
        (&[ArticlesWrite], None, "scope_missing"),
        (&[ArticlesWrite], agency, "scope_missing"),
        (&[ArticlesWrite, ArticlesPublish], other, "source_forbidden"),
    ] {
        let key = app.key(scopes, source).await;
        delete(&app, &key, &one).await.problem(403, code);
        app.get(&one).await.expect(200);
    }
    let key = app.key(&[ArticlesWrite, ArticlesPublish], agency).await;
    delete(&app, &key, &one).await.expect(204);
    let key = app.key(&[ArticlesWrite, ArticlesPublish], None).await;
    delete(&app, &key, &two).await.expect(204);
    // a draft takes no publish scope
    app.create(ARTICLES, &json!({ "headline": "Draft" })).await;
    let key = app.key(&[ArticlesWrite], None).await;
    delete(&app, &key, &format!("{ARTICLES}/draft")).await.expect(204);
    // a hidden story of another source is unknown
    app.create(ARTICLES, &json!({ "headline": "Hidden" })).await;
    let key = app.key(&[ArticlesWrite], agency).await;
    delete(&app, &key, &format!("{ARTICLES}/hidden")).await.problem(404, "not_found");
}

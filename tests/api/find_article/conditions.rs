//! Conditional reads: the tag moves whenever the bytes would.

use super::ARTICLES;
use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::json;

async fn held(app: &TestApp, path: &str, tag: &str) -> Answer {
    app.anonymous(Method::GET, path).header("if-none-match", tag).send().await
}

#[actix_web::test]
async fn an_unchanged_story_is_not_sent_again() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    let first = app.get(&path).await.expect(200);
    let tag = first.header("etag");
    for fine in [tag.to_owned(), format!("W/{tag}"), format!("\"a,b\", {tag}"), "*".to_owned()] {
        let again = held(&app, &path, &fine).await.expect(304);
        assert_eq!(again.header("etag"), tag);
        assert_eq!(again.header("cache-control"), first.header("cache-control"));
        assert_eq!(again.header("vary"), first.header("vary"));
        assert_eq!(again.header("content-type"), "");
        assert!(again.bytes.is_empty());
    }
    // the whole tag is compared, unlike with If-Match
    for other in ["\"1\"", "\"1-0000000000000000\"", "rain", ""] {
        held(&app, &path, other).await.expect(200);
    }
    let head = app.anonymous(Method::HEAD, &path).header("if-none-match", tag).send().await;
    head.expect(304);
}

#[actix_web::test]
async fn each_coding_has_a_tag_of_its_own() {
    let app = TestApp::start().await;
    let sent =
        json!({ "headline": "Rain", "body": "It rained. ".repeat(500), "status": "published" });
    app.create(ARTICLES, &sent).await;
    let path = format!("{ARTICLES}/rain");
    let mut tags = Vec::new();
    for coding in ["identity", "gzip", "br", "zstd"] {
        let call = || app.anonymous(Method::HEAD, &path).header("accept-encoding", coding);
        let tag = call().send().await.expect(200).header("etag").to_owned();
        call().header("if-none-match", &tag).send().await.expect(304);
        assert!(tag.starts_with("\"1-"), "{tag}");
        assert!(!tags.contains(&tag), "{tag}");
        // any of them names the version that a change is based on
        let call = app.with_key(&app.admin, Method::PATCH, &format!("{path}?dry_run=true"));
        call.header("if-match", &tag).json(&json!({ "summary": "x" })).send().await.expect(200);
        tags.push(tag);
    }
}

#[actix_web::test]
async fn the_tag_moves_when_what_it_shows_of_others_does() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    app.create("/api/v1/categories", &json!({ "name": "Asia", "parent": "world" })).await;
    let sent = json!({ "headline": "Rain", "status": "published", "source": "agency", "category": "asia" });
    let made = app.create(ARTICLES, &sent).await;
    let path = format!("{ARTICLES}/rain");
    let first = app.get(&path).await.expect(200).header("etag").to_owned();
    let mut tags = vec![first.clone()];
    let translation = json!({ "headline": "Regen", "language": "de", "status": "published", "translation_of": made["id"] });
    for (at, change) in [
        ("/api/v1/sources/agency", json!({ "name": "The Agency" })),
        ("/api/v1/sources/agency", json!({ "usage_terms": "Ask." })),
        ("/api/v1/categories/asia", json!({ "name": "Asia today" })),
        ("/api/v1/categories/world", json!({ "slug": "the-world" })),
        (ARTICLES, translation),
        ("/api/v1/articles/regen", json!({ "headline": "Regen!" })),
    ] {
        if at == ARTICLES {
            app.create(at, &change).await;
        } else {
            app.patch(at, &change).await.expect(200);
        }
        held(&app, &path, tags.last().unwrap()).await.expect(200);
        let read = app.get(&path).await.expect(200);
        assert_eq!(read.body["version"], 1, "only its own members move the version");
        assert!(!tags.contains(&read.header("etag").to_owned()), "{change}");
        tags.push(read.header("etag").to_owned());
    }
    // a change based on the first tag still goes through
    let call = app.with_key(&app.admin, Method::PATCH, &path).header("if-match", &first);
    let changed = call.json(&json!({ "summary": "x" })).send().await.expect(200);
    assert_eq!(changed.body["version"], 2);
}

#[actix_web::test]
async fn the_tag_of_an_answer_with_notes_is_not_that_of_the_public_one() {
    let app = TestApp::start().await;
    app.create(
        ARTICLES,
        &json!({ "headline": "Rain", "status": "published", "metadata": { "a": "b" } }),
    )
    .await;
    let path = format!("{ARTICLES}/rain");
    let (public, keyed) = (app.get(&path).await, app.admin_get(&path).await);
    assert_ne!(public.header("etag"), keyed.header("etag"));
}

#[actix_web::test]
async fn a_copy_of_a_story_that_is_hidden_now_is_not_confirmed() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    let tag = app.get(&path).await.expect(200).header("etag").to_owned();
    app.patch(&path, &json!({ "status": "draft" })).await.expect(200);
    for tag in [tag.as_str(), "*"] {
        held(&app, &path, tag).await.problem(404, "not_found");
    }
    app.delete(&path).await.expect(204);
    for tag in [tag.as_str(), "*"] {
        held(&app, &path, tag).await.problem(410, "article_gone");
    }
}

//! `Last-Modified`, `If-Modified-Since` and `Content-Language`.

use super::{ARTICLES, with};
use crate::support::TestApp;
use actix_web::rt::time::sleep;
use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

/// Younger changes are not dated.
const SETTLED: Duration = Duration::from_millis(2200);

fn date(text: &str) -> DateTime<Utc> {
    let read = DateTime::parse_from_rfc2822(text).unwrap_or_else(|_| panic!("no date: {text:?}"));
    read.to_utc()
}

#[actix_web::test]
async fn a_settled_story_is_dated_and_a_fresh_one_is_not() {
    let app = TestApp::start().await;
    app.trusting().await;
    let rain = app.story("Rain").await;
    app.story("Snow").await;
    let young = format!("{ARTICLES}/snow");
    assert_eq!(app.get(&young).await.expect(200).header("last-modified"), "");
    let now = Utc::now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    with(&app, &young, "if-modified-since", &now).await.expect(200);
    sleep(SETTLED).await;
    let path = format!("{ARTICLES}/rain");
    let call = app
        .anonymous(Method::GET, &path)
        .header("if-modified-since", "Mon, 01 Jan 2024 00:00:00 GMT");
    let cold = call.send().await.expect(200);
    let modified = cold.header("last-modified").to_owned();
    assert!(modified.ends_with(" GMT"), "{modified}");
    let updated: DateTime<Utc> = rain["updated_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(date(&modified).timestamp(), updated.timestamp());
    for path in [path.clone(), format!("{ARTICLES}/{}", rain["id"].as_str().unwrap())] {
        for round in ["cold", "warm"] {
            let held = with(&app, &path, "if-modified-since", &modified).await.expect(304);
            assert_eq!(held.header("last-modified"), modified, "{round}");
            assert_eq!(held.header("etag"), cold.header("etag"), "{round}");
            assert!(held.bytes.is_empty());
        }
        with(&app, &path, "if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT").await.expect(304);
        with(&app, &path, "if-modified-since", "Mon, 01 Jan 2024 00:00:00 GMT").await.expect(200);
        with(&app, &path, "if-modified-since", "yesterday").await.expect(200);
        // the tag is the better witness where both are sent
        for (tag, status) in [("\"x\"", 200), (cold.header("etag"), 304)] {
            let call = app.anonymous(Method::GET, &path).header("if-modified-since", &modified);
            call.header("if-none-match", tag).send().await.expect(status);
        }
        let call = app.anonymous(Method::HEAD, &path).header("if-modified-since", &modified);
        call.send().await.expect(304);
    }
    app.patch(&path, &json!({ "summary": "New." })).await.expect(200);
    let fresh = with(&app, &path, "if-modified-since", &modified).await.expect(200);
    assert_eq!(fresh.header("last-modified"), "");
}

#[actix_web::test]
async fn a_story_with_language_versions_and_a_list_have_no_date() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Alpha" })).await;
    let one = app.story("One").await;
    let other = json!({ "headline": "Zwei", "language": "de", "translation_of": one["id"], "status": "published" });
    app.create(ARTICLES, &other).await;
    app.create(ARTICLES, &json!({ "headline": "Alone", "status": "published" })).await;
    sleep(SETTLED).await;
    for path in ["/one", "/zwei", "", "?q=one", "?limit=1"] {
        let answer = app.get(&format!("{ARTICLES}{path}")).await.expect(200);
        assert_eq!(answer.header("last-modified"), "", "{path}");
    }
    for path in [format!("{ARTICLES}/alone"), "/api/v1/sources/alpha".to_owned()] {
        assert_ne!(app.get(&path).await.expect(200).header("last-modified"), "", "{path}");
    }
    let related = app.get(&format!("{ARTICLES}/alone?include=related")).await.expect(200);
    assert_eq!(related.header("last-modified"), "", "others come and go");
}

#[actix_web::test]
async fn what_a_story_shows_of_others_moves_its_date() {
    let app = TestApp::start().await;
    app.trusting().await;
    app.create("/api/v1/sources", &json!({ "name": "Alpha" })).await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    app.create("/api/v1/categories", &json!({ "name": "Asia", "parent": "world" })).await;
    let story =
        json!({ "headline": "One", "source": "alpha", "category": "asia", "status": "published" });
    app.create(ARTICLES, &story).await;
    let path = format!("{ARTICLES}/one");
    for (place, change) in [
        ("/api/v1/sources/alpha", json!({ "name": "Alpha News" })),
        ("/api/v1/categories/world", json!({ "name": "The World" })),
    ] {
        sleep(SETTLED).await;
        // another address of the same, so that none is remembered from before
        let before = app.get(&format!("{path}?include=source")).await.expect(200);
        let modified = before.header("last-modified").to_owned();
        assert_ne!(modified, "");
        app.patch(place, &change).await.expect(200);
        let after =
            with(&app, &format!("{path}?include=source"), "if-modified-since", &modified).await;
        assert_eq!(after.expect(200).header("last-modified"), "", "{place}");
        sleep(SETTLED).await;
        app.patch(place, &json!({ "metadata": { "x": place } })).await.expect(200);
        sleep(SETTLED).await;
        let later = app.get(&format!("{path}?include=source")).await.expect(200);
        assert!(date(later.header("last-modified")) > date(&modified), "{place}");
    }
}

#[actix_web::test]
async fn the_language_of_the_whole_is_told() {
    let app = TestApp::start().await;
    app.trusting().await;
    for (slug, language) in [("one", "ur"), ("two", "zh-Hant")] {
        let sent =
            json!({ "headline": "x", "slug": slug, "language": language, "status": "published" });
        app.create(ARTICLES, &sent).await;
    }
    for (path, language) in [
        ("/one", "ur"),
        ("/two", "zh-Hant"),
        ("", ""),
        ("?language=ur", "ur"),
        ("?language=ur&language=en", ""),
        ("?q=x", ""),
    ] {
        let path = format!("{ARTICLES}{path}");
        for round in ["cold", "warm"] {
            let answer = app.get(&path).await.expect(200);
            assert_eq!(answer.header("content-language"), language, "{path} {round}");
        }
        let tag = app.get(&path).await.header("etag").to_owned();
        let held = with(&app, &path, "if-none-match", &tag).await.expect(304);
        assert_eq!(held.header("content-language"), "", "a 304 has no content");
    }
}

#[actix_web::test]
async fn what_is_no_language_is_in_no_header() {
    let app = TestApp::start().await;
    app.story("Story").await;
    for language in ["%C3%A9", "en,%20fr%20!", "", &"x".repeat(5000)] {
        for path in ["/api/v1/articles", "/feeds/articles.atom"] {
            let answer = app.get(&format!("{path}?language={language}")).await;
            assert_eq!(answer.header("content-language"), "", "{path} {language}");
        }
    }
}

#[actix_web::test]
async fn a_story_that_has_expired_has_changed() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Short", "status": "published", "published_at": "2020-01-01T00:00:00Z",
                       "expires_at": "2021-01-01T00:00:00Z" });
    app.create("/api/v1/articles", &sent).await;
    app.database.execute("UPDATE articles SET updated_at = '2019-01-01T00:00:00Z'").await;
    let told = app.admin_get("/api/v1/articles/short").await.expect(200);
    assert_eq!(told.header("last-modified"), "Fri, 01 Jan 2021 00:00:00 GMT");
}

//! Feeds are cached, tagged and packed like lists.

use super::{FEEDS, newsroom};
use crate::support::TestApp;
use reqwest::Method;
use serde_json::json;

/// Whether asking once more adds nothing to what is remembered. More than one look, since where the machine
/// is busy nothing is trusted for a while.
async fn is_remembered(app: &TestApp, path: &str) -> bool {
    for _ in 0..50 {
        app.trusting().await;
        let (_, before) = app.app.cache.size();
        app.get(path).await.expect(200);
        if before > 0 && app.app.cache.size().1 == before {
            return true;
        }
    }
    false
}

#[actix_web::test]
async fn a_feed_is_answered_from_memory_until_something_changes() {
    let app = newsroom().await;
    for path in FEEDS {
        let first = app.get(path).await.expect(200);
        let again = app.get(path).await.expect(200);
        assert_eq!((&again.bytes, again.header("etag")), (&first.bytes, first.header("etag")));
        assert!(is_remembered(&app, path).await, "{path}");
        let headline = format!("New in {path}");
        app.story(&headline).await;
        let changed = app.get(path).await.expect(200);
        assert!(String::from_utf8_lossy(&changed.bytes).contains(&headline), "{path}");
    }
}

#[actix_web::test]
async fn memory_needs_no_database() {
    let app = newsroom().await;
    for path in FEEDS {
        app.get(path).await.expect(200);
        assert!(is_remembered(&app, path).await, "{path}");
    }
    app.database.vanish().await;
    for path in FEEDS {
        app.get(path).await.expect(200);
        app.get(&format!("{path}?limit=3")).await.problem(503, "unavailable");
    }
}

#[actix_web::test]
async fn a_feed_changes_with_the_names_it_shows() {
    let app = newsroom().await;
    app.trusting().await;
    for path in FEEDS {
        let of_category = format!("{path}?category=general&tag=none");
        let of_source = format!("{path}?source=radio-pakistan&tag=none");
        for filter in [&of_category, &of_source] {
            app.get(filter).await.expect(200);
        }
        let name = format!("Name {path}");
        app.patch("/api/v1/categories/general", &json!({ "name": name })).await.expect(200);
        app.patch("/api/v1/sources/radio-pakistan", &json!({ "name": name })).await.expect(200);
        for filter in [&of_category, &of_source] {
            let text = app.get(filter).await.expect(200).bytes;
            assert!(String::from_utf8_lossy(&text).contains(&name), "{filter}");
        }
    }
}

#[actix_web::test]
async fn a_copy_that_is_current_is_not_sent_again() {
    let app = newsroom().await;
    for path in FEEDS {
        for coding in ["identity", "gzip", "br", "zstd"] {
            let accept = ("Accept-Encoding", coding);
            let first = app.bytes(Method::GET, path, &[accept]).await.expect(200);
            assert_eq!(first.header("cache-control"), "public, no-cache");
            assert!(first.header("cache-tag").starts_with("articles,"));
            let token = if coding == "identity" { "" } else { coding };
            assert_eq!(first.header("content-encoding"), token, "{path}");
            let held = ("If-None-Match", first.header("etag"));
            let again = app.bytes(Method::GET, path, &[accept, held]).await.expect(304);
            for name in ["etag", "cache-control", "cache-tag", "link", "vary"] {
                assert_eq!(again.header(name), first.header(name), "{path} {coding} {name}");
            }
            assert!(again.header("content-type").is_empty() && again.bytes.is_empty());
        }
        app.story(&format!("After {path}")).await;
        let call = app.anonymous(Method::GET, path).header("if-none-match", "\"none\"");
        call.send().await.expect(200);
    }
}

#[actix_web::test]
async fn a_feed_lasts_no_longer_than_its_stories() {
    let app = TestApp::with(&["--max-age", "1h"]).await;
    let soon = chrono::Utc::now() + chrono::TimeDelta::seconds(600);
    let sent =
        json!({ "headline": "Soon over", "status": "published", "expires_at": soon.to_rfc3339() });
    app.create("/api/v1/articles", &sent).await;
    for path in FEEDS {
        let answer = app.get(path).await.expect(200);
        let age =
            answer.header("cache-control").strip_prefix("public, max-age=").unwrap().parse::<u32>();
        assert!((500..=600).contains(&age.unwrap()), "{path}");
    }
}

#[actix_web::test]
async fn a_key_is_checked_but_makes_no_difference() {
    let app = newsroom().await;
    for path in FEEDS {
        let public = app.get(path).await.expect(200);
        let keyed = app.admin_get(path).await.expect(200);
        assert_eq!(keyed.bytes, public.bytes);
        assert_eq!(keyed.header("cache-control"), "private, no-store");
        app.with_key("nw_bad", Method::GET, path).send().await.problem(401, "key_invalid");
        let call = app.anonymous(Method::GET, path).header("accept", "text/html");
        call.send().await.problem(406, "not_acceptable");
        let call =
            app.anonymous(Method::GET, path).header("accept", "application/rss+xml, text/html");
        call.send().await.expect(200);
    }
}

#[actix_web::test]
async fn a_copy_that_is_current_is_confirmed() {
    let app = newsroom().await;
    for path in FEEDS.into_iter().chain(["/feeds/articles.ninjs.json"]) {
        let tag = app.get(path).await.expect(200).header("etag").to_owned();
        let ask = || app.anonymous(Method::GET, path).header("if-none-match", &tag).send();
        let same = ask().await.expect(304);
        assert_eq!((same.bytes.len(), same.header("etag")), (0, &*tag), "{path}");
        app.story(&format!("New in {path}")).await;
        assert_ne!(ask().await.expect(200).header("etag"), tag, "{path}");
    }
}

//! Codings and HEAD, with the answer remembered and not.

use super::ARTICLES;
use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::json;
use std::collections::HashSet;

const CODINGS: [&str; 4] = ["identity", "gzip", "br", "zstd"];

async fn newsroom(flags: &[&str]) -> TestApp {
    let app = TestApp::with(flags).await;
    app.trusting().await;
    let sent = json!({ "headline": "Rain", "body": "It rained. ".repeat(500), "status": "published", "tags": ["x"] });
    app.create(ARTICLES, &sent).await;
    for n in 0..10 {
        app.story(&format!("Story {n}")).await;
    }
    app
}

async fn coded(app: &TestApp, path: &str, coding: &str, tag: Option<&str>) -> Answer {
    let mut headers = vec![("Accept-Encoding", coding)];
    headers.extend(tag.map(|tag| ("If-None-Match", tag)));
    app.bytes(Method::GET, path, &headers).await
}

fn paths() -> [String; 3] {
    [
        format!("{ARTICLES}/rain"),
        ARTICLES.to_owned(),
        format!("{ARTICLES}?q=story&facets=tag,month"),
    ]
}

#[actix_web::test]
async fn each_coding_has_its_tag_and_a_304_of_its_own_cold_and_warm() {
    for flags in [&[][..], &["--cache-mb", "0"]] {
        let app = newsroom(flags).await;
        for path in paths() {
            let mut tags = HashSet::new();
            for coding in CODINGS {
                let cold = coded(&app, &path, coding, None).await.expect(200);
                let tag = cold.header("etag").to_owned();
                assert!(tags.insert(tag.clone()), "{path} {coding}: {tag}");
                let token = if coding == "identity" { "" } else { coding };
                assert_eq!(cold.header("content-encoding"), token);
                let warm = coded(&app, &path, coding, None).await.expect(200);
                assert_eq!((&warm.bytes, warm.header("etag")), (&cold.bytes, cold.header("etag")));
                for _ in 0..2 {
                    let held = coded(&app, &path, coding, Some(&tag)).await.expect(304);
                    assert_eq!(held.header("etag"), tag, "{path} {coding}");
                    assert_eq!(held.header("content-encoding"), "");
                    assert!(held.bytes.is_empty());
                    for name in ["vary", "cache-control", "cache-tag", "link"] {
                        assert_eq!(held.header(name), cold.header(name), "{path} {coding} {name}");
                    }
                }
                for other in CODINGS.iter().filter(|other| **other != coding) {
                    coded(&app, &path, other, Some(&tag)).await.expect(200);
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_304_is_the_first_answer_too() {
    let app = newsroom(&[]).await;
    for coding in CODINGS {
        for path in paths() {
            let tag = coded(&app, &path, coding, None).await.header("etag").to_owned();
            // touches every answer, changes none
            app.database.execute("INSERT INTO changes (kind, resource_id, scopes) VALUES ('everything', gen_random_uuid(), '{everything}')").await;
            actix_web::rt::time::sleep(std::time::Duration::from_millis(600)).await;
            coded(&app, &path, coding, Some(&tag)).await.expect(304);
            coded(&app, &path, coding, Some(&tag)).await.expect(304);
        }
    }
}

#[actix_web::test]
async fn head_is_answered_from_memory_and_fills_it() {
    let app = newsroom(&[]).await;
    for (number, path) in paths().into_iter().enumerate() {
        for coding in CODINGS {
            let head = async || {
                app.bytes(Method::HEAD, &path, &[("Accept-Encoding", coding)]).await.expect(200)
            };
            // the odd ones meet HEAD first
            if number % 2 == 1 {
                head().await;
            }
            let full = coded(&app, &path, coding, None).await.expect(200);
            assert!(!full.bytes.is_empty(), "{path} {coding}");
            let bare = head().await;
            assert!(bare.bytes.is_empty());
            for name in [
                "etag",
                "content-type",
                "content-encoding",
                "vary",
                "cache-control",
                "link",
                "content-length",
            ] {
                assert_eq!(bare.header(name), full.header(name), "{path} {coding} {name}");
            }
        }
    }
    assert!(app.app.cache.size().1 >= 12, "{:?}", app.app.cache.size());
}

//! An answer is the same whether it is remembered or not, and to whom it is not due it does not go.

use super::{ARTICLES, with};
use crate::support::{Answer, TestApp};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::json;

async fn filed(app: &TestApp) {
    app.create("/api/v1/sources", &json!({ "name": "Alpha", "metadata": { "desk": "7" } })).await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    let body = "It rained. ".repeat(300);
    let sent = json!({ "headline": "One", "body": body, "source": "alpha", "category": "world", "tags": ["x", "y"],
        "authors": [{ "name": "Bo" }], "metadata": { "secret": "no" }, "status": "published" });
    app.create(ARTICLES, &sent).await;
    app.story("Two").await;
    app.create(ARTICLES, &json!({ "headline": "Draft" })).await;
    app.story("Gone").await;
    app.delete(&format!("{ARTICLES}/gone")).await.expect(204);
    app.patch(&format!("{ARTICLES}/two"), &json!({ "slug": "zwei" })).await.expect(200);
}

/// Everything that a caller sees, but the date.
fn seen(answer: &Answer) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    headers.sort();
    format!("{}\n{}\n{}", answer.status, headers.join("\n"), String::from_utf8_lossy(&answer.bytes))
}

#[actix_web::test]
async fn answers_are_equal_with_and_without_memory() {
    let lasting = ["--max-age", "60", "--cors-origins", "https://desk.example"];
    let app = TestApp::with(&lasting).await;
    let plain = app.beside(&[&lasting[..], &["--cache-mb", "0"]].concat()).await;
    app.trusting().await;
    filed(&app).await;
    // what the other node remembers of sources and categories is renewed, and changes are old enough
    // to be dated
    actix_web::rt::time::sleep(std::time::Duration::from_millis(2500)).await;
    let headers: [&[(&str, &str)]; 8] = [
        &[],
        &[("Accept-Encoding", "br, gzip")],
        &[("Accept-Encoding", "gzip;q=0.1, zstd")],
        &[("If-None-Match", "*")],
        &[("If-None-Match", "\"x\"")],
        &[("Accept", "text/html")],
        &[("Accept", "application/*;q=0.5")],
        &[("Origin", "https://desk.example")],
    ];
    for path in [
        "/articles",
        "/articles?limit=1",
        "/articles?q=one&facets=tag,source&sort=relevance",
        "/articles?q=the",
        "/articles?tag=x&category=world&total=exact&include=body,source,related",
        "/articles?limit=0",
        "/articles?nope=1",
        "/articles/one",
        "/articles/one?include=source,related",
        "/articles/draft",
        "/articles/gone",
        "/articles/two",
        "/articles/one?x=1",
        "/tags",
        "/authors?prefix=b",
        "/search/suggest?q=o",
        "/search/suggest",
        "/sources",
        "/sources/alpha",
        "/sources?include=counts&q=al",
        "/categories",
        "/categories/tree",
        "/categories/world",
        "/categories?include=counts",
        "/categories/none",
        "/nothing",
        "/articles?state=draft",
    ] {
        let path = format!("/api/v1{path}");
        for method in [Method::GET, Method::HEAD] {
            for headers in headers {
                let headers = [headers, &[("X-Request-Id", "one-and-the-same")]].concat();
                let expected = seen(&plain.bytes(method.clone(), &path, &headers).await);
                for round in ["first", "second", "third"] {
                    let answer = seen(&app.bytes(method.clone(), &path, &headers).await);
                    assert_eq!(answer, expected, "{method} {path} {headers:?}, the {round} time");
                }
            }
        }
    }
    assert!(app.app.cache.size().1 > 20, "{:?}", app.app.cache.size());
    assert_eq!(plain.app.cache.size().1, 0);
}

#[actix_web::test]
async fn the_order_of_parameters_does_not_matter() {
    let app = TestApp::start().await;
    app.trusting().await;
    filed(&app).await;
    let first = app.get(&format!("{ARTICLES}?tag=x&limit=5&category=world")).await.expect(200);
    let size = app.app.cache.size().1;
    for query in [
        "category=world&tag=x&limit=5",
        "limit=5&category=%77orld&tag=%78",
        "limit=5&&tag=x&category=world&",
    ] {
        let other = app.get(&format!("{ARTICLES}?{query}")).await.expect(200);
        assert_eq!(
            (&other.bytes, other.header("etag")),
            (&first.bytes, first.header("etag")),
            "{query}"
        );
        assert_eq!(other.header("link"), first.header("link"), "{query}");
    }
    assert_eq!(app.app.cache.size().1, size, "one answer is remembered");
}

#[actix_web::test]
async fn each_answer_bears_the_id_of_its_own_request() {
    let app = TestApp::start().await;
    app.trusting().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(app.get(ARTICLES).await.expect(200).header("x-request-id").to_owned());
    }
    made.dedup();
    assert_eq!(made.len(), 3, "{made:?}");
    for id in ["mine-1", "mine-2"] {
        assert_eq!(
            with(&app, ARTICLES, "x-request-id", id).await.expect(200).header("x-request-id"),
            id
        );
        let call = app.anonymous(Method::GET, ARTICLES).header("if-none-match", "*");
        assert_eq!(
            call.header("x-request-id", id).send().await.expect(304).header("x-request-id"),
            id
        );
    }
}

#[actix_web::test]
async fn what_would_be_refused_is_refused_when_the_answer_is_remembered() {
    let app = TestApp::start().await;
    app.trusting().await;
    filed(&app).await;
    for path in [ARTICLES.to_owned(), format!("{ARTICLES}/one"), "/api/v1/tags".to_owned()] {
        for _ in 0..2 {
            app.get(&path).await.expect(200);
        }
        with(&app, &path, "accept", "image/png").await.problem(406, "not_acceptable");
        with(&app, &path, "accept", "application/json;q=0").await.problem(406, "not_acceptable");
        for query in ["?nope=1", "?limt=5", "?%00=1"] {
            app.get(&format!("{path}{query}")).await.problem(400, "query_invalid");
        }
        with(&app, &path, "authorization", "Bearer nw_unknown").await.problem(401, "key_invalid");
        with(&app, &path, "authorization", "").await.problem(401, "key_invalid");
    }
}

#[actix_web::test]
async fn answers_to_keys_and_to_the_public_never_mix() {
    let app = TestApp::start().await;
    app.trusting().await;
    filed(&app).await;
    let reader = app.key(&[Scope::ArticlesRead], None).await;
    for path in [
        format!("{ARTICLES}/one"),
        ARTICLES.to_owned(),
        "/api/v1/sources/alpha".to_owned(),
        format!("{ARTICLES}?include=source"),
        "/api/v1/sources".to_owned(),
    ] {
        // either may come first
        for round in 0..4 {
            let keyed = app.with_key(&reader, Method::GET, &path).send().await.expect(200);
            assert_eq!(keyed.header("cache-control"), "private, no-store", "{path} {round}");
            assert!(
                String::from_utf8_lossy(&keyed.bytes).contains("\"metadata\""),
                "{path} {round}"
            );
            let public = app.get(&path).await.expect(200);
            assert_eq!(public.header("cache-control"), "public, no-cache", "{path} {round}");
            assert!(
                !String::from_utf8_lossy(&public.bytes).contains("\"metadata\""),
                "{path} {round}"
            );
            assert_ne!(keyed.header("etag"), public.header("etag"));
        }
    }
    let draft = format!("{ARTICLES}/draft");
    for _ in 0..2 {
        app.with_key(&reader, Method::GET, &draft).send().await.expect(200);
        app.get(&draft).await.problem(404, "not_found");
    }
}

#[actix_web::test]
async fn each_page_is_told_whether_it_may_read() {
    let app = TestApp::with(&["--cors-origins", "https://desk.example,https://two.example"]).await;
    app.trusting().await;
    filed(&app).await;
    for path in [ARTICLES.to_owned(), format!("{ARTICLES}/one")] {
        for (origin, allowed) in [
            ("https://desk.example", "https://desk.example"),
            ("https://other.example", "*"),
            ("https://two.example", "https://two.example"),
            ("https://desk.example", "https://desk.example"),
        ] {
            for (name, value) in [("if-none-match", "\"x\""), ("if-none-match", "*")] {
                let call =
                    app.anonymous(Method::GET, &path).header("origin", origin).header(name, value);
                let answer = call.send().await;
                assert_eq!(
                    answer.header("access-control-allow-origin"),
                    allowed,
                    "{path} to {origin}"
                );
                assert!(answer.header("vary").to_lowercase().contains("origin"));
            }
        }
    }
}

//! HEAD, OPTIONS, methods that a path does not take, and formats that it does not speak.

use super::ARTICLES;
use crate::support::TestApp;
use reqwest::Method;

#[actix_web::test]
async fn head_answers_like_get_without_the_body() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    for path in
        ["/api/v1/articles/rain", "/api/v1/articles?total=exact", "/api/v1/articles/rain/input"]
    {
        for method in [Method::GET, Method::HEAD] {
            app.with_key(&app.admin, method, path).send().await.expect(200);
        }
        let plain =
            |method| app.with_key(&app.admin, method, path).header("accept-encoding", "identity");
        let (get, head) = (plain(Method::GET).send().await, plain(Method::HEAD).send().await);
        for name in ["etag", "content-type", "content-length", "cache-control", "vary", "link"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
        assert!(head.bytes.is_empty());
    }
    let missing = app.anonymous(Method::HEAD, &format!("{ARTICLES}/nothing")).send().await;
    assert_eq!(missing.expect(404).header("content-type"), "application/problem+json");
}

const PATHS: [(&str, &[&str], &[&str]); 4] = [
    ("/api/v1/articles", &["GET", "HEAD", "POST", "OPTIONS"], &["PUT", "PATCH", "DELETE"]),
    ("/api/v1/articles/rain", &["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"], &["POST"]),
    (
        "/api/v1/articles/rain/input",
        &["GET", "HEAD", "OPTIONS"],
        &["POST", "PUT", "PATCH", "DELETE"],
    ),
    (
        "/api/v1/sources/agency/articles/1",
        &["GET", "HEAD", "PUT", "OPTIONS"],
        &["POST", "PATCH", "DELETE"],
    ),
];

/// The methods of an `Allow` header, sorted.
fn sorted<'a>(methods: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut methods: Vec<&str> = methods.map(str::trim).collect();
    methods.sort_unstable();
    methods
}

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let app = TestApp::start().await;
    for (path, allowed, refused) in PATHS {
        for method in refused.iter().chain(&["TRACE", "PROPFIND"]) {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = app.anonymous(method.clone(), path).send().await;
            let answer = answer.problem(405, "method_not_allowed");
            let allow = sorted(answer.header("allow").split(','));
            assert_eq!(allow, sorted(allowed.iter().copied()), "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn options_tells_the_methods_without_a_body() {
    let app = TestApp::start().await;
    for (path, allowed, _) in PATHS {
        let answer = app.anonymous(Method::OPTIONS, path).send().await.expect(204);
        let allow = sorted(answer.header("allow").split(','));
        assert_eq!(allow, sorted(allowed.iter().copied()), "{path}");
        assert!(answer.bytes.is_empty());
    }
}

#[actix_web::test]
async fn only_json_is_spoken_but_of_a_story() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    for accept in ["text/html", "application/json;q=0", "image/*, text/plain"] {
        for (method, path) in [
            (Method::GET, "/api/v1/articles"),
            (Method::GET, "/api/v1/articles/rain/input"),
            (Method::DELETE, "/api/v1/articles/rain"),
        ] {
            let call = app.with_key(&app.admin, method, path).header("accept", accept);
            call.send().await.problem(406, "not_acceptable");
        }
    }
    for accept in [
        "*/*",
        "application/*",
        "image/png, application/json;q=0.1",
        "application/json; charset=utf-8",
    ] {
        let call = app.anonymous(Method::GET, "/api/v1/articles/rain").header("accept", accept);
        call.send().await.expect(200);
    }
}

#[actix_web::test]
async fn a_request_id_goes_round() {
    let app = TestApp::start().await;
    let path = format!("{ARTICLES}/nothing");
    let answer = app.anonymous(Method::GET, &path).header("x-request-id", "my-own.1").send().await;
    assert_eq!(answer.header("x-request-id"), "my-own.1");
    assert_eq!(answer.body["request_id"], "my-own.1");
    let made = app.get(&path).await.header("x-request-id").to_owned();
    assert_eq!(made.len(), 36);
}

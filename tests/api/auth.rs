//! Credentials: what is no good key is refused wherever it is sent.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;

/// Operations, pages, and what is not there.
const PATHS: [&str; 9] = [
    "/api/v1/articles",
    "/api/v1/categories/tree",
    "/api/v1/nothing",
    "/nothing/at/all",
    "/",
    "/docs/",
    "/openapi.json",
    "/health/live",
    "/metrics",
];

#[actix_web::test]
async fn anything_but_one_good_key_is_refused_everywhere() {
    let app = TestApp::start().await;
    let unknown = format!("Bearer nw_{}", "A".repeat(43));
    let long = format!("Bearer nw_{}", "A".repeat(4000));
    let truncated = format!("Bearer {}", &app.admin[..app.admin.len() - 1]);
    let lengthened = format!("Bearer {}A", app.admin);
    let bare = app.admin.clone();
    let basic = format!("Basic {}", app.admin);
    let twice = format!("Bearer {0}, Bearer {0}", app.admin);
    let credentials =
        [&unknown, &long, &truncated, &lengthened, &bare, &basic, &twice, "Bearer", "Bearer ", ""];
    for path in PATHS {
        for credential in credentials {
            let call = app.anonymous(Method::GET, path).header("authorization", credential);
            let answer = call.send().await.problem(401, "key_invalid");
            let challenge = "Bearer realm=\"key\", error=\"invalid_token\"";
            assert_eq!(answer.header("www-authenticate"), challenge, "{path} {credential}");
        }
    }
}

#[actix_web::test]
async fn two_credentials_are_none() {
    let app = TestApp::start().await;
    let good = format!("Bearer {}", app.admin);
    for path in PATHS {
        let headers = [("Authorization", good.as_str()), ("Authorization", good.as_str())];
        let answer = app.raw(Method::GET, path, &headers, b"").await;
        answer.problem(401, "key_invalid");
    }
}

#[actix_web::test]
async fn bytes_that_are_no_text_are_refused() {
    let app = TestApp::start().await;
    let answer = app.raw(Method::GET, "/api/v1/articles", &[("Authorization", "Bearer é")], b"");
    answer.await.problem(401, "key_invalid");
}

#[actix_web::test]
async fn the_scheme_has_no_case() {
    let app = TestApp::start().await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let call = app.anonymous(Method::GET, "/api/v1/key");
        let call = call.header("authorization", &format!("{scheme} {}", app.admin));
        call.send().await.expect(200);
    }
}

#[actix_web::test]
async fn a_refusal_says_nothing_about_what_is_there() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &serde_json::json!({ "name": "APP" })).await;
    let ask = async |path: &str| {
        let call = app.with_key("nw_unknown", Method::GET, path).header("x-request-id", "same");
        call.send().await.problem(401, "key_invalid")
    };
    let (there, not) = (ask("/api/v1/sources/app").await, ask("/api/v1/sources/none").await);
    assert_eq!(there.bytes, not.bytes);
}

#[actix_web::test]
async fn answers_to_a_key_are_private() {
    let app = TestApp::start().await;
    let reader = app.key(&[Scope::WebhooksWrite], None).await;
    for path in ["/api/v1/articles", "/api/v1/sources", "/api/v1/none", "/openapi.json"] {
        let keyed = app.with_key(&reader, Method::GET, path).send().await;
        assert_eq!(keyed.header("cache-control"), "private, no-store", "{path}");
        let public = app.get(path).await;
        assert_eq!(public.header("cache-control"), "public, no-cache", "{path}");
        for answer in [keyed, public] {
            let vary = answer.header("vary").to_ascii_lowercase();
            assert!(vary.split(", ").any(|name| name == "authorization"), "{path}: {vary}");
        }
    }
}

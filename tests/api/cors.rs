//! What web pages of other origins may do.

use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::json;

const OURS: &str = "https://desk.example";
const OTHER: &str = "https://elsewhere.example";

async fn ask(app: &TestApp, method: Method, path: &str, origin: &str) -> Answer {
    app.anonymous(method, path).header("origin", origin).send().await
}

async fn preflight(app: &TestApp, path: &str, origin: &str, method: &str) -> Answer {
    let call = app.anonymous(Method::OPTIONS, path).header("origin", origin);
    let call = call.header("access-control-request-method", method);
    call.header("access-control-request-headers", "authorization,if-match").send().await.expect(204)
}

#[actix_web::test]
async fn any_page_may_read_without_credentials() {
    let app = TestApp::start().await;
    for path in ["/api/v1/articles", "/api/v1/sources/none", "/openapi.json", "/health/live"] {
        for method in [Method::GET, Method::HEAD] {
            let answer = ask(&app, method, path, OTHER).await;
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
            let exposed = answer.header("access-control-expose-headers");
            for name in ["ETag", "Link", "Location", "Retry-After", "X-Request-Id"] {
                assert!(exposed.split(", ").any(|one| one == name), "{name} in {exposed}");
            }
        }
    }
}

#[actix_web::test]
async fn errors_and_304_carry_the_same_headers() {
    let app = TestApp::start().await;
    let list = ask(&app, Method::GET, "/api/v1/sources", OTHER).await.expect(200);
    let call = app.anonymous(Method::GET, "/api/v1/sources").header("origin", OTHER);
    let same = call.header("if-none-match", list.header("etag")).send().await.expect(304);
    let call = app.with_key("nw_bad", Method::GET, "/api/v1/sources").header("origin", OTHER);
    let unauthorized = call.send().await.expect(401);
    let missing = ask(&app, Method::GET, "/nothing", OTHER).await.expect(404);
    let unclear = ask(&app, Method::GET, "/api/v1/sources?x=1", OTHER).await.expect(400);
    let forbidden = ask(&app, Method::GET, "/api/v1/keys", OTHER).await.expect(401);
    for answer in [same, unauthorized, missing, unclear, forbidden] {
        for name in ["access-control-allow-origin", "access-control-expose-headers"] {
            assert_eq!(answer.header(name), list.header(name), "{}", answer.status);
        }
    }
}

#[actix_web::test]
async fn pages_of_other_origins_may_not_write() {
    for app in [TestApp::start().await, TestApp::with(&["--cors-origins", OURS]).await] {
        let told = preflight(&app, "/api/v1/sources", OTHER, "POST").await;
        assert_eq!(told.header("access-control-allow-methods"), "GET, HEAD");
        let answer = ask(&app, Method::POST, "/api/v1/sources", OTHER).await.expect(401);
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[actix_web::test]
async fn pages_of_listed_origins_may_write() {
    let flags = ["--cors-origins", "https://desk.example/,https://second.example"];
    let app = TestApp::with(&flags).await;
    let told = preflight(&app, "/api/v1/sources/x", OURS, "PATCH").await;
    assert_eq!(told.header("access-control-allow-origin"), OURS);
    let methods = told.header("access-control-allow-methods");
    assert_eq!(methods, "GET, HEAD, PUT, PATCH, DELETE");
    let headers = told.header("access-control-allow-headers").to_ascii_lowercase();
    for name in [
        "authorization",
        "content-type",
        "if-match",
        "if-none-match",
        "x-request-id",
        "last-event-id",
    ] {
        assert!(headers.contains(name), "{name} in {headers}");
    }
    assert!(!told.header("access-control-max-age").is_empty());
    let call = app.with_key(&app.admin, Method::POST, "/api/v1/sources").header("origin", OURS);
    let made = call.json(&json!({ "name": "APP" })).send().await.expect(201);
    assert_eq!(made.header("access-control-allow-origin"), OURS);
    assert!(made.header("vary").contains("Origin"), "{}", made.header("vary"));
    let second = preflight(&app, "/api/v1/sources", "https://second.example", "POST").await;
    assert_eq!(second.header("access-control-allow-origin"), "https://second.example");
    for origin in ["https://desk.example.evil.example", "http://desk.example", "null"] {
        let told = preflight(&app, "/api/v1/sources", origin, "POST").await;
        assert_eq!(told.header("access-control-allow-methods"), "GET, HEAD", "{origin}");
    }
}

#[actix_web::test]
async fn options_without_a_preflight_lists_the_methods() {
    let app = TestApp::start().await;
    let answer = ask(&app, Method::OPTIONS, "/api/v1/sources", OTHER).await.expect(204);
    assert_eq!(answer.header("allow"), "HEAD, GET, POST, OPTIONS");
    app.anonymous(Method::OPTIONS, "/nothing").send().await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_preflight_for_what_is_not_there_lets_the_404_be_read() {
    let app = TestApp::with(&["--cors-origins", OURS]).await;
    let told = preflight(&app, "/nothing", OURS, "POST").await;
    assert!(told.header("access-control-allow-methods").contains("POST"));
    let answer = ask(&app, Method::POST, "/nothing", OURS).await.problem(404, "not_found");
    assert_eq!(answer.header("access-control-allow-origin"), OURS);
}

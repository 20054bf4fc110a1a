//! Request ids, safe headers, problems beyond the operations, and what is logged.

use crate::support::TestApp;
use crate::support::command::{Service, newswire, output};
use crate::support::db::TestDb;
use reqwest::Method;
use serde_json::{Value, json};

#[actix_web::test]
async fn every_answer_names_its_request() {
    let app = TestApp::start().await;
    for (path, status) in
        [("/api/v1/sources", 200), ("/nothing", 404), ("/api/v1/keys", 401), ("/docs/", 200)]
    {
        let answer = app.get(path).await.expect(status);
        let id = uuid::Uuid::parse_str(answer.header("x-request-id")).expect("a UUID");
        assert_eq!(id.get_version_num(), 7);
        let call = app.anonymous(Method::GET, path).header("x-request-id", "trace:1/2=3");
        assert_eq!(call.send().await.header("x-request-id"), "trace:1/2=3");
        for odd in ["two words", "<script>", &"x".repeat(129)] {
            let call = app.anonymous(Method::GET, path).header("x-request-id", odd);
            assert_ne!(call.send().await.header("x-request-id"), odd);
        }
    }
    let call = app.anonymous(Method::GET, "/nothing").header("x-request-id", "mine");
    let problem = call.send().await.problem(404, "not_found");
    assert_eq!(problem.body["request_id"], "mine");
    assert_eq!(problem.body["instance"], "urn:newswire:request:mine");
}

#[actix_web::test]
async fn what_is_not_there_is_a_problem() {
    let app = TestApp::start().await;
    for path in
        ["/nothing", "/api", "/api/v1", "/api/v2/articles", "/api/v1/articles/", "//", "/health"]
    {
        let answer = app.get(path).await.problem(404, "not_found");
        let kind = "https://api.news.example/docs/problems/not_found";
        assert_eq!(answer.body["type"], kind, "{path}");
        assert_eq!(answer.body["status"], 404);
    }
    for method in [Method::POST, Method::DELETE, Method::PUT] {
        app.anonymous(method, "/nothing").send().await.problem(404, "not_found");
    }
    for path in ["/openapi.json", "/docs/", "/metrics", "/"] {
        let answer = app.anonymous(Method::POST, path).send().await;
        let answer = answer.problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS", "{path}");
    }
}

#[actix_web::test]
async fn browsers_are_told_to_do_nothing_clever() {
    let app = TestApp::start().await;
    for path in ["/", "/api/v1/articles", "/nothing", "/docs/", "/metrics"] {
        let answer = app.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-eval") && !policy.contains("http"), "{path}: {policy}");
        assert_eq!(answer.header("server"), "", "{path}");
    }
    // nor does a 304 repeat what its reader was told with the body
    let path = "/api/v1/articles";
    let etag = app.get(path).await.header("etag").to_owned();
    for _ in 0..2 {
        let call = app.anonymous(Method::GET, path).header("if-none-match", &etag);
        let same = call.send().await.expect(304);
        for name in ["content-security-policy", "x-frame-options", "content-type"] {
            assert_eq!(same.header(name), "", "{name}");
        }
        assert_eq!(same.header("etag"), etag);
        assert_ne!(same.header("x-request-id"), "");
    }
}

#[actix_web::test]
async fn addresses_come_from_the_setting_alone() {
    let app = TestApp::start().await;
    for name in ["A", "B"] {
        app.create("/api/v1/sources", &json!({ "name": name })).await;
    }
    let headers = [
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "gopher"),
        ("Forwarded", "host=evil.example"),
    ];
    let answer = app.raw(Method::GET, "/api/v1/sources?limit=1", &headers, b"").await.expect(200);
    let text = String::from_utf8_lossy(&answer.bytes).into_owned() + answer.header("link");
    assert!(!text.contains("evil") && !text.contains("127.0.0.1"), "{text}");
    assert!(text.contains("https://api.news.example/api/v1/sources"), "{text}");
}

/// One line a request: method, route, status, time, bytes, request id, key id; nothing secret.
#[actix_web::test]
async fn the_log_says_what_was_asked_and_nothing_secret() {
    let database = TestDb::migrated().await;
    let role = format!("logged_{}", std::process::id());
    let sql = format!("CREATE ROLE {role} LOGIN SUPERUSER PASSWORD 'hidden-passphrase'");
    database.execute(&sql).await;
    let url = database.url_as(&role, "hidden-passphrase");
    let mut command = newswire(&["key", "create", "--name", "log", "--scope", "admin"]);
    command.env("DATABASE_URL", &url);
    let made = output(command).await;
    let key = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    assert!(key.starts_with("nw_"), "{}", String::from_utf8_lossy(&made.stderr));
    let mut command = newswire(&["serve"]);
    command.env("DATABASE_URL", &url).env("RUST_LOG", "trace").env("NEWSWIRE_LOG_FORMAT", "json");
    let service = Service::start(command).await;
    newswire::tls::prepare();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let path = format!("{}/api/v1/sources", service.address);
    let unknown = format!("nw_{}", "s3cret".repeat(7));
    for (secret, status) in [(&key, 201), (&key, 409), (&unknown, 401)] {
        let call = http.post(&path).bearer_auth(secret).header("x-request-id", "find-me");
        let answer = call.json(&json!({ "name": "APP" })).send().await.unwrap();
        assert_eq!(answer.status(), status);
    }
    let call = http.get(format!("{path}?cursor={key}")).send().await.unwrap();
    assert_eq!(call.status(), 400);
    let log = service.stop();
    for secret in [key.as_str(), &key[3..], &unknown, "hidden-passphrase"] {
        assert!(!log.contains(secret), "a secret in the log:\n{log}");
    }
    let lines: Vec<Value> =
        log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let access: Vec<_> = lines.iter().filter(|line| line["target"] == "access").collect();
    assert_eq!(access.len(), 4, "one line a request: {access:#?}");
    assert_eq!(access[0]["method"], "POST");
    assert_eq!(access[0]["route"], "/api/v1/sources");
    assert_eq!(access[0]["status"], 201);
    assert_eq!(access[0]["request_id"], "find-me");
    assert!(uuid::Uuid::parse_str(access[0]["key"].as_str().unwrap()).is_ok());
    assert!(access[0]["bytes"].as_u64().unwrap() > 100 && access[0]["ms"].is_number());
    assert_eq!((&access[2]["status"], &access[2]["key"]), (&json!(401), &json!("-")));
    assert!(log.contains("stopped"), "it finished in order:\n{log}");
    database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

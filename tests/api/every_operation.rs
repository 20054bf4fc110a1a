//! What holds for every operation of the document, asked of each.

use crate::support::TestApp;
use crate::support::document::DOCUMENT;
use reqwest::Method;
use serde_json::{Value, json};

/// An operation of the document, with a path that can be asked.
struct Operation {
    method: Method,
    path: String,
    takes_body: bool,
    takes_query: bool,
    /// The parameters it cannot do without, as a query string.
    query: String,
    /// Whether its answer has no end.
    streams: bool,
    /// The scope it needs; empty for any key, none for the public.
    needs: Option<String>,
}

fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for (template, item) in DOCUMENT["paths"].as_object().unwrap() {
        let segments = template.split('/').map(|part| match part.strip_prefix('{') {
            Some("id}") => "019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11",
            Some("version}") => "1",
            Some(_) => "x",
            None => part,
        });
        let path = segments.collect::<Vec<_>>().join("/");
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let security = operation["security"].as_array().unwrap();
            let public = security.contains(&json!({}));
            let text = operation["description"].as_str().unwrap_or_default();
            let scope =
                text.split_once("Needs a key with `").and_then(|(_, rest)| rest.split_once('`'));
            let scope = scope.map_or_else(String::new, |(scope, _)| scope.to_owned());
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let required = parameters.iter().filter(|parameter| parameter["required"] == true);
            let query: Vec<String> = required
                .filter(|parameter| parameter["in"] == "query")
                .map(|parameter| format!("{}=x", parameter["name"].as_str().unwrap()))
                .collect();
            all.push(Operation {
                query: if query.is_empty() {
                    String::new()
                } else {
                    format!("?{}", query.join("&"))
                },
                method,
                path: path.clone(),
                takes_body: operation["requestBody"].is_object(),
                streams: operation["responses"]["200"]["content"]["text/event-stream"].is_object(),
                takes_query: parameters.iter().any(|parameter| parameter["in"] == "query"),
                needs: (!public).then_some(scope),
            });
        }
    }
    assert!(all.len() > 20, "the document has its operations");
    all
}

#[actix_web::test]
async fn a_bad_key_is_refused() {
    let app = TestApp::start().await;
    for Operation { method, path, .. } in operations() {
        let answer = app.with_key("nw_unknown", method, &path).send().await;
        let answer = answer.problem(401, "key_invalid");
        let challenge = "Bearer realm=\"key\", error=\"invalid_token\"";
        assert_eq!(answer.header("www-authenticate"), challenge, "{path}");
        assert_eq!(answer.header("cache-control"), "private, no-store", "{path}");
    }
}

#[actix_web::test]
async fn what_needs_a_key_asks_for_one() {
    let app = TestApp::start().await;
    let powerless = app.key(&[], None).await;
    for operation in operations() {
        let Operation { method, path, needs, .. } = operation;
        let Some(scope) = needs else { continue };
        let anonymous = app.anonymous(method.clone(), &path).send().await;
        let answer = anonymous.problem(401, "key_missing");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"key\"");
        if !scope.is_empty() {
            let answer = app.with_key(&powerless, method, &path).send().await;
            let detail = answer.problem(403, "scope_missing").text("detail");
            assert!(detail.contains(&scope), "{path}: {detail}");
        }
    }
}

#[actix_web::test]
async fn what_nothing_speaks_is_refused() {
    let app = TestApp::start().await;
    for Operation { method, path, .. } in operations() {
        let call = app.with_key(&app.admin, method, &path).header("accept", "image/png");
        call.send().await.problem(406, "not_acceptable");
    }
}

#[actix_web::test]
async fn unknown_parameters_are_refused() {
    let app = TestApp::start().await;
    for Operation { method, path, takes_body, .. } in operations() {
        let mut call = app.with_key(&app.admin, method, &format!("{path}?surprise=1"));
        if takes_body {
            call = call.json(&json!({ "name": "x", "headline": "x", "scopes": ["admin"] }));
        }
        let answer = call.send().await.problem(400, "query_invalid");
        answer.fault("surprise", "additionalProperties");
    }
}

#[actix_web::test]
async fn a_query_is_only_taken_where_it_is_documented() {
    let app = TestApp::start().await;
    for operation in operations().into_iter().filter(|operation| !operation.takes_query) {
        let answer =
            app.with_key(&app.admin, operation.method, &format!("{}?a=%FF", operation.path));
        answer.send().await.problem(400, "query_invalid");
    }
}

#[actix_web::test]
async fn without_a_database_every_operation_asks_to_wait() {
    let app = TestApp::start().await;
    app.database.vanish().await;
    for Operation { method, path, query, .. } in operations() {
        let answer = app.with_key(&app.admin, method.clone(), &path).send().await;
        let answer = answer.problem(503, "unavailable");
        assert_eq!(answer.header("retry-after"), "2", "{path}");
        // what is always the same needs no database
        let same = ["/health/live", "/robots.txt", "/api/v1/media-topics"];
        if method == Method::GET && !same.contains(&&*path) && !path.ends_with("/input") {
            let anonymous = app.anonymous(method, &format!("{path}{query}")).send().await;
            assert!([401, 503].contains(&anonymous.status.as_u16()), "{path}");
        }
    }
}

#[actix_web::test]
async fn a_database_that_comes_back_is_used_again() {
    let app = TestApp::start().await;
    app.get("/api/v1/sources").await.expect(200);
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    app.database.execute(end).await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(app.get("/api/v1/sources").await.status.as_u16());
    }
    assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
    assert_eq!(statuses.last(), Some(&200), "{statuses:?}");
}

#[actix_web::test]
async fn head_answers_like_get_without_a_body() {
    let app = TestApp::start().await;
    let reads = |one: &Operation| one.method == Method::GET && !one.streams;
    for operation in operations().into_iter().filter(reads) {
        let Operation { path, query, needs, .. } = operation;
        let path = format!("{path}{query}");
        let call = |method| {
            let call = match needs {
                Some(_) => app.with_key(&app.admin, method, &path),
                None => app.anonymous(method, &path),
            };
            call.header("x-request-id", "one").send()
        };
        let (get, head) = (call(Method::GET).await, call(Method::HEAD).await);
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.bytes.is_empty());
        for name in ["etag", "content-type", "content-length", "link", "cache-control", "vary"] {
            assert_eq!(head.headers.get(name), get.headers.get(name), "{path} {name}");
        }
    }
}

#[actix_web::test]
async fn other_methods_are_told_what_there_is() {
    let app = TestApp::start().await;
    let all = operations();
    for operation in &all {
        let path = &operation.path;
        let mut allowed: Vec<&str> =
            all.iter().filter(|one| one.path == *path).map(|one| one.method.as_str()).collect();
        if allowed.contains(&"GET") {
            allowed.push("HEAD");
        }
        allowed.push("OPTIONS");
        allowed.sort_unstable();
        let listed = |value: &str| {
            let mut listed: Vec<String> = value.split(", ").map(str::to_owned).collect();
            listed.sort();
            listed
        };
        let options = app.anonymous(Method::OPTIONS, path).send().await.expect(204);
        assert_eq!(listed(options.header("allow")), allowed, "{path}");
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
            if allowed.contains(&method.as_str()) {
                continue;
            }
            let answer = app.anonymous(method, path).send().await;
            let answer = answer.problem(405, "method_not_allowed");
            assert_eq!(listed(answer.header("allow")), allowed, "{path}");
        }
    }
}

#[actix_web::test]
async fn a_name_longer_than_documented_is_refused() {
    let app = TestApp::start().await;
    for operation in operations().into_iter().filter(|one| one.path.contains("/x")) {
        let Operation { method, path, takes_body, .. } = operation;
        let path = path.replacen("/x", &format!("/{}", "x".repeat(513)), 1);
        let mut call = app.with_key(&app.admin, method, &path);
        if takes_body {
            call = call.json(&Value::Object(serde_json::Map::new()));
        }
        call.send().await.problem(400, "path_invalid");
    }
}

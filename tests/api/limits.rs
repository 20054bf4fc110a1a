//! What a request may be: bodies, headers, time. Asked of every operation that takes a body.

use crate::support::TestApp;
use crate::support::document::DOCUMENT;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Instant;

const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Method and path of every operation that cannot do without a body.
fn with_required_body() -> Vec<(Method, String)> {
    bodies(|body| body["required"] == true)
}

/// Method and path of every operation with a body.
fn with_body() -> Vec<(Method, String)> {
    bodies(|_| true)
}

fn bodies(wanted: impl Fn(&Value) -> bool) -> Vec<(Method, String)> {
    let mut all = Vec::new();
    for (template, item) in DOCUMENT["paths"].as_object().unwrap() {
        let segments =
            template.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        let path = segments.collect::<Vec<_>>().join("/");
        for (method, operation) in item.as_object().unwrap() {
            let body = &operation["requestBody"];
            if body["content"]["application/json"].is_object() && wanted(body) {
                all.push((method.to_uppercase().parse().unwrap(), path.clone()));
            }
        }
    }
    assert!(all.len() >= 10, "{all:?}");
    all
}

#[actix_web::test]
async fn a_body_that_does_not_arrive_is_not_waited_for() {
    let app = TestApp::with(&["--request-timeout", "1s"]).await;
    let key = format!("Bearer {}", app.admin);
    let headers = [
        ("Authorization", key.as_str()),
        ("Content-Type", "application/json"),
        ("Content-Length", "100"),
    ];
    let started = Instant::now();
    let answers = with_body().into_iter().map(|(method, path)| {
        let app = &app;
        async move { app.raw(method, &path, &headers, b"{\"name\": \"and then").await }
    });
    for answer in futures_util::future::join_all(answers).await {
        answer.problem(408, "request_timeout");
    }
    assert!(started.elapsed().as_secs_f32() >= 1.0);
}

#[actix_web::test]
async fn a_body_has_at_most_four_mebibytes() {
    let app = TestApp::start().await;
    let key = format!("Bearer {}", app.admin);
    let length = (MAX_BYTES + 1).to_string();
    for (method, path) in with_body() {
        let headers = [
            ("Authorization", key.as_str()),
            ("Content-Type", "application/json"),
            ("Content-Length", length.as_str()),
        ];
        let answer = app.raw(method, &path, &headers, b"").await;
        answer.problem(413, "body_too_large");
    }
    let padded = |bytes: usize| {
        let body = json!({ "name": format!("Agency {bytes}") }).to_string();
        format!("{}{body}", " ".repeat(bytes - body.len()))
    };
    let post = async |body: String| {
        let call = app.with_key(&app.admin, Method::POST, "/api/v1/sources");
        call.body("application/json", body).send().await
    };
    post(padded(MAX_BYTES)).await.expect(201);
}

#[actix_web::test]
async fn an_undeclared_length_is_counted() {
    let app = TestApp::start().await;
    let key = format!("Bearer {}", app.admin);
    let headers = [
        ("Authorization", key.as_str()),
        ("Content-Type", "application/json"),
        ("Transfer-Encoding", "chunked"),
    ];
    let mut body = format!("{:x}\r\n", MAX_BYTES + 1).into_bytes();
    body.extend(std::iter::repeat_n(b' ', MAX_BYTES + 1));
    let answer = app.raw(Method::POST, "/api/v1/sources", &headers, &body).await;
    answer.problem(413, "body_too_large");
    let small = b"e\r\n{\"name\":\"APP\"}\r\n0\r\n\r\n";
    app.raw(Method::POST, "/api/v1/sources", &headers, small).await.expect(201);
}

#[actix_web::test]
async fn only_json_in_utf_8_is_read() {
    let app = TestApp::start().await;
    for (method, path) in with_body() {
        let send = async |headers: &[(&str, &str)]| {
            let mut call = app.with_key(&app.admin, method.clone(), &path);
            for (name, value) in headers {
                call = call.header(name, value);
            }
            call.send().await
        };
        let bare: &[(&str, &str)] = &[];
        if with_required_body().contains(&(method.clone(), path.clone())) {
            send(bare).await.problem(415, "media_type_unsupported");
        } else {
            send(bare).await.problem(404, "not_found");
            continue;
        }
        for headers in [
            &[("content-type", "text/plain")][..],
            &[("content-type", "application/json; charset=latin1")],
            &[("content-type", "application/vnd.api+json")],
            &[("content-type", "application/json"), ("content-encoding", "gzip")],
        ] {
            let answer = send(headers).await.problem(415, "media_type_unsupported");
            assert_eq!(answer.header("accept"), "application/json", "{path}");
            let coded = headers.len() > 1;
            assert_eq!(answer.header("accept-encoding"), if coded { "identity" } else { "" });
            assert_eq!(!answer.header("accept-patch").is_empty(), method == Method::PATCH);
        }
        let patch = send(&[("content-type", "application/merge-patch+json")]).await;
        let expected = if method == Method::PATCH { 400 } else { 415 };
        assert_eq!(patch.status, expected, "{method} {path}: {:#}", patch.body);
    }
}

#[actix_web::test]
async fn what_is_no_json_is_refused() {
    let app = TestApp::start().await;
    for (method, path) in with_body() {
        for body in [
            &b"{"[..],
            b"{\"name\": \"x\",}",
            b"{} {}",
            b"{\"name\": 01}",
            b"{\"name\": NaN}",
            b"{\"name\": 1e999}",
            b"{\"name\": \"\xff\"}",
            b"{\"name\": \"\\ud800\"}",
            b"{\"name\": \"a\", \"name\": \"b\"}",
            b"{\"metadata\": {\"a\": \"1\", \"a\": \"2\"}}",
            b"\xef\xbb\xbf{}",
        ] {
            let call = app.with_key(&app.admin, method.clone(), &path);
            let answer = call.body("application/json", body).send().await;
            answer.problem(400, "json_malformed");
        }
        if with_required_body().contains(&(method.clone(), path.clone())) {
            let call = app.with_key(&app.admin, method.clone(), &path);
            let empty = call.body("application/json", "").send().await;
            empty.problem(400, "json_malformed");
        }
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let call = app.with_key(&app.admin, method.clone(), &path);
        call.body("application/json", deep).send().await.problem(400, "json_malformed");
    }
}

#[actix_web::test]
async fn a_nul_is_refused_wherever_it_stands() {
    let app = TestApp::start().await;
    for (body, at) in [
        (json!({ "name": "a\u{0}" }), "/name"),
        (json!({ "name": "a", "metadata": { "k": "\u{0}" } }), "/metadata/k"),
    ] {
        let answer = app.post("/api/v1/sources", &body).await.problem(422, "nul_character");
        answer.fault(at, "nul_character");
    }
    let named = json!({ "name": "a", "metadata": { "k\u{0}": "v" } });
    app.post("/api/v1/sources", &named).await.problem(422, "nul_character");
}

#[actix_web::test]
async fn headers_beyond_all_measure_are_refused() {
    let app = TestApp::start().await;
    let large = "x".repeat(200 * 1024);
    let answer = app.raw(Method::GET, "/nothing", &[("X-Large", &large)], b"").await;
    assert!([400, 431].contains(&answer.status.as_u16()), "{}", answer.status);
    let answer = app.raw(Method::GET, &format!("/{large}"), &[], b"").await;
    assert!([400, 414, 431].contains(&answer.status.as_u16()), "{}", answer.status);
    app.get("/health/live").await.expect(200);
}

#[actix_web::test]
async fn headers_that_do_not_arrive_are_not_waited_for() {
    let app = TestApp::with(&["--request-timeout", "1s"]).await;
    let host = app.address.trim_start_matches("http://").to_owned();
    let read = tokio::task::spawn_blocking(move || {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(15))).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the connection ends");
        answer
    });
    let answer = read.await.unwrap();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[actix_web::test]
async fn every_fault_of_a_body_is_told_at_once() {
    let app = TestApp::start().await;
    let body = json!({ "name": "", "url": 5, "nope": 1, "country": "x" });
    let answer = app.post("/api/v1/sources", &body).await.problem(400, "body_invalid");
    let answer = answer.fault("/name", "minLength").fault("/url", "type");
    let answer = answer.fault("/nope", "additionalProperties").fault("/country", "pattern");
    for fault in answer.body["errors"].as_array().unwrap() {
        assert_eq!(fault["in"], "body");
        assert_eq!(fault.get("name"), None::<&Value>);
    }
}

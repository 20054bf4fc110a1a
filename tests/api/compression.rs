//! Content codings: fewer bytes for those who ask, and a tag of its own for each.

use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::Read;

const PATH: &str = "/api/v1/sources";

async fn with_a_long_list() -> TestApp {
    let app = TestApp::start().await;
    for number in 0..6 {
        let body = json!({ "name": format!("Agency {number}"), "description": "word ".repeat(99) });
        app.create(PATH, &body).await;
    }
    app
}

/// The answer as it crosses the wire.
async fn coded(app: &TestApp, path: &str, accept: &str) -> Answer {
    let headers = [("Accept-Encoding", accept)];
    let sent = if accept.is_empty() { &headers[..0] } else { &headers[..] };
    app.bytes(Method::GET, path, sent).await
}

fn decode(answer: &Answer) -> Vec<u8> {
    let mut plain = Vec::new();
    match answer.header("content-encoding") {
        "" => plain.extend_from_slice(&answer.bytes),
        "gzip" => {
            flate2::read::GzDecoder::new(&answer.bytes[..]).read_to_end(&mut plain).unwrap();
        }
        "br" => {
            brotli::Decompressor::new(&answer.bytes[..], 4096).read_to_end(&mut plain).unwrap();
        }
        "zstd" => plain = zstd::bulk::decompress(&answer.bytes, 1 << 20).unwrap(),
        other => panic!("{other}"),
    }
    plain
}

#[actix_web::test]
async fn each_coding_holds_the_same_and_has_a_tag_of_its_own() {
    let app = with_a_long_list().await;
    let plain = coded(&app, PATH, "").await.expect(200);
    assert_eq!(plain.header("content-encoding"), "");
    let mut tags = HashSet::new();
    for (accept, token) in [
        ("identity", ""),
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, br;q=0.5", "gzip"),
        ("gzip, br, zstd", "br"),
        ("*", "br"),
        ("gzip;q=0", ""),
        ("deflate", ""),
    ] {
        let answer = coded(&app, PATH, accept).await.expect(200);
        assert_eq!(answer.header("content-encoding"), token, "{accept}");
        assert_eq!(decode(&answer), plain.bytes, "{accept}");
        assert!(token.is_empty() || answer.bytes.len() < plain.bytes.len() / 2, "{accept}");
        let vary = answer.header("vary").to_ascii_lowercase();
        assert!(vary.contains("accept-encoding"), "{accept}: {vary}");
        assert!(!answer.header("etag").starts_with("W/"), "strong");
        tags.insert((token, answer.header("etag").to_owned()));
    }
    assert_eq!(tags.len(), 4, "{tags:?}");
    let distinct: HashSet<_> = tags.iter().map(|(_, tag)| tag).collect();
    assert_eq!(distinct.len(), 4, "{tags:?}");
}

#[actix_web::test]
async fn a_copy_is_known_in_its_own_coding() {
    let app = with_a_long_list().await;
    let packed = coded(&app, PATH, "br").await.expect(200);
    let again = [("Accept-Encoding", "br"), ("If-None-Match", packed.header("etag"))];
    let same = app.bytes(Method::GET, PATH, &again).await.expect(304);
    assert_eq!(same.header("etag"), packed.header("etag"));
    assert!(same.bytes.is_empty());
    let plain = [("If-None-Match", packed.header("etag"))];
    app.bytes(Method::GET, PATH, &plain).await.expect(200);
}

#[actix_web::test]
async fn a_tag_read_in_any_coding_guards_a_change() {
    let app = with_a_long_list().await;
    let path = format!("{PATH}/agency-1");
    app.patch(&path, &json!({ "description": "word ".repeat(900) })).await.expect(200);
    for (version, accept) in (2..).zip(["br", "gzip", "zstd", "identity"]) {
        let read = coded(&app, &path, accept).await.expect(200);
        assert!(read.header("etag").starts_with(&format!("\"{version}-")));
        let call = app.with_key(&app.admin, Method::PATCH, &path);
        let call = call.json(&json!({ "credit": accept }));
        call.header("if-match", read.header("etag")).send().await.expect(200);
    }
}

#[actix_web::test]
async fn short_answers_and_errors_stay_as_they_are() {
    let app = TestApp::start().await;
    let short = coded(&app, PATH, "br, gzip").await.expect(200);
    assert_eq!(short.header("content-encoding"), "");
    assert_eq!(short.body["items"], json!([]));
    let error = coded(&app, "/nothing", "br, gzip").await.expect(404);
    assert_eq!(error.header("content-encoding"), "");
    assert_ne!(error.body, Value::Null);
}

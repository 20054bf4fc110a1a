//! What is refused, and how: every fault at once, each with its place.

use super::ARTICLES;
use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::json;

async fn send(app: &TestApp, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
    app.with_key(&app.admin, Method::POST, ARTICLES).body(content_type, body).send().await
}

async fn nothing_is_saved(app: &TestApp) {
    let list = app.admin_get(&format!("{ARTICLES}?state=any&total=exact")).await.expect(200);
    assert_eq!(list.body["total"], 0);
}

#[actix_web::test]
async fn what_is_not_json_is_refused() {
    let app = TestApp::start().await;
    for body in [
        "",
        "headline",
        "{",
        "{\"headline\":\"x\"",
        "{\"headline\":\"x\"} {}",
        "{'headline':'x'}",
        "{\"headline\":\"x\",}",
        "{\"headline\":\"line\nbreak\"}",
        "{\"urgency\":01}",
        "\u{feff}{}",
        r#"{"headline":"\ud800"}"#,
        r#"{"headline":"\udc00\ud800"}"#,
        r#"{"headline":"\x"}"#,
        r#"{"headline":"a","headline":"a"}"#,
        r#"{"headline":"a","metadata":{"x":"1","x":"2"}}"#,
        r#"{"headline":"a","urgency":1e999}"#,
    ] {
        let answer = send(&app, "application/json", body.to_owned()).await;
        let answer = answer.problem(400, "json_malformed");
        assert!(!answer.text("detail").is_empty(), "{body}");
    }
    let not_utf8 = b"{\"headline\":\"\xff\"}".to_vec();
    send(&app, "application/json", not_utf8).await.problem(400, "json_malformed");
    let deep = "[".repeat(100_000);
    send(&app, "application/json", deep).await.problem(400, "json_malformed");
    nothing_is_saved(&app).await;
}

#[actix_web::test]
async fn unknown_members_and_wrong_types_are_refused() {
    let app = TestApp::start().await;
    for (body, at, code) in [
        (json!({ "headline": "x", "titel": 1 }), "/titel", "additionalProperties"),
        (json!({ "headline": "x", "id": "1" }), "/id", "additionalProperties"),
        (json!({ "headline": "x", "a/b~": 1 }), "/a~1b~0", "additionalProperties"),
        (
            json!({ "headline": "x", "authors": [{ "name": "A", "slug": "a" }] }),
            "/authors/0/slug",
            "additionalProperties",
        ),
        (
            json!({ "headline": "x", "image": { "url": "https://a.example", "size": 1 } }),
            "/image/size",
            "additionalProperties",
        ),
        (json!({ "headline": 1 }), "/headline", "type"),
        (json!({ "headline": null }), "/headline", "type"),
        (json!({ "headline": "x", "status": null }), "/status", "type"),
        (json!({ "headline": "x", "urgency": "1" }), "/urgency", "type"),
        (json!({ "headline": "x", "urgency": 1.5 }), "/urgency", "type"),
        (json!({ "headline": "x", "featured": "true" }), "/featured", "type"),
        (json!({ "headline": "x", "tags": "a" }), "/tags", "type"),
        (json!({ "headline": "x", "tags": [1] }), "/tags/0", "type"),
        (json!({ "headline": "x", "metadata": { "a": 1 } }), "/metadata/a", "type"),
        (json!({ "headline": "x", "source": { "name": "Agency" } }), "/source", "type"),
        (json!({ "headline": "x", "published_at": 1 }), "/published_at", "type"),
        (json!(["headline"]), "", "type"),
        (json!("headline"), "", "type"),
        (json!(null), "", "type"),
    ] {
        let answer = app.post(ARTICLES, &body).await.problem(400, "body_invalid").fault(at, code);
        assert_eq!(answer.body["errors"][0]["in"], "body");
    }
    nothing_is_saved(&app).await;
}

#[actix_web::test]
async fn content_that_breaks_a_rule_is_refused_with_its_place() {
    let app = TestApp::start().await;
    for (member, value, at, code) in [
        ("headline", json!(""), "/headline", "pattern"),
        ("headline", json!(" \t\r\n\u{a0}"), "/headline", "pattern"),
        ("authors", json!([{ "name": " " }]), "/authors/0/name", "pattern"),
        ("authors", json!([{ "url": "https://a.example" }]), "/authors/0/name", "required"),
        ("image", json!({ "alt": "x" }), "/image/url", "required"),
        ("media", json!([{ "url": "https://a.example" }]), "/media/0/kind", "required"),
        (
            "media",
            json!([{ "kind": "hologram", "url": "https://a.example" }]),
            "/media/0/kind",
            "enum",
        ),
        ("status", json!("live"), "/status", "enum"),
        ("body_format", json!("rtf"), "/body_format", "enum"),
        ("language", json!("english!"), "/language", "language_invalid"),
        ("language", json!(""), "/language", "language_invalid"),
        ("source_url", json!("ftp://a.example"), "/source_url", "url_invalid"),
        ("source_url", json!("/relative"), "/source_url", "url_invalid"),
        ("source_url", json!("http:/\\a.example"), "/source_url", "url_invalid"),
        ("source_url", json!("https://user@a.example"), "/source_url", "url_invalid"),
        ("canonical_url", json!("javascript:alert(1)"), "/canonical_url", "url_invalid"),
        ("canonical_url", json!("https://a.example/ b"), "/canonical_url", "url_invalid"),
        ("image", json!({ "url": "https://" }), "/image/url", "url_invalid"),
        ("media", json!([{ "kind": "image", "url": "x" }]), "/media/0/url", "url_invalid"),
        (
            "authors",
            json!([{ "name": "A", "url": "mailto:a@b.example" }]),
            "/authors/0/url",
            "url_invalid",
        ),
        ("published_at", json!("yesterday"), "/published_at", "time_invalid"),
        ("published_at", json!("2026-01-31"), "/published_at", "time_invalid"),
        ("published_at", json!("2026-01-31T12:00:00"), "/published_at", "time_invalid"),
        ("published_at", json!("2026-02-30T12:00:00Z"), "/published_at", "time_invalid"),
        ("expires_at", json!("0000-01-01T00:00:00Z"), "/expires_at", "time_invalid"),
        ("revised_at", json!("10000-01-01T00:00:00Z"), "/revised_at", "time_invalid"),
        ("urgency", json!(0), "/urgency", "minimum"),
        ("urgency", json!(10), "/urgency", "maximum"),
        ("external_id", json!(""), "/external_id", "minLength"),
        ("tags", json!([""]), "/tags/0", "minLength"),
        ("tags", json!(["ok", " \n"]), "/tags/1", "pattern"),
        ("metadata", json!({ "": "x" }), "/metadata", "propertyNames"),
    ] {
        let mut body = json!({ "headline": "Rules" });
        body[member] = value;
        let answer = app.post(ARTICLES, &body).await.expect(422);
        answer.fault(at, code);
    }
    nothing_is_saved(&app).await;
}

#[actix_web::test]
async fn every_fault_is_reported_at_once() {
    let app = TestApp::start().await;
    let body =
        json!({ "summary": "x".repeat(5001), "urgency": 11, "tags": [" ", "ok"], "status": "x" });
    let answer = app.post(ARTICLES, &body).await.problem(422, "validation_failed");
    assert_eq!(answer.body["errors"].as_array().unwrap().len(), 5, "{:#}", answer.body);
    let answer = answer.fault("/headline", "required").fault("/summary", "maxLength");
    answer.fault("/urgency", "maximum").fault("/tags/0", "pattern").fault("/status", "enum");
    let body = json!({ "headline": "x", "slug": "Bad", "language": "?", "source": "none",
                       "categories": ["a", "b"], "source_url": "x", "published_at": "x" });
    let answer = app.post(ARTICLES, &body).await.problem(422, "validation_failed");
    let answer = answer.fault("/slug", "slug_invalid").fault("/language", "language_invalid");
    let answer = answer.fault("/source", "source_not_found").fault("/source_url", "url_invalid");
    let answer = answer.fault("/categories/0", "category_not_found");
    answer.fault("/categories/1", "category_not_found").fault("/published_at", "time_invalid");
    let body = json!({ "headline": " ", "titel": "x", "urgency": "x" });
    let answer = app.post(ARTICLES, &body).await.problem(400, "body_invalid");
    answer
        .fault("/headline", "pattern")
        .fault("/titel", "additionalProperties")
        .fault("/urgency", "type");
}

#[actix_web::test]
async fn a_nul_is_refused_wherever_it_stands() {
    let app = TestApp::start().await;
    for (member, value, at) in [
        ("headline", json!("a\0b"), "/headline"),
        ("body", json!("\0"), "/body"),
        ("tags", json!(["ok", "\0"]), "/tags/1"),
        ("authors", json!([{ "name": "A\0" }]), "/authors/0/name"),
        ("metadata", json!({ "a/b": "\0" }), "/metadata/a~1b"),
        ("source", json!("\0"), "/source"),
        ("external_id", json!("\0"), "/external_id"),
    ] {
        let mut body = json!({ "headline": "Nul" });
        body[member] = value;
        app.post(ARTICLES, &body).await.problem(422, "nul_character").fault(at, "nul_character");
    }
    let body = json!({ "headline": "Nul", "metadata": { "a\0": "x" } });
    app.post(ARTICLES, &body).await.problem(422, "nul_character");
    nothing_is_saved(&app).await;
}

#[actix_web::test]
async fn other_content_types_are_refused() {
    let app = TestApp::start().await;
    let body = r#"{"headline":"x"}"#;
    for content_type in [
        "text/plain",
        "text/json",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/merge-patch+json",
        "application/json; charset=iso-8859-1",
        "json",
    ] {
        let answer = send(&app, content_type, body).await.problem(415, "media_type_unsupported");
        assert_eq!(answer.header("accept"), "application/json", "{content_type}");
    }
    let call = app.with_key(&app.admin, Method::POST, ARTICLES);
    let packed = call.header("content-encoding", "gzip").body("application/json", body);
    packed.send().await.problem(415, "media_type_unsupported");
    nothing_is_saved(&app).await;
}

#[actix_web::test]
async fn a_body_over_four_mebibytes_is_refused() {
    let app = TestApp::start().await;
    let fill = |length: usize| {
        let frame = r#"{"headline":"x","body":""}"#.len();
        format!(r#"{{"headline":"x","body":"{}"}}"#, "y".repeat(length - frame))
    };
    let body = fill((4 << 20) + 1);
    send(&app, "application/json", body.clone()).await.problem(413, "body_too_large");
    let key = format!("Bearer {}", app.admin);
    let headers = [("Authorization", key.as_str()), ("Content-Type", "application/json")];
    // as announced, before anything of it has come
    let length = [headers[0], headers[1], ("Content-Length", "4194305")];
    app.raw(Method::POST, ARTICLES, &length, b"").await.problem(413, "body_too_large");
    // not announced
    let mut chunked = Vec::new();
    for part in body.as_bytes().chunks(1 << 16) {
        chunked.extend(format!("{:x}\r\n", part.len()).into_bytes());
        chunked.extend(part);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    let coding = [headers[0], headers[1], ("Transfer-Encoding", "chunked")];
    app.raw(Method::POST, ARTICLES, &coding, &chunked).await.problem(413, "body_too_large");
    // just fits as a request, and is too long as a body
    let answer = send(&app, "application/json", fill(4 << 20)).await;
    answer.problem(422, "validation_failed").fault("/body", "maxLength");
    nothing_is_saved(&app).await;
}

#[actix_web::test]
async fn unknown_and_repeated_parameters_are_refused() {
    let app = TestApp::start().await;
    let body = json!({ "headline": "x" });
    for (query, name) in [
        ("draft=true", "draft"),
        ("dry_run=yes", "dry_run"),
        ("dry_run=", "dry_run"),
        ("dry_run=true&dry_run=true", "dry_run"),
        ("on_conflict=merge", "on_conflict"),
        ("create_missing=1", "create_missing"),
        ("overwrite=TRUE", "overwrite"),
    ] {
        let answer = app.post(&format!("{ARTICLES}?{query}"), &body).await;
        let answer = answer.problem(400, "query_invalid");
        assert_eq!(answer.body["errors"][0]["name"], name, "{query}");
        assert_eq!(answer.body["errors"][0]["in"], "query");
    }
    nothing_is_saved(&app).await;
}

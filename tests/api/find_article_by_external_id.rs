//! Read an article by its supplier's id.

use crate::support::TestApp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::json;

const ARTICLES: &str = "/api/v1/articles";

async fn with_source() -> TestApp {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    app
}

fn at(source: &str, external_id: &str) -> String {
    let external_id = utf8_percent_encode(external_id, NON_ALPHANUMERIC);
    format!("/api/v1/sources/{source}/articles/{external_id}")
}

#[actix_web::test]
async fn an_external_id_may_hold_anything() {
    let app = with_source().await;
    let long = "😀".repeat(512);
    for external_id in [
        "1",
        "urn:newsml:agency:2026",
        "a/b//c",
        "/",
        "a?b=c&d#e",
        "100%",
        "%2F",
        "%252F",
        "a b",
        "a+b",
        " ",
        "ü",
        "وزیر",
        "😀",
        "\"'<>\\",
        "\u{1}\u{7f}",
        "batch",
        "e\u{301}",
        &long,
    ] {
        let sent = json!({ "headline": "x", "status": "published", "source": "agency", "external_id": external_id });
        let made = app.create(ARTICLES, &sent).await;
        let read = app.get(&at("agency", external_id)).await.expect(200);
        assert_eq!(read.body["id"], made["id"], "{external_id}");
        assert_eq!(read.body["external_id"], external_id);
    }
    // clients fold dots away before they send them; the service does not
    for external_id in ["..", "."] {
        let sent = json!({ "headline": "x", "status": "published", "source": "agency", "external_id": external_id });
        app.create(ARTICLES, &sent).await;
        for written in [external_id.to_owned(), external_id.replace('.', "%2E")] {
            let path = format!("/api/v1/sources/agency/articles/{written}");
            let read = app.raw(Method::GET, &path, &[], b"").await.expect(200);
            assert_eq!(read.body["external_id"], external_id);
        }
    }
    // decoded exactly once
    app.get("/api/v1/sources/agency/articles/%252F").await.expect(200);
    app.get("/api/v1/sources/agency/articles/a/b//c").await.problem(404, "not_found");
}

#[actix_web::test]
async fn it_answers_like_the_story_itself() {
    let app = with_source().await;
    let sent = json!({ "headline": "Rain", "status": "published", "source": "agency", "external_id": "1" });
    app.create(ARTICLES, &sent).await;
    let source = app.get("/api/v1/sources/agency").await.expect(200).text("id");
    let story = app.get(&format!("{ARTICLES}/rain")).await.expect(200);
    for source in ["agency", &source] {
        let read = app.get(&at(source, "1")).await.expect(200);
        assert_eq!(read.bytes, story.bytes);
        assert_eq!(read.header("etag"), story.header("etag"));
        let call = app.anonymous(Method::GET, &at(source, "1"));
        call.header("if-none-match", story.header("etag")).send().await.expect(304);
        app.anonymous(Method::HEAD, &at(source, "1")).send().await.expect(200);
    }
}

#[actix_web::test]
async fn a_former_slug_of_the_source_leads_on() {
    let app = with_source().await;
    let sent = json!({ "headline": "Rain", "status": "published", "source": "agency", "external_id": "a/b ü" });
    app.create(ARTICLES, &sent).await;
    app.patch("/api/v1/sources/agency", &json!({ "slug": "the-agency" })).await.expect(200);
    let answer = app.get(&at("agency", "a/b ü")).await.expect(308);
    let target = "https://api.news.example/api/v1/sources/the-agency/articles/a%2Fb%20%C3%BC";
    assert_eq!(answer.header("location"), target);
    let path = target.strip_prefix("https://api.news.example").unwrap();
    app.get(path).await.expect(200);
}

#[actix_web::test]
async fn what_is_not_there_is_not_found() {
    let app = with_source().await;
    app.create(ARTICLES, &json!({ "headline": "Hidden", "source": "agency", "external_id": "h" }))
        .await;
    app.create(
        ARTICLES,
        &json!({ "headline": "Own", "status": "published", "external_id": "own" }),
    )
    .await;
    let ids = |answer: crate::support::Answer| {
        let answer = answer.problem(404, "not_found");
        String::from_utf8(answer.bytes.clone())
            .unwrap()
            .replace(answer.header("x-request-id"), "ID")
    };
    let unknown = ids(app.get(&at("agency", "none")).await);
    for (source, id) in [
        ("agency", "h"),
        ("agency", "own"),
        ("nobody", "h"),
        ("0198f0c1-2a3b-7c4d-8e5f-0123456789ab", "h"),
    ] {
        assert_eq!(ids(app.get(&at(source, id)).await), unknown, "{source}/{id}");
    }
    app.admin_get(&at("agency", "h")).await.expect(200);
    for path in ["/api/v1/sources/agency/articles/a%00b", "/api/v1/sources/agency/articles/%ff"] {
        app.get(path).await.problem(400, "path_invalid").fault("external_id", "invalid");
    }
    let long = at("agency", &"x".repeat(513));
    app.get(&long).await.problem(400, "path_invalid").fault("external_id", "maxLength");
}

#[actix_web::test]
async fn what_was_live_and_is_withdrawn_is_gone() {
    let app = with_source().await;
    let sent = json!({ "headline": "Rain", "status": "published", "source": "agency", "external_id": "1" });
    app.create(ARTICLES, &sent).await;
    app.delete(&format!("{ARTICLES}/rain")).await.expect(204);
    app.get(&at("agency", "1")).await.problem(410, "article_gone");
    app.admin_get(&at("agency", "1")).await.problem(410, "article_gone");
}

//! Create an article: what comes of a minimal and of a full one, and dry runs. Text, slugs,
//! refusals, references, conflicts, dates and rights have a file each.

mod conflicts;
mod dates;
mod limits;
mod missing;
mod references;
mod refusals;
mod rights;
mod slugs;
mod text;
mod translations;

use crate::support::TestApp;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";

#[actix_web::test]
async fn a_headline_is_enough() {
    let app = TestApp::start().await;
    let answer = app.post(ARTICLES, &json!({ "headline": "Rain at last" })).await.expect(201);
    let id = answer.text("id");
    let api_url = format!("https://api.news.example/api/v1/articles/{id}");
    assert_eq!(answer.header("location"), api_url);
    assert!(answer.header("etag").starts_with("\"1-"), "{}", answer.header("etag"));
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let mut expected = json!({
        "id": id, "slug": "rain-at-last", "api_url": api_url,
        "url": "https://api.news.example/api/v1/articles/rain-at-last.html",
        "headline": "Rain at last", "summary": null, "body": "", "body_format": "text",
        "body_html": "", "body_text": "", "byline": null, "authors": [], "source": null,
        "source_url": null, "external_id": null, "category": null, "categories": [],
        "breadcrumb": [], "tags": [], "language": "en", "direction": "ltr",
        "translation_of": null, "translations": [], "status": "draft", "state": "draft",
        "published_at": null, "expires_at": null, "revised_at": null, "canonical_url": null,
        "image": null, "media": [], "urgency": null, "featured": false, "usage_terms": null,
        "metadata": {}, "word_count": 0, "reading_minutes": 0,
        "created_at": answer.text("created_at"), "updated_at": answer.text("created_at"),
        "version": 1,
    });
    expected["corrections"] = json!([]);
    expected["duplicate_of"] = Value::Null;
    expected["retraction"] = Value::Null;
    assert_eq!(answer.body, expected);
    assert_eq!(app.admin_get(&format!("{ARTICLES}/{id}")).await.expect(200).body, expected);
}

/// A story with every member, but for references and dates that the caller fills in.
pub fn full() -> Value {
    json!({
        "headline": "Full house", "slug": "the-full-house", "summary": "Standfirst.",
        "body": "# One\n\nTwo *three*.", "body_format": "markdown", "byline": "By A and B",
        "authors": [{ "name": "Ayesha Khan", "url": "https://news.example/ayesha" },
                    { "name": "José Ñandú", "url": null }],
        "source_url": "https://agency.example/story?id=1#top", "external_id": "W/1 ü",
        "tags": ["Foreign Affairs", "talks"], "language": "en-GB",
        "canonical_url": "https://canon.example/story",
        "image": { "url": "https://img.example/a.jpg", "alt": "Alt", "caption": "Caption",
                   "credit": "Credit", "width": 1600, "height": 900 },
        "media": [{ "kind": "video", "url": "https://img.example/a.mp4", "alt": null,
                    "caption": "Film", "credit": "C", "width": 640, "height": 360,
                    "media_type": "video/mp4", "size_bytes": 9_007_199_254_740_991_i64,
                    "duration_seconds": 61 },
                  { "kind": "document", "url": "http://img.example/a.pdf", "alt": null,
                    "caption": null, "credit": null, "width": null, "height": null,
                    "media_type": null, "size_bytes": null, "duration_seconds": null }],
        "urgency": 2, "featured": true, "usage_terms": "Free.",
        "metadata": { "desk": "foreign", "note": "" },
    })
}

#[actix_web::test]
async fn every_member_comes_back_as_sent() {
    let app = TestApp::start().await;
    let source = app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let world = app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    let asia = json!({ "name": "Asia", "parent": "world" });
    let asia = app.create("/api/v1/categories", &asia).await;
    let original = app.story("The original").await;
    let mut sent = full();
    sent["source"] = source["id"].clone();
    sent["category"] = json!("asia");
    sent["categories"] = json!(["asia", "world"]);
    sent["translation_of"] = original["id"].clone();
    sent["status"] = json!("published");
    sent["published_at"] = json!("2020-01-31T17:00:00+05:00");
    sent["expires_at"] = json!("2999-12-31T23:59:59.9999Z");
    sent["revised_at"] = json!("2020-02-01T00:00:00Z");
    let answer = app.post(ARTICLES, &sent).await.expect(201);
    let got = answer.body.clone();
    for member in [
        "headline",
        "slug",
        "summary",
        "body",
        "body_format",
        "byline",
        "source_url",
        "external_id",
        "tags",
        "language",
        "translation_of",
        "status",
        "canonical_url",
        "image",
        "media",
        "urgency",
        "featured",
        "usage_terms",
        "metadata",
    ] {
        assert_eq!(got[member], sent[member], "{member}");
    }
    assert_eq!(
        got["authors"],
        json!([{ "name": "Ayesha Khan", "slug": "ayesha-khan", "url": "https://news.example/ayesha" },
               { "name": "José Ñandú", "slug": "josé-ñandú", "url": null }])
    );
    let card = json!({ "id": source["id"], "slug": "agency", "name": "Agency", "url": null,
                       "credit": null, "logo_url": null });
    assert_eq!(got["source"], card);
    let crumb = |one: &Value| json!({ "id": one["id"], "slug": one["slug"], "name": one["name"] });
    assert_eq!(got["category"], crumb(&asia));
    assert_eq!(got["categories"], json!([crumb(&asia), crumb(&world)]));
    assert_eq!(got["breadcrumb"], json!([crumb(&world), crumb(&asia)]));
    assert_eq!(got["state"], "live");
    assert_eq!(got["published_at"], "2020-01-31T12:00:00.000Z");
    assert_eq!(got["expires_at"], "2999-12-31T23:59:59.999Z");
    assert_eq!(got["revised_at"], "2020-02-01T00:00:00.000Z");
    assert_eq!(got["body_html"], "<h1>One</h1>\n<p>Two <em>three</em>.</p>\n");
    assert_eq!(got["body_text"], "One\n\nTwo three.");
    assert_eq!(got["word_count"], 3);
    assert_eq!(got["reading_minutes"], 1);
    let read = app.admin_get(&format!("{ARTICLES}/the-full-house")).await.expect(200);
    assert_eq!(read.body, got);
}

#[actix_web::test]
async fn null_means_the_default() {
    let app = TestApp::start().await;
    let mut sent = json!({ "headline": "Nulls" });
    for member in [
        "slug",
        "summary",
        "body",
        "body_format",
        "byline",
        "authors",
        "source",
        "source_url",
        "external_id",
        "category",
        "categories",
        "tags",
        "language",
        "translation_of",
        "published_at",
        "expires_at",
        "revised_at",
        "canonical_url",
        "image",
        "media",
        "urgency",
        "featured",
        "usage_terms",
        "metadata",
    ] {
        sent[member] = Value::Null;
    }
    let with_nulls = app.create(ARTICLES, &sent).await;
    let without = app.create(ARTICLES, &json!({ "headline": "Nulls" })).await;
    for (member, value) in without.as_object().unwrap() {
        let own = ["id", "slug", "url", "api_url", "created_at", "updated_at"];
        if !own.contains(&member.as_str()) {
            assert_eq!(&with_nulls[member], value, "{member}");
        }
    }
}

#[actix_web::test]
async fn the_language_and_the_readers_page_follow_the_settings() {
    let page = "https://news.example/{language}/{category}/{slug}?id={id}";
    let app = TestApp::with(&["--language", "ur", "--article-url", page]).await;
    app.create("/api/v1/categories", &json!({ "name": "تازہ ترین" })).await;
    let filed = json!({ "headline": "بارش کا امکان", "category": "تازہ-ترین" });
    let filed = app.create(ARTICLES, &filed).await;
    assert_eq!(
        (filed["language"].as_str(), filed["direction"].as_str()),
        (Some("ur"), Some("rtl"))
    );
    let (id, encoded) = (filed["id"].as_str().unwrap(), |text| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    });
    let category = encoded("تازہ ترین").replace("%20", "-");
    let slug = encoded("بارش کا امکان").replace("%20", "-");
    let expected = format!("https://news.example/ur/{category}/{slug}?id={id}");
    assert_eq!(filed["url"], expected);
    let unfiled = app.create(ARTICLES, &json!({ "headline": "Loose", "language": "de" })).await;
    let id = unfiled["id"].as_str().unwrap();
    assert_eq!(unfiled["url"], format!("https://news.example/de/news/loose?id={id}"));
}

#[actix_web::test]
async fn the_direction_follows_the_language() {
    let app = TestApp::start().await;
    for (language, direction) in [
        ("en", "ltr"),
        ("ur", "rtl"),
        ("ar-EG", "rtl"),
        ("he", "rtl"),
        ("fa", "rtl"),
        ("ur-Latn", "ltr"),
        ("az-Arab", "rtl"),
        ("pa-PK", "rtl"),
        ("zh-Hant-TW", "ltr"),
        ("ps", "rtl"),
    ] {
        let sent = json!({ "headline": "Directions", "language": language });
        let made = app.create(ARTICLES, &sent).await;
        assert_eq!(made["direction"], direction, "{language}");
        assert_eq!(made["language"], language);
    }
}

#[actix_web::test]
async fn words_are_those_of_the_plain_text() {
    let app = TestApp::start().await;
    for (body, format, words, minutes) in [
        ("", "text", 0, 0),
        ("one two, three", "text", 3, 1),
        ("# one\n\n[two](https://a.example/three-four)", "markdown", 2, 1),
        ("<p>one <b>two</b></p><script>three()</script>", "html", 2, 1),
    ] {
        let sent = json!({ "headline": "Words", "body": body, "body_format": format });
        let made = app.create(ARTICLES, &sent).await;
        assert_eq!(made["word_count"], words, "{body}");
        assert_eq!(made["reading_minutes"], minutes, "{body}");
    }
    let sent = json!({ "headline": "Long", "body": "word ".repeat(401) });
    assert_eq!(app.create(ARTICLES, &sent).await["reading_minutes"], 3);
}

#[actix_web::test]
async fn html_is_cleaned_and_the_body_is_not() {
    let app = TestApp::start().await;
    let body =
        "<p onclick=\"x()\">Hi <script>alert(1)</script><a href=\"javascript:x()\">a</a></p>";
    let made = app
        .create(ARTICLES, &json!({ "headline": "Html", "body": body, "body_format": "html" }))
        .await;
    assert_eq!(made["body"], body);
    let html = made["body_html"].as_str().unwrap();
    assert!(!html.contains("script") && !html.contains("onclick"), "{html}");
    assert_eq!(made["body_text"], "Hi a");
}

#[actix_web::test]
async fn a_dry_run_answers_and_saves_nothing() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Not yet", "status": "published", "category": "New desk",
                       "source": "New agency", "external_id": "1" });
    let path = format!("{ARTICLES}?dry_run=true&create_missing=true");
    let answer = app.post(&path, &sent).await.expect(200);
    assert_eq!(answer.header("location"), "");
    assert_eq!(answer.text("slug"), "not-yet");
    assert_eq!(answer.body["state"], "live");
    assert_eq!(answer.body["source"]["name"], "New agency");
    for (path, left) in [
        ("/api/v1/articles?state=any&total=exact", 0),
        ("/api/v1/sources?total=exact", 0),
        ("/api/v1/categories?total=exact", 0),
    ] {
        assert_eq!(app.admin_get(path).await.expect(200).body["total"], left, "{path}");
    }
    // the slug is free again
    assert_eq!(app.story("Not yet").await["slug"], "not-yet");
    app.post(&path, &json!({ "headline": " " })).await.problem(422, "validation_failed");
    let taken = json!({ "headline": "Not yet", "slug": "not-yet" });
    app.post(&path, &taken).await.problem(409, "slug_taken");
}

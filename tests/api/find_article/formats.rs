//! One story, many formats: which one is given, and what goes with each. What stands in them has a file
//! a format.

mod atom;
mod awkward;
mod html;
mod jsonld;
mod markdown;
mod ninjs;
mod text;

use super::ARTICLES;
use crate::support::{Answer, TestApp};
use newswire::access::Scope::ArticlesRead;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashSet;

const FORMATS: [(&str, &str); 7] = [
    ("json", "application/json"),
    ("ninjs.json", "application/vnd.iptc.ninjs+json"),
    ("jsonld", "application/ld+json"),
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("html", "text/html"),
    ("atom", "application/atom+xml"),
];

/// A story that has everything.
fn full() -> Value {
    json!({
        "headline": "Corridor talks resume", "slug": "talks", "summary": "In the capital.",
        "body": "They **met** at [noon](https://a.example/?a=1&b=2).\n\n- One\n- Two", "body_format": "markdown",
        "byline": "By Ayesha Khan", "authors": [{ "name": "Ayesha Khan", "url": "https://a.example/khan" }],
        "source": "radio-pakistan", "source_url": "https://radio.example/42|a", "external_id": "42",
        "category": "diplomacy", "tags": ["Trade", "Peace & talks"], "language": "en",
        "status": "published", "published_at": "2026-01-31T12:00:00Z", "revised_at": "2026-02-01T08:00:00Z",
        "expires_at": "2999-01-01T00:00:00Z", "canonical_url": "https://news.example/talks", "urgency": 2,
        "image": { "url": "https://a.example/bild ü.jpg".replace(' ', "_"), "alt": "The corridor", "caption": "At noon",
                   "credit": "Photo: Bo", "width": 1600, "height": 900 },
        "media": [{ "kind": "audio", "url": "https://a.example/a.mp3", "media_type": "audio/mpeg",
                    "size_bytes": 1000, "duration_seconds": 61, "caption": "Listen" }],
        "usage_terms": "Free with credit.", "metadata": { "desk": "secret-desk" },
    })
}

async fn newsroom(flags: &[&str]) -> TestApp {
    let app = TestApp::with(flags).await;
    let source = json!({ "name": "Radio Pakistan", "url": "https://radio.example/", "credit": "APP / Radio",
                         "logo_url": "https://radio.example/logo.png" });
    app.create("/api/v1/sources", &source).await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    let topic = json!({ "name": "Diplomacy", "parent": "world", "media_topic": "medtop:20000639" });
    app.create("/api/v1/categories", &topic).await;
    let made = app.create(ARTICLES, &full()).await;
    let urdu = json!({ "headline": "راہداری پر بات چیت", "slug": "urdu", "language": "ur", "status": "published",
                       "translation_of": made["id"] });
    app.create(ARTICLES, &urdu).await;
    let note = json!({ "text": "The talks were at noon.", "corrected_at": "2026-02-02T08:00:00Z" });
    app.post(&format!("{ARTICLES}/talks/corrections"), &note).await.expect(201);
    app
}

async fn accepting(app: &TestApp, path: &str, accept: &str) -> Answer {
    app.anonymous(Method::GET, path).header("accept", accept).send().await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.bytes.clone()).unwrap()
}

/// Whether caches are told that `Accept` decides.
fn varies(answer: &Answer) -> bool {
    let vary = answer.header("vary").to_lowercase();
    vary.split(',').any(|name| name.trim() == "accept")
}

#[actix_web::test]
async fn a_suffix_and_accept_lead_to_the_same_bytes() {
    for flags in [&[][..], &["--cache-mb", "0"]] {
        let app = newsroom(flags).await;
        app.trusting().await;
        let mut tags = HashSet::new();
        for (suffix, media_type) in FORMATS {
            let path = format!("{ARTICLES}/talks.{suffix}");
            let named = app.get(&path).await.expect(200);
            for _ in 0..2 {
                let asked =
                    accepting(&app, &format!("{ARTICLES}/talks"), media_type).await.expect(200);
                assert_eq!(text(&asked), text(&named), "{suffix}");
                assert_eq!(asked.header("etag"), named.header("etag"));
                assert_eq!(asked.header("content-type"), named.header("content-type"));
                assert!(varies(&asked), "{suffix}");
            }
            assert!(!varies(&named), "the address decides: {suffix}");
            assert!(named.header("vary").to_lowercase().contains("accept-encoding"));
            assert!(named.header("content-type").starts_with(media_type));
            assert!(tags.insert(named.header("etag").to_owned()), "{suffix}");
            assert!(named.header("etag").starts_with("\"2-"), "the correction is the second");
            assert_eq!(named.header("cache-control"), "public, no-cache");
            assert_eq!(named.header("content-language"), "en");
            assert!(named.header("cache-tag").starts_with("article-"));
            assert!(!text(&named).contains("secret-desk"), "{suffix}");
            let held =
                app.anonymous(Method::GET, &path).header("if-none-match", named.header("etag"));
            let held = held.send().await.expect(304);
            assert_eq!(held.header("vary"), named.header("vary"));
            let head = app.anonymous(Method::HEAD, &path).send().await.expect(200);
            for name in ["etag", "content-type", "content-length", "vary"] {
                assert_eq!(head.header(name), named.header(name), "{suffix} {name}");
            }
            // whatever else is accepted
            accepting(&app, &path, "image/png").await.expect(200);
        }
    }
}

#[actix_web::test]
async fn every_format_changes_at_once() {
    let app = newsroom(&[]).await;
    app.trusting().await;
    for (suffix, _) in FORMATS {
        let path = format!("{ARTICLES}/talks.{suffix}");
        let before = app.get(&path).await.expect(200);
        let headline = format!("New in {suffix}");
        app.patch(&format!("{ARTICLES}/talks"), &json!({ "headline": headline })).await.expect(200);
        let after = app.get(&path).await.expect(200);
        assert!(text(&after).contains(&headline), "{suffix}");
        assert_ne!(before.header("etag"), after.header("etag"));
        let call =
            app.with_key(&app.admin, Method::PATCH, &format!("{ARTICLES}/talks?dry_run=true"));
        // a change is based on a version, whatever the format it was read in
        call.header("if-match", after.header("etag")).json(&json!({})).send().await.expect(200);
    }
}

#[actix_web::test]
async fn what_is_not_there_is_told() {
    let app = newsroom(&[]).await;
    for accept in ["image/png", "*/*;q=0", "application/rss+xml"] {
        let path = format!("{ARTICLES}/talks");
        let answer = accepting(&app, &path, accept).await.problem(406, "not_acceptable");
        for (_, media_type) in FORMATS {
            assert!(answer.text("detail").contains(media_type), "{}", answer.body);
        }
    }
    let unknown = app.get(&format!("{ARTICLES}/nothing")).await.problem(404, "not_found");
    for name in
        ["talks.pdf", "talks.", "talks.json.json", "talks.JSON", "talks.x.md", ".md", "nothing.md"]
    {
        let answer = app.get(&format!("{ARTICLES}/{name}")).await.problem(404, "not_found");
        let bytes = |answer: &Answer| text(answer).replace(answer.header("x-request-id"), "");
        assert_eq!(bytes(&answer), bytes(&unknown), "{name}");
    }
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let call = app.with_key(&app.admin, method, &format!("{ARTICLES}/talks.md"));
        call.json(&json!({ "headline": "x" })).send().await.problem(404, "not_found");
    }
    let answer = app.get(&format!("{ARTICLES}/talks.txt?include=related")).await;
    answer.problem(400, "query_invalid").fault("include", "invalid");
    app.get(&format!("{ARTICLES}/talks.json?include=related")).await.expect(200);
}

#[actix_web::test]
async fn caches_are_told_that_accept_decides_whatever_the_answer() {
    let app = newsroom(&[]).await;
    app.story("Gone").await;
    app.delete(&format!("{ARTICLES}/gone")).await.expect(204);
    app.story("Old").await;
    app.patch(&format!("{ARTICLES}/old"), &json!({ "slug": "newer" })).await.expect(200);
    for (name, status) in [("talks", 200), ("nothing", 404), ("gone", 410), ("old", 308)] {
        let path = format!("{ARTICLES}/{name}");
        for method in [Method::GET, Method::HEAD] {
            let answer = app.anonymous(method, &path).send().await.expect(status);
            assert!(varies(&answer), "{name}");
        }
        let answer = app.get(&format!("{path}.atom")).await.expect(status);
        assert!(!varies(&answer), "{name}: the address decides");
    }
    let path = format!("{ARTICLES}/talks");
    assert!(varies(&accepting(&app, &path, "image/png").await.expect(406)));
    let tag = app.get(&path).await.expect(200).header("etag").to_owned();
    let held = app.anonymous(Method::GET, &path).header("if-none-match", &tag).send().await;
    assert!(varies(&held.expect(304)));
}

#[actix_web::test]
async fn hidden_stories_are_hidden_in_every_format() {
    let app = newsroom(&[]).await;
    let draft = app.create(ARTICLES, &json!({ "headline": "Draft" })).await;
    let link = app.post(&format!("{ARTICLES}/draft/preview-links"), &json!({})).await.expect(201);
    let token = link.text("token");
    let reader = app.key(&[ArticlesRead], None).await;
    app.story("Old").await;
    app.patch(&format!("{ARTICLES}/old"), &json!({ "slug": "newer" })).await.expect(200);
    app.story("Gone").await;
    app.delete(&format!("{ARTICLES}/gone")).await.expect(204);
    for (suffix, _) in FORMATS {
        for name in ["draft", draft["id"].as_str().unwrap()] {
            let path = format!("{ARTICLES}/{name}.{suffix}");
            app.get(&path).await.problem(404, "not_found");
            let keyed = app.with_key(&reader, Method::GET, &path).send().await.expect(200);
            assert_eq!(keyed.header("cache-control"), "private, no-store");
            let shown = app.get(&format!("{path}?preview={token}")).await.expect(200);
            assert!(text(&shown).contains("Draft"));
            assert_eq!(shown.header("cache-control"), "private, no-store");
            assert_eq!(shown.header("x-robots-tag"), "noindex");
        }
        app.get(&format!("{ARTICLES}/gone.{suffix}")).await.problem(410, "article_gone");
        let moved = app.get(&format!("{ARTICLES}/old.{suffix}")).await.expect(308);
        let target = format!("https://api.news.example{ARTICLES}/newer.{suffix}");
        assert_eq!(moved.header("location"), target);
    }
}

#[actix_web::test]
async fn a_lead_picture_that_is_among_the_media_is_shown_once() {
    let app = TestApp::start().await;
    let picture = "https://a.example/lead.jpg";
    let story = json!({
        "headline": "Rain", "status": "published", "image": { "url": picture },
        "media": [{ "kind": "image", "url": picture, "media_type": "image/jpeg", "size_bytes": 10 },
                  { "kind": "image", "url": "https://a.example/2.jpg", "media_type": "jpg" },
                  { "kind": "document", "url": "https://a.example/r.pdf", "alt": " ", "caption": "The report",
                    "media_type": "" }],
    });
    app.create(ARTICLES, &story).await;
    for (path, times) in [
        (format!("{ARTICLES}/rain.html"), r#"<img src="https://a.example/lead.jpg""#),
        (format!("{ARTICLES}/rain.atom"), r#"href="https://a.example/lead.jpg""#),
        (format!("{ARTICLES}/rain.ninjs.json"), r#""href":"https://a.example/lead.jpg""#),
        ("/feeds/articles.rss".to_owned(), r#"<media:content url="https://a.example/lead.jpg""#),
        ("/feeds/articles.atom".to_owned(), r#"href="https://a.example/lead.jpg""#),
    ] {
        let found = text(&app.get(&path).await.expect(200));
        assert_eq!(found.matches(times).count(), 1, "{path}: {found}");
        assert!(found.contains("2.jpg") && found.contains("r.pdf"), "{path}");
        for nothing in [r#"type="jpg""#, r#"type="""#, r#"type="image/*""#, r#""contentType":"""#] {
            assert!(!found.contains(nothing), "{path}: {found}");
        }
    }
    let page = text(&app.get(&format!("{ARTICLES}/rain.html")).await);
    assert!(page.contains(r#"<a href="https://a.example/r.pdf">The report</a>"#), "{page}");
    let feed = app.get("/feeds/articles.json").await.expect(200).body;
    let attached = feed["items"][0]["attachments"].as_array().unwrap();
    assert_eq!(attached.iter().map(|one| &one["mime_type"]).collect::<Vec<_>>(), ["image/jpeg"]);
}

#[actix_web::test]
async fn what_is_published_anew_was_not_changed_before() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Rain", "status": "published", "published_at": "2026-02-01T00:00:00Z",
                       "revised_at": "2026-01-01T00:00:00Z",
                       "media": [{ "kind": "video", "url": "https://a.example/v.mp4" }] });
    app.create(ARTICLES, &sent).await;
    let jsonld = app.get(&format!("{ARTICLES}/rain.jsonld")).await.expect(200).body;
    assert_eq!(jsonld["dateModified"], jsonld["datePublished"]);
    assert_eq!(jsonld["associatedMedia"][0]["@type"], "MediaObject", "a film without a still");
    let page = text(&app.get(&format!("{ARTICLES}/rain.html")).await.expect(200));
    assert!(!page.contains("Updated") && !page.contains("modified_time"), "{page}");
    let feed = app.get("/feeds/articles.json").await.expect(200).body;
    assert!(feed["items"][0].get("date_modified").is_none());
    let still = json!({ "image": { "url": "https://a.example/still.jpg" } });
    app.patch(&format!("{ARTICLES}/rain"), &still).await.expect(200);
    let film = app.get(&format!("{ARTICLES}/rain.jsonld")).await.body["associatedMedia"][0].clone();
    assert_eq!(film["@type"], "VideoObject");
    assert_eq!(
        (&film["name"], &film["thumbnailUrl"]),
        (&json!("Rain"), &json!("https://a.example/still.jpg"))
    );
    assert_eq!(film["uploadDate"], jsonld["datePublished"]);
}

#[actix_web::test]
async fn a_headline_that_markup_cannot_hold_is_its_slug_there() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "\u{1}\u{fffe}", "slug": "nothing", "status": "published",
                       "authors": [{ "name": "\u{2}" }], "published_at": chrono::Utc::now().to_rfc3339() });
    app.create(ARTICLES, &sent).await;
    for (path, title) in [
        ("/feeds/articles.rss", "<title>nothing</title>"),
        ("/feeds/articles.atom", "<title>nothing</title>"),
        ("/sitemap-news.xml", "<news:title>nothing</news:title>"),
        ("/api/v1/articles/nothing.html", "<h1>nothing</h1>"),
    ] {
        let found = text(&app.get(path).await.expect(200));
        assert!(found.contains(title), "{path}: {found}");
        assert!(!found.contains("<name></name>"), "{path}: {found}");
    }
}

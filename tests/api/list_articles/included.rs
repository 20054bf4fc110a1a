//! What a list adds when asked: the whole source, and stories about the same.

use super::ARTICLES;
use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

#[actix_web::test]
async fn the_source_comes_with_all_its_members() {
    let app = TestApp::start().await;
    let sent = json!({ "name": "Alpha", "description": "News.", "url": "https://a.example/",
        "feed_url": "https://a.example/feed", "logo_url": "https://a.example/logo.png", "country": "PK",
        "language": "ur", "credit": "Alpha News", "usage_terms": "With a link.", "metadata": { "desk": "7" } });
    app.create("/api/v1/sources", &sent).await;
    let story = json!({ "headline": "One", "source": "alpha", "status": "published" });
    app.create(ARTICLES, &story).await;
    app.story("No source").await;
    let public = app.get("/api/v1/sources/alpha").await.expect(200).body;
    let keyed = app.admin_get("/api/v1/sources/alpha").await.expect(200).body;
    let plain = app.get(&format!("{ARTICLES}/one")).await.expect(200).body["source"].clone();
    let names: Vec<&String> = plain.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 6, "{names:?}");
    for path in [format!("{ARTICLES}?include=source"), format!("{ARTICLES}/one?include=source")] {
        let first = |body: Value| match body["items"].as_array() {
            Some(items) => {
                assert_eq!(items[0]["source"], Value::Null);
                items[1]["source"].clone()
            }
            None => body["source"].clone(),
        };
        assert_eq!(first(app.get(&path).await.expect(200).body), public, "{path}");
        assert_eq!(first(app.admin_get(&path).await.expect(200).body), keyed, "{path}");
    }
    assert_eq!(keyed["metadata"], json!({ "desk": "7" }));
    assert_eq!(public.get("metadata"), None);
}

fn related(story: &Value) -> Vec<&str> {
    let related = story["related"].as_array().unwrap();
    related.iter().map(|one| one["slug"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn related_stories_that_are_as_good_have_an_order() {
    let app = TestApp::start().await;
    for n in 0..5 {
        let sent = json!({ "headline": "Floods in Karachi harbour", "slug": format!("s{n}"),
            "status": "published", "published_at": "2026-01-31T12:00:00Z" });
        app.create(ARTICLES, &sent).await;
    }
    let list = app.get(&format!("{ARTICLES}?include=related")).await.expect(200).body;
    for story in list["items"].as_array().unwrap() {
        let slug = story["slug"].as_str().unwrap();
        let newest_first: Vec<String> =
            (0..5).rev().map(|n| format!("s{n}")).filter(|other| other != slug).collect();
        assert_eq!(related(story), newest_first);
        let one = app.get(&format!("{ARTICLES}/{slug}?include=related")).await.expect(200).body;
        assert_eq!(related(&one), newest_first);
    }
}

#[actix_web::test]
async fn related_stories_share_words_or_tags_and_hidden_ones_never_show() {
    let app = TestApp::start().await;
    for (slug, headline, tags) in [
        ("one", "Monsoon floods Karachi harbour", vec!["weather"]),
        ("two", "Karachi harbour reopens after floods", vec![]),
        ("three", "Parliament votes on budget", vec!["weather"]),
        ("four", "Cricket final in Sydney", vec!["sport"]),
    ] {
        let sent =
            json!({ "headline": headline, "slug": slug, "tags": tags, "status": "published" });
        app.create(ARTICLES, &sent).await;
    }
    let headline = "Monsoon floods Karachi harbour";
    for (slug, more) in [
        ("draft", json!({})),
        ("scheduled", json!({ "status": "published", "published_at": "2999-01-01T00:00:00Z" })),
        (
            "expired",
            json!({ "status": "published", "published_at": "2020-01-01T00:00:00Z", "expires_at": "2020-01-02T00:00:00Z" }),
        ),
        ("trashed", json!({ "status": "published" })),
    ] {
        let mut sent = json!({ "headline": headline, "slug": slug, "tags": ["weather"] });
        sent.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        app.create(ARTICLES, &sent).await;
    }
    app.delete(&format!("{ARTICLES}/trashed")).await.expect(204);
    let reader = app.key(&[Scope::Admin], None).await;
    for path in
        [format!("{ARTICLES}/one?include=related"), format!("{ARTICLES}?include=related&slug=one")]
    {
        for answer in [app.get(&path).await, app.with_key(&reader, Method::GET, &path).send().await]
        {
            let body = answer.expect(200).body;
            let story = if body["items"].is_array() { body["items"][0].clone() } else { body };
            assert_eq!(related(&story), ["two", "three"], "{path}");
            let first = &story["related"][0];
            assert_eq!(first["headline"], "Karachi harbour reopens after floods");
            assert_eq!(first["language"], "en");
            assert_eq!(
                first["url"],
                app.get(&format!("{ARTICLES}/two")).await.expect(200).body["url"]
            );
        }
    }
    let list = app.get(&format!("{ARTICLES}?include=related")).await.expect(200).body;
    let items = list["items"].as_array().unwrap();
    let of = |slug: &str| related(items.iter().find(|item| item["slug"] == slug).unwrap());
    assert_eq!(of("four"), [""; 0]);
    assert_eq!(of("two"), ["one"]);
    let plain = app.get(&format!("{ARTICLES}/one")).await.expect(200);
    assert_eq!(plain.body.get("related"), None);
}

#[actix_web::test]
async fn at_most_five_are_shown_the_closest_first() {
    let app = TestApp::start().await;
    for n in 0..9 {
        app.story(&format!("Glacier lake {n}")).await;
    }
    app.story("Glacier lake outburst flood in Hunza").await;
    app.story("Outburst flood feared at glacier lake in Hunza valley").await;
    let path = format!("{ARTICLES}/glacier-lake-outburst-flood-in-hunza?include=related");
    let story = app.get(&path).await.expect(200).body;
    assert_eq!(related(&story).len(), 5);
    assert_eq!(related(&story)[0], "outburst-flood-feared-at-glacier-lake-in-hunza-valley");
}

#[actix_web::test]
async fn a_story_without_words_has_none_related() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        app.create(ARTICLES, &json!({ "headline": "!!", "slug": null, "status": "published" }))
            .await;
    }
    let list = app.get(&format!("{ARTICLES}?include=related,source,body")).await.expect(200).body;
    for item in list["items"].as_array().unwrap() {
        assert_eq!(item["related"], json!([]));
        assert_eq!(item["body"], "");
    }
}

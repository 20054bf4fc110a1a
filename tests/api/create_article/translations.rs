//! Language versions of one story.

use super::ARTICLES;
use crate::support::TestApp;
use newswire::access::Scope::{ArticlesRead, ArticlesWrite};
use reqwest::Method;
use serde_json::{Value, json};

fn version(headline: &str, language: &str, of: &Value, status: &str) -> Value {
    json!({ "headline": headline, "language": language, "translation_of": of, "status": status })
}

/// The languages of the other versions, as shown.
fn languages(story: &Value) -> Vec<&str> {
    let list = story["translations"].as_array().unwrap();
    list.iter().map(|one| one["language"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn all_versions_name_each_other() {
    let app = TestApp::start().await;
    let en = app.story("Rain").await;
    let ur = app.create(ARTICLES, &version("بارش", "ur", &en["id"], "published")).await;
    // a translation of a translation goes back to the original
    let de = app.create(ARTICLES, &version("Regen", "de", &ur["slug"], "published")).await;
    assert_eq!(de["translation_of"], en["id"]);
    assert_eq!(languages(&de), ["en", "ur"]);
    let shown = json!({ "id": en["id"], "slug": "rain", "language": "en", "headline": "Rain",
                        "url": "https://api.news.example/api/v1/articles/rain.html" });
    assert_eq!(de["translations"][0], shown);
    for (slug, others) in [("rain", ["de", "ur"]), ("بارش", ["de", "en"]), ("regen", ["en", "ur"])]
    {
        let read = app.get(&format!("{ARTICLES}/{slug}")).await.expect(200).body;
        assert_eq!(languages(&read), others, "{slug}");
        let list = app.get(&format!("{ARTICLES}?slug={slug}")).await.expect(200).body;
        assert_eq!(list["items"][0]["translations"], read["translations"]);
        assert_eq!(list["items"][0]["translation_of"], read["translation_of"]);
    }
}

#[actix_web::test]
async fn the_address_of_a_version_follows_its_own_category_and_language() {
    let app =
        TestApp::with(&["--article-url", "https://n.example/{language}/{category}/{slug}"]).await;
    app.create("/api/v1/categories", &json!({ "name": "Wetter" })).await;
    let en = app.story("Rain").await;
    let mut de = version("Regen", "de", &en["id"], "published");
    de["category"] = json!("wetter");
    app.create(ARTICLES, &de).await;
    let read = app.get(&format!("{ARTICLES}/rain")).await.expect(200).body;
    assert_eq!(read["translations"][0]["url"], "https://n.example/de/wetter/regen");
}

#[actix_web::test]
async fn hidden_versions_are_shown_only_to_those_who_may_read_them() {
    let app = TestApp::start().await;
    let agency = app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let other = app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    let en = app.story("Rain").await;
    let mut draft = version("Regen", "de", &en["id"], "draft");
    draft["source"] = json!("agency");
    app.create(ARTICLES, &draft).await;
    app.create(ARTICLES, &version("Pluie", "fr", &en["id"], "published")).await;
    let path = format!("{ARTICLES}/rain");
    assert_eq!(languages(&app.get(&path).await.expect(200).body), ["fr"]);
    for (scope, source, expected) in [
        (ArticlesRead, None, vec!["de", "fr"]),
        (ArticlesWrite, None, vec!["de", "fr"]),
        (ArticlesRead, Some(&agency), vec!["de", "fr"]),
        (ArticlesRead, Some(&other), vec!["fr"]),
        (newswire::access::Scope::WebhooksWrite, None, vec!["fr"]),
    ] {
        let key = app.key(&[scope], source.and_then(|source| source["id"].as_str())).await;
        let read = app.with_key(&key, Method::GET, &path).send().await.expect(200).body;
        assert_eq!(languages(&read), expected);
    }
}

#[actix_web::test]
async fn a_hidden_original_is_not_named_to_the_public() {
    let app = TestApp::start().await;
    let original = app.create(ARTICLES, &json!({ "headline": "Original" })).await;
    app.create(ARTICLES, &version("Regen", "de", &original["id"], "published")).await;
    app.create(ARTICLES, &version("Pluie", "fr", &original["id"], "published")).await;
    let public = app.get(&format!("{ARTICLES}/regen")).await.expect(200).body;
    assert_eq!(public["translation_of"], Value::Null);
    assert_eq!(languages(&public), ["fr"]);
    let editor = app.admin_get(&format!("{ARTICLES}/regen")).await.expect(200).body;
    assert_eq!(editor["translation_of"], original["id"]);
    assert_eq!(languages(&editor), ["en", "fr"]);
}

#[actix_web::test]
async fn a_story_cannot_translate_itself_nor_give_up_its_own_translations() {
    let app = TestApp::start().await;
    let en = app.story("Rain").await;
    app.create(ARTICLES, &version("Regen", "de", &en["id"], "published")).await;
    app.story("Snow").await;
    for (slug, of) in [("snow", "snow"), ("rain", "rain"), ("rain", "regen"), ("rain", "snow")] {
        let patch = json!({ "translation_of": of });
        let answer = app.patch(&format!("{ARTICLES}/{slug}"), &patch).await;
        answer.problem(422, "translation_invalid").fault("/translation_of", "translation_invalid");
    }
    // and can leave the group
    let alone = app.patch(&format!("{ARTICLES}/regen"), &json!({ "translation_of": null })).await;
    assert_eq!(languages(&alone.expect(200).body), Vec::<&str>::new());
}

#[actix_web::test]
async fn a_story_that_the_key_may_not_see_is_unknown_to_it() {
    let app = TestApp::start().await;
    let agency = app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    app.create(ARTICLES, &json!({ "headline": "Secret" })).await;
    app.story("Open").await;
    let key = app.key(&[ArticlesWrite], agency["id"].as_str()).await;
    let post = async |of: &str| {
        let sent = version("Mine", "de", &json!(of), "draft");
        app.with_key(&key, Method::POST, ARTICLES).json(&sent).send().await
    };
    post("open").await.expect(201);
    let hidden = post("secret").await.problem(422, "article_not_found");
    let unknown = post("nobody").await.problem(422, "article_not_found");
    let text = |answer: &crate::support::Answer, name: &str| {
        answer.body["errors"].to_string().replace(name, "x")
    };
    assert_eq!(text(&hidden, "secret"), text(&unknown, "nobody"));
}

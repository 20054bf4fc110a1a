//! Slugs: made from the headline in its own script, or sent.

use super::ARTICLES;
use crate::support::TestApp;
use reqwest::Method;
use serde_json::json;

#[actix_web::test]
async fn a_slug_keeps_the_script_of_the_headline() {
    let app = TestApp::start().await;
    for (headline, slug) in [
        ("  The PM's visit -- what we know ", "the-pms-visit-what-we-know"),
        ("وزیراعظم کا دورۂ چین، اہم معاہدے", "وزیراعظم-کا-دورۂ-چین-اہم-معاہدے"),
        ("प्रधानमंत्री की यात्रा, क्या हुआ?", "प्रधानमंत्री-की-यात्रा-क्या-हुआ"),
        ("中国经济增长 5.2%", "中国经济增长-5-2"),
        ("นายกรัฐมนตรี เยือนจีน", "นายกรัฐมนตรี-เยือนจีน"),
        ("Straße nach ÄÖÜ", "straße-nach-äöü"),
        ("İSTANBUL'da yağmur", "istanbulda-yağmur"),
        ("뉴스 속보", "뉴스-속보"),
        ("Cafe\u{301} ⚽ 1️⃣", "café-1"),
    ] {
        let made =
            app.create(ARTICLES, &json!({ "headline": headline, "status": "published" })).await;
        assert_eq!(made["slug"], slug, "{headline}");
        let url = made["url"].as_str().unwrap();
        assert!(url.is_ascii() && url.ends_with(".html"), "{url}");
        let path = url.strip_prefix("https://api.news.example").unwrap();
        assert_eq!(app.get(path).await.expect(200).header("content-language"), "en");
    }
}

#[actix_web::test]
async fn equal_headlines_get_numbers() {
    let app = TestApp::start().await;
    for slug in ["again", "again-2", "again-3", "again-4"] {
        assert_eq!(app.story("Again!").await["slug"], slug);
    }
    assert_eq!(app.story("Again 2").await["slug"], "again-2-2");
    // a number that was given up stays reserved
    app.patch(&format!("{ARTICLES}/again-2"), &json!({ "slug": "other" })).await.expect(200);
    assert_eq!(app.story("Again").await["slug"], "again-5");
}

#[actix_web::test]
async fn a_headline_without_letters_gets_a_slug_from_the_id() {
    let app = TestApp::start().await;
    for headline in ["😀🎉", "...", "0192f0c1-2a3b-7c4d-8e5f-0123456789ab"] {
        let made = app.story(headline).await;
        let (id, slug) = (made["id"].as_str().unwrap(), made["slug"].as_str().unwrap());
        assert_eq!(slug, format!("n{}", &id[id.len() - 12..]), "{headline}");
    }
}

#[actix_web::test]
async fn a_path_word_is_never_a_slug() {
    let app = TestApp::start().await;
    for word in ["tree", "batch", "stream", "search", "suggest", "changes", "input"] {
        assert_eq!(app.story(word).await["slug"], format!("{word}-2"));
        let sent = json!({ "headline": "Reserved", "slug": word });
        let answer = app.post(ARTICLES, &sent).await;
        answer.problem(422, "slug_invalid").fault("/slug", "slug_invalid");
    }
}

#[actix_web::test]
async fn a_long_headline_is_cut_at_a_word() {
    let app = TestApp::start().await;
    let made = app.story(&"word ".repeat(100)).await;
    assert_eq!(made["slug"], "word-".repeat(24).trim_end_matches('-'));
    let made = app.story(&"وزیراعظم ".repeat(50)).await;
    let slug = made["slug"].as_str().unwrap();
    assert!(slug.len() <= 300 && slug.ends_with("وزیراعظم"), "{slug}");
    let again = app.story(&"وزیراعظم ".repeat(50)).await;
    let again = again["slug"].as_str().unwrap();
    assert!(again.len() <= 300 && again.ends_with("-2"), "{again}");
}

#[actix_web::test]
async fn a_slug_that_is_sent_is_taken_as_it_is() {
    let app = TestApp::start().await;
    let longest = "x".repeat(120);
    for slug in ["my-own", "2026", "中国", "straße", longest.as_str()] {
        let made = app.create(ARTICLES, &json!({ "headline": "Mine", "slug": slug })).await;
        assert_eq!(made["slug"], slug);
    }
}

#[actix_web::test]
async fn a_slug_that_is_none_is_refused() {
    let app = TestApp::start().await;
    let bytes = "क".repeat(101);
    for slug in [
        "",
        "Upper",
        "a b",
        "a--b",
        "-a",
        "a-",
        "a.b",
        "a/b",
        "e\u{301}",
        "rain!",
        bytes.as_str(),
        "0192f0c1-2a3b-7c4d-8e5f-0123456789ab",
        "0192f0c12a3b7c4d8e5f0123456789ab",
    ] {
        let answer = app.post(ARTICLES, &json!({ "headline": "Bad", "slug": slug })).await;
        answer.problem(422, "slug_invalid").fault("/slug", "slug_invalid");
    }
    let sent = json!({ "headline": "Bad", "slug": "x".repeat(121) });
    app.post(ARTICLES, &sent).await.problem(422, "validation_failed").fault("/slug", "maxLength");
}

#[actix_web::test]
async fn a_slug_that_is_taken_is_refused_and_names_who_has_it() {
    let app = TestApp::start().await;
    let first = app.story("First").await;
    app.patch(&format!("{ARTICLES}/first"), &json!({ "slug": "second" })).await.expect(200);
    for slug in ["first", "second"] {
        let sent = json!({ "headline": "Late", "slug": slug });
        let answer = app.post(ARTICLES, &sent).await.problem(409, "slug_taken");
        let existing = json!({ "id": first["id"], "api_url": first["api_url"] });
        assert_eq!(answer.body["existing"], existing);
    }
    let list = app.admin_get(&format!("{ARTICLES}?state=any&total=exact")).await.expect(200);
    assert_eq!(list.body["total"], 1);
    // the same words are free in other collections
    app.create("/api/v1/sources", &json!({ "name": "First" })).await;
    app.create("/api/v1/categories", &json!({ "name": "First" })).await;
}

#[actix_web::test]
async fn a_taken_slug_does_not_tell_of_a_story_that_the_key_may_not_see() {
    use newswire::access::Scope::ArticlesWrite;
    let app = TestApp::start().await;
    let source = app.create("/api/v1/sources", &json!({ "name": "Own" })).await;
    let key = app.key(&[ArticlesWrite], source["id"].as_str()).await;
    app.create(ARTICLES, &json!({ "headline": "Hidden" })).await;
    let live = app.story("Shown").await;
    for (slug, existing) in [("hidden", None), ("shown", Some(&live["id"]))] {
        let sent = json!({ "headline": "Late", "slug": slug });
        let answer = app.with_key(&key, Method::POST, ARTICLES).json(&sent).send().await;
        let answer = answer.problem(409, "slug_taken");
        assert_eq!(answer.body["existing"].get("id"), existing, "{slug}");
    }
}

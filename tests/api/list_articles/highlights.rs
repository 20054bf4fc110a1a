//! Where the words of a search stand in a story: HTML that can be shown as it is.

use super::ARTICLES;
use super::search::url;
use crate::support::TestApp;
use serde_json::{Value, json};

async fn of(headline: &str, body: &str, format: &str, language: &str, q: &str) -> (String, String) {
    let app = TestApp::start().await;
    let sent = json!({ "headline": headline, "body": body, "body_format": format, "language": language,
        "status": "published" });
    app.create(ARTICLES, &sent).await;
    let list = app.get(&format!("{ARTICLES}?q={}", url(q))).await.expect(200).body;
    let text = |name: &str| list["items"][0]["highlights"][name].as_str().unwrap().to_owned();
    (text("headline"), text("snippet"))
}

#[actix_web::test]
async fn the_words_are_marked_in_any_form() {
    let (headline, snippet) = of(
        "Floods in Málaga",
        "The flood came. No flooding before.",
        "text",
        "en",
        "flooding malaga",
    )
    .await;
    assert_eq!(headline, "<mark>Floods</mark> in <mark>Málaga</mark>");
    assert_eq!(snippet, "The <mark>flood</mark> came. No <mark>flooding</mark> before.");
    let (headline, snippet) = of("北京暴雨", "", "text", "zh", "暴雨").await;
    assert_eq!(headline, "北京<mark>暴雨</mark>");
    assert_eq!(snippet, "");
}

#[actix_web::test]
async fn a_headline_without_the_words_is_plain() {
    let (headline, snippet) = of("A & B <i>", "A storm.", "text", "en", "storm").await;
    assert_eq!(headline, "A &amp; B &lt;i&gt;");
    assert_eq!(snippet, "A <mark>storm</mark>.");
}

#[actix_web::test]
async fn hostile_text_never_comes_out_as_markup() {
    let hostile =
        "<script>alert('storm')</script> \"><img src=x onerror=storm()> </mark><mark> & storm";
    for (format, body) in [
        ("text", hostile),
        ("markdown", hostile),
        ("html", hostile),
        ("html", "&lt;script&gt;storm&lt;/script&gt;"),
    ] {
        let (headline, snippet) = of(hostile, body, format, "en", "storm").await;
        for text in [&headline, &snippet] {
            let rest = text.replace("<mark>", "").replace("</mark>", "");
            assert!(!rest.contains(['<', '>']), "{format}: {text}");
            let opened = text.matches("<mark>").count();
            assert_eq!(opened, text.matches("</mark>").count(), "{text}");
            // every ampersand begins a reference
            let parts = rest.split('&').skip(1);
            let known = ["amp;", "lt;", "gt;", "quot;", "#39;", "#x27;"];
            assert!(
                parts.into_iter().all(|part| known.iter().any(|name| part.starts_with(name))),
                "{rest}"
            );
        }
        assert!(headline.contains("<mark>storm</mark>"), "{headline}");
        assert!(headline.contains("&lt;script&gt;"), "{headline}");
    }
}

#[actix_web::test]
async fn a_long_body_is_quoted_around_the_words() {
    let body = format!(
        "{}A terrible storm came. {}",
        "Dull words before. ".repeat(200),
        "Dull words after. ".repeat(200)
    );
    let (_, snippet) = of("Weather", &body, "text", "en", "storm").await;
    assert!(snippet.contains("<mark>storm</mark>"), "{snippet}");
    assert!(snippet.starts_with('…') && snippet.ends_with('…'), "{snippet}");
    let plain = snippet.replace("<mark>", "").replace("</mark>", "");
    assert!(plain.chars().count() <= 242, "{}", plain.chars().count());
}

#[actix_web::test]
async fn only_searches_have_them_and_bodies_stay_out() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Storm", "body": "Storm.", "status": "published" });
    app.create(ARTICLES, &sent).await;
    let plain = app.get(ARTICLES).await.expect(200).body;
    assert_eq!(plain["items"][0].get("highlights"), None);
    assert_eq!((plain.get("approximate"), plain.get("facets")), (None, None));
    let found = app.get(&format!("{ARTICLES}?q=storm")).await.expect(200).body;
    for name in ["body", "body_text", "body_html"] {
        assert_eq!(found["items"][0].get(name), None, "{name}");
    }
    let with = app.get(&format!("{ARTICLES}?q=storm&include=body")).await.expect(200).body;
    assert_eq!(with["items"][0]["body"], "Storm.");
    assert_eq!(with["items"][0]["highlights"], found["items"][0]["highlights"]);
    assert_ne!(found["items"][0]["highlights"], Value::Null);
}

//! schema.org's NewsArticle.

use super::{ARTICLES, newsroom};
use serde_json::{Value, json};

/// Panics when a member is null or an object has no type: neither says anything to a reader of JSON-LD.
pub fn check(value: &Value) {
    match value {
        Value::Null => panic!("a null"),
        Value::Object(members) => {
            assert!(members["@type"].is_string(), "no type in {value:#}");
            members.values().for_each(check);
        }
        Value::Array(items) => items.iter().for_each(check),
        _ => {}
    }
}

#[actix_web::test]
async fn everything_that_search_engines_ask_for_is_there() {
    let app = newsroom(&[]).await;
    let own = app.get(&format!("{ARTICLES}/talks")).await.expect(200).body;
    let answer = app.get(&format!("{ARTICLES}/talks.jsonld")).await.expect(200).body;
    check(&answer);
    let id = own["id"].as_str().unwrap();
    let organization = json!({
        "@type": "Organization", "name": "Radio Pakistan", "url": "https://radio.example/",
        "logo": { "@type": "ImageObject", "url": "https://radio.example/logo.png" },
    });
    for (member, expected) in [
        ("@context", json!("https://schema.org")),
        ("@type", json!("NewsArticle")),
        ("url", own["url"].clone()),
        ("mainEntityOfPage", json!({ "@type": "WebPage", "@id": "https://news.example/talks" })),
        ("identifier", json!(format!("urn:uuid:{id}"))),
        ("headline", own["headline"].clone()),
        ("description", own["summary"].clone()),
        ("articleBody", own["body_text"].clone()),
        ("articleSection", json!(["World", "Diplomacy"])),
        ("keywords", own["tags"].clone()),
        ("inLanguage", json!("en")),
        ("datePublished", own["published_at"].clone()),
        ("dateModified", own["revised_at"].clone()),
        (
            "author",
            json!([{ "@type": "Person", "name": "Ayesha Khan", "url": "https://a.example/khan" }]),
        ),
        ("publisher", organization),
        ("creditText", json!("APP / Radio")),
        ("isBasedOn", json!("https://radio.example/42%7Ca")),
        ("isAccessibleForFree", json!(true)),
    ] {
        assert_eq!(answer[member], expected, "{member}");
    }
    assert_eq!(answer["image"][0]["url"], "https://a.example/bild_%C3%BC.jpg");
    assert_eq!(answer["associatedMedia"][0]["duration"], "PT61S");
    assert_eq!(answer["about"][0]["sameAs"], "http://cv.iptc.org/newscodes/mediatopic/20000639");
    assert_eq!(answer["correction"][0]["text"], "The talks were at noon.");
    assert_eq!(answer["workTranslation"][0]["inLanguage"], "ur");
}

#[actix_web::test]
async fn what_is_unknown_is_left_out() {
    let app = newsroom(&[]).await;
    let answer = app.get(&format!("{ARTICLES}/urdu.jsonld")).await.expect(200).body;
    check(&answer);
    for member in ["author", "publisher", "image", "description", "about", "expires", "isBasedOn"] {
        assert_eq!(answer.get(member), None, "{member}");
    }
}

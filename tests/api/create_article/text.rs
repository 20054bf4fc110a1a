//! Text is stored exactly as sent.

use super::ARTICLES;
use crate::support::TestApp;
use serde_json::{Value, json};

const TEXTS: &[&str] = &[
    "  led and trailed by spaces \t",
    "\u{a0}\u{2003}wide spaces\u{3000}",
    "\r\nlines\r\nend\rin\nmany ways\n",
    "😀 👩‍👩‍👧‍👦 🇵🇰 ❤\u{fe0f}",
    "وزیراعظم کا دورۂ چین \u{200f}(اہم)\u{202b}x\u{202c}",
    "e\u{301} is not \u{e9}, A\u{30a} is not \u{212b}",
    "\u{2028}line\u{2029}separators\u{85}",
    "\u{feff}zero\u{200b}width\u{200d}joined\u{ad}",
    "controls \u{1}\u{7f}\u{1b}[0m",
    "\u{10ffff}\u{fffd}\u{fffe}\u{e000}",
    "quotes \" ' \\ / <b> &amp; %41 {slug} $1 ?",
    "null",
];

#[actix_web::test]
async fn every_text_comes_back_as_it_was_sent() {
    let app = TestApp::start().await;
    for text in TEXTS {
        let sent = json!({
            "headline": text, "summary": text, "body": text, "byline": text, "usage_terms": text,
            "external_id": text, "tags": [text], "authors": [{ "name": text }],
            "image": { "url": "https://a.example/", "alt": text, "caption": text, "credit": text },
            "media": [{ "kind": "audio", "url": "https://a.example/", "alt": text, "media_type": text }],
            "metadata": { "note": text },
        });
        let made = app.create(ARTICLES, &sent).await;
        let path = format!("{ARTICLES}/{}", made["id"].as_str().unwrap());
        let read = app.admin_get(&path).await.expect(200).body;
        for pointer in [
            "/headline",
            "/summary",
            "/body",
            "/byline",
            "/usage_terms",
            "/external_id",
            "/tags/0",
            "/authors/0/name",
            "/image/alt",
            "/image/caption",
            "/image/credit",
            "/media/0/alt",
            "/media/0/media_type",
            "/metadata/note",
        ] {
            assert_eq!(made.pointer(pointer), Some(&json!(text)), "{pointer}");
            assert_eq!(read.pointer(pointer), Some(&json!(text)), "{pointer}");
        }
    }
}

#[actix_web::test]
async fn addresses_and_metadata_names_come_back_as_they_were_sent() {
    let app = TestApp::start().await;
    let address = "HTTPS://Exämple.example:443/a b/../%7e?q=ü#é".replace(' ', "%20");
    let sent = json!({
        "headline": "Addresses", "source_url": address, "canonical_url": address,
        "image": { "url": address }, "authors": [{ "name": "A", "url": address }],
        "metadata": { "": "x" },
    });
    app.post(ARTICLES, &sent).await.problem(422, "validation_failed");
    let mut sent = sent;
    sent["metadata"] = json!({ " Größe/~1 ": "1", "größe": "2", "a.b": "3" });
    let made = app.create(ARTICLES, &sent).await;
    for pointer in ["/source_url", "/canonical_url", "/image/url", "/authors/0/url"] {
        assert_eq!(made.pointer(pointer), Some(&json!(address)), "{pointer}");
    }
    assert_eq!(made["metadata"], sent["metadata"]);
}

#[actix_web::test]
async fn two_mebibytes_of_body_come_back_whole() {
    let app = TestApp::start().await;
    let ascii = "All work and no play. ".repeat(100_000)[..2_097_152].to_owned();
    let urdu = "یہ خبر بہت لمبی ہے۔ ".repeat(70_000);
    let cut = (0..=2_097_152).rev().find(|&at| urdu.is_char_boundary(at)).unwrap();
    for body in [ascii, urdu[..cut].to_owned()] {
        let sent = json!({ "headline": "Long read", "body": body, "status": "published" });
        let made = app.create(ARTICLES, &sent).await;
        assert!(made["body"] == body);
        let path = format!("{ARTICLES}/{}", made["id"].as_str().unwrap());
        let read = app.get(&path).await.expect(200).body;
        assert!(read["body"] == body);
        assert!(read["word_count"].as_i64().unwrap() > 100_000);
    }
}

#[actix_web::test]
async fn escapes_in_json_are_read_and_strange_numbers_are_whole() {
    let app = TestApp::start().await;
    let body = r#"{ "headline": "\ud83d\ude00 \u0041", "urgency": 2.0, "featured" : true }"#;
    let call = app.with_key(&app.admin, reqwest::Method::POST, ARTICLES);
    let answer = call.body("application/json; charset=\"UTF-8\"", body).send().await.expect(201);
    assert_eq!(answer.body["headline"], "😀 A");
    assert_eq!(answer.body["urgency"], Value::from(2));
}

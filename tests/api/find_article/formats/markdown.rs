//! Markdown, which `newswire post` reads back.

use super::{ARTICLES, newsroom, text};
use serde_json::json;

fn read(text: &str) -> serde_json::Value {
    let story = newswire::post::markdown::parse(text).expect("Markdown with front matter");
    assert!(story.notes.is_empty(), "{:?}", story.notes);
    serde_json::to_value(story).unwrap()
}

#[actix_web::test]
async fn a_story_is_read_back_as_it_was() {
    let app = newsroom(&[]).await;
    let answer = app.get(&format!("{ARTICLES}/talks.md")).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/markdown; charset=utf-8");
    let read = read(&text(&answer));
    let own = app.admin_get(&format!("{ARTICLES}/talks/input")).await.expect(200).body;
    for member in [
        "headline",
        "slug",
        "summary",
        "byline",
        "authors",
        "source_url",
        "external_id",
        "category",
        "tags",
        "language",
        "status",
        "canonical_url",
        "urgency",
        "usage_terms",
        "image",
    ] {
        assert_eq!(read[member], own[member], "{member}");
    }
    assert_eq!(read["source"], "Radio Pakistan");
    assert_eq!(
        read["body"],
        "They **met** at [noon](https://a.example/?a=1&amp;b=2).\n\n- One\n- Two"
    );
}

#[actix_web::test]
async fn markup_in_a_text_stays_text() {
    let app = newsroom(&[]).await;
    for (slug, format, body) in [
        (
            "t",
            "text",
            "# No heading\n\n* no list\n\n1. 5 < 6 & 7 > 3\n\n<script>alert(1)</script>\n\n---\n\n[a](javascript:x)",
        ),
        (
            "h",
            "html",
            "<p># No heading</p><p>*a* _b_ `c` &lt;i&gt; &amp;amp;</p><script>x</script><p>end</p>",
        ),
        ("m", "markdown", "A <script>alert(1)</script> b [c](javascript:alert(1)) **d**"),
    ] {
        let sent = json!({ "headline": "x", "slug": slug, "body": body, "body_format": format, "status": "published" });
        let made = app.create(ARTICLES, &sent).await;
        let answer = app.get(&format!("{ARTICLES}/{slug}.md")).await.expect(200);
        let markdown = read(&text(&answer))["body"].as_str().unwrap().to_owned();
        // the same words, when it is posted again
        let again = json!({ "headline": "x", "body": markdown, "body_format": "markdown", "status": "published" });
        let again = app.create(ARTICLES, &again).await;
        assert_eq!(again["body_text"], made["body_text"], "{markdown}");
        assert!(!again["body_html"].as_str().unwrap().contains("script>alert"), "{markdown}");
    }
}

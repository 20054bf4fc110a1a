//! Tests of HTML pages.

use super::*;
use serde_json::{Value, json};

fn json_of(text: &str) -> Value {
    serde_json::to_value(parse(text).unwrap()).unwrap()
}

fn prose() -> String {
    let one = "The river rose in the night, and by the morning the lower town stood in water, said the mayor. ";
    (1..=4).map(|at| format!("<p>Paragraph {at}. {}</p>\n", one.repeat(3))).collect()
}

fn page(head: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><title>River rises | The Post</title>{head}</head>\
         <body><nav><a href=/>Home</a> <a href=/world>World</a></nav>\
         <article><h1>River rises</h1>{}<p>See <a href=\"/b\">more</a> of it, in the pages of the paper.</p></article>\
         <footer>Copyright The Post</footer></body></html>",
        prose()
    )
}

#[test]
fn metadata_and_main_text() {
    let head = r#"<link rel="canonical" href="https://post.example/a"><meta property="og:site_name" content="The Post">
        <meta property="og:title" content="River rises | The Post"><meta property="og:image" content="/i.jpg">
        <meta property="og:image:alt" content="A river"><meta property="og:image:width" content="800">
        <meta property="og:description" content="It &amp; rain."><meta property="article:published_time" content="2024-03-05T10:00:00+0500">
        <meta property="article:section" content="World"><meta property="article:tag" content="rain"><meta property="article:tag" content="river">
        <meta name="author" content="Mira Sol">"#;
    let mut story = json_of(&page(head));
    let body = story["body"].take();
    assert_eq!(
        story,
        json!({
            "headline": "River rises", "summary": "It & rain.", "body": null, "body_format": "html",
            "source": "The Post", "source_url": "https://post.example/a",
            "canonical_url": "https://post.example/a", "category": "World", "language": "en-GB",
            "published_at": "2024-03-05T10:00:00+05:00", "tags": ["rain", "river"],
            "authors": [{"name": "Mira Sol"}],
            "image": {"url": "https://post.example/i.jpg", "alt": "A river", "width": 800},
        })
    );
    let body = body.as_str().unwrap();
    assert_eq!(body.matches("<p>Paragraph").count(), 4, "{body}");
    assert!(body.contains("https://post.example/b"), "{body}");
    for absent in ["<h1", "Copyright", "Home", "<div", "River rises"] {
        assert!(!body.contains(absent), "{absent} in {body}");
    }
}

#[test]
fn json_ld() {
    let article = r#"{"@type":["NewsArticle"],"headline":"River &#8216;rises&#8217; &amp; falls","datePublished":"2024-03-05T05:00:00Z",
        "author":[{"@type":"Person","name":"Mira Sol","url":"https://post.example/mira"},"Jo Reed"],
        "publisher":{"@type":"Organization","name":"The Post"},"articleSection":["World","Asia"],
        "keywords":"rain, river","image":[{"url":"https://post.example/i.jpg"}],"url":"https://post.example/a"}"#;
    for block in [
        article.to_owned(),
        format!("[{article}]"),
        format!(r#"{{"@graph":[{{"@type":"WebSite","name":"X"}},{article}]}}"#),
    ] {
        let head = format!(
            r#"<script type="application/ld+json">not json</script><script type="application/ld+json">{block}</script>"#
        );
        let story = json_of(&page(&head));
        assert_eq!(story["headline"], "River ‘rises’ & falls");
        assert_eq!(story["source"], "The Post");
        assert_eq!(story["category"], "World");
        assert_eq!(story["canonical_url"], "https://post.example/a");
        assert_eq!(story["published_at"], "2024-03-05T05:00:00Z");
        assert_eq!(story["tags"], json!(["rain", "river"]));
        assert_eq!(
            story["authors"],
            json!([{"name": "Mira Sol", "url": "https://post.example/mira"}, {"name": "Jo Reed"}])
        );
        assert_eq!(story["image"]["url"], "https://post.example/i.jpg");
    }
}

#[test]
fn plain_pages() {
    let story =
        json_of("<title>T</title><h1>Big news</h1><p>It came.</p><p>It went &lt;fast&gt;.</p>");
    assert_eq!(story["headline"], "Big news");
    assert_eq!(story["body"], "<p>It came.</p><p>It went &lt;fast&gt;.</p>");
    assert!(parse("").is_err());
    assert!(parse("<p></p>").is_err());
}

proptest::proptest! {
    #[test]
    fn any_text_is_survived(text in "(<[a-z!/]{0,6}[^<>]{0,6}>|[a-z&;é ]{0,9}|<meta property=og:title content=x>){0,12}") {
        let _ = parse(&text);
    }
}

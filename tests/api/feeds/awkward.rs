//! Awkward text in every script goes through every format and comes out as it was.

use super::FEEDS;
use crate::support::TestApp;
use feed_rs::model::{Entry, Feed};
use newswire::text::xml::legal;
use serde_json::{Value, json};

/// Headlines, all of them texts that somebody's software has stumbled over.
fn headlines() -> Vec<String> {
    let mut all: Vec<String> = [
        "Plain",
        "Tom & Jerry <script>alert(1)</script> \"quoted\" 'too'",
        "&amp; is written &amp;amp; in &lt;HTML&gt;",
        "]]> ends a section, <![CDATA[ begins one",
        "<?xml version=\"1.0\"?> <!-- comment -->",
        "control \u{1}\u{8}\u{b}\u{1f}\u{7f}\u{85}\u{fffe}\u{ffff} characters",
        "bidi \u{202e}override\u{202c} \u{200f}marks\u{2066}and isolates\u{2069}",
        "راہداری پر بات چیت دوبارہ شروع",
        "هەواڵی نوێ لە هەرێم",
        "Россия и мир — «новости»",
        "新闻：北京与上海",
        "뉴스 속보, 한국어",
        "समाचार हिन्दी में",
        "חדשות בעברית",
        "ข่าวด่วนภาษาไทย",
        "astral 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🗞️ 👩‍👩‍👧‍👦 \u{10fffd}",
        "combining e\u{301}\u{323} n\u{303}",
        "100% + 50% = a?b&c#d",
    ]
    .map(str::to_owned)
    .into();
    all.push(format!("long {}", "слово ".repeat(116)).trim_end().to_owned());
    all
}

async fn newsroom(app: &TestApp) -> Vec<Value> {
    for (n, headline) in headlines().iter().enumerate() {
        let sent = json!({
            "headline": headline, "status": "published", "summary": format!("Summary: {headline}"),
            "body": format!("{headline}\n\nAgain: {headline}"),
            "authors": [{ "name": format!("Author {headline}").chars().take(300).collect::<String>().trim_end() }],
            "tags": [headline.chars().take(100).collect::<String>().trim_end()],
            "usage_terms": headline, "published_at": format!("2022-01-{:02}T01:02:03.004Z", n + 1),
            "image": { "url": "https://news.example/a?b=1&c=2", "caption": headline, "credit": "x & y" },
        });
        app.create("/api/v1/articles", &sent).await;
    }
    let list = "/api/v1/articles?limit=100&include=body_html";
    app.get(list).await.expect(200).body["items"].as_array().unwrap().clone()
}

/// Readers of feeds want URIs (RFC 3986), whatever a story was sent with.
#[actix_web::test]
async fn addresses_go_out_encoded() {
    let app = TestApp::start().await;
    let odd = |name: &str| format!("https://news.example/{name}?a=<b>|\"`{{ü\u{202e}");
    let sent = json!({
        "headline": "Odd", "status": "published", "source_url": odd("page"),
        "authors": [{ "name": "Ann", "url": odd("ann") }], "image": { "url": odd("image") },
        "media": [{ "kind": "audio", "url": odd("sound"), "media_type": "audio/mpeg" }],
    });
    app.create("/api/v1/articles", &sent).await;
    for path in FEEDS.into_iter().chain(["/api/v1/articles/odd.atom"]) {
        let bytes = app.get(path).await.expect(200).bytes;
        let text = String::from_utf8(bytes).unwrap();
        let named: Vec<&str> = text.split("https://news.example/").skip(1).collect();
        let encoded = "?a=%3Cb%3E%7C%22%60%7B%C3%BC%E2%80%AE";
        for rest in &named {
            let (_, query) = rest.split_at(rest.find('?').unwrap());
            assert!(query.starts_with(encoded), "{path}: {rest}");
        }
        assert!(named.iter().any(|rest| rest.starts_with("image")), "{path}: {text}");
    }
    let json = app.get("/api/v1/articles/odd").await.expect(200).body;
    assert_eq!(json["image"]["url"], json!(odd("image")), "as sent");
}

/// A text as a format can hold it: XML has no control characters.
fn held(format: &str, value: &Value) -> String {
    let text = value.as_str().unwrap();
    if format.ends_with("json") { text.to_owned() } else { legal(text).into_owned() }
}

/// What an entry must say.
fn compare(path: &str, entry: &Entry, story: &Value) {
    let held = |member: &str| held(path, &story[member]);
    assert_eq!(entry.id, format!("urn:uuid:{}", story["id"].as_str().unwrap()));
    let told = format!("{path} {}", story["headline"]);
    assert_eq!(entry.title.as_ref().unwrap().content, held("headline"), "{told}");
    let links: Vec<_> = entry.links.iter().map(|link| link.href.as_str()).collect();
    assert!(links.contains(&story["url"].as_str().unwrap()), "{told}: {links:?}");
    let published = entry.published.unwrap();
    let given: chrono::DateTime<chrono::Utc> =
        story["published_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(published.timestamp(), given.timestamp(), "{told}");
    let authors: Vec<_> =
        entry.authors.iter().filter_map(|author| author.name.as_deref()).collect();
    let expected = self::held(path, &story["authors"][0]["name"]);
    assert_eq!(authors, [expected], "{told}");
    let body = entry.content.as_ref().unwrap().body.as_deref().unwrap();
    assert_eq!(body, held("body_html"), "{told}");
    let summary = &entry.summary.as_ref().unwrap().content;
    let escaped =
        || held("summary").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let expected = if path.ends_with("rss") { escaped() } else { held("summary") };
    assert_eq!(*summary, expected, "{told}");
    let expected = self::held(path, &story["tags"][0]);
    let tagged = |one: &feed_rs::model::Category| {
        one.term == expected || one.label.as_ref() == Some(&expected)
    };
    assert!(entry.categories.iter().any(tagged), "{told}: {:?}", entry.categories);
}

#[actix_web::test]
async fn titles_dates_authors_and_full_text_survive() {
    let app = TestApp::start().await;
    let stories = newsroom(&app).await;
    assert_eq!(stories.len(), headlines().len());
    for path in FEEDS {
        let bytes = app.get(&format!("{path}?limit=100")).await.expect(200).bytes;
        let feed: Feed = feed_rs::parser::parse(bytes.as_slice()).unwrap();
        assert_eq!(feed.entries.len(), stories.len());
        for (entry, story) in feed.entries.iter().zip(&stories) {
            compare(path, entry, story);
        }
    }
}

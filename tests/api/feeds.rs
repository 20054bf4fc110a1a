//! What holds for feeds in every format.

mod awkward;
mod caching;
mod departed;
mod filters;
mod rules;
mod websub;

use crate::support::TestApp;
use roxmltree::{Document, ExpandedName, Node};
use serde_json::json;

/// The feeds in XML and JSON.
pub const FEEDS: [&str; 3] =
    ["/feeds/articles.rss", "/feeds/articles.atom", "/feeds/articles.json"];

/// Queries with the title, home page and description of their feeds.
pub const NAMED: [(&str, &str, &str, &str); 6] = [
    ("", "newswire", "https://api.news.example/", "The latest stories from newswire"),
    (
        "category=general",
        "newswire: General",
        "https://api.news.example/api/v1/categories/general",
        "All & sundry.",
    ),
    (
        "source=radio-pakistan",
        "newswire: Radio Pakistan",
        "https://api.news.example/",
        "The broadcaster.",
    ),
    (
        "source=was-radio&tag=talks-trade",
        "newswire: Radio Pakistan · Talks & Trade",
        "https://api.news.example/",
        "The latest stories from newswire: Radio Pakistan · Talks & Trade",
    ),
    (
        "author=ayesha-khan&language=en",
        "newswire: Ayesha Khan · en",
        "https://api.news.example/",
        "The latest stories from newswire: Ayesha Khan · en",
    ),
    (
        "q=storm%20-quiet",
        "newswire: “storm -quiet”",
        "https://api.news.example/",
        "The latest stories from newswire: “storm -quiet”",
    ),
];

/// Three live stories and one that is none.
pub async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    let source = json!({ "name": "Radio Pakistan", "slug": "was-radio", "description": "The broadcaster.",
                         "feed_url": "https://radio.example/feed", "url": "https://radio.example/",
                         "usage_terms": "Free with credit.", "metadata": { "desk": "secret" } });
    app.create("/api/v1/sources", &source).await;
    let slug = json!({ "slug": "radio-pakistan" });
    app.patch("/api/v1/sources/was-radio", &slug).await.expect(200);
    let general = json!({ "name": "General", "description": "All & sundry." });
    app.create("/api/v1/categories", &general).await;
    let story = json!({
        "headline": "Corridor talks resume", "summary": "In the capital: 1 < 2 & 3.",
        "body": "They **met** ]]> there.\n\nAgain & again.", "body_format": "markdown",
        "authors": [{ "name": "Ayesha Khan" }, { "name": "Bilal Shah", "url": "https://shah.example/" }],
        "source": "radio-pakistan", "source_url": "https://radio.example/talks?a=1&b=2",
        "category": "general", "tags": ["Talks & Trade"], "status": "published", "urgency": 2,
        "published_at": "2022-11-07T14:05:03+05:00", "revised_at": "2022-11-08T00:00:00Z",
        "image": { "url": "https://news.example/1.jpg", "alt": "The corridor", "width": 1200, "height": 675 },
        "media": [
            { "kind": "image", "url": "https://news.example/2.jpg", "credit": "R & P" },
            { "kind": "audio", "url": "https://news.example/talk.mp3", "media_type": "audio/mpeg",
              "size_bytes": 123_456, "duration_seconds": 61 },
        ],
    });
    app.create("/api/v1/articles", &story).await;
    for (headline, language, date) in [
        ("Storm at sea", "en", "2022-11-06T00:00:00Z"),
        ("راہداری پر بات چیت", "ur", "2022-11-05T00:00:00Z"),
    ] {
        let sent = json!({ "headline": headline, "language": language, "status": "published",
                           "body": headline, "published_at": date });
        app.create("/api/v1/articles", &sent).await;
    }
    app.create("/api/v1/articles", &json!({ "headline": "Not yet" })).await;
    app
}

/// What stands at a path, as text.
pub async fn at(app: &TestApp, path: &str) -> String {
    String::from_utf8(app.get(path).await.expect(200).bytes).expect("UTF-8")
}

/// A document as a tree; it must be well-formed.
pub fn tree(text: &str) -> Document<'_> {
    Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The texts of the children of that name.
pub fn texts<'a, 'n: 'a>(node: Node<'a, '_>, name: impl Into<ExpandedName<'n, 'n>>) -> Vec<String> {
    let name: ExpandedName<'n, 'n> = name.into();
    let children = node.children().filter(move |child| child.tag_name() == name);
    children.map(|child| child.text().unwrap_or_default().to_owned()).collect()
}

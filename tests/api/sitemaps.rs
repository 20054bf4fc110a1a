//! What holds for all sitemaps: the structure that the protocol asks for, and who is in them.

use crate::feeds::tree;
use crate::support::TestApp;
use reqwest::Method;
use roxmltree::Document;
use serde_json::json;

pub const SITEMAP: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
pub const NEWS: &str = "http://www.google.com/schemas/sitemap-news/0.9";

/// The addresses in a sitemap or an index, which must be one by the schema of the protocol.
pub fn locations(text: &str) -> Vec<String> {
    let document: Document<'_> = tree(text);
    let root = document.root_element();
    let kind = root.tag_name().name();
    assert_eq!(root.tag_name().namespace(), Some(SITEMAP));
    let child = match kind {
        "urlset" => "url",
        "sitemapindex" => "sitemap",
        other => panic!("{other} is no sitemap"),
    };
    let mut all = Vec::new();
    for entry in root.children().filter(|node| node.is_element()) {
        assert!(entry.has_tag_name((SITEMAP, child)), "{entry:?} in {kind}");
        let inner: Vec<_> = entry.children().filter(|node| node.is_element()).collect();
        assert!(inner[0].has_tag_name((SITEMAP, "loc")), "loc comes first");
        let address = inner[0].text().unwrap();
        let url = url::Url::parse(address).unwrap();
        assert!((12..=2048).contains(&address.len()) && url.has_host());
        for rest in &inner[1..] {
            match (rest.tag_name().namespace(), rest.tag_name().name()) {
                (Some(SITEMAP), "lastmod") => {
                    chrono::DateTime::parse_from_rfc3339(rest.text().unwrap()).unwrap();
                }
                (Some(NEWS), "news") => {}
                other => panic!("{other:?} in a sitemap"),
            }
        }
        all.push(address.to_owned());
    }
    all
}

/// What stands at a path.
pub async fn at(app: &TestApp, path: &str) -> String {
    let answer = app.get(path).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/xml; charset=utf-8");
    String::from_utf8(answer.bytes).unwrap()
}

/// Makes so many live stories at once, published at a time that SQL says.
pub async fn stories(app: &TestApp, count: u32, published_at: &str) {
    let sql = format!(
        "INSERT INTO articles (id, slug, headline, body, body_format, body_html, body_text,
                               word_count, language, status, published_at, created_at, updated_at)
         SELECT gen_random_uuid(), 'made-' || to_char(n, 'FM00000'), 'Made ' || n, '', 'text', '', '', 0, 'en', 'published',
                {published_at}, now(), now() FROM generate_series(1, {count}) AS n"
    );
    app.database.execute(&sql).await;
}

#[actix_web::test]
async fn sitemaps_are_cached_tagged_and_packed() {
    let app = TestApp::start().await;
    app.trusting().await;
    app.story("First").await;
    let month = chrono::Utc::now().format("/sitemaps/%Y-%m.xml").to_string();
    for path in ["/sitemap-news.xml", &month, "/sitemap.xml"] {
        let first = app.get(path).await.expect(200);
        assert_eq!(first.header("cache-control"), "public, no-cache", "{path}");
        assert_eq!(first.header("cache-tag"), "articles", "{path}");
        let call = app.anonymous(Method::GET, path).header("if-none-match", first.header("etag"));
        call.send().await.expect(304);
        let remembered = app.app.cache.size().1;
        app.get(path).await.expect(200);
        assert_eq!(app.app.cache.size().1, remembered, "{path}");
        if path != "/sitemap.xml" {
            app.story(&format!("After {path}")).await;
            assert_eq!(
                locations(&at(&app, path).await).len(),
                locations(std::str::from_utf8(&first.bytes).unwrap()).len() + 1
            );
        }
    }
    app.database.vanish().await;
    app.get("/sitemap.xml").await.expect(200);
}

#[actix_web::test]
async fn addresses_are_those_of_readers_pages() {
    let template = "https://news.example/{category}/{slug}";
    let app = TestApp::with(&["--article-url", template]).await;
    app.create("/api/v1/categories", &json!({ "name": "General" })).await;
    for (headline, canonical) in [
        ("Ours", None),
        ("Ours by name", Some("https://news.example/ours")),
        ("Theirs", Some("https://news.example.org/theirs")),
        ("Like ours", Some("https://news.example/")),
        ("Ours aloud", Some("https://NEWS.example:443/ours-aloud")),
    ] {
        let sent = json!({ "headline": headline, "status": "published", "category": "general",
                           "canonical_url": canonical, "published_at": chrono::Utc::now().to_rfc3339() });
        app.create("/api/v1/articles", &sent).await;
    }
    let month = chrono::Utc::now().format("/sitemaps/%Y-%m.xml").to_string();
    let expected = ["like-ours", "ours", "ours-aloud", "ours-by-name"]
        .map(|slug| format!("https://news.example/general/{slug}"));
    for path in ["/sitemap-news.xml", &month] {
        let mut found = locations(&at(&app, path).await);
        found.sort();
        assert_eq!(found, expected, "{path}");
    }
    // the slug of a category stands in addresses
    app.trusting().await;
    app.get(&month).await.expect(200);
    app.patch("/api/v1/categories/general", &json!({ "slug": "common" })).await.expect(200);
    assert!(at(&app, &month).await.contains("https://news.example/common/ours<"));
}

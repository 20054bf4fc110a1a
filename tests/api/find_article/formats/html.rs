//! The page to read: what is on it, that nothing on it runs, and that nothing in a story gets out of its place.

use super::{ARTICLES, newsroom, text};
use crate::support::TestApp;
use scraper::{ElementRef, Html, Selector};
use serde_json::{Value, json};

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn one<'a>(page: &'a Html, selector: &str) -> ElementRef<'a> {
    let found = all(page, selector);
    assert_eq!(found.len(), 1, "{selector} in {}", page.html());
    found[0]
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What no page may hold, whatever a story says.
pub fn check(page: &str) {
    let parsed = Html::parse_document(page);
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    let scripts = all(&parsed, "script");
    assert_eq!(scripts.len(), 1, "the data for search engines and no more\n{page}");
    assert_eq!(scripts[0].value().attr("type"), Some("application/ld+json"));
    let data: Value = serde_json::from_str(&scripts[0].inner_html()).expect("JSON");
    super::jsonld::check(&data);
    assert!(!scripts[0].inner_html().contains(['<', '>', '&']));
    assert_eq!(all(&parsed, "style").len(), 1);
    let forbidden = "iframe, object, embed, form, input, button, base, svg, math, template, [srcdoc], body style";
    assert!(all(&parsed, forbidden).is_empty(), "{page}");
    for element in all(&parsed, "*") {
        for (name, value) in element.value().attrs() {
            assert!(!name.starts_with("on") && name != "style", "{name} in {page}");
            let value: String =
                value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
            let address = ["href", "src", "cite", "poster", "content"].contains(&name);
            let value = value.to_lowercase();
            assert!(
                !(address && (value.starts_with("javascript:") && name != "content")),
                "{page}"
            );
            assert!(!(name != "content" && value.starts_with("data:")), "{page}");
        }
    }
    assert_eq!(all(&parsed, "html").len(), 1);
    assert_eq!(all(&parsed, "h1").len(), 1, "{page}");
    assert_eq!(all(&parsed, "main > article").len(), 1, "{page}");
}

/// That the page says what the story does, where it should.
pub fn says(page: &str, own: &Value) {
    let parsed = Html::parse_document(page);
    let shown = |text: &Value| {
        let text = text.as_str().unwrap_or_default();
        let kept = text.chars().filter(|c| {
            !c.is_control()
                && !matches!(*c, '\u{fdd0}'..='\u{fdef}')
                && (*c as u32 & 0xfffe) != 0xfffe
                || c.is_whitespace() && *c != '\u{85}' && *c != '\u{b}'
        });
        kept.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(words(one(&parsed, "h1")), shown(&own["headline"]));
    assert_eq!(words(one(&parsed, "title")), shown(&own["headline"]));
    if own["summary"].is_string() {
        assert_eq!(words(one(&parsed, ".standfirst")), shown(&own["summary"]));
        let meta = one(&parsed, "meta[name=description]").value().attr("content").unwrap();
        assert_eq!(meta.split_whitespace().collect::<Vec<_>>().join(" "), shown(&own["summary"]));
    }
}

async fn page(app: &TestApp, name: &str) -> String {
    let answer = app.get(&format!("{ARTICLES}/{name}.html")).await.expect(200);
    let page = text(&answer);
    check(&page);
    page
}

#[actix_web::test]
async fn a_story_is_a_page() {
    let app = newsroom(&[]).await;
    let own = app.get(&format!("{ARTICLES}/talks")).await.expect(200).body;
    assert_eq!(own["url"], format!("https://api.news.example{ARTICLES}/talks.html"));
    let page = page(&app, "talks").await;
    says(&page, &own);
    let page = Html::parse_document(&page);
    let root = one(&page, "html").value();
    assert_eq!((root.attr("lang"), root.attr("dir")), (Some("en"), Some("ltr")));
    assert_eq!(words(one(&page, "nav[aria-label=Breadcrumb]")), "Home› World› Diplomacy");
    assert_eq!(words(one(&page, ".byline")), "By Ayesha Khan");
    let revised = own["revised_at"].as_str().unwrap()[..16].replace('T', " ");
    let dates = format!("2026-01-31 12:00 UTC · Updated {revised} UTC");
    assert_eq!(words(one(&page, ".dates")), dates);
    assert_eq!(words(one(&page, ".body")), "They met at noon. One Two");
    assert_eq!(words(one(&page, ".credit")), "Source: APP / Radio");
    assert_eq!(
        words(one(&page, ".notes")),
        "Corrections2026-02-02 08:00 UTC: The talks were at noon."
    );
    let image = one(&page, "img").value();
    assert_eq!(image.attr("src"), Some("https://a.example/bild_%C3%BC.jpg"));
    assert_eq!(image.attr("alt"), Some("The corridor"));
    assert_eq!(words(all(&page, "figcaption")[0]), "At noon (Photo: Bo)");
    assert_eq!(one(&page, "audio").value().attr("src"), Some("https://a.example/a.mp3"));
    let other = one(&page, "footer a[hreflang=ur]").value();
    assert_eq!(other.attr("href"), Some("https://api.news.example/api/v1/articles/urdu.html"));
    for (selector, attribute, expected) in [
        ("link[rel=canonical]", "href", "https://news.example/talks"),
        ("link[hreflang=ur]", "href", "https://api.news.example/api/v1/articles/urdu.html"),
        (
            "link[type='application/ld+json']",
            "href",
            "https://api.news.example/api/v1/articles/talks.jsonld",
        ),
        // not the type of a feed, which readers would take it for
        (
            "link[type='application/atom+xml;type=entry']",
            "href",
            "https://api.news.example/api/v1/articles/talks.atom",
        ),
        ("meta[property='og:title']", "content", "Corridor talks resume"),
        ("meta[property='og:type']", "content", "article"),
        ("meta[property='og:image']", "content", "https://a.example/bild_%C3%BC.jpg"),
        ("meta[property='article:published_time']", "content", "2026-01-31T12:00:00.000Z"),
    ] {
        assert_eq!(one(&page, selector).value().attr(attribute), Some(expected), "{selector}");
    }
    assert!(all(&page, "meta[name=robots]").is_empty());
    let data: Value = serde_json::from_str(&one(&page, "script").inner_html()).unwrap();
    assert_eq!(data, app.get(&format!("{ARTICLES}/talks.jsonld")).await.expect(200).body);
}

#[actix_web::test]
async fn urdu_runs_from_right_to_left() {
    let app = newsroom(&[]).await;
    let page = page(&app, "urdu").await;
    let page = Html::parse_document(&page);
    let root = one(&page, "html").value();
    assert_eq!((root.attr("lang"), root.attr("dir")), (Some("ur"), Some("rtl")));
    assert_eq!(words(one(&page, "h1")), "راہداری پر بات چیت");
    assert_eq!(one(&page, "time").value().attr("dir"), Some("ltr"));
}

#[actix_web::test]
async fn a_page_may_load_nothing_that_runs() {
    let app = newsroom(&[]).await;
    let answer = app.get(&format!("{ARTICLES}/talks.html")).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
    let style =
        policy.split("style-src '").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    let page = text(&answer);
    let sheet =
        page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
    use base64::Engine;
    use sha2::Digest;
    let hash = base64::prelude::BASE64_STANDARD.encode(sha2::Sha256::digest(sheet));
    assert_eq!(style, format!("sha256-{hash}"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let json = app.get(&format!("{ARTICLES}/talks")).await.expect(200);
    assert!(json.header("content-security-policy").starts_with("default-src 'none'; frame"));
}

#[actix_web::test]
async fn frames_are_shown_of_hosts_that_are_trusted() {
    let app = newsroom(&["--embed-hosts", "video.example, clips.example"]).await;
    let body = "<p>See</p><iframe src='https://www.video.example/1' title='A film'></iframe>";
    let sent =
        json!({ "headline": "Film", "body": body, "body_format": "html", "status": "published" });
    app.create(ARTICLES, &sent).await;
    let answer = app.get(&format!("{ARTICLES}/film.html")).await.expect(200);
    let html = text(&answer);
    let page = Html::parse_document(&html);
    assert_eq!(one(&page, "iframe").value().attr("src"), Some("https://www.video.example/1"));
    let frames = "frame-src https://video.example https://*.video.example \
                  https://clips.example https://*.clips.example; ";
    let policy = answer.header("content-security-policy");
    assert!(policy.contains(frames) && policy.starts_with("default-src 'none'; "), "{policy}");
    let plain = newsroom(&[]).await;
    let answer = plain.get(&format!("{ARTICLES}/talks.html")).await.expect(200);
    assert!(!answer.header("content-security-policy").contains("frame-src"));
}

#[actix_web::test]
async fn a_link_to_a_story_can_be_shown_without_opening_it() {
    let app = newsroom(&["--title", "The News"]).await;
    let sent = json!({
        "headline": "Rain", "body": format!("It rains.\n\n{}", "And it rains. ".repeat(40)), "status": "published",
        "language": "en-GB", "authors": [{ "name": "Bo", "url": "https://a.example/bö" }],
        "media": [{ "kind": "image", "url": "https://a.example/i.jpg", "alt": "Drops", "width": 800, "height": 600 }],
    });
    app.create(ARTICLES, &sent).await;
    let html = page(&app, "rain").await;
    let parsed = Html::parse_document(&html);
    let said = |property: &str| {
        let meta = one(&parsed, &format!("meta[property='{property}']"));
        meta.value().attr("content").unwrap().to_owned()
    };
    for (property, expected) in [
        ("og:site_name", "The News"),
        ("og:locale", "en_GB"),
        ("og:image", "https://a.example/i.jpg"),
        ("og:image:width", "800"),
        ("og:image:height", "600"),
        ("og:image:alt", "Drops"),
        ("article:author", "https://a.example/b%C3%B6"),
    ] {
        assert_eq!(said(property), expected, "{property}");
    }
    let description = said("og:description");
    assert!(description.starts_with("It rains. And it") && description.ends_with('\u{2026}'));
    let meta = one(&parsed, "meta[name=description]").value().attr("content");
    assert_eq!(meta, Some(description.as_str()));
    let card = |page: &Html| {
        one(page, "meta[name='twitter:card']").value().attr("content").map(str::to_owned)
    };
    assert_eq!(card(&parsed).as_deref(), Some("summary_large_image"));
    app.create(ARTICLES, &json!({ "headline": "Bare", "status": "published" })).await;
    let bare = Html::parse_document(&page(&app, "bare").await);
    assert_eq!(card(&bare).as_deref(), Some("summary"));
    let absent =
        "meta[name=description], meta[property='og:description'], meta[property^='og:image']";
    assert!(all(&bare, absent).is_empty());
}

#[actix_web::test]
async fn a_wide_table_is_scrolled_with_the_keyboard_too() {
    let app = newsroom(&[]).await;
    let body =
        "<main><table><tr><td>a</td></tr></table><p>b</p><table><tr><td>c</td></tr></table></main>";
    let sent =
        json!({ "headline": "Table", "body": body, "body_format": "html", "status": "published" });
    app.create(ARTICLES, &sent).await;
    let page = Html::parse_document(&page(&app, "table").await);
    let boxes = all(&page, ".body div.wide[role=region][tabindex='0'] > table");
    assert_eq!(boxes.len(), 2);
    let labels: Vec<_> =
        all(&page, ".wide").iter().map(|one| one.value().attr("aria-label")).collect();
    assert_eq!(labels, [Some("Table 1"), Some("Table 2")]);
}

#[actix_web::test]
async fn what_is_not_public_says_so_to_those_who_see_it() {
    let app = newsroom(&[]).await;
    app.create(ARTICLES, &json!({ "headline": "Draft" })).await;
    let link = app.post(&format!("{ARTICLES}/draft/preview-links"), &json!({})).await.expect(201);
    let path = format!("{ARTICLES}/draft.html?preview={}", link.text("token"));
    let shown = text(&app.get(&path).await.expect(200));
    check(&shown);
    let page = Html::parse_document(&shown);
    assert_eq!(one(&page, "meta[name=robots]").value().attr("content"), Some("noindex"));
    assert!(all(&page, "link[rel=canonical]").is_empty());
    assert_eq!(words(one(&page, ".dates")), "Not public: a draft");
}

#[actix_web::test]
async fn categories_are_linked_where_readers_have_a_page_of_them() {
    let app = newsroom(&[
        "--category-url",
        "https://news.example/{slug}",
        "--article-url",
        "https://news.example/{category}/{slug}",
    ])
    .await;
    let page = page(&app, "talks").await;
    let page = Html::parse_document(&page);
    let links = all(&page, "nav[aria-label=Breadcrumb] a");
    assert_eq!(links[2].value().attr("href"), Some("https://news.example/diplomacy"));
    let url = one(&page, "meta[property='og:url']").value().attr("content");
    assert_eq!(url, Some("https://news.example/talks"), "the canonical one");
}

/// Payloads of the usual collections, one a way in.
const PAYLOADS: [&str; 20] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[><script>alert(1)</script>]]>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href=' &#1; javascript:alert(1)'>x</a>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<base href='javascript:/a/'><meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<div style='background:url(javascript:alert(1))' onclick=alert(1)>x</div>",
    "\u{2028}</ScRiPt ><sCrIpT>alert(1)</sCrIpT>",
    "[x](javascript:alert(1)) ![x](x\" onerror=\"alert(1))",
];

#[actix_web::test]
async fn nothing_in_a_story_runs() {
    let app = newsroom(&[]).await;
    for (index, payload) in PAYLOADS.into_iter().enumerate() {
        app.create("/api/v1/sources", &json!({ "name": format!("{index}{payload}"), "slug": format!("s{index}"), "credit": payload })).await;
        app.create(
            "/api/v1/categories",
            &json!({ "name": format!("{index}{payload}"), "slug": format!("c{index}") }),
        )
        .await;
        for format in ["text", "markdown", "html"] {
            let slug = format!("{format}-{index}");
            let address =
                format!("https://a.example/{payload}").replace([' ', '\t', '\n', '\u{2028}'], "");
            let sent = json!({
                "headline": payload, "slug": slug, "summary": payload, "body": payload, "body_format": format,
                "byline": payload, "authors": [{ "name": payload, "url": address }], "source": format!("s{index}"),
                "source_url": address, "category": format!("c{index}"), "canonical_url": address,
                "tags": [payload.chars().take(100).collect::<String>()], "usage_terms": payload,
                "image": { "url": address, "alt": payload, "caption": payload, "credit": payload },
                "media": [{ "kind": "document", "url": address, "alt": payload, "media_type": payload },
                          { "kind": "video", "url": address, "caption": payload }],
                "status": "published",
            });
            app.create(ARTICLES, &sent).await;
            let own = app.get(&format!("{ARTICLES}/{slug}")).await.expect(200).body;
            says(&page(&app, &slug).await, &own);
        }
    }
}

//! `Cache-Control`, `Vary` and the names by which a CDN purges: by setting, and never for errors or
//! for keys.

use super::{ARTICLES, with};
use crate::support::{Answer, TestApp};
use chrono::{TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

const LASTING: [&str; 8] = [
    "--max-age",
    "60",
    "--s-maxage",
    "5m",
    "--stale-while-revalidate",
    "30",
    "--stale-if-error",
    "1h",
];
const WHOLE: &str =
    "public, max-age=60, s-maxage=300, stale-while-revalidate=30, stale-if-error=3600";

fn seconds(answer: &Answer, name: &str) -> i64 {
    let text = answer.header("cache-control");
    let value = text.split(", ").find_map(|part| part.strip_prefix(&format!("{name}=")));
    value.unwrap_or_else(|| panic!("no {name} in {text:?}")).parse().unwrap()
}

async fn filed(app: &TestApp) -> (Value, Value, Value, Value) {
    let source = app.create("/api/v1/sources", &json!({ "name": "Alpha" })).await;
    let world = app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    let asia =
        app.create("/api/v1/categories", &json!({ "name": "Asia", "parent": "world" })).await;
    let sent = json!({ "headline": "One", "source": "alpha", "category": "asia", "tags": ["x"], "status": "published" });
    (app.create(ARTICLES, &sent).await, source, world, asia)
}

#[actix_web::test]
async fn settings_say_how_long_public_answers_may_be_kept() {
    let app = TestApp::with(&LASTING).await;
    app.trusting().await;
    filed(&app).await;
    for path in [
        "/articles",
        "/articles/one",
        "/articles?q=one",
        "/tags",
        "/authors",
        "/categories",
        "/sources",
        "/categories/tree",
        "/categories/asia",
        "/sources/alpha",
        "/search/suggest?q=one",
        "/sources?include=counts",
    ] {
        let path = format!("/api/v1{path}");
        for round in ["cold", "warm"] {
            let answer = app.get(&path).await.expect(200);
            assert_eq!(answer.header("cache-control"), WHOLE, "{path} {round}");
            let held = with(&app, &path, "if-none-match", answer.header("etag")).await.expect(304);
            assert_eq!(held.header("cache-control"), WHOLE, "{path} {round}");
            let head = app.anonymous(Method::HEAD, &path).send().await.expect(200);
            assert_eq!(head.header("cache-control"), WHOLE, "{path} {round}");
        }
        let keyed = app.admin_get(&path).await.expect(200);
        assert_eq!(keyed.header("cache-control"), "private, no-store", "{path}");
    }
}

#[actix_web::test]
async fn errors_and_redirects_are_not_kept() {
    let app = TestApp::with(&LASTING).await;
    filed(&app).await;
    app.patch(&format!("{ARTICLES}/one"), &json!({ "slug": "eins" })).await.expect(200);
    app.story("Gone").await;
    app.delete(&format!("{ARTICLES}/gone")).await.expect(204);
    for (path, status) in [
        ("/articles/nothing", 404),
        ("/articles/gone", 410),
        ("/articles/one", 308),
        ("/articles?limit=0", 400),
        ("/articles?category=none", 400),
        ("/articles?state=draft", 401),
        ("/tags?limit=0", 400),
        ("/sources/none", 404),
    ] {
        let answer = app.get(&format!("/api/v1{path}")).await.expect(status);
        assert!(
            !answer.header("cache-control").contains("max-age"),
            "{path}: {}",
            answer.header("cache-control")
        );
        for name in ["cache-tag", "surrogate-key", "last-modified", "etag"] {
            assert_eq!(answer.header(name), "", "{path}");
        }
    }
    let refused = with(&app, ARTICLES, "accept", "text/html").await.expect(406);
    assert!(!refused.header("cache-control").contains("max-age"));
}

#[actix_web::test]
async fn no_span_reaches_beyond_the_next_publishing_or_expiry() {
    let app = TestApp::with(&LASTING).await;
    app.trusting().await;
    filed(&app).await;
    let soon = Utc::now() + TimeDelta::seconds(20);
    let sent =
        json!({ "headline": "Later", "status": "published", "published_at": soon.to_rfc3339() });
    app.create(ARTICLES, &sent).await;
    // what stands alone is not touched by it
    for path in ["/articles/one", "/categories", "/sources/alpha"] {
        let answer = app.get(&format!("/api/v1{path}")).await.expect(200);
        assert_eq!(answer.header("cache-control"), WHOLE, "{path}");
    }
    let lists = [
        "/articles",
        "/articles?category=world",
        "/articles?q=one",
        "/articles?q=nothing",
        "/articles?tag=none",
        "/articles?q=nothing&sort=relevance",
        "/articles?q=one&sort=relevance",
        "/articles?sort=urgency",
        "/articles/one?include=related",
        "/tags",
        "/authors",
        "/search/suggest?q=one",
        "/sources?include=counts",
        "/categories?include=counts",
        "/articles?total=exact",
    ];
    for path in lists {
        for round in ["cold", "warm"] {
            let answer = app.get(&format!("/api/v1{path}")).await.expect(200);
            for name in ["max-age", "s-maxage"] {
                let left = seconds(&answer, name);
                assert!(
                    (5..=20).contains(&left),
                    "{path} {round}: {}",
                    answer.header("cache-control")
                );
            }
        }
    }
    let soon = Utc::now() + TimeDelta::seconds(10);
    app.patch(&format!("{ARTICLES}/one"), &json!({ "expires_at": soon.to_rfc3339() }))
        .await
        .expect(200);
    for path in lists.iter().filter(|path| !path.contains("nothing") && !path.contains("none")) {
        let answer = app.get(&format!("/api/v1{path}")).await.expect(200);
        assert!(
            (1..=10).contains(&seconds(&answer, "max-age")),
            "{path}: {}",
            answer.header("cache-control")
        );
    }
    let answer = app.get(&format!("{ARTICLES}/one")).await.expect(200);
    assert!((1..=10).contains(&seconds(&answer, "s-maxage")), "{}", answer.header("cache-control"));
    let held = with(&app, &format!("{ARTICLES}/one"), "if-none-match", "*").await.expect(304);
    assert!((1..=10).contains(&seconds(&held, "max-age")), "{}", held.header("cache-control"));
}

#[actix_web::test]
async fn purge_keys_name_the_story_its_source_and_its_categories() {
    let app = TestApp::start().await;
    app.trusting().await;
    let (story, source, world, asia) = filed(&app).await;
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let parts = [
        format!("source-{}", id(&source)),
        format!("category-{}", id(&asia)),
        format!("category-{}", id(&world)),
    ];
    for (path, first) in [
        (format!("{ARTICLES}/one"), format!("article-{}", id(&story))),
        (ARTICLES.to_owned(), "articles".to_owned()),
        (format!("{ARTICLES}?q=one"), "articles".to_owned()),
    ] {
        for round in ["cold", "warm"] {
            let answer = app.get(&path).await.expect(200);
            let keys: Vec<&str> = answer.header("cache-tag").split(',').collect();
            assert_eq!(
                answer.header("surrogate-key").split(' ').collect::<Vec<_>>(),
                keys,
                "{path} {round}"
            );
            assert!(keys.contains(&first.as_str()), "{keys:?}");
            assert!(parts.iter().all(|part| keys.contains(&part.as_str())), "{path}: {keys:?}");
        }
        let keyed = app.admin_get(&path).await.expect(200);
        assert_eq!((keyed.header("cache-tag"), keyed.header("surrogate-key")), ("", ""), "{path}");
    }
    for path in [
        "/sources/alpha",
        "/sources",
        "/categories",
        "/categories/tree",
        "/categories/asia",
        "/tags",
    ] {
        let answer = app.get(&format!("/api/v1{path}")).await.expect(200);
        assert_ne!(answer.header("cache-tag"), "", "{path}");
    }
}

#[actix_web::test]
async fn a_setting_says_which_headers_hold_the_purge_keys() {
    for (setting, tag, key) in [
        ("both", true, true),
        ("cache-tag", true, false),
        ("surrogate-key", false, true),
        ("none", false, false),
    ] {
        let app = TestApp::with(&["--surrogate-keys", setting]).await;
        app.trusting().await;
        for round in ["cold", "warm"] {
            let answer = app.get(ARTICLES).await.expect(200);
            assert_eq!(answer.headers.contains_key("cache-tag"), tag, "{setting} {round}");
            assert_eq!(answer.headers.contains_key("surrogate-key"), key, "{setting} {round}");
        }
    }
}

#[actix_web::test]
async fn vary_names_what_an_answer_depends_on() {
    let app = TestApp::start().await;
    app.trusting().await;
    filed(&app).await;
    for path in [ARTICLES.to_owned(), format!("{ARTICLES}/one"), "/api/v1/tags".to_owned()] {
        for round in ["cold", "warm"] {
            let answer = app.get(&path).await.expect(200);
            let vary = answer.header("vary").to_lowercase();
            for name in ["accept-encoding", "authorization"] {
                assert!(vary.contains(name), "{path} {round}: {vary}");
            }
            let held = with(&app, &path, "if-none-match", "*").await.expect(304);
            assert_eq!(held.header("vary"), answer.header("vary"), "{path} {round}");
        }
    }
}

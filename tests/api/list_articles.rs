//! List articles: order, shape, totals and what is asked for. Filters and pages have a file each.

mod chosen;
mod combined;
mod facets;
mod filters;
mod highlights;
mod included;
mod languages;
mod pages;
mod refusals;
mod relevance;
mod search;
mod sorts;

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";

/// The slugs of a page, in its order.
fn slugs(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item["slug"].as_str().unwrap()).collect()
}

async fn on(app: &TestApp, headline: &str, date: &str) -> Value {
    let sent = json!({ "headline": headline, "status": "published", "published_at": date });
    app.create(ARTICLES, &sent).await
}

#[actix_web::test]
async fn an_empty_list_is_a_list() {
    let app = TestApp::start().await;
    let answer = app.get(ARTICLES).await.expect(200);
    assert_eq!(answer.body, json!({ "items": [], "next_cursor": null, "prev_cursor": null }));
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "public, no-cache");
    let first = "<https://api.news.example/api/v1/articles>; rel=\"first\", ";
    assert!(answer.header("link").starts_with(first), "{}", answer.header("link"));
}

#[actix_web::test]
async fn the_newest_story_comes_first_and_the_id_breaks_ties() {
    let app = TestApp::start().await;
    for (headline, date) in [
        ("b", "2020-01-02T00:00:00Z"),
        ("d", "2020-01-04T00:00:00Z"),
        ("a", "2020-01-01T00:00:00.001Z"),
        ("zero", "2020-01-01T00:00:00Z"),
        ("c1", "2020-01-03T00:00:00Z"),
        ("c2", "2020-01-03T00:00:00Z"),
        ("c3", "2020-01-03T01:00:00+01:00"),
    ] {
        on(&app, headline, date).await;
    }
    let list = app.get(ARTICLES).await.expect(200);
    assert_eq!(slugs(&list.body), ["d", "c3", "c2", "c1", "b", "a", "zero"]);
}

#[actix_web::test]
async fn unpublished_stories_stand_where_they_were_made() {
    let app = TestApp::start().await;
    on(&app, "past", "2020-01-01T00:00:00Z").await;
    app.create(ARTICLES, &json!({ "headline": "draft", "published_at": "2010-01-01T00:00:00Z" }))
        .await;
    on(&app, "future", "2999-01-01T00:00:00Z").await;
    let list = app.admin_get(&format!("{ARTICLES}?state=any")).await.expect(200);
    assert_eq!(slugs(&list.body), ["future", "draft", "past"]);
}

#[actix_web::test]
async fn a_summary_is_the_article_without_its_bodies() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Rain", "body": "**It** rained.", "body_format": "markdown",
                       "status": "published", "tags": ["weather"] });
    app.create(ARTICLES, &sent).await;
    let mut article = app.get(&format!("{ARTICLES}/rain")).await.expect(200).body;
    let article = article.as_object_mut().unwrap();
    let bodies =
        ["body", "body_html", "body_text"].map(|name| (name, article.shift_remove(name).unwrap()));
    let list = app.get(ARTICLES).await.expect(200);
    assert_eq!(list.body["items"][0].as_object().unwrap(), article);
    for query in
        ["include=body,body_html,body_text", "include=body&include=body_html&include=body_text"]
    {
        let list = app.get(&format!("{ARTICLES}?{query}")).await.expect(200);
        for (name, value) in &bodies {
            assert_eq!(&list.body["items"][0][*name], value, "{name}");
        }
    }
    for (name, value) in &bodies {
        let list = app.get(&format!("{ARTICLES}?include={name}")).await.expect(200);
        assert_eq!(&list.body["items"][0][*name], value);
        let others = bodies.iter().filter(|(other, _)| other != name);
        assert!(others.into_iter().all(|(other, _)| list.body["items"][0].get(*other).is_none()));
    }
}

#[actix_web::test]
async fn totals_come_when_asked_for() {
    let app = TestApp::start().await;
    for n in 0..5 {
        app.story(&format!("Story {n}")).await;
    }
    app.create(ARTICLES, &json!({ "headline": "Draft" })).await;
    let plain = app.get(ARTICLES).await.expect(200).body;
    assert!(plain.get("total").is_none() && plain.get("total_is_exact").is_none());
    for kind in ["exact", "estimated"] {
        let list = app.get(&format!("{ARTICLES}?total={kind}&limit=2")).await.expect(200).body;
        assert_eq!((&list["total"], &list["total_is_exact"]), (&json!(5), &json!(true)), "{kind}");
        let none = app.get(&format!("{ARTICLES}?total={kind}&tag=none")).await.expect(200).body;
        assert_eq!(none["total"], 0);
        let all = app.admin_get(&format!("{ARTICLES}?total={kind}&state=any")).await.expect(200);
        assert_eq!(all.body["total"], 6);
    }
}

#[actix_web::test]
async fn a_large_list_is_estimated() {
    let app = TestApp::start().await;
    app.story("One").await;
    let copies =
        "INSERT INTO articles (id, slug, headline, body, body_format, body_html, body_text,
                      word_count, language, status, published_at, created_at, updated_at)
                  SELECT gen_random_uuid(), 's' || n, 'x', '', 'text', '', '', 0, 'en', 'published',
                      now() - n * interval '1 s', now(), now() FROM generate_series(1, 12000) n;
                  ANALYZE articles;";
    app.database.execute(copies).await;
    let exact = app.get(&format!("{ARTICLES}?total=exact&limit=1")).await.expect(200).body;
    assert_eq!((&exact["total"], &exact["total_is_exact"]), (&json!(12001), &json!(true)));
    let about = app.get(&format!("{ARTICLES}?total=estimated&limit=1")).await.expect(200).body;
    assert_eq!(about["total_is_exact"], false);
    let total = about["total"].as_i64().unwrap();
    assert!((10_001..100_000).contains(&total), "{total}");
}

#[actix_web::test]
async fn a_page_has_between_one_and_a_hundred_stories() {
    let app = TestApp::start().await;
    for n in 0..101 {
        app.story(&format!("Story {n}")).await;
    }
    for (query, count) in [("", 20), ("?limit=1", 1), ("?limit=99", 99), ("?limit=100", 100)] {
        let list = app.get(&format!("{ARTICLES}{query}")).await.expect(200);
        assert_eq!(slugs(&list.body).len(), count, "{query}");
        assert_ne!(list.body["next_cursor"], Value::Null);
    }
}

#[actix_web::test]
async fn an_unchanged_list_is_not_sent_again() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let conditional = async |tag: &str| {
        app.anonymous(Method::GET, ARTICLES).header("if-none-match", tag).send().await
    };
    let first = app.get(ARTICLES).await.expect(200);
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"'), "{tag}");
    let again = conditional(&tag).await.expect(304);
    assert_eq!(again.header("etag"), tag);
    assert_eq!(again.header("cache-control"), "public, no-cache");
    assert_eq!(again.header("link"), first.header("link"));
    assert!(again.bytes.is_empty());
    conditional(&format!("\"x\", W/{tag}")).await.expect(304);
    conditional("*").await.expect(304);
    conditional("\"x\"").await.expect(200);
    app.story("Snow").await;
    let changed = conditional(&tag).await.expect(200);
    assert_ne!(changed.header("etag"), tag);
    assert_eq!(slugs(&changed.body), ["snow", "rain"]);
}

#[actix_web::test]
async fn other_states_come_only_by_name_and_with_the_read_scope() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "draft" })).await;
    on(&app, "scheduled", "2999-01-01T00:00:00Z").await;
    app.story("live").await;
    app.story("trashed").await;
    app.delete(&format!("{ARTICLES}/trashed")).await.expect(204);
    let reader = app.key(&[Scope::ArticlesRead], None).await;
    for (state, expected) in [
        ("", vec!["live-2"]),
        ("state=live", vec!["live-2"]),
        ("state=draft", vec!["draft"]),
        ("state=scheduled", vec!["scheduled"]),
        ("state=draft,scheduled", vec!["scheduled", "draft"]),
        ("state=draft&state=live", vec!["live-2", "draft"]),
        ("state=live&state=draft&state=live", vec!["live-2", "draft"]),
        ("state=trashed", vec!["trashed"]),
        ("state=expired,retracted", vec![]),
        ("state=any", vec!["scheduled", "trashed", "live-2", "draft"]),
        ("state=any,live", vec!["scheduled", "trashed", "live-2", "draft"]),
    ] {
        let path = format!("{ARTICLES}?{state}&total=exact");
        let list = app.with_key(&reader, Method::GET, &path).send().await.expect(200);
        assert_eq!(slugs(&list.body), expected, "{state}");
        assert_eq!(list.body["total"], expected.len());
        assert_eq!(list.header("cache-control"), "private, no-store");
        let public = app.get(&path).await;
        if ["", "state=live"].contains(&state) {
            assert_eq!(slugs(&public.expect(200).body), expected);
            continue;
        }
        public.problem(401, "key_missing");
        for scope in Scope::ALL {
            let key = app.key(&[scope], None).await;
            let answer = app.with_key(&key, Method::GET, &path).send().await;
            match scope {
                Scope::ArticlesRead | Scope::Admin => drop(answer.expect(200)),
                _ => drop(answer.problem(403, "scope_missing")),
            }
        }
    }
}

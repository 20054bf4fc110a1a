//! Every filter: any value within one name, all across names, and no story twice.

use super::{ARTICLES, slugs};
use crate::support::TestApp;
use serde_json::{Value, json};

/// Six stories on six days, the last one first in lists.
async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    for (name, parent) in
        [("World", None), ("Asia", Some("world")), ("Pakistan", Some("asia")), ("Sport", None)]
    {
        app.create("/api/v1/categories", &json!({ "name": name, "parent": parent })).await;
    }
    for name in ["Alpha", "Beta"] {
        app.create("/api/v1/sources", &json!({ "name": name })).await;
    }
    for (day, mut story) in [
        (
            1,
            json!({ "slug": "one", "category": "pakistan", "source": "alpha", "external_id": "1", "tags": ["Foreign Affairs"], "language": "en" }),
        ),
        (
            2,
            json!({ "slug": "two", "categories": ["asia", "pakistan", "sport"], "source": "beta", "external_id": "1", "tags": ["talks", "foreign-affairs"], "language": "en-GB" }),
        ),
        (
            3,
            json!({ "slug": "three", "category": "sport", "source": "alpha", "tags": ["Cricket"], "language": "ur", "featured": true }),
        ),
        (
            4,
            json!({ "slug": "four", "source_url": "https://a.example/4?x=1&y=ü", "authors": [{ "name": "Ayesha Khan" }, { "name": "José Ñandú" }], "language": "UR" }),
        ),
        (
            5,
            json!({ "slug": "five", "category": "world", "authors": [{ "name": "José Ñandú" }], "language": "zh-Hant", "featured": true }),
        ),
        (6, json!({ "slug": "six" })),
    ] {
        story["headline"] = json!("Story");
        story["status"] = json!("published");
        story["published_at"] = json!(format!("2020-01-0{day}T12:00:00Z"));
        app.create(ARTICLES, &story).await;
    }
    app
}

#[actix_web::test]
async fn each_filter_finds_its_stories() {
    let app = newsroom().await;
    let pakistan = app.get("/api/v1/categories/pakistan").await.expect(200).text("id");
    let alpha = app.get("/api/v1/sources/alpha").await.expect(200).text("id");
    let (by_category, by_source) = (format!("category={pakistan}"), format!("source={alpha}"));
    for (query, expected) in [
        ("category=world", "five two one"),
        ("category=asia", "two one"),
        (&by_category, "two one"),
        ("category=sport&category=pakistan", "three two one"),
        ("exclude_category=asia", "six five four three"),
        ("exclude_category=asia&exclude_category=sport", "six five four"),
        ("category=world&exclude_category=sport", "five one"),
        ("source=alpha", "three one"),
        (&by_source, "three one"),
        ("source=alpha&source=beta", "three two one"),
        ("exclude_source=alpha", "six five four two"),
        ("exclude_source=alpha&exclude_source=beta", "six five four"),
        ("tag=foreign-affairs", "two one"),
        ("tag=Foreign%20Affairs", "two one"),
        ("tag=Foreign+Affairs", "two one"),
        ("tag=cricket&tag=talks", "three two"),
        ("tag=none", ""),
        ("author=ayesha-khan", "four"),
        ("author=Jos%C3%A9%20%C3%91and%C3%BA", "five four"),
        ("author=jos%C3%A9-%C3%B1and%C3%BA&author=ayesha-khan", "five four"),
        ("language=en", "six one"),
        ("language=ur", "four three"),
        ("language=ZH-hant&language=en-gb", "five two"),
        ("external_id=1&source=beta", "two"),
        ("external_id=2&source=beta", ""),
        ("source_url=https%3A%2F%2Fa.example%2F4%3Fx%3D1%26y%3D%C3%BC", "four"),
        ("source_url=https%3A%2F%2Fa.example%2F4", ""),
        ("slug=three", "three"),
        ("slug=Three", ""),
        ("published_after=2020-01-03T12:00:00Z", "six five four three"),
        ("published_after=2020-01-03T12:00:00.001Z", "six five four"),
        ("published_before=2020-01-03T12:00:00Z", "two one"),
        (
            "published_after=2020-01-02T17:00:00%2B05:00&published_before=2020-01-04T12:00:00Z",
            "three two",
        ),
        (
            "published_after=2020-01-02T17:00:00+05:00&published_before=2020-01-04T12:00:00Z",
            "three two",
        ),
        ("updated_after=2020-01-01T00:00:00Z", "six five four three two one"),
        ("updated_before=2020-01-01T00:00:00Z", ""),
        ("featured=true", "five three"),
        ("featured=false", "six four two one"),
        ("featured=true&category=world", "five"),
        ("language=ur&featured=true&source=alpha&tag=cricket", "three"),
        ("language=ur&featured=true&source=beta", ""),
    ] {
        let list = app.get(&format!("{ARTICLES}?{query}&total=exact")).await.expect(200);
        let expected: Vec<&str> = expected.split_whitespace().collect();
        assert_eq!(slugs(&list.body), expected, "{query}");
        assert_eq!(list.body["total"], expected.len(), "{query}");
    }
}

#[actix_web::test]
async fn what_was_written_since_is_found() {
    let app = newsroom().await;
    let before = app.get(&format!("{ARTICLES}/six")).await.expect(200).text("updated_at");
    let changed =
        app.patch(&format!("{ARTICLES}/two"), &json!({ "summary": "x" })).await.expect(200);
    let changed = changed.text("updated_at");
    assert!(changed > before);
    let list = app.get(&format!("{ARTICLES}?updated_after={changed}")).await.expect(200);
    assert_eq!(slugs(&list.body), ["two"]);
    let list = app.get(&format!("{ARTICLES}?updated_before={changed}")).await.expect(200);
    assert_eq!(slugs(&list.body), ["six", "five", "four", "three", "one"]);
}

#[actix_web::test]
async fn former_slugs_of_categories_and_sources_still_filter() {
    let app = newsroom().await;
    app.patch("/api/v1/categories/asia", &json!({ "slug": "asia-news" })).await.expect(200);
    app.patch("/api/v1/sources/alpha", &json!({ "slug": "alpha-news" })).await.expect(200);
    for query in ["category=asia&source=alpha", "category=asia-news&source=alpha-news"] {
        let list = app.get(&format!("{ARTICLES}?{query}")).await.expect(200);
        assert_eq!(slugs(&list.body), ["one"]);
    }
    // a story's former slug is no longer its slug
    app.patch(&format!("{ARTICLES}/one"), &json!({ "slug": "uno" })).await.expect(200);
    let list = app.get(&format!("{ARTICLES}?slug=one")).await.expect(200);
    assert_eq!(list.body["items"], json!([]));
}

#[actix_web::test]
async fn a_story_in_many_matching_categories_comes_once() {
    let app = newsroom().await;
    let query = "category=world&category=asia&category=pakistan&category=sport&tag=talks&tag=foreign-affairs";
    let list = app.get(&format!("{ARTICLES}?{query}&total=exact")).await.expect(200);
    assert_eq!(slugs(&list.body), ["two", "one"]);
    assert_eq!(list.body["total"], 2);
}

#[actix_web::test]
async fn a_category_that_moves_takes_its_stories_along() {
    let app = newsroom().await;
    app.patch("/api/v1/categories/asia", &json!({ "parent": "sport" })).await.expect(200);
    let world = app.get(&format!("{ARTICLES}?category=world")).await.expect(200);
    assert_eq!(slugs(&world.body), ["five"]);
    let sport = app.get(&format!("{ARTICLES}?category=sport")).await.expect(200);
    assert_eq!(slugs(&sport.body), ["three", "two", "one"]);
    let crumbs = &sport.body["items"][2]["breadcrumb"];
    let crumbs: Vec<&Value> =
        crumbs.as_array().unwrap().iter().map(|crumb| &crumb["slug"]).collect();
    assert_eq!(crumbs, ["sport", "asia", "pakistan"]);
}

#[actix_web::test]
async fn a_bound_key_lists_other_states_of_its_own_source_only() {
    use newswire::access::Scope::ArticlesRead;
    let app = newsroom().await;
    for (slug, source) in
        [("a-draft", json!("alpha")), ("b-draft", json!("beta")), ("c-draft", Value::Null)]
    {
        app.create(ARTICLES, &json!({ "headline": "Draft", "slug": slug, "source": source })).await;
    }
    let alpha = app.get("/api/v1/sources/alpha").await.expect(200).text("id");
    let key = app.key(&[ArticlesRead], Some(&alpha)).await;
    for (query, expected) in [
        ("state=draft", vec!["a-draft"]),
        ("state=any", vec!["a-draft", "three", "one"]),
        ("state=draft&source=beta", vec![]),
        ("slug=b-draft&state=any", vec![]),
        ("source=beta", vec!["two"]),
        ("", vec!["six", "five", "four", "three", "two", "one"]),
    ] {
        let path = format!("{ARTICLES}?{query}&total=exact");
        let list = app.with_key(&key, reqwest::Method::GET, &path).send().await.expect(200);
        assert_eq!(slugs(&list.body), expected, "{query}");
        assert_eq!(list.body["total"], expected.len(), "{query}");
    }
}

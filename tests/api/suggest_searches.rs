//! Suggest what could be meant, while somebody types.

use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/search/suggest";
const ARTICLES: &str = "/api/v1/articles";

/// `kind:slug` of each.
fn found(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().unwrap();
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    items.iter().map(|item| format!("{}:{}", text(item, "kind"), text(item, "slug"))).collect()
}

async fn suggest(app: &TestApp, query: &str) -> Vec<String> {
    found(&app.get(&format!("{PATH}?{query}")).await.expect(200))
}

async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    app.create("/api/v1/categories", &json!({ "name": "Rainforests" })).await;
    app.create("/api/v1/categories", &json!({ "name": "Économie" })).await;
    app.create("/api/v1/sources", &json!({ "name": "Radio Rainbow" })).await;
    let story = json!({ "headline": "Heavy rain in Lahore", "tags": ["Rain", "rainfall"], "language": "en",
        "authors": [{ "name": "Rainer Maria" }], "status": "published" });
    app.create(ARTICLES, &story).await;
    let story =
        json!({ "headline": "Élection présidentielle", "language": "fr", "status": "published" });
    app.create(ARTICLES, &story).await;
    let story = json!({ "headline": "北京今日大雨", "language": "zh", "status": "published" });
    app.create(ARTICLES, &story).await;
    app
}

#[actix_web::test]
async fn each_kind_is_found_by_the_beginning_of_a_word() {
    let app = newsroom().await;
    let answer = app.get(&format!("{PATH}?q=rain")).await.expect(200);
    let expected = [
        "category:rainforests",
        "source:radio-rainbow",
        "tag:rain",
        "tag:rainfall",
        "author:rainer-maria",
        "article:heavy-rain-in-lahore",
    ];
    let mut all = found(&answer);
    all.sort();
    let mut wanted = expected.map(str::to_owned).to_vec();
    wanted.sort();
    assert_eq!(all, wanted);
    let items = answer.body["items"].as_array().unwrap();
    let text = |slug: &str| items.iter().find(|item| item["slug"] == slug).unwrap()["text"].clone();
    assert_eq!(text("radio-rainbow"), "Radio Rainbow");
    assert_eq!(text("rain"), "Rain");
    assert_eq!(text("rainer-maria"), "Rainer Maria");
    assert_eq!(text("heavy-rain-in-lahore"), "Heavy rain in Lahore");
    assert_eq!(answer.header("cache-control"), "public, no-cache");
    assert_eq!(answer.header("content-type"), "application/json");
}

#[actix_web::test]
async fn the_last_word_may_be_unfinished_and_only_that() {
    let app = newsroom().await;
    for (q, expected) in [
        ("heavy%20ra", vec!["article:heavy-rain-in-lahore"]),
        ("lahore%20heavy%20r", vec!["article:heavy-rain-in-lahore"]),
        ("hea%20rain", vec![]),
        ("radio%20rai", vec!["source:radio-rainbow"]),
        ("ainbow", vec![]),
        ("HEAVY+RAIN", vec!["article:heavy-rain-in-lahore"]),
        ("heavy%20rain%20in%20lahore", vec!["article:heavy-rain-in-lahore"]),
        ("xyz", vec![]),
    ] {
        assert_eq!(suggest(&app, &format!("q={q}")).await, expected, "{q}");
    }
}

#[actix_web::test]
async fn accents_and_scripts_do_not_matter() {
    let app = newsroom().await;
    for (q, expected) in [
        ("elec", "article:élection-présidentielle"),
        ("%C3%A9lec", "article:élection-présidentielle"),
        ("pr%C3%A9sid", "article:élection-présidentielle"),
        ("economie", "category:économie"),
        ("%C3%89CO", "category:économie"),
        ("%E5%8C%97%E4%BA%AC", "article:北京今日大雨"),
        ("%E5%A4%A7%E9%9B%A8", "article:北京今日大雨"),
    ] {
        assert_eq!(suggest(&app, &format!("q={q}")).await, [expected], "{q}");
    }
}

#[actix_web::test]
async fn what_is_hidden_is_never_suggested() {
    let app = TestApp::start().await;
    for (headline, more) in [
        ("Zebra draft", json!({ "status": "draft" })),
        ("Zebra scheduled", json!({ "published_at": "2999-01-01T00:00:00Z" })),
        (
            "Zebra expired",
            json!({ "published_at": "2020-01-01T00:00:00Z", "expires_at": "2020-01-02T00:00:00Z" }),
        ),
        ("Zebra trashed", json!({})),
        ("Zebra retracted", json!({})),
    ] {
        let mut sent = json!({ "headline": headline, "status": "published", "tags": ["Zebra tag"],
            "authors": [{ "name": "Zebra author" }] });
        sent.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        app.create(ARTICLES, &sent).await;
    }
    app.delete(&format!("{ARTICLES}/zebra-trashed")).await.expect(204);
    app.patch(&format!("{ARTICLES}/zebra-retracted"), &json!({ "status": "draft" }))
        .await
        .expect(200);
    assert_eq!(suggest(&app, "q=zebra").await, [""; 0]);
    assert_eq!(found(&app.admin_get(&format!("{PATH}?q=zebra")).await.expect(200)), [""; 0]);
    let open = json!({ "status": "published" });
    app.patch(&format!("{ARTICLES}/zebra-draft"), &open).await.expect(200);
    let now = ["tag:zebra-tag", "author:zebra-author", "article:zebra-draft"];
    assert_eq!(suggest(&app, "q=zebra").await, now);
}

#[actix_web::test]
async fn a_limit_and_languages_narrow_it_down() {
    let app = TestApp::start().await;
    for n in 0..25 {
        let language = if n % 2 == 0 { "en" } else { "de-AT" };
        let sent = json!({ "headline": format!("Storm {n}"), "language": language, "status": "published" });
        app.create(ARTICLES, &sent).await;
    }
    assert_eq!(suggest(&app, "q=storm").await.len(), 10);
    for limit in [1, 7, 20] {
        let some = suggest(&app, &format!("q=storm&limit={limit}")).await;
        assert_eq!(some.len(), limit);
        assert_eq!(some[0], "article:storm-24", "the newest first");
    }
    assert_eq!(
        suggest(&app, "q=storm&limit=2&language=DE-at").await,
        ["article:storm-23", "article:storm-21"]
    );
    assert_eq!(suggest(&app, "q=storm&language=de-at&language=en&limit=20").await.len(), 20);
    assert_eq!(suggest(&app, "q=storm&language=fr").await, [""; 0]);
}

#[actix_web::test]
async fn signs_alone_suggest_nothing() {
    let app = newsroom().await;
    for q in ["%25", "%2B-%22", "%20", "'", "%F0%9F%98%80"] {
        assert_eq!(suggest(&app, &format!("q={q}")).await, [""; 0], "{q}");
    }
}

#[actix_web::test]
async fn what_is_known_is_not_sent_again() {
    let app = newsroom().await;
    let path = format!("{PATH}?q=rain");
    let tag = app.get(&path).await.expect(200).header("etag").to_owned();
    assert!(tag.starts_with('"'), "{tag}");
    let again =
        async || app.anonymous(Method::GET, &path).header("if-none-match", &tag).send().await;
    again().await.expect(304);
    app.story("Rain again").await;
    assert!(found(&again().await.expect(200)).contains(&"article:rain-again".to_owned()));
}

#[actix_web::test]
async fn what_is_not_understood_is_refused() {
    let app = TestApp::start().await;
    let long = format!("q={}", "x".repeat(201));
    let many = format!("q=x&{}", vec!["language=en"; 21].join("&"));
    for (query, at, code) in [
        ("", "q", "required"),
        ("q=", "q", "minLength"),
        (&long, "q", "maxLength"),
        ("q=a&q=b", "q", "invalid"),
        ("q=%00", "q", "invalid"),
        ("q=x&limit=0", "limit", "minimum"),
        ("q=x&limit=21", "limit", "maximum"),
        (&many, "language", "maxItems"),
        ("q=x&cursor=x", "cursor", "additionalProperties"),
        ("q=x&kind=tag", "kind", "additionalProperties"),
    ] {
        let answer = app.get(&format!("{PATH}?{query}")).await;
        answer.problem(400, "query_invalid").fault(at, code);
    }
    let path = format!("{PATH}?q=x");
    let answer =
        app.anonymous(Method::GET, &path).header("authorization", "Bearer nw_x").send().await;
    answer.problem(401, "key_invalid");
    let answer = app.anonymous(Method::GET, &path).header("accept", "text/html").send().await;
    answer.problem(406, "not_acceptable");
}

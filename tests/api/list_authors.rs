//! List authors: those of live stories, with how many each has. What they share with tags is tested
//! there too.

use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/authors";
const ARTICLES: &str = "/api/v1/articles";

async fn post(app: &TestApp, headline: &str, authors: Value, more: Value) -> Value {
    let mut sent = json!({ "headline": headline, "status": "published", "authors": authors });
    sent.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    app.create(ARTICLES, &sent).await
}

fn counted(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().cloned().unwrap_or_default();
    let one =
        |item: &Value| format!("{}:{}", item["slug"].as_str().unwrap(), item["article_count"]);
    items.iter().map(one).collect()
}

#[actix_web::test]
async fn they_come_by_slug_as_the_newest_story_names_them() {
    let app = TestApp::start().await;
    let (old, new) = ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z");
    let page = "https://news.example/ayesha";
    let khan = json!([{ "name": "Ayesha KHAN", "url": "https://old.example/" }, { "name": "Bo" }]);
    post(&app, "Old", khan, json!({ "published_at": old })).await;
    let khan = json!([{ "name": "Ayesha Khan", "url": page }]);
    post(&app, "New", khan, json!({ "published_at": new })).await;
    let all = app.get(PATH).await.expect(200);
    let expected = json!([
        { "slug": "ayesha-khan", "name": "Ayesha Khan", "url": page, "article_count": 2 },
        { "slug": "bo", "name": "Bo", "url": null, "article_count": 1 },
    ]);
    assert_eq!(all.body["items"], expected);
    assert_eq!(all.header("cache-control"), "public, no-cache");
    let list = app.get(&format!("{ARTICLES}?author=ayesha-khan&total=exact")).await.expect(200);
    assert_eq!(list.body["total"], 2);
}

#[actix_web::test]
async fn only_live_stories_count() {
    let app = TestApp::start().await;
    let authors = json!([{ "name": "Seen" }, { "name": "Seen" }]);
    post(&app, "Live", authors, json!({})).await;
    for (headline, more) in [
        ("Draft", json!({ "status": "draft" })),
        ("Scheduled", json!({ "published_at": "2999-01-01T00:00:00Z" })),
        (
            "Expired",
            json!({ "published_at": "2020-01-01T00:00:00Z", "expires_at": "2020-01-02T00:00:00Z" }),
        ),
        ("Trashed", json!({})),
    ] {
        post(&app, headline, json!([{ "name": "Seen" }, { "name": "Hidden" }]), more).await;
    }
    app.delete(&format!("{ARTICLES}/trashed")).await.expect(204);
    for answer in [app.get(PATH).await, app.admin_get(PATH).await] {
        assert_eq!(counted(&answer.expect(200)), ["seen:1"]);
    }
}

#[actix_web::test]
async fn a_name_without_any_letter_is_no_author_and_does_not_shift_the_others() {
    let app = TestApp::start().await;
    let authors =
        json!([{ "name": "—" }, { "name": "Bo", "url": "https://bo.example/" }, { "name": "!" }]);
    post(&app, "Live", authors, json!({ "tags": ["!", "rain", "?"] })).await;
    let all = app.get(PATH).await.expect(200);
    let bo =
        all.body["items"].as_array().unwrap().iter().find(|item| item["slug"] == "bo").cloned();
    let expected =
        json!({ "slug": "bo", "name": "Bo", "url": "https://bo.example/", "article_count": 1 });
    assert_eq!(bo, Some(expected), "{:#}", all.body);
    let tags = app.get("/api/v1/tags?prefix=rain").await.expect(200);
    assert_eq!(tags.body["items"], json!([{ "slug": "rain", "name": "rain", "article_count": 1 }]));
}

#[actix_web::test]
async fn pages_lead_both_ways_and_take_a_prefix() {
    let app = TestApp::start().await;
    for n in 0..7 {
        post(
            &app,
            "Story",
            json!([{ "name": format!("Reporter {n}") }, { "name": "Zoë" }]),
            json!({}),
        )
        .await;
    }
    let wanted: Vec<String> = (0..7).map(|n| format!("reporter-{n}:1")).collect();
    let base = format!("{PATH}?limit=3&prefix=Reporter%20");
    let mut pages = vec![app.get(&base).await.expect(200)];
    while let Some(next) = pages.last().unwrap().body["next_cursor"].as_str() {
        pages.push(app.get(&format!("{base}&cursor={next}")).await.expect(200));
    }
    assert_eq!(pages.iter().flat_map(counted).collect::<Vec<_>>(), wanted);
    let prev = pages[2].text("prev_cursor");
    let back = app.get(&format!("{base}&cursor={prev}")).await.expect(200);
    assert_eq!(back.body["items"], pages[1].body["items"]);
    let zoe = app.get(&format!("{PATH}?prefix=zo%C3%AB")).await.expect(200);
    assert_eq!(counted(&zoe), ["zoë:7"]);
}

#[actix_web::test]
async fn a_known_list_is_not_sent_again() {
    let app = TestApp::start().await;
    post(&app, "One", json!([{ "name": "Bo" }]), json!({})).await;
    let tag = app.get(PATH).await.expect(200).header("etag").to_owned();
    let again =
        async || app.anonymous(Method::GET, PATH).header("if-none-match", &tag).send().await;
    again().await.expect(304);
    app.delete(&format!("{ARTICLES}/one")).await.expect(204);
    assert_eq!(again().await.expect(200).body["items"], json!([]));
}

#[actix_web::test]
async fn what_is_not_understood_is_refused() {
    let app = TestApp::start().await;
    for (query, at, code) in [
        ("limit=0", "limit", "minimum"),
        ("prefix=", "prefix", "minLength"),
        ("name=bo", "name", "additionalProperties"),
    ] {
        let answer = app.get(&format!("{PATH}?{query}")).await;
        answer.problem(400, "query_invalid").fault(at, code);
    }
    app.get(&format!("{PATH}?cursor=x")).await.problem(400, "cursor_invalid");
    let answer =
        app.anonymous(Method::GET, PATH).header("authorization", "Bearer nw_x").send().await;
    answer.problem(401, "key_invalid");
    let answer = app.anonymous(Method::GET, PATH).header("accept", "text/html").send().await;
    answer.problem(406, "not_acceptable");
}

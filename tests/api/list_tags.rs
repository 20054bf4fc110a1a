//! List tags: those of live stories, with how many each has.

use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/tags";
const ARTICLES: &str = "/api/v1/articles";

async fn post(app: &TestApp, headline: &str, tags: &[&str], more: Value) -> Value {
    let mut sent = json!({ "headline": headline, "status": "published", "tags": tags });
    sent.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    app.create(ARTICLES, &sent).await
}

/// `slug:count` of each.
fn counted(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().cloned().unwrap_or_default();
    let one =
        |item: &Value| format!("{}:{}", item["slug"].as_str().unwrap(), item["article_count"]);
    items.iter().map(one).collect()
}

#[actix_web::test]
async fn no_tags_are_a_list_too() {
    let app = TestApp::start().await;
    let none = app.get(PATH).await.expect(200);
    assert_eq!(none.body, json!({ "items": [], "next_cursor": null, "prev_cursor": null }));
    assert_eq!(none.header("cache-control"), "public, no-cache");
    assert_eq!(none.header("link"), "<https://api.news.example/api/v1/tags>; rel=\"first\"");
}

#[actix_web::test]
async fn they_come_by_slug_as_the_newest_story_writes_them() {
    let app = TestApp::start().await;
    post(
        &app,
        "Old",
        &["FOREIGN affairs", "زلزلہ"],
        json!({ "published_at": "2020-01-01T00:00:00Z" }),
    )
    .await;
    post(
        &app,
        "New",
        &["Foreign Affairs", "Élection"],
        json!({ "published_at": "2021-01-01T00:00:00Z" }),
    )
    .await;
    post(
        &app,
        "Older",
        &["foreign-affairs", "cricket"],
        json!({ "published_at": "2019-01-01T00:00:00Z" }),
    )
    .await;
    let all = app.get(PATH).await.expect(200);
    assert_eq!(counted(&all), ["cricket:1", "foreign-affairs:3", "élection:1", "زلزلہ:1"]);
    assert_eq!(all.body["items"][1]["name"], "Foreign Affairs");
    assert_eq!(all.body["items"][2]["name"], "Élection");
    assert_eq!(app.admin_get(PATH).await.expect(200).body, all.body);
}

#[actix_web::test]
async fn one_story_counts_once_however_often_it_writes_a_tag() {
    let app = TestApp::start().await;
    post(&app, "One", &["Rain", "rain", "RAIN", "wind"], json!({})).await;
    post(&app, "Two", &["rain"], json!({})).await;
    let all = app.get(PATH).await.expect(200);
    assert_eq!(counted(&all), ["rain:2", "wind:1"]);
    // the number is that of the list it leads to
    let list = app.get(&format!("{ARTICLES}?tag=rain&total=exact")).await.expect(200);
    assert_eq!(list.body["total"], 2);
}

#[actix_web::test]
async fn only_live_stories_count() {
    let app = TestApp::start().await;
    post(&app, "Live", &["seen"], json!({})).await;
    for (headline, more) in [
        ("Draft", json!({ "status": "draft" })),
        ("Scheduled", json!({ "published_at": "2999-01-01T00:00:00Z" })),
        (
            "Expired",
            json!({ "published_at": "2020-01-01T00:00:00Z", "expires_at": "2020-01-02T00:00:00Z" }),
        ),
        ("Trashed", json!({})),
        ("Retracted", json!({})),
    ] {
        post(&app, headline, &["seen", "hidden", &format!("of {headline}")], more).await;
    }
    app.delete(&format!("{ARTICLES}/trashed")).await.expect(204);
    let back = json!({ "status": "draft" });
    app.patch(&format!("{ARTICLES}/retracted"), &back).await.expect(200);
    for answer in [app.get(PATH).await, app.admin_get(PATH).await] {
        assert_eq!(counted(&answer.expect(200)), ["seen:1"]);
    }
    for prefix in ["hidden", "of", "of-draft"] {
        let answer = app.get(&format!("{PATH}?prefix={prefix}")).await.expect(200);
        assert_eq!(counted(&answer), [""; 0], "{prefix}");
    }
}

#[actix_web::test]
async fn pages_lead_both_ways_and_meet_each_once() {
    let app = TestApp::start().await;
    let tags: Vec<String> = (0..17).map(|n| format!("tag {n:02}")).collect();
    for chunk in tags.chunks(5) {
        let chunk: Vec<&str> = chunk.iter().map(String::as_str).collect();
        post(&app, "Story", &chunk, json!({})).await;
    }
    post(&app, "Again", &["tag 03", "tag 09"], json!({})).await;
    post(&app, "Hidden", &["tag 05x", "tag 99"], json!({ "status": "draft" })).await;
    let wanted: Vec<String> = (0..17)
        .map(|n| format!("tag-{n:02}:{}", if [3, 9].contains(&n) { 2 } else { 1 }))
        .collect();
    for limit in [1, 4, 16, 17, 18] {
        for prefix in ["", "&prefix=tag"] {
            let base = format!("{PATH}?limit={limit}{prefix}");
            let mut pages = vec![app.get(&base).await.expect(200)];
            while let Some(next) = pages.last().unwrap().body["next_cursor"].as_str() {
                let path = format!("{base}&cursor={next}");
                pages.push(app.get(&path).await.expect(200));
            }
            assert_eq!(pages.iter().flat_map(counted).collect::<Vec<_>>(), wanted, "{base}");
            let mut page = pages.pop().unwrap();
            while let Some(prev) = page.body["prev_cursor"].as_str() {
                page = app.get(&format!("{base}&cursor={prev}")).await.expect(200);
                let before = pages.pop().expect("a page before");
                assert_eq!(page.body["items"], before.body["items"], "{base}");
            }
            assert!(pages.is_empty(), "{base}");
        }
    }
}

#[actix_web::test]
async fn a_cursor_outlives_its_tag() {
    let app = TestApp::start().await;
    for tag in ["a", "b", "c", "d"] {
        post(&app, tag, &[tag], json!({})).await;
    }
    let first = app.get(&format!("{PATH}?limit=2")).await.expect(200);
    app.delete(&format!("{ARTICLES}/b")).await.expect(204);
    let next = first.text("next_cursor");
    let second = app.get(&format!("{PATH}?limit=2&cursor={next}")).await.expect(200);
    assert_eq!(counted(&second), ["c:1", "d:1"]);
    let prev = second.text("prev_cursor");
    let back = app.get(&format!("{PATH}?limit=2&cursor={prev}")).await.expect(200);
    assert_eq!(counted(&back), ["a:1"]);
}

#[actix_web::test]
async fn a_prefix_finds_what_begins_so() {
    let app = TestApp::start().await;
    post(&app, "One", &["New York", "news", "New", "old", "Überfall", "雨", "雨季"], json!({}))
        .await;
    for (prefix, expected) in [
        ("new", "new new-york news"),
        ("New%20Y", "new-york"),
        ("new-y", "new-york"),
        ("NEWS", "news"),
        ("%C3%BCber", "überfall"),
        ("%C3%9Cber", "überfall"),
        ("u%CC%88ber", "überfall"),
        ("%E9%9B%A8", "雨 雨季"),
        ("x", ""),
        ("%25", ""),
        ("_", ""),
    ] {
        let answer = app.get(&format!("{PATH}?prefix={prefix}")).await.expect(200);
        let items = answer.body["items"].as_array().unwrap();
        let slugs: Vec<_> = items.iter().map(|item| item["slug"].as_str().unwrap()).collect();
        assert_eq!(slugs.join(" "), expected, "{prefix}");
    }
}

#[actix_web::test]
async fn a_known_list_is_not_sent_again() {
    let app = TestApp::start().await;
    post(&app, "One", &["rain"], json!({})).await;
    let first = app.get(PATH).await.expect(200);
    let again = async || {
        let call = app.anonymous(Method::GET, PATH);
        call.header("if-none-match", first.header("etag")).send().await
    };
    let same = again().await.expect(304);
    assert_eq!(same.header("etag"), first.header("etag"));
    post(&app, "Two", &["rain"], json!({})).await;
    let changed = again().await.expect(200);
    assert_eq!(counted(&changed), ["rain:2"]);
    app.anonymous(Method::HEAD, PATH).send().await.expect(200);
}

#[actix_web::test]
async fn what_is_not_understood_is_refused() {
    let app = TestApp::start().await;
    post(&app, "One", &["a", "b"], json!({})).await;
    let cursor = app.get(&format!("{PATH}?limit=1")).await.expect(200).text("next_cursor");
    let long = format!("prefix={}", "x".repeat(101));
    for (query, at, code) in [
        ("limit=0", "limit", "minimum"),
        ("limit=101", "limit", "maximum"),
        ("limit=x", "limit", "type"),
        ("prefix=", "prefix", "minLength"),
        (&long, "prefix", "maxLength"),
        ("prefix=a&prefix=b", "prefix", "invalid"),
        ("prefix=%00", "prefix", "invalid"),
        ("q=rain", "q", "additionalProperties"),
        ("total=exact", "total", "additionalProperties"),
    ] {
        let answer = app.get(&format!("{PATH}?{query}")).await;
        answer.problem(400, "query_invalid").fault(at, code);
    }
    let unread = app.get(&format!("{PATH}?cursor=nonsense")).await.problem(400, "cursor_invalid");
    unread.fault("cursor", "cursor_invalid");
    for path in [format!("{PATH}?prefix=a"), "/api/v1/authors?".to_owned(), format!("{ARTICLES}?")]
    {
        let answer = app.get(&format!("{path}&cursor={cursor}")).await;
        answer.problem(400, "cursor_mismatch").fault("cursor", "cursor_mismatch");
    }
    let answer =
        app.anonymous(Method::GET, PATH).header("authorization", "Bearer nw_x").send().await;
    answer.problem(401, "key_invalid");
    let answer = app.anonymous(Method::GET, PATH).header("accept", "text/html").send().await;
    answer.problem(406, "not_acceptable");
}

#[actix_web::test]
async fn a_name_of_nothing_but_a_control_character_is_one_too() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Rain", "slug": "rain", "status": "published",
                       "tags": ["\u{1}", "\u{1}\u{2}"], "authors": [{ "name": "\u{1}" }] });
    let made = app.create(ARTICLES, &sent).await;
    assert_eq!(made["tags"], sent["tags"]);
    for filter in ["tag=%01", "tag=%01%02", "author=%01"] {
        let found = app.get(&format!("{ARTICLES}?{filter}")).await.expect(200).body;
        assert_eq!(found["items"][0]["slug"], "rain", "{filter}");
    }
}

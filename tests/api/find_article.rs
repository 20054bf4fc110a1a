//! Read an article: by id, slug and former slug, and who is told what. Conditions and methods have
//! a file each.

mod conditions;
mod formats;
mod methods;

use crate::support::{Answer, TestApp};
use newswire::access::Scope::ArticlesRead;
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";

fn path(reference: &Value) -> String {
    format!("{ARTICLES}/{}", reference.as_str().unwrap())
}

#[actix_web::test]
async fn a_live_story_is_read_by_id_and_by_slug() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Rain at last", "body": "It rained.\n\nTwice.", "status": "published" });
    let made = app.create(ARTICLES, &sent).await;
    let by_id = app.get(&path(&made["id"])).await.expect(200);
    let by_slug = app.get(&format!("{ARTICLES}/rain-at-last")).await.expect(200);
    assert_eq!(by_id.bytes, by_slug.bytes);
    assert_eq!(by_slug.body["body"], "It rained.\n\nTwice.");
    assert_eq!(by_slug.body["body_html"], "<p>It rained.</p>\n<p>Twice.</p>");
    assert!(by_slug.header("etag").starts_with("\"1-"), "{}", by_slug.header("etag"));
    assert_eq!(by_slug.header("cache-control"), "public, no-cache");
    let upper = made["id"].as_str().unwrap().to_uppercase();
    assert_eq!(app.get(&format!("{ARTICLES}/{upper}")).await.expect(200).bytes, by_id.bytes);
}

#[actix_web::test]
async fn an_answer_to_a_key_is_private() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    let key = app.key(&[ArticlesRead], None).await;
    let keyed = app.with_key(&key, Method::GET, &path).send().await.expect(200);
    assert_eq!(keyed.header("cache-control"), "private, no-store");
    assert!(keyed.header("vary").to_lowercase().contains("authorization"));
    let public = app.get(&path).await.expect(200);
    assert_eq!(public.header("cache-control"), "public, no-cache");
    assert!(public.header("vary").to_lowercase().contains("authorization"));
}

#[actix_web::test]
async fn a_bad_key_is_refused_even_for_what_is_public() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    for credentials in ["Bearer nw_unknown", "Bearer", "Bearer ", "Basic bnc6bnc=", "nw_x", ""] {
        let call = app.anonymous(Method::GET, &format!("{ARTICLES}/rain"));
        let answer = call.header("authorization", credentials).send().await;
        let answer = answer.problem(401, "key_invalid");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{credentials}");
    }
    let lower = format!("bearer {}", app.admin);
    let call = app.anonymous(Method::GET, &format!("{ARTICLES}/rain"));
    call.header("authorization", &lower).send().await.expect(200);
}

/// The body, with the id of the request taken out.
fn without_request(answer: &Answer) -> String {
    let id = answer.header("x-request-id");
    assert!(!id.is_empty());
    String::from_utf8(answer.bytes.clone()).unwrap().replace(id, "ID")
}

#[actix_web::test]
async fn a_hidden_story_is_as_unknown_as_one_that_never_was() {
    let app = TestApp::start().await;
    let draft = app.create(ARTICLES, &json!({ "headline": "Draft" })).await;
    let nobody = "0198f0c1-2a3b-7c4d-8e5f-0123456789ab";
    let unknown = app.get(&format!("{ARTICLES}/{nobody}")).await.problem(404, "not_found");
    let expected = without_request(&unknown);
    for reference in
        ["draft", draft["id"].as_str().unwrap(), "nothing-here", "not a slug", "%F0%9F%98%80"]
    {
        let hidden = app.get(&format!("{ARTICLES}/{reference}")).await.problem(404, "not_found");
        assert_eq!(without_request(&hidden), expected, "{reference}");
        for name in ["cache-control", "content-type", "vary", "etag", "content-length"] {
            assert_eq!(hidden.header(name), unknown.header(name), "{name}");
        }
    }
    app.admin_get(&format!("{ARTICLES}/draft")).await.expect(200);
}

#[actix_web::test]
async fn a_path_that_cannot_be_read_is_refused() {
    let app = TestApp::start().await;
    for reference in ["a%00b", "%ff", &"x".repeat(513)] {
        let answer = app.get(&format!("{ARTICLES}/{reference}")).await.problem(400, "path_invalid");
        assert_eq!(answer.body["errors"][0]["in"], "path");
        assert_eq!(answer.body["errors"][0]["name"], "article");
    }
    app.get(&format!("{ARTICLES}/x/y")).await.problem(404, "not_found");
    app.get(&format!("{ARTICLES}/x%2Fy")).await.problem(404, "not_found");
    app.get(&format!("{ARTICLES}/")).await.expect(404);
}

#[actix_web::test]
async fn a_former_slug_leads_to_the_current_one_with_every_method() {
    let app = TestApp::start().await;
    app.story("Old").await;
    for slug in ["newer", "ganz-neü"] {
        app.patch(
            &format!("{ARTICLES}/{}", if slug == "newer" { "old" } else { "newer" }),
            &json!({ "slug": slug }),
        )
        .await
        .expect(200);
    }
    let target = "https://api.news.example/api/v1/articles/ganz-ne%C3%BC";
    let body = json!({ "headline": "Changed" });
    for former in ["old", "newer"] {
        for (method, query) in [
            (Method::GET, ""),
            (Method::HEAD, ""),
            (Method::PUT, "?dry_run=true"),
            (Method::PATCH, "?dry_run=true&create_missing=false"),
            (Method::DELETE, "?dry_run=true"),
        ] {
            let path = format!("{ARTICLES}/{former}{query}");
            let call = app.with_key(&app.admin, method.clone(), &path);
            let call = if [Method::PUT, Method::PATCH].contains(&method) {
                call.json(&body)
            } else {
                call
            };
            let answer = call.send().await.expect(308);
            assert_eq!(answer.header("location"), format!("{target}{query}"), "{method} {path}");
            assert!(answer.bytes.is_empty());
            assert!(!answer.header("x-request-id").is_empty());
        }
        let input = app.admin_get(&format!("{ARTICLES}/{former}/input")).await.expect(308);
        assert_eq!(input.header("location"), format!("{target}/input"));
        let public = app.get(&format!("{ARTICLES}/{former}")).await.expect(308);
        assert_eq!(public.header("location"), target);
    }
    assert_eq!(
        app.get(&format!("{ARTICLES}/ganz-ne%C3%BC")).await.expect(200).body["headline"],
        "Old"
    );
}

#[actix_web::test]
async fn a_query_that_is_not_taken_is_refused() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    for path in ["rain?include=body", "rain/input?x=1", "nothing?dry_run=true"] {
        let answer = app.admin_get(&format!("{ARTICLES}/{path}")).await;
        answer.problem(400, "query_invalid");
    }
}

#[actix_web::test]
async fn a_former_slug_tells_nothing_to_those_who_may_not_see_the_story() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "Old" })).await;
    app.patch(&format!("{ARTICLES}/old"), &json!({ "slug": "new-one" })).await.expect(200);
    app.get(&format!("{ARTICLES}/old")).await.problem(404, "not_found");
    app.admin_get(&format!("{ARTICLES}/old")).await.expect(308);
    app.patch(&format!("{ARTICLES}/new-one"), &json!({ "status": "published" })).await.expect(200);
    app.get(&format!("{ARTICLES}/old")).await.expect(308);
    app.delete(&format!("{ARTICLES}/new-one")).await.expect(204);
    app.get(&format!("{ARTICLES}/old")).await.problem(410, "article_gone");
}

#[actix_web::test]
async fn a_former_slug_can_be_taken_back_and_by_no_other() {
    let app = TestApp::start().await;
    app.story("Old").await;
    app.patch(&format!("{ARTICLES}/old"), &json!({ "slug": "other" })).await.expect(200);
    let answer = app.post(ARTICLES, &json!({ "headline": "x", "slug": "old" })).await;
    answer.problem(409, "slug_taken");
    app.patch(&format!("{ARTICLES}/other"), &json!({ "slug": "old" })).await.expect(200);
    app.get(&format!("{ARTICLES}/old")).await.expect(200);
    let back = app.get(&format!("{ARTICLES}/other")).await.expect(308);
    assert_eq!(back.header("location"), "https://api.news.example/api/v1/articles/old");
}

#[actix_web::test]
async fn what_was_live_and_is_withdrawn_is_gone_for_everybody() {
    let app = TestApp::start().await;
    let made = app.story("Gone").await;
    app.patch(&format!("{ARTICLES}/gone"), &json!({ "slug": "gone-now" })).await.expect(200);
    app.delete(&format!("{ARTICLES}/gone-now")).await.expect(204);
    for reference in ["gone", "gone-now", made["id"].as_str().unwrap()] {
        let path = format!("{ARTICLES}/{reference}");
        let public = app.get(&path).await.problem(410, "article_gone");
        let editor = app.admin_get(&path).await.problem(410, "article_gone");
        assert_eq!(without_request(&public), without_request(&editor));
        app.anonymous(Method::HEAD, &path).send().await.expect(410);
    }
    let trash = app.admin_get(&format!("{ARTICLES}?state=trashed")).await.expect(200);
    assert_eq!(trash.body["items"][0]["id"], made["id"]);
}

#[actix_web::test]
async fn addresses_never_follow_the_host_header() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let call = app.anonymous(Method::GET, &format!("{ARTICLES}/rain"));
    let answer = call
        .header("host", "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "ftp")
        .header("forwarded", "host=evil.example")
        .send()
        .await;
    assert!(!String::from_utf8(answer.expect(200).bytes).unwrap().contains("evil"));
}

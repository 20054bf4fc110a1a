//! Read a source.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/v1/sources";

#[actix_web::test]
async fn it_is_read_by_id_and_by_slug() {
    let app = TestApp::start().await;
    let made = app.create(PATH, &json!({ "name": "رادیو", "metadata": { "desk": "1" } })).await;
    let id = made["id"].as_str().unwrap();
    let by_id = app.get(&format!("{PATH}/{id}")).await.expect(200);
    let by_slug = app.get(&format!("{PATH}/رادیو")).await.expect(200);
    let upper = app.get(&format!("{PATH}/{}", id.to_uppercase())).await.expect(200);
    assert_eq!(by_id.bytes, by_slug.bytes);
    assert_eq!(by_id.bytes, upper.bytes);
    assert_eq!(by_id.body.get("metadata"), None, "notes are for keys");
    assert_eq!(by_id.header("cache-control"), "public, no-cache");
    let reader = app.key(&[Scope::ArticlesRead], None).await;
    let call = app.with_key(&reader, Method::GET, &format!("{PATH}/{id}"));
    assert_eq!(call.send().await.expect(200).body["metadata"]["desk"], "1");
}

#[actix_web::test]
async fn an_unknown_one_is_not_found() {
    let app = TestApp::start().await;
    for name in ["nothing", "019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11", "a%2Fb", "UPPER"] {
        app.get(&format!("{PATH}/{name}")).await.problem(404, "not_found");
    }
}

#[actix_web::test]
async fn an_unreadable_name_is_refused() {
    let app = TestApp::start().await;
    for name in ["%FF", "a%00b", &"x".repeat(513)] {
        let answer = app.get(&format!("{PATH}/{name}")).await;
        let answer = answer.problem(400, "path_invalid");
        assert_eq!(answer.body["errors"][0]["name"], "source", "{:#}", answer.body);
    }
    let answer = app.get(&format!("{PATH}/x?fields=name")).await;
    answer.problem(400, "query_invalid").fault("fields", "additionalProperties");
}

#[actix_web::test]
async fn a_former_slug_leads_to_the_current_one() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "First" })).await;
    app.patch(&format!("{PATH}/first"), &json!({ "slug": "zweite-größe" })).await.expect(200);
    let moved = app.get(&format!("{PATH}/first")).await.expect(308);
    let target = "https://api.news.example/api/v1/sources/zweite-gr%C3%B6%C3%9Fe";
    assert_eq!(moved.header("location"), target);
    app.patch(&format!("{PATH}/zweite-größe"), &json!({ "slug": "third" })).await.expect(200);
    for former in ["first", "zweite-größe"] {
        let moved = app.get(&format!("{PATH}/{former}")).await.expect(308);
        assert!(moved.header("location").ends_with("/third"), "no chain of redirects");
    }
    // and back again
    app.patch(&format!("{PATH}/third"), &json!({ "slug": "first" })).await.expect(200);
    app.get(&format!("{PATH}/first")).await.expect(200);
    app.get(&format!("{PATH}/third")).await.expect(308);
}

#[actix_web::test]
async fn a_former_slug_goes_with_its_source() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "First" })).await;
    app.patch(&format!("{PATH}/first"), &json!({ "slug": "second" })).await.expect(200);
    app.delete(&format!("{PATH}/second")).await.expect(204);
    app.get(&format!("{PATH}/first")).await.problem(404, "not_found");
    app.create(PATH, &json!({ "name": "Newcomer", "slug": "first" })).await;
}

#[actix_web::test]
async fn a_known_one_is_not_sent_again() {
    let app = TestApp::start().await;
    app.create(PATH, &json!({ "name": "APP" })).await;
    let path = format!("{PATH}/app");
    let first = app.get(&path).await.expect(200);
    let ask = async |tag: String| {
        app.anonymous(Method::GET, &path).header("if-none-match", &tag).send().await
    };
    let tag = first.header("etag");
    for held in [tag.to_owned(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let same = ask(held).await.expect(304);
        assert_eq!(same.header("etag"), tag);
        assert_eq!(same.header("cache-control"), "public, no-cache");
    }
    for other in ["\"1\"", "\"1-0000000000000000\""] {
        ask(other.to_owned()).await.expect(200);
    }
}

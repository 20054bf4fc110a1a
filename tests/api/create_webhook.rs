//! Create a webhook.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/v1/webhooks";

#[actix_web::test]
async fn it_shows_its_secret_once() {
    let app = TestApp::start().await;
    let made = app.post(PATH, &json!({ "url": "https://news.example/hook" })).await.expect(201);
    let secret = made.text("secret");
    assert!(secret.starts_with("whsec_") && secret.len() == 6 + 44, "{secret}");
    assert_eq!(made.header("location"), made.text("api_url"));
    assert!(made.header("etag").starts_with("\"1-"));
    let expected = json!({
        "description": null, "events": [], "sources": [], "categories": [], "state": "live",
        "enabled": true, "ordered": false, "source": null, "disabled_at": null,
        "disabled_reason": null, "consecutive_failures": 0, "failing_since": null,
        "resting_until": null, "last_delivered_at": null, "version": 1,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&made.body[name], value, "{name}");
    }
    assert_eq!(made.body["secrets"].as_array().unwrap().len(), 1);
    let found = app.admin_get(&format!("{PATH}/{}", made.text("id"))).await.expect(200);
    assert_eq!(found.body.get("secret"), None);
    assert!(!String::from_utf8_lossy(&found.bytes).contains(&secret));
}

#[actix_web::test]
async fn filters_are_looked_up() {
    let app = TestApp::start().await;
    let source = app.create("/api/v1/sources", &json!({ "name": "Radio" })).await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    let body = json!({
        "url": "https://news.example/", "sources": [source["id"]], "categories": ["world"],
        "events": ["article.published", "article.published", "source.updated"], "ordered": true,
    });
    let made = app.create(PATH, &body).await;
    assert_eq!(made["sources"], json!(["radio"]));
    assert_eq!(made["categories"], json!(["world"]));
    assert_eq!(made["events"], json!(["article.published", "source.updated"]));
    assert_eq!(made["ordered"], true);
    let body = json!({
        "url": "https://news.example/", "sources": ["radio", "none"], "categories": ["none"],
    });
    let refused = app.post(PATH, &body).await.problem(422, "validation_failed");
    let refused = refused.fault("/sources/1", "source_not_found");
    refused.fault("/categories/0", "category_not_found");
    app.delete("/api/v1/categories/world").await.expect(204);
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let found = app.admin_get(&path).await.expect(200);
    assert_eq!(found.body["categories"].as_array().unwrap().len(), 1, "it lets nothing through");
}

#[actix_web::test]
async fn nothing_is_sent_to_addresses_that_are_nobodys() {
    let app = TestApp::start().await;
    for url in [
        "http://127.0.0.1/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0x7f.1/",
        "http://2130706433/",
    ] {
        let refused = app.post(PATH, &json!({ "url": url })).await;
        refused.problem(422, "address_forbidden").fault("/url", "address_forbidden");
    }
    for url in
        ["ftp://news.example/", "news.example", "https:///", "https://user:secret@news.example/"]
    {
        let refused = app.post(PATH, &json!({ "url": url })).await;
        refused.problem(422, "url_invalid").fault("/url", "url_invalid");
    }
    let allowed = TestApp::with(&["--fetch-allow", "10.0.0.0/8"]).await;
    allowed.create(PATH, &json!({ "url": "http://10.1.2.3/" })).await;
    allowed.post(PATH, &json!({ "url": "http://127.0.0.1/" })).await.expect(422);
}

#[actix_web::test]
async fn what_is_no_webhook_is_refused() {
    let app = TestApp::start().await;
    let url = "https://news.example/";
    app.post(PATH, &json!({})).await.problem(422, "validation_failed").fault("/url", "required");
    let bad = json!({ "url": url, "events": ["article.read"], "state": "draft" });
    let refused = app.post(PATH, &bad).await.problem(422, "validation_failed");
    refused.fault("/events/0", "enum").fault("/state", "enum");
    let unknown = app.post(PATH, &json!({ "url": url, "secret": "x" })).await;
    unknown.problem(400, "body_invalid").fault("/secret", "additionalProperties");
}

#[actix_web::test]
async fn a_dry_run_makes_nothing() {
    let app = TestApp::start().await;
    let body = json!({ "url": "https://news.example/" });
    let would = app.post(&format!("{PATH}?dry_run=true"), &body).await.expect(200);
    assert_eq!(would.body.get("secret"), None);
    assert_eq!(app.admin_get(PATH).await.body["items"], json!([]));
}

#[actix_web::test]
async fn sent_again_it_makes_no_second_and_hides_the_secret() {
    let app = TestApp::start().await;
    let post = async |key: &str, url: &str| {
        let call = app.with_key(&app.admin, Method::POST, PATH).header("idempotency-key", key);
        call.json(&json!({ "url": url })).send().await
    };
    let first = post("one", "https://news.example/").await.expect(201);
    let again = post("one", "https://news.example/").await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body["id"], first.body["id"]);
    assert_eq!(again.body.get("secret"), None);
    assert_eq!(again.header("location"), first.header("location"));
    let kept = app.database.rows("SELECT convert_from(body, 'UTF8') FROM idempotency_keys").await;
    assert!(!kept[0][0].contains("whsec_"), "{kept:?}");
}

#[actix_web::test]
async fn stories_in_any_state_are_for_those_who_may_read_them() {
    let app = TestApp::start().await;
    let body = json!({ "url": "https://news.example/", "state": "any" });
    let manager = app.key(&[Scope::WebhooksWrite], None).await;
    let call = app.with_key(&manager, Method::POST, PATH).json(&body);
    let refused = call.send().await.problem(403, "scope_missing");
    assert!(refused.text("detail").contains("`articles:read`"));
    let reader = app.key(&[Scope::WebhooksWrite, Scope::ArticlesRead], None).await;
    let made = app.with_key(&reader, Method::POST, PATH).json(&body).send().await.expect(201);
    assert_eq!(made.body["state"], "any");
    app.anonymous(Method::POST, PATH).json(&body).send().await.problem(401, "key_missing");
}

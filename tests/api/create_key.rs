//! Create a key.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const PATH: &str = "/api/v1/keys";

#[actix_web::test]
async fn it_works_at_once_and_is_shown_once() {
    let app = TestApp::start().await;
    let body = json!({ "name": "wire import", "scopes": ["articles:write", "articles:read"] });
    let made = app.post(PATH, &body).await.expect(201);
    assert_eq!(made.header("cache-control"), "private, no-store");
    assert_eq!(made.body["scopes"], json!(["articles:read", "articles:write"]));
    let key = made.text("key");
    let random = key.strip_prefix("nw_").expect("the prefix");
    assert!(random.len() >= 43, "256 bits: {random}");
    let told = app.with_key(&key, Method::GET, "/api/v1/key").send().await.expect(200);
    assert_eq!(told.body["id"], made.body["id"]);
    assert_eq!(told.body.get("key"), None);
    let other = app.post(PATH, &body).await.expect(201);
    assert_ne!(other.text("key"), key);
}

#[actix_web::test]
async fn only_the_hash_is_stored() {
    let app = TestApp::start().await;
    let body = json!({ "name": "x", "scopes": ["articles:read"] });
    let key = app.post(PATH, &body).await.expect(201).text("key");
    let rows = app.database.rows("SELECT row_to_json(keys)::text, encode(hash, 'hex') FROM keys");
    let rows = rows.await;
    let hash: String = Sha256::digest(&key).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(rows.iter().any(|row| row[1] == hash), "{rows:?}");
    for row in rows {
        assert!(!row[0].contains(&key[3..]), "{row:?}");
    }
}

#[actix_web::test]
async fn one_bound_to_a_source_holds_no_wider_scope() {
    let app = TestApp::start().await;
    let source = app.create("/api/v1/sources", &json!({ "name": "APP" })).await;
    for reference in [&source["id"], &source["slug"]] {
        let scopes = ["articles:read", "articles:write", "articles:publish", "webhooks:write"];
        let body = json!({ "name": "bound", "scopes": scopes, "source": reference });
        assert_eq!(app.create(PATH, &body).await["source"], "app");
    }
    for scope in ["admin", "sources:write", "categories:write"] {
        let body = json!({ "name": "x", "scopes": ["articles:read", scope], "source": "app" });
        let refused = app.post(PATH, &body).await.problem(422, "key_scope_invalid");
        assert!(refused.fault("/scopes", "key_scope_invalid").body["detail"].is_null());
    }
    let body = json!({ "name": "x", "scopes": ["articles:read"], "source": "none" });
    let answer = app.post(PATH, &body).await.problem(422, "source_not_found");
    answer.fault("/source", "source_not_found");
}

#[actix_web::test]
async fn one_bound_to_a_source_writes_its_stories_only() {
    let app = TestApp::start().await;
    for name in ["APP", "Dawn"] {
        app.create("/api/v1/sources", &json!({ "name": name })).await;
    }
    let body = json!({ "name": "bound", "scopes": ["articles:write"], "source": "app" });
    let key = app.create(PATH, &body).await["key"].as_str().unwrap().to_owned();
    let post = async |body: Value| {
        app.with_key(&key, Method::POST, "/api/v1/articles").json(&body).send().await
    };
    let own = post(json!({ "headline": "Rain" })).await.expect(201);
    assert_eq!(own.body["source"]["slug"], "app", "left out, it is its own");
    let other = post(json!({ "headline": "Sun", "source": "dawn" })).await;
    other.problem(403, "source_forbidden");
}

#[actix_web::test]
async fn an_expired_one_is_unknown() {
    let app = TestApp::start().await;
    let end = chrono::Utc::now() + chrono::Duration::milliseconds(1500);
    let body = json!({ "name": "x", "scopes": ["admin"], "expires_at": end.to_rfc3339() });
    let made = app.create(PATH, &body).await;
    assert!(made["expires_at"].as_str().unwrap().ends_with('Z'), "{made}");
    let key = made["key"].as_str().unwrap();
    app.with_key(key, Method::GET, PATH).send().await.expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(1700)).await;
    for path in [PATH, "/api/v1/articles", "/health/live", "/nowhere"] {
        app.with_key(key, Method::GET, path).send().await.problem(401, "key_invalid");
    }
}

#[actix_web::test]
async fn what_cannot_be_is_refused() {
    let app = TestApp::start().await;
    for (member, value, status, code) in [
        ("name", json!(""), 422, "minLength"),
        ("name", json!("  "), 422, "pattern"),
        ("name", json!("a\u{0}"), 422, "nul_character"),
        ("scopes", json!([]), 422, "minItems"),
        ("scopes", json!("admin"), 400, "type"),
        ("expires_at", json!("tomorrow"), 422, "time_invalid"),
        ("expires_at", json!("2036-01-31T12:00:00"), 422, "time_invalid"),
        ("expires_at", json!("2020-01-31T12:00:00Z"), 422, "expiry_in_past"),
        ("key", json!("nw_mine"), 400, "additionalProperties"),
    ] {
        let mut body = json!({ "name": "x", "scopes": ["articles:read"] });
        body[member] = value;
        let answer = app.post(PATH, &body).await.expect(status);
        answer.fault(&format!("/{member}"), code);
    }
    let body = json!({ "name": "x", "scopes": ["articles:read", "everything"] });
    app.post(PATH, &body).await.problem(422, "validation_failed").fault("/scopes/1", "enum");
    let body = json!({ "name": "x", "scopes": ["admin", "admin"] });
    assert_eq!(app.create(PATH, &body).await["scopes"], json!(["admin"]));
}

#[actix_web::test]
async fn a_dry_run_makes_no_key() {
    let app = TestApp::start().await;
    let body = json!({ "name": "x", "scopes": ["articles:read"] });
    let shown = app.post(&format!("{PATH}?dry_run=true"), &body).await.expect(200);
    assert_eq!(shown.body["scopes"], json!(["articles:read"]));
    assert_eq!(shown.body["key"], Value::Null, "there is no secret to show");
    assert_eq!(app.admin_get(PATH).await.body["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn only_admins_make_them() {
    let app = TestApp::start().await;
    let body = json!({ "name": "x", "scopes": ["articles:read"] });
    app.anonymous(Method::POST, PATH).json(&body).send().await.problem(401, "key_missing");
    let writer = app.key(&[Scope::ArticlesWrite, Scope::SourcesWrite], None).await;
    let refused = app.with_key(&writer, Method::POST, PATH).json(&body).send().await;
    refused.problem(403, "scope_missing");
}

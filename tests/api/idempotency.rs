//! Requests with an `Idempotency-Key`: done once, however often they are sent.

use crate::support::document::DOCUMENT;
use crate::support::{Answer, Call, TestApp};
use futures_util::future::{join, join_all};
use newswire::access::Scope;
use newswire::idempotency;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const ARTICLES: &str = "/api/v1/articles";
const SOURCES: &str = "/api/v1/sources";
const CATEGORIES: &str = "/api/v1/categories";
const KEYS: &str = "/api/v1/keys";

fn call<'a>(app: &'a TestApp, method: Method, path: &str, key: &str, body: &Value) -> Call<'a> {
    app.with_key(&app.admin, method, path).header("idempotency-key", key).json(body)
}

async fn post(app: &TestApp, path: &str, key: &str, body: &Value) -> Answer {
    call(app, Method::POST, path, key, body).send().await
}

async fn count(app: &TestApp, table: &str) -> String {
    app.database.rows(&format!("SELECT count(*) FROM {table}")).await[0][0].clone()
}

/// The same in all that matters to a client.
#[track_caller]
fn assert_repeated(first: &Answer, again: &Answer) {
    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
    for name in ["location", "etag", "content-type", "cache-control"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
}

#[actix_web::test]
async fn what_was_created_is_answered_again() {
    let app = TestApp::start().await;
    for (path, body, table) in [
        (ARTICLES, json!({ "headline": "Rain", "status": "published" }), "articles"),
        (SOURCES, json!({ "name": "Agency" }), "sources"),
        (CATEGORIES, json!({ "name": "World" }), "categories"),
    ] {
        let first = post(&app, path, "\"one\"", &body).await.expect(201);
        assert!(first.header("location").starts_with("https://"), "{path}");
        assert!(first.header("etag").starts_with("\"1-"), "{path}");
        assert_repeated(&first, &post(&app, path, "\"one\"", &body).await);
        assert_eq!(count(&app, table).await, "1");
        let other = post(&app, path, "\"two\"", &body).await;
        assert_eq!(other.header("idempotency-replayed"), "", "{path}: a key of its own");
    }
}

#[actix_web::test]
async fn a_change_is_answered_again_though_its_condition_fails_by_now() {
    let app = TestApp::start().await;
    app.create(SOURCES, &json!({ "name": "Agency" })).await;
    app.create(CATEGORIES, &json!({ "name": "World" })).await;
    app.story("Rain").await;
    for (path, body) in [
        (format!("{SOURCES}/agency"), json!({ "country": "PK" })),
        (format!("{CATEGORIES}/world"), json!({ "position": 3 })),
        (format!("{ARTICLES}/rain"), json!({ "summary": "At last." })),
    ] {
        let send =
            || call(&app, Method::PATCH, &path, "k", &body).header("if-match", "\"1\"").send();
        let first = send().await.expect(200);
        assert_eq!(first.body["version"], 2);
        assert_repeated(&first, &send().await);
        assert_eq!(app.admin_get(&path).await.body["version"], 2);
        let other = call(&app, Method::PATCH, &path, "l", &body).header("if-match", "\"1\"");
        other.send().await.problem(412, "version_mismatch");
    }
}

#[actix_web::test]
async fn an_answer_outlives_what_it_shows() {
    let app = TestApp::start().await;
    let body = json!({ "headline": "Rain" });
    let first = post(&app, ARTICLES, "k", &body).await.expect(201);
    app.delete(&format!("{ARTICLES}/rain")).await.expect(204);
    assert_repeated(&first, &post(&app, ARTICLES, "k", &body).await);
}

#[actix_web::test]
async fn quotes_make_no_difference() {
    let app = TestApp::start().await;
    let body = json!({ "headline": "Rain" });
    let first = post(&app, ARTICLES, "8e03978e-40d5-43e8-bc93-6894a57f9324", &body).await;
    let again = post(&app, ARTICLES, "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", &body).await;
    assert_repeated(&first.expect(201), &again);
}

#[actix_web::test]
async fn another_request_under_the_key_is_refused() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    app.story("Sun").await;
    let body = json!({ "headline": "Wind" });
    post(&app, ARTICLES, "k", &body).await.expect(201);
    let reused = "idempotency_key_reused";
    post(&app, ARTICLES, "k", &json!({ "headline": "Gale" })).await.problem(422, reused);
    let query = format!("{ARTICLES}?create_missing=true");
    post(&app, &query, "k", &body).await.problem(422, reused);
    let change =
        |path: &str| call(&app, Method::PATCH, path, "k", &json!({ "summary": "x" })).send();
    change(&format!("{ARTICLES}/rain")).await.expect(200);
    change(&format!("{ARTICLES}/sun")).await.problem(422, reused);
    let typed = app.with_key(&app.admin, Method::PATCH, &format!("{ARTICLES}/rain"));
    let typed = typed.header("idempotency-key", "k");
    let typed = typed.body("application/merge-patch+json", "{\"summary\":\"x\"}");
    typed.send().await.problem(422, reused);
    assert_eq!(count(&app, "articles").await, "3");
}

#[actix_web::test]
async fn a_key_belongs_to_its_sender_and_to_one_route() {
    let app = TestApp::start().await;
    let writer = app.key(&[Scope::ArticlesWrite], None).await;
    let body = json!({ "headline": "Rain" });
    post(&app, ARTICLES, "k", &body).await.expect(201);
    let other = app.with_key(&writer, Method::POST, ARTICLES).header("idempotency-key", "k");
    let other = other.json(&json!({ "headline": "Another" })).send().await.expect(201);
    assert_eq!(other.header("idempotency-replayed"), "");
    post(&app, SOURCES, "k", &json!({ "name": "Agency" })).await.expect(201);
    call(&app, Method::PATCH, &format!("{ARTICLES}/rain"), "k", &json!({}))
        .send()
        .await
        .expect(200);
}

#[actix_web::test]
async fn a_failure_leaves_the_key_free() {
    let app = TestApp::start().await;
    let unknown = json!({ "headline": "Rain", "category": "none" });
    post(&app, ARTICLES, "k", &unknown).await.problem(422, "category_not_found");
    post(&app, ARTICLES, "k", &json!({})).await.problem(422, "validation_failed");
    assert_eq!(count(&app, "idempotency_keys").await, "0");
    let mended = post(&app, ARTICLES, "k", &json!({ "headline": "Rain" })).await.expect(201);
    assert_eq!(mended.header("idempotency-replayed"), "");
    app.database.execute("DELETE FROM idempotency_keys").await;
    app.create(CATEGORIES, &json!({ "name": "None" })).await;
    post(&app, ARTICLES, "k", &unknown).await.expect(201);
}

#[actix_web::test]
async fn a_dry_run_does_not_use_it_up() {
    let app = TestApp::start().await;
    let body = json!({ "headline": "Rain" });
    let dry = format!("{ARTICLES}?dry_run=true");
    post(&app, &dry, "k", &body).await.expect(200);
    assert_eq!(count(&app, "idempotency_keys").await, "0");
    let first = post(&app, ARTICLES, "k", &body).await.expect(201);
    let after = post(&app, &dry, "k", &body).await.expect(200);
    assert_eq!(after.header("idempotency-replayed"), "", "a dry run is always made");
    assert_repeated(&first, &post(&app, ARTICLES, "k", &body).await);
}

#[actix_web::test]
async fn what_is_no_key_is_refused() {
    let app = TestApp::start().await;
    let long = "a".repeat(256);
    for key in ["", "\"\"", "\"a", "a b", "a,b", "\"a\" \"b\"", "\"a\\b\"", &long] {
        let refused = post(&app, ARTICLES, key, &json!({ "headline": "Rain" })).await;
        refused.problem(400, "header_invalid").fault("Idempotency-Key", "invalid");
    }
    let twice = call(&app, Method::POST, ARTICLES, "a", &json!({ "headline": "Rain" }));
    twice.header("idempotency-key", "a").send().await.problem(400, "header_invalid");
    assert_eq!(count(&app, "articles").await, "0");
    post(&app, ARTICLES, &"a".repeat(255), &json!({ "headline": "Rain" })).await.expect(201);
}

#[actix_web::test]
async fn a_new_keys_secret_is_not_kept() {
    let app = TestApp::start().await;
    let body = json!({ "name": "wire", "scopes": ["articles:write"] });
    let first = post(&app, KEYS, "k", &body).await.expect(201);
    let secret = first.text("key");
    let again = post(&app, KEYS, "k", &body).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!((&again.body["id"], &again.body["key"]), (&first.body["id"], &Value::Null));
    assert_eq!(count(&app, "keys").await, "2", "the caller's and the new one");
    let kept = app.database.rows("SELECT convert_from(body, 'UTF8') FROM idempotency_keys").await;
    assert!(kept[0][0].contains("wire") && !kept[0][0].contains(&secret[3..]), "{kept:?}");
}

#[actix_web::test]
async fn of_many_with_one_key_one_has_an_effect() {
    let app = TestApp::with(&["--db-connections", "16"]).await;
    for round in 0..6 {
        let key = format!("round-{round}");
        let body = json!({ "headline": format!("Round {round}"), "body": "x ".repeat(5000) });
        let answers = join_all((0..8).map(|_| post(&app, ARTICLES, &key, &body))).await;
        let first: Vec<_> = answers
            .iter()
            .filter(|one| one.status == 201 && one.header("idempotency-replayed").is_empty())
            .collect();
        assert_eq!(first.len(), 1, "{answers:#?}");
        for answer in &answers {
            match answer.status.as_u16() {
                201 => assert_eq!(answer.bytes, first[0].bytes),
                409 => {
                    assert_eq!(answer.body["code"], "idempotency_in_progress");
                    assert_eq!(answer.header("retry-after"), "1");
                }
                other => panic!("{other}: {:#}", answer.body),
            }
        }
        assert_repeated(first[0], &post(&app, ARTICLES, &key, &body).await);
    }
    assert_eq!(count(&app, "articles").await, "6");
}

#[actix_web::test]
async fn while_the_first_is_under_way_the_next_is_told_to_wait() {
    let app = TestApp::start().await;
    let (client, connection) =
        tokio_postgres::connect(&app.database.url, tokio_postgres::NoTls).await.unwrap();
    let connection = actix_web::rt::spawn(connection);
    for (path, body, table) in [
        (ARTICLES, json!({ "headline": "Rain" }), "slugs"),
        (KEYS, json!({ "name": "wire", "scopes": ["articles:write"] }), "keys"),
    ] {
        let lock = format!("BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE");
        client.batch_execute(&lock).await.unwrap();
        let next = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let told = post(&app, path, "k", &body).await;
            client.batch_execute("COMMIT").await.unwrap();
            told
        };
        let (first, told) = join(post(&app, path, "k", &body), next).await;
        let told = told.problem(409, "idempotency_in_progress");
        assert_eq!(told.header("retry-after"), "1");
        let again = post(&app, path, "k", &body).await.expect(201);
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.body["id"], first.expect(201).body["id"]);
    }
    drop(client);
    let _ = connection.await;
}

#[actix_web::test]
async fn an_answer_is_kept_for_a_day() {
    let app = TestApp::start().await;
    let body = json!({ "headline": "Rain" });
    let first = post(&app, ARTICLES, "k", &body).await.expect(201);
    let age = async |hours: u32| {
        let sql = format!(
            "UPDATE idempotency_keys SET created_at = clock_timestamp() - interval '{hours} hours'"
        );
        app.database.execute(&sql).await;
    };
    let sweep = async || {
        let lifetime = idempotency::lifetime(&app.app);
        let work =
            async |conn: &mut newswire::db::Conn| idempotency::store::sweep(conn, lifetime).await;
        app.app.db.transaction(false, work).await.unwrap()
    };
    age(23).await;
    assert_eq!(sweep().await, 0);
    assert_repeated(&first, &post(&app, ARTICLES, "k", &body).await);
    age(25).await;
    let anew = post(&app, ARTICLES, "k", &json!({ "headline": "Sun" })).await.expect(201);
    assert_eq!(anew.header("idempotency-replayed"), "", "also before it is dropped");
    age(25).await;
    assert_eq!(sweep().await, 1);
    assert_eq!(count(&app, "idempotency_keys").await, "0");
}

#[actix_web::test]
async fn every_post_and_patch_takes_it_but_those_of_many_stories() {
    let app = TestApp::start().await;
    let mut taking = 0;
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let taken = parameters.iter().any(|one| one["name"] == "Idempotency-Key");
            let written = ["post", "patch"].contains(&method.as_str());
            let many =
                path.ends_with("/batch") || path.ends_with("/stream") || path == "/api/v1/restore";
            assert_eq!(taken, written && !many, "{method} {path}");
            taking += usize::from(taken);
            if written {
                let path = path.replace("{version}", "1").replace(['{', '}'], "");
                let method: Method = method.to_uppercase().parse().unwrap();
                let refused = call(&app, method, &path, "a b", &json!({})).send().await;
                refused.problem(400, "header_invalid");
            }
            if many && written {
                let method: Method = method.to_uppercase().parse().unwrap();
                let refused = call(&app, method, path, "fine", &json!([])).send().await;
                refused.problem(400, "header_invalid").fault("Idempotency-Key", "invalid");
            }
        }
    }
    assert!(taking >= 7, "{taking}");
}

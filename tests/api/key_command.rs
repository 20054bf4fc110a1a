//! `newswire key`: keys straight in the database.

use crate::support::TestApp;
use crate::support::command::{newswire, output};
use reqwest::Method;
use serde_json::json;
use std::process::Output;

async fn ended(app: &TestApp, arguments: &[&str]) -> Output {
    let mut command = newswire(arguments);
    command.env("DATABASE_URL", &app.database.url);
    output(command).await
}

/// What a run printed; it must succeed.
async fn run(app: &TestApp, arguments: &[&str]) -> String {
    let ended = ended(app, arguments).await;
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout).unwrap().trim_end().to_owned()
}

/// What a run complained about; it must fail.
async fn fail(app: &TestApp, arguments: &[&str]) -> String {
    let ended = ended(app, arguments).await;
    assert!(!ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
    assert!(ended.stdout.is_empty());
    String::from_utf8(ended.stderr).unwrap()
}

#[actix_web::test]
async fn a_key_is_made_listed_and_revoked() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "APP" })).await;
    let create = [
        "key",
        "create",
        "--name",
        "wire import",
        "--scope",
        "articles:write",
        "--scope",
        "articles:publish",
        "--source",
        "app",
        "--expires",
        "90d",
    ];
    let key = run(&app, &create).await;
    assert!(key.starts_with("nw_") && !key.contains('\n'), "nothing but the key: {key}");
    let told = app.with_key(&key, Method::GET, "/api/v1/key").send().await.expect(200).body;
    assert_eq!(told["name"], "wire import");
    assert_eq!(told["scopes"], json!(["articles:write", "articles:publish"]));
    assert_eq!(told["source"], "app");
    let end: chrono::DateTime<chrono::Utc> = told["expires_at"].as_str().unwrap().parse().unwrap();
    let days = (end - chrono::Utc::now()).num_hours();
    assert!((2155..=2160).contains(&days), "90 days: {end}");
    let listed = run(&app, &["key", "list"]).await;
    assert_eq!(listed.lines().count(), 2, "{listed}");
    let line = listed.lines().find(|line| line.contains("wire import")).unwrap();
    assert!(line.contains("articles:write articles:publish\tapp\texpires "), "{line}");
    assert!(!listed.contains("nw_"), "no secrets: {listed}");
    let id = told["id"].as_str().unwrap();
    assert!(line.starts_with(id), "{line}");
    run(&app, &["key", "revoke", id]).await;
    app.with_key(&key, Method::GET, "/api/v1/key").send().await.problem(401, "key_invalid");
    assert!(run(&app, &["key", "list"]).await.contains("\trevoked "));
}

#[actix_web::test]
async fn what_cannot_be_is_told() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "APP" })).await;
    let create = |rest: &[&'static str]| [&["key", "create", "--name", "x"], rest].concat();
    for (rest, told) in [
        (&["--scope", "everything"][..], "articles:read, articles:write"),
        (&[], "--scope"),
        (&["--scope", "admin", "--source", "app"], "cannot hold `admin`"),
        (&["--scope", "articles:read", "--source", "none"], "No such source"),
        (&["--scope", "articles:read", "--expires", "soon"], "--expires"),
    ] {
        let complaint = fail(&app, &create(rest)).await;
        assert!(complaint.contains(told), "{complaint}");
    }
    let none = "019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11";
    assert!(fail(&app, &["key", "revoke", none]).await.contains("Not found"));
    assert!(fail(&app, &["key", "revoke", "test"]).await.contains("expected the id"));
}

#[actix_web::test]
async fn rules_of_the_api_hold_here_too() {
    let app = TestApp::start().await;
    for name in ["", "  ", "a\tb\nc"] {
        let arguments = ["key", "create", "--name", name, "--scope", "articles:read"];
        let ended = ended(&app, &arguments).await;
        if name.trim().is_empty() {
            assert!(!ended.status.success(), "a blank name is no name");
        }
    }
    let long = "x".repeat(301);
    fail(&app, &["key", "create", "--name", &long, "--scope", "articles:read"]).await;
    for key in app.admin_get("/api/v1/keys").await.expect(200).body["items"].as_array().unwrap() {
        assert!(!key["name"].as_str().unwrap().trim().is_empty());
    }
}

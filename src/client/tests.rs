//! Tests of the shared client.

use super::*;
use serde_json::json;

fn client(url: Option<&str>, listen: &str) -> Client {
    let args = ClientArgs { url: url.map(str::to_owned), key: None };
    let defaults = ClientDefaults { listen: listen.to_owned(), data_dir: "/nonexistent".into() };
    Client::new(&args, &defaults).unwrap()
}

#[test]
fn addresses() {
    let at = |url, listen| client(url, listen).address(&["articles"], &[("q", "a b")]).to_string();
    let local = "http://127.0.0.1:8080/api/v1/articles?q=a+b";
    assert_eq!(at(None, "127.0.0.1:8080"), local);
    assert_eq!(at(None, "0.0.0.0:8080"), local);
    assert_eq!(at(Some("http://127.0.0.1:8080/"), "x:1"), local);
    assert_eq!(at(Some("http://127.0.0.1:8080/api/v1/"), "x:1"), local);
    assert_eq!(
        at(None, "[::]:80"),
        "http://[::1]/api/v1/articles?q=a+b",
        "every interface of IPv6"
    );
    let slug = client(Some("https://news.example/wire"), "x:1").address(&["sources", "a/b"], &[]);
    assert_eq!(slug.as_str(), "https://news.example/wire/api/v1/sources/a%2Fb");
}

#[test]
fn refuses_what_is_no_address() {
    let defaults =
        ClientDefaults { listen: "127.0.0.1:8080".into(), data_dir: "/nonexistent".into() };
    for url in ["ftp://x", "news.example", "http://"] {
        let args = ClientArgs { url: Some(url.into()), key: None };
        assert!(Client::new(&args, &defaults).is_err(), "{url}");
    }
}

#[test]
fn the_key_is_never_printed() {
    let args = ClientArgs { url: None, key: Some("nw_abc".parse().unwrap()) };
    assert!(!format!("{args:?}").contains("abc"));
}

#[test]
fn the_found_key_stays_on_this_machine() {
    let dir = std::env::temp_dir().join(format!("newswire-client-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("admin.key"), "nw_abc\n").unwrap();
    let defaults = ClientDefaults { listen: "127.0.0.1:8080".into(), data_dir: dir.clone() };
    let key = |url: Option<&str>| {
        let args = ClientArgs { url: url.map(str::to_owned), key: None };
        Client::new(&args, &defaults).unwrap().key.map(|key| key.0)
    };
    assert_eq!(key(None).as_deref(), Some("nw_abc"));
    assert_eq!(key(Some("http://localhost:9")).as_deref(), Some("nw_abc"));
    assert_eq!(key(Some("https://news.example")), None);
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn tells_every_fault() {
    let answer = Answer {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        body: json!({"title": "Invalid", "detail": "Two members.", "request_id": "r1", "errors": [
            {"in": "body", "pointer": "/headline", "detail": "must not be blank"},
            {"in": "query", "name": "limit", "detail": "at most 100"},
        ]}),
        age: Default::default(),
    };
    assert_eq!(
        describe_problem(&answer),
        "422 Invalid: Two members.\n    /headline: must not be blank\n    limit: at most 100\n    (request r1)"
    );
}

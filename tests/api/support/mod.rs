//! What every test uses: a service of its own on a database of its own, and a client that holds
//! each answer against the OpenAPI document.

#![allow(dead_code, reason = "each test binary uses its part")]

pub mod command;
pub mod coverage;
pub mod db;
pub mod document;
pub mod feed_server;
pub mod raw;
pub mod receiver;

use clap::Parser;
use db::TestDb;
use newswire::access::Scope;
use newswire::app::App;
use newswire::config::Config;
use newswire::freshness::Trust;
use newswire::ids::SourceId;
use newswire::keys::model::{NewKey, Secret};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// A service on a port of its own.
pub struct TestApp {
    pub address: String,
    pub database: TestDb,
    pub app: App,
    server: actix_web::dev::ServerHandle,
    http: reqwest::Client,
    /// A key that may do everything.
    pub admin: String,
}

#[derive(Parser)]
#[command(args_override_self = true)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

/// The settings a service has when nothing is set, but for these flags.
pub fn config(flags: &[&str]) -> Config {
    let fixed = [
        "test",
        "--workers",
        "1",
        "--db-connections",
        "8",
        "--db-wait",
        "15s",
        "--public-url",
        "https://api.news.example",
    ];
    Settings::parse_from(fixed.iter().chain(flags)).config
}

impl TestApp {
    /// With default settings.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With these flags (`--require-if-match true`).
    pub async fn with(flags: &[&str]) -> Self {
        Self::on(TestDb::migrated().await, flags).await
    }

    /// On a given database.
    pub async fn on(database: TestDb, flags: &[&str]) -> Self {
        let mut started = Self::without_key(database, flags);
        started.admin = started.key(&[Scope::Admin], None).await;
        started
    }

    /// On a given database, which is not asked for anything yet.
    pub fn without_key(database: TestDb, flags: &[&str]) -> Self {
        newswire::tls::prepare();
        let app = App::new(config(flags), &database.url).expect("an application");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let (server, address) = app.clone().serve(listener, false).expect("a server");
        let handle = server.handle();
        actix_web::rt::spawn(server);
        let redirect = reqwest::redirect::Policy::none();
        let http =
            reqwest::Client::builder().redirect(redirect).no_proxy().build().expect("a client");
        Self {
            address: format!("http://{address}"),
            database,
            app,
            server: handle,
            http,
            admin: String::new(),
        }
    }

    /// Another node on the same database.
    pub async fn beside(&self, flags: &[&str]) -> Self {
        Self::on(TestDb::at(&self.database.url), flags).await
    }

    /// Waits until what is remembered is trusted: right after the start, nothing is.
    pub async fn trusting(&self) {
        while self.app.freshness.trust(Instant::now()) != Trust::Fresh {
            actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// A new key with these scopes, bound to a source (by id) or not.
    pub async fn key(&self, scopes: &[Scope], source: Option<&str>) -> String {
        let secret = Secret::new().unwrap();
        let source = source.map(|id| SourceId(id.parse().expect("a source's id")));
        let new = NewKey { name: "test".into(), scopes: scopes.to_vec(), source, expires_at: None };
        let hash = secret.hash();
        let made = self.app.db.transaction(false, async |conn| {
            newswire::keys::store::create(conn, &new, &hash).await
        });
        made.await.expect("a key");
        secret.reveal()
    }

    /// A request without a key.
    pub fn anonymous(&self, method: Method, path: &str) -> Call<'_> {
        let request = self.http.request(method.clone(), format!("{}{path}", self.address));
        Call { method, path: path.to_owned(), request, _app: self }
    }

    /// A request with a key.
    pub fn with_key(&self, key: &str, method: Method, path: &str) -> Call<'_> {
        self.anonymous(method, path).header("authorization", &format!("Bearer {key}"))
    }

    /// GET without a key.
    pub async fn get(&self, path: &str) -> Answer {
        self.anonymous(Method::GET, path).send().await
    }

    /// GET with the admin key.
    pub async fn admin_get(&self, path: &str) -> Answer {
        self.with_key(&self.admin, Method::GET, path).send().await
    }

    /// POST with the admin key.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.with_key(&self.admin, Method::POST, path).json(body).send().await
    }

    /// POST with the admin key, without a body.
    pub async fn act(&self, path: &str) -> Answer {
        self.with_key(&self.admin, Method::POST, path).send().await
    }

    /// PUT with the admin key.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.with_key(&self.admin, Method::PUT, path).json(body).send().await
    }

    /// PATCH with the admin key.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.with_key(&self.admin, Method::PATCH, path).json(body).send().await
    }

    /// DELETE with the admin key.
    pub async fn delete(&self, path: &str) -> Answer {
        self.with_key(&self.admin, Method::DELETE, path).send().await
    }

    /// A published story with this headline.
    pub async fn story(&self, headline: &str) -> Value {
        self.create("/api/v1/articles", &json!({ "headline": headline, "status": "published" }))
            .await
    }

    /// Something that must come to be.
    pub async fn create(&self, path: &str, body: &Value) -> Value {
        self.post(path, body).await.expect(201).body
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

/// A request in the making.
pub struct Call<'a> {
    method: Method,
    path: String,
    request: reqwest::RequestBuilder,
    _app: &'a TestApp,
}

impl Call<'_> {
    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Adds a JSON body.
    pub fn json(mut self, body: &Value) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// Adds any body.
    pub fn body(mut self, content_type: &str, body: impl Into<reqwest::Body>) -> Self {
        self.request = self.request.header("content-type", content_type).body(body);
        self
    }

    /// Sends it, and holds the answer against the document.
    pub async fn send(self) -> Answer {
        let response = self.request.send().await.expect("an answer");
        let status = response.status();
        let headers = response.headers().clone();
        let bytes = response.bytes().await.expect("a body").to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let answer = Answer { status, headers, bytes, body };
        document::check(&self.method, &self.path, &answer);
        answer
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
    /// The body as JSON; null when it is none.
    pub body: Value,
}

impl Answer {
    /// Asserts the status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self
    }

    /// Asserts a problem: its status and its code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.body["code"], code, "{:#}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.body["request_id"], answer.header("x-request-id"));
        answer
    }

    /// Asserts that the problem names a fault there (a pointer or a name), with that code.
    #[track_caller]
    pub fn fault(self, at: &str, code: &str) -> Self {
        let faults = self.body["errors"].as_array().cloned().unwrap_or_default();
        let named = |fault: &Value| {
            (fault["pointer"] == at || fault["name"] == at) && fault["code"] == code
        };
        assert!(faults.iter().any(named), "no {code} at {at} in {:#}", self.body);
        self
    }

    /// The body as JSON lines.
    pub fn lines(&self) -> Vec<Value> {
        let text = std::str::from_utf8(&self.bytes).expect("text");
        text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// A header's value; empty when missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A member of the body as text.
    #[track_caller]
    pub fn text(&self, member: &str) -> String {
        self.body[member]
            .as_str()
            .unwrap_or_else(|| panic!("no {member} in {:#}", self.body))
            .to_owned()
    }
}

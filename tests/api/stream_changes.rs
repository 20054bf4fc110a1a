//! Follow changes: as server-sent events, from where a listener was, until the service ends.

use crate::support::TestApp;
use crate::support::document::{DOCUMENT, SEEN};
use newswire::access::Scope;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

const PATH: &str = "/api/v1/changes/stream";

/// One who listens.
struct Ear {
    response: Response,
    text: String,
    /// The last `id` it was told.
    id: String,
}

impl Ear {
    async fn open(app: &TestApp, query: &str, headers: &[(&str, &str)]) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut call = client.get(format!("{}{PATH}{query}", app.address));
        call = call.header("accept", "text/event-stream");
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        let response = call.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        SEEN.lock().unwrap().insert(("stream_changes".to_owned(), 200));
        Self { response, text: String::new(), id: String::new() }
    }

    /// The next block that ends with an empty line; none once the stream has ended.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                for line in block.lines() {
                    if let Some(id) = line.strip_prefix("id: ") {
                        self.id = id.to_owned();
                    }
                }
                return Some(block);
            }
            let chunk =
                timeout(Duration::from_secs(20), self.response.chunk()).await.expect("in time");
            self.text.push_str(std::str::from_utf8(&chunk.ok()??).unwrap());
        }
    }

    /// The next event.
    async fn event(&mut self) -> Option<Value> {
        loop {
            let block = self.block().await?;
            let Some(data) = block.lines().find_map(|line| line.strip_prefix("data: ")) else {
                continue;
            };
            let item: Value = serde_json::from_str(data).unwrap();
            let expected = format!(
                "id: {}\nevent: {}\ndata: {data}",
                item["cursor"].as_str().unwrap(),
                item["kind"].as_str().unwrap()
            );
            assert_eq!(block.trim_start(), expected);
            check(&item);
            return Some(item);
        }
    }

    async fn events(&mut self, count: usize) -> Vec<String> {
        let mut told = Vec::new();
        while told.len() < count {
            let event = self.event().await.expect("an event");
            told.push(format!(
                "{} {}",
                event["kind"].as_str().unwrap(),
                event["slug"].as_str().unwrap()
            ));
        }
        told
    }
}

/// Holds an event against the document.
fn check(item: &Value) {
    let schema =
        json!({ "$ref": "#/components/schemas/Change", "components": DOCUMENT["components"] });
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(item).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?} {item:#}");
}

#[actix_web::test]
async fn changes_are_heard_as_they_happen() {
    let app = TestApp::start().await;
    app.story("Old").await;
    actix_web::rt::time::sleep(Duration::from_millis(600)).await;
    let mut public = Ear::open(&app, "", &[]).await;
    let bearer = format!("Bearer {}", app.admin);
    let mut editor = Ear::open(&app, "", &[("authorization", &bearer)]).await;
    let mut choosy = Ear::open(&app, "?kind=source.created&resource=source", &[]).await;
    assert!(public.block().await.unwrap().starts_with("retry: "));
    app.create("/api/v1/articles", &json!({ "headline": "Draft" })).await;
    app.story("Fresh").await;
    app.create("/api/v1/sources", &json!({ "name": "Radio" })).await;
    assert_eq!(
        public.events(3).await,
        ["article.created fresh", "article.published fresh", "source.created radio"]
    );
    assert_eq!(editor.events(2).await, ["article.created draft", "article.created fresh"]);
    assert_eq!(choosy.events(1).await, ["source.created radio"]);
}

#[actix_web::test]
async fn who_comes_again_has_missed_nothing() {
    let app = TestApp::start().await;
    let mut ear = Ear::open(&app, "?since=latest", &[]).await;
    app.story("One").await;
    assert_eq!(ear.events(1).await, ["article.created one"]);
    let id = ear.id.clone();
    drop(ear);
    for n in 0..120 {
        app.create("/api/v1/sources", &json!({ "name": format!("S{n}") })).await;
    }
    // more than is read at once; the header goes before the parameter
    let mut again = Ear::open(&app, "?since=latest", &[("last-event-id", &id)]).await;
    let told = again.events(121).await;
    assert_eq!(told[0], "article.published one");
    assert_eq!(told[120], "source.created s119");
    app.story("Two").await;
    assert_eq!(again.events(2).await, ["article.created two", "article.published two"]);
}

#[actix_web::test]
async fn signs_of_life_move_the_position_on() {
    let app = TestApp::with(&["--stream-heartbeat", "200ms"]).await;
    let mut ear = Ear::open(&app, "?kind=source.deleted", &[]).await;
    ear.block().await.unwrap();
    let first = ear.id.clone();
    app.story("Rain").await;
    for _ in 0..100 {
        let block = ear.block().await.unwrap();
        assert!(!block.contains("data:"), "{block}");
        let left = app.get(&format!("/api/v1/changes?since={}", ear.id)).await.expect(200);
        if left.body["items"] == json!([]) && ear.id != first {
            let all = app.get(&format!("/api/v1/changes?since={first}")).await.expect(200);
            if all.body["items"].as_array().unwrap().len() == 2 {
                return;
            }
        }
    }
    panic!("it stays where it was");
}

#[actix_web::test]
async fn a_stream_ends_with_its_key_and_with_the_service() {
    let app = TestApp::with(&["--stream-heartbeat", "200ms"]).await;
    let key = app.key(&[Scope::ArticlesRead], None).await;
    let mut keyed = Ear::open(&app, "", &[("authorization", &format!("Bearer {key}"))]).await;
    let mut other = Ear::open(&app, "", &[]).await;
    assert!(keyed.block().await.is_some());
    app.database.execute("UPDATE keys SET revoked_at = now()").await;
    while keyed.block().await.is_some() {}
    assert!(other.block().await.is_some());
    app.app.events.end();
    while other.block().await.is_some() {}
}

#[actix_web::test]
async fn a_slow_listener_reads_for_itself_again() {
    let app = TestApp::start().await;
    let mut ear = Ear::open(&app, "", &[]).await;
    for n in 0..150 {
        app.create("/api/v1/sources", &json!({ "name": format!("S{n}") })).await;
        // a batch each, far more than a node holds
        actix_web::rt::time::sleep(Duration::from_millis(5)).await;
    }
    let told = ear.events(150).await;
    for (n, told) in told.iter().enumerate() {
        assert_eq!(*told, format!("source.created s{n}"));
    }
}

#[actix_web::test]
async fn positions_that_mean_nothing_are_refused() {
    let app = TestApp::start().await;
    app.get(&format!("{PATH}?since=nonsense")).await.problem(400, "cursor_invalid");
    let call = app.anonymous(Method::GET, PATH).header("last-event-id", "é");
    let unread = call.send().await.problem(400, "cursor_invalid");
    unread.fault("Last-Event-ID", "cursor_invalid");
    app.get(&format!("{PATH}?category=none")).await.problem(400, "unknown_category");
    let old = app.get("/api/v1/changes?since=latest").await.expect(200).text("next_cursor");
    app.database.execute("UPDATE event_log SET epoch = gen_random_uuid()").await;
    let call = app.anonymous(Method::GET, PATH).header("last-event-id", &old);
    call.send().await.problem(410, "cursor_expired");
    app.anonymous(Method::HEAD, PATH).send().await.expect(200);
}

#[actix_web::test]
async fn what_comes_below_a_category_later_is_heard_too() {
    let app = TestApp::start().await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    let mut ear = Ear::open(&app, "?category=world", &[]).await;
    let post = async |headline: &str, category: &str| {
        let sent = json!({ "headline": headline, "status": "published", "category": category });
        app.create("/api/v1/articles", &sent).await;
    };
    app.create("/api/v1/categories", &json!({ "name": "Asia", "parent": "world" })).await;
    post("In Asia", "asia").await;
    app.create("/api/v1/categories", &json!({ "name": "Sport" })).await;
    post("In sport", "sport").await;
    // who has heard this was past what happened in sport while that was elsewhere
    post("In Asia again", "asia").await;
    let told = ear.events(5).await;
    let heard = [
        "category.created asia",
        "article.created in-asia",
        "article.published in-asia",
        "article.created in-asia-again",
        "article.published in-asia-again",
    ];
    assert_eq!(told, heard);
    // one that was moved there
    app.patch("/api/v1/categories/sport", &json!({ "parent": "asia" })).await.expect(200);
    post("In sport again", "sport").await;
    let told = ear.events(3).await;
    let heard = [
        "category.updated sport",
        "article.created in-sport-again",
        "article.published in-sport-again",
    ];
    assert_eq!(told, heard);
}

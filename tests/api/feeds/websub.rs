//! WebSub: feeds name the hub, and the hub is told when they change.

use super::{FEEDS, at, newsroom};
use crate::support::TestApp;
use actix_web::{App, HttpResponse, HttpServer, web};
use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::json;
use std::collections::{BTreeSet, VecDeque};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const HUB: &str = "https://hub.example/publish?a=1&b=2";

#[actix_web::test]
async fn feeds_that_are_told_of_name_the_hub() {
    let plain = newsroom().await;
    let app = plain.beside(&["--websub-hub", HUB]).await;
    for (query, named) in [
        ("", true),
        ("?category=general", true),
        ("?source=radio-pakistan", true),
        ("?language=ur", true),
        // not told of: other filters, other spellings, other pages
        ("?source=was-radio", false),
        ("?language=UR", false),
        ("?tag=x", false),
        ("?category=general&language=en", false),
        ("?limit=5", false),
        ("?content=summary", false),
    ] {
        for path in FEEDS {
            let address = format!("{path}{query}");
            let answer = app.get(&address).await.expect(200);
            let header = format!("<{HUB}>; rel=\"hub\"");
            assert_eq!(answer.header("link").contains(&header), named, "{address}");
            assert!(answer.header("link").contains("rel=\"self\""), "{address}");
            let text = String::from_utf8(answer.bytes).unwrap();
            let within = match path.ends_with("json") {
                true => format!("\"hubs\":[{{\"type\":\"WebSub\",\"url\":\"{HUB}\"}}]"),
                false => format!("rel=\"hub\" href=\"{}\"", HUB.replace('&', "&amp;")),
            };
            assert_eq!(text.contains(&within), named, "{address}: {text}");
        }
        // which is told of no feed of ninjs
        let ninjs = app.get(&format!("/feeds/articles.ninjs.json{query}")).await.expect(200);
        assert!(!ninjs.header("link").contains(HUB));
        let none = at(&plain, &format!("{}{query}", FEEDS[0])).await;
        assert!(!none.contains("\"hub\""));
    }
}

/// A hub that notes what it is told, and fails so many times first.
struct Hub {
    address: String,
    told: Arc<Mutex<VecDeque<BTreeSet<String>>>>,
    failures: Arc<Mutex<u32>>,
}

impl Hub {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/hub", listener.local_addr().unwrap());
        let told: Arc<Mutex<VecDeque<BTreeSet<String>>>> = Arc::default();
        let failures: Arc<Mutex<u32>> = Arc::default();
        let (told_to, fails) = (told.clone(), failures.clone());
        let server = HttpServer::new(move || {
            let (told, failures) = (told_to.clone(), fails.clone());
            let note = move |form: web::Form<Vec<(String, String)>>| {
                let answer = note(&form.into_inner(), &told, &failures);
                async move { answer }
            };
            App::new().route("/hub", web::post().to(note))
        });
        actix_web::rt::spawn(server.workers(1).listen(listener).unwrap().run());
        Self { address, told, failures }
    }

    /// What it is told of within some seconds; empty when nothing comes.
    async fn next(&self, patience: u64) -> BTreeSet<String> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(patience) {
            let next = self.told.lock().unwrap().pop_front();
            if let Some(next) = next {
                return next;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        BTreeSet::new()
    }
}

fn note(
    form: &[(String, String)],
    told: &Mutex<VecDeque<BTreeSet<String>>>,
    failures: &Mutex<u32>,
) -> HttpResponse {
    assert_eq!(form[0], ("hub.mode".to_owned(), "publish".to_owned()));
    let mut left = failures.lock().unwrap();
    if *left > 0 {
        *left -= 1;
        return HttpResponse::ServiceUnavailable().finish();
    }
    let topics = form[1..].iter().map(|(name, topic)| {
        assert_eq!(name, "hub.url");
        topic.strip_prefix("https://api.news.example").unwrap().to_owned()
    });
    told.lock().unwrap().push_back(topics.collect());
    HttpResponse::NoContent().finish()
}

/// The feeds of these queries, in every format that is told of.
fn feeds(queries: &[&str]) -> BTreeSet<String> {
    let of = |query: &&str| FEEDS.map(|path| format!("{path}{query}"));
    queries.iter().flat_map(of).collect()
}

#[actix_web::test]
async fn the_hub_is_told_once_of_what_changed() {
    let hub = Hub::start();
    let flags = ["--websub-hub", &hub.address, "--fetch-allow", "127.0.0.1"];
    let app = TestApp::with(&flags).await;
    app.create("/api/v1/sources", &json!({ "name": "Radio" })).await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    app.create("/api/v1/categories", &json!({ "name": "Asia", "parent": "world" })).await;
    let other = app.beside(&flags).await;
    for node in [&app, &other] {
        actix_web::rt::spawn(newswire::feeds::websub::run(node.app.clone()));
    }
    // nothing that readers see
    let draft =
        json!({ "headline": "Story", "source": "radio", "category": "asia", "language": "ur" });
    app.create("/api/v1/articles", &draft).await;
    assert_eq!(hub.next(3).await, BTreeSet::new());
    app.patch("/api/v1/articles/story", &json!({ "status": "published" })).await.expect(200);
    let all = feeds(&["", "?category=asia", "?category=world", "?language=ur", "?source=radio"]);
    assert_eq!(hub.next(10).await, all);
    assert_eq!(hub.next(3).await, BTreeSet::new(), "one of the nodes tells, and once");
    // unpublishing too, and again when the hub could not take it
    app.delete("/api/v1/articles/story").await.expect(204);
    assert_eq!(hub.next(10).await, all);
    let soon = (Utc::now() + TimeDelta::seconds(4)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let later = json!({ "headline": "Later", "status": "published", "published_at": soon });
    app.create("/api/v1/articles", &later).await;
    assert_eq!(hub.next(3).await, BTreeSet::new(), "not before");
    assert_eq!(hub.next(10).await, feeds(&["", "?language=en"]), "at its instant, without a write");
    // from one feed into another
    app.patch("/api/v1/articles/later", &json!({ "language": "ur" })).await.expect(200);
    assert_eq!(hub.next(10).await, feeds(&["", "?language=en", "?language=ur"]));
    assert_eq!(*hub.failures.lock().unwrap(), 0);
}

#[actix_web::test]
async fn a_hub_that_failed_is_told_again() {
    let hub = Hub::start();
    let app = TestApp::with(&["--websub-hub", &hub.address, "--fetch-allow", "127.0.0.1"]).await;
    *hub.failures.lock().unwrap() = 1;
    actix_web::rt::spawn(newswire::feeds::websub::run(app.app.clone()));
    app.story("Story").await;
    app.patch("/api/v1/articles/story", &json!({ "language": "ur" })).await.expect(200);
    while *hub.failures.lock().unwrap() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(hub.next(0).await, BTreeSet::new());
    // as if a night had passed: caches have long forgotten what there was to forget
    app.database.execute("UPDATE websub SET held_until = now() - interval '1 second'").await;
    app.database.execute("DELETE FROM changes").await;
    let again = actix_web::rt::spawn(newswire::feeds::websub::run(app.app.clone()));
    assert_eq!(hub.next(10).await, feeds(&["", "?language=en", "?language=ur"]));
    again.abort();
}

#[actix_web::test]
async fn what_no_feed_shows_is_looked_at_once() {
    let hub = Hub::start();
    let app = TestApp::with(&["--websub-hub", &hub.address, "--fetch-allow", "127.0.0.1"]).await;
    app.create("/api/v1/articles", &json!({ "headline": "Draft" })).await;
    let old = "UPDATE websub SET told_xid = 0, told_at = now() - interval '2 minutes'";
    app.database.execute(old).await;
    actix_web::rt::spawn(newswire::feeds::websub::run(app.app.clone()));
    let stand = "SELECT told_at > now() - interval '1 minute' AND told_xid > 0 FROM websub";
    let begun = Instant::now();
    while app.database.rows(stand).await[0][0] != "t" {
        assert!(begun.elapsed() < Duration::from_secs(20), "it is not noted");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(hub.next(2).await, BTreeSet::new());
}

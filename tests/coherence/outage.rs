//! The database cannot be reached: what is remembered is given for a while, marked as what it is.

use crate::proxy::Proxy;
use crate::session::{Session, settled};
use crate::support::db::TestDb;
use crate::support::{Answer, TestApp};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use newswire::freshness::LEASE;
use serde_json::json;
use std::time::{Duration, Instant};

const ARTICLES: &str = "/api/v1/articles";
const STORY: &str = "/api/v1/articles/rain";
/// What is remembered before the outage.
const REMEMBERED: [&str; 4] =
    [STORY, ARTICLES, "/api/v1/tags", "/api/v1/categories?include=counts"];

/// A service that reaches its database through a proxy.
struct Newsroom {
    database: TestDb,
    proxy: Proxy,
    app: TestApp,
}

impl Newsroom {
    async fn open(serve_stale: &str) -> Self {
        let database = TestDb::migrated().await;
        let proxy = Proxy::to(&database.url).await;
        let flags = ["--serve-stale", serve_stale, "--db-wait", "1s"];
        let app = TestApp::on(TestDb::at(&proxy.url), &flags).await;
        app.create(
            ARTICLES,
            &json!({ "headline": "Rain", "tags": ["rain"], "status": "published" }),
        )
        .await;
        Self { database, proxy, app }
    }

    async fn remember(&self) {
        settled(&self.app).await;
        for path in REMEMBERED {
            self.app.get(path).await.expect(200);
        }
    }

    async fn cut(&self) {
        self.proxy.cut();
        tokio::time::sleep(LEASE + Duration::from_millis(100)).await;
    }
}

fn is_stale(answer: &Answer) -> bool {
    answer.status == 200 && answer.headers.contains_key("cache-status")
}

fn refused(answer: Answer) {
    let answer = answer.problem(503, "unavailable");
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
}

fn instant(milliseconds: i64) -> DateTime<Utc> {
    Utc::now() + TimeDelta::milliseconds(milliseconds)
}

fn text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[actix_web::test]
async fn what_is_remembered_is_given_for_so_long_and_marked() {
    let room = Newsroom::open("3").await;
    room.remember().await;
    let before = room.app.get(STORY).await.expect(200);
    room.cut().await;
    let gone = Instant::now() - LEASE;
    for path in REMEMBERED {
        let answer = room.app.get(path).await.expect(200);
        assert!(is_stale(&answer), "{path}: {:?}", answer.headers);
        let age: u64 = answer.header("age").parse().expect("an age");
        assert!(age <= 3);
        let status = answer.header("cache-status");
        assert_eq!(status, format!("newswire; hit; ttl=-{age}"));
        assert_eq!(answer.header("cache-control"), "public, no-cache");
    }
    assert_eq!(room.app.get(STORY).await.bytes, before.bytes);
    refused(room.app.get(&format!("{ARTICLES}?limit=7")).await);
    refused(room.app.get(&format!("{ARTICLES}/other")).await);
    let call = room.app.anonymous(reqwest::Method::GET, STORY);
    let held = call.header("if-none-match", before.header("etag")).send().await.expect(304);
    assert!(held.headers.contains_key("age"));
    loop {
        let asked = gone.elapsed();
        let answer = room.app.get(STORY).await;
        if asked > Duration::from_millis(3100) {
            refused(answer);
            break;
        }
        if asked < Duration::from_millis(2400) {
            assert!(is_stale(&answer), "after {asked:?}: {}", answer.status);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[actix_web::test]
async fn nothing_stale_is_given_once_it_is_back() {
    let room = Newsroom::open("60").await;
    for round in 0..5 {
        room.remember().await;
        room.cut().await;
        let direct = Session::open(&room.database.url).await;
        direct.run(&format!("UPDATE articles SET headline = 'Rain {round}'")).await;
        assert!(is_stale(&room.app.get(STORY).await));
        room.proxy.mend();
        let back = Instant::now();
        // it may not have noticed yet; but what is not marked is true, and so is all that follows
        let mut noticed = false;
        while back.elapsed() < Duration::from_millis(1500) {
            for path in [STORY, ARTICLES] {
                let answer = room.app.get(path).await;
                if answer.status == 503 {
                    assert!(!noticed, "a connection for readers");
                    continue;
                }
                let marked = is_stale(&answer);
                assert!(!(noticed && marked), "it was up to date before");
                noticed |= !marked;
                if !marked {
                    let headline = match path {
                        STORY => &answer.body["headline"],
                        _ => &answer.body["items"][0]["headline"],
                    };
                    assert_eq!(headline, &json!(format!("Rain {round}")));
                }
            }
        }
        assert!(noticed, "after 1.5 s");
    }
}

#[actix_web::test]
async fn nothing_stale_is_given_where_none_may_be() {
    let room = Newsroom::open("0").await;
    room.remember().await;
    room.cut().await;
    for path in REMEMBERED {
        refused(room.app.get(path).await);
    }
    room.proxy.mend();
    settled(&room.app).await;
    for path in REMEMBERED {
        assert!(!is_stale(&room.app.get(path).await.expect(200)));
    }
}

#[actix_web::test]
async fn nothing_is_given_past_the_instant_at_which_it_changes() {
    let room = Newsroom::open("60").await;
    let expires = instant(2500);
    let goes_live = instant(3500);
    let ends = json!({ "headline": "Sun", "status": "published", "expires_at": text(expires) });
    room.app.create(ARTICLES, &ends).await;
    let begins = json!({ "headline": "Snow", "status": "published", "tags": ["rain"],
                         "published_at": text(goes_live) });
    room.app.create(ARTICLES, &begins).await;
    room.remember().await;
    let sun = format!("{ARTICLES}/sun");
    room.app.get(&sun).await.expect(200);
    // knows nothing of either
    let other = "/api/v1/articles?language=xx";
    room.app.get(other).await.expect(200);
    room.cut().await;
    assert!(Utc::now() < expires, "the machine is too slow for this test");
    let mut given = [0; 3];
    while Utc::now() < goes_live + TimeDelta::milliseconds(500) {
        let asked = Utc::now();
        for (at, path, end) in
            [(0, sun.as_str(), expires), (1, ARTICLES, expires), (2, other, goes_live)]
        {
            let answer = room.app.get(path).await;
            given[at] += usize::from(answer.status == 200);
            assert!(answer.status == 503 || asked < end, "{path} after its time");
        }
        assert!(is_stale(&room.app.get(STORY).await), "what no instant changes is given on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(given.iter().all(|count| *count > 0), "{given:?}");
}

#[actix_web::test]
async fn a_database_that_was_dropped_is_one_that_cannot_be_reached() {
    let app = TestApp::with(&["--serve-stale", "60", "--db-wait", "1s"]).await;
    app.story("Rain").await;
    settled(&app).await;
    app.get(STORY).await.expect(200);
    app.database.vanish().await;
    tokio::time::sleep(LEASE + Duration::from_millis(200)).await;
    assert!(is_stale(&app.get(STORY).await));
    refused(app.get(&format!("{ARTICLES}?limit=7")).await);
}

#[actix_web::test]
async fn a_database_that_says_nothing_is_one_that_cannot_be_reached() {
    let room = Newsroom::open("60").await;
    room.remember().await;
    room.proxy.silence();
    // a look and a connection are waited for, two seconds each
    let began = Instant::now();
    let patience = Duration::from_secs(8);
    loop {
        let asked = tokio::time::timeout(Duration::from_millis(300), room.app.get(STORY));
        if asked.await.is_ok_and(|answer| is_stale(&answer)) {
            break;
        }
        assert!(began.elapsed() < patience, "nothing is given");
    }
    println!("a silent database was noticed after {:?}", began.elapsed());
    room.proxy.mend();
    settled(&room.app).await;
    room.app.get(STORY).await.expect(200);
}

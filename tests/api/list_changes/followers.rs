//! A follower that takes each resource as the last of its changes shows it has what there is.

use super::PATH;
use crate::support::TestApp;
use diesel_async::SimpleAsyncConnection;
use newswire::db::connect;
use reqwest::Method;
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const ARTICLES: &str = "/api/v1/articles";

/// Writes at random for a while.
async fn write(app: &TestApp, seed: u64, until: Instant) {
    let mut state = seed;
    let mut dice = |sides: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    while Instant::now() < until {
        let slug = format!("story-{}", dice(12));
        let path = format!("{ARTICLES}/{slug}");
        let answer = match dice(9) {
            0 | 1 => {
                let sent = json!({ "headline": slug, "slug": slug, "body": seed.to_string(),
                                   "status": if dice(2) == 0 { "draft" } else { "published" } });
                app.post(ARTICLES, &sent).await
            }
            2 => app.patch(&path, &json!({ "summary": dice(1000).to_string() })).await,
            3 => app.post(&format!("{path}/publish"), &json!({})).await,
            4 => app.post(&format!("{path}/unpublish"), &json!({})).await,
            5 => app.delete(&path).await,
            6 => app.post(&format!("{path}/restore"), &json!({})).await,
            7 => app.post(&format!("{path}/purge"), &json!({})).await,
            _ => {
                let soon = chrono::Utc::now() + chrono::TimeDelta::milliseconds(150);
                let later = soon + chrono::TimeDelta::milliseconds(200);
                let dates = json!({ "published_at": soon, "expires_at": later });
                app.post(&format!("{path}/publish"), &dates).await
            }
        };
        assert!(answer.status.as_u16() < 500);
    }
}

/// Long transactions that change nothing that anybody else waits for.
async fn hold(app: &TestApp, until: Instant) {
    let mut conn = connect::establish(&app.database.url).await.unwrap();
    let mut number = 0;
    while Instant::now() < until {
        number += 1;
        let begin = format!(
            "BEGIN; INSERT INTO sources (id, slug, name, created_at, updated_at)
             VALUES (gen_random_uuid(), 'held-{number}', 'Held {number}', now(), now())"
        );
        conn.batch_execute(&begin).await.unwrap();
        actix_web::rt::time::sleep(Duration::from_millis(180)).await;
        conn.batch_execute(if number % 3 == 0 { "ROLLBACK" } else { "COMMIT" }).await.unwrap();
    }
}

/// Follows until nothing more can come; what it has then.
async fn copy(app: &TestApp, key: Option<&str>, ended: &Cell<bool>) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut cursors = std::collections::HashSet::new();
    let (mut since, mut quiet) = (String::new(), 0);
    while quiet < 2 {
        let path = format!("{PATH}?wait=1&limit=7&include=resource{since}");
        let call = match key {
            Some(key) => app.with_key(key, Method::GET, &path),
            None => app.anonymous(Method::GET, &path),
        };
        let page = call.send().await.expect(200);
        since = format!("&since={}", page.text("next_cursor"));
        let items = page.body["items"].as_array().unwrap();
        for item in items {
            assert!(cursors.insert(item["cursor"].to_string()), "twice");
            let name = format!("{} {}", item["resource"], item["id"]);
            if item["deleted"] == true {
                found.remove(&name);
            } else if let Some(included) = item["included"].as_object() {
                found.insert(name, included.values().next().unwrap().clone());
            }
        }
        quiet = if items.is_empty() && ended.get() { quiet + 1 } else { 0 };
    }
    found
}

async fn listed(app: &TestApp, key: Option<&str>, path: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{path}limit=100{cursor}");
        let call = match key {
            Some(key) => app.with_key(key, Method::GET, &path),
            None => app.anonymous(Method::GET, &path),
        };
        let page = call.send().await.expect(200);
        all.extend(page.body["items"].as_array().unwrap().iter().cloned());
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[actix_web::test]
async fn at_the_end_a_copy_is_what_there_is() {
    let app = TestApp::start().await;
    let other = app.beside(&[]).await;
    let until = Instant::now() + Duration::from_secs(4);
    let ended = Cell::new(false);
    let writing = async {
        let nodes = [&app, &other, &app, &other];
        let writers = (1..).zip(nodes).map(|(seed, app)| write(app, seed, until));
        tokio::join!(futures_util::future::join_all(writers), hold(&app, until));
        // the last plans come and go
        actix_web::rt::time::sleep(Duration::from_millis(800)).await;
        ended.set(true);
    };
    let admin = Some(app.admin.as_str());
    let (public, full, ()) =
        tokio::join!(copy(&app, None, &ended), copy(&other, admin, &ended), writing);
    for (key, copy, state) in [(None, public, "live"), (admin, full, "any")] {
        let bodies = format!("{ARTICLES}?state={state}&include=body,body_html,body_text&");
        let mut there = BTreeMap::new();
        for (resource, path) in [("article", bodies.as_str()), ("source", "/api/v1/sources?")] {
            for one in listed(&app, key, path).await {
                there.insert(format!("\"{resource}\" {}", one["id"]), one);
            }
        }
        assert!(there.len() > 5, "{}", there.len());
        let names = |map: &BTreeMap<String, Value>| map.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&copy), names(&there), "{state}");
        assert_eq!(copy, there, "{state}");
    }
}

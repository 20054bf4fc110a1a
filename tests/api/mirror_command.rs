//! `newswire mirror`: a service that is kept equal to another one.

use crate::export_newsroom::newsroom;
use crate::support::TestApp;
use crate::support::command::{newswire, output};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ARTICLES: &str = "/api/v1/articles";

fn command(mirror: &TestApp, origin: &TestApp, more: &[&str]) -> Command {
    let mut command = newswire(&[&["mirror", &origin.address], more].concat());
    command.env("DATABASE_URL", &mirror.database.url);
    command
}

/// Mirrors until nothing is left; the log, when all went well.
async fn once(mirror: &TestApp, origin: &TestApp, key: Option<&str>) -> Result<String, String> {
    let mut arguments = vec!["--once"];
    arguments.extend(key.iter().flat_map(|key| ["--key", key]));
    let ended = output(command(mirror, origin, &arguments)).await;
    let log = String::from_utf8(ended.stderr).unwrap();
    if ended.status.success() { Ok(log) } else { Err(log) }
}

/// A mirror that follows until it is dropped, which is a death by violence.
struct Following(Child);

impl Following {
    fn start(mirror: &TestApp, origin: &TestApp, key: Option<&str>) -> Self {
        let arguments: Vec<&str> = key.iter().flat_map(|key| ["--key", key]).collect();
        let mut command = command(mirror, origin, &arguments);
        command.stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// All that a service shows, without what settings make of it, by collection and id.
async fn shown(app: &TestApp, key: Option<&str>) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let state = if key.is_some() { "&state=any" } else { "" };
    for list in [
        "/api/v1/sources?limit=100".to_owned(),
        "/api/v1/categories?limit=100".to_owned(),
        format!("{ARTICLES}?limit=100&include=body,body_html,body_text{state}"),
    ] {
        let answer = match key {
            Some(key) => app.with_key(key, Method::GET, &list).send().await,
            None => app.get(&list).await,
        };
        for mut item in answer.expect(200).body["items"].as_array().unwrap().clone() {
            bare(&mut item);
            let collection = list.split(['?', '/']).nth(3).unwrap();
            found.push((format!("{collection} {}", item["id"].as_str().unwrap()), item));
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

fn bare(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !["url", "api_url", "logo_url"].contains(&name.as_str()));
            members.values_mut().for_each(bare);
        }
        Value::Array(items) => items.iter_mut().for_each(bare),
        _ => {}
    }
}

/// Both show the same, to the public and to who may see all. A mirror without a key has nothing else.
async fn equal(mirror: &TestApp, origin: &TestApp, keyed: bool) -> Result<(), String> {
    let all = match keyed {
        true => shown(origin, Some(&origin.admin)).await,
        false => shown(origin, None).await,
    };
    let ours = shown(mirror, Some(&mirror.admin)).await;
    let ours = match keyed {
        true => ours,
        false => {
            let private = ["draft", "scheduled", "expired", "retracted", "trashed"];
            let is_private = |item: &Value| private.iter().any(|state| item["state"] == *state);
            if let Some((_, phantom)) = ours.iter().find(|(_, item)| is_private(item)) {
                return Err(format!("nobody may see {phantom:#}"));
            }
            shown(mirror, None).await
        }
    };
    for (theirs, ours) in all.iter().zip(&ours) {
        if theirs != ours {
            return Err(difference(theirs, ours));
        }
    }
    let counts = (all.len(), ours.len());
    if counts.0 == counts.1 { Ok(()) } else { Err(format!("{counts:?}")) }
}

fn difference(theirs: &(String, Value), ours: &(String, Value)) -> String {
    let (Value::Object(there), Value::Object(here)) = (&theirs.1, &ours.1) else { unreachable!() };
    let members = there.iter().filter(|(name, value)| here.get(*name) != Some(value));
    let members = members.map(|(name, value)| format!("{name}: {value} is {:?}", here.get(name)));
    format!("{} and {}: {}", theirs.0, ours.0, members.collect::<Vec<_>>().join("\n"))
}

/// Waits until both are equal.
async fn become_equal(mirror: &TestApp, origin: &TestApp, keyed: bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match equal(mirror, origin, keyed).await {
            Ok(()) => return,
            Err(difference) if Instant::now() > deadline => panic!("{difference}"),
            Err(_) => actix_web::rt::time::sleep(Duration::from_millis(200)).await,
        }
    }
}

async fn story(app: &TestApp, members: Value) -> String {
    let mut sent = json!({ "headline": "Story", "status": "published" });
    sent.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    app.create(ARTICLES, &sent).await["id"].as_str().unwrap().to_owned()
}

async fn act(app: &TestApp, id: &str, verb: &str, body: Value) {
    let done = app.post(&format!("{ARTICLES}/{id}/{verb}"), &body).await;
    assert!(done.status.is_success(), "{verb}: {}", done.body);
}

#[actix_web::test]
async fn a_copy_equals_what_it_was_made_of() {
    let origin = newsroom().await;
    let (public, whole) = (TestApp::start().await, TestApp::start().await);
    once(&public, &origin, None).await.unwrap();
    equal(&public, &origin, false).await.unwrap();
    let key = origin.key(&[Scope::ArticlesRead], None).await;
    once(&whole, &origin, Some(&key)).await.unwrap();
    equal(&whole, &origin, true).await.unwrap();
    let (theirs, ours) = (
        origin.get(&format!("{ARTICLES}/second")).await.expect(200),
        public.get(&format!("{ARTICLES}/second")).await.expect(200),
    );
    assert_eq!(theirs.header("etag"), ours.header("etag"));
    assert_eq!(public.get(&format!("{ARTICLES}/wrong")).await.status, 404);
    assert_eq!(whole.admin_get(&format!("{ARTICLES}/wrong")).await.text("state"), "retracted");
    let metadata = public.admin_get(&format!("{ARTICLES}/second")).await.body;
    assert_eq!(metadata["metadata"], json!({}), "the public is not told of it");
}

#[actix_web::test]
async fn whatever_happens_is_followed() {
    let origin = newsroom().await;
    let (public, whole) = (TestApp::start().await, TestApp::start().await);
    let key = origin.key(&[Scope::ArticlesRead], None).await;
    let _public = Following::start(&public, &origin, None);
    let _whole = Following::start(&whole, &origin, Some(&key));
    become_equal(&whole, &origin, true).await;
    let id = story(&origin, json!({ "status": "draft", "source": "the-agency" })).await;
    act(&origin, &id, "publish", json!({})).await;
    let path = format!("{ARTICLES}/{id}");
    origin.patch(&path, &json!({ "slug": "moved", "tags": ["A"] })).await.expect(200);
    act(&origin, &id, "corrections", json!({ "text": "No." })).await;
    let soon = (chrono::Utc::now() + chrono::Duration::milliseconds(1500)).to_rfc3339();
    story(&origin, json!({ "expires_at": soon })).await;
    story(&origin, json!({ "published_at": soon })).await;
    for (verb, of) in [("unpublish", "Off"), ("retract", "Back"), ("restore", "Trash")] {
        let id = story(&origin, json!({ "headline": of })).await;
        if verb == "restore" {
            origin.delete(&format!("{ARTICLES}/{id}")).await.expect(204);
        }
        let reason = if verb == "retract" { json!({ "reason": "Wrong." }) } else { json!({}) };
        act(&origin, &id, verb, reason).await;
    }
    // the slug and the supplier's id of a story that is gone for good are another one's now
    let gone =
        story(&origin, json!({ "slug": "prime", "source": "the-agency", "external_id": "1" }))
            .await;
    become_equal(&public, &origin, false).await;
    origin.delete(&format!("{ARTICLES}/{gone}")).await.expect(204);
    act(&origin, &gone, "purge", json!({})).await;
    story(&origin, json!({ "slug": "prime", "source": "the-agency", "external_id": "1" })).await;
    // categories change places
    origin.patch("/api/v1/categories/asia", &json!({ "parent": null })).await.expect(200);
    origin.patch("/api/v1/categories/globe", &json!({ "parent": "asia" })).await.expect(200);
    origin.patch("/api/v1/categories/top", &json!({ "name": "Summit" })).await.expect(200);
    origin.create("/api/v1/categories", &json!({ "name": "Top", "parent": "globe" })).await;
    origin.delete("/api/v1/categories/rain?reassign_to=asia").await.expect(204);
    origin.patch("/api/v1/sources/the-agency", &json!({ "name": "APP" })).await.expect(200);
    become_equal(&public, &origin, false).await;
    become_equal(&whole, &origin, true).await;
}

#[actix_web::test]
async fn what_stories_show_of_others_is_followed() {
    let origin = TestApp::start().await;
    let (public, whole) = (TestApp::start().await, TestApp::start().await);
    let late = TestApp::start().await;
    origin.create("/api/v1/sources", &json!({ "name": "Press", "usage_terms": "A" })).await;
    let first = story(&origin, json!({ "language": "en" })).await;
    let mut versions = Vec::new();
    for language in ["ur", "ar", "de"] {
        let members = json!({ "language": language, "translation_of": first });
        versions.push(story(&origin, members).await);
    }
    let text =
        "The same words stand in both of these, and there are enough of them to tell. ".repeat(9);
    let original =
        story(&origin, json!({ "body": text, "source": "press", "usage_terms": "A" })).await;
    for _ in 0..2 {
        story(&origin, json!({ "body": text, "source": "press" })).await;
    }
    let copies = origin.get(&format!("{ARTICLES}/{original}/duplicates")).await.expect(200).body;
    assert_eq!(copies["items"].as_array().unwrap().len(), 2, "{copies:#}");
    let key = origin.key(&[Scope::ArticlesRead], None).await;
    let _public = Following::start(&public, &origin, None);
    let _whole = Following::start(&whole, &origin, Some(&key));
    become_equal(&public, &origin, false).await;
    become_equal(&whole, &origin, true).await;
    // the first version goes: the others stand together without it
    for (id, verb) in [(&first, "unpublish"), (&original, "unpublish"), (&versions[0], "unpublish")]
    {
        act(&origin, id, verb, json!({})).await;
        become_equal(&public, &origin, false).await;
    }
    // and comes again, one by one
    for id in [&versions[0], &original, &first] {
        act(&origin, id, "publish", json!({})).await;
        become_equal(&public, &origin, false).await;
    }
    // those in the trash show the others, but are not shown by them
    for id in [&first, &versions[0], &original] {
        origin.delete(&format!("{ARTICLES}/{id}")).await.expect(204);
        become_equal(&whole, &origin, true).await;
    }
    become_equal(&public, &origin, false).await;
    // who first reads them now learns what they translate all the same
    once(&late, &origin, Some(&key)).await.unwrap();
    become_equal(&late, &origin, true).await;
    let _late = Following::start(&late, &origin, Some(&key));
    for id in [&versions[0], &first, &original] {
        act(&origin, id, "restore", json!({})).await;
        become_equal(&whole, &origin, true).await;
        become_equal(&late, &origin, true).await;
        act(&origin, id, "publish", json!({})).await;
    }
    become_equal(&public, &origin, false).await;
    become_equal(&whole, &origin, true).await;
    // of two that are not seen each shows the rest, and not the other one
    act(&origin, &versions[0], "retract", json!({ "reason": "Wrong." })).await;
    origin.delete(&format!("{ARTICLES}/{first}")).await.expect(204);
    for id in &versions[1..] {
        let path = format!("{ARTICLES}/{id}");
        origin.patch(&path, &json!({ "summary": "Again" })).await.expect(200);
    }
    become_equal(&whole, &origin, true).await;
    become_equal(&public, &origin, false).await;
    // what leaves one that is in the trash looks as before
    for id in &versions[1..] {
        let path = format!("{ARTICLES}/{id}");
        origin.patch(&path, &json!({ "translation_of": null })).await.expect(200);
        become_equal(&whole, &origin, true).await;
    }
    // a story that the public cannot see goes for good: its copies have another original
    act(&origin, &original, "unpublish", json!({})).await;
    become_equal(&public, &origin, false).await;
    // what names it has been read again by then
    tokio::time::sleep(Duration::from_secs(2)).await;
    origin.delete(&format!("{ARTICLES}/{original}")).await.expect(204);
    act(&origin, &original, "purge", json!({})).await;
    become_equal(&public, &origin, false).await;
    become_equal(&whole, &origin, true).await;
    // one story has terms of its own, which are the source's for a while
    story(&origin, json!({ "source": "press", "usage_terms": "B" })).await;
    for terms in ["B", "C"] {
        origin.patch("/api/v1/sources/press", &json!({ "usage_terms": terms })).await.expect(200);
        become_equal(&public, &origin, false).await;
        become_equal(&whole, &origin, true).await;
    }
}

/// Changes tell of each as it is now: that a category is gone may be heard before the moves of those below it.
#[actix_web::test]
async fn a_category_goes_before_those_below_it_have_moved() {
    let (origin, mirror) = (newsroom().await, TestApp::start().await);
    once(&mirror, &origin, None).await.unwrap();
    mirror
        .database
        .execute(
            "WITH below AS (
                 INSERT INTO categories (id, slug, name, parent_id, path, created_at, updated_at)
                 SELECT child, 'below', 'Below', id, path || child, now(), now()
                 FROM categories, gen_random_uuid() AS child WHERE slug = 'rain' RETURNING id)
             INSERT INTO slugs (collection, slug, resource_id) SELECT 'categories', 'below', id FROM below",
        )
        .await;
    origin.delete("/api/v1/categories/rain?reassign_to=asia").await.expect(204);
    once(&mirror, &origin, None).await.unwrap();
    assert_eq!(mirror.get("/api/v1/categories/rain").await.status, 404);
    let below = mirror.get("/api/v1/categories/below").await.expect(200).body;
    assert_eq!((&below["parent"], &below["name"]), (&Value::Null, &json!("Below")));
}

#[actix_web::test]
async fn one_may_stand_in_the_way_of_two_that_come() {
    let (origin, mirror) = (TestApp::start().await, TestApp::start().await);
    origin.create("/api/v1/sources", &json!({ "name": "North Wire", "slug": "north" })).await;
    origin.create("/api/v1/categories", &json!({ "name": "Sport" })).await;
    once(&mirror, &origin, None).await.unwrap();
    for (path, sent) in [
        ("/api/v1/sources/north", [("Other Wire", "north"), ("North Wire", "north-two")]),
        ("/api/v1/categories/sport", [("Sports", "sport"), ("Sport", "sport-news")]),
    ] {
        origin.delete(path).await.expect(204);
        let list = path.rsplit_once('/').unwrap().0;
        for (name, slug) in sent {
            origin.create(list, &json!({ "name": name, "slug": slug })).await;
        }
    }
    once(&mirror, &origin, None).await.unwrap();
    become_equal(&mirror, &origin, false).await;
}

#[actix_web::test]
async fn one_that_is_killed_goes_on_where_it_was() {
    let origin = TestApp::start().await;
    let mirror = TestApp::start().await;
    for _ in 0..3 {
        let stories: Vec<Value> = (0..100)
            .map(|_| json!({ "headline": "Story", "status": "published", "body": "Text." }))
            .collect();
        origin.post(&format!("{ARTICLES}/batch"), &json!(stories)).await.expect(200);
    }
    for patience in [1200, 1400, 1600, 1800] {
        let following = Following::start(&mirror, &origin, None);
        actix_web::rt::time::sleep(Duration::from_millis(patience)).await;
        drop(following);
        story(&origin, json!({ "headline": "Meanwhile" })).await;
    }
    once(&mirror, &origin, None).await.unwrap();
    let count = |app: &TestApp| {
        let path = app.address.clone();
        async move {
            let answer =
                reqwest::get(format!("{path}{ARTICLES}?total=exact&limit=1")).await.unwrap();
            answer.json::<Value>().await.unwrap()["total"].clone()
        }
    };
    assert_eq!(count(&origin).await, json!(304));
    assert_eq!(count(&mirror).await, json!(304));
    equal(&mirror, &origin, false).await.unwrap();
}

#[actix_web::test]
async fn an_origin_that_was_restored_is_copied_again() {
    let origin = newsroom().await;
    let mirror = TestApp::start().await;
    let key = origin.key(&[Scope::ArticlesRead], None).await;
    once(&mirror, &origin, Some(&key)).await.unwrap();
    // an older state of the database, by the way of its tables: nobody is told of what that means
    origin
        .database
        .execute(
            "SET session_replication_role = replica;
             UPDATE articles SET version = 1, summary = 'Older' WHERE slug = 'second';
             DELETE FROM article_revisions;
             DELETE FROM articles WHERE slug = 'draft';
             UPDATE event_log SET epoch = gen_random_uuid();
             INSERT INTO changes (kind, resource_id, scopes)
                 VALUES ('everything', '00000000-0000-0000-0000-000000000000', ARRAY['everything'])",
        )
        .await;
    let log = once(&mirror, &origin, Some(&key)).await.unwrap();
    assert!(log.contains("all is copied again"), "{log}");
    equal(&mirror, &origin, true).await.unwrap();
    origin.patch(&format!("{ARTICLES}/second"), &json!({ "summary": "New" })).await.expect(200);
    once(&mirror, &origin, Some(&key)).await.unwrap();
    equal(&mirror, &origin, true).await.unwrap();
}

#[actix_web::test]
async fn with_less_or_more_to_see_all_is_copied_again() {
    let origin = newsroom().await;
    let mirror = TestApp::start().await;
    let key = origin.key(&[Scope::ArticlesRead], None).await;
    for key in [None, Some(key.as_str()), None] {
        once(&mirror, &origin, key).await.unwrap();
        equal(&mirror, &origin, key.is_some()).await.unwrap();
    }
}

#[actix_web::test]
async fn it_says_why_it_cannot_begin() {
    let (origin, mirror) = (newsroom().await, TestApp::start().await);
    let refused = once(&mirror, &origin, Some("nw_no_such_key")).await.unwrap_err();
    assert!(refused.contains("401"), "{refused}");
    assert!(!refused.contains("no_such_key"), "{refused}");
    mirror.story("Its own").await;
    let refused = once(&mirror, &origin, None).await.unwrap_err();
    assert!(refused.contains("a mirror begins empty"), "{refused}");
    let (other, mirror) = (TestApp::start().await, TestApp::start().await);
    once(&mirror, &origin, None).await.unwrap();
    let refused = once(&mirror, &other, None).await.unwrap_err();
    assert!(refused.contains("this is a mirror of"), "{refused}");
    equal(&mirror, &origin, false).await.unwrap();
}

#[actix_web::test]
async fn feeds_of_mirrored_sources_are_left_to_the_origin() {
    let (origin, mirror) = (TestApp::start().await, TestApp::start().await);
    let source =
        json!({ "name": "Wire", "feed_url": "http://127.0.0.1:9/feed", "poll_minutes": 1 });
    origin.create("/api/v1/sources", &source).await;
    once(&mirror, &origin, None).await.unwrap();
    equal(&mirror, &origin, false).await.unwrap();
    mirror
        .database
        .execute("INSERT INTO wires (source_id, next_poll_at) SELECT id, '2020-01-01' FROM sources")
        .await;
    let node = mirror.beside(&["--fetch", "on"]).await;
    assert_eq!(newswire::wires::poll::read_due(&node.app).await.unwrap(), 0);
}

//! Stories that say the same: found, named, refused, listed.

use crate::support::{Answer, TestApp};
use newswire::access::Scope::{ArticlesPublish, ArticlesWrite};
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";
const BATCH: &str = "/api/v1/articles/batch";

/// A report of so many words, all of one subject.
fn report(subject: &str, words: usize) -> String {
    let word = |n: usize| match n % 9 {
        0 => subject.to_owned(),
        step => format!("{subject}{}", n * 31 % 97 * step),
    };
    (1..=words).map(word).collect::<Vec<_>>().join(" ")
}

/// The same with a word in twenty replaced, in capitals and with a credit line.
fn altered(text: &str) -> String {
    let words = text.split(' ').enumerate();
    let words: Vec<&str> =
        words.map(|(n, word)| if n % 20 == 7 { "otherwise" } else { word }).collect();
    format!("{}\n\n(Reporting by A. Writer)", words.join(" ").to_uppercase())
}

fn story(headline: &str, body: &str) -> Value {
    json!({ "headline": headline, "body": body, "status": "published" })
}

fn path(story: &Value) -> String {
    format!("{ARTICLES}/{}", story["id"].as_str().unwrap())
}

async fn slugs(app: &TestApp, path: &str) -> Vec<String> {
    let items = app.get(path).await.expect(200).body["items"].clone();
    let slug = |item: &Value| item["slug"].as_str().unwrap().to_owned();
    items.as_array().unwrap().iter().map(slug).collect()
}

fn of(answer: &Answer) -> &Value {
    &answer.body["duplicate_of"]
}

#[actix_web::test]
async fn a_story_from_two_wires_names_the_earlier_one() {
    let app = TestApp::start().await;
    for name in ["One", "Two"] {
        app.create("/api/v1/sources", &json!({ "name": name })).await;
    }
    let text = report("flood", 120);
    let mut sent = story("Floods reach the plains", &text);
    sent["source"] = json!("one");
    let first = app.create(ARTICLES, &sent).await;
    assert_eq!(first["duplicate_of"], Value::Null);
    let mut sent = story("FLOODS REACH THE PLAINS", &altered(&text));
    sent["source"] = json!("two");
    let second = app.create(ARTICLES, &sent).await;
    let named = json!({
        "id": first["id"], "slug": first["slug"], "headline": first["headline"], "url": first["url"],
    });
    assert_eq!(second["duplicate_of"], named);
    assert_eq!(*of(&app.get(&path(&second)).await.expect(200)), named);
    let list = app.get(ARTICLES).await.expect(200).body;
    assert_eq!(list["items"][0]["duplicate_of"], named);
    assert_eq!(list["items"][1]["duplicate_of"], Value::Null);
    // a third names the first, whichever it is more like
    let third = app.create(ARTICLES, &story("Floods reach the plains", &altered(&text))).await;
    assert_eq!(third["duplicate_of"]["id"], first["id"]);
    for (asked, others) in [
        (&first, ["floods-reach-the-plains-2", "floods-reach-the-plains-3"]),
        (&third, ["floods-reach-the-plains", "floods-reach-the-plains-2"]),
    ] {
        assert_eq!(slugs(&app, &format!("{}/duplicates", path(asked))).await, others);
    }
    let other = app.create(ARTICLES, &story("Floods recede", &report("sun", 120))).await;
    assert_eq!(other["duplicate_of"], Value::Null);
    assert_eq!(slugs(&app, &format!("{}/duplicates", path(&other))).await, [""; 0]);
}

#[actix_web::test]
async fn the_others_come_in_pages() {
    let app = TestApp::start().await;
    let text = report("flood", 60);
    let mut made = Vec::new();
    for n in 0..4 {
        let mut sent = story("Floods reach the plains", &text);
        sent["slug"] = json!(format!("flood{n}"));
        made.push(app.create(ARTICLES, &sent).await);
    }
    let list = format!("{}/duplicates", path(&made[1]));
    let page = app.get(&format!("{list}?limit=2")).await.expect(200);
    assert_eq!(page.body["prev_cursor"], Value::Null);
    let next = page.body["next_cursor"].as_str().unwrap();
    let second = app.get(&format!("{list}?limit=2&cursor={next}")).await.expect(200);
    assert_eq!(second.body["items"][0]["slug"], "flood3");
    assert_eq!(second.body["next_cursor"], Value::Null);
    let back = second.body["prev_cursor"].as_str().unwrap();
    assert_eq!(slugs(&app, &format!("{list}?limit=2&cursor={back}")).await, ["flood0", "flood2"]);
    assert_eq!(app.get(&format!("{list}?limit=0")).await.status, 400);
    let other = format!("{}/duplicates?cursor={next}", path(&made[0]));
    assert_eq!(app.get(&other).await.body["code"], "cursor_mismatch");
    assert_eq!(app.get(&format!("{list}?cursor=x")).await.body["code"], "cursor_invalid");
    assert_eq!(app.get(&format!("{ARTICLES}/none/duplicates")).await.status, 404);
    app.delete(&path(&made[3])).await.expect(204);
    app.get(&format!("{}/duplicates", path(&made[3]))).await.expect(410);
    let list = format!("{ARTICLES}/flood1/duplicates");
    let tag = app.get(&list).await.expect(200).header("etag").to_owned();
    let again = app.anonymous(Method::GET, &list).header("if-none-match", &tag);
    again.send().await.expect(304);
    app.patch(&path(&made[0]), &json!({ "slug": "another" })).await.expect(200);
    app.get(&format!("{ARTICLES}/flood0/duplicates")).await.expect(308);
    assert_eq!(slugs(&app, &list).await, ["another", "flood2"]);
}

#[actix_web::test]
async fn the_public_learns_of_an_original_that_is_public_only() {
    let app = TestApp::start().await;
    app.trusting().await;
    let text = report("flood", 60);
    let first = app.create(ARTICLES, &story("Floods reach the plains", &text)).await;
    let second = app.create(ARTICLES, &story("Floods reach the plains", &text)).await;
    let (of_second, of_first) = (path(&second), path(&first));
    let shown = async || {
        let one = app.get(&of_second).await.expect(200).body["duplicate_of"]["headline"].clone();
        let list = app.get(&format!("{ARTICLES}?slug={}", second["slug"].as_str().unwrap())).await;
        assert_eq!(list.expect(200).body["items"][0]["duplicate_of"]["headline"], one);
        one
    };
    assert_eq!(shown().await, "Floods reach the plains");
    app.patch(&of_first, &json!({ "headline": "Floods!" })).await.expect(200);
    assert_eq!(shown().await, "Floods!");
    app.patch(&of_first, &json!({ "status": "draft" })).await.expect(200);
    assert_eq!(shown().await, Value::Null);
    assert_eq!(of(&app.admin_get(&of_second).await)["id"], first["id"]);
    assert_eq!(slugs(&app, &format!("{of_second}/duplicates")).await, [""; 0]);
    let seen = app.admin_get(&format!("{of_second}/duplicates")).await.expect(200);
    assert_eq!(seen.body["items"][0]["state"], "draft");
    app.patch(&of_first, &json!({ "status": "published" })).await.expect(200);
    assert_eq!(shown().await, "Floods!");
    app.delete(&of_first).await.expect(204);
    assert_eq!(shown().await, Value::Null);
    assert_eq!(*of(&app.admin_get(&of_second).await), Value::Null);
}

#[actix_web::test]
async fn a_story_that_goes_for_good_leaves_its_place_to_the_next() {
    let app = TestApp::start().await;
    let text = report("flood", 60);
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(app.create(ARTICLES, &story("Floods reach the plains", &text)).await);
    }
    let purge = format!("{}/purge", path(&made[0]));
    app.delete(&path(&made[0])).await.expect(204);
    // in the trash it still holds them together
    let fourth = app.create(ARTICLES, &story("Floods reach the plains", &text)).await;
    assert_eq!(slugs(&app, &format!("{}/duplicates", path(&fourth))).await.len(), 2);
    app.with_key(&app.admin, Method::POST, &purge).json(&json!({})).send().await;
    assert_eq!(app.admin_get(&path(&made[0])).await.status, 404);
    assert_eq!(*of(&app.get(&path(&made[1])).await), Value::Null);
    for other in [&made[2], &fourth] {
        assert_eq!(of(&app.get(&path(other)).await)["id"], made[1]["id"]);
    }
    assert_eq!(app.get(&path(&made[2])).await.body["version"], 1);
}

#[actix_web::test]
async fn one_page_is_one_story_and_another_language_another() {
    let app = TestApp::start().await;
    let mut sent = json!({
        "headline": "Rain", "status": "published", "language": "en",
        "canonical_url": "https://www.wire.example/world/rain/?utm_source=feed",
    });
    let first = app.create(ARTICLES, &sent).await;
    sent["headline"] = json!("Something else");
    sent["canonical_url"] = Value::Null;
    sent["source_url"] = json!("http://WIRE.example/world/rain?fbclid=1#top");
    let second = app.create(ARTICLES, &sent).await;
    assert_eq!(second["duplicate_of"]["id"], first["id"]);
    sent["language"] = json!("en-GB");
    assert_eq!(app.create(ARTICLES, &sent).await["duplicate_of"]["id"], first["id"]);
    sent["language"] = json!("ur");
    assert_eq!(app.create(ARTICLES, &sent).await["duplicate_of"], Value::Null);
    sent["language"] = json!("en");
    sent["translation_of"] = first["id"].clone();
    assert_eq!(app.create(ARTICLES, &sent).await["duplicate_of"], Value::Null);
    // a home page shows many stories
    for _ in 0..2 {
        let sent = json!({ "headline": "Wind", "source_url": "https://wire.example/" });
        assert_eq!(app.create(ARTICLES, &sent).await["duplicate_of"], Value::Null);
    }
}

#[actix_web::test]
async fn stories_that_differ_in_little_but_say_other_things_are_two() {
    let app = TestApp::start().await;
    let about = report("about", 74);
    let with = |text: &str| format!("{text} {about}");
    for (one, other) in [
        // the headline is all that is not the same on each page of a site
        (("Workshop on marketing strategies", &about), ("Visit of the Rwanga Foundation", &about)),
        (
            ("Node.js 18.1.0 (LTS)", &with(&report("a", 40))),
            ("Node.js 18.2.0 (LTS)", &with(&report("b", 40))),
        ),
        // too little to tell
        (("Morning briefing", &String::new()), ("Morning briefing", &String::new())),
    ] {
        app.create(ARTICLES, &story(one.0, one.1)).await;
        let made = app.create(ARTICLES, &story(other.0, other.1)).await;
        assert_eq!(made["duplicate_of"], Value::Null, "{}", other.0);
    }
}

#[actix_web::test]
async fn a_changed_story_is_looked_at_again_and_never_names_itself() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let text = report("flood", 60);
    let first = app.create(ARTICLES, &story("Floods reach the plains", &text)).await;
    let upsert = "/api/v1/sources/agency/articles/7";
    let put = async |body: &str, query: &str| {
        let path = format!("{upsert}{query}");
        let sent = story("Floods reach the plains", body);
        app.with_key(&app.admin, Method::PUT, &path).json(&sent).send().await
    };
    let made = put(&report("sun", 60), "").await.expect(201);
    assert_eq!(*of(&made), Value::Null);
    let changed = put(&text, "").await.expect(200);
    assert_eq!(of(&changed)["id"], first["id"]);
    assert_eq!(put(&text, "").await.expect(200).body["version"], 2);
    // what it repeats already is no news
    put(&altered(&text), "?duplicates=reject").await.expect(200);
    assert_eq!(*of(&put(&report("sun", 60), "").await.expect(200)), Value::Null);
    let refused = put(&text, "?duplicates=reject").await.expect(409);
    assert_eq!(refused.body["code"], "duplicate_article");
    assert_eq!(refused.body["existing"]["id"], first["id"]);
    assert_eq!(*of(&put(&text, "?duplicates=allow").await.expect(200)), Value::Null);
    // the first stays the first, and an edit of something else leaves the link
    let changed = app.patch(&path(&first), &json!({ "body": altered(&text) })).await.expect(200);
    assert_eq!(*of(&changed), Value::Null);
    let third = app.create(ARTICLES, &story("Floods reach the plains", &text)).await;
    let tagged = app.patch(&path(&third), &json!({ "tags": ["a"] })).await.expect(200);
    assert_eq!(*of(&tagged), third["duplicate_of"]);
    let revisions = app.admin_get(&format!("{}/revisions", path(&third))).await.expect(200);
    assert_eq!(revisions.body["items"][0]["changed"], json!(["tags"]));
}

#[actix_web::test]
async fn a_refusal_names_only_what_the_key_may_see() {
    let app = TestApp::start().await;
    let mut bound = Vec::new();
    for name in ["One", "Two"] {
        let source = app.create("/api/v1/sources", &json!({ "name": name })).await;
        let scopes = [ArticlesWrite, ArticlesPublish];
        bound.push(app.key(&scopes, source["id"].as_str()).await);
    }
    let text = report("flood", 60);
    let sent = json!({ "headline": "Floods reach the plains", "body": text });
    let draft = app.with_key(&bound[0], Method::POST, ARTICLES).json(&sent).send().await;
    let id = draft.expect(201).body["id"].clone();
    let reject = format!("{ARTICLES}?duplicates=reject");
    let post = async |key: &str| {
        let answer = app.with_key(key, Method::POST, &reject).json(&sent).send().await;
        answer.expect(409).body
    };
    assert_eq!(post(&bound[0]).await["existing"]["id"], id);
    assert_eq!(post(&bound[1]).await["existing"], Value::Null);
    app.patch(&format!("{ARTICLES}/{}", id.as_str().unwrap()), &json!({ "status": "published" }))
        .await
        .expect(200);
    assert_eq!(post(&bound[1]).await["existing"]["id"], id);
    // nothing was kept of what was refused
    let slug = json!({ "headline": "Other", "slug": "floods-reach-the-plains-2" });
    app.create(ARTICLES, &slug).await;
    let dry = format!("{ARTICLES}?duplicates=reject&dry_run=true");
    let answer = app.with_key(&app.admin, Method::POST, &dry).json(&sent).send().await;
    assert_eq!(answer.status, 409);
}

#[actix_web::test]
async fn many_are_looked_at_together_and_among_themselves() {
    let app = TestApp::start().await;
    let text = report("flood", 60);
    let first = app.create(ARTICLES, &story("Floods reach the plains", &text)).await;
    let sun = report("sun", 60);
    let body = json!([
        story("Floods reach the plains", &altered(&text)),
        story("Sun", &sun),
        story("Sun", &altered(&sun)),
        story("Wind", &report("wind", 60)),
    ]);
    let result = |answer: &Answer| -> Vec<(String, Value)> {
        let results = answer.body["results"].as_array().unwrap().iter();
        results.map(|one| (one["result"].as_str().unwrap().to_owned(), one["id"].clone())).collect()
    };
    let dry = app.post(&format!("{BATCH}?duplicates=reject&dry_run=true"), &body).await.expect(200);
    assert_eq!(dry.body["summary"]["duplicate"], 2);
    let refused = app.post(&format!("{BATCH}?duplicates=reject"), &body).await.expect(200);
    let told = result(&refused);
    let fates: Vec<&str> = told.iter().map(|(fate, _)| fate.as_str()).collect();
    assert_eq!(fates, ["duplicate", "created", "duplicate", "created"]);
    assert_eq!(told[0].1, first["id"]);
    assert_eq!(told[2].1, told[1].1);
    let problem = &refused.body["results"][0]["problem"];
    assert_eq!((&problem["code"], &problem["status"]), (&json!("duplicate_article"), &json!(409)));
    assert_eq!(problem["existing"]["id"], first["id"]);
    let atomic = format!("{BATCH}?duplicates=reject&mode=atomic");
    let answer = app.post(&atomic, &body).await.expect(422);
    assert_eq!(answer.body["errors"][0]["code"], "duplicate_article");
    let linked = result(&app.post(BATCH, &body).await.expect(200));
    for (place, original) in [(0, &first["id"]), (1, &told[1].1), (2, &told[1].1), (3, &told[3].1)]
    {
        let (fate, id) = &linked[place];
        assert_eq!(fate, "created");
        let shown = app.get(&format!("{ARTICLES}/{}", id.as_str().unwrap())).await;
        assert_eq!(of(&shown)["id"], *original);
    }
    let allowed = result(&app.post(&format!("{BATCH}?duplicates=allow"), &body).await.expect(200));
    for (_, id) in &allowed {
        let shown = app.get(&format!("{ARTICLES}/{}", id.as_str().unwrap())).await;
        assert_eq!(*of(&shown), Value::Null);
    }
}

#[actix_web::test]
async fn what_an_unfit_story_would_have_been_repeated_by_is_added() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "x", "slug": "taken" })).await;
    let text = report("flood", 60);
    let mut unfit = story("Floods reach the plains", &text);
    unfit["slug"] = json!("taken");
    let body = json!([unfit, story("Floods reach the plains", &text)]);
    let answer = app.post(BATCH, &body).await.expect(200);
    assert_eq!(answer.body["results"][0]["problem"]["code"], "slug_taken");
    assert_eq!(answer.body["results"][1]["result"], "created");
    let id = answer.body["results"][1]["id"].as_str().unwrap();
    assert_eq!(*of(&app.get(&format!("{ARTICLES}/{id}")).await), Value::Null);
}

#[actix_web::test]
async fn stories_of_an_earlier_release_are_found_too() {
    let app = TestApp::start().await;
    let text = report("flood", 60);
    let first = app.create(ARTICLES, &story("Floods reach the plains", &text)).await;
    let old = "UPDATE articles SET likeness = NULL, sketch = NULL, derived = 1 RETURNING id";
    app.database.rows(old).await;
    let count = async || {
        let work = async |conn: &mut _| newswire::articles::store::reindex::some(conn).await;
        app.app.db.transaction(false, work).await.unwrap()
    };
    assert_eq!((count().await, count().await), (1, 0));
    let second = app.create(ARTICLES, &story("Floods reach the plains", &altered(&text))).await;
    assert_eq!(second["duplicate_of"]["id"], first["id"]);
}

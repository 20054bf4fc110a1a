//! Create many articles: an array.

use crate::support::{Answer, TestApp};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const BATCH: &str = "/api/v1/articles/batch";
const ARTICLES: &str = "/api/v1/articles";

fn results(answer: &Answer) -> Vec<&str> {
    let results = answer.body["results"].as_array().unwrap().iter();
    results.map(|result| result["result"].as_str().unwrap()).collect()
}

fn summary(lines: [u64; 6]) -> Value {
    let [lines, created, updated, unchanged, duplicate, rejected] = lines;
    json!({
        "lines": lines, "created": created, "updated": updated, "unchanged": unchanged,
        "duplicate": duplicate, "rejected": rejected, "problem": null,
    })
}

async fn stories(app: &TestApp) -> u64 {
    app.admin_get(&format!("{ARTICLES}?state=any&total=exact")).await.body["total"]
        .as_u64()
        .unwrap()
}

#[actix_web::test]
async fn each_story_has_its_result() {
    let app = TestApp::start().await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let body = json!([
        { "headline": "Rain", "status": "published", "category": "world", "source": "agency",
          "external_id": "1", "tags": ["weather"], "body": "It *rained*.", "body_format": "markdown" },
        { "headline": "Sun", "category": "none" },
        { "headline": "Wind" },
    ]);
    let answer = app.post(BATCH, &body).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "private, no-store");
    assert_eq!(results(&answer), ["created", "rejected", "created"]);
    assert_eq!(answer.body["summary"], summary([3, 2, 0, 0, 0, 1]));
    let result = &answer.body["results"][0];
    assert_eq!((&result["line"], &result["slug"]), (&json!(1), &json!("rain")));
    assert_eq!(result["problem"], Value::Null);
    let story =
        app.get(&format!("{ARTICLES}/{}", result["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(story.body["body_html"], "<p>It <em>rained</em>.</p>\n");
    assert_eq!(story.body["category"]["slug"], "world");
    assert_eq!(story.body["source"]["slug"], "agency");
    assert_eq!(
        app.get(&format!("{ARTICLES}?q=rained&tag=weather")).await.body["items"][0]["slug"],
        "rain"
    );
    let refused = &answer.body["results"][1];
    assert_eq!((&refused["id"], &refused["slug"]), (&Value::Null, &Value::Null));
    assert_eq!(refused["problem"]["code"], "category_not_found");
    assert_eq!(refused["problem"]["errors"][0]["pointer"], "/category");
    assert_eq!(refused["problem"]["request_id"], answer.header("x-request-id"));
    assert_eq!(stories(&app).await, 2);
}

#[actix_web::test]
async fn one_of_many_is_the_same_as_one() {
    let app = TestApp::start().await;
    app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    app.create("/api/v1/sources", &json!({ "name": "Agency", "usage_terms": "Ask." })).await;
    let story = json!({
        "headline": "Regen", "summary": "Endlich.", "body": "Es regnete gestern. ".repeat(40),
        "byline": "Von A", "authors": [{ "name": "Ängström", "url": "https://a.example/" }],
        "source": "agency", "source_url": "https://a.example/1", "category": "world",
        "categories": ["world"], "tags": ["Wetter", "Ähre"], "language": "de", "status": "published",
        "published_at": "2026-01-31T12:00:00Z", "expires_at": "2036-01-31T12:00:00.5+05:00",
        "canonical_url": "https://a.example/c", "urgency": 3, "featured": true,
        "image": { "url": "https://a.example/i.jpg", "alt": "x", "width": 100 },
        "media": [{ "kind": "video", "url": "https://a.example/v", "size_bytes": 5_000_000_000_i64 }],
        "metadata": { "desk": "\"quoted\" \\ text\n" },
    });
    let one = app.create(ARTICLES, &story).await;
    let allow = format!("{BATCH}?duplicates=allow");
    let answer = app.post(&allow, &json!([story])).await.expect(200);
    let many = format!("{ARTICLES}/{}", answer.body["results"][0]["id"].as_str().unwrap());
    let mut many = app.admin_get(&many).await.expect(200).body;
    assert_eq!(many["slug"], "regen-2");
    for member in ["id", "slug", "url", "api_url", "created_at", "updated_at"] {
        many[member] = one[member].clone();
    }
    assert_eq!(many, one);
    let derived =
        "SELECT search, title, search_config, derived, tag_slugs, author_slugs, category_ids,
                   listed_at, word_count, likeness, sketch FROM articles";
    let rows = app.database.rows(derived).await;
    assert_eq!(rows[0], rows[1]);
    assert_eq!(
        app.get(&format!("{ARTICLES}?q=regnete&category=world")).await.body["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[actix_web::test]
async fn what_is_there_is_left_or_changed_as_asked() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let body = |headline: &str| {
        json!([{ "headline": headline, "source": "agency", "external_id": "1" },
               { "headline": "No source", "external_id": "1" }])
    };
    let first = app.post(BATCH, &body("Rain")).await.expect(200);
    assert_eq!(results(&first), ["created", "created"]);
    let id = &first.body["results"][0]["id"];
    let again = app.post(BATCH, &body("Rain")).await.expect(200);
    assert_eq!(results(&again), ["duplicate", "duplicate"]);
    let result = &again.body["results"][0];
    assert_eq!((&result["id"], &result["slug"]), (id, &json!("rain")));
    assert_eq!(result["problem"]["code"], "external_id_taken");
    assert_eq!(result["problem"]["existing"]["id"], *id);
    let skip = app.post(&format!("{BATCH}?on_conflict=skip"), &body("Sun")).await.expect(200);
    assert_eq!(results(&skip), ["duplicate", "duplicate"]);
    assert_eq!(skip.body["results"][0]["problem"], Value::Null);
    let update = format!("{BATCH}?on_conflict=update");
    let changed = app.post(&update, &body("Sun")).await.expect(200);
    assert_eq!(results(&changed), ["updated", "unchanged"]);
    assert_eq!(changed.body["summary"], summary([2, 0, 1, 1, 0, 0]));
    let path = format!("{ARTICLES}/{}", id.as_str().unwrap());
    let read = app.admin_get(&path).await.body;
    assert_eq!((&read["headline"], &read["version"]), (&json!("Sun"), &json!(2)));
    app.delete(&path).await.expect(204);
    let withdrawn = app.post(&update, &body("Rain")).await.expect(200);
    assert_eq!(results(&withdrawn), ["rejected", "unchanged"]);
    assert_eq!(withdrawn.body["results"][0]["problem"]["code"], "story_withdrawn");
}

#[actix_web::test]
async fn another_writers_work_is_not_undone() {
    let app = TestApp::start().await;
    let story = json!([{ "headline": "Rain", "external_id": "1" }]);
    app.post(BATCH, &story).await.expect(200);
    let writer = app.key(&[Scope::ArticlesWrite], None).await;
    let other = json!({ "headline": "Edited" });
    app.with_key(&writer, Method::PATCH, &format!("{ARTICLES}/rain"))
        .json(&other)
        .send()
        .await
        .expect(200);
    let refused = app.post(&format!("{BATCH}?on_conflict=update"), &story).await.expect(200);
    assert_eq!(refused.body["results"][0]["problem"]["code"], "edited_elsewhere");
    assert_eq!(app.admin_get(&format!("{ARTICLES}/rain")).await.body["headline"], "Edited");
    let insisted = app.post(&format!("{BATCH}?on_conflict=update&overwrite=true"), &story).await;
    assert_eq!(results(&insisted.expect(200)), ["updated"]);
}

#[actix_web::test]
async fn stories_of_one_array_know_of_each_other() {
    let app = TestApp::start().await;
    let body = json!([
        { "headline": "Rain", "external_id": "1" },
        { "headline": "Rain", "external_id": "1", "summary": "More." },
        { "headline": "Rain", "external_id": "1", "summary": "More." },
        { "headline": "Rain" },
        { "headline": "Pluie", "translation_of": "rain", "language": "fr" },
        { "headline": "Rain", "slug": "rain-2" },
        { "headline": "Rain", "slug": "rain" },
        { "headline": "Rain", "slug": "tree" },
    ]);
    let answer = app.post(&format!("{BATCH}?on_conflict=update"), &body).await.expect(200);
    let expected = [
        "created",
        "updated",
        "unchanged",
        "created",
        "created",
        "rejected",
        "rejected",
        "rejected",
    ];
    assert_eq!(results(&answer), expected, "{:#}", answer.body);
    let problem = |at: usize| answer.body["results"][at]["problem"]["code"].clone();
    assert_eq!(
        (problem(5), problem(6), problem(7)),
        (json!("slug_taken"), json!("slug_taken"), json!("slug_invalid"))
    );
    let id = &answer.body["results"][0]["id"];
    assert_eq!(answer.body["results"][6]["problem"]["existing"]["id"], *id);
    assert_eq!(
        (&answer.body["results"][1]["id"], &answer.body["results"][3]["slug"]),
        (id, &json!("rain-2"))
    );
    let french = app.admin_get(&format!("{ARTICLES}/pluie")).await.body;
    assert_eq!(french["translation_of"], *id);
    assert_eq!(stories(&app).await, 3);
}

#[actix_web::test]
async fn a_rejected_story_makes_no_category() {
    let app = TestApp::start().await;
    let body = json!([
        { "headline": "Rain", "category": "New one", "source": "New agency", "translation_of": "none" },
        { "headline": "Sun", "category": "Kept", "source": "Kept agency", "external_id": "1" },
        { "headline": "Sun", "category": "Kept", "source": "Kept agency", "external_id": "1" },
        { "headline": "Wind", "category": "Kept", "source": "Kept agency", "external_id": "2" },
    ]);
    let answer = app.post(&format!("{BATCH}?create_missing=true"), &body).await.expect(200);
    assert_eq!(
        results(&answer),
        ["rejected", "created", "duplicate", "created"],
        "{:#}",
        answer.body
    );
    assert_eq!(app.get("/api/v1/categories").await.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.get("/api/v1/sources").await.body["items"].as_array().unwrap().len(), 1);
    let writer = app.key(&[Scope::ArticlesWrite], None).await;
    let call = app.with_key(&writer, Method::POST, &format!("{BATCH}?create_missing=true"));
    let body = json!([{ "headline": "Gale", "category": "Kept" }, { "headline": "Gale", "category": "Newer" }]);
    let answer = call.json(&body).send().await.expect(200);
    assert_eq!(results(&answer), ["created", "rejected"]);
}

#[actix_web::test]
async fn all_or_none_is_all_or_none() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "There", "external_id": "1" })).await;
    let atomic = format!("{BATCH}?mode=atomic");
    let body = json!([
        { "headline": "Rain" },
        { "headline": "", "urgency": 12 },
        { "headline": "Sun", "category": "none" },
        { "headline": "Wind", "slug": "there" },
        { "headline": "There", "external_id": "1" },
        { "headline": "Unknown", "member": 1 },
    ]);
    let refused = app.post(&atomic, &body).await.problem(422, "lines_rejected");
    let refused = refused.fault("/1/headline", "minLength").fault("/1/urgency", "maximum");
    let refused = refused.fault("/2/category", "category_not_found").fault("/3", "slug_taken");
    refused.fault("/4", "external_id_taken").fault("/5/member", "additionalProperties");
    assert_eq!(stories(&app).await, 1);
    assert_eq!(app.database.rows("SELECT count(*) FROM slugs").await[0][0], "1");
    let fine = json!([{ "headline": "Rain" }, { "headline": "There", "external_id": "1" }]);
    let answer = app.post(&format!("{atomic}&on_conflict=skip"), &fine).await.expect(200);
    assert_eq!(results(&answer), ["created", "duplicate"]);
    assert_eq!(stories(&app).await, 2);
}

#[actix_web::test]
async fn a_dry_run_saves_nothing() {
    let app = TestApp::start().await;
    for mode in ["best_effort", "atomic"] {
        let path = format!("{BATCH}?dry_run=true&create_missing=true&mode={mode}");
        let body = json!([{ "headline": "Rain", "category": "New" }]);
        let answer = app.post(&path, &body).await.expect(200);
        assert_eq!(results(&answer), ["created"]);
        assert_eq!(answer.body["results"][0]["id"], Value::Null, "there is none");
        assert_eq!(answer.body["results"][0]["slug"], "rain");
    }
    assert_eq!(stories(&app).await, 0);
    assert_eq!(app.get("/api/v1/categories").await.body["items"], json!([]));
}

#[actix_web::test]
async fn rights_hold_for_each_story() {
    let app = TestApp::start().await;
    let source = app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    app.story("Rain").await;
    app.patch(&format!("{ARTICLES}/rain"), &json!({ "external_id": "9" })).await.expect(200);
    let writer = app.key(&[Scope::ArticlesWrite], None).await;
    let call =
        app.with_key(&writer, Method::POST, &format!("{BATCH}?on_conflict=update&overwrite=true"));
    let body = json!([
        { "headline": "Draft" },
        { "headline": "Now", "status": "published" },
        { "headline": "Later", "status": "published", "published_at": "2036-01-01T00:00:00Z" },
        { "headline": "Changed", "external_id": "9" },
    ]);
    let answer = call.json(&body).send().await.expect(200);
    assert_eq!(results(&answer), ["created", "rejected", "rejected", "rejected"]);
    for at in 1..4 {
        assert_eq!(answer.body["results"][at]["problem"]["code"], "scope_missing");
    }
    let bound = app.key(&[Scope::ArticlesWrite], source["id"].as_str()).await;
    let body = json!([
        { "headline": "Own", "external_id": "1" },
        { "headline": "Own too", "external_id": "2", "source": null },
        { "headline": "Named", "external_id": "3", "source": "agency" },
        { "headline": "Other's", "external_id": "4", "source": "other" },
        { "headline": "Other's", "source": "other" },
    ]);
    let answer = app.with_key(&bound, Method::POST, BATCH).json(&body).send().await.expect(200);
    assert_eq!(results(&answer), ["created", "created", "created", "rejected", "rejected"]);
    for at in 3..5 {
        assert_eq!(answer.body["results"][at]["problem"]["code"], "source_forbidden");
    }
    assert_eq!(
        app.admin_get(&format!("{ARTICLES}/own-too")).await.body["source"]["slug"],
        "agency"
    );
}

#[actix_web::test]
async fn an_array_has_at_most_a_thousand() {
    let app = TestApp::start().await;
    let story = |number| json!({ "headline": format!("Story {number}"), "external_id": format!("{number}") });
    let stories_of = |count| Value::Array((0..count).map(story).collect());
    let answer = app.post(BATCH, &stories_of(1000)).await.expect(200);
    assert_eq!(answer.body["summary"], summary([1000, 1000, 0, 0, 0, 0]));
    let places: Vec<u64> = answer.body["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["line"].as_u64().unwrap())
        .collect();
    assert_eq!(places, (1..=1000).collect::<Vec<_>>());
    assert_eq!(stories(&app).await, 1000);
    app.post(BATCH, &stories_of(1001))
        .await
        .problem(422, "validation_failed")
        .fault("", "maxItems");
    app.post(BATCH, &json!({ "headline": "x" }))
        .await
        .problem(400, "body_invalid")
        .fault("", "type");
    let empty = app.post(BATCH, &json!([])).await.expect(200);
    assert_eq!(empty.body, json!({ "results": [], "summary": summary([0; 6]) }));
}

#[actix_web::test]
async fn what_is_no_story_is_rejected_by_itself() {
    let app = TestApp::start().await;
    let body = json!([5, null, [], "x", {}, { "headline": "a\u{0}" }, { "headline": "Rain" }]);
    let answer = app.post(BATCH, &body).await.expect(200);
    let expected =
        ["rejected", "rejected", "rejected", "rejected", "rejected", "rejected", "created"];
    assert_eq!(results(&answer), expected);
    let codes = [400, 400, 400, 400, 422, 422].map(Value::from);
    for (at, status) in codes.iter().enumerate() {
        assert_eq!(answer.body["results"][at]["problem"]["status"], *status, "{at}");
    }
}

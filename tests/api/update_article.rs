//! Change an article by merge patch: what is left out stays, null clears. Conditions and dates
//! have a file each.

mod conditions;
mod dates;

use crate::support::{Answer, TestApp};
use newswire::access::Scope::{ArticlesRead, ArticlesWrite};
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";
const PATH: &str = "/api/v1/articles/rain";

async fn with_story() -> (TestApp, Value) {
    let app = TestApp::start().await;
    for name in ["World", "Sport", "Science"] {
        app.create("/api/v1/categories", &json!({ "name": name })).await;
    }
    app.create("/api/v1/sources", &json!({ "name": "Agency", "usage_terms": "Ask." })).await;
    let sent = json!({
        "headline": "Rain", "summary": "S", "body": "B", "byline": "By", "authors": [{ "name": "A" }],
        "source": "agency", "source_url": "https://a.example/1", "external_id": "1",
        "categories": ["world", "sport"], "tags": ["t"], "language": "ur", "canonical_url": "https://a.example/c",
        "image": { "url": "https://a.example/i" }, "media": [{ "kind": "audio", "url": "https://a.example/m" }],
        "urgency": 3, "featured": true, "usage_terms": "Free.", "metadata": { "a": "b" },
        "status": "published", "published_at": "2020-01-01T00:00:00Z", "expires_at": "2999-01-01T00:00:00Z",
    });
    let made = app.create(ARTICLES, &sent).await;
    (app, made)
}

async fn patch(app: &TestApp, body: Value) -> Answer {
    app.patch(PATH, &body).await
}

#[actix_web::test]
async fn an_empty_patch_changes_nothing() {
    let (app, made) = with_story().await;
    let answer = patch(&app, json!({})).await.expect(200);
    assert_eq!(answer.body, made);
    let call = app.with_key(&app.admin, Method::GET, PATH).header("accept-encoding", "identity");
    assert_eq!(answer.header("etag"), call.send().await.header("etag"));
}

#[actix_web::test]
async fn only_what_is_named_changes() {
    let (app, made) = with_story().await;
    for (version, (member, value)) in (2..).zip([
        ("summary", json!("Other")),
        ("body", json!("")),
        ("tags", json!([])),
        ("metadata", json!({ "a": "c" })),
        ("image", json!({ "url": "https://a.example/2", "alt": "x", "caption": null, "credit": null, "width": null, "height": null })),
        ("featured", json!(false)),
        ("language", json!("en-PK")),
        ("urgency", json!(1)),
    ]) {
        let before = app.admin_get(PATH).await.expect(200).body;
        let after = patch(&app, json!({ member: value })).await.expect(200).body;
        assert_eq!(after[member], value);
        assert_eq!(after["version"], version);
        let follows = ["version", "updated_at", "revised_at", "body_html", "body_text", "word_count", "reading_minutes", "direction"];
        for (name, value) in before.as_object().unwrap() {
            if name != member && !follows.contains(&name.as_str()) {
                assert_eq!(&after[name], value, "{member} changed {name}");
            }
        }
    }
    assert_eq!(app.admin_get(PATH).await.expect(200).body["created_at"], made["created_at"]);
}

#[actix_web::test]
async fn null_clears() {
    let (app, _) = with_story().await;
    for (member, cleared) in [
        ("summary", Value::Null),
        ("body", json!("")),
        ("body_format", json!("text")),
        ("byline", Value::Null),
        ("authors", json!([])),
        ("source_url", Value::Null),
        ("external_id", Value::Null),
        ("tags", json!([])),
        ("language", json!("en")),
        ("expires_at", Value::Null),
        ("canonical_url", Value::Null),
        ("image", Value::Null),
        ("media", json!([])),
        ("urgency", Value::Null),
        ("featured", json!(false)),
        ("usage_terms", json!("Ask.")),
        ("metadata", json!({})),
        ("categories", json!([])),
        ("source", Value::Null),
    ] {
        let after = patch(&app, json!({ member: null })).await.expect(200).body;
        assert_eq!(after[member], cleared, "{member}");
    }
    for member in ["headline", "status"] {
        patch(&app, json!({ member: null })).await.problem(400, "body_invalid");
    }
}

#[actix_web::test]
async fn objects_are_merged_and_lists_are_replaced() {
    let (app, _) = with_story().await;
    let image = json!({ "url": "https://a.example/i", "alt": null, "caption": null, "credit": null,
                        "width": null, "height": null });
    let with = |member: &str, value: Value| {
        let mut image = image.clone();
        image[member] = value;
        image
    };
    for (member, sent, kept) in [
        ("metadata", json!({ "c": "d" }), json!({ "a": "b", "c": "d" })),
        ("metadata", json!({ "a": null, "x": null }), json!({ "c": "d" })),
        ("metadata", json!({ "c": "e" }), json!({ "c": "e" })),
        ("metadata", json!({}), json!({ "c": "e" })),
        ("metadata", Value::Null, json!({})),
        ("image", json!({ "alt": "x" }), with("alt", json!("x"))),
        ("image", json!({ "alt": null, "width": 7 }), with("width", json!(7))),
        ("image", json!({}), with("width", json!(7))),
        ("image", Value::Null, Value::Null),
        ("tags", json!(["u"]), json!(["u"])),
        ("authors", json!([{ "name": "B" }]), json!([{ "name": "B", "slug": "b", "url": null }])),
    ] {
        let after = patch(&app, json!({ member: sent })).await.expect(200).body;
        assert_eq!(after[member], kept, "{sent}");
        assert_eq!(app.admin_get(PATH).await.expect(200).body, after);
    }
    // a new picture needs its address, and notes have a limit
    let answer = patch(&app, json!({ "image": { "alt": "x" } })).await.expect(422);
    assert_eq!(answer.body["errors"][0]["pointer"], "/image/url");
    let notes =
        |from: usize| (from..from + 30).map(|n| (format!("n{n}"), json!("x"))).collect::<Value>();
    patch(&app, json!({ "metadata": notes(0) })).await.expect(200);
    let answer = patch(&app, json!({ "metadata": notes(30) })).await;
    answer.problem(422, "too_many_notes").fault("/metadata", "too_many_notes");
}

#[actix_web::test]
async fn both_content_types_are_taken() {
    let (app, _) = with_story().await;
    for content_type in [
        "application/json",
        "application/merge-patch+json",
        "Application/Merge-Patch+JSON; charset=utf-8",
    ] {
        let call = app.with_key(&app.admin, Method::PATCH, PATH);
        let answer =
            call.body(content_type, format!("{{\"summary\":\"{content_type}\"}}")).send().await;
        assert_eq!(answer.expect(200).body["summary"], content_type);
    }
    let call = app.with_key(&app.admin, Method::PATCH, PATH);
    let answer = call.body("application/json-patch+json", "[]").send().await;
    let answer = answer.problem(415, "media_type_unsupported");
    let answer = answer.fault("Content-Type", "media_type_unsupported");
    assert_eq!(answer.header("accept-patch"), "application/merge-patch+json, application/json");
}

#[actix_web::test]
async fn categories_keep_their_primary_first() {
    let (app, _) = with_story().await;
    for (body, expected) in [
        (json!({ "category": "science" }), vec!["science", "sport"]),
        (json!({ "category": "sport" }), vec!["sport"]),
        (json!({ "categories": ["world", "science"] }), vec!["world", "science"]),
        (json!({ "category": "world" }), vec!["world", "science"]),
        (json!({ "category": "sport", "categories": ["world"] }), vec!["sport", "world"]),
        (json!({ "category": null, "categories": ["world", "sport"] }), vec!["world", "sport"]),
        (json!({ "categories": [] }), vec![]),
        (json!({ "category": "science" }), vec!["science"]),
    ] {
        let after = patch(&app, body.clone()).await.expect(200).body;
        let slugs: Vec<&str> = after["categories"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["slug"].as_str().unwrap())
            .collect();
        assert_eq!(slugs, expected, "{body}");
        assert_eq!(after["category"]["slug"].as_str(), expected.first().copied());
        let read = app.admin_get(PATH).await.expect(200).body;
        assert_eq!(read, after);
    }
}

#[actix_web::test]
async fn a_new_headline_does_not_move_the_slug_and_a_sent_slug_does() {
    let (app, _) = with_story().await;
    let after = patch(&app, json!({ "headline": "Snow" })).await.expect(200).body;
    assert_eq!(after["slug"], "rain");
    let after = patch(&app, json!({ "slug": "sleet" })).await.expect(200).body;
    assert_eq!((&after["slug"], &after["version"]), (&json!("sleet"), &json!(3)));
    assert_eq!(after["url"], "https://api.news.example/api/v1/articles/sleet.html");
    // null asks for one made of the headline
    let after =
        app.patch(&format!("{ARTICLES}/sleet"), &json!({ "slug": null })).await.expect(200).body;
    assert_eq!(after["slug"], "snow");
    let answer = app.patch(&format!("{ARTICLES}/snow"), &json!({ "slug": "Not One" })).await;
    answer.problem(422, "slug_invalid").fault("/slug", "slug_invalid");
}

#[actix_web::test]
async fn what_breaks_a_rule_changes_nothing() {
    let (app, made) = with_story().await;
    let other = app
        .create(ARTICLES, &json!({ "headline": "Other", "source": "agency", "external_id": "2" }))
        .await;
    for (body, status, code) in [
        (json!({ "headline": " " }), 422, "validation_failed"),
        (json!({ "summary": "ok", "titel": 1 }), 400, "body_invalid"),
        (json!({ "summary": "ok", "urgency": 0 }), 422, "validation_failed"),
        (json!({ "body": "a\0" }), 422, "nul_character"),
        (json!({ "summary": "ok", "source": "nobody" }), 422, "source_not_found"),
        (json!({ "summary": "ok", "categories": ["none"] }), 422, "category_not_found"),
        (json!({ "summary": "ok", "expires_at": "2020-01-01T00:00:00Z" }), 422, "expiry_too_early"),
        (
            json!({ "summary": "ok", "published_at": "2999-01-01T00:00:01Z" }),
            422,
            "expiry_too_early",
        ),
        (json!({ "summary": "ok", "slug": "other" }), 409, "slug_taken"),
        (json!({ "summary": "ok", "external_id": "2" }), 409, "external_id_taken"),
    ] {
        let answer = patch(&app, body).await.problem(status, code);
        if status == 409 {
            assert_eq!(
                answer.body["existing"],
                json!({ "id": other["id"], "api_url": other["api_url"] })
            );
        }
        assert_eq!(app.admin_get(PATH).await.expect(200).body, made);
    }
    app.patch(&format!("{ARTICLES}/nothing"), &json!({})).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_dry_run_saves_nothing() {
    let (app, made) = with_story().await;
    let body = json!({ "summary": "Dry", "source": "New agency", "slug": "dry" });
    let path = format!("{PATH}?dry_run=true&create_missing=true");
    let dry = app.patch(&path, &body).await.expect(200).body;
    assert_eq!(
        (&dry["summary"], &dry["slug"], &dry["version"]),
        (&json!("Dry"), &json!("dry"), &json!(2))
    );
    assert_eq!(app.admin_get(PATH).await.expect(200).body, made);
    app.get("/api/v1/sources/new-agency").await.problem(404, "not_found");
    app.admin_get(&format!("{ARTICLES}/dry")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_key_that_may_write_reads_back_what_it_wrote() {
    let (app, _) = with_story().await;
    let draft = app.create(ARTICLES, &json!({ "headline": "Draft" })).await;
    let path = format!("{ARTICLES}/draft");
    let writer = app.key(&[ArticlesWrite], None).await;
    let call =
        app.with_key(&writer, Method::PATCH, &path).json(&json!({ "metadata": { "x": "y" } }));
    let after = call.send().await.expect(200).body;
    assert_eq!(after["metadata"], json!({ "x": "y" }));
    assert_eq!(app.with_key(&writer, Method::GET, &path).send().await.expect(200).body, after);
    assert_eq!(after["id"], draft["id"]);
    let reader = app.key(&[ArticlesRead], None).await;
    let call = app.with_key(&reader, Method::PATCH, &path).json(&json!({}));
    call.send().await.problem(403, "scope_missing");
    app.anonymous(Method::PATCH, &path).json(&json!({})).send().await.problem(401, "key_missing");
}

#[actix_web::test]
async fn a_withdrawn_story_is_gone() {
    let (app, _) = with_story().await;
    app.delete(PATH).await.expect(204);
    patch(&app, json!({ "summary": "x" })).await.problem(410, "article_gone");
}

#[actix_web::test]
async fn objects_are_merged_and_null_takes_a_part_away() {
    let app = TestApp::start().await;
    let image = json!({ "url": "https://x.example/a.jpg", "alt": "A", "credit": "C" });
    let body = json!({ "headline": "Merged", "metadata": { "a": "1", "b": "2" }, "image": image });
    app.create("/api/v1/articles", &body).await;
    let path = "/api/v1/articles/merged";
    let patch =
        json!({ "metadata": { "b": null, "c": "3" }, "image": { "alt": null, "width": 9 } });
    let merged = app.patch(path, &patch).await.expect(200).body;
    assert_eq!(merged["metadata"], json!({ "a": "1", "c": "3" }));
    assert_eq!(merged["image"]["url"], "https://x.example/a.jpg");
    assert_eq!((&merged["image"]["alt"], &merged["image"]["width"]), (&json!(null), &json!(9)));
    app.patch(path, &json!({ "image": null, "metadata": null })).await.expect(200);
    let answer = app.patch(path, &json!({ "image": { "alt": "B" } })).await;
    answer.problem(422, "url_invalid").fault("/image/url", "url_invalid");
    let notes = |from: usize| -> serde_json::Map<String, serde_json::Value> {
        (from..from + 50).map(|number| (format!("n{number}"), json!("x"))).collect()
    };
    app.patch(path, &json!({ "metadata": notes(0) })).await.expect(200);
    let answer = app.patch(path, &json!({ "metadata": notes(1) })).await;
    answer.problem(422, "too_many_notes").fault("/metadata", "too_many_notes");
}

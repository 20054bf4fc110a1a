//! Correct an article: a dated note for readers.

use crate::support::TestApp;
use serde_json::json;

const ARTICLES: &str = "/api/v1/articles";
const NOTES: &str = "/api/v1/articles/rain/corrections";

#[actix_web::test]
async fn readers_see_the_notes_in_the_order_of_their_dates() {
    let app = TestApp::start().await;
    app.trusting().await;
    let made = app.story("Rain").await;
    assert_eq!(made["corrections"], json!([]));
    let path = format!("{ARTICLES}/rain");
    app.get(&path).await.expect(200);
    let now = app.post(NOTES, &json!({ "text": " It was Monday.\n" })).await.expect(201).body;
    let dated =
        json!({ "text": "\u{067e}\u{06cc}\u{0631}", "corrected_at": "2020-01-01T05:00:00+05:00" });
    let early = app.post(NOTES, &dated).await.expect(201).body;
    assert_eq!(early["corrected_at"], "2020-01-01T00:00:00.000Z");
    let read = app.get(&path).await.expect(200).body;
    assert_eq!(read["corrections"], json!([early, now]));
    assert_eq!(now["text"], " It was Monday.\n");
    assert_eq!((&read["version"], &read["revised_at"]), (&json!(3), &read["updated_at"]));
    assert_eq!(app.get(ARTICLES).await.body["items"][0]["corrections"], read["corrections"]);
    // the notes stay when the story is written anew
    let input = app.admin_get(&format!("{path}/input")).await.expect(200).body;
    assert!(input.get("corrections").is_none());
    assert_eq!(app.put(&path, &input).await.expect(200).body["version"], 3);
    let edited = app.patch(&path, &json!({ "summary": "x" })).await.expect(200).body;
    assert_eq!(edited["corrections"], read["corrections"]);
}

#[actix_web::test]
async fn a_draft_is_not_revised_by_one() {
    let app = TestApp::start().await;
    app.create(ARTICLES, &json!({ "headline": "Rain" })).await;
    app.post(NOTES, &json!({ "text": "x" })).await.expect(201);
    let read = app.admin_get(&format!("{ARTICLES}/rain")).await.expect(200).body;
    assert_eq!((&read["revised_at"], &read["version"]), (&json!(null), &json!(2)));
}

#[actix_web::test]
async fn wrong_ones_are_refused() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    app.post(NOTES, &json!({})).await.problem(422, "validation_failed").fault("/text", "required");
    app.post(NOTES, &json!({ "text": " " })).await.problem(422, "validation_failed");
    let year_0 = json!({ "text": "x", "corrected_at": "0000-01-01T00:00:00Z" });
    app.post(NOTES, &year_0)
        .await
        .problem(422, "time_invalid")
        .fault("/corrected_at", "time_invalid");
    app.post(NOTES, &json!({ "text": "x".repeat(5001) })).await.problem(422, "validation_failed");
    assert_eq!(app.get(&format!("{ARTICLES}/rain")).await.body["version"], 1);
}

#[actix_web::test]
async fn a_hundred_are_enough() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let fill = "UPDATE articles SET corrections = (SELECT jsonb_agg(jsonb_build_object('id', gen_random_uuid(),
                    'text', 'x', 'corrected_at', now())) FROM generate_series(1, 100))";
    app.database.execute(fill).await;
    app.post(NOTES, &json!({ "text": "x" })).await.problem(409, "state_conflict");
}

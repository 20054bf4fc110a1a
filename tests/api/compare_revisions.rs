//! Compare two versions of an article: members, and words of texts.

use crate::support::TestApp;
use serde_json::json;

const ARTICLES: &str = "/api/v1/articles";
const REVISIONS: &str = "/api/v1/articles/rain/revisions";

#[actix_web::test]
async fn what_differs_is_told_by_member_and_by_word() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Rain", "body": "Talks resume on Monday.", "tags": ["a"] });
    app.create(ARTICLES, &sent).await;
    let path = format!("{ARTICLES}/rain");
    let change = json!({ "body": "Talks resume on Tuesday.", "tags": ["a", "b"], "urgency": 3 });
    app.patch(&path, &change).await.expect(200);
    app.patch(&path, &json!({ "summary": "\u{645}\u{631}\u{62d}\u{628}\u{627}" }))
        .await
        .expect(200);
    let diff = app.admin_get(&format!("{REVISIONS}/1/diff?to=2")).await.expect(200).body;
    assert_eq!((&diff["from"], &diff["to"]), (&json!(1), &json!(2)));
    assert_eq!(diff["after"], change);
    assert_eq!(
        diff["before"],
        json!({ "body": "Talks resume on Monday.", "tags": ["a"], "urgency": null })
    );
    let parts = json!([{ "op": "equal", "text": "Talks resume on " }, { "op": "delete", "text": "Monday" },
                       { "op": "insert", "text": "Tuesday" }, { "op": "equal", "text": "." }]);
    assert_eq!(diff["texts"], json!([{ "member": "body", "parts": parts }]));
    // with the present one, and the other way round
    let now = app.admin_get(&format!("{REVISIONS}/2/diff")).await.expect(200).body;
    assert_eq!((&now["to"], &now["before"]), (&json!(3), &json!({ "summary": null })));
    let back = app.admin_get(&format!("{REVISIONS}/2/diff?to=1")).await.expect(200).body;
    assert_eq!((&back["before"], &back["after"]), (&diff["after"], &diff["before"]));
    let same = app.admin_get(&format!("{REVISIONS}/3/diff")).await.expect(200).body;
    assert_eq!(
        (&same["before"], &same["after"], &same["texts"]),
        (&json!({}), &json!({}), &json!([]))
    );
}

#[actix_web::test]
async fn the_difference_is_the_patch_that_makes_it() {
    let app = TestApp::start().await;
    app.create(
        ARTICLES,
        &json!({ "headline": "Rain", "byline": "A", "image": { "url": "https://a.example/1" } }),
    )
    .await;
    let path = format!("{ARTICLES}/rain");
    let change =
        json!({ "headline": "Sun", "byline": null, "summary": "x", "image": null, "slug": "rain" });
    app.patch(&path, &change).await.expect(200);
    let diff = app.admin_get(&format!("{REVISIONS}/1/diff")).await.expect(200).body;
    app.patch(&path, &diff["before"]).await.expect(200);
    let again = app.admin_get(&format!("{REVISIONS}/1/diff")).await.expect(200).body;
    assert_eq!(again["after"], json!({}));
}

#[actix_web::test]
async fn what_is_not_there_is_not_compared() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    app.admin_get(&format!("{REVISIONS}/2/diff")).await.problem(404, "not_found");
    app.admin_get(&format!("{REVISIONS}/1/diff?to=2")).await.problem(404, "not_found");
    app.admin_get(&format!("{REVISIONS}/1/diff?to=0")).await.problem(400, "query_invalid");
}

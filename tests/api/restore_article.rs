//! Restore an article: from the trash and from retraction, never into the public.

use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";

async fn act(app: &TestApp, verb: &str) -> Value {
    let path = format!("{ARTICLES}/rain/{verb}");
    app.with_key(&app.admin, Method::POST, &path).send().await.expect(200).body
}

#[actix_web::test]
async fn from_the_trash_it_comes_back_as_a_draft() {
    let app = TestApp::start().await;
    let made = app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    app.delete(&path).await.expect(204);
    let gone = app.get(&path).await.problem(410, "article_gone");
    let trashed =
        app.admin_get(&format!("{ARTICLES}?state=trashed")).await.body["items"][0].clone();
    let expected =
        json!({ "retracted": false, "withdrawn_at": trashed["updated_at"], "reason": null });
    assert_eq!(gone.body["tombstone"], expected);
    let back = act(&app, "restore").await;
    assert_eq!((&back["state"], &back["version"]), (&json!("draft"), &json!(3)));
    assert_eq!(
        (&back["published_at"], &back["slug"], &back["id"]),
        (&made["published_at"], &made["slug"], &made["id"])
    );
    // unpublished now: nothing for the public, which is not told that it was there
    app.get(&path).await.problem(404, "not_found");
    assert_eq!(act(&app, "restore").await, back);
    let live = act(&app, "publish").await;
    assert_eq!((&live["state"], &live["published_at"]), (&json!("live"), &made["published_at"]));
    app.get(&path).await.expect(200);
    // thrown away again, it is still one that was public
    act(&app, "unpublish").await;
    app.delete(&path).await.expect(204);
    app.get(&path).await.problem(410, "article_gone");
}

#[actix_web::test]
async fn from_retraction_it_comes_back_as_a_draft() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    app.post(&format!("{path}/retract"), &json!({ "reason": "x" })).await.expect(200);
    app.delete(&path).await.expect(204);
    // the tombstone is still that of the retraction
    assert_eq!(app.get(&path).await.problem(410, "article_gone").body["tombstone"]["reason"], "x");
    let back = act(&app, "restore").await;
    assert_eq!((&back["state"], &back["retraction"]), (&json!("draft"), &Value::Null));
    app.get(&path).await.problem(404, "not_found");
    assert_eq!(act(&app, "publish").await["state"], "live");
}

#[actix_web::test]
async fn a_retraction_is_undone_by_those_who_may_publish() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    let path = format!("{ARTICLES}/rain");
    app.post(&format!("{path}/retract"), &json!({ "reason": "x" })).await.expect(200);
    let writer = app.key(&[Scope::ArticlesWrite], None).await;
    let restore = app.with_key(&writer, Method::POST, &format!("{path}/restore"));
    restore.send().await.problem(403, "scope_missing");
    app.delete(&path).await.expect(204);
    let restore = app.with_key(&writer, Method::POST, &format!("{path}/restore"));
    restore.send().await.problem(403, "scope_missing");
    assert_eq!(app.get(&path).await.problem(410, "article_gone").body["tombstone"]["reason"], "x");
}

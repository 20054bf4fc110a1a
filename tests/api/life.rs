//! What the verbs of a story's life have in common: asked of each.

use crate::support::{Answer, Call, TestApp};
use newswire::access::Scope::{Admin, ArticlesPublish, ArticlesRead, ArticlesWrite};
use reqwest::Method;
use serde_json::{Value, json};

const ARTICLES: &str = "/api/v1/articles";

/// A verb, what it takes, the status of its success, and whether it wants a withdrawn story.
struct Verb {
    name: &'static str,
    body: Option<Value>,
    done: u16,
    of_withdrawn: bool,
}

fn verbs() -> Vec<Verb> {
    let verb = |name, body, done, of_withdrawn| Verb { name, body, done, of_withdrawn };
    vec![
        verb("publish", Some(json!({ "published_at": "2020-01-01T00:00:00Z" })), 200, false),
        verb("unpublish", None, 200, false),
        verb("retract", Some(json!({ "reason": "It is not so." })), 200, false),
        verb("corrections", Some(json!({ "text": "It was Monday." })), 201, false),
        verb("restore", None, 200, true),
        verb("purge", None, 204, true),
    ]
}

impl Verb {
    /// The slug of its story: its name is a path word.
    fn slug(&self) -> String {
        format!("x-{}", self.name)
    }

    fn call<'a>(&self, app: &'a TestApp, key: &str, slug: &str, query: &str) -> Call<'a> {
        let path = format!("{ARTICLES}/{slug}/{}{query}", self.name);
        let call = app.with_key(key, Method::POST, &path);
        match &self.body {
            Some(body) => call.json(body),
            None => call,
        }
    }

    async fn send(&self, app: &TestApp, slug: &str) -> Answer {
        self.call(app, &app.admin, slug, "").send().await
    }
}

/// A story that the verb can be asked of: version 1, or 2 in the trash.
async fn fitting(app: &TestApp, verb: &Verb, slug: &str) {
    let body = json!({ "headline": "Rain", "slug": slug, "status": "published" });
    app.create(ARTICLES, &body).await;
    if verb.of_withdrawn {
        app.delete(&format!("{ARTICLES}/{slug}")).await.expect(204);
    }
}

/// The story as an admin finds it among all; null where it is gone for good.
async fn found(app: &TestApp, slug: &str) -> Value {
    let path = format!("{ARTICLES}?state=any&slug={slug}");
    app.admin_get(&path).await.expect(200).body["items"][0].clone()
}

#[actix_web::test]
async fn what_is_not_there_is_not_found_and_a_former_slug_leads_on() {
    let app = TestApp::start().await;
    for verb in verbs() {
        verb.send(&app, "nothing").await.problem(404, "not_found");
        let (was, is) = (format!("was-{}", verb.name), format!("is-{}", verb.name));
        app.create(ARTICLES, &json!({ "headline": "Rain", "slug": was })).await;
        app.patch(&format!("{ARTICLES}/{was}"), &json!({ "slug": is })).await.expect(200);
        let moved = verb.call(&app, &app.admin, &was, "?dry_run=true").send().await.expect(308);
        let to = format!("https://api.news.example{ARTICLES}/{is}/{}?dry_run=true", verb.name);
        assert_eq!(moved.header("location"), to);
    }
}

#[actix_web::test]
async fn a_condition_guards_each() {
    let app = TestApp::start().await;
    let strict = app.beside(&["--require-if-match", "true"]).await;
    for verb in verbs() {
        fitting(&app, &verb, &verb.slug()).await;
        let before = found(&app, &verb.slug()).await;
        let call =
            |tag: &str| verb.call(&app, &app.admin, &verb.slug(), "").header("if-match", tag);
        let answer = call("\"7\"").send().await.problem(412, "version_mismatch");
        assert_eq!(answer.body["version"], before["version"]);
        assert!(!answer.header("etag").is_empty());
        call("rain").send().await.problem(400, "header_invalid");
        verb.send(&strict, &verb.slug()).await.problem(428, "precondition_required");
        assert_eq!(found(&app, &verb.slug()).await, before, "{}", verb.name);
        call(&format!("\"{}\"", before["version"])).send().await.expect(verb.done);
        assert_ne!(found(&app, &verb.slug()).await, before, "{}", verb.name);
    }
}

#[actix_web::test]
async fn a_dry_run_changes_nothing() {
    let app = TestApp::start().await;
    for verb in verbs() {
        fitting(&app, &verb, &verb.slug()).await;
        let before = found(&app, &verb.slug()).await;
        let status = if verb.done == 201 { 200 } else { verb.done };
        verb.call(&app, &app.admin, &verb.slug(), "?dry_run=true").send().await.expect(status);
        assert_eq!(found(&app, &verb.slug()).await, before, "{}", verb.name);
    }
}

#[actix_web::test]
async fn each_is_done_once_under_its_idempotency_key() {
    let app = TestApp::start().await;
    for verb in verbs() {
        fitting(&app, &verb, &verb.slug()).await;
        let call = |query: &str| {
            let call = verb.call(&app, &app.admin, &verb.slug(), query);
            call.header("idempotency-key", "once")
        };
        let first = call("").send().await.expect(verb.done);
        let after = found(&app, &verb.slug()).await;
        let again = call("").send().await.expect(verb.done);
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!((again.bytes, again.body), (first.bytes, first.body));
        assert_eq!(found(&app, &verb.slug()).await, after);
        call("?dry_run=false").send().await.problem(422, "idempotency_key_reused");
    }
}

#[actix_web::test]
async fn a_withdrawn_story_is_restored_first_and_another_is_not_purged() {
    let app = TestApp::start().await;
    app.story("Rain").await;
    for verb in verbs().iter().filter(|verb| verb.of_withdrawn) {
        verb.send(&app, "rain").await.problem(409, "state_conflict");
    }
    app.post(&format!("{ARTICLES}/rain/retract"), &json!({ "reason": "x" })).await.expect(200);
    let kept = ["restore", "purge", "retract"];
    for verb in verbs().iter().filter(|verb| !kept.contains(&verb.name)) {
        let answer = verb.send(&app, "rain").await.problem(409, "state_conflict");
        assert!(answer.text("detail").contains("Restore it first"), "{:#}", answer.body);
    }
    app.delete(&format!("{ARTICLES}/rain")).await.expect(204);
    for verb in verbs().iter().filter(|verb| !verb.of_withdrawn) {
        verb.send(&app, "rain").await.problem(409, "state_conflict");
    }
    assert_eq!(found(&app, "rain").await["state"], "trashed");
}

#[actix_web::test]
async fn who_may() {
    let app = TestApp::start().await;
    let agency = app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    let other = app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    let (agency, other) = (agency["id"].as_str(), other["id"].as_str());
    for verb in verbs() {
        let slug = &verb.slug();
        let story =
            json!({ "headline": "x", "slug": slug, "source": "agency", "status": "published" });
        app.create(ARTICLES, &story).await;
        if verb.of_withdrawn {
            app.delete(&format!("{ARTICLES}/{slug}")).await.expect(204);
        }
        let before = found(&app, slug).await;
        let (for_admins, live) = (verb.name == "purge", !verb.of_withdrawn);
        for (scopes, source, code) in [
            (&[ArticlesRead][..], None, Some("scope_missing")),
            (&[ArticlesPublish], None, Some("scope_missing")),
            (&[ArticlesWrite], None, live.then_some("scope_missing")),
            (&[ArticlesWrite, ArticlesPublish], other, Some("source_forbidden")),
            (&[ArticlesWrite, ArticlesPublish], agency, None),
            (&[Admin], None, None),
        ] {
            let admin = scopes.contains(&Admin);
            let code = if for_admins && !admin { Some("scope_missing") } else { code };
            let key = app.key(scopes, source).await;
            let answer = verb.call(&app, &key, slug, "?dry_run=true").send().await;
            match code {
                Some(code) => drop(answer.problem(403, code)),
                None => assert!(answer.status.is_success(), "{slug}: {:#}", answer.body),
            }
        }
        assert_eq!(found(&app, slug).await, before);
    }
}

#[actix_web::test]
async fn a_hidden_story_of_another_source_is_unknown() {
    let app = TestApp::start().await;
    let other = app.create("/api/v1/sources", &json!({ "name": "Other" })).await;
    let key = app.key(&[ArticlesWrite, ArticlesPublish], other["id"].as_str()).await;
    app.create(ARTICLES, &json!({ "headline": "Hidden" })).await;
    for verb in verbs().iter().filter(|verb| verb.name != "purge") {
        verb.call(&app, &key, "hidden", "").send().await.problem(404, "not_found");
    }
}

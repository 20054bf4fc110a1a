//! Stories that left a feed in Atom are named in it (RFC 6721), and no others.

use crate::feeds::{at, tree};
use crate::support::TestApp;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

const FEED: &str = "/feeds/articles.atom";
const TOMBSTONES: &str = "http://purl.org/atompub/tombstones/1.0";

/// The ids of stories that are told to be gone, with the times.
fn gone(text: &str) -> Vec<(String, DateTime<Utc>)> {
    let document = tree(text);
    let deleted = document.root_element().children();
    let deleted = deleted.filter(|node| node.has_tag_name((TOMBSTONES, "deleted-entry")));
    let one = |node: roxmltree::Node<'_, '_>| {
        let when = DateTime::parse_from_rfc3339(node.attribute("when").unwrap()).unwrap();
        let id = node.attribute("ref").unwrap().strip_prefix("urn:uuid:").unwrap();
        (id.to_owned(), when.to_utc())
    };
    deleted.map(one).collect()
}

fn id(story: &Value) -> String {
    story["id"].as_str().unwrap().to_owned()
}

async fn at_once(app: &TestApp, headline: &str, more: Value) -> Value {
    let mut sent = json!({ "headline": headline, "status": "published", "tags": [headline] });
    sent.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.create("/api/v1/articles", &sent).await
}

#[actix_web::test]
async fn what_was_live_and_is_gone_is_told() {
    let app = TestApp::start().await;
    app.trusting().await;
    let soon = (Utc::now() + TimeDelta::seconds(3)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let trashed = at_once(&app, "trashed", json!({})).await;
    let retracted = at_once(&app, "retracted", json!({})).await;
    let expired = at_once(&app, "expired", json!({ "expires_at": soon })).await;
    let live = at_once(&app, "live", json!({})).await;
    assert!(gone(&at(&app, FEED).await).is_empty());
    app.delete("/api/v1/articles/trashed").await.expect(204);
    app.post("/api/v1/articles/retracted/retract", &json!({ "reason": "x" })).await.expect(200);
    let told = gone(&at(&app, FEED).await);
    let ids: Vec<_> = told.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(ids, [id(&retracted), id(&trashed)]);
    assert!(told.iter().all(|(_, at)| (Utc::now() - at).num_seconds() < 60));
    // nothing is written when a story expires
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    let ids: Vec<_> = gone(&at(&app, FEED).await).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, [id(&expired), id(&retracted), id(&trashed)]);
    // each filter tells of its own
    for (story, name) in [(&trashed, "trashed"), (&retracted, "retracted"), (&expired, "expired")] {
        let told = gone(&at(&app, &format!("{FEED}?tag={name}")).await);
        assert_eq!(
            told.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(),
            [id(story)],
            "{name}"
        );
    }
    // a search does not: it would tell what is in them
    assert!(gone(&at(&app, &format!("{FEED}?q=retracted")).await).is_empty());
    let text = at(&app, &format!("{FEED}?tag=live")).await;
    assert!(gone(&text).is_empty() && text.contains(&id(&live)));
    // what is back is not gone
    app.with_key(&app.admin, Method::POST, "/api/v1/articles/trashed/restore")
        .send()
        .await
        .expect(200);
    app.with_key(&app.admin, Method::POST, "/api/v1/articles/trashed/publish")
        .send()
        .await
        .expect(200);
    let text = at(&app, FEED).await;
    assert!(!gone(&text).iter().any(|(one, _)| *one == id(&trashed)));
    assert!(text.contains(&format!("<id>urn:uuid:{}</id>", id(&trashed))));
}

#[actix_web::test]
async fn what_was_never_live_is_not_told() {
    let app = TestApp::start().await;
    for (headline, more) in [
        ("draft", json!({ "status": "draft" })),
        ("scheduled", json!({ "published_at": "2999-01-01T00:00:00Z" })),
        (
            "over",
            json!({ "published_at": "2020-01-01T00:00:00Z", "expires_at": Utc::now().to_rfc3339() }),
        ),
    ] {
        at_once(&app, headline, more).await;
        assert!(gone(&at(&app, FEED).await).is_empty(), "{headline}");
        app.delete(&format!("/api/v1/articles/{headline}")).await.expect(204);
        assert!(gone(&at(&app, FEED).await).is_empty(), "{headline} in the trash");
    }
    // one that somebody made a draft again is not found, as if it had never been
    at_once(&app, "unpublished", json!({})).await;
    app.with_key(&app.admin, Method::POST, "/api/v1/articles/unpublished/unpublish")
        .send()
        .await
        .expect(200);
    assert!(gone(&at(&app, FEED).await).is_empty());
}

#[actix_web::test]
async fn what_was_changed_unseen_is_not_told_by_what_it_became() {
    let app = TestApp::start().await;
    at_once(&app, "open", json!({})).await;
    app.with_key(&app.admin, Method::POST, "/api/v1/articles/open/unpublish")
        .send()
        .await
        .expect(200);
    app.patch("/api/v1/articles/open", &json!({ "tags": ["secret"] })).await.expect(200);
    app.delete("/api/v1/articles/open").await.expect(204);
    let soon = (Utc::now() + TimeDelta::seconds(2)).to_rfc3339_opts(SecondsFormat::Millis, true);
    at_once(&app, "over", json!({ "expires_at": soon })).await;
    tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
    assert_eq!(gone(&at(&app, &format!("{FEED}?tag=over")).await).len(), 1);
    app.patch("/api/v1/articles/over", &json!({ "tags": ["secret"] })).await.expect(200);
    let feeds = [FEED.to_owned(), format!("{FEED}?tag=secret")];
    for feed in &feeds {
        assert!(gone(&at(&app, feed).await).is_empty(), "{feed}");
    }
    app.delete("/api/v1/articles/over").await.expect(204);
    for feed in &feeds {
        assert!(gone(&at(&app, feed).await).is_empty(), "{feed}, in the trash");
    }
}

#[actix_web::test]
async fn what_is_restored_is_told_no_more_at_once() {
    let app = TestApp::start().await;
    for (headline, action) in [("trashed", None), ("retracted", Some(json!({ "reason": "x" })))] {
        at_once(&app, headline, json!({})).await;
        let path = format!("/api/v1/articles/{headline}");
        match action {
            None => app.delete(&path).await.expect(204),
            Some(reason) => app.post(&format!("{path}/retract"), &reason).await.expect(200),
        };
        assert_eq!(gone(&at(&app, FEED).await).len(), 1, "{headline}");
        app.act(&format!("{path}/restore")).await.expect(200);
        assert!(gone(&at(&app, FEED).await).is_empty(), "{headline}");
    }
}

#[actix_web::test]
async fn only_the_first_page_tells_and_only_of_days() {
    let app = TestApp::start().await;
    for n in 0..3 {
        at_once(&app, &format!("s{n}"), json!({})).await;
    }
    app.delete("/api/v1/articles/s0").await.expect(204);
    let first = app.get(&format!("{FEED}?limit=1")).await.expect(200);
    assert_eq!(gone(std::str::from_utf8(&first.bytes).unwrap()).len(), 1);
    let link =
        first.header("link").split(", ").find(|link| link.contains("\"next\"")).unwrap().to_owned();
    let next =
        link.split(['<', '>']).nth(1).unwrap().strip_prefix("https://api.news.example").unwrap();
    assert!(gone(&at(&app, next).await).is_empty());
    app.database
        .execute("UPDATE articles SET updated_at = now() - interval '8 days' WHERE slug = 's0'")
        .await;
    assert!(gone(&at(&app, &format!("{FEED}?limit=2")).await).is_empty());
}

#[actix_web::test]
async fn what_was_taken_back_as_a_draft_is_not_told_by_what_it_was_then() {
    let app = TestApp::start().await;
    at_once(&app, "open", json!({})).await;
    app.act("/api/v1/articles/open/unpublish").await.expect(200);
    app.patch("/api/v1/articles/open", &json!({ "tags": ["secret"] })).await.expect(200);
    let retract = async |reason: &str| {
        let sent = json!({ "reason": reason });
        app.post("/api/v1/articles/open/retract", &sent).await.expect(200);
    };
    retract("x").await;
    // the version before this one was retracted already
    retract("y").await;
    for feed in [FEED.to_owned(), format!("{FEED}?tag=secret"), format!("{FEED}?tag=open")] {
        assert!(gone(&at(&app, &feed).await).is_empty(), "{feed}");
    }
    let story = at_once(&app, "other", json!({})).await;
    for reason in ["x", "y"] {
        let sent = json!({ "reason": reason });
        app.post("/api/v1/articles/other/retract", &sent).await.expect(200);
        let told = gone(&at(&app, &format!("{FEED}?tag=other")).await);
        assert_eq!(told.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), [id(&story)]);
    }
}

//! One story of each fate, each with a category, a tag, an external id, a former slug and a live
//! story that it translates; and one caller of each kind.

use super::ARTICLES;
use super::rule::{Bound, Caller, Fate};
use crate::support::TestApp;
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

/// A story of the table.
pub struct Story {
    pub fate: Fate,
    pub id: String,
    pub slug: String,
    pub former: String,
    /// The slug of the live story that it translates.
    pub original: String,
    /// Tags that somebody has seen on it.
    pub seen: Vec<String>,
}

impl Story {
    /// The ways to name it where one is named, but for the former slug.
    pub fn paths(&self) -> Vec<String> {
        vec![
            format!("{ARTICLES}/{}", self.id),
            format!("{ARTICLES}/{}", self.slug),
            format!("/api/v1/sources/theirs/articles/{}", self.slug),
        ]
    }
}

/// Everything the table is about.
pub struct Newsroom {
    pub app: TestApp,
    pub stories: Vec<Story>,
    pub callers: Vec<Caller>,
}

pub async fn newsroom() -> Newsroom {
    let app = TestApp::start().await;
    let theirs = app.create("/api/v1/sources", &json!({ "name": "Theirs" })).await;
    let another = app.create("/api/v1/sources", &json!({ "name": "Another" })).await;
    let mut stories = Vec::new();
    for fate in Fate::ALL {
        stories.push(story(&app, fate).await);
    }
    let mut callers = vec![Caller { key: None, scope: None, bound: Bound::Nothing }];
    for scope in Scope::ALL {
        for (bound, source) in [
            (Bound::Nothing, None),
            (Bound::Theirs, Some(&theirs)),
            (Bound::Another, Some(&another)),
        ] {
            if source.is_some() && !scope.suits_bound_key() {
                continue;
            }
            let key = app.key(&[scope], source.and_then(|source| source["id"].as_str())).await;
            callers.push(Caller { key: Some(key), scope: Some(scope), bound });
        }
    }
    Newsroom { app, stories, callers }
}

/// How it begins.
fn beginning(fate: Fate) -> Value {
    use Fate::*;
    match fate {
        Draft | TrashedDraft | RetractedDraft => json!({}),
        DraftWithPastDate => json!({ "published_at": "2020-01-01T00:00:00Z" }),
        Scheduled | TrashedScheduled => {
            json!({ "status": "published", "published_at": "2999-01-01T00:00:00Z" })
        }
        NeverLiveExpired => json!({ "status": "published", "published_at": "2020-01-01T00:00:00Z",
                                    "expires_at": "2021-01-01T00:00:00Z" }),
        ExpiredAfterLive => {
            json!({ "status": "published", "published_at": "2020-01-01T00:00:00Z" })
        }
        Live
        | UnpublishedAfterLive
        | TrashedAfterLive
        | TrashedAfterUnpublished
        | RetractedAfterLive
        | TrashedAfterRetracted
        | RestoredAfterLive => {
            json!({ "status": "published" })
        }
    }
}

async fn story(app: &TestApp, fate: Fate) -> Story {
    use Fate::*;
    let slug = format!("x-{fate:?}").to_lowercase();
    let (former, original) = (format!("was-{slug}"), format!("original-{slug}"));
    app.create(
        ARTICLES,
        &json!({ "headline": "Original", "slug": original, "status": "published" }),
    )
    .await;
    app.create("/api/v1/categories", &json!({ "name": slug })).await;
    let mut sent = json!({
        "headline": format!("Story {slug}"), "slug": former, "source": "theirs", "external_id": slug,
        "category": slug, "tags": [slug], "language": "ur", "translation_of": original,
        "authors": [{ "name": slug }], "source_url": format!("https://a.example/{slug}"),
    });
    sent.as_object_mut().unwrap().extend(beginning(fate).as_object().unwrap().clone());
    let made = app.create(ARTICLES, &sent).await;
    let path = format!("{ARTICLES}/{slug}");
    app.patch(&format!("{ARTICLES}/{former}"), &json!({ "slug": slug })).await.expect(200);
    let mut seen = vec![app.admin_get(&path).await.header("etag").to_owned()];
    let public = app.get(&path).await;
    if public.status == 200 {
        seen.push(public.header("etag").to_owned());
    }
    if fate == ExpiredAfterLive {
        app.patch(&path, &json!({ "expires_at": "2021-01-01T00:00:00Z" })).await.expect(200);
    }
    if matches!(fate, UnpublishedAfterLive | TrashedAfterUnpublished) {
        app.patch(&path, &json!({ "status": "draft" })).await.expect(200);
    }
    if fate.is_retracted() || fate == TrashedAfterRetracted {
        let reason = json!({ "reason": "x" });
        app.post(&format!("{path}/retract"), &reason).await.expect(200);
    }
    if fate.is_trashed() || fate == RestoredAfterLive {
        app.delete(&path).await.expect(204);
    } else {
        seen.push(app.admin_get(&path).await.header("etag").to_owned());
    }
    if fate == RestoredAfterLive {
        let restore = format!("{path}/restore");
        app.with_key(&app.admin, Method::POST, &restore).send().await.expect(200);
    }
    Story { fate, id: made["id"].as_str().unwrap().to_owned(), slug, former, original, seen }
}

//! What is remembered is never old: once a change is acknowledged, the next read shows it, on every
//! path; and stories come and go at their instant.
//!
//! The oracle is the same node asked with a key that may read no more than the public: such answers
//! are never remembered. They differ from public ones in `metadata` only.

mod changes;
mod instants;
mod places;
mod sql;

use crate::support::{Answer, TestApp};
use newswire::access::Scope;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ARTICLES: &str = "/api/v1/articles";

/// A newsroom and what is read of it.
struct Newsroom {
    app: TestApp,
    /// Sees what the public sees, and makes nobody remember.
    key: String,
    paths: Vec<String>,
}

/// An answer as it is compared.
type Seen = (StatusCode, Value);

async fn newsroom() -> Newsroom {
    let app = TestApp::with(&["--article-url", "https://news.example/{category}/{slug}"]).await;
    app.trusting().await;
    for (name, parent) in [
        ("World", None),
        ("Asia", Some("world")),
        ("Pakistan", Some("asia")),
        ("Sport", None),
        ("Unused", None),
    ] {
        app.create("/api/v1/categories", &json!({ "name": name, "parent": parent })).await;
    }
    for name in ["Alpha", "Beta", "Gamma"] {
        app.create("/api/v1/sources", &json!({ "name": name })).await;
    }
    let mut ids = Vec::new();
    for story in [
        json!({ "headline": "Rain in Lahore", "slug": "one", "category": "pakistan", "source": "alpha", "external_id": "x1", "tags": ["Rain"],
            "authors": [{ "name": "Ayesha Khan" }], "body": "It rained.", "urgency": 3 }),
        json!({ "headline": "Cricket in rain", "slug": "two", "category": "sport", "source": "beta", "tags": ["Cricket"],
            "language": "de", "featured": true }),
        json!({ "headline": "Rain again in Lahore", "slug": "three", "categories": ["asia", "sport"], "source": "alpha",
            "tags": ["rain"], "authors": [{ "name": "Bo" }] }),
        json!({ "headline": "Rain draft", "slug": "draft", "category": "sport", "source": "beta", "tags": ["rain"], "status": "draft" }),
    ] {
        let mut sent = json!({ "status": "published" });
        sent.as_object_mut().unwrap().extend(story.as_object().cloned().unwrap());
        ids.push(app.create(ARTICLES, &sent).await["id"].as_str().unwrap().to_owned());
    }
    let key = app.key(&[Scope::SourcesWrite], None).await;
    let stories = [
        format!("/articles/{}", ids[0]),
        format!("/articles?ids={}&ids={}&ids={}", ids[3], ids[0], ids[1]),
    ];
    let paths = PATHS.iter().map(|path| (*path).to_owned()).chain(stories);
    Newsroom { app, key, paths: paths.map(|path| format!("/api/v1{path}")).collect() }
}

const PATHS: [&str; 60] = [
    "/articles/one",
    "/articles/one?include=source,related",
    "/articles/two",
    "/articles/two?include=related",
    "/articles/three",
    "/articles/draft",
    "/articles",
    "/articles?limit=1",
    "/articles?category=world",
    "/articles?category=asia",
    "/articles?category=pakistan",
    "/articles?category=sport",
    "/articles?category=unused",
    "/articles?exclude_category=asia",
    "/articles?exclude_category=unused",
    "/articles?source=alpha",
    "/articles?source=beta",
    "/articles?source=gamma",
    "/articles?exclude_source=alpha",
    "/articles?exclude_source=gamma",
    "/articles?source=alpha&category=world",
    "/articles?source=gamma&tag=rain",
    "/articles?tag=rain",
    "/articles?tag=new",
    "/articles?author=ayesha-khan",
    "/articles?language=en",
    "/articles?language=ur",
    "/articles?language=de",
    "/articles?featured=true",
    "/articles?sort=-updated_at",
    "/articles?sort=urgency",
    "/articles?slug=one",
    "/articles?include=source,related",
    "/articles?include=body_text&tag=rain",
    "/articles?total=exact&limit=1",
    "/articles?q=rain",
    "/articles?q=rain&sort=relevance",
    "/articles?q=rain&limit=1&facets=category,source,language,tag,month",
    "/articles?q=rain&category=world",
    "/articles?q=rain&source=beta",
    "/articles?q=newword",
    "/articles?q=newword&sort=relevance",
    "/articles?q=the",
    "/articles?q=rain&total=exact&facets=category&source=alpha",
    "/tags",
    "/tags?prefix=new",
    "/authors",
    "/search/suggest?q=rain",
    "/search/suggest?q=al",
    "/search/suggest?q=new",
    "/categories",
    "/categories?include=counts",
    "/categories/tree",
    "/categories/asia",
    "/categories/sport",
    "/sources/alpha/articles/x1",
    "/categories/pakistan",
    "/sources",
    "/sources?include=counts",
    "/sources/alpha",
];

/// The body without what only keys see, and without what each request has for itself.
fn bare(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in ["metadata", "request_id", "instance"] {
                members.shift_remove(name);
            }
            members.values_mut().for_each(bare);
        }
        Value::Array(items) => items.iter_mut().for_each(bare),
        _ => {}
    }
}

fn seen(answer: Answer) -> Seen {
    let mut body = answer.body;
    bare(&mut body);
    (answer.status, body)
}

impl Newsroom {
    /// What the public sees on every path.
    async fn public(&self) -> BTreeMap<&str, Seen> {
        let mut all = BTreeMap::new();
        for path in &self.paths {
            all.insert(path.as_str(), seen(self.app.get(path).await));
        }
        all
    }

    /// What is true on every path.
    async fn truth(&self) -> BTreeMap<&str, Seen> {
        let mut all = BTreeMap::new();
        for path in &self.paths {
            let answer = self.app.with_key(&self.key, Method::GET, path).send().await;
            all.insert(path.as_str(), seen(answer));
        }
        all
    }

    /// Fills the memory, changes something, and holds every path against the truth; the paths that
    /// show something else now, without `/api/v1`.
    async fn after(&self, what: &str, change: impl AsyncFnOnce(&TestApp)) -> Vec<&str> {
        self.public().await;
        let before = self.public().await;
        change(&self.app).await;
        let public = self.public().await;
        let truth = self.truth().await;
        let stale: Vec<&&str> =
            truth.keys().filter(|path| public[**path] != truth[**path]).collect();
        assert!(stale.is_empty(), "{what}: old answers of {stale:#?}");
        let changed = truth.keys().filter(|path| before[**path] != truth[**path]);
        changed.map(|path| path.trim_start_matches("/api/v1")).collect()
    }
}

/// Asserts that the change was seen on these paths at least.
#[track_caller]
fn shows(changed: &[&str], wanted: &[&str]) {
    for path in wanted {
        assert!(changed.contains(path), "{path} shows nothing of it: {changed:#?}");
    }
}

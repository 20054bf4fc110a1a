//! One request or more for each rule, on a small newsroom.

use super::schemas::faults;
use crate::support::TestApp;
use newswire::error::Code::{self, *};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ARTICLES: &str = "/api/v1/articles";
const SOURCES: &str = "/api/v1/sources";
const CATEGORIES: &str = "/api/v1/categories";
const KEYS: &str = "/api/v1/keys";
const WEBHOOKS: &str = "/api/v1/webhooks";

/// A request, and the rule it breaks.
struct Case {
    code: Code,
    method: Method,
    address: String,
    body: Option<Value>,
    header: Option<(&'static str, &'static str)>,
    anonymous: bool,
}

fn case(code: Code, method: Method, address: impl Into<String>) -> Case {
    Case { code, method, address: address.into(), body: None, header: None, anonymous: false }
}

fn get(code: Code, address: impl Into<String>) -> Case {
    case(code, Method::GET, address)
}

fn post(code: Code, address: &str, body: Value) -> Case {
    Case { body: Some(body), ..case(code, Method::POST, address) }
}

fn patch(code: Code, address: impl Into<String>, body: Value) -> Case {
    Case { body: Some(body), ..case(code, Method::PATCH, address) }
}

/// A source and a category `a`, eight categories in a chain (`l1` to `l8`), a story, a withdrawn one.
async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    for name in ["A", "B"] {
        let notes: serde_json::Map<_, _> =
            (0..50).map(|number| (format!("n{number}"), json!("x"))).collect();
        app.create(SOURCES, &json!({ "name": name, "metadata": notes })).await;
        app.create(CATEGORIES, &json!({ "name": name })).await;
    }
    let mut parent = Value::Null;
    for level in 1..=8 {
        let body = json!({ "name": format!("L{level}"), "parent": parent });
        parent = app.create(CATEGORIES, &body).await["slug"].clone();
    }
    for number in 1..=10 {
        app.create(CATEGORIES, &json!({ "name": format!("C{number}") })).await;
    }
    app.story("Rain").await;
    app.story("Gone").await;
    app.delete(&format!("{ARTICLES}/gone")).await.expect(204);
    app
}

fn in_queries(cursor: &str) -> Vec<Case> {
    let span = "published_after=2030-01-01T00:00:00Z&published_before=2020-01-01T00:00:00Z";
    vec![
        get(QueryInvalid, format!("{ARTICLES}?tag=%00")),
        get(PathInvalid, format!("{SOURCES}/a%00")),
        get(UnknownCategory, format!("{ARTICLES}?category=none")),
        get(UnknownCategory, format!("{CATEGORIES}?parent=none")),
        get(UnknownSource, format!("{ARTICLES}?source=none")),
        get(CursorInvalid, format!("{SOURCES}?cursor=none")),
        get(CursorMismatch, format!("{CATEGORIES}?cursor={cursor}")),
        get(FilterIncomplete, format!("{ARTICLES}?external_id=1")),
        get(FilterContradiction, format!("{ARTICLES}?{span}")),
        case(ReassignInvalid, Method::DELETE, format!("{SOURCES}/a?reassign_to=a")),
        case(ReassignInvalid, Method::DELETE, format!("{CATEGORIES}/l1?reassign_to=l2")),
        Case { anonymous: true, ..get(ArticleGone, format!("{ARTICLES}/gone")) },
        // of another epoch
        get(CursorExpired, format!("/api/v1/changes?since=AQ{}", "A".repeat(32))),
    ]
}

fn in_headers() -> Vec<Case> {
    let change = |code| patch(code, format!("{SOURCES}/a"), json!({ "country": "PK" }));
    vec![
        Case { header: Some(("if-match", "7")), ..change(HeaderInvalid) },
        Case { header: Some(("if-match", "\"7\"")), ..change(VersionMismatch) },
        Case { header: Some(("accept", "image/png")), ..get(NotAcceptable, SOURCES) },
    ]
}

fn in_articles() -> Vec<Case> {
    let story = |code, member: &str, value: Value| {
        let mut body = json!({ "headline": "Sun" });
        body[member] = value;
        post(code, ARTICLES, body)
    };
    let many: Vec<String> = (1..=10).map(|number| format!("c{number}")).collect();
    let crowded = json!({ "headline": "Sun", "category": "a", "categories": many });
    let early = json!({ "headline": "Sun", "published_at": "2026-01-02T00:00:00Z",
                        "expires_at": "2026-01-01T00:00:00Z" });
    let other = json!({ "headline": "Sun", "external_id": "2" });
    let by_id = format!("{SOURCES}/a/articles/1");
    vec![
        story(CategoryNotFound, "category", json!("none")),
        story(SourceNotFound, "source", json!("none")),
        story(ArticleNotFound, "translation_of", json!("none")),
        story(NulCharacter, "body", json!("a\u{0}b")),
        story(SlugInvalid, "slug", json!("Not a slug")),
        story(SlugInvalid, "slug", json!("tree")),
        story(LanguageInvalid, "language", json!("a language")),
        story(UrlInvalid, "source_url", json!("ftp://news.example/")),
        story(TimeInvalid, "published_at", json!("0000-01-01T00:00:00Z")),
        story(TextTooLong, "body", json!("ن".repeat(1_100_000))),
        post(ExpiryTooEarly, ARTICLES, early),
        post(
            LinesRejected,
            "/api/v1/articles/batch?mode=atomic",
            json!([{ "headline": "x", "category": "none" }]),
        ),
        post(TooManyCategories, ARTICLES, crowded),
        Case { body: Some(other), ..case(ExternalIdMismatch, Method::PUT, by_id) },
        patch(TranslationInvalid, format!("{ARTICLES}/rain"), json!({ "translation_of": "rain" })),
    ]
}

fn in_the_rest() -> Vec<Case> {
    let bound = json!({ "name": "k", "scopes": ["admin"], "source": "a" });
    let past = json!({ "name": "k", "scopes": ["admin"], "expires_at": "2020-01-01T00:00:00Z" });
    let two = json!({ "name": "S", "url": "none", "language": "-" });
    vec![
        post(ValidationFailed, SOURCES, two),
        patch(CategoryCycle, format!("{CATEGORIES}/l1"), json!({ "parent": "l2" })),
        post(CategoryTooDeep, CATEGORIES, json!({ "name": "L9", "parent": "l8" })),
        patch(CategoryNotFound, format!("{CATEGORIES}/a"), json!({ "parent": "none" })),
        patch(TooManyNotes, format!("{SOURCES}/a"), json!({ "metadata": { "more": "x" } })),
        post(AddressForbidden, WEBHOOKS, json!({ "url": "http://10.0.0.1/" })),
        post(KeyScopeInvalid, KEYS, bound),
        post(ExpiryInPast, KEYS, past),
    ]
}

async fn send(app: &TestApp, case: Case) -> &'static str {
    let Case { code, method, address, body, header, anonymous } = case;
    let broken = faults(&method, &address, body.as_ref());
    assert!(broken.is_empty(), "{method} {address} does not fit the schemas: {broken:?}");
    let mut call = match anonymous {
        true => app.anonymous(method, &address),
        false => app.with_key(&app.admin, method, &address),
    };
    if let Some((name, value)) = header {
        call = call.header(name, value);
    }
    if let Some(body) = &body {
        call = call.json(body);
    }
    call.send().await.problem(code.status(), code.as_str());
    code.as_str()
}

/// Sends them all; each must fit the schemas and be refused for its rule. Gives the rules met.
pub async fn refused() -> BTreeSet<&'static str> {
    let app = newsroom().await;
    let cursor = app.get(&format!("{SOURCES}?limit=1")).await.text("next_cursor");
    let mut met = BTreeSet::new();
    let cases = [in_queries(&cursor), in_headers(), in_articles(), in_the_rest()];
    for case in cases.into_iter().flatten() {
        met.insert(send(&app, case).await);
    }
    for (name, code) in [("C", None), ("D", Some(IdempotencyKeyReused))] {
        let call = app.with_key(&app.admin, Method::POST, SOURCES).header("idempotency-key", "k");
        let answer = call.json(&json!({ "name": name })).send().await;
        if let Some(code) = code {
            answer.problem(code.status(), code.as_str());
            met.insert(code.as_str());
        }
    }
    let call = app.with_key(&app.admin, Method::POST, "/api/v1/articles/stream?mode=atomic");
    let call = call.body("application/x-ndjson", "{\"headline\":\"x\"}\n".repeat(10_001));
    call.send().await.problem(413, TooManyLines.as_str());
    met.insert(TooManyLines.as_str());
    let empty = TestApp::start().await;
    let call = empty.with_key(&empty.admin, Method::POST, "/api/v1/restore");
    let call = call.body("application/x-ndjson", "{\"newswire_export\":1}\n");
    call.send().await.problem(422, ExportInvalid.as_str());
    met.insert(ExportInvalid.as_str());
    let spaces = " ".repeat(5 << 20);
    let call = app.with_key(&app.admin, Method::POST, SOURCES);
    let large = call.body("application/json", format!("{{\"name\":{spaces}\"Z\"}}"));
    large.send().await.problem(413, BodyTooLarge.as_str());
    met.insert(BodyTooLarge.as_str());
    let strict = TestApp::with(&["--require-if-match", "true"]).await;
    strict.create(SOURCES, &json!({ "name": "A" })).await;
    let change = patch(PreconditionRequired, format!("{SOURCES}/a"), json!({ "country": "PK" }));
    met.insert(send(&strict, change).await);
    met
}

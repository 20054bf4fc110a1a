//! List changes: every one, in one order, none twice, and nothing that the caller may not know.

mod clock;
mod followers;
mod order;

use crate::support::{Answer, TestApp};
use newswire::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

pub const PATH: &str = "/api/v1/changes";
const ARTICLES: &str = "/api/v1/articles";

/// Follows with a key or without until there are so many, and a little longer for any too many.
pub async fn follow(app: &TestApp, key: Option<&str>, query: &str, count: usize) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let mut since = String::new();
    let mut rounds = 0;
    while rounds < 60 {
        rounds += 1;
        let path = format!("{PATH}?wait={}&{query}{since}", u8::from(found.len() < count));
        let call = match key {
            Some(key) => app.with_key(key, Method::GET, &path),
            None => app.anonymous(Method::GET, &path),
        };
        let page = call.send().await.expect(200);
        found.extend(page.body["items"].as_array().unwrap().iter().cloned());
        since = format!("&since={}", page.text("next_cursor"));
        if found.len() >= count && page.body["more"] == false {
            break;
        }
    }
    assert_eq!(found.len(), count, "{:#?}", told(&found));
    found
}

/// `kind slug version`, with a minus when it is deleted.
pub fn told(items: &[Value]) -> Vec<String> {
    let one = |item: &Value| {
        let sign = if item["deleted"] == true { "-" } else { "" };
        let (kind, slug) = (item["kind"].as_str().unwrap(), item["slug"].as_str().unwrap());
        format!("{sign}{kind} {slug} {}", item["version"])
    };
    items.iter().map(one).collect()
}

async fn verb(app: &TestApp, slug: &str, verb: &str, body: Value) -> Answer {
    app.post(&format!("{ARTICLES}/{slug}/{verb}"), &body).await
}

/// The life of a story that was a draft twice, with a source and a category.
async fn life(app: &TestApp) {
    app.create("/api/v1/sources", &json!({ "name": "Radio" })).await;
    app.create("/api/v1/categories", &json!({ "name": "Asia" })).await;
    let sent =
        json!({ "headline": "Secret", "source": "radio", "category": "asia", "tags": ["Hidden"] });
    app.create(ARTICLES, &sent).await;
    app.patch(&format!("{ARTICLES}/secret"), &json!({ "tags": ["Shown"] })).await.expect(200);
    verb(app, "secret", "publish", json!({})).await.expect(200);
    let moved = json!({ "slug": "open", "headline": "Open" });
    app.patch(&format!("{ARTICLES}/secret"), &moved).await.expect(200);
    verb(app, "open", "unpublish", json!({})).await.expect(200);
    app.patch(&format!("{ARTICLES}/open"), &json!({ "slug": "inside" })).await.expect(200);
    app.delete(&format!("{ARTICLES}/inside")).await.expect(204);
}

#[actix_web::test]
async fn every_change_is_told_to_who_may_read_all() {
    let app = TestApp::start().await;
    life(&app).await;
    let items = follow(&app, Some(&app.admin), "", 9).await;
    assert_eq!(
        told(&items),
        [
            "source.created radio 1",
            "category.created asia 1",
            "article.created inside 1",
            "article.updated inside 2",
            "article.published inside 3",
            "article.updated inside 4",
            "article.unpublished inside 5",
            "article.updated inside 6",
            "article.deleted inside 7",
        ]
    );
    let former: Vec<_> = items.iter().map(|item| item["former_slug"].as_str()).collect();
    assert_eq!(former[5], Some("secret"));
    assert_eq!(former[7], Some("open"));
    assert_eq!(former.iter().flatten().count(), 2);
    assert_eq!(items[3]["former_tags"], json!(["Hidden"]));
    assert_eq!(items[8]["state"], "trashed");
    assert_eq!(items[8]["source"], "radio");
    assert_eq!(items[8]["categories"], json!(["asia"]));
    let id = items[2]["id"].as_str().unwrap();
    assert_eq!(items[2]["api_url"], format!("https://api.news.example{ARTICLES}/{id}"));
    let mut cursors: Vec<_> = items.iter().map(|item| item["cursor"].to_string()).collect();
    cursors.dedup();
    assert_eq!(cursors.len(), 9);
}

#[actix_web::test]
async fn the_public_learns_of_nothing_it_never_saw() {
    let app = TestApp::start().await;
    life(&app).await;
    let powerless = app.key(&[Scope::ArticlesWrite], None).await;
    for key in [None, Some(powerless.as_str())] {
        let items = follow(&app, key, "", 5).await;
        assert_eq!(
            told(&items),
            [
                "source.created radio 1",
                "category.created asia 1",
                "-article.published secret 3",
                "-article.updated open 4",
                "-article.unpublished open 5",
            ]
        );
        let text = serde_json::to_string(&items).unwrap();
        for hidden in ["inside", "Hidden", "Shown", "trashed"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
        for item in &items[2..] {
            for member in ["url", "api_url", "state", "source"] {
                assert_eq!(item[member], Value::Null, "{member}");
            }
        }
    }
    // a category or source that it had only as a draft does not find it either
    app.create("/api/v1/categories", &json!({ "name": "Plans" })).await;
    app.story("Public").await;
    let back = json!({ "status": "draft", "category": "plans" });
    app.patch(&format!("{ARTICLES}/public"), &back).await.expect(200);
    let items = follow(&app, None, "category=plans", 1).await;
    assert_eq!(told(&items), ["category.created plans 1"]);
}

#[actix_web::test]
async fn what_the_public_sees_again_is_shown_as_it_is_now() {
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Rain", "status": "published", "tags": ["weather"] });
    app.create(ARTICLES, &sent).await;
    app.delete(&format!("{ARTICLES}/rain")).await.expect(204);
    verb(&app, "rain", "restore", json!({})).await.expect(200);
    verb(&app, "rain", "publish", json!({})).await.expect(200);
    verb(&app, "rain", "retract", json!({ "reason": "Wrong." })).await.expect(200);
    verb(&app, "rain", "restore", json!({})).await.expect(200);
    app.patch(&format!("{ARTICLES}/rain"), &json!({ "status": "published" })).await.expect(200);
    let items = follow(&app, None, "", 6).await;
    assert_eq!(
        told(&items),
        [
            "article.created rain 1",
            "article.published rain 1",
            "article.deleted rain 2",
            "article.published rain 4",
            "article.retracted rain 5",
            "article.published rain 7",
        ]
    );
    assert!(items.iter().all(|item| item["state"] == "live" && item["tags"] == json!(["weather"])));
    app.delete(&format!("{ARTICLES}/rain")).await.expect(204);
    verb(&app, "rain", "purge", json!({})).await.expect(204);
    let items = follow(&app, Some(&app.admin), "kind=article.deleted,article.restored", 5).await;
    assert_eq!(
        told(&items),
        [
            "-article.deleted rain 2",
            "-article.restored rain 3",
            "-article.restored rain 6",
            "-article.deleted rain 8",
            "-article.deleted rain 9",
        ]
    );
}

#[actix_web::test]
async fn the_whole_of_it_comes_with_the_last_change() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Radio" })).await;
    app.create("/api/v1/categories", &json!({ "name": "Asia" })).await;
    let sent = json!({ "headline": "Rain", "body": "It rains.", "status": "published", "source": "radio",
                       "category": "asia", "metadata": { "desk": "two" } });
    app.create(ARTICLES, &sent).await;
    app.patch(&format!("{ARTICLES}/rain"), &json!({ "summary": "Still." })).await.expect(200);
    app.story("Gone").await;
    app.delete(&format!("{ARTICLES}/gone")).await.expect(204);
    let items = follow(&app, None, "include=resource", 8).await;
    for (place, member, address) in [
        (0, "source", "/api/v1/sources/radio"),
        (1, "category", "/api/v1/categories/asia"),
        (4, "article", "/api/v1/articles/rain"),
    ] {
        let there = app.get(address).await.expect(200).body;
        assert_eq!(items[place]["included"], json!({ member: there }), "{member}");
    }
    for place in [2, 3, 5, 6, 7] {
        assert_eq!(items[place].get("included"), None, "{place}");
    }
    let items = follow(&app, Some(&app.admin), "include=resource&resource=article", 6).await;
    assert_eq!(items[2]["included"]["article"]["metadata"], json!({ "desk": "two" }));
    assert_eq!(items[5]["included"]["article"]["state"], "trashed");
}

#[actix_web::test]
async fn filters_choose() {
    let app = TestApp::start().await;
    let radio = app.create("/api/v1/sources", &json!({ "name": "Radio" })).await;
    app.create("/api/v1/sources", &json!({ "name": "Paper" })).await;
    app.create("/api/v1/categories", &json!({ "name": "Asia" })).await;
    app.create("/api/v1/categories", &json!({ "name": "China", "parent": "asia" })).await;
    for (headline, source, category) in
        [("One", "radio", "asia"), ("Two", "paper", "china"), ("Three", "paper", "asia")]
    {
        let sent = json!({ "headline": headline, "status": "published", "source": source, "category": category });
        app.create(ARTICLES, &sent).await;
    }
    app.patch(&format!("{ARTICLES}/one"), &json!({ "source": "paper", "category": null }))
        .await
        .expect(200);
    app.patch("/api/v1/sources/paper", &json!({ "slug": "journal" })).await.expect(200);
    let cases: [(&str, &[&str]); 8] = [
        (
            "resource=source",
            &["source.created radio", "source.created journal", "source.updated journal"],
        ),
        ("resource=source,category&kind=source.updated", &["source.updated journal"]),
        (
            "kind=article.published",
            &["article.published one", "article.published two", "article.published three"],
        ),
        (
            "source=radio",
            &[
                "source.created radio",
                "article.created one",
                "article.published one",
                "article.updated one",
            ],
        ),
        (
            "category=china",
            &["category.created china", "article.created two", "article.published two"],
        ),
        ("category=asia&kind=article.updated", &["article.updated one"]),
        ("category=china&source=radio", &[]),
        (
            "source=paper&source=radio&kind=article.created",
            &["article.created one", "article.created two", "article.created three"],
        ),
    ];
    for (query, expected) in cases {
        let items = follow(&app, None, query, expected.len()).await;
        let told: Vec<String> =
            told(&items).iter().map(|text| text.rsplit_once(' ').unwrap().0.to_owned()).collect();
        assert_eq!(told, expected, "{query}");
    }
    let moved = follow(&app, None, "kind=source.updated", 1).await;
    assert_eq!(moved[0]["former_slug"], "paper");
    let gone = follow(&app, None, "category=asia&kind=article.updated", 1).await;
    assert_eq!(gone[0]["former_categories"], json!(["asia"]));
    // bound to a source: its own in all states, the others as the public sees them
    let bound = app.key(&[Scope::ArticlesRead, Scope::ArticlesWrite], radio["id"].as_str()).await;
    let draft = json!({ "headline": "Mine", "source": "radio" });
    app.create(ARTICLES, &draft).await;
    app.create(ARTICLES, &json!({ "headline": "Yours", "source": "journal" })).await;
    let items = follow(&app, Some(&bound), "kind=article.created", 4).await;
    assert_eq!(items[3]["slug"], "mine");
    assert_eq!(items[3]["state"], "draft");
}

#[actix_web::test]
async fn deleting_a_source_tells_of_the_stories_it_moves() {
    let app = TestApp::start().await;
    app.create("/api/v1/sources", &json!({ "name": "Old" })).await;
    app.create("/api/v1/sources", &json!({ "name": "Fresh" })).await;
    app.create("/api/v1/categories", &json!({ "name": "Past" })).await;
    app.create("/api/v1/categories", &json!({ "name": "Present" })).await;
    let sent =
        json!({ "headline": "Rain", "status": "published", "source": "old", "category": "past" });
    app.create(ARTICLES, &sent).await;
    let since = app.get(&format!("{PATH}?since=latest")).await.expect(200).text("next_cursor");
    app.delete("/api/v1/sources/old?reassign_to=fresh").await.expect(204);
    app.delete("/api/v1/categories/past?reassign_to=present").await.expect(204);
    let query = format!("since={since}&kind=article.updated,source.deleted,category.deleted");
    let page = app.get(&format!("{PATH}?{query}")).await.expect(200);
    let items = follow(&app, None, "kind=article.updated,source.deleted,category.deleted", 4).await;
    assert!(page.body["items"].as_array().unwrap().len() <= 4);
    let mut told = told(&items);
    told.sort();
    assert_eq!(
        told.iter().map(|text| text.rsplit_once(' ').unwrap().0).collect::<Vec<_>>(),
        [
            "-category.deleted past",
            "-source.deleted old",
            "article.updated rain",
            "article.updated rain"
        ]
    );
    let moved = items.iter().find(|item| item["former_categories"] != json!([])).unwrap();
    assert_eq!(moved["categories"], json!(["present"]));
    assert_eq!(moved["source"], "fresh");
}

#[actix_web::test]
async fn what_is_not_understood_is_refused() {
    let app = TestApp::start().await;
    for (query, at, code) in [
        ("limit=0", "limit", "minimum"),
        ("limit=101", "limit", "maximum"),
        ("wait=61", "wait", "maximum"),
        ("wait=-1", "wait", "minimum"),
        ("kind=article.vanished", "kind", "enum"),
        ("resource=key", "resource", "enum"),
        ("include=body", "include", "enum"),
        ("cursor=x", "cursor", "additionalProperties"),
        ("since=a&since=b", "since", "invalid"),
    ] {
        app.get(&format!("{PATH}?{query}")).await.problem(400, "query_invalid").fault(at, code);
    }
    app.get(&format!("{PATH}?source=none"))
        .await
        .problem(400, "unknown_source")
        .fault("source", "unknown_source");
    app.get(&format!("{PATH}?category=none")).await.problem(400, "unknown_category");
    for since in ["nonsense", "%D8%B2", "AQ"] {
        let unread = app.get(&format!("{PATH}?since={since}")).await;
        unread.problem(400, "cursor_invalid").fault("since", "cursor_invalid");
    }
    let answer = app.get(&format!("{PATH}?since=latest")).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.body["items"], json!([]));
    assert_eq!(answer.body["more"], false);
}

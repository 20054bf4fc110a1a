//! Fills that race a change. Each is held, by a lock on what it reads last, at a point where it has
//! read what is about to change.

use crate::session::{Session, settled, write_on};
use crate::support::{Answer, TestApp};
use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use std::time::Duration;

const ARTICLES: &str = "/api/v1/articles";

/// Asks for `path`, which comes to a halt at `table`; does `meanwhile`, lets it go on.
async fn held(app: &TestApp, path: &str, table: &str, meanwhile: impl AsyncFnOnce()) -> Answer {
    let holder = Session::open(&app.database.url).await;
    holder.run(&format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")).await;
    let change = async {
        Session::open(&app.database.url).await.somebody_waits().await;
        meanwhile().await;
        holder.run("COMMIT").await;
    };
    futures_util::future::join(app.get(path), change).await.0.expect(200)
}

fn soon(milliseconds: i64) -> String {
    let time = Utc::now() + TimeDelta::milliseconds(milliseconds);
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The database has the clock of this machine.
async fn until(instant: &str) {
    let instant = chrono::DateTime::parse_from_rfc3339(instant).unwrap();
    let left = (instant.to_utc() - Utc::now()).to_std().unwrap_or_default();
    tokio::time::sleep(left + Duration::from_millis(20)).await;
}

async fn scheduled(app: &TestApp, at: &str) -> Value {
    let story = json!({ "headline": "Rain tomorrow", "status": "published", "published_at": at,
                        "category": "weather", "source": "agency", "tags": ["rain"],
                        "authors": [{ "name": "Ada" }] });
    app.create(ARTICLES, &story).await
}

async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    app.create("/api/v1/categories", &json!({ "name": "Weather" })).await;
    app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    app.create(
        ARTICLES,
        &json!({ "headline": "Rain today", "status": "published", "category": "weather" }),
    )
    .await;
    settled(&app).await;
    app
}

const EDIT: &str = "UPDATE articles SET headline = 'Rain no more' WHERE headline = 'Rain today'";

#[actix_web::test]
async fn a_story_that_was_read_before_a_commit_is_not_remembered_after_it() {
    let app = newsroom().await;
    // its category is read again after the story, and is not to be had
    write_on(&app, "UPDATE categories SET name = 'The weather'").await;
    let path = format!("{ARTICLES}/rain-today");
    let old = held(&app, &path, "categories", async || write_on(&app, EDIT).await).await;
    assert_eq!(old.text("headline"), "Rain today", "it was read before the commit");
    assert_eq!(app.get(&path).await.text("headline"), "Rain no more");
}

#[actix_web::test]
async fn a_list_that_was_read_before_a_commit_is_not_remembered_after_it() {
    let app = newsroom().await;
    let path = format!("{ARTICLES}?q=rain&category=weather&total=exact");
    app.get(&format!("{ARTICLES}?q=rain")).await;
    let old = held(&app, &path, "article_listings", async || write_on(&app, EDIT).await).await;
    assert_eq!(old.body["items"][0]["headline"], "Rain today", "it was read before the commit");
    assert_eq!(app.get(&path).await.body["items"][0]["headline"], "Rain no more");
}

#[actix_web::test]
async fn a_fill_is_overtaken_by_a_commit_elsewhere_too() {
    let app = newsroom().await;
    let path = format!("{ARTICLES}?q=rain&category=weather&total=exact");
    app.get(&format!("{ARTICLES}?q=rain")).await;
    let elsewhere = Session::open(&app.database.url).await;
    let old = held(&app, &path, "article_listings", async || {
        elsewhere.run(EDIT).await;
        settled(&app).await;
    });
    assert_eq!(old.await.body["items"][0]["headline"], "Rain today");
    assert_eq!(app.get(&path).await.body["items"][0]["headline"], "Rain no more");
}

/// A list that is read, then comes to a halt at `table`, and goes on after a story went live.
async fn over_an_instant(path: &str, table: &str, shows: impl Fn(&Value) -> Value) {
    let app = newsroom().await;
    app.get(&format!("{ARTICLES}?q=rain")).await;
    let at = soon(4000);
    scheduled(&app, &at).await;
    settled(&app).await;
    held(&app, path, table, async || until(&at).await).await;
    let after = app.get(path).await.expect(200);
    let fresh = app.get(&format!("{path}&limit=99")).await.expect(200);
    assert_eq!(shows(&after.body), shows(&fresh.body));
}

#[actix_web::test]
async fn a_search_that_was_read_before_an_instant_is_not_remembered_after_it() {
    let path = format!("{ARTICLES}?q=rain&category=weather&total=exact");
    over_an_instant(&path, "article_listings", |body| {
        body["items"].as_array().unwrap().len().into()
    })
    .await;
}

#[actix_web::test]
async fn facets_that_were_read_before_an_instant_are_not_remembered_after_it() {
    let path = format!("{ARTICLES}?q=rain&category=weather&facets=category,tag&total=exact");
    for table in ["articles", "article_listings"] {
        over_an_instant(&path, table, |body| {
            assert_eq!(body["facets"]["category"][0]["count"], body["total"], "{body:#}");
            json!([body["facets"], body["total"]])
        })
        .await;
    }
}

#[actix_web::test]
async fn counts_that_were_read_before_an_instant_are_not_remembered_after_it() {
    for table in ["articles", "article_listings"] {
        over_an_instant("/api/v1/categories?include=counts", table, |body| {
            body["items"][0]["article_count"].clone()
        })
        .await;
    }
}

#[actix_web::test]
async fn tags_that_were_read_before_an_instant_are_not_remembered_after_it() {
    for table in ["articles", "article_listings"] {
        over_an_instant("/api/v1/tags?prefix=ra", table, |body| body["items"].clone()).await;
    }
}

#[actix_web::test]
async fn a_search_without_matches_finds_what_goes_live() {
    let app = newsroom().await;
    let at = soon(4000);
    let story = json!({ "headline": "Storm", "summary": "gale", "status": "published", "published_at": at });
    app.create(ARTICLES, &story).await;
    settled(&app).await;
    let count = async |sort: &str| {
        let answer = app.get(&format!("{ARTICLES}?q=gale&sort={sort}")).await;
        answer.body["items"].as_array().unwrap().len()
    };
    let sorts = ["relevance", "-relevance", "-published_at", "-updated_at", "urgency"];
    for sort in sorts {
        assert_eq!(count(sort).await, 0, "{sort}, before");
    }
    until(&at).await;
    for sort in sorts {
        assert_eq!(count(sort).await, 1, "{sort}, after");
    }
}

#[actix_web::test]
async fn facets_name_categories_and_sources_as_they_are_called_now() {
    let app = newsroom().await;
    for number in 0..3 {
        let category = format!("Category {number}");
        app.create("/api/v1/categories", &json!({ "name": category })).await;
        let story = json!({ "headline": "Rain", "status": "published", "category": category.to_lowercase().replace(' ', "-"),
                            "source": "agency", "published_at": soon(-1000 * (number + 1)) });
        app.create(ARTICLES, &story).await;
    }
    settled(&app).await;
    // the page has one story; the others are only counted
    let path = format!("{ARTICLES}?q=rain&facets=category,source&limit=1&sort=published_at");
    let named = |answer: Answer, facet: &str, slug: &str| {
        let values = answer.body["facets"][facet].as_array().unwrap().clone();
        values.into_iter().find(|value| value["value"] == slug)
    };
    assert!(named(app.get(&path).await, "category", "category-0").is_some());
    app.patch("/api/v1/categories/category-0", &json!({ "name": "Renamed" })).await.expect(200);
    assert_eq!(named(app.get(&path).await, "category", "category-0").unwrap()["name"], "Renamed");
    app.patch("/api/v1/sources/agency", &json!({ "name": "Bureau" })).await.expect(200);
    assert_eq!(named(app.get(&path).await, "source", "agency").unwrap()["name"], "Bureau");
    app.patch("/api/v1/categories/category-0", &json!({ "parent": "category-1" }))
        .await
        .expect(200);
    assert_eq!(named(app.get(&path).await, "category", "category-1").unwrap()["count"], 2);
}

#[actix_web::test]
async fn a_list_of_a_source_ends_with_the_source() {
    let app = newsroom().await;
    for filter in ["source=agency", "exclude_source=agency"] {
        let path = format!("{ARTICLES}?{filter}&language=xx");
        app.get(&path).await.expect(200);
        app.get(&path).await.expect(200);
        app.delete("/api/v1/sources/agency").await.expect(204);
        app.get(&path).await.problem(400, "unknown_source");
        app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    }
    let path = format!("{ARTICLES}?category=weather&language=xx");
    write_on(&app, "DELETE FROM articles").await;
    app.get(&path).await.expect(200);
    app.delete("/api/v1/categories/weather").await.expect(204);
    app.get(&path).await.problem(400, "unknown_category");
}

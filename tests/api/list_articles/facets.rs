//! Facets: what the matches of a search have in common, counted as the filters would.

use super::{ARTICLES, slugs};
use crate::support::TestApp;
use serde_json::{Value, json};

const ALL: &str = "facets=category,source,language,tag,month";

async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    for (name, parent) in
        [("World", None), ("Asia", Some("world")), ("Pakistan", Some("asia")), ("Sport", None)]
    {
        app.create("/api/v1/categories", &json!({ "name": name, "parent": parent })).await;
    }
    for name in ["Alpha", "Beta"] {
        app.create("/api/v1/sources", &json!({ "name": name })).await;
    }
    for (slug, more) in [
        (
            "one",
            json!({ "category": "pakistan", "source": "alpha", "tags": ["Rain", "Flood"], "published_at": "2020-01-31T23:59:59.999Z" }),
        ),
        (
            "two",
            json!({ "categories": ["asia", "pakistan", "sport"], "source": "beta", "tags": ["rain"], "language": "en-GB", "published_at": "2020-02-01T00:00:00Z" }),
        ),
        (
            "three",
            json!({ "category": "sport", "source": "alpha", "language": "ur", "published_at": "2020-02-10T00:00:00+05:00" }),
        ),
        ("four", json!({ "published_at": "2020-02-10T00:00:00Z" })),
        (
            "five",
            json!({ "headline": "Snow", "category": "world", "source": "beta", "tags": ["snow"] }),
        ),
        (
            "six",
            json!({ "category": "sport", "source": "beta", "tags": ["hidden"], "status": "draft" }),
        ),
    ] {
        let mut sent = json!({ "headline": "Storm", "slug": slug, "status": "published" });
        sent.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        app.create(ARTICLES, &sent).await;
    }
    app
}

/// `value:count` of each.
fn counted(list: &Value, facet: &str) -> String {
    let values =
        list["facets"][facet].as_array().unwrap_or_else(|| panic!("no {facet} in {list:#}"));
    let one = |value: &Value| format!("{}:{}", value["value"].as_str().unwrap(), value["count"]);
    values.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[actix_web::test]
async fn matches_are_counted_the_most_frequent_first() {
    let app = newsroom().await;
    let list = app.get(&format!("{ARTICLES}?q=storm&{ALL}&limit=1")).await.expect(200).body;
    assert_eq!(list["approximate"], false);
    assert_eq!(slugs(&list).len(), 1);
    let mut categories: Vec<String> =
        counted(&list, "category").split(' ').map(str::to_owned).collect();
    categories.sort();
    assert_eq!(categories, ["asia:2", "pakistan:2", "sport:2", "world:2"]);
    assert_eq!(counted(&list, "source"), "alpha:2 beta:1");
    assert_eq!(counted(&list, "language"), "en:2 en-GB:1 ur:1");
    assert_eq!(counted(&list, "tag"), "rain:2 flood:1");
    assert_eq!(counted(&list, "month"), "2020-02:3 2020-01:1");
    assert_eq!(list["facets"]["source"][0]["name"], "Alpha");
    assert_eq!(list["facets"]["tag"][1]["name"], "Flood");
}

#[actix_web::test]
async fn each_count_is_what_the_filter_gives() {
    let app = newsroom().await;
    for narrow in [
        "",
        "&category=asia",
        "&source=alpha",
        "&tag=rain",
        "&language=en&language=en-gb",
        "&exclude_category=sport",
    ] {
        let list = app.get(&format!("{ARTICLES}?q=storm&{ALL}{narrow}")).await.expect(200).body;
        for facet in ["category", "source", "language", "tag"] {
            for value in list["facets"][facet].as_array().unwrap() {
                let name = value["value"].as_str().unwrap();
                // a second value of the same name would widen the list
                if narrow.contains(&format!("&{facet}=")) {
                    continue;
                }
                let path = format!("{ARTICLES}?q=storm{narrow}&{facet}={name}&total=exact");
                let found = app.get(&path).await.expect(200).body;
                assert_eq!(found["total"], value["count"], "{path}");
            }
        }
    }
}

#[actix_web::test]
async fn only_what_is_asked_for_is_told_and_in_any_order_of_pages() {
    let app = newsroom().await;
    let list =
        app.get(&format!("{ARTICLES}?q=storm&facets=tag&facets=source,tag")).await.expect(200).body;
    let names: Vec<&String> = list["facets"].as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 2);
    let none = app.get(&format!("{ARTICLES}?q=nowhere&{ALL}")).await.expect(200).body;
    for facet in ["category", "source", "language", "tag", "month"] {
        assert_eq!(none["facets"][facet], json!([]), "{facet}");
    }
    // the facets are of all matches, whatever page is shown and in whatever order
    let first =
        app.get(&format!("{ARTICLES}?q=storm&{ALL}&limit=3&sort=relevance")).await.expect(200).body;
    let next = first["next_cursor"].as_str().unwrap();
    let path = format!("{ARTICLES}?q=storm&{ALL}&limit=3&sort=relevance&cursor={next}");
    let second = app.get(&path).await.expect(200).body;
    assert_eq!(first["facets"], second["facets"]);
    let whole = app.get(&format!("{ARTICLES}?q=storm&{ALL}")).await.expect(200).body;
    assert_eq!(whole["facets"], first["facets"]);
}

#[actix_web::test]
async fn facets_of_nothing_known_are_refused() {
    let app = TestApp::start().await;
    for query in ["q=x&facets=author", "q=x&facets=", "q=x&facets=tag,"] {
        let answer = app.get(&format!("{ARTICLES}?{query}")).await.problem(400, "query_invalid");
        assert_eq!(answer.body["errors"][0]["name"], "facets", "{query}");
    }
    let answer = app.get(&format!("{ARTICLES}?facets=tag")).await;
    answer.problem(400, "filter_incomplete").fault("facets", "filter_incomplete");
}

#[actix_web::test]
async fn a_language_is_counted_once_however_it_is_spelt() {
    let app = TestApp::start().await;
    for language in ["en-GB", "en-gb", "en-GB", "en"] {
        let sent = json!({ "headline": "Storm", "language": language, "status": "published" });
        app.create(&format!("{ARTICLES}?duplicates=allow"), &sent).await;
    }
    let found = app.get(&format!("{ARTICLES}?q=storm&facets=language")).await.expect(200).body;
    let told = found["facets"]["language"].as_array().unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|one| (one["value"].as_str().unwrap().to_lowercase(), &one["count"]))
        .collect();
    assert_eq!(told, [("en-gb".to_owned(), &json!(3)), ("en".to_owned(), &json!(1))]);
}

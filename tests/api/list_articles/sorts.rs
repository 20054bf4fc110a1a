//! Every order: what comes first, and that a walk meets each story once, both ways.

use super::pages::both_ways;
use super::{ARTICLES, slugs};
use crate::support::TestApp;
use serde_json::{Value, json};

/// Twenty-four stories on three days, four at each instant, with urgencies and without.
async fn newsroom() -> TestApp {
    let app = TestApp::start().await;
    for n in 0..24 {
        let urgency = [Some(1), None, Some(5), Some(9), None, Some(5), Some(1)][n % 7];
        let date = format!("2020-01-0{}T0{}:00:00Z", 1 + n / 8, (n / 4) % 2);
        let words = ["rain", "rain rain", "wind and rain"][n % 3];
        let sent = json!({ "headline": format!("{words} {n}"), "slug": format!("s{n}"), "urgency": urgency,
            "status": "published", "published_at": date });
        app.create(ARTICLES, &sent).await;
    }
    for slug in ["s3", "s20", "s11"] {
        app.patch(&format!("{ARTICLES}/{slug}"), &json!({ "summary": "x" })).await.expect(200);
    }
    app.create(ARTICLES, &json!({ "headline": "rain draft", "urgency": 1 })).await;
    app
}

/// The slugs of all stories, in the order of a key.
async fn ordered<K: Ord>(app: &TestApp, key: impl Fn(&Value) -> K) -> Vec<String> {
    let list = app.get(&format!("{ARTICLES}?limit=100")).await.expect(200).body;
    let mut items = list["items"].as_array().cloned().unwrap();
    items.sort_by_key(|item| key(item));
    items.iter().map(|item| item["slug"].as_str().unwrap().to_owned()).collect()
}

fn text(item: &Value, name: &str) -> String {
    item[name].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn each_order_is_by_its_key_and_both_ways() {
    let app = newsroom().await;
    let published = ordered(&app, |item| (text(item, "published_at"), text(item, "id"))).await;
    let updated = ordered(&app, |item| (text(item, "updated_at"), text(item, "id"))).await;
    let urgency = |item: &Value| item["urgency"].as_i64().unwrap_or(10);
    let urgent =
        ordered(&app, |item| (-urgency(item), text(item, "published_at"), text(item, "id"))).await;
    assert_eq!(updated[21..], ["s3", "s20", "s11"]);
    for (name, ascending, first) in [
        ("published_at", published, "s0"),
        ("updated_at", updated, "s0"),
        ("-urgency", urgent, "s1"),
    ] {
        let turned = match name.strip_prefix('-') {
            Some(name) => name.to_owned(),
            None => format!("-{name}"),
        };
        assert_eq!(ascending[0], first, "{name}");
        let mut descending = ascending.clone();
        descending.reverse();
        for (sort, expected) in [(name, &ascending), (&turned, &descending)] {
            for limit in [1, 5, 24, 100] {
                let met = both_ways(&app, &format!("sort={sort}&limit={limit}")).await;
                assert_eq!(&met, expected, "{sort} {limit}");
            }
            let found = both_ways(&app, &format!("sort={sort}&limit=7&q=rain")).await;
            assert_eq!(&found, expected, "{sort} of a search");
            let filtered = format!(
                "sort={sort}&limit=5&language=en&featured=false&published_after=2020-01-01T00:00:00Z"
            );
            assert_eq!(&both_ways(&app, &filtered).await, expected, "{sort} with filters");
        }
    }
}

#[actix_web::test]
async fn relevance_is_walked_both_ways_too() {
    let app = newsroom().await;
    let mut best = both_ways(&app, "sort=relevance&q=rain&limit=100").await;
    assert_eq!(best.len(), 24);
    for limit in [1, 5, 23, 24] {
        let met = both_ways(&app, &format!("sort=relevance&q=rain&limit={limit}")).await;
        assert_eq!(met, best, "{limit}");
    }
    best.reverse();
    for limit in [1, 5, 24] {
        let met = both_ways(&app, &format!("sort=-relevance&q=rain&limit={limit}")).await;
        assert_eq!(met, best, "{limit}");
    }
}

#[actix_web::test]
async fn stories_without_urgency_come_last_and_the_newest_first_among_equals() {
    let app = TestApp::start().await;
    for (slug, urgency, date) in [
        ("none-old", None, "2020-01-01"),
        ("none-new", None, "2020-01-05"),
        ("nine", Some(9), "2020-01-01"),
        ("one-old", Some(1), "2020-01-02"),
        ("one-new", Some(1), "2020-01-03"),
    ] {
        let sent = json!({ "headline": "x", "slug": slug, "urgency": urgency, "status": "published",
            "published_at": format!("{date}T00:00:00Z") });
        app.create(ARTICLES, &sent).await;
    }
    let list = app.get(&format!("{ARTICLES}?sort=urgency")).await.expect(200);
    assert_eq!(slugs(&list.body), ["one-new", "one-old", "nine", "none-new", "none-old"]);
    let list = app.get(&format!("{ARTICLES}?sort=-urgency")).await.expect(200);
    assert_eq!(slugs(&list.body), ["none-old", "none-new", "nine", "one-old", "one-new"]);
}

#[actix_web::test]
async fn a_walk_meets_each_story_once_while_others_are_posted() {
    let app = newsroom().await;
    let before = both_ways(&app, "limit=100").await;
    for sort in [
        "-published_at",
        "published_at",
        "-updated_at",
        "updated_at",
        "urgency",
        "-urgency",
        "relevance&q=rain",
        "-relevance&q=rain",
    ] {
        let (mut met, mut cursor) = (Vec::new(), String::new());
        for n in 0.. {
            let path = format!("{ARTICLES}?sort={sort}&limit=5{cursor}");
            let page = app.get(&path).await.expect(200).body;
            met.extend(slugs(&page).into_iter().map(str::to_owned));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
            let urgency = 1 + n % 9;
            // few enough that the walk comes to its end
            if n < 4 {
                let sent =
                    json!({ "headline": "late rain", "status": "published", "urgency": urgency });
                app.create(ARTICLES, &sent).await;
            }
        }
        let mut once = met.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), met.len(), "{sort}: one was met twice");
        assert!(before.iter().all(|slug| once.contains(slug)), "{sort}: one was missed");
    }
}

#[actix_web::test]
async fn a_cursor_is_of_one_order() {
    let app = newsroom().await;
    let sorts = [
        "-published_at",
        "published_at",
        "-updated_at",
        "updated_at",
        "urgency",
        "-urgency",
        "relevance",
        "-relevance",
    ];
    for sort in sorts {
        let path = format!("{ARTICLES}?q=rain&limit=1&sort={sort}");
        let cursor = app.get(&path).await.expect(200).text("next_cursor");
        for other in sorts.iter().filter(|other| **other != sort) {
            let path = format!("{ARTICLES}?q=rain&limit=1&sort={other}&cursor={cursor}");
            app.get(&path).await.problem(400, "cursor_mismatch");
        }
    }
}

#[actix_web::test]
async fn other_states_are_sorted_too() {
    let app = TestApp::start().await;
    for n in 0..9 {
        let urgency = [Some(3), None, Some(7)][n % 3];
        let sent = json!({ "headline": "x", "slug": format!("d{n}"), "urgency": urgency });
        app.create(ARTICLES, &sent).await;
    }
    let list = app.admin_get(&format!("{ARTICLES}?state=draft&sort=urgency")).await.expect(200);
    assert_eq!(slugs(&list.body), ["d6", "d3", "d0", "d8", "d5", "d2", "d7", "d4", "d1"]);
    let list = app.admin_get(&format!("{ARTICLES}?state=any&sort=updated_at")).await.expect(200);
    assert_eq!(slugs(&list.body), (0..9).map(|n| format!("d{n}")).collect::<Vec<_>>());
}

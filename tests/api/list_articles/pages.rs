//! Walking a list page by page, both ways.

use super::{ARTICLES, slugs};
use crate::support::{Answer, TestApp};
use serde_json::{Value, json};

/// Follows a cursor member until it is null; the slugs of each page, in the order met.
pub(super) async fn walk(
    app: &TestApp,
    query: &str,
    from: Option<String>,
    member: &str,
) -> Vec<Vec<String>> {
    let mut cursor = from;
    let mut pages = Vec::new();
    loop {
        let at = cursor.map_or(String::new(), |cursor| format!("&cursor={cursor}"));
        let page = app.get(&format!("{ARTICLES}?{query}{at}")).await.expect(200).body;
        pages.push(slugs(&page).into_iter().map(str::to_owned).collect());
        match page[member].as_str() {
            None => return pages,
            Some(next) => cursor = Some(next.to_owned()),
        }
    }
}

/// Walks to the end and back again; asserts that both ways meet the same, and gives it.
pub(super) async fn both_ways(app: &TestApp, query: &str) -> Vec<String> {
    let mut page = app.get(&format!("{ARTICLES}?{query}")).await.expect(200).body;
    assert_eq!(page["prev_cursor"], Value::Null, "{query}");
    let mut pages = Vec::new();
    loop {
        pages.push(slugs(&page).into_iter().map(str::to_owned).collect::<Vec<_>>());
        let Some(next) = page["next_cursor"].as_str() else { break };
        page = app.get(&format!("{ARTICLES}?{query}&cursor={next}")).await.expect(200).body;
    }
    let mut back = vec![pages.last().cloned().unwrap_or_default()];
    if let Some(prev) = page["prev_cursor"].as_str() {
        back.extend(walk(app, query, Some(prev.to_owned()), "prev_cursor").await);
    }
    back.reverse();
    assert_eq!(back.concat(), pages.concat(), "{query}");
    pages.concat()
}

/// Twenty-five stories, seven at a time at the same instant; their slugs, newest first.
async fn many(app: &TestApp) -> Vec<String> {
    for n in 0..25 {
        let date = format!("2020-01-0{}T00:00:00Z", 1 + n / 7);
        let sent =
            json!({ "headline": format!("s{n}"), "status": "published", "published_at": date });
        app.create(ARTICLES, &sent).await;
    }
    (0..25).rev().map(|n| format!("s{n}")).collect()
}

#[actix_web::test]
async fn each_story_is_met_once_forward_and_back() {
    let app = TestApp::start().await;
    let all = many(&app).await;
    for limit in [1, 3, 7, 24, 25, 26, 100] {
        let query = format!("limit={limit}");
        let pages = walk(&app, &query, None, "next_cursor").await;
        assert_eq!(pages.concat(), all, "{limit}");
        assert!(pages[..pages.len() - 1].iter().all(|page| page.len() == limit));
        // from the last page back to the first, each page in the list's order
        let mut last = app.get(&format!("{ARTICLES}?{query}")).await.expect(200).body;
        while let Some(next) = last["next_cursor"].as_str() {
            last = app.get(&format!("{ARTICLES}?{query}&cursor={next}")).await.expect(200).body;
        }
        let Some(prev) = last["prev_cursor"].as_str() else { continue };
        let mut back = walk(&app, &query, Some(prev.to_owned()), "prev_cursor").await;
        back.reverse();
        let mut met = back.concat();
        met.extend(slugs(&last).into_iter().map(str::to_owned));
        assert_eq!(met, all, "{limit}");
    }
}

#[actix_web::test]
async fn the_first_page_has_nothing_before_it_and_the_last_nothing_after_it() {
    let app = TestApp::start().await;
    many(&app).await;
    let first = app.get(&format!("{ARTICLES}?limit=20")).await.expect(200).body;
    assert_eq!(first["prev_cursor"], Value::Null);
    let next = first["next_cursor"].as_str().unwrap();
    let last = app.get(&format!("{ARTICLES}?limit=20&cursor={next}")).await.expect(200).body;
    assert_eq!((slugs(&last).len(), &last["next_cursor"]), (5, &Value::Null));
    let prev = last["prev_cursor"].as_str().unwrap();
    let again = app.get(&format!("{ARTICLES}?limit=20&cursor={prev}")).await.expect(200).body;
    assert_eq!(again["items"], first["items"]);
    assert_eq!(again["prev_cursor"], Value::Null);
    assert_eq!(again["next_cursor"], first["next_cursor"]);
}

#[actix_web::test]
async fn stories_posted_meanwhile_do_not_shift_the_walk() {
    let app = TestApp::start().await;
    let all = many(&app).await;
    let mut met = Vec::new();
    let mut cursor = String::new();
    for n in 0.. {
        let page = app.get(&format!("{ARTICLES}?limit=4{cursor}")).await.expect(200).body;
        met.extend(slugs(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
        // newer than all, and a draft, which is in no list
        app.story(&format!("late {n}")).await;
        app.create(ARTICLES, &json!({ "headline": format!("draft {n}") })).await;
    }
    assert_eq!(met, all);
    // walking back from the end meets the new ones too, and nothing twice
    let mut back = walk(&app, "limit=4", Some(cursor.replace("&cursor=", "")), "prev_cursor").await;
    back.reverse();
    let back = back.concat();
    let mut unique = back.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), back.len());
    assert!(back.iter().any(|slug| slug == "late-0"));
}

#[actix_web::test]
async fn a_cursor_outlives_its_story() {
    let app = TestApp::start().await;
    let all = many(&app).await;
    let first = app.get(&format!("{ARTICLES}?limit=5")).await.expect(200).body;
    let next = first["next_cursor"].as_str().unwrap();
    for slug in &all[4..6] {
        app.delete(&format!("{ARTICLES}/{slug}")).await.expect(204);
    }
    let second = app.get(&format!("{ARTICLES}?limit=5&cursor={next}")).await.expect(200).body;
    assert_eq!(slugs(&second), all[6..11]);
    let prev = second["prev_cursor"].as_str().unwrap();
    let back = app.get(&format!("{ARTICLES}?limit=5&cursor={prev}")).await.expect(200).body;
    assert_eq!(slugs(&back), all[..4]);
}

#[actix_web::test]
async fn a_page_past_the_end_is_empty_and_leads_back() {
    let app = TestApp::start().await;
    app.story("one").await;
    app.story("two").await;
    let first = app.get(&format!("{ARTICLES}?limit=1")).await.expect(200).body;
    app.delete(&format!("{ARTICLES}/one")).await.expect(204);
    let next = first["next_cursor"].as_str().unwrap();
    let empty = app.get(&format!("{ARTICLES}?limit=1&cursor={next}")).await.expect(200).body;
    assert_eq!((&empty["items"], &empty["next_cursor"]), (&json!([]), &Value::Null));
}

/// The addresses of a `Link` header by relation.
fn links(answer: &Answer) -> Vec<(String, String)> {
    let one = |link: &str| {
        let (address, rel) = link.split_once(">; rel=").unwrap();
        let address = address.strip_prefix("<https://api.news.example").unwrap();
        (rel.trim_matches('"').to_owned(), address.to_owned())
    };
    let pages = answer.header("link").split(", ").filter(|link| !link.contains("alternate"));
    pages.map(one).collect()
}

#[actix_web::test]
async fn the_link_header_repeats_the_filters() {
    let app = TestApp::start().await;
    for n in 0..3 {
        let sent =
            json!({ "headline": format!("s{n}"), "status": "published", "tags": ["a b & c", "ü"] });
        app.create(ARTICLES, &sent).await;
    }
    let query = "tag=a%20b%20%26%20c&tag=%C3%BC&limit=1&total=exact";
    let first = app.get(&format!("{ARTICLES}?{query}")).await.expect(200);
    let found = links(&first);
    // in the order of their names, so that the same list has the same bytes however it is asked for
    let sorted = "limit=1&tag=a%20b%20%26%20c&tag=%C3%BC&total=exact";
    assert_eq!(found[0], ("first".to_owned(), format!("{ARTICLES}?{sorted}")));
    assert_eq!(found[1].0, "next");
    assert_eq!(found.len(), 2);
    let second = app.get(&found[1].1).await.expect(200);
    assert_eq!(slugs(&second.body), ["s1"]);
    assert_eq!(second.body["total"], 3);
    let found = links(&second);
    let names: Vec<&str> = found.iter().map(|(rel, _)| rel.as_str()).collect();
    assert_eq!(names, ["first", "prev", "next"]);
    assert_eq!(app.get(&found[0].1).await.expect(200).body["items"], first.body["items"]);
    assert_eq!(app.get(&found[1].1).await.expect(200).body["items"], first.body["items"]);
    let third = app.get(&found[2].1).await.expect(200);
    assert_eq!((slugs(&third.body), &third.body["next_cursor"]), (vec!["s0"], &Value::Null));
}

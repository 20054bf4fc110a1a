//! Lists: whole, by every filter, and counted.

use super::newsroom::{Newsroom, Story, newsroom};
use super::rule::{self, Caller};
use super::{ARTICLES, ask};
use reqwest::Method;
use serde_json::Value;

const STATES: [Option<&str>; 8] = [
    None,
    Some("live"),
    Some("any"),
    Some("draft"),
    Some("scheduled"),
    Some("expired"),
    Some("retracted"),
    Some("trashed"),
];

/// Asks for a list and compares what it shows of these stories with the rule.
async fn compare(
    room: &Newsroom,
    caller: &Caller,
    filter: &str,
    states: Option<&str>,
    stories: &[&Story],
) {
    let state = states.map_or(String::new(), |states| format!("&state={states}"));
    let path = format!("{ARTICLES}?limit=100&total=exact{filter}{state}");
    let told = format!("{} {path}", caller.name());
    let answer = ask(&room.app, caller, Method::GET, &path).await;
    let mut expected = Vec::new();
    for story in stories {
        match rule::listed(caller, story.fate, states) {
            Err(status) => {
                let code = if status == 401 { "key_missing" } else { "scope_missing" };
                assert_eq!(answer.status, status, "{told}");
                assert_eq!(answer.body["code"], code, "{told}");
                return;
            }
            Ok(true) => expected.push(story.slug.as_str()),
            Ok(false) => {}
        }
    }
    assert_eq!(answer.status, 200, "{told}: {:#}", answer.body);
    let items = answer.body["items"].as_array().unwrap();
    let slug = |item: &Value| item["slug"].as_str().unwrap().to_owned();
    let mut shown: Vec<String> = items.iter().map(slug).collect();
    assert_eq!(answer.body["total"], shown.len(), "{told}");
    shown.retain(|slug| !slug.starts_with("original-"));
    shown.sort();
    expected.sort_unstable();
    assert_eq!(shown, expected, "{told}");
    for item in items {
        let known = stories.iter().find(|story| item["slug"] == story.slug.as_str());
        assert!(known.is_none_or(|story| item["state"] == story.fate.state()), "{told}");
    }
}

#[actix_web::test]
async fn whole_lists_show_what_the_rule_says() {
    let room = newsroom().await;
    let all: Vec<&Story> = room.stories.iter().collect();
    for caller in &room.callers {
        for states in STATES {
            for filter in [
                "",
                "&source=theirs",
                "&language=ur",
                "&include=body",
                "&source=theirs&updated_after=2020-01-01T00:00:00Z",
            ] {
                compare(&room, caller, filter, states, &all).await;
            }
        }
    }
}

#[actix_web::test]
async fn every_filter_shows_what_the_rule_says() {
    let room = newsroom().await;
    for caller in &room.callers {
        for story in &room.stories {
            let slug = &story.slug;
            for filter in [
                format!("&slug={slug}"),
                format!("&category={slug}"),
                format!("&tag={slug}"),
                format!("&author={slug}"),
                format!("&source=theirs&external_id={slug}"),
                format!("&source_url=https%3A%2F%2Fa.example%2F{slug}"),
            ] {
                for states in [None, Some("any")] {
                    compare(&room, caller, &filter, states, &[story]).await;
                }
            }
            let (filter, state) = (format!("&slug={slug}"), Some(story.fate.state()));
            compare(&room, caller, &filter, state, &[story]).await;
            // a former slug finds nothing, whoever asks
            let path = format!("{ARTICLES}?slug={}&total=estimated", story.former);
            let list = ask(&room.app, caller, Method::GET, &path).await.expect(200);
            assert_eq!(list.body["total"], 0);
        }
    }
}

#[actix_web::test]
async fn pages_of_one_show_the_same_as_a_whole_list() {
    let room = newsroom().await;
    for caller in &room.callers {
        let path = format!("{ARTICLES}?limit=1&source=theirs");
        let page = ask(&room.app, caller, Method::GET, &path).await.expect(200).body;
        assert_eq!(page["items"][0]["slug"], "x-live");
        assert_eq!((&page["next_cursor"], &page["prev_cursor"]), (&Value::Null, &Value::Null));
    }
}

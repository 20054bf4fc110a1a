//! What writing tells: nothing beyond what reading does.

use super::newsroom::newsroom;
use super::rule::Caller;
use super::{ARTICLES, anonymised, ask_with, rule};
use reqwest::Method;
use serde_json::json;

const STALE: [(&str, &str); 1] = [("if-match", "\"999\"")];

#[actix_web::test]
async fn a_change_tells_no_more_than_a_read() {
    let room = newsroom().await;
    let body = json!({ "headline": "Changed" });
    for caller in &room.callers {
        for method in [Method::PATCH, Method::PUT] {
            let send = async |path: &str| {
                ask_with(&room.app, caller, method.clone(), path, &STALE, Some(&body)).await
            };
            let unknown = send(&format!("{ARTICLES}/unknown")).await;
            for story in &room.stories {
                let expected = rule::stale_change(caller, story.fate);
                for reference in [&story.id, &story.slug] {
                    let path = format!("{ARTICLES}/{reference}");
                    let told = format!("{} {method} {path}", caller.name());
                    let answer = send(&path).await;
                    assert_eq!(answer.status, expected, "{told}: {:#}", answer.body);
                    if expected == 404 {
                        assert_eq!(anonymised(&answer), anonymised(&unknown), "{told}");
                    }
                    let known = expected == 412;
                    assert_eq!(answer.body.get("version").is_some(), known, "{told}");
                    assert_eq!(answer.header("etag").is_empty(), !known, "{told}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_deletion_tells_no_more_than_a_read() {
    let room = newsroom().await;
    for caller in &room.callers {
        let send = async |path: &str| {
            ask_with(&room.app, caller, Method::DELETE, path, &STALE, None).await
        };
        let unknown = send(&format!("{ARTICLES}/unknown")).await;
        for story in &room.stories {
            let expected = rule::stale_deletion(caller, story.fate);
            let path = format!("{ARTICLES}/{}", story.id);
            let told = format!("{} {path}", caller.name());
            let answer = send(&path).await;
            assert_eq!(answer.status, expected, "{told}: {:#}", answer.body);
            if expected == 404 {
                assert_eq!(anonymised(&answer), anonymised(&unknown), "{told}");
            }
        }
    }
}

fn writers(callers: &[Caller]) -> impl Iterator<Item = &Caller> {
    callers.iter().filter(|caller| caller.has(newswire::access::Scope::ArticlesWrite))
}

#[actix_web::test]
async fn a_reference_to_a_hidden_story_is_one_to_none() {
    let room = newsroom().await;
    for caller in writers(&room.callers) {
        for story in &room.stories {
            for reference in [&story.id, &story.slug, &story.former] {
                let body = json!({ "headline": "x", "translation_of": reference });
                let path = format!("{ARTICLES}?dry_run=true");
                let answer =
                    ask_with(&room.app, caller, Method::POST, &path, &[], Some(&body)).await;
                let seen = rule::as_translation(caller, story.fate);
                let told = format!("{} {reference}: {:#}", caller.name(), answer.body);
                assert_eq!(answer.status, if seen { 200 } else { 422 }, "{told}");
                if !seen {
                    let detail = format!("No story has the id or slug \"{reference}\".");
                    let fault = json!([{ "in": "body", "pointer": "/translation_of", "detail": detail, "code": "article_not_found" }]);
                    assert_eq!(answer.body["errors"], fault, "{told}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_taken_slug_names_its_story_only_to_those_who_see_it() {
    let room = newsroom().await;
    for caller in writers(&room.callers) {
        for story in &room.stories {
            for slug in [&story.slug, &story.former] {
                let body = json!({ "headline": "x", "slug": slug });
                let answer =
                    ask_with(&room.app, caller, Method::POST, ARTICLES, &[], Some(&body)).await;
                let answer = answer.problem(409, "slug_taken");
                let told = format!("{} {slug}", caller.name());
                let seen = rule::single(caller, story.fate) == 200 || caller.reads();
                assert_eq!(answer.body.get("existing").is_some(), seen, "{told}");
                assert_eq!(answer.body.to_string().contains(&story.id), seen, "{told}");
            }
        }
    }
}

#[actix_web::test]
async fn a_taken_external_id_is_told_within_the_bounds_of_the_key() {
    let room = newsroom().await;
    for caller in writers(&room.callers) {
        for story in &room.stories {
            let body = json!({ "headline": "x", "source": "theirs", "external_id": story.slug });
            let path = format!("{ARTICLES}?dry_run=true");
            let answer = ask_with(&room.app, caller, Method::POST, &path, &[], Some(&body)).await;
            let told = format!("{} {}", caller.name(), story.slug);
            if caller.covers() {
                let answer = answer.problem(409, "external_id_taken");
                assert_eq!(answer.body["existing"]["id"], story.id.as_str(), "{told}");
            } else {
                let answer = answer.problem(403, "source_forbidden");
                assert!(answer.body.get("existing").is_none(), "{told}");
            }
        }
    }
}

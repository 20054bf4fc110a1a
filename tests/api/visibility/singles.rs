//! One story: by id, slug, former slug, external id; as input; as a translation of another.

use super::newsroom::newsroom;
use super::{ARTICLES, anonymised, ask, ask_with, rule};
use reqwest::Method;

#[actix_web::test]
async fn each_caller_sees_each_story_as_the_rule_says() {
    let room = newsroom().await;
    for caller in &room.callers {
        let unknown = ask(&room.app, caller, Method::GET, &format!("{ARTICLES}/unknown")).await;
        let unknown = anonymised(&unknown.problem(404, "not_found"));
        for story in &room.stories {
            let expected = rule::single(caller, story.fate);
            for path in story.paths() {
                let told = format!("{} {path}", caller.name());
                let answer = ask(&room.app, caller, Method::GET, &path).await;
                assert_eq!(answer.status, expected, "{told}");
                match expected {
                    200 => assert_eq!(answer.body["state"], story.fate.state(), "{told}"),
                    410 => assert_eq!(answer.body["code"], "article_gone", "{told}"),
                    _ => assert_eq!(anonymised(&answer), unknown, "{told}"),
                }
                let private =
                    if caller.key.is_some() { "private, no-store" } else { "public, no-cache" };
                assert_eq!(answer.header("cache-control"), private, "{told}");
                let head = ask(&room.app, caller, Method::HEAD, &path).await;
                assert_eq!(head.status, expected, "HEAD {told}");
            }
        }
    }
}

#[actix_web::test]
async fn a_former_slug_tells_no_more_than_the_story_itself() {
    let room = newsroom().await;
    for caller in &room.callers {
        let unknown = ask(&room.app, caller, Method::GET, &format!("{ARTICLES}/unknown")).await;
        for story in &room.stories {
            let told = format!("{} {}", caller.name(), story.former);
            let expected = rule::former(caller, story.fate);
            for method in [Method::GET, Method::HEAD] {
                let path = format!("{ARTICLES}/{}", story.former);
                let answer = ask(&room.app, caller, method.clone(), &path).await;
                assert_eq!(answer.status, expected, "{method} {told}");
                let location = format!("https://api.news.example/api/v1/articles/{}", story.slug);
                let location = if expected == 308 { location.as_str() } else { "" };
                assert_eq!(answer.header("location"), location, "{told}");
                if expected == 404 && method == Method::GET {
                    assert_eq!(anonymised(&answer), anonymised(&unknown), "{told}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn no_copy_is_confirmed_that_the_caller_may_not_see() {
    let room = newsroom().await;
    for caller in &room.callers {
        for story in &room.stories {
            let expected = rule::single(caller, story.fate);
            let path = format!("{ARTICLES}/{}", story.slug);
            let told = format!("{} {path}", caller.name());
            if expected == 200 {
                let own = ask(&room.app, caller, Method::GET, &path).await;
                let tag = [("if-none-match", own.header("etag"))];
                let held = ask_with(&room.app, caller, Method::GET, &path, &tag, None).await;
                assert_eq!(held.status, 304, "{told}");
                continue;
            }
            let tags = story.seen.iter().map(String::as_str).chain(["*"]);
            for tag in tags {
                let tag = [("if-none-match", tag)];
                for method in [Method::GET, Method::HEAD] {
                    let answer = ask_with(&room.app, caller, method, &path, &tag, None).await;
                    assert_eq!(answer.status, expected, "{tag:?} {told}");
                    assert_eq!(answer.header("etag"), "", "{told}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn the_input_is_for_keys_that_may_read_the_story() {
    let room = newsroom().await;
    for caller in &room.callers {
        let unknown =
            ask(&room.app, caller, Method::GET, &format!("{ARTICLES}/unknown/input")).await;
        for story in &room.stories {
            let expected = rule::input(caller, story.fate);
            for reference in [&story.id, &story.slug] {
                let path = format!("{ARTICLES}/{reference}/input");
                let told = format!("{} {path}", caller.name());
                let answer = ask(&room.app, caller, Method::GET, &path).await;
                assert_eq!(answer.status, expected, "{told}");
                if expected == 404 {
                    assert_eq!(anonymised(&answer), anonymised(&unknown), "{told}");
                }
            }
            let path = format!("{ARTICLES}/{}/input", story.former);
            let answer = ask(&room.app, caller, Method::GET, &path).await;
            let moved = if expected == 200 { 308 } else { expected };
            // a live story's former slug is no secret: the way leads on to the refusal
            let live = answer.status == 308 && story.fate == rule::Fate::Live && expected == 403;
            assert!(live || answer.status == moved, "{} {path}: {}", caller.name(), answer.status);
        }
    }
}

#[actix_web::test]
async fn translations_are_those_that_the_caller_may_see() {
    let room = newsroom().await;
    for caller in &room.callers {
        for story in &room.stories {
            let expected = rule::as_translation(caller, story.fate);
            let told = format!("{} {}", caller.name(), story.original);
            let path = format!("{ARTICLES}/{}", story.original);
            let single = ask(&room.app, caller, Method::GET, &path).await.expect(200).body;
            let path = format!("{ARTICLES}?slug={}", story.original);
            let list = ask(&room.app, caller, Method::GET, &path).await.expect(200).body;
            for shown in [&single["translations"], &list["items"][0]["translations"]] {
                let shown = shown.as_array().unwrap();
                let slugs: Vec<&str> =
                    shown.iter().map(|one| one["slug"].as_str().unwrap()).collect();
                let wanted = if expected { vec![story.slug.as_str()] } else { vec![] };
                assert_eq!(slugs, wanted, "{told}");
            }
            // not a word of it otherwise
            assert_eq!(single.to_string().contains(&story.id), expected, "{told}");
        }
    }
}

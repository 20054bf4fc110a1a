//! Feeds: only what the public sees, in every format, whatever the key; a story comes and goes at its
//! instant.

use super::newsroom::newsroom;
use super::rule::{self, Bound, Caller};
use super::time::{rfc, until};
use crate::feeds::FEEDS;
use crate::support::TestApp;
use chrono::{TimeDelta, Utc};
use serde_json::json;

#[actix_web::test]
async fn feeds_show_what_the_public_sees() {
    let room = newsroom().await;
    let public = Caller { key: None, scope: None, bound: Bound::Nothing };
    for path in FEEDS {
        for story in &room.stories {
            let slug = &story.slug;
            let shown = rule::listed(&public, story.fate, None).unwrap();
            for query in [
                "limit=100".to_owned(),
                "limit=100&source=theirs".to_owned(),
                format!("category={slug}"),
                format!("tag={slug}"),
                format!("slug={slug}"),
                format!("ids={}", story.id),
            ] {
                let told = format!("{path}?{query} {:?}", story.fate);
                for answer in [
                    room.app.get(&format!("{path}?{query}")).await,
                    room.app.admin_get(&format!("{path}?{query}")).await,
                ] {
                    let text = String::from_utf8(answer.expect(200).bytes).unwrap();
                    let named = text.contains(&format!("Story {slug}<"))
                        || text.contains(&format!("Story {slug}\""));
                    assert_eq!(named, shown, "{told}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_scheduled_story_is_in_the_feeds_from_its_instant_to_its_end() {
    let app = TestApp::start().await;
    app.trusting().await;
    let (start, end) = (Utc::now() + TimeDelta::seconds(3), Utc::now() + TimeDelta::seconds(6));
    let sent = json!({ "headline": "Embargo", "status": "published", "published_at": rfc(start),
                       "expires_at": rfc(end) });
    app.create(super::ARTICLES, &sent).await;
    let shown = async || {
        let mut shown = Vec::new();
        for path in FEEDS {
            let bytes = app.get(path).await.expect(200).bytes;
            shown.push(String::from_utf8_lossy(&bytes).contains("Embargo"));
        }
        shown
    };
    assert_eq!(shown().await, [false; 3]);
    assert!(Utc::now() < start, "the machine was too slow for this test");
    until(start).await;
    assert_eq!(shown().await, [true; 3]);
    assert!(Utc::now() < end, "the machine was too slow for this test");
    until(end).await;
    assert_eq!(shown().await, [false; 3]);
}

//! Stories come and go at their instant, on every path, without any write.

use super::{ARTICLES, Newsroom, newsroom};
use actix_web::rt::time::sleep;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::time::Duration;

/// The database and the test run on one machine, by one clock.
async fn until(instant: DateTime<Utc>) {
    let left = (instant - Utc::now()).to_std().expect("the memory was filled before the instant");
    sleep(left + Duration::from_millis(3)).await;
}

/// Time enough to read everything twice.
fn soon() -> DateTime<Utc> {
    Utc::now() + TimeDelta::milliseconds(6000)
}

fn is_quiet(room: &Newsroom) -> bool {
    room.app.app.cache.size().1 > 40
}

#[actix_web::test]
async fn a_scheduled_story_appears() {
    let room = newsroom().await;
    let at = soon();
    let sent = json!({ "headline": "Rain: newword", "slug": "later", "category": "pakistan", "source": "gamma", "tags": ["new"],
        "authors": [{ "name": "Newcomer" }], "language": "ur", "featured": true, "translation_of": "one", "status": "published",
        "published_at": at.to_rfc3339() });
    room.app.create(ARTICLES, &sent).await;
    let changed = room
        .after("the instant of publishing", async |_| {
            assert!(is_quiet(&room));
            until(at).await;
        })
        .await;
    for path in [
        "/articles/one",
        "/articles",
        "/articles?limit=1",
        "/articles?category=world",
        "/articles?category=pakistan",
        "/articles?source=gamma",
        "/articles?tag=new",
        "/articles?language=ur",
        "/articles?featured=true",
        "/articles?sort=urgency",
        "/articles?q=rain",
        "/articles?q=newword",
        "/articles?q=newword&sort=relevance",
        "/articles?q=rain&sort=relevance",
        "/articles?total=exact&limit=1",
        "/tags",
        "/tags?prefix=new",
        "/authors",
        "/search/suggest?q=new",
        "/categories?include=counts",
        "/sources?include=counts",
        "/articles?q=rain&limit=1&facets=category,source,language,tag,month",
    ] {
        assert!(changed.contains(&path), "{path}: {changed:#?}");
    }
}

#[actix_web::test]
async fn an_expiring_story_disappears() {
    let room = newsroom().await;
    let at = soon();
    let path = format!("{ARTICLES}/one");
    room.app.patch(&path, &json!({ "expires_at": at.to_rfc3339() })).await.expect(200);
    let changed = room
        .after("the instant of expiry", async |_| {
            assert!(is_quiet(&room));
            until(at).await;
        })
        .await;
    for path in [
        "/articles/one",
        "/articles",
        "/articles?category=world",
        "/articles?category=pakistan",
        "/articles?source=alpha",
        "/articles?tag=rain",
        "/articles?author=ayesha-khan",
        "/articles?language=en",
        "/articles?sort=urgency",
        "/articles?slug=one",
        "/articles?q=rain",
        "/articles?q=rain&sort=relevance",
        "/articles?total=exact&limit=1",
        "/tags",
        "/authors",
        "/search/suggest?q=rain",
        "/categories?include=counts",
        "/sources?include=counts",
        "/articles/two?include=related",
    ] {
        assert!(changed.contains(&path), "{path}: {changed:#?}");
    }
    let at = soon();
    let sent = json!({ "headline": "Regen", "slug": "fr", "language": "fr", "translation_of": "two", "status": "published",
        "expires_at": at.to_rfc3339() });
    room.app.create(ARTICLES, &sent).await;
    let changed = room.after("the expiry of a translation", async |_| until(at).await).await;
    assert!(changed.contains(&"/articles/two"), "{changed:#?}");
}

//! Changes made by plain SQL, past this service: seen within half a second.

use super::newsroom;
use actix_web::rt::time::sleep;
use newswire::freshness::LEASE;
use std::time::Duration;

const LITTLE: Duration = Duration::from_millis(50);

#[actix_web::test]
async fn plain_sql_is_seen_within_the_bound() {
    let room = newsroom().await;
    for (sql, wanted) in [
        (
            "UPDATE articles SET headline = 'Newword' WHERE slug = 'one'",
            &["/articles/one", "/articles", "/articles?source=alpha"][..],
        ),
        (
            "UPDATE articles SET status = 'published', published_at = now() WHERE slug = 'draft'",
            &["/articles/draft", "/articles?category=sport", "/tags"],
        ),
        (
            "UPDATE articles SET source_id = (SELECT id FROM sources WHERE slug = 'gamma') WHERE slug = 'two'",
            &["/articles?source=gamma", "/articles?source=beta", "/sources?include=counts"],
        ),
        (
            "UPDATE articles SET trashed_at = now() WHERE slug = 'three'",
            &["/articles/three", "/articles?category=asia", "/articles?q=rain"],
        ),
        (
            "UPDATE sources SET name = 'Alfa' WHERE slug = 'alpha'",
            &["/articles/one", "/sources", "/sources/alpha"],
        ),
        (
            "UPDATE categories SET name = 'Welt' WHERE slug = 'world'",
            &["/articles/one", "/categories/tree"],
        ),
        ("BEGIN; UPDATE articles SET headline = 'x' WHERE slug = 'one'; ROLLBACK", &[]),
        (
            "DELETE FROM articles WHERE slug = 'two'",
            &["/articles/two", "/articles", "/articles?language=de"],
        ),
        (
            "TRUNCATE articles CASCADE",
            &["/articles/one", "/articles", "/articles?source=alpha", "/categories?include=counts"],
        ),
    ] {
        let changed = room
            .after(sql, async |app| {
                app.database.execute(sql).await;
                sleep(LEASE + LITTLE).await;
            })
            .await;
        for path in wanted {
            assert!(changed.contains(path), "{sql}: {path} shows nothing of it: {changed:#?}");
        }
    }
}

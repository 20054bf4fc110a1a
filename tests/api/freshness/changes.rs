//! Writes of stories through the API.

use super::{ARTICLES, newsroom, shows};
use serde_json::json;

#[actix_web::test]
async fn edits_of_a_story_are_seen_at_once() {
    let room = newsroom().await;
    let changed = room
        .after("a new headline", async |app| {
            let edit =
                json!({ "headline": "Newword in Lahore", "tags": ["New tag"], "urgency": 1 });
            app.patch(&format!("{ARTICLES}/one"), &edit).await.expect(200);
        })
        .await;
    shows(
        &changed,
        &[
            "/articles/one",
            "/articles",
            "/articles?q=newword",
            "/articles?q=newword&sort=relevance",
            "/articles?tag=rain",
            "/tags",
            "/tags?prefix=new",
            "/search/suggest?q=new",
            "/articles?sort=urgency",
            "/articles?source=alpha",
            "/articles?category=world",
            "/articles?author=ayesha-khan",
        ],
    );
    let changed = room
        .after("another language and author", async |app| {
            let edit = json!({ "language": "ur", "authors": [{ "name": "Cy" }] });
            app.patch(&format!("{ARTICLES}/one"), &edit).await.expect(200);
        })
        .await;
    shows(
        &changed,
        &[
            "/articles?language=en",
            "/articles?language=ur",
            "/authors",
            "/articles?author=ayesha-khan",
        ],
    );
    let changed = room
        .after("a whole new story", async |app| {
            let whole = json!({ "headline": "Rain over", "category": "sport", "source": "gamma", "body": "Dry." });
            app.put(&format!("{ARTICLES}/one"), &whole).await.expect(200);
        })
        .await;
    shows(
        &changed,
        &[
            "/articles/one",
            "/articles?category=pakistan",
            "/articles?category=sport",
            "/articles?source=gamma",
            "/articles?source=alpha",
            "/sources?include=counts",
            "/categories?include=counts",
        ],
    );
}

#[actix_web::test]
async fn new_names_for_a_story_are_seen_at_once() {
    let room = newsroom().await;
    let changed = room
        .after("a new slug", async |app| {
            app.patch(&format!("{ARTICLES}/one"), &json!({ "slug": "eins" })).await.expect(200);
        })
        .await;
    shows(&changed, &["/articles/one", "/articles?slug=one", "/sources/alpha/articles/x1"]);
    let changed = room
        .after("a new id of its supplier's", async |app| {
            let edit = json!({ "external_id": "x2" });
            app.patch(&format!("{ARTICLES}/eins"), &edit).await.expect(200);
        })
        .await;
    shows(&changed, &["/sources/alpha/articles/x1", "/articles?source=alpha"]);
    let changed = room
        .after("another story under the old id", async |app| {
            let sent = json!({ "headline": "Rain", "slug": "x", "source": "alpha",
                "external_id": "x1", "status": "published" });
            app.create(ARTICLES, &sent).await;
        })
        .await;
    shows(&changed, &["/sources/alpha/articles/x1"]);
}

#[actix_web::test]
async fn publishing_and_taking_back_are_seen_at_once() {
    let room = newsroom().await;
    let changed = room
        .after("publishing", async |app| {
            app.patch(&format!("{ARTICLES}/draft"), &json!({ "status": "published" }))
                .await
                .expect(200);
        })
        .await;
    shows(
        &changed,
        &[
            "/articles/draft",
            "/articles",
            "/articles?category=sport",
            "/articles?source=beta",
            "/articles?tag=rain",
            "/articles?q=rain",
            "/articles?total=exact&limit=1",
            "/tags",
            "/search/suggest?q=rain",
            "/sources?include=counts",
        ],
    );
    let changed = room
        .after("taking back", async |app| {
            app.patch(&format!("{ARTICLES}/one"), &json!({ "status": "draft" })).await.expect(200);
        })
        .await;
    shows(
        &changed,
        &[
            "/articles/one",
            "/articles?category=asia",
            "/articles?source=alpha",
            "/authors",
            "/articles?slug=one",
            "/articles?language=en",
            "/categories?include=counts",
        ],
    );
    let changed = room
        .after("the trash", async |app| {
            app.delete(&format!("{ARTICLES}/three")).await.expect(204);
        })
        .await;
    shows(
        &changed,
        &[
            "/articles/three",
            "/articles?category=asia",
            "/articles?category=sport",
            "/articles?tag=rain",
        ],
    );
    let changed = room
        .after("another story", async |app| {
            let sent = json!({ "headline": "Rain: newword", "category": "unused", "source": "gamma", "tags": ["new"], "status": "published" });
            app.create(ARTICLES, &sent).await;
        })
        .await;
    shows(
        &changed,
        &[
            "/articles",
            "/articles?category=unused",
            "/articles?source=gamma",
            "/articles?tag=new",
            "/articles?q=newword",
            "/articles?q=newword&sort=relevance",
        ],
    );
}

#[actix_web::test]
async fn translations_are_seen_at_once() {
    let room = newsroom().await;
    let changed = room
        .after("a translation", async |app| {
            let sent = json!({ "headline": "بارش", "slug": "ur", "language": "ur", "translation_of": "one", "category": "sport", "status": "published" });
            app.create(ARTICLES, &sent).await;
        })
        .await;
    shows(
        &changed,
        &[
            "/articles/one",
            "/articles?source=alpha",
            "/articles?language=ur",
            "/articles?category=pakistan",
        ],
    );
    let changed = room
        .after("a translation's headline", async |app| {
            app.patch(&format!("{ARTICLES}/ur"), &json!({ "headline": "بارش ہوئی" }))
                .await
                .expect(200);
        })
        .await;
    shows(&changed, &["/articles/one", "/articles?source=alpha", "/articles?slug=one"]);
    let changed = room
        .after("a translation of another", async |app| {
            app.patch(&format!("{ARTICLES}/ur"), &json!({ "translation_of": "three" }))
                .await
                .expect(200);
        })
        .await;
    shows(&changed, &["/articles/one", "/articles/three", "/articles?slug=one"]);
    let changed = room
        .after("a translation taken back", async |app| {
            app.patch(&format!("{ARTICLES}/ur"), &json!({ "status": "draft" })).await.expect(200);
        })
        .await;
    shows(&changed, &["/articles/three", "/articles?language=ur"]);
    room.after("a hidden translation let go", async |app| {
        app.patch(&format!("{ARTICLES}/ur"), &json!({ "translation_of": null })).await.expect(200);
    })
    .await;
}

#[actix_web::test]
async fn what_changes_nothing_changes_nothing() {
    let room = newsroom().await;
    for (what, query, body) in [
        ("a dry run", "?dry_run=true", json!({ "headline": "Newword" })),
        ("the same again", "", json!({ "slug": "one" })),
    ] {
        let changed = room
            .after(what, async |app| {
                app.patch(&format!("{ARTICLES}/one{query}"), &body).await.expect(200);
            })
            .await;
        assert_eq!(changed, [""; 0], "{what}");
    }
}

//! Writes of sources and categories through the API.

use super::{newsroom, shows};
use serde_json::json;

#[actix_web::test]
async fn changes_of_sources_are_seen_at_once() {
    let room = newsroom().await;
    let changed = room
        .after("a new name", async |app| {
            let edit = json!({ "name": "Alfa", "slug": "alpha-news" });
            app.patch("/api/v1/sources/alpha", &edit).await.expect(200);
        })
        .await;
    shows(
        &changed,
        &[
            "/articles/one",
            "/articles",
            "/articles?source=alpha",
            "/articles?q=rain",
            "/sources",
            "/sources/alpha",
            "/articles?q=rain&limit=1&facets=category,source,language,tag,month",
        ],
    );
    let changed = room
        .after("a new name of what only the facets show", async |app| {
            app.patch("/api/v1/sources/beta", &json!({ "name": "Betta" })).await.expect(200);
        })
        .await;
    shows(&changed, &["/articles?q=rain&limit=1&facets=category,source,language,tag,month"]);
    let changed = room
        .after("another source", async |app| {
            app.create("/api/v1/sources", &json!({ "name": "All New" })).await;
        })
        .await;
    shows(
        &changed,
        &["/sources", "/sources?include=counts", "/search/suggest?q=al", "/search/suggest?q=new"],
    );
    let changed = room
        .after("an unused source deleted", async |app| {
            app.delete("/api/v1/sources/gamma").await.expect(204);
        })
        .await;
    shows(
        &changed,
        &[
            "/articles?source=gamma",
            "/articles?exclude_source=gamma",
            "/articles?source=gamma&tag=rain",
            "/sources",
        ],
    );
    let changed = room
        .after("a source deleted, its stories moved", async |app| {
            app.delete("/api/v1/sources/alpha-news?reassign_to=beta").await.expect(204);
        })
        .await;
    shows(
        &changed,
        &["/articles/one", "/articles?source=alpha", "/articles?source=beta", "/sources/alpha"],
    );
}

#[actix_web::test]
async fn changes_of_categories_are_seen_at_once() {
    let room = newsroom().await;
    let facets = "/articles?q=rain&limit=1&facets=category,source,language,tag,month";
    for (what, category, edit, wanted) in [
        (
            "a new name",
            "pakistan",
            json!({ "name": "Pákistan" }),
            &["/articles/one", "/articles?category=asia", "/categories/tree", facets][..],
        ),
        (
            "a new slug",
            "sport",
            json!({ "slug": "sports" }),
            &[
                "/articles/two",
                "/articles",
                "/articles?category=sport",
                "/categories/sport",
                facets,
                "/articles/one?include=source,related",
            ],
        ),
        (
            "a name above",
            "world",
            json!({ "name": "The World" }),
            &["/articles/one", "/categories/asia", facets],
        ),
        (
            "a move away",
            "pakistan",
            json!({ "parent": null }),
            &[
                "/articles/one",
                "/articles?category=world",
                "/articles?exclude_category=asia",
                facets,
                "/categories?include=counts",
            ],
        ),
        (
            "a move below another",
            "asia",
            json!({ "parent": "unused" }),
            &[
                "/articles/three",
                "/articles?category=unused",
                "/articles?q=rain&category=world",
                "/articles?exclude_category=unused",
            ],
        ),
        ("a place", "asia", json!({ "position": -3 }), &["/categories"]),
    ] {
        let changed = room
            .after(what, async |app| {
                app.patch(&format!("/api/v1/categories/{category}"), &edit).await.expect(200);
            })
            .await;
        shows(&changed, wanted);
    }
    let changed = room
        .after("a category deleted, its stories moved", async |app| {
            app.delete("/api/v1/categories/sports?reassign_to=world").await.expect(204);
        })
        .await;
    shows(
        &changed,
        &["/articles/two", "/articles?category=world", "/articles?category=sport", "/categories"],
    );
    let changed = room
        .after("another category", async |app| {
            app.create("/api/v1/categories", &json!({ "name": "New", "parent": "world" })).await;
        })
        .await;
    shows(&changed, &["/categories", "/categories/tree", "/search/suggest?q=new"]);
    let changed = room
        .after("an empty category deleted", async |app| {
            app.delete("/api/v1/categories/unused?reassign_to=world").await.expect(204);
        })
        .await;
    shows(&changed, &["/articles?category=unused", "/articles?exclude_category=unused"]);
}

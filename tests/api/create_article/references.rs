//! The source and the categories that a story names.

use super::ARTICLES;
use crate::support::TestApp;
use serde_json::{Value, json};

async fn desk(app: &TestApp) -> [Value; 3] {
    let world = app.create("/api/v1/categories", &json!({ "name": "World" })).await;
    let asia = json!({ "name": "Asia", "parent": world["id"] });
    let asia = app.create("/api/v1/categories", &asia).await;
    let sport = app.create("/api/v1/categories", &json!({ "name": "Sport" })).await;
    [world, asia, sport]
}

fn slugs(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn categories_are_a_set_with_the_primary_first() {
    let app = TestApp::start().await;
    let [_, asia, _] = desk(&app).await;
    for (category, categories, expected) in [
        (json!("asia"), Value::Null, vec!["asia"]),
        (Value::Null, json!(["sport", "asia"]), vec!["sport", "asia"]),
        (json!("asia"), json!(["sport", "world"]), vec!["asia", "sport", "world"]),
        (json!("asia"), json!(["sport", "asia", "sport"]), vec!["asia", "sport"]),
        (asia["id"].clone(), json!(["asia"]), vec!["asia"]),
        (Value::Null, json!([]), vec![]),
    ] {
        let sent = json!({ "headline": "Filed", "category": category, "categories": categories });
        let made = app.create(ARTICLES, &sent).await;
        assert_eq!(slugs(&made["categories"]), expected);
        assert_eq!(made["category"]["slug"].as_str(), expected.first().copied());
        let crumbs = match expected.first() {
            Some(&"asia") => vec!["world", "asia"],
            first => first.into_iter().copied().collect(),
        };
        assert_eq!(slugs(&made["breadcrumb"]), crumbs);
    }
}

#[actix_web::test]
async fn references_take_ids_slugs_and_former_slugs() {
    let app = TestApp::start().await;
    desk(&app).await;
    let agency = app.create("/api/v1/sources", &json!({ "name": "Agency" })).await;
    app.patch("/api/v1/sources/agency", &json!({ "slug": "the-agency" })).await.expect(200);
    app.patch("/api/v1/categories/sport", &json!({ "slug": "games" })).await.expect(200);
    for source in [agency["id"].as_str().unwrap(), "agency", "the-agency"] {
        let sent = json!({ "headline": "Named", "source": source, "category": "sport" });
        let made = app.create(ARTICLES, &sent).await;
        assert_eq!(made["source"]["id"], agency["id"]);
        assert_eq!(made["source"]["slug"], "the-agency");
        assert_eq!(made["category"]["slug"], "games");
    }
}

#[actix_web::test]
async fn what_does_not_exist_is_refused() {
    let app = TestApp::start().await;
    desk(&app).await;
    let nobody = "0198f0c1-2a3b-7c4d-8e5f-0123456789ab";
    for (member, value, at, code) in [
        ("source", json!("nobody"), "/source", "source_not_found"),
        ("source", json!(nobody), "/source", "source_not_found"),
        ("source", json!(""), "/source", "source_not_found"),
        ("category", json!("nowhere"), "/category", "category_not_found"),
        ("category", json!(nobody), "/category", "category_not_found"),
        ("categories", json!(["asia", "nowhere"]), "/categories/1", "category_not_found"),
        ("translation_of", json!("nothing"), "/translation_of", "article_not_found"),
        ("translation_of", json!(nobody), "/translation_of", "article_not_found"),
    ] {
        let mut sent = json!({ "headline": "Lost" });
        sent[member] = value;
        app.post(ARTICLES, &sent).await.problem(422, code).fault(at, code);
        // names are not looked at unless they may be made
        app.post(ARTICLES, &json!({ "headline": "Lost", "source": "WORLD" })).await.expect(422);
    }
}

#[actix_web::test]
async fn terms_of_use_come_from_the_source_unless_the_story_has_its_own() {
    let app = TestApp::start().await;
    let agency = json!({ "name": "Agency", "usage_terms": "Credit us.", "credit": "Agency/AP",
                       "url": "https://agency.example", "logo_url": "https://agency.example/l.png" });
    app.create("/api/v1/sources", &agency).await;
    let plain = app.create(ARTICLES, &json!({ "headline": "Plain", "source": "agency" })).await;
    assert_eq!(plain["usage_terms"], "Credit us.");
    assert_eq!(plain["source"]["credit"], "Agency/AP");
    assert_eq!(plain["source"]["url"], "https://agency.example");
    assert_eq!(plain["source"]["logo_url"], "https://agency.example/l.png");
    let own = json!({ "headline": "Own", "source": "agency", "usage_terms": "Free." });
    assert_eq!(app.create(ARTICLES, &own).await["usage_terms"], "Free.");
    // inherited, not copied
    app.patch("/api/v1/sources/agency", &json!({ "usage_terms": "Ask us." })).await.expect(200);
    let read = app.admin_get(&format!("{ARTICLES}/plain")).await.expect(200);
    assert_eq!(read.body["usage_terms"], "Ask us.");
    let input = app.admin_get(&format!("{ARTICLES}/plain/input")).await.expect(200);
    assert_eq!(input.body["usage_terms"], Value::Null);
}

#[actix_web::test]
async fn metadata_is_for_keys_only() {
    use newswire::access::Scope;
    let app = TestApp::start().await;
    let sent = json!({ "headline": "Notes", "status": "published", "metadata": { "desk": "7" } });
    let made = app.create(ARTICLES, &sent).await;
    assert_eq!(made["metadata"], json!({ "desk": "7" }));
    let list = format!("{ARTICLES}?slug=notes");
    let single = format!("{ARTICLES}/notes");
    let key = app.key(&[Scope::WebhooksWrite], None).await;
    for (path, at) in [(single, ""), (list, "/items/0")] {
        let public = app.get(&path).await.expect(200).body;
        assert_eq!(public.pointer(at).unwrap().get("metadata"), None);
        let keyed = app.with_key(&key, reqwest::Method::GET, &path).send().await.expect(200).body;
        assert_eq!(keyed.pointer(at).unwrap()["metadata"], json!({ "desk": "7" }));
    }
}

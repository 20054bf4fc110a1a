//! IPTC ninjs 3.1, held against the standard's own schema.

use super::{ARTICLES, newsroom};
use crate::support::TestApp;
use jsonschema::{Retrieve, Uri, Validator};
use serde_json::{Value, json};
use std::error::Error;
use std::sync::LazyLock;

/// The one schema that the standard's refers to, for places, which no story has.
struct NoPlaces;

impl Retrieve for NoPlaces {
    fn retrieve(&self, _: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        Ok(json!(false))
    }
}

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema = include_str!("../../schemas/ninjs-schema_3.1.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let options = jsonschema::options().should_validate_formats(true).with_retriever(NoPlaces);
    options.build(&schema).expect("the schema of ninjs")
});

/// Panics when it is no ninjs.
pub fn check(item: &Value) {
    let faults: Vec<String> = SCHEMA
        .iter_errors(item)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}\n{item:#}");
}

async fn item(app: &TestApp, name: &str) -> Value {
    let answer = app.admin_get(&format!("{ARTICLES}/{name}.ninjs.json")).await.expect(200);
    check(&answer.body);
    answer.body
}

#[test]
fn the_schema_refuses_what_is_not_ninjs() {
    check(&json!({ "uri": "urn:uuid:019b2f70-1c9e-7a02-9b41-52d7c0a8e3f4" }));
    for wrong in [
        json!({}),
        json!({ "uri": "no address" }),
        json!({ "uri": "urn:x:y", "headline": "x" }),
        json!({ "uri": "urn:x:y", "urgency": 10 }),
        json!({ "uri": "urn:x:y", "by": null }),
        json!({ "uri": "urn:x:y", "associations": [{ "uri": "urn:x:z" }] }),
    ] {
        assert!(!SCHEMA.is_valid(&wrong), "{wrong}");
    }
}

#[actix_web::test]
async fn everything_of_a_story_is_there() {
    let app = newsroom(&[]).await;
    let own = app.get(&format!("{ARTICLES}/talks")).await.expect(200).body;
    let item = item(&app, "talks").await;
    assert_eq!(item["uri"], format!("urn:uuid:{}", own["id"].as_str().unwrap()));
    assert_eq!(item["standard"]["version"], "3.1");
    for (member, of) in [
        ("firstCreated", "created_at"),
        ("versionCreated", "updated_at"),
        ("contentCreated", "revised_at"),
        ("expires", "expires_at"),
        ("urgency", "urgency"),
        ("language", "language"),
        ("by", "byline"),
        ("usageTerms", "usage_terms"),
    ] {
        assert_eq!(item[member], own[of], "{member}");
    }
    assert_eq!(item["version"], own["version"].to_string());
    assert_eq!(item["headlines"][0]["value"], own["headline"]);
    assert_eq!(item["descriptions"][0]["value"], own["summary"]);
    assert_eq!(item["bodies"][0]["value"], own["body_text"]);
    assert_eq!(item["bodies"][0]["wordCount"], own["word_count"]);
    assert_eq!(item["bodies"][1]["value"], own["body_html"]);
    assert_eq!(item["bodies"][1]["contentType"], "text/html");
    assert_eq!(item["renditions"][0]["href"], own["url"]);
    assert_eq!(
        item["infoSources"],
        json!([
            { "name": "Radio Pakistan", "role": "originator", "uri": "https://radio.example/", "literal": "radio-pakistan" },
            { "name": "APP / Radio", "role": "creditline" },
        ])
    );
    assert_eq!(
        item["subjects"],
        json!([
            { "name": "Diplomacy", "rel": "category", "literal": "diplomacy",
              "uri": "http://cv.iptc.org/newscodes/mediatopic/20000639" },
            { "name": "Trade", "rel": "keyword", "literal": "Trade" },
            { "name": "Peace & talks", "rel": "keyword", "literal": "Peace & talks" },
        ])
    );
    let picture = &item["associations"][0];
    assert_eq!(picture["uri"], "https://a.example/bild_%C3%BC.jpg");
    assert_eq!(picture["by"], "Photo: Bo");
    assert_eq!(picture["renditions"][0]["width"], 1600);
    let sound = &item["associations"][1]["renditions"][0];
    assert_eq!(sound["contentType"], "audio/mpeg");
    assert_eq!(sound["duration"], 61);
    assert_eq!(item["altIds"][1], json!({ "role": "externalId", "value": "42" }));
    assert!(item["edNote"].as_str().unwrap().contains("The talks were at noon."));
}

#[actix_web::test]
async fn the_state_is_told() {
    let app = newsroom(&[]).await;
    let story = |state: Value| {
        let mut sent = json!({ "headline": "x" });
        sent.as_object_mut().unwrap().extend(state.as_object().unwrap().clone());
        sent
    };
    let later = "2999-01-01T00:00:00.000Z";
    for (slug, sent, status) in [
        ("a-draft", json!({ "slug": "a-draft" }), "withheld"),
        ("b", json!({ "slug": "b", "status": "published", "published_at": later }), "withheld"),
        ("c", json!({ "slug": "c", "status": "published" }), "usable"),
    ] {
        app.create(ARTICLES, &story(sent)).await;
        let item = item(&app, slug).await;
        assert_eq!(item["pubStatus"], status, "{slug}");
        let embargo = if slug == "b" { json!(later) } else { Value::Null };
        assert_eq!(item["embargoedUntil"], embargo, "{slug}");
    }
}

//! Every limit holds at its boundary and refuses what is one beyond.

use super::ARTICLES;
use crate::support::TestApp;
use serde_json::{Value, json};

fn url(length: usize) -> Value {
    let base = "https://a.example/";
    json!(format!("{base}{}", "x".repeat(length - base.len())))
}

fn list(count: usize, item: impl Fn(usize) -> Value) -> Value {
    Value::Array((0..count).map(item).collect())
}

/// A member, a value of the largest size, one beyond it, and the code of the refusal.
fn cases() -> Vec<(&'static str, Value, Value, &'static str, &'static str)> {
    let text = |chars: usize| json!("😀".repeat(chars));
    let image = |member: &str, value: Value| {
        let mut image = json!({ "url": "https://a.example/" });
        image[member] = value;
        image
    };
    let names = |count: usize| list(count, |n| json!({ "name": format!("n{n}") }));
    let media =
        |count: usize| list(count, |_| json!({ "kind": "image", "url": "https://a.example/" }));
    let notes =
        |count: usize| -> Value { (0..count).map(|n| (format!("n{n}"), json!("x"))).collect() };
    vec![
        ("headline", text(1000), text(1001), "/headline", "maxLength"),
        ("summary", text(5000), text(5001), "/summary", "maxLength"),
        ("byline", text(300), text(301), "/byline", "maxLength"),
        ("usage_terms", text(5000), text(5001), "/usage_terms", "maxLength"),
        ("external_id", text(512), text(513), "/external_id", "maxLength"),
        ("source_url", url(2048), url(2049), "/source_url", "maxLength"),
        ("canonical_url", url(2048), url(2049), "/canonical_url", "maxLength"),
        (
            "authors",
            json!([{ "name": "x".repeat(300) }]),
            json!([{ "name": "x".repeat(301) }]),
            "/authors/0/name",
            "maxLength",
        ),
        ("authors", names(20), names(21), "/authors", "maxItems"),
        ("tags", json!([text(100)]), json!([text(101)]), "/tags/0", "maxLength"),
        (
            "tags",
            list(50, |n| json!(n.to_string())),
            list(51, |n| json!(n.to_string())),
            "/tags",
            "maxItems",
        ),
        (
            "image",
            json!({ "url": url(2048) }),
            json!({ "url": url(2049) }),
            "/image/url",
            "maxLength",
        ),
        ("image", image("alt", text(5000)), image("alt", text(5001)), "/image/alt", "maxLength"),
        (
            "image",
            image("caption", text(5000)),
            image("caption", text(5001)),
            "/image/caption",
            "maxLength",
        ),
        (
            "image",
            image("credit", text(300)),
            image("credit", text(301)),
            "/image/credit",
            "maxLength",
        ),
        ("image", image("width", json!(1)), image("width", json!(0)), "/image/width", "minimum"),
        ("media", media(100), media(101), "/media", "maxItems"),
        ("metadata", notes(50), notes(51), "/metadata", "maxProperties"),
        (
            "metadata",
            json!({ "x".repeat(40): "y" }),
            json!({ "x".repeat(41): "y" }),
            "/metadata",
            "propertyNames",
        ),
        (
            "metadata",
            json!({ "x": text(500) }),
            json!({ "x": text(501) }),
            "/metadata/x",
            "maxLength",
        ),
        ("urgency", json!(9), json!(10), "/urgency", "maximum"),
        (
            "language",
            json!("en-x-aaaaaaaa-bbbbbbbb-cccccccc-dddd"[..35]),
            json!("en-x-aaaaaaaa-bbbbbbbb-cccccccc-dddd"),
            "/language",
            "maxLength",
        ),
    ]
}

#[actix_web::test]
async fn what_fits_is_taken_and_one_more_is_refused() {
    let app = TestApp::start().await;
    for (member, fits, beyond, at, code) in cases() {
        let mut body = json!({ "headline": "Limits" });
        body[member] = fits.clone();
        let made = app.post(ARTICLES, &body).await;
        assert_eq!(made.status, 201, "{member}: {:#}", made.body);
        if !matches!(member, "authors" | "image" | "media") {
            assert_eq!(made.body[member], fits, "{member}");
        }
        body[member] = beyond;
        app.post(ARTICLES, &body).await.problem(422, "validation_failed").fault(at, code);
    }
}

#[actix_web::test]
async fn a_body_has_at_most_two_mebibytes() {
    let app = TestApp::start().await;
    let fits = json!({ "headline": "Long", "body": "x".repeat(2 << 20) });
    assert_eq!(app.create(ARTICLES, &fits).await["body"].as_str().unwrap().len(), 2 << 20);
    let beyond = json!({ "headline": "Long", "body": "x".repeat((2 << 20) + 1) });
    let answer = app.post(ARTICLES, &beyond).await;
    answer.problem(422, "validation_failed").fault("/body", "maxLength");
    // few characters, many bytes
    let beyond = json!({ "headline": "Long", "body": "ü".repeat((1 << 20) + 1) });
    app.post(ARTICLES, &beyond).await.problem(422, "text_too_long").fault("/body", "text_too_long");
}

#[actix_web::test]
async fn a_story_has_at_most_ten_categories() {
    let app = TestApp::start().await;
    for n in 0..11 {
        app.create("/api/v1/categories", &json!({ "name": format!("C{n}") })).await;
    }
    let named = |range: std::ops::Range<usize>| {
        list(range.len(), |n| json!(format!("c{}", n + range.start)))
    };
    let ten = app.create(ARTICLES, &json!({ "headline": "Ten", "categories": named(0..10) })).await;
    assert_eq!(ten["categories"].as_array().unwrap().len(), 10);
    let eleven = json!({ "headline": "Eleven", "categories": named(0..11) });
    app.post(ARTICLES, &eleven)
        .await
        .problem(422, "validation_failed")
        .fault("/categories", "maxItems");
    let eleven = json!({ "headline": "Eleven", "category": "c0", "categories": named(1..11) });
    let answer = app.post(ARTICLES, &eleven).await.problem(422, "too_many_categories");
    answer.fault("/categories", "too_many_categories");
    // the primary one may stand among the others
    let ten = json!({ "headline": "Ten", "category": "c3", "categories": named(0..10) });
    assert_eq!(app.create(ARTICLES, &ten).await["category"]["slug"], "c3");
}

#[actix_web::test]
async fn times_are_kept_to_the_millisecond() {
    let app = TestApp::start().await;
    for (sent, kept) in [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31T12:00:00.1239999Z", "2026-01-31T12:00:00.123Z"),
        ("2026-01-31t12:00:00z", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31T01:30:00+05:30", "2026-01-30T20:00:00.000Z"),
        ("2026-12-31T23:59:59-00:01", "2027-01-01T00:00:59.000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
    ] {
        let made =
            app.create(ARTICLES, &json!({ "headline": "Times", "published_at": sent })).await;
        assert_eq!(made["published_at"], kept, "{sent}");
    }
    // a leap second is a time of RFC 3339, whatever it is kept as
    let leap = json!({ "headline": "Leap", "published_at": "2016-12-31T23:59:60Z" });
    app.post(ARTICLES, &leap).await.expect(201);
}

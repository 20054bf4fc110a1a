use super::*;

fn read(item: Value) -> Value {
    let Value::Object(members) = item else { panic!("an object") };
    serde_json::to_value(story(&members).unwrap()).unwrap()
}

#[test]
fn version_one() {
    let item = json!({
        "uri": "urn:x:1", "type": "text", "versioncreated": "2014-06-16T14:58:00+01:00", "urgency": 4,
        "headline": "Rain", "byline": "By A", "description_text": "It rained.", "language": "en",
        "body_text": "One.\n\nTwo.", "body_xhtml": "<p>One.</p>", "source": "Agency",
        "subject": [{ "name": "weather", "scheme": "x" }, { "name": "World", "rel": "category" }],
        "altids": { "externalId": "a/1" }, "usageterms": "None",
        "associations": { "main": { "uri": "u", "type": "picture", "headline": "Clouds", "renditions": {
            "thumb": { "href": "https://x.example/t.jpg", "width": 100 },
            "big": { "href": "https://x.example/b.jpg", "width": 900, "height": 600 } } } }
    });
    let expected = json!({
        "headline": "Rain", "summary": "It rained.", "body": "<p>One.</p>", "body_format": "html", "byline": "By A",
        "source": "Agency", "category": "World", "categories": ["World"], "tags": ["weather"], "language": "en",
        "usage_terms": "None", "external_id": "a/1", "urgency": 4, "published_at": "2014-06-16T14:58:00+01:00",
        "image": { "url": "https://x.example/b.jpg", "caption": "Clouds", "width": 900, "height": 600 }
    });
    assert_eq!(read(item), expected);
}

#[test]
fn version_three() {
    let item = json!({
        "uri": "urn:uuid:1", "standard": { "name": "ninjs", "version": "3.1" }, "type": "text",
        "firstCreated": "2026-01-31T12:00:00.000Z", "contentCreated": "2026-01-30T12:00:00.000Z",
        "headlines": [{ "role": "sub", "value": "No" }, { "role": "main", "value": "Rain" }],
        "descriptions": [{ "role": "summary", "value": "It rained." }],
        "bodies": [{ "role": "main", "contentType": "text/plain", "value": "One." },
                   { "role": "richtext", "contentType": "text/html", "value": "<p>One.</p>" }],
        "infoSources": [{ "name": "Credit", "role": "creditline" }, { "name": "Agency", "role": "originator" }],
        "subjects": [{ "name": "Diplomacy", "rel": "category", "literal": "diplomacy" }, { "name": "trade", "rel": "keyword" }],
        "altIds": [{ "role": "slug", "value": "rain" }, { "role": "externalId", "value": "2" }],
        "renditions": [{ "name": "web", "href": "https://x.example/rain", "contentType": "text/html" }],
        "expires": "2030-01-01T00:00:00Z"
    });
    let expected = json!({
        "headline": "Rain", "summary": "It rained.", "body": "<p>One.</p>", "body_format": "html", "source": "Agency",
        "category": "diplomacy", "categories": ["diplomacy"], "tags": ["trade"], "external_id": "2", "slug": "rain",
        "published_at": "2026-01-30T12:00:00Z", "expires_at": "2030-01-01T00:00:00Z",
        "source_url": "https://x.example/rain"
    });
    assert_eq!(read(item), expected);
}

#[test]
fn what_is_no_story_is_told() {
    for item in [
        json!({ "uri": "x", "headline": "a", "pubstatus": "canceled" }),
        json!({ "uri": "x", "headline": "a", "type": "picture" }),
        json!({ "uri": "x", "versioncreated": "2020-01-01T00:00:00Z" }),
    ] {
        let Value::Object(members) = item else { panic!("an object") };
        assert!(story(&members).is_err());
    }
}

#[test]
fn collections_are_taken_apart() {
    let one = json!({ "uri": "a", "headline": "A", "versioncreated": "2020-01-01T00:00:00Z" });
    for whole in [
        json!([one, one]),
        json!({ "items": [one, one] }),
        json!({ "uri": "c", "type": "composite", "associations": { "x": one, "y": one } }),
    ] {
        let read = open(whole.to_string().as_bytes()).unwrap();
        assert_eq!(read.stories.filter(|found| found.story.is_ok()).count(), 2, "{whole}");
    }
    let lines = format!("{one}\n{one}\n");
    assert_eq!(open(lines.as_bytes()).unwrap().stories.count(), 2);
}

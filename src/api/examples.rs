//! What requests and answers look like: one example a schema, in `examples.json`, shown wherever
//! that schema is a body.

use crate::http::endpoints::operations_mut;
use serde_json::{Map, Value, json};
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, OpenApi, RefOr, Schema};

const EXAMPLES: &str = include_str!("examples.json");

/// Gives every body in the document its example.
pub fn add(document: &mut OpenApi) {
    let mut examples: Map<String, Value> = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let pages = pages(document, &examples);
    examples.extend(pages);
    let sent = document.webhooks.iter_mut().flat_map(|webhooks| &mut webhooks.paths);
    for (path, item) in document.paths.paths.iter_mut().chain(sent) {
        if let Some(event) = event(path, &examples) {
            examples.insert("WebhookEvent".to_owned(), event);
        }
        for (_, operation) in operations_mut(item) {
            for content in bodies_mut(operation).filter(|content| content.example.is_none()) {
                content.example = schema_of(content).and_then(|name| examples.get(name).cloned());
            }
        }
    }
}

/// The example of a kind of event.
fn event(kind: &str, examples: &Map<String, Value>) -> Option<Value> {
    let (resource, what) = kind.split_once('.')?;
    let (about, address) = match resource {
        "article" => ("Article", "url"),
        "category" => ("Category", "url"),
        "source" => ("Source", "api_url"),
        _ => return None,
    };
    let about = examples.get(about)?;
    let mut data = json!({
        "id": about["id"], "slug": about["slug"], "former_slug": null, "url": about[address],
        "state": null, "version": about["version"], "source": null, "categories": [], "tags": [],
        "former_categories": [], "former_tags": [], "tags_left_out": false,
    });
    if resource == "article" {
        let named = |one: &Value| json!({ "id": one["id"], "slug": one["slug"] });
        let categories = about["categories"].as_array().into_iter().flatten().map(named);
        data["categories"] = categories.collect();
        data["source"] = named(&about["source"]);
        data["tags"] = about["tags"].clone();
        data["state"] = match what {
            "published" | "updated" => "live",
            "deleted" => "trashed",
            "expired" | "retracted" => what,
            _ => "draft",
        }
        .into();
    }
    Some(json!({ "type": kind, "timestamp": about["updated_at"], "data": data }))
}

/// Pages with the example of their items.
fn pages(document: &OpenApi, examples: &Map<String, Value>) -> Map<String, Value> {
    let schemas = document.components.iter().flat_map(|components| &components.schemas);
    let page = |(name, schema): (&String, &RefOr<Schema>)| {
        let schema = serde_json::to_value(schema).ok().filter(|_| name.ends_with("Page"))?;
        let item = schema.pointer("/properties/items/items/$ref")?.as_str()?.rsplit('/').next()?;
        let items = [examples.get(item)?];
        Some((name.clone(), json!({ "items": items, "next_cursor": null, "prev_cursor": null })))
    };
    schemas.filter_map(page).collect()
}

/// The bodies of the request and of every answer.
fn bodies_mut(operation: &mut Operation) -> impl Iterator<Item = &mut Content> {
    let request = operation.request_body.as_mut().and_then(inline);
    let request = request.into_iter().flat_map(|body| body.content.values_mut());
    let answers = operation.responses.responses.values_mut().filter_map(inline);
    request.chain(answers.flat_map(|answer| answer.content.values_mut())).filter_map(inline)
}

/// What stands here itself; the document refers to nothing but schemas.
fn inline<T>(part: &mut RefOr<T>) -> Option<&mut T> {
    match part {
        RefOr::T(part) => Some(part),
        RefOr::Ref(_) => None,
    }
}

/// The name of the schema that a body refers to.
fn schema_of(content: &Content) -> Option<&str> {
    match content.schema.as_ref()? {
        RefOr::Ref(reference) => reference.ref_location.rsplit('/').next(),
        RefOr::T(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_an_example_of_its_own() {
        let document = serde_json::to_value(crate::api::document()).unwrap();
        for (kind, item) in document["webhooks"].as_object().unwrap() {
            let content = &item["post"]["requestBody"]["content"]["application/json"];
            let mut schema = content["schema"].clone();
            schema["components"] = document["components"].clone();
            let validator = jsonschema::validator_for(&schema).unwrap();
            validator.validate(&content["example"]).unwrap();
            assert_eq!(content["example"]["type"], **kind);
        }
    }

    #[test]
    fn every_body_has_an_example_that_its_schema_takes() {
        let mut document = crate::api::document();
        let components = serde_json::to_value(&document.components).unwrap();
        let mut seen = 0;
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in operations_mut(item) {
                for content in bodies_mut(operation) {
                    let mut schema = serde_json::to_value(&content.schema).unwrap();
                    schema["components"] = components.clone();
                    let options = jsonschema::options().should_validate_formats(true);
                    let validator = options.build(&schema).unwrap();
                    let example = content.example.as_ref();
                    let example = example.unwrap_or_else(|| panic!("{method} {path}: no example"));
                    let faults: Vec<_> = validator.iter_errors(example).collect();
                    assert!(faults.is_empty(), "{method} {path}: {faults:?}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 100, "only {seen} bodies");
    }

    #[test]
    fn no_example_is_left_over() {
        let examples: Map<String, Value> = serde_json::from_str(EXAMPLES).unwrap();
        let document = serde_json::to_string(&crate::api::document()).unwrap();
        for (name, _) in &examples {
            let reference = |name| format!("\"#/components/schemas/{name}\"");
            let used = document.contains(&reference(name.clone()));
            assert!(used || document.contains(&reference(format!("{name}Page"))), "{name}");
        }
    }
}

//! Whether a request is one that the document describes.

use crate::support::document::{DOCUMENT, operation};
use percent_encoding::percent_decode_str;
use reqwest::Method;
use serde_json::{Map, Value, json};

/// Why a request does not fit; empty when it does. Bodies are JSON of the documented type.
pub fn faults(method: &Method, address: &str, body: Option<&Value>) -> Vec<String> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let (id, operation) = operation(method, path).expect("a documented operation");
    let template = template_of(&id);
    let mut found = Vec::new();
    for (name, text) in template.split('/').zip(path.split('/')) {
        if let Some(name) = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            let text = percent_decode_str(text).decode_utf8_lossy().into_owned();
            found.extend(check(&schema_of(operation, "path", name), &json!(text)));
        }
    }
    let mut given: Map<String, Value> = Map::new();
    for (name, text) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let text = percent_decode_str(text).decode_utf8_lossy().into_owned();
        let schema = schema_of(operation, "query", name);
        match schema["type"].as_str() {
            Some("array") => {
                let list = given.entry(name).or_insert_with(|| json!([]));
                list.as_array_mut().unwrap().push(json!(text));
            }
            Some("integer" | "boolean") => {
                given.insert(name.to_owned(), serde_json::from_str(&text).unwrap_or(json!(text)));
            }
            _ => drop(given.insert(name.to_owned(), json!(text))),
        }
    }
    for (name, value) in &given {
        found.extend(check(&schema_of(operation, "query", name), value));
    }
    if let Some(body) = body {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{id} takes no body");
        found.extend(check(schema, body));
    }
    found
}

fn template_of(id: &str) -> &'static str {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let holds =
        |item: &Value| item.as_object().unwrap().values().any(|one| one["operationId"] == id);
    paths.iter().find(|(_, item)| holds(item)).map(|(path, _)| path.as_str()).expect("a path")
}

fn schema_of(operation: &Value, place: &str, name: &str) -> Value {
    let parameters = operation["parameters"].as_array().expect("parameters");
    let found = parameters.iter().find(|one| one["in"] == place && one["name"] == name);
    found.unwrap_or_else(|| panic!("{name} is no documented {place} parameter"))["schema"].clone()
}

fn check(schema: &Value, value: &Value) -> Vec<String> {
    let mut whole = schema.clone();
    whole["components"] = DOCUMENT["components"].clone();
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
    let validator = options.should_validate_formats(true).build(&whole).expect("a schema");
    validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

//! Holds answers against the OpenAPI document: the status is documented, the content type too, and
//! the body is what the schema says.

use super::Answer;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// The document as the service publishes it.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::to_value(newswire::api::document()).expect("the document as JSON")
});

static VALIDATORS: LazyLock<Mutex<HashMap<String, jsonschema::Validator>>> =
    LazyLock::new(Mutex::default);

/// Every (operation, status) that a test has seen; `coverage` asks for all.
pub static SEEN: LazyLock<Mutex<std::collections::BTreeSet<(String, u16)>>> =
    LazyLock::new(Mutex::default);

/// The operation a path and method belong to.
pub fn operation(method: &Method, path: &str) -> Option<(String, &'static Value)> {
    let path = path.split('?').next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').collect();
    let paths = DOCUMENT["paths"].as_object()?;
    let fits = |template: &str| {
        let parts: Vec<&str> = template.split('/').collect();
        parts.len() == segments.len()
            && parts
                .iter()
                .zip(&segments)
                .all(|(part, segment)| part.starts_with('{') || part == segment)
    };
    let mut found: Vec<_> = paths.iter().filter(|(template, _)| fits(template)).collect();
    found.sort_by_key(|(template, _)| template.matches('{').count());
    let (_, item) = found.first()?;
    let name =
        if *method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
    let operation = item.get(&name)?;
    Some((operation["operationId"].as_str()?.to_owned(), operation))
}

/// Panics when the answer is not what the document says.
pub fn check(method: &Method, path: &str, answer: &Answer) {
    let status = answer.status.as_u16();
    assert!(status < 500 || status == 503, "{method} {path}: {status} {:#}", answer.body);
    let Some((id, operation)) = operation(method, path) else { return };
    let response = &operation["responses"][status.to_string()];
    assert!(response.is_object(), "{id} does not document {status}: {:#}", answer.body);
    SEEN.lock().unwrap().insert((id.clone(), status));
    if *method == Method::HEAD {
        assert!(answer.bytes.is_empty(), "{id}: HEAD with a body");
        return;
    }
    let Some(content) = response["content"].as_object() else {
        assert!(answer.bytes.is_empty(), "{id} {status} documents no body");
        return;
    };
    let content_type = answer.header("content-type").split(';').next().unwrap_or_default();
    let media = content.get(content_type);
    let media = media.unwrap_or_else(|| panic!("{id} {status} does not document {content_type:?}"));
    let name = media["schema"]["$ref"].as_str().expect("a named schema").to_owned();
    // a failed test must not take the others with it
    let lines = content_type == "application/x-ndjson";
    let bodies = match content_type {
        _ if lines => answer.lines(),
        json if json.ends_with("json") => vec![answer.body.clone()],
        _ => vec![Value::String(String::from_utf8(answer.bytes.clone()).expect("UTF-8"))],
    };
    let mut validators = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    let validator = validators.entry(name.clone()).or_insert_with(|| compile(&name));
    let faults: Vec<String> = bodies
        .iter()
        .flat_map(|body| validator.iter_errors(body))
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{id} {status} is no {name}: {faults:#?}\n{:#}", answer.body);
}

fn compile(reference: &str) -> jsonschema::Validator {
    let schema = json!({ "$ref": reference, "components": DOCUMENT["components"] });
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(&schema)
        .expect("a schema of the document")
}

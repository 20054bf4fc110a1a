//! The committed document is what the code says, and says everything.

use crate::support::document::DOCUMENT;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

fn committed(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_committed_document_is_the_generated_one() {
    let fresh = "the document changed: run `just openapi` and commit it";
    assert!(committed("openapi.json") == newswire::docs::json().unwrap(), "{fresh}");
    assert!(committed("openapi.yaml") == newswire::docs::yaml().unwrap(), "{fresh}");
}

/// Every operation with its path, method and text.
fn operations() -> Vec<(String, String, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &'static Value)| {
        let methods = item.as_object().unwrap().iter();
        methods
            .map(|(method, operation)| (path.clone(), method.clone(), operation))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn every_operation_says_what_it_is_and_who_may_call_it() {
    for (path, method, operation) in operations() {
        let at = format!("{method} {path}");
        for member in ["summary", "description", "operationId"] {
            assert!(
                operation[member].as_str().is_some_and(|text| !text.is_empty()),
                "{at}: {member}"
            );
        }
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{at}: tags");
        assert!(operation["security"].is_array(), "{at}: security");
        for status in ["400", "401", "406", "500", "503"] {
            assert!(operation["responses"][status].is_object(), "{at}: {status}");
        }
        assert!(
            operation["responses"]["503"]["headers"]["Retry-After"].is_object(),
            "{at}: Retry-After"
        );
    }
}

#[test]
fn every_body_has_an_example_that_its_schema_allows() {
    for (path, method, operation) in operations() {
        let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
        let answers = operation["responses"].as_object().unwrap().iter();
        let answers =
            answers.flat_map(|(_, response)| response["content"].as_object().into_iter().flatten());
        for (media, content) in bodies.chain(answers) {
            let example = content.get("example");
            let example =
                example.unwrap_or_else(|| panic!("{method} {path}: no example for {media}"));
            let schema = serde_json::json!({
                "$ref": content["schema"]["$ref"], "components": DOCUMENT["components"]
            });
            let validator = jsonschema::draft202012::new(&schema).unwrap();
            let faults: Vec<String> =
                validator.iter_errors(example).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{method} {path} {media}: {faults:?}");
        }
    }
}

#[test]
fn every_operation_has_a_test_file_of_its_name() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api");
    let ids: BTreeSet<String> = operations()
        .into_iter()
        .map(|(_, _, operation)| operation["operationId"].as_str().unwrap().to_owned())
        .collect();
    let missing: Vec<_> =
        ids.iter().filter(|id| !tests.join(format!("{id}.rs")).is_file()).collect();
    assert!(missing.is_empty(), "no test file for {missing:?}");
}

#[test]
fn a_schema_has_one_definition() {
    let mut known: std::collections::BTreeMap<String, Value> = std::collections::BTreeMap::new();
    let parts = [
        newswire::articles::endpoints(),
        newswire::sources::endpoints(),
        newswire::categories::endpoints(),
        newswire::topics::endpoints(),
        newswire::keys::endpoints(),
        newswire::webhooks::endpoints(),
        newswire::health::endpoints(),
    ];
    for part in parts {
        let components = serde_json::to_value(part.into_doc().components).unwrap();
        for (name, schema) in components["schemas"].as_object().into_iter().flatten() {
            let first = known.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(first, schema, "two definitions of {name}");
        }
    }
}

#[test]
fn no_schema_offers_alternatives_but_null() {
    fn walk(value: &Value, at: &str) {
        if let Some(members) = value.as_object() {
            for word in ["oneOf", "anyOf"] {
                if let Some(branches) = members.get(word).and_then(Value::as_array) {
                    let null = branches.iter().any(|branch| branch["type"] == "null");
                    assert!(branches.len() == 2 && null, "{at}: {word}");
                }
            }
            members.iter().for_each(|(name, member)| walk(member, &format!("{at}/{name}")));
        }
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            walk(item, &format!("{at}/{index}"));
        }
    }
    walk(&DOCUMENT, "");
}

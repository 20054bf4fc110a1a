//! Requests are checked against the very schemas the document publishes: one compiled validator a
//! type, every violation reported at once.

use crate::error::{Place, Violation};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value, json};
use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{LazyLock, RwLock};
use utoipa::openapi::schema::{
    Array, ArrayBuilder, Object, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

type Cache = RwLock<HashMap<TypeId, &'static Validator>>;
static BODIES: LazyLock<Cache> = LazyLock::new(Cache::default);

/// The validator of a body type. Compiled on first use and kept for the life of the process.
pub fn of<T: ToSchema + 'static>() -> anyhow::Result<&'static Validator> {
    cached(&BODIES, TypeId::of::<T>(), || {
        let mut schemas = Vec::new();
        T::schemas(&mut schemas);
        let mut root = serde_json::to_value(<T as PartialSchema>::schema())?;
        let components = schemas
            .into_iter()
            .map(|(name, schema)| Ok((name, serde_json::to_value(schema)?)))
            .collect::<serde_json::Result<Map<_, _>>>()?;
        root["components"] = json!({ "schemas": components });
        compile(&root)
    })
}

/// Compiles a schema; formats are left to the models, which say better what is wrong.
pub fn compile(schema: &Value) -> anyhow::Result<Validator> {
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
    options.should_validate_formats(false).build(schema).map_err(|error| anyhow::anyhow!("{error}"))
}

/// Looks a validator up, or makes and leaks it: there is one a type, for good.
pub fn cached(
    cache: &Cache,
    type_id: TypeId,
    make: impl FnOnce() -> anyhow::Result<Validator>,
) -> anyhow::Result<&'static Validator> {
    if let Some(found) = cache.read().ok().and_then(|map| map.get(&type_id).copied()) {
        return Ok(found);
    }
    let made: &'static Validator = Box::leak(Box::new(make()?));
    if let Ok(mut map) = cache.write() {
        map.insert(type_id, made);
    }
    Ok(made)
}

/// More faults of one request are not told: a hostile one could have millions.
pub const MOST: usize = 100;

/// Everything that is wrong with a value; `place` turns a JSON pointer into a place.
pub fn violations(
    validator: &Validator,
    value: &Value,
    place: impl Fn(String) -> Place,
) -> Vec<Violation> {
    let mut found = Vec::new();
    for error in validator.iter_errors(value) {
        collect(&error, &place, &mut found);
        if found.len() >= MOST {
            break;
        }
    }
    found.truncate(MOST);
    found
}

fn collect(error: &ValidationError, place: &impl Fn(String) -> Place, found: &mut Vec<Violation>) {
    let at = error.instance_path().to_string();
    let mut note = |pointer: String, code: &'static str, detail: String| {
        found.push(Violation { place: place(pointer), code, detail });
    };
    match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            // `null` or the real thing: what the real thing lacks is what the sender needs to know
            let real = context.iter().max_by_key(|branch| depth(branch));
            for inner in real.into_iter().flatten() {
                collect(inner, place, found);
            }
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for name in unexpected.iter().take(MOST) {
                let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                note(pointer, "additionalProperties", "This name is not known.".into());
            }
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            note(format!("{at}/{name}"), "required", "This member is required.".into());
        }
        ValidationErrorKind::Enum { options } => {
            let words = options.as_array().into_iter().flatten().map(ToString::to_string);
            let words = words.collect::<Vec<_>>().join(", ");
            note(at, "enum", format!("Expected one of {words}."));
        }
        kind => {
            let code = static_keyword(kind.keyword());
            note(at, code, sentence(&error.masked_with("The value").to_string()));
        }
    }
}

/// How specific a branch's complaint is: deeper in the value is better, a wrong type is worst.
fn depth(branch: &[ValidationError]) -> usize {
    branch
        .iter()
        .map(|error| match error.kind() {
            ValidationErrorKind::Type { .. } => error.instance_path().to_string().len(),
            _ => error.instance_path().to_string().len() + 1,
        })
        .max()
        .unwrap_or(0)
}

fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

fn static_keyword(keyword: &str) -> &'static str {
    const KNOWN: [&str; 14] = [
        "type",
        "enum",
        "const",
        "pattern",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "minProperties",
        "maxProperties",
        "uniqueItems",
        "propertyNames",
    ];
    KNOWN.into_iter().find(|known| *known == keyword).unwrap_or("invalid")
}

/// The schema of a merge patch: that of the whole, with nothing required and no defaults.
pub fn relaxed<T: PartialSchema>(description: &str) -> RefOr<Schema> {
    let mut schema = T::schema();
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.required.clear();
        object.description = Some(description.to_owned());
        for property in object.properties.values_mut() {
            if let RefOr::T(Schema::Object(member)) = property {
                member.default = None;
            }
        }
        if object.properties.contains_key("metadata") {
            let notes = RefOr::T(Schema::Object(metadata_patch()));
            object.properties.insert("metadata".to_owned(), notes);
        }
    }
    schema
}

/// Notes of an operator, to be written: at most 50 names of 40 characters with values of 500.
pub fn metadata() -> Object {
    let text = "Notes for key holders: at most 50 names with a text each.";
    notes(text, SchemaType::new(Type::String))
}

/// A merge patch of notes: null takes one away.
fn metadata_patch() -> Object {
    let text = "Notes for key holders, merged into those that are there; null takes one away.";
    notes(text, SchemaType::from_iter([Type::String, Type::Null]))
}

fn notes(description: &str, value: SchemaType) -> Object {
    let name =
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(40));
    let value = ObjectBuilder::new().schema_type(value).max_length(Some(500));
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Object, Type::Null]))
        .description(Some(description))
        .max_properties(Some(50))
        .property_names(Some(name.build()))
        .additional_properties(Some(Schema::Object(value.build())))
        .build()
}

/// A named schema, or null.
pub fn or_null<T: ToSchema>() -> RefOr<Schema> {
    let null = ObjectBuilder::new().schema_type(Type::Null).build();
    OneOfBuilder::new().item(Ref::from_schema_name(T::name())).item(null).into()
}

/// Notes of an operator, as they are shown.
pub fn shown_metadata() -> Object {
    let value = ObjectBuilder::new().schema_type(Type::String).build();
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("Notes; shown to key holders only."))
        .additional_properties(Some(Schema::Object(value)))
        .build()
}

/// A list of short texts, none of them blank, or null.
pub fn texts(items: usize, chars: usize, description: &str) -> Array {
    let item = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(chars))
        .pattern(Some(r"^\s*\S"));
    ArrayBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Array, Type::Null]))
        .items(item.build())
        .max_items(Some(items))
        .description(Some(description))
        .build()
}

//! Path and query parameters, checked against the schemas the document publishes for them.
//!
//! A parameter struct derives `IntoParams` and `Deserialize`. Unknown names, repeated single values
//! and values out of range are refused; nothing is ignored, trimmed or clamped.

use crate::error::{Code, Error, Place, Violation};
use crate::http::describe::{Argument, Description};
use crate::http::{reply, schema};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use jsonschema::Validator;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::any::TypeId;
use std::collections::HashMap;
use std::future::{Ready, ready};
use std::string::FromUtf8Error;
use std::sync::{LazyLock, RwLock};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterIn};
use xxhash_rust::xxh3::xxh3_64;

/// Query parameters.
#[derive(Clone, Debug)]
pub struct Query<T> {
    /// The parsed parameters.
    pub params: T,
    /// A hash of all that decides which items there are and in what order: binds a cursor to its list.
    pub fingerprint: u64,
}

/// Path parameters.
#[derive(Clone, Debug)]
pub struct Path<T>(pub T);

/// The parameters of a path.
pub trait PathParameters: IntoParams {
    /// Whether one of them may be a slug: a former one is answered 308.
    const BY_SLUG: bool = true;
}

/// The parameters of a plain write.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
pub struct DryRun {
    /// Check and answer as usual, and save nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// What a parameter struct says of itself.
struct Spec {
    /// Name and kind of each parameter.
    types: HashMap<String, Kind>,
    validator: Validator,
}

/// How the text of a parameter becomes JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Integer,
    Boolean,
    /// Values by repetition.
    List,
    /// Known words, by repetition or separated by commas.
    Words,
}

static SPECS: LazyLock<RwLock<HashMap<TypeId, &'static Spec>>> = LazyLock::new(RwLock::default);

impl Spec {
    fn of<T: IntoParams + 'static>(place: ParameterIn) -> Result<&'static Spec, Error> {
        if let Some(found) = SPECS.read().ok().and_then(|map| map.get(&TypeId::of::<T>()).copied())
        {
            return Ok(found);
        }
        let spec: &'static Spec =
            Box::leak(Box::new(Self::new::<T>(place).map_err(Error::internal)?));
        if let Ok(mut map) = SPECS.write() {
            map.insert(TypeId::of::<T>(), spec);
        }
        Ok(spec)
    }

    fn new<T: IntoParams>(place: ParameterIn) -> anyhow::Result<Self> {
        let mut types = HashMap::new();
        let mut properties = Map::new();
        let mut required = Vec::new();
        for parameter in parameters::<T>(place) {
            let schema = serde_json::to_value(&parameter.schema)?;
            types.insert(parameter.name.clone(), kind(&schema));
            if parameter.required == Required::True {
                required.push(parameter.name.clone());
            }
            properties.insert(parameter.name, schema);
        }
        let root = json!({ "type": "object", "properties": properties,
                           "required": required, "additionalProperties": false });
        Ok(Self { types, validator: schema::compile(&root)? })
    }

    /// Gives each value the JSON type its parameter asks for, where it has that form.
    fn read(
        &self,
        pairs: Vec<(String, String)>,
        place: fn(String) -> Place,
    ) -> Result<Value, Error> {
        let mut values: Map<String, Value> = Map::new();
        let mut faults = Vec::new();
        for (name, text) in pairs {
            if faults.len() >= schema::MOST {
                break;
            }
            let mut fault = |detail: &str| {
                let at = place(format!("/{name}"));
                faults.push(Violation { place: at, code: "invalid", detail: detail.to_owned() });
            };
            if text.contains('\0') || name.contains('\0') {
                fault("The value holds a NUL character.");
                continue;
            }
            match self.types.get(&name) {
                Some(kind @ (Kind::List | Kind::Words)) => {
                    let list = values.entry(name).or_insert_with(|| json!([]));
                    if let Value::Array(items) = list {
                        let comma = |c| *kind == Kind::Words && c == ',';
                        items.extend(text.split(comma).map(|part| Value::String(part.to_owned())));
                    }
                }
                _ if values.contains_key(&name) => fault("The parameter is given more than once."),
                Some(Kind::Integer) => drop(values.insert(name, integer(text))),
                Some(Kind::Boolean) => drop(values.insert(name, boolean(text))),
                _ => drop(values.insert(name, Value::String(text))),
            }
        }
        let value = Value::Object(values);
        faults.extend(schema::violations(&self.validator, &value, place));
        if faults.is_empty() { Ok(value) } else { Err(Error::violations(faults)) }
    }
}

fn kind(schema: &Value) -> Kind {
    match schema["type"].as_str() {
        Some("integer") => Kind::Integer,
        Some("boolean") => Kind::Boolean,
        Some("array") if schema["items"].get("enum").is_some() => Kind::Words,
        Some("array") => Kind::List,
        _ => Kind::Text,
    }
}

fn integer(text: String) -> Value {
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(number) if plain => Value::from(number),
        // all digits but out of range: a number too large for any of our limits
        Err(_) if plain => Value::from(f64::MAX),
        _ => Value::String(text),
    }
}

fn boolean(text: String) -> Value {
    match text.as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => Value::String(text),
    }
}

fn deserialize<T: DeserializeOwned>(value: Value, place: fn(String) -> Place) -> Result<T, Error> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        // `ids[0]`: the parameter is `ids`
        let path = error.path().to_string();
        let at = place(format!("/{}", path.split('[').next().unwrap_or_default()));
        let detail = error.into_inner().to_string();
        Error::violations(vec![Violation { place: at, code: "invalid", detail }])
    })
}

fn name_of(pointer: String) -> String {
    pointer.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned()
}

fn in_query(pointer: String) -> Place {
    Place::Query(name_of(pointer))
}

fn in_path(pointer: String) -> Place {
    Place::Path(name_of(pointer))
}

/// Splits a query string; strict about percent-encoding and UTF-8, `+` is a space.
pub fn pairs(query: &str) -> Result<Vec<(String, String)>, Error> {
    let decode = |text: &str| {
        let bytes: Vec<u8> = percent_decode_str(&text.replace('+', " ")).collect();
        String::from_utf8(bytes)
    };
    let mut faults = Vec::new();
    let mut found = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match (decode(name), decode(value)) {
            (Ok(name), Ok(value)) => found.push((name, value)),
            (name, _) => {
                let lossy =
                    |error: FromUtf8Error| String::from_utf8_lossy(error.as_bytes()).into_owned();
                let name = name.unwrap_or_else(lossy);
                let detail = "It is not UTF-8 after percent-decoding.";
                faults.push(Violation::query(name, Code::QueryInvalid, detail));
            }
        }
    }
    match faults.is_empty() {
        true => Ok(found),
        false => Err(Error::violations(faults)),
    }
}

/// Parameters that decide how much is shown of a list, not which items it has.
const SHOWING: [&str; 5] = ["cursor", "limit", "total", "include", "content"];

fn fingerprint(path: &str, pairs: &[(String, String)]) -> u64 {
    let mut kept: Vec<_> =
        pairs.iter().filter(|(name, _)| !SHOWING.contains(&name.as_str())).collect();
    kept.sort();
    let mut text = path.to_owned();
    for (name, value) in kept {
        // lengths keep values from running into each other
        text.push_str(&format!("&{}:{name}={}:{value}", name.len(), value.len()));
    }
    xxh3_64(text.as_bytes())
}

impl<T: IntoParams + DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || {
            let pairs = pairs(request.query_string())?;
            let fingerprint = fingerprint(request.path(), &pairs);
            let value = Spec::of::<T>(ParameterIn::Query)?.read(pairs, in_query)?;
            Ok(Query { params: deserialize(value, in_query)?, fingerprint })
        };
        ready(read())
    }
}

impl<T: IntoParams + DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || {
            let pattern = request.match_pattern().unwrap_or_default();
            // the raw path, decoded exactly once here: a parameter may hold an encoded slash
            let raw = request.uri().path();
            let mut pairs = Vec::new();
            for (name, text) in pattern.split('/').zip(raw.split('/')) {
                let Some(name) = name.strip_prefix('{').and_then(|name| name.strip_suffix('}'))
                else {
                    continue;
                };
                let text = percent_decode_str(text).decode_utf8().map_err(|_| {
                    let detail = "Not UTF-8 after percent-decoding.".to_owned();
                    let place = Place::Path(name.to_owned());
                    Error::violations(vec![Violation { place, code: "invalid", detail }])
                })?;
                pairs.push((name.to_owned(), text.into_owned()));
            }
            deserialize(Spec::of::<T>(ParameterIn::Path)?.read(pairs, in_path)?, in_path).map(Path)
        };
        ready(read())
    }
}

fn parameters<T: IntoParams>(place: ParameterIn) -> Vec<Parameter> {
    let mut parameters = T::into_params(|| Some(place.clone()));
    for parameter in &mut parameters {
        parameter.parameter_in = place.clone();
    }
    parameters
}

impl<T: IntoParams> Argument for Query<T> {
    fn describe(description: &mut Description) {
        description.parameters(parameters::<T>(ParameterIn::Query));
        description.fails(&[Code::QueryInvalid]);
    }
}

impl<T: PathParameters> Argument for Path<T> {
    fn describe(description: &mut Description) {
        description.parameters(parameters::<T>(ParameterIn::Path));
        if T::BY_SLUG {
            description.response(308, reply::moved());
        }
        description.fails(&[Code::PathInvalid, Code::NotFound]);
    }
}

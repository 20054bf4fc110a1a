//! JSON as we take it: no member twice, whole numbers as integers, no U+0000 in any text.

use crate::error::{Code, Violation};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// A JSON value whose objects name no member twice, and whose whole numbers are integers
/// (`2.0` is the integer 2, as in JSON Schema).
pub struct Strict(pub Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() <= EXACT {
            #[allow(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
            return Ok(Value::from(value as i64));
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let Strict(member) = access.next_value()?;
            if members.insert(name.clone(), member).is_some() {
                return Err(de::Error::custom(format_args!("the member {name:?} is named twice")));
            }
        }
        Ok(Value::Object(members))
    }
}

/// Notes every U+0000 in a value.
pub fn find_nul(value: &Value, at: &mut String, faults: &mut Vec<Violation>) {
    let detail = "The text holds the character U+0000.";
    match value {
        Value::String(text) if text.contains('\0') => {
            faults.push(Violation::body(at.as_str(), Code::NulCharacter, detail));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let length = at.len();
                at.push_str(&format!("/{index}"));
                find_nul(item, at, faults);
                at.truncate(length);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let length = at.len();
                at.push_str(&format!("/{}", name.replace('~', "~0").replace('/', "~1")));
                if name.contains('\0') {
                    faults.push(Violation::body(at.as_str(), Code::NulCharacter, detail));
                }
                find_nul(member, at, faults);
                at.truncate(length);
            }
        }
        _ => {}
    }
}

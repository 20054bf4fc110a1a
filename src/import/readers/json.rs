//! A JSON document: a story, or an array of them, or an object that holds such an array.

use super::{Read, lines};
use anyhow::{Context, bail};
use serde_json::Value;

/// Members that hold the stories in what other systems write.
const LISTS: [&str; 5] = ["items", "articles", "stories", "posts", "results"];

/// Reads them all.
pub fn open(bytes: &[u8]) -> anyhow::Result<Read> {
    let text = crate::text::decode::decode(bytes);
    let value =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).context("not valid JSON")?;
    let items = match value {
        Value::Array(items) => items,
        Value::Object(mut members) => {
            let list = LISTS.iter().find(|name| members.get(**name).is_some_and(Value::is_array));
            match list.and_then(|name| members.shift_remove(*name)) {
                Some(Value::Array(items)) if !members.contains_key("headline") => items,
                _ => vec![Value::Object(members)],
            }
        }
        _ => bail!("neither a story nor a list of them"),
    };
    let story = |(at, item): (usize, Value)| {
        let story = match item {
            Value::Object(members) => lines::of_object(members),
            other => Err(super::Unreadable { original: other, reason: "not an object".to_owned() }),
        };
        (format!("[{at}]"), story)
    };
    Ok(Read::of(items.into_iter().enumerate().map(story).collect()))
}

//! JSON lines: a story as the API takes it, or an IPTC ninjs item, on each.

use super::{Found, Read, Unreadable, ninjs};
use crate::import::input::Input;
use crate::post::Story;
use anyhow::{Context, bail};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::io::BufRead;

/// The longest line.
const LONGEST: usize = 16 << 20;

/// Reads them one by one.
pub fn open(mut input: Input) -> anyhow::Result<Read> {
    let head = input.peek()?;
    if head.trim_ascii_start().starts_with(b"{\"newswire_export\"") {
        bail!("this is an export: `--restore` takes it into an empty service");
    }
    let (length, position) = (input.length, input.position);
    let mut reader = input.reader;
    let mut number = 0_u64;
    // a packed file that ends early fails again and again
    let mut broken = false;
    let next = move || {
        while !broken {
            let line = line(&mut reader).transpose()?;
            number += 1;
            let story = match line {
                Ok(line) if line.iter().all(u8::is_ascii_whitespace) => continue,
                Ok(line) => story(&line),
                Err(error) => {
                    broken = true;
                    Err(Unreadable::new(error))
                }
            };
            return Some(Found { place: format!("line {number}"), end: position.get(), story });
        }
        None
    };
    Ok(Read::streamed(std::iter::from_fn(next), length))
}

/// The next line; what is beyond the longest is passed over.
fn line(reader: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let (mut line, mut begun) = (Vec::new(), false);
    loop {
        let piece = reader.fill_buf()?;
        if piece.is_empty() {
            return Ok(begun.then_some(line));
        }
        begun = true;
        let end = piece.iter().position(|byte| *byte == b'\n');
        let text = &piece[..end.unwrap_or(piece.len())];
        if line.len() <= LONGEST {
            line.extend_from_slice(text);
        }
        let used = text.len() + usize::from(end.is_some());
        reader.consume(used);
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}

fn story(line: &[u8]) -> Result<Story, Unreadable> {
    let text = String::from_utf8_lossy(line);
    let is_whole = matches!(text, Cow::Borrowed(_));
    let text = text.trim_start_matches('\u{feff}').trim();
    let read = match text.len() {
        0..=LONGEST if !is_whole => Err(anyhow::anyhow!("not UTF-8")),
        0..=LONGEST => serde_json::from_str(text).context("not valid JSON"),
        _ => Err(anyhow::anyhow!("the line is too long")),
    };
    match read {
        Ok(Value::Object(members)) => of_object(members),
        Ok(_) => Err(Unreadable { original: json!(text), reason: "not an object".to_owned() }),
        Err(error) => Err(Unreadable { original: json!(text), reason: format!("{error:#}") }),
    }
}

/// A story from an object. Members with `_` are ours: what was wrong with it when it was imported before.
pub fn of_object(mut members: Map<String, Value>) -> Result<Story, Unreadable> {
    let raw = members.shift_remove("_raw");
    members.retain(|name, _| !name.starts_with('_'));
    match raw {
        Some(Value::String(raw)) if members.is_empty() => story(raw.as_bytes()),
        _ if ninjs::is_item(&members) => ninjs::story(&members).map_err(|error| Unreadable {
            original: Value::Object(members),
            reason: error.to_string(),
        }),
        _ => Ok(Story::from_members(members)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Found> {
        open(Input::of_bytes(text.as_bytes().to_vec())).unwrap().stories.collect()
    }

    #[test]
    fn lines_are_counted_and_broken_ones_kept() {
        let found =
            read("{\"headline\":\"a\"}\n\n{\"headline\":\n{\"headline\":\"b\",\"_problem\":\"x\"}");
        let places: Vec<_> = found.iter().map(|one| one.place.as_str()).collect();
        assert_eq!(places, ["line 1", "line 3", "line 4"]);
        assert_eq!(found[1].story.as_ref().unwrap_err().original, "{\"headline\":");
        let last = serde_json::to_value(found[2].story.as_ref().unwrap()).unwrap();
        assert_eq!(last, json!({ "headline": "b" }));
    }

    #[test]
    fn letters_are_not_guessed() {
        let line = b"{\"headline\":\"Z\xfcrich\"}\n".to_vec();
        let found: Vec<Found> = open(Input::of_bytes(line)).unwrap().stories.collect();
        assert_eq!(found[0].story.as_ref().unwrap_err().reason, "not UTF-8");
    }

    #[test]
    fn a_mended_raw_line_is_read() {
        let found = read("{\"_raw\":\"{\\\"headline\\\":\\\"a\\\"}\",\"_problem\":\"x\"}\n");
        assert_eq!(found[0].story.as_ref().unwrap().text("headline"), Some("a"));
    }

    #[test]
    fn an_export_is_not_imported() {
        assert!(open(Input::of_bytes(b"{\"newswire_export\":1}\n".to_vec())).is_err());
    }
}

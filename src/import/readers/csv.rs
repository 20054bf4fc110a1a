//! A table: a story a row, its columns named like the API's members, or as spreadsheets name them.
//!
//! `tags` and `categories` and `authors` are lists with `;` or `|` between; `image.alt` is a member of a
//! member; `metadata.desk` is a note.

use super::{Found, Read, Unreadable};
use crate::import::input::Input;
use crate::post::{Story, dates};
use crate::text::decode;
use anyhow::{Context, bail};
use encoding_rs::Encoding;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Members that are texts, with the names columns have for them.
const TEXTS: &[(&str, &[&str])] = &[
    ("headline", &["title"]),
    ("slug", &[]),
    ("summary", &["description", "excerpt", "standfirst", "abstract"]),
    ("body", &["content", "text"]),
    ("body_format", &[]),
    ("byline", &[]),
    ("source", &[]),
    ("source_url", &["url", "link"]),
    ("external_id", &["id", "guid"]),
    ("category", &["section"]),
    ("language", &["lang"]),
    ("translation_of", &[]),
    ("status", &[]),
    ("canonical_url", &["canonical"]),
    ("usage_terms", &["rights"]),
    ("image", &["image_url"]),
];
const TIMES: &[(&str, &[&str])] = &[
    ("published_at", &["date", "published", "pubdate"]),
    ("expires_at", &["expires"]),
    ("revised_at", &["updated", "modified"]),
];
const LISTS: &[(&str, &[&str])] =
    &[("tags", &["keywords"]), ("categories", &[]), ("authors", &["author"])];

/// What a column is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    Text(&'static str),
    Time(&'static str),
    List(&'static str),
    Urgency,
    Featured,
    Note(String),
    Image(String),
    Unknown,
}

/// Reads row by row. Comma, semicolon or tab, whichever the first line has most of.
pub fn open(mut input: Input) -> anyhow::Result<Read> {
    let head = input.peek()?;
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: &u8| first.iter().filter(|byte| *byte == sign).count();
    let delimiter = *[b',', b';', b'\t'].iter().max_by_key(|sign| count(sign)).unwrap_or(&b',');
    let letters = decode::other_than_utf_8(&head);
    let (length, position) = (input.length, input.position);
    let mut reader =
        ::csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(input.reader);
    let header = reader.byte_headers().context("no header")?.clone();
    let names: Option<Vec<String>> = header
        .iter()
        .map(|name| {
            Some(decode::piece(letters, name)?.trim_start_matches('\u{feff}').trim().to_owned())
        })
        .collect();
    let names = names.context("the header is not UTF-8")?;
    let columns: Vec<Column> = names.iter().map(|name| column(name)).collect();
    if !columns.contains(&Column::Text("headline")) {
        bail!("no column `headline` (or `title`) in: {}", names.join(", "));
    }
    let passed: Vec<&str> = names
        .iter()
        .zip(&columns)
        .filter_map(|(name, column)| (*column == Column::Unknown).then_some(name.as_str()))
        .collect();
    if !passed.is_empty() {
        eprintln!("note: columns that are not used: {}", passed.join(", "));
    }
    let rows = reader.into_byte_records().map(move |record| {
        let line = |at: Option<&::csv::Position>| at.map_or(0, ::csv::Position::line);
        match record {
            Ok(record) => Found {
                place: format!("line {}", line(record.position())),
                end: position.get(),
                story: cells(&names, &record, letters)
                    .and_then(|cells| story(&names, &columns, &cells)),
            },
            Err(error) => Found {
                place: format!("line {}", line(error.position())),
                end: position.get(),
                story: Err(Unreadable::new(error)),
            },
        }
    });
    Ok(Read::streamed(rows, length))
}

fn column(name: &str) -> Column {
    let name = name.to_lowercase().replace([' ', '-'], "_");
    let known = |list: &'static [(&'static str, &'static [&'static str])]| {
        let fits = |(member, others): &&(&str, &[&str])| {
            *member == name || others.contains(&name.as_str())
        };
        list.iter().find(fits).map(|(member, _)| *member)
    };
    match name.split_once('.') {
        Some(("metadata", note)) => return Column::Note(note.to_owned()),
        Some(("image", member)) => return Column::Image(member.to_owned()),
        _ => {}
    }
    match (known(TEXTS), known(TIMES), known(LISTS), name.as_str()) {
        (Some(member), ..) => Column::Text(member),
        (_, Some(member), ..) => Column::Time(member),
        (_, _, Some(member), _) => Column::List(member),
        (.., "urgency" | "priority") => Column::Urgency,
        (.., "featured") => Column::Featured,
        _ => Column::Unknown,
    }
}

/// The cells of a row as texts, or why there are none.
fn cells(
    names: &[String],
    record: &::csv::ByteRecord,
    letters: Option<&'static Encoding>,
) -> Result<Vec<String>, Unreadable> {
    let text = |cell| decode::piece(letters, cell).map(Cow::into_owned);
    let cells: Option<Vec<String>> = record.iter().map(text).collect();
    let reason = match &cells {
        None => "not UTF-8".to_owned(),
        Some(cells) if cells.len() != names.len() => {
            format!("{} cells under {} names", cells.len(), names.len())
        }
        Some(_) => return Ok(cells.unwrap_or_default()),
    };
    let lossy = || record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
    let cells: Vec<String> = cells.unwrap_or_else(lossy);
    // which cell belongs where is for people to say: no server takes this member
    Err(Unreadable { original: json!({ "cells": cells }), reason })
}

/// The story of a row. A cell that is not what its column holds is kept as it is, so that the server
/// refuses it as well until it is mended.
fn story(names: &[String], columns: &[Column], cells: &[String]) -> Result<Story, Unreadable> {
    let mut story = Story::default();
    let mut notes = Map::new();
    let mut image = Map::new();
    let mut faults = Vec::new();
    for ((name, column), text) in names.iter().zip(columns).zip(cells) {
        if text.trim().is_empty() {
            continue;
        }
        match column {
            Column::Text("image") => drop(image.insert("url".to_owned(), json!(text.trim()))),
            // a text is kept as it is, the ends of its lines included
            Column::Text(member @ ("headline" | "body" | "summary")) => {
                story.set(member, text.as_str())
            }
            Column::Text(member) => story.set_text(member, Some(text)),
            Column::Time(member) => match dates::yaml(text) {
                Some(time) => story.set(member, time),
                None => {
                    story.set(member, text.as_str());
                    faults.push(format!("{name}: {text:?} is not a date"));
                }
            },
            Column::List(member) => list(&mut story, member, text),
            Column::Urgency => match text.trim().parse::<i64>() {
                Ok(number) => story.set("urgency", number),
                Err(_) => {
                    story.set("urgency", text.as_str());
                    faults.push(format!("{name}: {text:?} is not a number"));
                }
            },
            Column::Featured => match truth(text) {
                Some(truth) => story.set("featured", truth),
                None => {
                    story.set("featured", text.as_str());
                    faults.push(format!("{name}: {text:?} is neither yes nor no"));
                }
            },
            Column::Note(note) => drop(notes.insert(note.clone(), json!(text))),
            Column::Image(member) => {
                let value = text
                    .trim()
                    .parse::<i64>()
                    .ok()
                    .filter(|_| ["width", "height"].contains(&member.as_str()));
                let value = value.map_or_else(|| json!(text), |number| json!(number));
                image.insert(member.clone(), value);
            }
            Column::Unknown => {}
        }
    }
    for (member, members) in [("metadata", notes), ("image", image)] {
        if !members.is_empty() {
            story.set(member, members);
        }
    }
    match faults.is_empty() {
        true => Ok(story),
        false => Err(Unreadable {
            original: serde_json::to_value(&story).unwrap_or_default(),
            reason: faults.join("; "),
        }),
    }
}

fn list(story: &mut Story, member: &str, text: &str) {
    let separator = if text.contains(';') { ';' } else { '|' };
    let parts = text.split(separator).map(str::trim).filter(|part| !part.is_empty());
    let parts: Vec<Value> = match member {
        "authors" => parts.map(|name| json!({ "name": name })).collect(),
        _ => parts.map(Value::from).collect(),
    };
    story.set(member, parts);
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "1" | "y" => Some(true),
        "false" | "no" | "0" | "n" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Found> {
        open(Input::of_bytes(text.as_bytes().to_vec())).unwrap().stories.collect()
    }

    #[test]
    fn a_row_is_a_story() {
        let found = read(
            "\u{feff}Title;body;tags;Author;date;image.alt;image_url;metadata.desk;featured;urgency;x\n\
             Rain;\"Line one\nline; two\";\"a;b\";A Khan | B Ali;2024-03-05 10:00;alt;https://x.example/i.jpg;night;yes;2;y\n\
             Sun;;;;;;;;;;\n",
        );
        let story = serde_json::to_value(found[0].story.as_ref().unwrap()).unwrap();
        let expected = json!({
            "headline": "Rain", "body": "Line one\nline; two", "tags": ["a", "b"],
            "authors": [{ "name": "A Khan" }, { "name": "B Ali" }], "published_at": "2024-03-05T10:00:00Z",
            "featured": true, "urgency": 2, "metadata": { "desk": "night" },
            "image": { "alt": "alt", "url": "https://x.example/i.jpg" }
        });
        assert_eq!(story, expected);
        assert_eq!(found[1].place, "line 4");
        assert_eq!(
            serde_json::to_value(found[1].story.as_ref().unwrap()).unwrap(),
            json!({ "headline": "Sun" })
        );
    }

    #[test]
    fn what_a_spreadsheet_writes_is_decoded() {
        let table =
            b"headline;body\nZ\xfcrich im Schnee;Stra\xdfen gesperrt\nK\xf6ln;\xe4\n".to_vec();
        let found: Vec<Found> = open(Input::of_bytes(table)).unwrap().stories.collect();
        let headlines: Vec<_> =
            found.iter().map(|one| one.story.as_ref().unwrap().text("headline").unwrap()).collect();
        assert_eq!(headlines, ["Zürich im Schnee", "Köln"]);
        // one letter that is broken makes no other encoding of the whole
        let table = "headline;body\nZürich;x\n".repeat(2).into_bytes();
        let table = [&table[..], b"K\xf6ln;y\n"].concat();
        let found: Vec<Found> = open(Input::of_bytes(table)).unwrap().stories.collect();
        assert_eq!(found[0].story.as_ref().unwrap().text("headline"), Some("Zürich"));
    }

    #[test]
    fn faults_of_a_row_are_its_own() {
        let found = read("headline,date,urgency\na,yesterday,high\nb,2024-03-05,1\nc,d\n");
        let fault = found[0].story.as_ref().unwrap_err();
        assert_eq!(
            fault.reason,
            "date: \"yesterday\" is not a date; urgency: \"high\" is not a number"
        );
        let kept = json!({ "headline": "a", "published_at": "yesterday", "urgency": "high" });
        assert_eq!(fault.original, kept);
        assert!(found[1].story.is_ok());
        let fault = found[2].story.as_ref().unwrap_err();
        assert_eq!(
            (&fault.original, &*fault.reason),
            (&json!({ "cells": ["c", "d"] }), "2 cells under 3 names")
        );
        assert!(open(Input::of_bytes(b"a,b\n1,2\n".to_vec())).is_err());
    }
}

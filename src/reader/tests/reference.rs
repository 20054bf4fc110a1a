//! Feeds of other readers' tests, read and held against reference answers.
//!
//! `FEED_FIXTURES=DIR cargo test --lib reader::tests::reference -- --ignored --nocapture`, where `DIR`
//! has a `manifest.ndjson`: a line a feed, with `file`, `bozo` (not well-formed), `n` (how many
//! entries) and `first` (`title`, `link`, `published`, `updated` of the first three).

use super::super::*;
use crate::articles::views::input::{ArticleInput, ArticlePatch};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// No feed may take longer, in a build without optimisation.
const LONGEST: Duration = Duration::from_secs(2);

#[test]
#[ignore = "needs fixtures: FEED_FIXTURES"]
fn feeds_say_what_the_reference_says() {
    let root = std::env::var_os("FEED_FIXTURES").expect("FEED_FIXTURES");
    let root = Path::new(&root);
    let manifest = std::fs::read_to_string(root.join("manifest.ndjson")).unwrap();
    let (mut feeds, mut entries, mut differing) = (0, 0, 0);
    for line in manifest.lines() {
        let told: Value = serde_json::from_str(line).unwrap();
        let file = told["file"].as_str().unwrap();
        let bytes = std::fs::read(root.join(file)).unwrap();
        let begun = Instant::now();
        let read = read(&bytes, None, None);
        let found = read.as_ref().map_or(&[][..], |feed| &feed.entries);
        for story in found.iter().filter_map(Entry::story) {
            let text = serde_json::to_vec(&story).unwrap();
            let parsed = crate::http::body::parse::<ArticleInput, ArticlePatch>(&text);
            assert!(parsed.is_ok(), "{file}: {parsed:?}");
        }
        assert!(begun.elapsed() < LONGEST, "{file} took {:?}", begun.elapsed());
        (feeds, entries) = (feeds + 1, entries + found.len());
        let differences = compare(found, &told);
        if !differences.is_empty() {
            differing += 1;
            let form = if told["bozo"] == true { "not well-formed" } else { "well-formed" };
            println!("{file} ({form}, {read})", read = read.err().map_or("a feed", |_| "no feed"));
            differences.iter().for_each(|difference| println!("    {difference}"));
        }
    }
    println!("{feeds} feeds, {entries} entries, {differing} feeds differ from the reference");
}

fn compare(found: &[Entry], told: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    let number = told["n"].as_u64().unwrap();
    if found.len() as u64 != number {
        differences.push(format!("entries: {}, reference {number}", found.len()));
    }
    for (at, (entry, told)) in found.iter().zip(told["first"].as_array().unwrap()).enumerate() {
        let mut differ = |what: &str, ours: String, theirs: &Value| {
            differences.push(format!("{at} {what}: {ours}, reference {theirs}"));
        };
        let text =
            |member: &str| told[member].as_str().map(str::trim).filter(|text| !text.is_empty());
        let title = entry.title.as_ref().map(|title| title.value.as_str());
        let lines = |text: Option<&str>| {
            text.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        if lines(title) != lines(text("title")) {
            differ("title", format!("{title:?}"), &told["title"]);
        }
        if entry.link.as_deref() != text("link") {
            differ("link", format!("{:?}", entry.link), &told["link"]);
        }
        // the reference repeats the date of publication as that of the last change
        let published = date_of(text("published"));
        let updated = date_of(text("updated")).filter(|_| told["updated"] != told["published"]);
        let ours = entry.published.or(entry.updated);
        if ours != published.or(updated) {
            let theirs = if published.is_some() || told["updated"].is_null() {
                "published"
            } else {
                "updated"
            };
            differ("date", format!("{ours:?}"), &told[theirs]);
        }
        if let Some(theirs) = updated.filter(|_| entry.updated != updated) {
            differ("updated", format!("{:?}", entry.updated), &Value::from(theirs.to_rfc3339()));
        }
    }
    differences
}

/// By the standards where they can, else as the reader does.
fn date_of(text: Option<&str>) -> Option<DateTime<Utc>> {
    let text = text?;
    let strict = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text));
    strict.ok().map(|date| date.to_utc()).or_else(|| date::read(text))
}

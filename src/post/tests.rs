//! Tests of the command as far as it goes without a server.

use clap::Parser;
use serde_json::{Value, json};

use super::*;

#[derive(Debug, Parser)]
struct Cli {
    #[command(flatten)]
    post: PostArgs,
}

fn args(line: &str) -> PostArgs {
    Cli::try_parse_from(format!("post {line}").split_whitespace()).unwrap().post
}

fn sent(file: &str, text: &str, line: &str) -> Value {
    let stories = stories(file, text.as_bytes(), &args(line)).unwrap();
    serde_json::to_value(&stories[0]).unwrap()
}

const PAGE: &str =
    "Home / General / Big news\n\nBig news\n\nIt came.\n\nSource: Radio\n\nScroll To Top";

#[test]
fn flags_win_over_the_file() {
    let story = sent(
        "a.txt",
        PAGE,
        "a.txt --source app --category World --status published --language ur --tag x --tag y \
         --date 2026-01-31T12:00:00+05:00 --external-id 7/a",
    );
    assert_eq!(
        story,
        json!({
            "headline": "Big news", "body": "It came.", "body_format": "text", "category": "World",
            "source": "app", "external_id": "7/a", "status": "published", "language": "ur",
            "published_at": "2026-01-31T12:00:00+05:00", "tags": ["x", "y"],
        })
    );
}

#[test]
fn what_is_not_known_is_not_sent() {
    let story = sent("a.txt", PAGE, "a.txt");
    let members: Vec<_> = story.as_object().unwrap().keys().collect();
    assert_eq!(members, ["headline", "body", "body_format", "category", "source", "external_id"]);
    let uncredited = sent("a.txt", "Big news\n\nIt came.", "a.txt");
    assert_eq!(uncredited.get("source"), None);
    let named = sent("a.txt", "Big news\n\nIt came.", "a.txt --source Radio");
    assert_eq!(named["source"], "Radio");
    assert_eq!(named["external_id"], story["external_id"], "one source, one headline");
    assert_ne!(uncredited["external_id"], story["external_id"]);
}

#[test]
fn a_changed_body_is_the_same_story() {
    let changed = PAGE.replace("came", "went");
    assert_eq!(
        sent("a.txt", PAGE, "a.txt")["external_id"],
        sent("b.txt", &changed, "b.txt")["external_id"]
    );
}

#[test]
fn requests() {
    assert_eq!(args("a").query(), [("on_conflict", "update"), ("create_missing", "true")]);
    assert_eq!(
        args("a --no-create --overwrite").query(),
        [("on_conflict", "update"), ("overwrite", "true")]
    );
}

#[test]
fn lists_have_no_one_identity() {
    let text = r#"[{"headline":"A","external_id":"1"},{"headline":"B"}]"#;
    assert!(stories("a.json", text.as_bytes(), &args("a.json --external-id 1")).is_err());
    let stories = stories("a.json", text.as_bytes(), &args("a.json")).unwrap();
    assert_eq!(stories[0].text("external_id"), Some("1"));
    assert!(stories[1].text("external_id").is_some());
}

#[test]
fn bad_flags_are_refused() {
    for line in ["", "a --date 2026-01-31", "a --status live", "a --format pdf"] {
        let line = format!("post {line}");
        assert!(Cli::try_parse_from(line.split_whitespace()).is_err(), "{line}");
    }
}

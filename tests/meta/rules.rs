//! Requests that fit the document's schemas and are refused nevertheless: each for a rule that JSON
//! Schema cannot express, named in [`RULES`]. `schemathesis.toml` lets well-formed requests be
//! answered with these statuses; this test is what it gives in exchange.

mod cases;
mod schemas;

use newswire::error::Code::{self, *};
use std::collections::BTreeSet;

/// The statuses that `schemathesis.toml` allows beyond the tool's own.
const STATUSES: [u16; 8] = [400, 406, 410, 412, 413, 415, 422, 428];

/// The rules beyond the schemas, and why none can express them.
const RULES: [(Code, &str); 40] = [
    (QueryInvalid, "a NUL in a parameter: every string type admits one"),
    (PathInvalid, "a NUL in a path, or bytes that are no UTF-8"),
    (HeaderInvalid, "entity tags have a grammar of their own"),
    (UnknownCategory, "depends on what exists"),
    (UnknownSource, "depends on what exists"),
    (CursorInvalid, "cursors are opaque"),
    (CursorMismatch, "depends on the list a cursor came from"),
    (FilterIncomplete, "one parameter needs another"),
    (FilterContradiction, "two parameters against each other"),
    (ReassignInvalid, "depends on what exists"),
    (NotAcceptable, "OpenAPI says nothing of Accept"),
    (ArticleGone, "depends on the story's past"),
    (CursorExpired, "depends on what is still kept"),
    (VersionMismatch, "depends on the current version"),
    (BodyTooLarge, "the size of the whole, white space included"),
    (ValidationFailed, "several of these rules at once"),
    (CategoryNotFound, "depends on what exists"),
    (SourceNotFound, "depends on what exists"),
    (ArticleNotFound, "depends on what exists"),
    (NulCharacter, "every string type admits one"),
    (SlugInvalid, "scripts and normal forms are beyond portable patterns"),
    (LanguageInvalid, "the grammar of BCP 47"),
    (UrlInvalid, "absolute, http or https, with a host"),
    (AddressForbidden, "an address on a network of somebody's own, or with credentials"),
    (TimeInvalid, "a leap second or the year 0 is RFC 3339 and no instant we keep"),
    (ExpiryTooEarly, "two members against each other"),
    (ExternalIdMismatch, "the body against the path"),
    (TranslationInvalid, "depends on what exists"),
    (CategoryCycle, "depends on the tree"),
    (CategoryTooDeep, "depends on the tree"),
    (KeyScopeInvalid, "two members against each other"),
    (ExpiryInPast, "depends on the clock"),
    (TooManyCategories, "two members together"),
    (TooManyNotes, "depends on the notes that are there"),
    (TextTooLong, "schemas count characters, storage counts bytes"),
    (PreconditionRequired, "depends on a setting"),
    (TooManyLines, "the number of lines together"),
    (LinesRejected, "any of these rules, in one of many stories"),
    (ExportInvalid, "the lines of an export together"),
    (IdempotencyKeyReused, "depends on an earlier request"),
];

/// What only a request that breaks the schemas gets: its syntax, its shape, its media type.
const SCHEMA: [Code; 3] = [JsonMalformed, BodyInvalid, MediaTypeUnsupported];

fn names(codes: impl IntoIterator<Item = Code>) -> BTreeSet<&'static str> {
    codes.into_iter().map(Code::as_str).collect()
}

#[test]
fn every_such_code_is_a_rule_or_a_fault_of_form() {
    let listed = RULES.iter().map(|(code, _)| *code).chain(SCHEMA);
    let known = Code::ALL.iter().copied().filter(|code| STATUSES.contains(&code.status()));
    assert_eq!(names(listed.clone()), names(known));
    assert_eq!(listed.clone().count(), names(listed).len(), "a code is in one list, once");
}

#[test]
fn schemathesis_allows_these_statuses_and_no_others() {
    let text = include_str!("../../schemathesis.toml");
    let (_, deviation) = text.split_once("# the deviation").expect("the deviation is marked");
    let (deviation, _) = deviation.split_once(']').expect("the end of the list");
    let allowed: BTreeSet<u16> =
        deviation.split('"').filter_map(|part| part.parse().ok()).collect();
    assert_eq!(allowed, BTreeSet::from(STATUSES));
    let checks = text.lines().filter(|line| line.starts_with('['));
    // beside it, one that many stories in one request have of their own
    let of_many = ["[[operations]]", "[operations.checks.negative_data_rejection]"];
    assert_eq!(
        checks.collect::<Vec<_>>(),
        [&["[checks.positive_data_acceptance]"], &of_many[..]].concat()
    );
}

#[actix_web::test]
async fn every_rule_refuses_requests_that_fit_the_schemas() {
    let met: BTreeSet<&str> = cases::refused().await;
    let rules = names(RULES.iter().map(|(code, _)| *code));
    assert_eq!(met, rules, "each rule is shown, and no other refuses");
}

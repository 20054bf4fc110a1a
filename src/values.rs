//! Values that several resources share, checked beyond what JSON Schema can say: web addresses,
//! times, language tags, slugs. Text itself is never changed.

use crate::error::{Code, Violation, Violations};
use crate::patch::Patch;
use crate::text::{language, slug};
use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};
use std::collections::BTreeMap;
use url::Url;

/// The operator's own notes on a resource.
pub type Metadata = BTreeMap<String, String>;

/// A merge patch of notes: null takes one away.
pub type MetadataPatch = BTreeMap<String, Option<String>>;
/// How many notes a resource may have.
const MAX_NOTES: usize = 50;

/// Merges notes into those that are there.
pub fn patch_metadata(
    found: &mut Violations,
    patch: Patch<MetadataPatch>,
    metadata: &mut Metadata,
) {
    match patch {
        Patch::Absent => {}
        Patch::Null => metadata.clear(),
        Patch::Value(notes) => {
            for (name, note) in notes {
                match note {
                    Some(text) => drop(metadata.insert(name, text)),
                    None => drop(metadata.remove(&name)),
                }
            }
        }
    }
    if metadata.len() > MAX_NOTES {
        let detail = "There would be more than 50 notes.";
        found.push(Violation::body("metadata", Code::TooManyNotes, detail));
    }
}

/// An absolute http or https address with a host, and without credentials: what is kept here is shown.
pub fn web_address(pointer: &str, text: &str) -> Result<(), Violation> {
    let fault = |detail: &str| Err(Violation::body(pointer, Code::UrlInvalid, detail));
    let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\');
    let url = Url::parse(text).ok().filter(|url| plain && url.has_host());
    match url.filter(|url| matches!(url.scheme(), "http" | "https")) {
        None => fault("Not an absolute http or https address."),
        Some(url) if !url.username().is_empty() || url.password().is_some() => {
            fault("An address with credentials would show them.")
        }
        Some(_) => Ok(()),
    }
}

/// A patch of an address; a wrong one is noted and left out.
pub fn patch_address(found: &mut Violations, pointer: &str, patch: Patch<String>) -> Patch<String> {
    patch.and_then(|text| found.take(web_address(pointer, &text).map(|()| text)))
}

/// A time in RFC 3339 with an offset, cut to the millisecond.
pub fn time(pointer: &str, text: &str) -> Result<DateTime<Utc>, Violation> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        // by way of milliseconds: a leap second becomes the first of the next minute, as in the database
        .and_then(|time| DateTime::from_timestamp_millis(time.timestamp_millis()))
        .filter(|time| (1..=9999).contains(&time.year()))
        .ok_or_else(|| {
            let detail = "Expected RFC 3339 with an offset, such as 2026-01-31T12:00:00Z.";
            Violation::body(pointer, Code::TimeInvalid, detail)
        })
}

/// A patch of a time; a wrong one is noted and left out.
pub fn patch_time(
    found: &mut Violations,
    pointer: &str,
    patch: Patch<String>,
) -> Patch<DateTime<Utc>> {
    patch.and_then(|text| found.take(time(pointer, &text)))
}

/// How times go out: UTC to the millisecond.
pub fn rfc3339(time: DateTime<Utc>) -> String {
    let plain = time.naive_utc();
    let year = u32::try_from(plain.year()).ok().filter(|year| *year <= 9999);
    let millis = time.timestamp_subsec_millis();
    let Some(year) = year.filter(|_| millis < 1000) else {
        return time.to_rfc3339_opts(SecondsFormat::Millis, true);
    };
    // digit by digit: each story of a list has three of them
    let mut text = *b"0000-00-00T00:00:00.000Z";
    let numbers = [
        (3, year),
        (6, plain.month()),
        (9, plain.day()),
        (12, plain.hour()),
        (15, plain.minute()),
        (18, plain.second()),
        (22, millis),
    ];
    for (mut place, mut number) in numbers {
        while number > 0 {
            text[place] = b'0' + (number % 10) as u8;
            number /= 10;
            place = place.saturating_sub(1);
        }
    }
    String::from_utf8(text.to_vec()).unwrap_or_default()
}

/// The same without a fraction that is nothing, as feeds and sitemaps have them.
pub fn short_rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A patch of a language tag; a wrong one is noted and left out.
pub fn patch_language(found: &mut Violations, patch: Patch<String>) -> Patch<String> {
    patch.and_then(|tag| {
        let fine = language::is_bcp47(&tag);
        let detail = "Expected a well-formed BCP 47 tag, such as en, ur or zh-Hant.";
        let fault = Violation::body("language", Code::LanguageInvalid, detail);
        found.take(if fine { Ok(tag) } else { Err(fault) })
    })
}

/// A patch of a slug; a wrong one is noted and left out.
pub fn patch_slug(found: &mut Violations, patch: Patch<String>) -> Patch<String> {
    patch.and_then(|text| {
        let fine = slug::is_slug(&text) && !slug::is_reserved(&text);
        let fault = Violation::body("slug", Code::SlugInvalid, Code::SlugInvalid.help());
        found.take(if fine { Ok(text) } else { Err(fault) })
    })
}

/// What stands in a source or a category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many live stories.
    pub stories: i64,
    /// When the newest of them was published.
    pub newest: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn times_are_those_of_the_standard(millis in -80_000_000_000_000i64..260_000_000_000_000, nanos in 0..1_000_000i64) {
            let time = DateTime::from_timestamp_millis(millis).unwrap() + chrono::TimeDelta::nanoseconds(nanos);
            prop_assert_eq!(rfc3339(time), time.to_rfc3339_opts(SecondsFormat::Millis, true));
        }
    }
}

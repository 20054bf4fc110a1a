//! Language tags: whether one is well formed, and which way its text runs.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use icu_locale::subtags::{Language, Region, Script, Variants};
use icu_locale::{
    Direction as ScriptDirection, LanguageIdentifier, Locale, LocaleCanonicalizer,
    LocaleDirectionality,
};

/// The longest tag accepted; RFC 5646 asks for room for at least this much.
pub const MAX_CHARS: usize = 35;

/// The tags of RFC 5646 that are older than its grammar and do not fit it.
const IRREGULAR: &[&str] = &[
    "en-gb-oed",
    "i-ami",
    "i-bnn",
    "i-default",
    "i-enochian",
    "i-hak",
    "i-klingon",
    "i-lux",
    "i-mingo",
    "i-navajo",
    "i-pwn",
    "i-tao",
    "i-tay",
    "i-tsu",
    "sgn-be-fr",
    "sgn-be-nl",
    "sgn-ch-de",
];

/// Which way the lines of a text run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Left to right, and everything that is not known.
    Ltr,
    /// Right to left.
    Rtl,
}

/// Whether `tag` is a well-formed BCP 47 language tag (RFC 5646, section
/// 2.2.9) of at most [`MAX_CHARS`] characters: `en`, `zh-Hant-TW`, `x-house`.
/// It need not name a language that exists.
pub fn is_bcp47(tag: &str) -> bool {
    if tag.len() > MAX_CHARS {
        return false;
    }
    let tag = tag.to_ascii_lowercase();
    let subtags: Vec<&str> = tag.split('-').collect();
    let proper =
        |s: &&str| (1..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric());
    subtags.iter().all(proper)
        && (IRREGULAR.contains(&tag.as_str())
            || (subtags.len() > 1 && subtags.first() == Some(&"x"))
            || fits_grammar(&subtags))
}

/// Whether subtags, already lower-case and of legal length, are a `langtag`.
fn fits_grammar(subtags: &[&str]) -> bool {
    let Some((language, mut rest)) = subtags.split_first() else {
        return false;
    };
    if language.len() < 2 || !is_alpha(language) {
        return false;
    }
    if language.len() <= 3 {
        skip(&mut rest, 3, |s| s.len() == 3 && is_alpha(s));
    }
    skip(&mut rest, 1, |s| s.len() == 4 && is_alpha(s));
    skip(&mut rest, 1, is_region);
    let before = rest;
    skip(&mut rest, usize::MAX, |s| {
        s.len() >= 5 || (s.len() == 4 && s.starts_with(|c: char| c.is_ascii_digit()))
    });
    let variants = &before[..before.len() - rest.len()];
    let mut seen = HashSet::new();
    variants.iter().all(|variant| seen.insert(variant)) && fits_extensions(rest)
}

/// What may end a tag: each extension once, then private use; none is empty.
fn fits_extensions(mut rest: &[&str]) -> bool {
    let mut seen = HashSet::new();
    while let Some((singleton, after)) = rest.split_first() {
        let private = *singleton == "x";
        if singleton.len() != 1 || !seen.insert(*singleton) {
            return false;
        }
        rest = after;
        skip(&mut rest, usize::MAX, |s| private || s.len() > 1);
        if rest.len() == after.len() {
            return false;
        }
    }
    true
}

fn skip(rest: &mut &[&str], most: usize, matches: impl Fn(&str) -> bool) {
    let count = rest.iter().take(most).take_while(|s| matches(s)).count();
    *rest = &rest[count..];
}

fn is_alpha(subtag: &str) -> bool {
    subtag.bytes().all(|b| b.is_ascii_alphabetic())
}

fn is_region(subtag: &str) -> bool {
    (subtag.len() == 2 && is_alpha(subtag))
        || (subtag.len() == 3 && subtag.bytes().all(|b| b.is_ascii_digit()))
}

/// So many tags are remembered by each thread: each story of a list asks.
const REMEMBERED: usize = 256;

thread_local! {
    static DIRECTIONS: RefCell<HashMap<Box<str>, Direction>> = RefCell::default();
}

/// Which way text in this language runs: by the tag's script if it names one,
/// else by the script the language is most likely written in, in the tag's
/// region. What is unknown or not a tag at all is [`Direction::Ltr`].
pub fn direction(tag: &str) -> Direction {
    DIRECTIONS.with_borrow_mut(|known| {
        if let Some(direction) = known.get(tag) {
            return *direction;
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        let direction = look_up(tag);
        known.insert(tag.into(), direction);
        direction
    })
}

fn look_up(tag: &str) -> Direction {
    // Only borrows tables that are compiled in.
    let scripts = LocaleDirectionality::new_extended();
    let mut subtags = tag.split('-').peekable();
    let Some(Ok(mut language)) = subtags.next().map(str::parse::<Language>) else {
        return Direction::Ltr;
    };
    // An extended language (`ar-arz`) is a language of its own.
    while let Some(extended) = subtags.next_if(|s| s.len() == 3 && is_alpha(s)) {
        language = extended.parse().unwrap_or(language);
    }
    let script: Option<Script> =
        subtags.next_if(|s| s.len() == 4 && is_alpha(s)).and_then(|s| s.parse().ok());
    let region: Option<Region> = subtags.next_if(|s| is_region(s)).and_then(|s| s.parse().ok());
    let mut locale = Locale::from(LanguageIdentifier {
        language,
        script,
        region,
        variants: Variants::default(),
    });
    // Withdrawn codes that are still sent (`iw`, `prs`) become today's.
    LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
    match scripts.get(&locale.id) {
        Some(ScriptDirection::RightToLeft) => Direction::Rtl,
        _ => Direction::Ltr,
    }
}

#[cfg(test)]
mod tests;

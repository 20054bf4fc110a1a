//! Slugs: the readable names of articles, sources and categories in addresses.
//!
//! A slug is lower-case letters, marks and digits of any script, in NFC and in
//! their own script (nothing is transliterated), joined by single hyphens. It
//! holds no dot, so a suffix such as `.html` can follow it, and never looks
//! like a UUID, so a path segment is either an id or a slug.
//!
//! Decisions that a reader may wonder about:
//! * Apostrophes, format characters (ZWNJ, soft hyphen, direction marks) and
//!   variation selectors vanish instead of splitting a word: "don't" is `dont`.
//! * `İ` becomes `i`, as in the languages that write it; Unicode's own mapping
//!   would leave a stray combining dot in every Turkish address.
//! * Bold or script "mathematical" letters are read as the letters they show.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;
use unicode_properties::{GeneralCategory as Gc, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;

/// The most characters (code points) a slug may have.
pub const MAX_CHARS: usize = 120;
/// The most bytes of UTF-8 a slug may have.
pub const MAX_BYTES: usize = 300;

/// Path words of the API and its siblings, which no slug may equal.
#[rustfmt::skip]
pub const RESERVED: &[&str] = &[
    "admin", "api", "articles", "authors", "batch", "bulk", "categories", "changes", "corrections",
    "count", "docs", "drafts", "duplicates", "events", "export", "facets", "feed", "feeds",
    "health", "history", "import", "imports", "input", "key", "keys", "latest", "live", "me",
    "media", "merge", "metrics", "move", "new", "openapi", "preview", "preview-links", "publish",
    "purge", "ready", "related", "restore", "retract", "revisions", "schema", "search", "sitemap",
    "sitemap-news", "sources", "status", "stream", "suggest", "tags", "trash", "tree", "unpublish",
    "v1", "v2", "webhooks", "wire",
];

/// Makes a slug from any text; `None` when nothing readable is left or when the
/// result would look like a UUID.
///
/// Idempotent: a slug is its own slug. A result may still be a [reserved
/// word](is_reserved), which the caller treats as one that is taken.
pub fn slugify(text: &str) -> Option<String> {
    let mut slug = join_words(text);
    // One round is enough for every text known; a second proves it, and the
    // bound only keeps a surprise in the Unicode tables from looping.
    for _ in 0..4 {
        let again = join_words(&slug);
        if again == slug {
            break;
        }
        slug = again;
    }
    let slug = shorten(&slug, MAX_CHARS, MAX_BYTES);
    (!slug.is_empty() && !looks_like_uuid(slug)).then(|| slug.to_owned())
}

/// Whether `slug` is one already, as [`slugify`] would leave it. Says nothing
/// about [reserved words](is_reserved).
pub fn is_slug(slug: &str) -> bool {
    slug.len() <= MAX_BYTES && slugify(slug).as_deref() == Some(slug)
}

/// Whether `slug` is a path word of the API.
pub fn is_reserved(slug: &str) -> bool {
    RESERVED.contains(&slug)
}

/// The `n`th choice for a slug that is taken: `base-2`, with `base` cut at a
/// word where both would not fit.
pub fn with_suffix(base: &str, n: u32) -> String {
    let suffix = format!("-{n}");
    let base = shorten(base, MAX_CHARS - suffix.len(), MAX_BYTES - suffix.len());
    format!("{base}{suffix}")
}

/// Lower-cases, filters and joins; the result has no limit yet.
fn join_words(text: &str) -> String {
    let lower: String = text.nfc().flat_map(plain_letter).collect::<String>();
    let lower = lower.to_lowercase();
    let mut joined = String::with_capacity(lower.len());
    let mut gap = false;
    let mut before = ' ';
    let mut chars = lower.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        match kind(c, before, after) {
            Kind::Start => {
                if gap && !joined.is_empty() {
                    joined.push('-');
                }
                gap = false;
                joined.push(c);
            }
            // A mark with nothing to stand on is dropped.
            Kind::Mark if !gap && !joined.is_empty() => joined.push(c),
            Kind::Mark | Kind::Nothing => {}
            Kind::Gap => gap = true,
        }
        before = c;
    }
    joined.nfc().collect()
}

enum Kind {
    /// A letter or digit: it can begin a word.
    Start,
    /// A combining mark: it belongs to the letter before it.
    Mark,
    /// Left out without splitting the word.
    Nothing,
    /// Anything else: the words on its two sides are two words.
    Gap,
}

fn kind(c: char, before: char, after: char) -> Kind {
    match c {
        // Apostrophes and the Hebrew geresh and gershayim.
        '\'' | '\u{2018}' | '\u{2019}' | '\u{FF07}' | '\u{5F3}' | '\u{5F4}' => Kind::Nothing,
        // A quotation mark typed for the gershayim of a Hebrew abbreviation.
        '"' | '\u{201D}' if is_hebrew(before) && is_hebrew(after) => Kind::Nothing,
        // Variation selectors and fillers: letters and marks by category, but invisible.
        '\u{34F}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FFA0}'
        | '\u{E0100}'..='\u{E01EF}' => Kind::Nothing,
        // Zero width space, the word break of Thai and Khmer.
        '\u{200B}' => Kind::Gap,
        _ => match c.general_category() {
            Gc::LowercaseLetter
            | Gc::ModifierLetter
            | Gc::OtherLetter
            | Gc::DecimalNumber
            | Gc::LetterNumber => Kind::Start,
            Gc::NonspacingMark | Gc::SpacingMark => Kind::Mark,
            Gc::EnclosingMark | Gc::Format => Kind::Nothing,
            _ => Kind::Gap,
        },
    }
}

fn is_hebrew(c: char) -> bool {
    matches!(c, '\u{5D0}'..='\u{5EA}')
}

/// The letter a character stands for, where lower-casing alone would not find it.
fn plain_letter(c: char) -> impl Iterator<Item = char> {
    let mut letters = Vec::with_capacity(1);
    match c {
        'İ' => letters.push('i'),
        // Capitals without a small form (`ℂ`, `ϒ`) and mathematical alphabets.
        '\u{3D2}'..='\u{3D4}' | '\u{2100}'..='\u{214F}' | '\u{1D400}'..='\u{1D7FF}'
            if c.is_alphanumeric() =>
        {
            decompose_compatible(c, |letter| letters.push(letter));
        }
        _ => letters.push(c),
    }
    letters.into_iter()
}

/// The longest start of `slug` within the limits: whole words where the first
/// one fits, else whole grapheme clusters, else whole characters.
fn shorten(slug: &str, max_chars: usize, max_bytes: usize) -> &str {
    let fits = |end: usize| end <= max_bytes && slug[..end].chars().count() <= max_chars;
    if fits(slug.len()) {
        return slug;
    }
    let longest = |ends: &mut dyn Iterator<Item = usize>| {
        ends.take_while(|&end| fits(end)).last().filter(|&end| end > 0)
    };
    let end = longest(&mut slug.match_indices('-').map(|(at, _)| at))
        .or_else(|| longest(&mut slug.grapheme_indices(true).map(|(at, _)| at)))
        .or_else(|| longest(&mut slug.char_indices().map(|(at, _)| at)))
        .unwrap_or(0);
    &slug[..end]
}

/// Whether every UUID parser would take this for an id, hyphens or not.
fn looks_like_uuid(slug: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|b| b.is_ascii_hexdigit());
    let lengths: Vec<usize> = slug.split('-').map(str::len).collect();
    (lengths == [8, 4, 4, 4, 12] || lengths == [32]) && slug.split('-').all(hex)
}

#[cfg(test)]
mod tests;

//! Cuts a text into its words, in one pass and without a dictionary.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{
    IsNormalized, UnicodeNormalization, is_nfc, is_nfc_quick, is_nfkc_quick,
};

use super::MAX_WORD;
use super::kind::{Kind, is_gershayim, is_hebrew, is_initial, is_word_char, kind};

/// A word of a text or, in a script without spaces, one letter with its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Atom {
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// Whether its script is written without spaces.
    pub unit: bool,
    /// Whether it is a unit that continues the run of the one before it.
    pub joined: bool,
    /// Its letters, marks and digits in NFKC and lower case; never empty.
    pub text: String,
}

/// The words and units of `text`, in order.
pub(super) fn atoms(text: &str) -> Atoms<'_> {
    Atoms { text, at: 0, in_run: false, ready: VecDeque::new() }
}

/// See [`atoms`].
pub(super) struct Atoms<'a> {
    text: &'a str,
    at: usize,
    /// Whether a unit that comes next continues a run.
    in_run: bool,
    ready: VecDeque<Atom>,
}

impl Iterator for Atoms<'_> {
    type Item = Atom;

    fn next(&mut self) -> Option<Atom> {
        while self.ready.is_empty() {
            let raw = self.raw()?;
            add_pieces(raw, &mut self.ready);
        }
        self.ready.pop_front()
    }
}

impl Atoms<'_> {
    /// The next word or unit as it is written, less what is left out.
    fn raw(&mut self) -> Option<Atom> {
        let rest = &self.text[self.at..];
        let mut word: Option<Atom> = None;
        // Letters since the word or its last full stop began, and the last one.
        let (mut letters, mut last) = (0, ' ');
        let mut end = rest.len();
        // from where on it is not in its text yet
        let mut from = 0;
        for (i, c) in rest.char_indices() {
            let kind = kind(c);
            let past = self.at + i + c.len_utf8();
            match (&mut word, kind) {
                (None, Kind::Nothing) => {}
                (Some(word), Kind::Nothing) => skip(word, &mut from, self.text, past),
                (None, Kind::Mark | Kind::Gap) => self.in_run = false,
                (None, _) => {
                    let unit = kind == Kind::Unit;
                    let joined = unit && self.in_run;
                    let range = self.at + i..past;
                    from = range.start;
                    word = Some(Atom { range, unit, joined, text: String::new() });
                    (letters, last) = (1, c);
                }
                (Some(word), Kind::Letter) if !word.unit => {
                    word.range.end = past;
                    (letters, last) = (letters + 1, c);
                }
                (Some(word), Kind::Mark) => word.range.end = past,
                (Some(word), Kind::Gap)
                    if !word.unit && is_inside(c, last, letters, &self.text[past..]) =>
                {
                    skip(word, &mut from, self.text, past);
                    letters = 0;
                }
                _ => {
                    end = i;
                    break;
                }
            }
        }
        self.at += end;
        self.in_run = word.as_ref().is_some_and(|word| word.unit);
        if let Some(word) = &mut word {
            word.text.push_str(self.text.get(from..word.range.end).unwrap_or_default());
        }
        word
    }
}

/// Leaves out a sign that ends at `past`.
fn skip(word: &mut Atom, from: &mut usize, text: &str, past: usize) {
    word.text.push_str(text.get(*from..word.range.end).unwrap_or_default());
    *from = past;
}

/// Whether a sign between `last` and `after` is part of the word and only left
/// out: the gershayim of Hebrew, or a full stop between single letters.
fn is_inside(c: char, last: char, letters: usize, after: &str) -> bool {
    let mut after = after.chars();
    if is_gershayim(c) {
        return is_hebrew(last) && after.next().is_some_and(is_hebrew);
    }
    c == '.' && letters == 1 && is_initial(last) && {
        let mut after = after.skip_while(|&c| kind(c) == Kind::Nothing);
        after.next().is_some_and(is_initial)
            && after
                .find(|&c| !matches!(kind(c), Kind::Mark | Kind::Nothing))
                .is_none_or(|c| matches!(kind(c), Kind::Gap | Kind::Unit))
    }
}

/// The words in a raw one once it is in its plain form: nearly always one, but
/// compatibility characters can hold several (`½`) or none.
fn add_pieces(mut raw: Atom, ready: &mut VecDeque<Atom>) {
    // Too long in any form, and some characters grow to eleven times their size.
    if raw.text.len() > 4 * MAX_WORD {
        return;
    }
    if raw.text.is_ascii() {
        raw.text.make_ascii_lowercase();
        return ready.push_back(raw);
    }
    raw.text = plain(&raw.text);
    let is_mark = |c| kind(c) == Kind::Mark;
    if raw.text.chars().all(is_word_char) && !raw.text.starts_with(is_mark) {
        if !raw.text.is_empty() {
            ready.push_back(raw);
        }
        return;
    }
    let pieces = raw
        .text
        .split(|c| !is_word_char(c))
        .map(|piece| piece.trim_start_matches(is_mark))
        .filter(|piece| !piece.is_empty())
        .map(|piece| Atom { text: piece.to_owned(), range: raw.range.clone(), ..raw });
    ready.extend(pieces);
}

/// Lower case in compatibility form. The dot of `İ` goes, as it does in the
/// languages that write it.
fn plain(word: &str) -> String {
    if let Some(plain) = word.chars().map(alone).collect() {
        return plain;
    }
    let mut lower = match is_nfkc_quick(word.chars()) {
        IsNormalized::Yes => word.to_lowercase(),
        _ => word.nfkc().collect::<String>().to_lowercase(),
    };
    if lower.contains('\u{307}') {
        lower = lower.replace("i\u{307}", "i");
    }
    if is_nfc(&lower) { lower } else { lower.nfc().collect() }
}

/// The plain form of a character that has one whatever stands beside it: most letters of most scripts.
/// To normalise a word takes several searches in tables for each of its letters.
fn alone(c: char) -> Option<char> {
    ALONE.get(c as usize).copied().flatten()
}

static ALONE: LazyLock<Box<[Option<char>]>> = LazyLock::new(|| {
    let plain = |code| char::from_u32(code).and_then(plain_alone);
    (0..0x1_0000).map(plain).collect()
});

fn plain_alone(c: char) -> Option<char> {
    let mut lower = c.to_lowercase();
    let (Some(plain), None) = (lower.next(), lower.next()) else { return None };
    let is_stable = |c: char| {
        let one = || std::iter::once(c);
        canonical_combining_class(c) == 0
            && is_nfc_quick(one()) == IsNormalized::Yes
            && is_nfkc_quick(one()) == IsNormalized::Yes
    };
    // which sigma is right depends on the end of the word
    (c != 'Σ' && is_stable(c) && is_stable(plain)).then_some(plain)
}

/// The words of `text` as PostgreSQL indexes them, in order: runs of units as
/// overlapping pairs, then the last unit of the run. Over-long ones are left
/// out.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = String> {
    let mut atoms = atoms(text).peekable();
    std::iter::from_fn(move || {
        let Atom { unit, mut text, .. } = atoms.next()?;
        if unit && let Some(next) = atoms.peek().filter(|next| next.joined) {
            text.push_str(&next.text);
        }
        Some(text)
    })
    .filter(|token| token.len() <= MAX_WORD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, step by step.
    fn normalised(word: &str) -> String {
        let lower = word.nfkc().collect::<String>().to_lowercase().replace("i\u{307}", "i");
        lower.nfc().collect()
    }

    #[test]
    fn every_letter_is_plain_beside_every_kind_of_neighbour() {
        for c in (0..0x3000).chain(0xa000..0x1_1000).filter_map(char::from_u32) {
            for beside in ["", "a", "Σ", "и", "\u{301}", "\u{93c}", "\u{1161}", "\u{3099}", "ﾞ"]
            {
                for word in [format!("{c}{beside}"), format!("{beside}{c}")] {
                    assert_eq!(plain(&word), normalised(&word), "{word:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn words_are_plain(word in "\\PC{0,12}") {
            prop_assert_eq!(plain(&word), normalised(&word));
        }
    }
}

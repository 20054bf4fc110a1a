//! Cuts a text into its words, in one pass and without a dictionary.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{
    IsNormalized, UnicodeNormalization, is_nfc, is_nfc_quick, is_nfkc_quick,
};

use super::MAX_WORD;
use super::fold;
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

/// What comes next to somebody who looks for words with certain beginnings.
pub(super) enum Next {
    /// A word or unit that may be one of those.
    Atom(Atom),
    /// One that is not.
    Other,
}

impl Iterator for Atoms<'_> {
    type Item = Atom;

    fn next(&mut self) -> Option<Atom> {
        while self.ready.is_empty() {
            let raw = self.raw()?;
            self.make_ready(raw);
        }
        self.ready.pop_front()
    }
}

/// A word or unit as it is written.
struct Raw {
    range: Range<usize>,
    unit: bool,
    joined: bool,
    /// Whether something in it is to be left out.
    gapped: bool,
}

impl Atoms<'_> {
    /// Where the last word ended, in bytes.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The next word, for somebody who looks for those whose folded form begins with one of these letters.
    /// Most others are told by how they begin, which takes a fraction of the time.
    pub fn next_of(&mut self, letters: &[char]) -> Option<Next> {
        while self.ready.is_empty() {
            let raw = self.raw()?;
            if begins_otherwise(&self.text[raw.range.clone()], letters) {
                return Some(Next::Other);
            }
            self.make_ready(raw);
        }
        self.ready.pop_front().map(Next::Atom)
    }

    fn raw(&mut self) -> Option<Raw> {
        let first = self.first()?;
        let (start, unit) = (self.at, kind(first) == Kind::Unit);
        let joined = unit && self.in_run;
        self.at += first.len_utf8();
        let mut raw = Raw { range: start..self.at, unit, joined, gapped: false };
        // Letters since the word or its last full stop began, and the last one.
        let (mut letters, mut last) = (1, first);
        // whether signs are left out if the word goes on
        let mut gap = false;
        for c in self.text[self.at..].chars() {
            let past = self.at + c.len_utf8();
            match kind(c) {
                Kind::Nothing => gap = true,
                Kind::Letter if !unit => {
                    (raw.range.end, raw.gapped) = (past, gap);
                    (letters, last) = (letters + 1, c);
                }
                Kind::Mark => (raw.range.end, raw.gapped) = (past, gap),
                Kind::Gap if !unit && is_inside(c, last, letters, &self.text[past..]) => {
                    (gap, letters) = (true, 0);
                }
                _ => break,
            }
            self.at = past;
        }
        self.in_run = unit;
        Some(raw)
    }

    /// Goes to where the next word begins; its first letter.
    fn first(&mut self) -> Option<char> {
        for c in self.text[self.at..].chars() {
            match kind(c) {
                Kind::Letter | Kind::Unit => return Some(c),
                Kind::Mark | Kind::Gap => self.in_run = false,
                Kind::Nothing => {}
            }
            self.at += c.len_utf8();
        }
        None
    }

    fn make_ready(&mut self, raw: Raw) {
        let Raw { range, unit, joined, gapped } = raw;
        let written = &self.text[range.clone()];
        let text = match gapped {
            true => written.chars().filter(|&c| !is_left_out(c)).collect(),
            false => written.to_owned(),
        };
        add_pieces(Atom { range, unit, joined, text }, &mut self.ready);
    }
}

/// Whether a sign within a word is left out.
fn is_left_out(c: char) -> bool {
    matches!(kind(c), Kind::Nothing | Kind::Gap)
}

/// Whether a word as it is written is a single one that does not begin with any of these letters when
/// it is folded. False where it would take long to tell.
fn begins_otherwise(written: &str, letters: &[char]) -> bool {
    let first = written.chars().next().and_then(alone).map(fold::first);
    first.is_some_and(|first| !letters.contains(&first))
        && written.len() <= 4 * MAX_WORD
        && (written.is_ascii() || written.chars().all(|c| alone(c).is_some()))
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

/// The plain form of a part of a word that has one whatever stands beside it: most letters of most scripts.
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
    let is_steady = |c: char| is_word_char(c) && is_stable(c);
    (c != 'Σ' && is_steady(c) && is_steady(plain)).then_some(plain)
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
        fn who_looks_for_some_words_misses_none(
            text in "(\\PC|[a-zA-Zéß'. ]|[一丁ก็]|[½❶ΣİＡ]|[\u{300}-\u{302}]|[אב\"]|[のﾞ]){0,60}", letters in "[a-zßéа-яא一丁ก0-9の]{1,4}",
        ) {
            let letters: Vec<char> = letters.chars().map(fold::first).collect();
            let is_one = |atom: &Atom| fold(&atom.text).starts_with(|c| letters.contains(&c));
            let all: Vec<Atom> = atoms(&text).filter(is_one).collect();
            let mut some = atoms(&text);
            let some = std::iter::from_fn(|| some.next_of(&letters));
            let atom = |next| if let Next::Atom(atom) = next { Some(atom) } else { None };
            prop_assert_eq!(some.filter_map(atom).filter(is_one).collect::<Vec<_>>(), all);
        }
    }

    proptest! {
        #[test]
        fn words_are_plain(word in "\\PC{0,12}") {
            prop_assert_eq!(plain(&word), normalised(&word));
        }
    }
}

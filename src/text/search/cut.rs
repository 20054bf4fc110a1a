//! Cuts a text into its words, in one pass and without a dictionary.

use std::collections::VecDeque;
use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, is_nfc};

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
            self.ready.extend(pieces(raw));
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
        for (i, c) in rest.char_indices() {
            let kind = kind(c);
            let past = self.at + i + c.len_utf8();
            match (&mut word, kind) {
                (_, Kind::Nothing) => {}
                (None, Kind::Mark | Kind::Gap) => self.in_run = false,
                (None, _) => {
                    let unit = kind == Kind::Unit;
                    let joined = unit && self.in_run;
                    word =
                        Some(Atom { range: self.at + i..past, unit, joined, text: c.to_string() });
                    (letters, last) = (1, c);
                }
                (Some(word), Kind::Letter) if !word.unit => {
                    word.text.push(c);
                    word.range.end = past;
                    (letters, last) = (letters + 1, c);
                }
                (Some(word), Kind::Mark) => {
                    word.text.push(c);
                    word.range.end = past;
                }
                (Some(word), Kind::Gap)
                    if !word.unit && is_inside(c, last, letters, &self.text[past..]) =>
                {
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
        word
    }
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
fn pieces(raw: Atom) -> Vec<Atom> {
    // Too long in any form, and some characters grow to eleven times their size.
    if raw.text.len() > 4 * MAX_WORD {
        return Vec::new();
    }
    let plain = plain(&raw.text);
    plain
        .split(|c| !is_word_char(c))
        .map(|piece| piece.trim_start_matches(|c| kind(c) == Kind::Mark))
        .filter(|piece| !piece.is_empty())
        .map(|piece| Atom { text: piece.to_owned(), range: raw.range.clone(), ..raw })
        .collect()
}

/// Lower case in compatibility form. The dot of `İ` goes, as it does in the
/// languages that write it.
fn plain(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let lower = word.nfkc().collect::<String>().to_lowercase().replace("i\u{307}", "i");
    if is_nfc(&lower) { lower } else { lower.nfc().collect() }
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

//! Reads what a reader typed: terms, phrases, `OR` and minus signs.

use super::MAX_WORD;
use super::cut::{Atom, atoms};
use super::kind::{ends_in_hangul, is_gershayim, is_hebrew};

/// The most terms of a query that are looked for.
pub(super) const MAX_TERMS: usize = 32;
/// The most of them that are a single letter, which is looked for as the beginning of many words.
const MAX_LETTERS: usize = 4;
/// The most words and units in all terms together.
const MAX_ATOMS: usize = 128;

/// One word or phrase of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// Whether it must not occur.
    pub negated: bool,
    /// Its words and units, to be found side by side.
    pub atoms: Vec<Atom>,
}

impl Term {
    /// The words of the index to be found side by side, and whether any word
    /// will do that begins so. Over-long ones are left out, as in documents.
    pub fn words(&self) -> Vec<(String, bool)> {
        let mut words = Vec::with_capacity(self.atoms.len());
        let mut atoms = self.atoms.iter().peekable();
        while let Some(atom) = atoms.next() {
            let next = atoms.peek();
            let word = match next.filter(|next| next.joined) {
                Some(next) => format!("{}{}", atom.text, next.text),
                // The run may go on in the document, where the pair before this
                // has its last unit; if a word follows, the run has ended there.
                None if atom.unit && atom.joined && next.is_none() => continue,
                None => atom.text.clone(),
            };
            let open = atom.unit || ends_in_hangul(&word);
            words.push((word, open && next.is_none()));
        }
        words.retain(|(word, _)| word.len() <= MAX_WORD);
        words
    }
}

/// The terms of a query: any of the groups, with all of its terms.
pub(super) fn groups(q: &str) -> Vec<Vec<Term>> {
    let mut items = items(q);
    // `OR` with nothing to choose from is a word, as it is for PostgreSQL.
    read_as_word(items.first_mut());
    read_as_word(items.last_mut());
    let groups = items.split(|item| matches!(item, Item::Or(_)));
    groups
        .map(|group| group.iter().filter_map(Item::term).cloned().collect::<Vec<_>>())
        // All but a word is nearly everything, which nobody asks for.
        .filter(|group| group.iter().any(|term| !term.negated))
        .collect()
}

enum Item {
    Term(Term),
    /// The word `or` by itself, as the term it may turn out to be.
    Or(Term),
}

impl Item {
    fn term(&self) -> Option<&Term> {
        match self {
            Self::Term(term) => Some(term),
            Self::Or(_) => None,
        }
    }
}

fn read_as_word(item: Option<&mut Item>) {
    if let Some(item) = item
        && let Item::Or(term) = item
    {
        *item = Item::Term(term.clone());
    }
}

fn items(q: &str) -> Vec<Item> {
    let mut left = MAX_ATOMS;
    let mut letters = 0;
    let mut items = Vec::new();
    for Part { text, negated, quoted } in parts(q) {
        if items.len() == MAX_TERMS || left == 0 {
            break;
        }
        let term = Term { negated, atoms: atoms(text).take(left).collect() };
        left -= term.atoms.len();
        let begins =
            |(word, begins): &(String, bool)| *begins && !negated && word.chars().count() == 1;
        if term.words().last().is_some_and(begins) {
            letters += 1;
            if letters > MAX_LETTERS {
                // nothing to choose from any more
                items.pop_if(|last| matches!(last, Item::Or(_)));
                continue;
            }
        }
        if text.eq_ignore_ascii_case("or") && !negated && !quoted {
            items.push(Item::Or(term));
        } else if !term.words().is_empty() {
            items.push(Item::Term(term));
        }
    }
    items
}

/// A stretch of a query: what stands between quotes or white space.
struct Part<'a> {
    text: &'a str,
    negated: bool,
    quoted: bool,
}

fn parts(q: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = q;
    // Whether a minus sign that comes next negates.
    let mut fresh = true;
    std::iter::from_fn(move || {
        let trimmed = rest.trim_start();
        fresh |= trimmed.len() < rest.len();
        rest = trimmed;
        if rest.is_empty() {
            return None;
        }
        let bare = rest.trim_start_matches(['-', '\u{2212}']);
        let negated = fresh && bare.len() < rest.len() && !bare.starts_with(char::is_whitespace);
        if negated {
            rest = bare;
        }
        fresh = false;
        let opening = rest.chars().next().filter(|&c| is_quote(c)).map_or(0, char::len_utf8);
        let inner = &rest[opening..];
        let closing = if opening > 0 { quote(inner) } else { None };
        let (text, past) = match closing {
            Some((at, past)) => (&inner[..at], opening + past),
            // A quotation mark without its other half is left out.
            None => {
                let end = inner.find(char::is_whitespace).unwrap_or(inner.len());
                let end = quote(&inner[..end]).map_or(end, |(at, _)| at);
                (&inner[..end], opening + end)
            }
        };
        rest = &rest[past..];
        Some(Part { text, negated, quoted: closing.is_some() })
    })
}

/// Where the first quotation mark of `text` begins and ends. The gershayim of
/// a Hebrew word is none.
fn quote(text: &str) -> Option<(usize, usize)> {
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or(' ', |&(_, after)| after);
        let in_word = is_gershayim(c) && is_hebrew(before) && is_hebrew(after);
        if is_quote(c) && !in_word {
            return Some((at, at + c.len_utf8()));
        }
        before = c;
    }
    None
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '«' | '»' | '\u{201C}'..='\u{201F}' | '「'..='』' | '\u{FF02}')
}

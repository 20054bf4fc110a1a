//! Where the words of a query occur in a text, and the text as HTML with
//! those places marked.

use std::borrow::Cow;
use std::ops::Range;

use super::MAX_WORD;
use super::cut::{Atom, Next, atoms};
use super::fold::fold;
use super::kind::ends_in_hangul;
use super::query::SearchQuery;

/// A place to mark.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where it is in the text, in bytes.
    pub range: Range<usize>,
    /// Which terms of the query it shows, a bit for each.
    pub terms: u32,
}

impl SearchQuery {
    /// `text` as HTML, with what the query looks for in `<mark>`; `None` when
    /// nothing of it is there.
    ///
    /// Words need not be the same: those that differ in accents or in their
    /// endings are taken for one, which is near what PostgreSQL's stemmers do.
    /// A phrase is marked as a whole, and only where all of it is.
    pub fn highlight(&self, text: &str) -> Option<String> {
        let marks = self.marks(text, usize::MAX);
        (!marks.is_empty()).then(|| html(text, 0..text.len(), &marks))
    }

    /// The places to mark, in order and apart from each other. Where not more than `shown` characters
    /// are shown, it is enough to come to where these hold every term.
    pub(super) fn marks(&self, text: &str, shown: usize) -> Vec<Mark> {
        let mut terms: Vec<Progress<'_>> = Vec::new();
        for term in self.positive() {
            let wanted: Vec<Wanted> = term.atoms.iter().map(Wanted::new).collect();
            if !terms.iter().any(|known| known.wanted == wanted) {
                terms.push(Progress { begun: vec![None; wanted.len()], wanted });
            }
        }
        let count = terms.len();
        let mut marks: Vec<Mark> = Vec::new();
        let mut end = text.len();
        let letters = beginnings(&terms);
        let mut atoms = atoms(text);
        while atoms.at() < end
            && let Some(next) = atoms.next_of(&letters)
        {
            let Next::Atom(atom) = next else {
                terms.iter_mut().for_each(|term| term.begun.fill(None));
                continue;
            };
            let found = Found { text: fold(&atom.text), unit: atom.unit, joined: atom.joined };
            for (nth, term) in terms.iter_mut().enumerate() {
                if let Some(start) = term.advance(&found, atom.range.start) {
                    add(&mut marks, Mark { range: start..atom.range.end, terms: 1 << nth });
                    if shown < text.len()
                        && let Some(first) = first_of_all(&marks, count, shown)
                    {
                        // four bytes a character at most
                        end = end.min(first.saturating_add(shown.saturating_mul(4)));
                    }
                }
            }
        }
        marks
    }
}

/// With what letters the words begin that are looked for.
fn beginnings(terms: &[Progress<'_>]) -> Vec<char> {
    let wanted = terms.iter().flat_map(|term| &term.wanted);
    let mut letters: Vec<char> = wanted.filter_map(|wanted| wanted.text.chars().next()).collect();
    letters.sort_unstable();
    letters.dedup();
    letters
}

/// Where the last marks that together show every term begin, if they fit into so many bytes.
fn first_of_all(marks: &[Mark], terms: usize, shown: usize) -> Option<usize> {
    let end = marks.last()?.range.end;
    let mut seen = 0_u32;
    let fitting = |mark: &&Mark| end - mark.range.start <= shown;
    for mark in marks.iter().rev().take_while(fitting) {
        seen |= mark.terms;
        if seen.count_ones() as usize == terms {
            return Some(mark.range.start);
        }
    }
    None
}

/// Appends a mark, joined with those that it overlaps or touches.
fn add(marks: &mut Vec<Mark>, mut mark: Mark) {
    while let Some(before) = marks.pop_if(|before| before.range.end >= mark.range.start) {
        mark.range.start = mark.range.start.min(before.range.start);
        mark.range.end = mark.range.end.max(before.range.end);
        mark.terms |= before.terms;
    }
    marks.push(mark);
}

/// How far a term has been found while going through a text.
struct Progress<'a> {
    wanted: Vec<Wanted<'a>>,
    /// For each atom but the first: where the atoms up to it began, if they
    /// stand right before the place in the text.
    begun: Vec<Option<usize>>,
}

impl Progress<'_> {
    /// Takes the next atom of the text, which begins at `at`; where the term
    /// began if the atom completes it.
    fn advance(&mut self, found: &Found<'_>, at: usize) -> Option<usize> {
        let count = self.wanted.len();
        let mut complete = None;
        for (nth, wanted) in self.wanted.iter().enumerate().rev() {
            let start = if nth == 0 { Some(at) } else { self.begun[nth] };
            let start = start.filter(|_| wanted.is_in(found, nth, count));
            if nth + 1 < count {
                self.begun[nth + 1] = start;
            } else {
                complete = start;
            }
        }
        complete
    }
}

/// A word or unit of a text, in the form in which it is compared.
struct Found<'a> {
    text: Cow<'a, str>,
    unit: bool,
    joined: bool,
}

/// A word or unit that is looked for.
#[derive(PartialEq, Eq)]
struct Wanted<'a> {
    text: Cow<'a, str>,
    unit: bool,
    joined: bool,
    /// How many letters it has, if another ending will do.
    inflected: Option<usize>,
}

impl<'a> Wanted<'a> {
    fn new(atom: &'a Atom) -> Self {
        let text = fold(&atom.text);
        let inflected = inflected(&text).filter(|_| !atom.unit);
        Self { text, unit: atom.unit, joined: atom.joined, inflected }
    }

    /// Whether `found` will do for this, the `nth` of `count`.
    fn is_in(&self, found: &Found<'_>, nth: usize, count: usize) -> bool {
        if self.unit != found.unit || (nth > 0 && self.joined && !found.joined) {
            return false;
        }
        self.text == found.text
            || (self.begins(nth, count) && found.text.starts_with(&*self.text))
            || self.is_like(found)
    }

    /// Whether this ends the term, and more may follow: a single unit, or a word that takes particles.
    fn begins(&self, nth: usize, count: usize) -> bool {
        let open = if self.unit { !self.joined } else { ends_in_hangul(&self.text) };
        open && nth + 1 == count
    }

    /// Whether the words differ in their endings only.
    fn is_like(&self, found: &Found<'_>) -> bool {
        let Some(chars) = self.inflected else { return false };
        let same = self.text.chars().zip(found.text.chars()).take_while(|(a, b)| a == b).count();
        // nearly all words differ from the first
        same >= 4
            && inflected(&found.text)
                .is_some_and(|others| same + 2 >= chars.min(others) && chars.abs_diff(others) <= 4)
    }
}

/// How many letters a word has whose ending may differ: a word of letters, and four at least.
fn inflected(word: &str) -> Option<usize> {
    let chars = word.chars().count();
    (chars >= 4 && word.len() <= MAX_WORD && !word.contains(char::is_numeric)).then_some(chars)
}

/// A stretch of `text` as HTML, with the marks in it.
pub(super) fn html(text: &str, window: Range<usize>, marks: &[Mark]) -> String {
    let mut html = String::with_capacity(window.len() + window.len() / 8);
    let mut at = window.start;
    for Mark { range, .. } in marks {
        let start = range.start.max(window.start);
        let end = range.end.min(window.end);
        if start < end {
            escape(&mut html, &text[at..start]);
            html.push_str("<mark>");
            escape(&mut html, &text[start..end]);
            html.push_str("</mark>");
            at = end;
        }
    }
    escape(&mut html, &text[at..window.end]);
    html
}

fn escape(html: &mut String, text: &str) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        html.push_str(&text[from..at]);
        html.push_str(escaped);
        from = at + 1;
    }
    html.push_str(&text[from..]);
}

//! A query as it is handed to `to_tsquery`.

use std::borrow::Cow;
use std::collections::HashSet;

use super::fold::fold;
use super::terms::{Term, groups};

/// A part of a query, for `to_tsquery`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// Of which of the choices that `OR` parts.
    pub group: usize,
    /// Whether it must not be there.
    pub negated: bool,
    /// Words and phrases that go together.
    pub text: String,
}

/// What a reader looks for: words and phrases, read from a web search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    groups: Vec<Vec<Term>>,
}

impl SearchQuery {
    /// Reads a query as web search engines do, and never fails:
    ///
    /// * `rain flood`: both words. `"prime minister"`: side by side.
    /// * `rain OR storm`: either, in any case; it binds less than the space.
    /// * `-sport`, `-"prime minister"`: not in there.
    ///
    /// A word that is cut into several (`twenty-one`) is a phrase. At most 32
    /// terms are read, with 128 words; of single letters of scripts without
    /// spaces, which stand for all words that begin so, four. `None` when there
    /// is nothing to look for: no letter or digit, or only what must not be in
    /// there.
    pub fn parse(q: &str) -> Option<SearchQuery> {
        let groups = groups(q);
        (!groups.is_empty()).then_some(Self { groups })
    }

    /// The terms that a hit can show.
    pub(super) fn positive(&self) -> impl Iterator<Item = &Term> {
        self.groups.iter().flatten().filter(|term| !term.negated)
    }

    /// The query in parts, for `to_tsquery` in every configuration that stories use: of each group, any of
    /// the texts that must be there, and none of those that must not. Words are asked for as they are and
    /// folded, and Arabic ones made definite too: the stemmer takes the first letter of some for a word
    /// before them (the و of وزراء for "and"), but not behind the article.
    pub fn parts(&self) -> Vec<Part> {
        let forms: [fn(&str) -> Cow<'_, str>; 3] = [|word| Cow::Borrowed(word), fold, definite];
        let mut parts = Vec::new();
        for (group, terms) in self.groups.iter().enumerate() {
            let (unwanted, wanted): (Vec<&Term>, Vec<&Term>) =
                terms.iter().partition(|term| term.negated);
            for form in forms {
                let all: Vec<String> = wanted.iter().map(|term| phrase(term, form)).collect();
                parts.push(Part { group, negated: false, text: all.join(" & ") });
                let each = unwanted.iter().map(|term| phrase(term, form));
                parts.extend(each.map(|text| Part { group, negated: true, text }));
            }
        }
        let mut seen = HashSet::new();
        parts.retain(|part| seen.insert(part.clone()));
        parts
    }
}

pub(super) const ARTICLE: &str = "ال";

fn definite(word: &str) -> Cow<'_, str> {
    let arabic = word.chars().next().is_some_and(|first| ('\u{620}'..='\u{64a}').contains(&first));
    match arabic && !word.starts_with(ARTICLE) {
        true => Cow::Owned(format!("{ARTICLE}{word}")),
        false => Cow::Borrowed(word),
    }
}

/// Makes PostgreSQL take any word that begins with the one before it.
const BEGINS: &str = ":*";

fn phrase(term: &Term, form: fn(&str) -> Cow<'_, str>) -> String {
    let word = |(word, begins): (String, bool)| {
        // Words hold letters, marks and digits: nothing to escape.
        format!("'{}'{}", form(&word), if begins { BEGINS } else { "" })
    };
    term.words().into_iter().map(word).collect::<Vec<_>>().join(" <-> ")
}

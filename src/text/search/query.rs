//! A query as it is handed to `to_tsquery`.

use std::borrow::Cow;

use super::fold::fold;
use super::terms::{Term, groups};

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
    /// terms are read, with 128 words. `None` when there is nothing to look
    /// for: no letter or digit, or only what must not be in there.
    pub fn parse(q: &str) -> Option<SearchQuery> {
        let groups = groups(q);
        (!groups.is_empty()).then_some(Self { groups })
    }

    /// The text for `to_tsquery(configuration, ...)`, valid for every one; it
    /// comes out empty there when all words are stop words. To find a document
    /// without its accents too, `||` it with [`folded`](Self::folded).
    pub fn tsquery(&self) -> String {
        self.render(|word| Cow::Borrowed(word))
    }

    /// The same for the folded words; `None` when that is no other query.
    pub fn folded(&self) -> Option<String> {
        let folded = self.render(fold);
        (folded != self.tsquery()).then_some(folded)
    }

    /// The same with the Arabic words made definite, where there are any: the stemmer takes the first
    /// letter of some for a word before them (the و of وزراء for "and"), but not behind the article.
    pub fn definite(&self) -> Option<String> {
        let definite = self.render(definite);
        (definite != self.tsquery()).then_some(definite)
    }

    /// The terms that a hit can show.
    pub(super) fn positive(&self) -> impl Iterator<Item = &Term> {
        self.groups.iter().flatten().filter(|term| !term.negated)
    }

    fn render(&self, form: fn(&str) -> Cow<'_, str>) -> String {
        let group = |terms: &Vec<Term>| {
            let terms = terms.iter().map(|term| match term.negated {
                false => phrase(term, form),
                true => negation(term),
            });
            terms.collect::<Vec<_>>().join(" & ")
        };
        self.groups.iter().map(group).collect::<Vec<_>>().join(" | ")
    }
}

const ARTICLE: &str = "ال";

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

/// Excludes a document by both forms: one that is written without accents has
/// only one of them.
fn negation(term: &Term) -> String {
    let not = |phrase: String| match phrase.contains(" <-> ") {
        true => format!("!({phrase})"),
        false => format!("!{phrase}"),
    };
    let plain = not(phrase(term, |word| Cow::Borrowed(word)));
    let folded = not(phrase(term, fold));
    if plain == folded { plain } else { format!("{plain} & {folded}") }
}

//! Search: what PostgreSQL's full text search is given to index and to look
//! for, and what a reader sees of the hits.
//!
//! PostgreSQL cuts a text into words by the spaces and signs of European
//! languages. Here the text is cut first, and handed over as words of letters,
//! marks and digits with single spaces between them, which its parser only
//! takes apart again. Documents and queries go through the same steps:
//!
//! | module | step |
//! |---|---|
//! | `kind` | is this character part of a word, and of which sort? |
//! | `cut` | the words of a text, in compatibility form (NFKC) and lower case |
//! | `fold` | the same word without what writers leave out or vary |
//! | `document` | all of it as the text for `to_tsvector` |
//! | `query`, `terms` | what a reader typed as the text for `to_tsquery` |
//! | `typed` | what a reader may mean who is still typing |
//! | `highlight`, `snippet` | the hits in the text, as HTML |
//!
//! Decisions that a reader may wonder about:
//! * An apostrophe ends a word: the stop words of PostgreSQL's dictionaries
//!   hold the halves ("l" of "l'eau", "s" of "minister's"). In a query the
//!   halves become a phrase, as do those of any word that is cut.
//! * The full stops of "U.S." and the gershayim of Hebrew vanish: "US", צהל.
//! * Scripts written without spaces (Chinese, Japanese, Thai, Khmer, ...) are
//!   cut into overlapping pairs of units, a unit being a letter with its
//!   marks: a word never ends inside one. The last unit of a run follows by
//!   itself, so that a single one is found everywhere as a prefix.
//! * Korean writes particles onto its nouns: a word of a query that ends in
//!   Hangul is looked for as the beginning of one.
//! * Tibetan marks its syllables, which are therefore words here; in a query
//!   the syllables of a word are a phrase.
//! * Invisible characters (ZWNJ, soft hyphens, direction marks) and tatweel
//!   vanish without ending a word.

mod configuration;
mod cut;
mod document;
mod fold;
mod highlight;
mod kind;
mod query;
mod snippet;
mod terms;
mod typed;

pub use configuration::{CONFIGURATIONS, configuration};
pub use document::{Budget, document};
pub use fold::fold;
pub use query::{Part, SearchQuery};
pub use typed::Typed;

/// The longest word that is indexed or looked for, in bytes. PostgreSQL takes
/// 2,046, and a stemmer may lengthen a word by a little.
const MAX_WORD: usize = 1_000;

#[cfg(test)]
mod tests;

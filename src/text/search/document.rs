//! A text as it is handed to `to_tsvector`.

use unicode_properties::GeneralCategory as Gc;

use super::cut::tokens;
use super::fold::fold;
use super::kind::category;

/// What the texts of one search vector may still take up. PostgreSQL refuses
/// a vector of more than 1,048,575 bytes, so one budget goes through all calls
/// of [`document`] whose vectors are joined into one.
#[derive(Clone, Debug)]
pub struct Budget {
    left: usize,
}

impl Default for Budget {
    /// A whole vector, less room for what counting does not see.
    fn default() -> Self {
        Self::new(900_000)
    }
}

impl Budget {
    /// A budget of `bytes`, for a text that must not use up the default one.
    pub fn new(bytes: usize) -> Self {
        Self { left: bytes }
    }

    /// The bytes that are left.
    pub fn left(&self) -> usize {
        self.left
    }

    /// Pays, or says that there is not enough left.
    fn take(&mut self, bytes: usize) -> bool {
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }
}

/// The text for `to_tsvector(configuration, ...)`: its words, lower case and
/// with single spaces between them. Where folding changes any word, all words
/// follow a second time folded, so that phrases are found without accents too.
///
/// Stops where the budget is used up; both copies then end with the same word.
pub fn document(text: &str, budget: &mut Budget) -> String {
    let mut trial = budget.clone();
    let twice =
        tokens(text).take_while(|token| trial.take(cost(token))).any(|token| fold(&token) != token);
    let mut words = String::new();
    let mut folded_words = String::new();
    for token in tokens(text) {
        let folded = fold(&token);
        let again = match twice {
            false => 0,
            // The same word once more takes up no more than its position.
            true if folded == token => 2,
            true => cost(&folded),
        };
        if !budget.take(cost(&token) + again) {
            break;
        }
        push_word(&mut words, &token);
        if twice {
            push_word(&mut folded_words, &folded);
        }
    }
    if !folded_words.is_empty() {
        push_word(&mut words, &folded_words);
    }
    words
}

/// The most that a word takes up: itself, a position with its length (5), and
/// what a stemmer may add. PostgreSQL takes a word apart at some spacing marks,
/// and each part then needs a position too.
fn cost(token: &str) -> usize {
    let spacing = |c: &char| !c.is_ascii() && category(*c) == Gc::SpacingMark;
    token.len() + 10 + 2 * token.chars().filter(spacing).count()
}

fn push_word(words: &mut String, word: &str) {
    if !words.is_empty() {
        words.push(' ');
    }
    words.push_str(word);
}

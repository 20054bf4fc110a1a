//! What somebody may mean who is still typing.

use super::cut::atoms;
use super::fold::fold;

/// The words typed so far, folded; the last of them may be unfinished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    whole: Vec<String>,
    begun: String,
}

impl Typed {
    /// Reads what has been typed. `None` without a word; signs mean nothing here.
    pub fn parse(q: &str) -> Option<Typed> {
        let mut whole = words(q);
        let begun = whole.pop()?;
        Some(Self { whole, begun })
    }

    /// Whether a text has all of the words, and one that begins as the last.
    pub fn matches(&self, text: &str) -> bool {
        let words = words(text);
        words.iter().any(|word| word.starts_with(&self.begun))
            && self.whole.iter().all(|whole| words.contains(whole))
    }
}

fn words(text: &str) -> Vec<String> {
    atoms(text).map(|atom| fold(&atom.text).into_owned()).collect()
}

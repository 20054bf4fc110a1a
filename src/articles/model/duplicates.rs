//! Which story another one repeats: what stories are compared by, and when two are the same.

use super::Content;
use crate::ids::ArticleId;
use crate::text::likeness::{Likeness, headline_words, page_key, resemblance};
use crate::text::page_address::page_address;
use std::collections::HashSet;

/// From here on texts are the same to a reader, whatever their headlines ...
const SAME_TEXT: f32 = 0.8;
/// ... if they have so many words: shorter ones may be what a site puts below each story.
const LONG: usize = 200;
/// With headlines that go together, texts of this share are the same ...
const ALIKE: f32 = 0.5;
/// ... and of this, where a credit line makes up a good part of them.
const SHORT_ALIKE: f32 = 0.38;
/// Below so many words.
const SHORT: usize = 60;

/// What a story is compared by.
#[derive(Clone, Debug, Default)]
pub struct Print {
    /// What its text is compared by.
    pub text: Likeness,
    /// The keys of the pages it was on.
    pub pages: Vec<i64>,
}

impl Print {
    /// Of a story and what its text is compared by.
    pub fn new(content: &Content, text: Likeness) -> Self {
        let addresses = [&content.canonical_url, &content.source_url].into_iter().flatten();
        let mut pages: Vec<i64> = addresses
            .filter_map(|address| page_address(address))
            .map(|page| page_key(&page))
            .collect();
        pages.sort_unstable();
        pages.dedup();
        Self { text, pages }
    }

    /// Everything that a story which is the same has some of.
    pub fn keys(&self) -> Vec<i64> {
        let mut keys = self.text.keys.clone();
        keys.extend(self.text.whole);
        keys.extend(&self.pages);
        keys
    }

    /// How sure it is that a story under `headline` repeats another one; none when it does not.
    pub fn repeats(&self, headline: &str, other: Other<'_>) -> Option<f32> {
        let named = |key: &i64| other.keys.contains(key);
        if self.pages.iter().any(named) || self.text.whole.as_ref().is_some_and(named) {
            return Some(1.0);
        }
        let share = resemblance(&self.text.sketch, other.sketch);
        let wanted = if self.text.words < SHORT { SHORT_ALIKE } else { ALIKE };
        let same = share >= SAME_TEXT && self.text.words >= LONG
            || share >= wanted && go_together(headline, other.headline, share >= SAME_TEXT);
        same.then_some(share)
    }
}

/// A story that another one may repeat.
#[derive(Clone, Copy, Debug)]
pub struct Other<'a> {
    /// Its headline.
    pub headline: &'a str,
    /// Its [`Print::keys`].
    pub keys: &'a [i64],
    /// Its sketch.
    pub sketch: &'a [u8],
}

/// Whether the words of the shorter headline stand in the other: half of them if the texts are nearly
/// the same, else three in four and all numbers, since releases and match reports differ in little else.
fn go_together(one: &str, other: &str, same_text: bool) -> bool {
    let set = |headline| headline_words(headline).into_iter().collect::<HashSet<_>>();
    let (one, other) = (set(one), set(other));
    let numbers = |words: &HashSet<String>| -> HashSet<String> {
        words.iter().filter(|word| word.contains(char::is_numeric)).cloned().collect()
    };
    let common = one.intersection(&other).count();
    let least = one.len().min(other.len());
    match same_text {
        true => common > 0 && common * 2 >= least,
        false => common * 4 >= least * 3 && numbers(&one) == numbers(&other),
    }
}

/// The part of a language tag that says which language it is.
pub fn language(tag: &str) -> String {
    tag.split('-').next().unwrap_or_default().to_lowercase()
}

/// The story that another one repeats.
#[derive(Clone, Copy, Debug)]
pub struct Original {
    /// Which.
    pub id: ArticleId,
    /// The one of those that say the same which the caller may be told of.
    pub shown: Option<ArticleId>,
}

//! How alike two texts are, told from a few bytes of each: min-wise hashes of their runs of three words
//! (Broder, "On the resemblance and containment of documents").
//!
//! Of each of `FUNCTIONS` hash functions the smallest value over all runs is kept. Two texts have it
//! in common as often as a run of either is one of both, so that the share of equal values estimates
//! that share; of each value one byte does. Pairs of values are the keys by which texts that are alike
//! find each other: at a likeness of a half all but one in thirty do, while texts that share one run
//! in a hundred meet once in a thousand times. Words are those of search, so that case, accents and
//! punctuation do not count, and scripts without spaces have words too.

use super::search::{Budget, document, fold};
use std::borrow::Cow;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// How many values a sketch has. The error of the estimate is at most 0.045.
const FUNCTIONS: usize = 128;
/// How many words a run has.
const RUN: usize = 3;
/// How many values make a key ...
const ROWS: usize = 2;
/// ... and how many keys a text has.
const KEYS: usize = 12;
/// Texts of fewer words are too short to tell what they repeat.
const FEWEST: usize = 8;
/// Texts of fewer words are the same only when all of them are.
const FEWEST_ALIKE: usize = 12;
/// Of longer texts the beginning counts.
const MOST: usize = 20_000;

const OF_TEXT: u64 = 1;
const OF_PAGE: u64 = 2;
const OF_SKETCH: u64 = 3;

/// What a text is compared by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Likeness {
    /// The hash of all words; none of a short text.
    pub whole: Option<i64>,
    /// Those that a text has some of that is alike.
    pub keys: Vec<i64>,
    /// To compare in full; empty of a short text.
    pub sketch: Vec<u8>,
    /// How many words there are, up to where they count.
    pub words: usize,
}

/// The key of a page by its address, as [`super::page_address::page_address`] makes it.
pub fn page_key(page: &str) -> i64 {
    xxh3_64_with_seed(page.as_bytes(), OF_PAGE).cast_signed()
}

impl Likeness {
    /// Of a headline and the words of a body, as [`super::render`] counted them out.
    pub fn new(headline: &str, body: &str) -> Self {
        let headline = document(headline, &mut Budget::default());
        let mut words = folded(&headline);
        words.extend(folded(body));
        words.truncate(MOST);
        let mut likeness = Self { words: words.len(), ..Self::default() };
        if words.len() >= FEWEST {
            let whole = words.join(" ");
            likeness.whole = Some(xxh3_64_with_seed(whole.as_bytes(), OF_TEXT).cast_signed());
        }
        if words.len() >= FEWEST_ALIKE {
            let least = least(&words);
            likeness.keys = keys(&least);
            likeness.sketch = least.iter().map(|value| value.to_le_bytes()[0]).collect();
        }
        likeness
    }
}

/// The share of runs of either text that both have, about: 0 to 1.
pub fn resemblance(one: &[u8], other: &[u8]) -> f32 {
    if one.len() != FUNCTIONS || other.len() != FUNCTIONS {
        return 0.0;
    }
    let equal = one.iter().zip(other).filter(|(one, other)| one == other).count();
    #[allow(clippy::cast_precision_loss, reason = "at most the number of functions")]
    let share = equal as f32 / FUNCTIONS as f32;
    share
}

/// The words of a document of search, folded. Where folding changes any, it has them twice.
fn folded(document: &str) -> Vec<Cow<'_, str>> {
    let mut words: Vec<_> = document.split(' ').filter(|word| !word.is_empty()).map(fold).collect();
    let half = words.len() / 2;
    if words.len() % 2 == 0 && words[..half] == words[half..] {
        words.truncate(half);
    }
    words
}

/// The words of a headline, folded.
pub fn headline_words(headline: &str) -> Vec<String> {
    let document = document(headline, &mut Budget::default());
    folded(&document).into_iter().map(Cow::into_owned).collect()
}

/// The smallest value of each function over all runs of words.
fn least(words: &[Cow<'_, str>]) -> [u32; FUNCTIONS] {
    let hashes: Vec<u64> = words.iter().map(|word| xxh3_64(word.as_bytes())).collect();
    let mut least = [u32::MAX; FUNCTIONS];
    for run in hashes.windows(RUN) {
        let run = run.iter().fold(0_u64, |all, word| {
            (all.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        });
        let run = (run >> 32) as u32;
        // not by iterators: in a build without optimisation they are half of what a stream costs
        let mut n = 0;
        while n < FUNCTIONS {
            let value = run.wrapping_mul(FACTORS[n]).wrapping_add(SUMMANDS[n]);
            if value < least[n] {
                least[n] = value;
            }
            n += 1;
        }
    }
    least
}

fn keys(least: &[u32; FUNCTIONS]) -> Vec<i64> {
    let mut keys: Vec<i64> = Vec::with_capacity(KEYS);
    for (place, values) in (0_u8..).zip(least.chunks_exact(ROWS).take(KEYS)) {
        let mut bytes = vec![place];
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        keys.push(xxh3_64_with_seed(&bytes, OF_SKETCH).cast_signed());
    }
    keys
}

/// What the functions multiply with and add: odd numbers and any, from a generator that everybody has
/// (splitmix64), since what was made by them is kept.
static FACTORS: [u32; FUNCTIONS] = numbers().0;
static SUMMANDS: [u32; FUNCTIONS] = numbers().1;

const fn numbers() -> ([u32; FUNCTIONS], [u32; FUNCTIONS]) {
    let (mut factors, mut summands) = ([0; FUNCTIONS], [0; FUNCTIONS]);
    let (mut state, mut n) = (0_u64, 0);
    while n < FUNCTIONS {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        factors[n] = (mixed >> 32) as u32 | 1;
        summands[n] = mixed as u32;
        n += 1;
    }
    (factors, summands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(headline: &str, body: &str) -> Likeness {
        Likeness::new(headline, &super::super::render::words(body))
    }

    /// So many words, a language of their own each.
    fn text(seed: usize, words: usize) -> Vec<String> {
        (0..words).map(|n| format!("w{seed}x{}", n * 7919 % 104_729)).collect()
    }

    fn meet(one: &Likeness, other: &Likeness) -> bool {
        one.keys.iter().any(|key| other.keys.contains(key))
    }

    #[test]
    fn the_estimate_is_close() {
        let words = text(1, 400);
        for changed in [10, 40, 100, 400] {
            let mut altered = words.clone();
            for n in (0..400).step_by(400 / changed) {
                altered[n] = format!("other{n}");
            }
            let runs = |words: &[String]| -> std::collections::HashSet<Vec<String>> {
                words.windows(RUN).map(<[String]>::to_vec).collect()
            };
            let (one, other) = (runs(&words), runs(&altered));
            let truth = one.intersection(&other).count() as f32 / one.union(&other).count() as f32;
            let (one, other) = (of("", &words.join(" ")), of("", &altered.join(" ")));
            let told = resemblance(&one.sketch, &other.sketch);
            assert!((told - truth).abs() < 0.15, "{changed}: {told} for {truth}");
            assert!(changed > 40 || meet(&one, &other));
        }
    }

    #[test]
    fn case_accents_and_punctuation_do_not_count() {
        for (one, other) in [
            (
                "Der Fluß trat über die Ufer, meldete die Wache von Köln am Abend des Tages danach",
                "DER FLUSS TRAT ÜBER DIE UFER! MELDETE DIE WACHE VON KÖLN AM ABEND DES TAGES DANACH",
            ),
            (
                "中国经济增长百分之五，专家称市场前景乐观，记者从北京报道。",
                "中国经济增长百分之五 专家称市场前景乐观 记者从北京报道",
            ),
            (
                "وزیراعظم نے کہا ہے کہ پاکستان میں بجلی کی قیمت اگلے سال کم ہو جائے گی",
                "وزيراعظم نے کہا ہے کہ پاکستان میں بجلی کی قیمت اگلے سال کم ہو جائے گی۔",
            ),
        ] {
            let (one, other) = (of("", one), of("", other));
            assert!(one.whole.is_some() && one.whole == other.whole, "{one:?} {other:?}");
            assert_eq!(resemblance(&one.sketch, &other.sketch), 1.0);
        }
    }

    #[test]
    fn strangers_do_not_meet() {
        let texts: Vec<Likeness> = (0..60).map(|n| of("", &text(n, 200).join(" "))).collect();
        for (n, one) in texts.iter().enumerate() {
            for other in &texts[..n] {
                assert!(!meet(one, other));
                assert!(resemblance(&one.sketch, &other.sketch) < 0.1);
            }
        }
    }

    #[test]
    fn short_texts_say_nothing() {
        assert_eq!(of("Rain", "It rained.").whole, None);
        let short = of("Rain in the north", "It rained for the whole day.");
        assert!(short.whole.is_some() && short.keys.is_empty() && short.sketch.is_empty());
    }

    #[test]
    fn what_is_kept_stays_true() {
        let likeness = of("", &text(1, 20).join(" "));
        assert_eq!(
            (likeness.whole, &likeness.keys[..2], &likeness.sketch[..4]),
            (
                Some(1_033_707_377_529_801_018),
                &[7_456_918_928_794_746_839, -8_774_739_254_354_068_341][..],
                &[114, 169, 246, 42][..]
            )
        );
    }

    proptest! {
        #[test]
        fn any_text_will_do(headline in ".{0,40}", body in ".{0,400}") {
            let likeness = of(&headline, &body);
            prop_assert!(likeness.sketch.is_empty() || likeness.sketch.len() == FUNCTIONS);
            prop_assert_eq!(likeness.clone(), of(&headline.clone(), &body));
        }
    }
}

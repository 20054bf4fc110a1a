//! Takes from a word what writers leave out or vary: accents, vowel points,
//! the forms of a letter.

use std::borrow::Cow;

use unicode_normalization::char::decompose_canonical;
use unicode_properties::GeneralCategory as Gc;

use super::kind::category;

/// A word without its accents, for a word as the cutter leaves it: lower case
/// and NFKC. Words that readers take for the same get the same form; it is
/// never empty and is its own folded form.
///
/// * Latin and Greek lose every mark, and letters without a decomposition
///   become plain ones: `ß` ss, `æ` ae, `ø` o, `ł` l, `ı` i, `ς` σ.
/// * Cyrillic loses stress marks, and `ё` is `е`. `й` and `ї` stay: they are
///   other letters than `и` and `і`, for readers and for stemmers.
/// * Arabic script loses its vowel points. The alefs become `ا`; `ى`, `ی` and
///   `ێ` become `ي`, `ک` becomes `ك` (the forms that PostgreSQL's Arabic
///   stemmer knows); `ة`, `ہ`, `ھ` and `ە` become `ه`; of Kurdish, `ۆ`, `ڕ`
///   and `ڵ` lose their marks. Its digits and those of Devanagari become
///   ASCII digits.
/// * Hebrew loses its points, and the ligatures of Yiddish become two letters.
/// * Everything else stays: the marks of Indic scripts and of Thai are vowels,
///   and Kana with voicing marks are other sounds.
pub fn fold(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        return Cow::Borrowed(word);
    }
    let mut folded = String::with_capacity(word.len());
    let mut accents = false;
    for c in word.chars() {
        if category(c) == Gc::NonspacingMark {
            if !accents && !is_point(c) {
                folded.push(c);
            }
        } else {
            push_letter(&mut folded, c);
            accents = folded.ends_with(|c: char| c.is_ascii() || is_european(c));
        }
    }
    if folded == word { Cow::Borrowed(word) } else { Cow::Owned(folded) }
}

/// Whether a mark is a vowel point or the like, of Hebrew or Arabic script.
fn is_point(mark: char) -> bool {
    matches!(mark, '\u{591}'..='\u{5C7}' | '\u{610}'..='\u{6ED}' | '\u{897}'..='\u{8FF}')
}

/// Whether the marks on a letter are accents: Latin, Greek and Cyrillic.
fn is_european(c: char) -> bool {
    is_latin_or_greek(c)
        || matches!(c, '\u{400}'..='\u{52F}' | '\u{1C80}'..='\u{1C8F}' | '\u{A640}'..='\u{A69F}')
}

fn is_latin_or_greek(c: char) -> bool {
    matches!(c,
        'a'..='z' | '\u{C0}'..='\u{2AF}' | '\u{370}'..='\u{3FF}' | '\u{1D00}'..='\u{1FFF}'
        | '\u{2C60}'..='\u{2C7F}' | '\u{A722}'..='\u{A7FF}' | '\u{AB30}'..='\u{AB6F}')
}

/// With what letter a folded word begins that begins with this one when it is not.
pub(super) fn first(c: char) -> char {
    let c = if is_latin_or_greek(c) { base(c) } else { c };
    several(c).and_then(|letters| letters.chars().next()).unwrap_or_else(|| one(c))
}

fn push_letter(folded: &mut String, c: char) {
    let c = if is_latin_or_greek(c) { base(c) } else { c };
    if let Some(letters) = several(c) {
        folded.push_str(letters);
    } else {
        folded.push(one(c));
    }
}

/// The letter that an accented one is made of.
fn base(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let mut first = None;
    decompose_canonical(c, |part| {
        first.get_or_insert(part);
    });
    first.unwrap_or(c)
}

fn several(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'װ' => "וו",
        'ױ' => "וי",
        'ײ' => "יי",
        _ => return None,
    })
}

fn one(c: char) -> char {
    match c {
        'ø' | 'ɔ' | 'ɵ' => 'o',
        'đ' | 'ð' | 'ɖ' | 'ɗ' => 'd',
        'ł' | 'ƚ' => 'l',
        'ı' | 'ɨ' | 'ɩ' => 'i',
        'ħ' => 'h',
        'ŧ' => 't',
        'ŋ' | 'ɲ' => 'n',
        'ə' | 'ǝ' | 'ɛ' => 'e',
        'ɓ' | 'ƀ' => 'b',
        'ƙ' => 'k',
        'ƴ' => 'y',
        'ʋ' => 'v',
        'ʉ' => 'u',
        'ɣ' | 'ǥ' => 'g',
        'ƶ' => 'z',
        'ς' => 'σ',
        'ё' | 'ѐ' => 'е',
        'ѝ' => 'и',
        'أ' | 'إ' | 'آ' | 'ٱ' | 'ٲ' | 'ٳ' => 'ا',
        'ى' | 'ی' | 'ێ' | 'ۍ' => 'ي',
        'ک' | 'ڪ' => 'ك',
        'ة' | 'ہ' | 'ھ' | 'ە' | 'ۃ' | 'ۀ' | 'ۂ' => 'ه',
        'ۓ' => 'ے',
        'ۆ' => 'و',
        'ڕ' => 'ر',
        'ڵ' => 'ل',
        '\u{660}'..='\u{669}' => digit(c, '\u{660}'),
        '\u{6F0}'..='\u{6F9}' => digit(c, '\u{6F0}'),
        '\u{966}'..='\u{96F}' => digit(c, '\u{966}'),
        _ => c,
    }
}

fn digit(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

//! What each character does to the words of a text.

use std::sync::LazyLock;
use unicode_properties::{GeneralCategory as Gc, UnicodeGeneralCategory};

/// What a character does to the word around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A letter or digit of a script that puts spaces between its words.
    Letter,
    /// A letter of a script that does not: a unit of its own.
    Unit,
    /// A combining mark: part of the letter before it.
    Mark,
    /// Left out, as if it were not there.
    Nothing,
    /// Anything else: the word before it has ended.
    Gap,
}

/// The kind of `c`, wherever it stands.
pub(super) fn kind(c: char) -> Kind {
    match c {
        _ if c.is_ascii_alphanumeric() => Kind::Letter,
        _ if c.is_ascii() => Kind::Gap,
        _ => PLANE.get(c as usize).copied().unwrap_or_else(|| beyond_ascii(c)),
    }
}

/// The kinds of the basic plane.
static PLANE: LazyLock<Box<[Kind]>> = LazyLock::new(|| {
    let kind = |code| char::from_u32(code).map_or(Kind::Gap, beyond_ascii);
    (0..0x1_0000).map(kind).collect()
});

fn beyond_ascii(c: char) -> Kind {
    match c {
        // Modifier letters that are typed for apostrophes, in Ukrainian or Uzbek.
        '\u{2B9}'..='\u{2BF}' | '\u{2EE}' | '\u{374}' | '\u{A78B}' | '\u{A78C}' => Kind::Gap,
        // Zero width space, the word break of Thai and Khmer.
        '\u{200B}' => Kind::Gap,
        // Tatweel only stretches a word. The others are letters and marks by
        // category, but invisible: fillers and variation selectors.
        '\u{640}'
        | '\u{34F}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FFA0}'
        | '\u{E0100}'..='\u{E01EF}' => Kind::Nothing,
        // Letters by category that never stand alone: the vowel sign am of Thai
        // and Lao, and the half-width voicing marks of Katakana.
        '\u{E33}' | '\u{EB3}' | '\u{FF9E}' | '\u{FF9F}' => Kind::Mark,
        _ => by_category(c),
    }
}

/// The categories of the basic plane. To look one up takes a search among thousands of ranges: a
/// quarter of what a page of hits cost.
static CATEGORIES: LazyLock<Box<[Gc]>> = LazyLock::new(|| {
    let category = |code| char::from_u32(code).map_or(Gc::Surrogate, |c| c.general_category());
    (0..0x1_0000).map(category).collect()
});

/// The general category of `c`.
pub(super) fn category(c: char) -> Gc {
    CATEGORIES.get(c as usize).copied().unwrap_or_else(|| c.general_category())
}

fn by_category(c: char) -> Kind {
    match category(c) {
        Gc::UppercaseLetter
        | Gc::LowercaseLetter
        | Gc::TitlecaseLetter
        | Gc::ModifierLetter
        | Gc::OtherLetter
        | Gc::LetterNumber => {
            if is_unspaced(c) {
                Kind::Unit
            } else {
                Kind::Letter
            }
        }
        Gc::DecimalNumber | Gc::OtherNumber => Kind::Letter,
        Gc::NonspacingMark | Gc::SpacingMark => Kind::Mark,
        Gc::EnclosingMark | Gc::Format => Kind::Nothing,
        _ => Kind::Gap,
    }
}

/// Whether the script of a letter is written without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        // Thai, Lao; Myanmar; Khmer.
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        // Tai Le, New Tai Lue, Tai Tham, Balinese.
        | '\u{1950}'..='\u{19DF}' | '\u{1A20}'..='\u{1AAF}' | '\u{1B00}'..='\u{1B7F}'
        // Iteration marks, ideographic zero and numerals, Kana, Bopomofo.
        | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{312F}' | '\u{31A0}'..='\u{31FF}'
        // Han; Yi.
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{A48F}'
        // Javanese and Myanmar extended; Tai Viet.
        | '\u{A980}'..='\u{A9FF}' | '\u{AA60}'..='\u{AADF}'
        // Compatibility ideographs, half-width Katakana.
        | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}'
        // Tangut, Khitan, Kana extended, Nushu; the planes of Han.
        | '\u{16FE0}'..='\u{18DFF}' | '\u{1AFF0}'..='\u{1B2FF}' | '\u{20000}'..='\u{3FFFF}'
    )
}

/// Whether `c` may stand in a word once it is in compatibility form. Numbers
/// that are still no digits then (`❶`) are no part of a word for PostgreSQL.
pub(super) fn is_word_char(c: char) -> bool {
    matches!(kind(c), Kind::Letter | Kind::Unit | Kind::Mark)
        && (c.is_ascii() || category(c) != Gc::OtherNumber)
}

/// Whether `c` is a letter of the Hebrew alphabet.
pub(super) fn is_hebrew(c: char) -> bool {
    matches!(c, '\u{5D0}'..='\u{5EA}' | '\u{5EF}'..='\u{5F2}')
}

/// Whether `c`, between two Hebrew letters, is a geresh or gershayim or typed
/// for one.
pub(super) fn is_gershayim(c: char) -> bool {
    matches!(c, '\'' | '"' | '\u{2018}' | '\u{2019}' | '\u{201D}' | '\u{5F3}' | '\u{5F4}')
}

/// Whether `c` is a letter of a script that shortens words to their initials.
/// Not so in Hangul and the like, where several letters can be one composed.
pub(super) fn is_initial(c: char) -> bool {
    matches!(c, '\0'..='\u{DFF}' | '\u{10A0}'..='\u{10FF}' | '\u{1C80}'..='\u{1CBF}'
        | '\u{1D00}'..='\u{1FFF}' | '\u{2C60}'..='\u{2D2F}' | '\u{FF21}'..='\u{FF5A}')
        && c.is_alphabetic()
        && kind(c) == Kind::Letter
}

/// Whether a word ends in Hangul: Korean writes particles onto its nouns, and no dictionary of PostgreSQL
/// takes them off.
pub(super) fn ends_in_hangul(word: &str) -> bool {
    word.ends_with(|last: char| ('\u{AC00}'..='\u{D7A3}').contains(&last))
}

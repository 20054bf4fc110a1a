use proptest::prelude::*;
use unicode_normalization::is_nfc;
use unicode_segmentation::UnicodeSegmentation;

use super::*;

#[track_caller]
fn check(text: &str, slug: &str) {
    assert_eq!(slugify(text).as_deref(), Some(slug));
    assert!(is_slug(slug), "{slug} is its own slug");
}

#[test]
fn english() {
    check("  The PM's visit -- what we know ", "the-pms-visit-what-we-know");
    check("Don\u{2019}t panic: it's 3.5%!", "dont-panic-its-3-5");
    check("index.html", "index-html");
    check("rock 'n' roll", "rock-n-roll");
}

#[test]
fn scripts_stay_their_own() {
    check("وزير الخارجية يصل إلى القاهرة", "وزير-الخارجية-يصل-إلى-القاهرة");
    check("وزیراعظم کا دورۂ چین، اہم معاہدے", "وزیراعظم-کا-دورۂ-چین-اہم-معاہدے");
    check("प्रधानमंत्री की यात्रा, क्या हुआ?", "प्रधानमंत्री-की-यात्रा-क्या-हुआ");
    check("中国经济增长 5.2%", "中国经济增长-5-2");
    check("二〇二六年", "二〇二六年");
    check("นายกรัฐมนตรี เยือนจีน", "นายกรัฐมนตรี-เยือนจีน");
    check("Straße nach ÄÖÜ GROẞ", "straße-nach-äöü-groß");
    check("Kyiv: Об'єднані сили", "kyiv-обєднані-сили");
    check("ΟΔΟΣ ΣΟΦΟΣ.", "οδος-σοφος");
    check("뉴스 속보", "뉴스-속보");
}

#[test]
fn turkish_capital_i_is_plain() {
    check("İSTANBUL Isparta", "istanbul-isparta");
    check("I\u{307}zmir", "izmir");
    check("ılık", "ılık");
}

#[test]
fn invisible_characters_vanish() {
    check("می\u{200C}خواهم", "میخواهم");
    check("\u{FEFF}soft\u{AD}hyphen\u{200F}", "softhyphen");
    check("ไทย\u{200B}แลนด์", "ไทย-แลนด์");
}

#[test]
fn hebrew_keeps_its_points_and_abbreviations() {
    check("שָׁלוֹם עולם", &"שָׁלוֹם-עולם".nfc().collect::<String>());
    check("צה\"ל וצה״ל", "צהל-וצהל");
    check("he said \"no\" twice", "he-said-no-twice");
}

#[test]
fn combining_sequences_compose_and_need_a_letter() {
    check("Cafe\u{301} e\u{34F}\u{301}", "café-é");
    check("\u{301}abc -\u{301}d", "abc-d");
    assert_eq!(slugify("\u{301}\u{302}"), None);
}

#[test]
fn nothing_readable_is_none() {
    for text in ["", "   ", "...", "😀🎉❤️", "-- --", "\u{200D}\u{FE0F}"] {
        assert_eq!(slugify(text), None, "{text:?}");
        assert!(!is_slug(text), "{text:?}");
    }
    check("Goal! ⚽ 1️⃣", "goal-1");
    check("𝗕𝗿𝗲𝗮𝗸𝗶𝗻𝗴 ℕews", "breaking-news");
}

#[test]
fn never_like_an_id() {
    assert_eq!(slugify("0192F0C1-2a3b-7c4d-8e5f-0123456789ab"), None);
    assert_eq!(slugify("0192f0c12a3b7c4d8e5f0123456789ab"), None);
    check("0192f0c1-2a3b-7c4d-8e5f-0123456789ag", "0192f0c1-2a3b-7c4d-8e5f-0123456789ag");
}

#[test]
fn what_is_sent_must_be_one_already() {
    for sent in ["Tree", "a--b", "-a", "a-", "a.b", "a b", "e\u{301}", "a/b", "I\u{307}"] {
        assert!(!is_slug(sent), "{sent:?}");
    }
    assert!(is_slug("tree") && is_reserved("tree") && !is_reserved("tree-2"));
}

#[test]
fn reserved_words_are_slugs_in_order() {
    assert!(RESERVED.is_sorted());
    for word in RESERVED {
        assert!(is_slug(word), "{word}");
        assert!(!is_reserved(&with_suffix(word, 2)), "{word}");
    }
}

#[test]
fn cut_at_a_word() {
    let long = "word ".repeat(60);
    let slug = slugify(&long).unwrap();
    assert_eq!(slug.chars().count(), 119);
    assert!(slug.ends_with("word"));
    assert_eq!(with_suffix(&slug, 12).chars().count(), 117);
    let one_word = "क्षि".repeat(100);
    let slug = slugify(&one_word).unwrap();
    assert_eq!(slug.len(), 300);
    assert!(slug.ends_with("क्षि"));
    assert_eq!(slugify(&"x".repeat(500)).unwrap().len(), 120);
    let one_cluster = format!("a{}", "\u{301}".repeat(500));
    assert_eq!(slugify(&one_cluster).unwrap().chars().count(), 120);
}

fn headline() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "\\PC{0,6}",
        "[\\p{L}\\p{M}\\p{N}]{0,40}",
        "[a-fA-F0-9]{4,12}-?",
        "[ΑΣσςİIıΙ\u{307}\u{301}\u{345}'’\"\u{200C}\u{34F} .-]{0,12}",
        "[\u{1100}-\u{11FF}क-ह्]{0,30}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn every_slug_keeps_the_rules(text in headline(), n in 2u32..) {
        if let Some(slug) = slugify(&text) {
            prop_assert_eq!(slugify(&slug), Some(slug.clone()));
            prop_assert!(is_slug(&slug));
            prop_assert!(is_nfc(&slug));
            prop_assert_eq!(slug.to_lowercase(), slug.clone());
            prop_assert!(slug.chars().count() <= MAX_CHARS && slug.len() <= MAX_BYTES);
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
            prop_assert!(!slug.contains('.') && !looks_like_uuid(&slug));
            let begins = |c: char| matches!(kind(c, ' ', ' '), Kind::Start);
            prop_assert!(slug.split('-').all(|word| word.starts_with(begins)));
            let suffixed = with_suffix(&slug, n);
            prop_assert!(is_slug(&suffixed), "{}", suffixed);
        }
    }

    #[test]
    fn a_cut_never_splits_a_cluster(letters in "[\\p{L}\\p{Mn}]{100,300}") {
        let whole = join_words(&letters);
        let cut = shorten(&whole, MAX_CHARS, MAX_BYTES);
        let first = whole.graphemes(true).next().map_or(0, str::len);
        prop_assume!(first <= 100);
        let mut ends = whole.grapheme_indices(true).map(|(at, g)| at + g.len());
        prop_assert!(cut.is_empty() || ends.any(|end| end == cut.len()));
    }
}

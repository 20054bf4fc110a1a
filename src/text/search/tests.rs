use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::cut::tokens;
use super::query::ARTICLE;
use super::*;

mod highlight;
mod query;

/// A sentence in each language, with its configuration's name.
const SENTENCES: &[(&str, &str)] = &[
    ("english", "The Prime Minister's visit to Kyiv raised questions about U.S. aid."),
    ("german", "Überschwemmungen zerstörten große Straßen in der Nähe von Köln."),
    ("french", "L'été dernier, les élèves n'ont pas réclamé de réformes à l'école."),
    ("russian", "Ещё один ёжик перешёл дорогу в Чайковском районе, сообщили жители."),
    ("arabic", "أعلنَ رئيسُ الوزراءِ إلى الصحافة أنّ المدرسة الكبرى ستُفتح غدًا."),
    ("simple", "وزیراعظم نے کہا ہے کہ پاکستان میں بجلی کی قیمت ۲۰۲۶ میں کم ہوگی"),
    ("simple", "سەرۆکی هەرێمی کوردستان ڕایگەیاند کە گەلی ئێمە ئازادی دەوێت"),
    ("hindi", "प्रधानमंत्री ने कहा कि किसानों की ज़मीन और पढ़ाई पर ध्यान दिया जाएगा"),
    ("simple", "中国经济增长5.2%，专家称A股市场前景乐观。"),
    ("simple", "東京で２０２６年にオリンピックのニュースが発表された、ﾆｭｰｽ速報。"),
    ("simple", "นายกรัฐมนตรีกล่าวว่าน้ำท่วมที่กรุงเทพฯ จะลดลง"),
    ("simple", "서울에서 열린 정상회담은 오늘 오후에 끝났다"),
];

fn doc(text: &str) -> String {
    document(text, &mut Budget::default())
}

fn folded(word: &str) -> String {
    fold(&tokens(word).next().expect("a word")).into_owned()
}

#[test]
fn configurations() {
    for (tag, name) in [
        ("en-GB", "english"),
        ("NB", "norwegian"),
        ("nn-NO", "norwegian"),
        ("pt_BR", "portuguese"),
        ("iw", "simple"),
        ("zh-Hant", "simple"),
        ("", "simple"),
        ("english", "simple"),
    ] {
        assert_eq!(configuration(tag), name, "{tag}");
        assert!(CONFIGURATIONS.contains(&name));
    }
}

#[test]
fn words() {
    assert_eq!(doc("Don't <b>panic</b>: it's 3.5%!"), "don t b panic b it s 3 5");
    assert_eq!(
        doc("The U.S. and e.g. 가.a a.b.cd, J.K. Rowling"),
        "the us and eg 가 a ab cd jk rowling"
    );
    assert_eq!(doc("a_b/c@d-e ½ x² ＡＢ①❶"), "a b c d e 1 2 x2 ab1");
    assert_eq!(doc("soft\u{AD}hyphen می\u{200C}خواهم"), doc("softhyphen میخواهم"));
    assert_eq!(doc("צה\"ל וצה״ל ג'ורג'"), "צהל וצהל גורג");
    assert_eq!(doc("oʻzbek oʼzbek o'zbek"), "o zbek o zbek o zbek");
    assert_eq!(doc("İstanbul I\u{307}"), "istanbul i");
    assert_eq!(doc("བོད་ཡིག་"), "བོད ཡིག");
    assert_eq!(doc(" \u{301} -- 🎉"), "");
}

#[test]
fn runs_become_pairs() {
    assert_eq!(doc("中国经济A股。中"), "中国 国经 经济 济 a 股 中");
    assert_eq!(doc("ﾆｭｰｽ東"), "ニュ ュー ース ス東 東");
    assert_eq!(doc("ที่นี่"), "ที่นี่ นี่");
    assert_eq!(doc("서울 뉴스"), "서울 뉴스");
    assert_eq!(doc("か\u{3099}く"), "がく く");
}

#[test]
fn folding() {
    for (word, same) in [
        ("Straße", "strasse"),
        ("Ærø", "aero"),
        ("Đặng", "dang"),
        ("Łódź", "lodz"),
        ("ılık", "ILIK"),
        ("Ὀδυσσεύς", "οδυσσευσ"),
        ("ёжик", "ежик"),
        ("за\u{301}мок", "замок"),
        ("أُمَّة", "امه"),
        ("یک", "يك"),
        ("ہے", "هے"),
        ("۲۰۲۶", "2026"),
        ("۰\u{1CF30}", "0"),
        ("سەرۆک", "سهروك"),
        ("שָׁלוֹם", "שלום"),
        ("ײ", "יי"),
    ] {
        assert_eq!(folded(word), folded(same), "{word}");
    }
    for word in ["чай", "їжак", "हिन्दी", "ज़मीन", "が", "น้ำ", "뉴스", "rain"]
    {
        assert!(matches!(fold(&word.nfc().to_string()), std::borrow::Cow::Borrowed(_)), "{word}");
    }
    assert_eq!(doc("un été"), "un été un ete");
}

#[test]
fn budget_stops_both_copies_at_one_word() {
    let mut budget = Budget::new(60);
    assert_eq!(document("été abc déjà fin", &mut budget), "été abc ete abc");
    assert!(budget.left() < 60);
    let long = "x".repeat(MAX_WORD + 1);
    assert_eq!(doc(&format!("a {long} b")), "a b");
}

#[test]
fn any_two_words_of_a_sentence_find_it() {
    for (_, sentence) in SENTENCES {
        let document = doc(sentence);
        for pair in sentence.split_whitespace().collect::<Vec<_>>().windows(2) {
            let query = SearchQuery::parse(&pair.join(" ")).expect("two words");
            let parts = query.parts();
            for word in parts.iter().flat_map(|part| part.text.split([' ', '&'])) {
                let word = word.trim_end_matches(":*").trim_matches('\'');
                let bare = word.trim_start_matches(ARTICLE);
                let mut tokens = document.split(' ');
                assert!(
                    matches!(word, "" | "<->")
                        || tokens
                            .any(|token| { token.starts_with(word) || token.starts_with(bare) }),
                    "{word}"
                );
            }
            assert!(query.highlight(sentence).is_some());
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_cut(text in "(\\PC|[a-zé'. ]|[一丁ก็]|[\u{300}-\u{302}]|[אב\"]){0,60}") {
        let mut budget = Budget::new(300);
        let words = document(&text, &mut budget);
        prop_assert!(words.len() <= 300);
        prop_assert!(words.is_empty() || words.split(' ').all(|word| !word.is_empty()));
        prop_assert!(words.chars().all(|c| c == ' ' || kind::is_word_char(c)));
        for word in words.split(' ') {
            let once = fold(word);
            prop_assert_eq!(fold(&once), once.as_ref());
            prop_assert_eq!(once.is_empty(), word.is_empty());
        }
    }

    #[test]
    fn normal_forms_are_one(text in "(\\PC|[a-zéİΐ'. ]|[각がק]|[\u{300}-\u{345}]){0,40}") {
        let (nfc, nfd) = (text.nfc().to_string(), text.nfd().to_string());
        prop_assert_eq!(doc(&nfc), doc(&nfd));
    }
}

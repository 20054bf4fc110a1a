use proptest::prelude::*;

use super::*;

/// The parts of a query as one text for `to_tsquery`, its words as they are.
fn tsquery(q: &str) -> Option<String> {
    let parts = SearchQuery::parse(q)?.parts();
    let groups = parts.chunk_by(|one, other| one.group == other.group);
    let group = |parts: &[Part]| {
        let wanted = parts.iter().find(|part| !part.negated).map(|part| part.text.clone());
        let unwanted =
            parts.iter().filter(|part| part.negated).map(|part| match part.text.contains(' ') {
                true => format!("!({})", part.text),
                false => format!("!{}", part.text),
            });
        wanted.into_iter().chain(unwanted).collect::<Vec<_>>().join(" & ")
    };
    Some(groups.map(group).collect::<Vec<_>>().join(" | "))
}

#[track_caller]
fn check(q: &str, expected: &str) {
    assert_eq!(tsquery(q).as_deref(), Some(expected), "{q}");
}

#[test]
fn words_phrases_and_signs() {
    check("Rain  flood", "'rain' & 'flood'");
    check("rain flood OR storm", "'rain' & 'flood' | 'storm'");
    check("\"Prime Minister\" -sport", "'prime' <-> 'minister' & !'sport'");
    check("„prime minister“ -«big sport»", "'prime' <-> 'minister' & !('big' <-> 'sport')");
    check("rain-flood l'eau U.S.", "'rain' <-> 'flood' & 'l' <-> 'eau' & 'us'");
    check("a -b or -c or d", "'a' & !'b' | 'd'");
    check("rain -été", "'rain' & !'été' & !'ete'");
    check("foo\"bar baz\"-qux", "'foo' & 'bar' <-> 'baz' & 'qux'");
}

#[test]
fn read_leniently() {
    check("12\" vinyl", "'12' & 'vinyl'");
    check("or", "'or'");
    check("OR rain or", "'or' & 'rain' & 'or'");
    check("\"or\" b", "'or' & 'b'");
    check("a or or b", "'a' | 'b'");
    check("a - b --c \"\"", "'a' & 'b' & !'c'");
    check("צה\"ל \"צה\"ל חזק\"", "'צהל' & 'צהל' <-> 'חזק'");
    check("' \\ & | ! <-> :* a", "'a'");
    for nothing in ["", " \" ", "-a", "-a -\"b c\"", "...", "-a or -b"] {
        assert_eq!(SearchQuery::parse(nothing), None, "{nothing}");
    }
}

#[test]
fn runs_without_spaces() {
    check("中", "'中':*");
    check("中国经济", "'中国' <-> '国经' <-> '经济'");
    check("中国A股", "'中国' <-> '国' <-> 'a' <-> '股':*");
    check("5月", "'5' <-> '月':*");
    check("中 国", "'中':* & '国':*");
    check("서울 뉴스", "'서울':* & '뉴스':*");
    check("的 一 是 不 了 人", "'的':* & '一':* & '是':* & '不':*");
    check("的 OR 一 OR 是 OR 不 OR 了", "'的':* | '一':* | '是':* | '不':*");
}

#[test]
fn what_must_not_be_there_stands_by_itself() {
    let parts = SearchQuery::parse("rain -été OR storm").unwrap().parts();
    let parts: Vec<_> =
        parts.iter().map(|part| (part.group, part.negated, part.text.as_str())).collect();
    let expected =
        [(0, false, "'rain'"), (0, true, "'été'"), (0, true, "'ete'"), (1, false, "'storm'")];
    assert_eq!(parts, expected);
}

#[test]
fn folded_queries() {
    let texts = |q| {
        let parts = SearchQuery::parse(q).unwrap().parts();
        parts.into_iter().map(|part| part.text).collect::<Vec<_>>()
    };
    assert_eq!(texts("rain 中国 हिन्दी").len(), 1);
    let expected = ["'été'", "'à' <-> 'köln'", "'ete'", "'a' <-> 'koln'"];
    assert_eq!(texts("Été -\"à Köln\""), expected);
}

#[test]
fn what_is_typed_fits_the_beginning_of_a_word() {
    let fits = |typed: &str, text: &str| Typed::parse(typed).unwrap().matches(text);
    assert!(fits("Pák", "Radio Pakistan"));
    assert!(fits("radio pak", "Radio Pakistan"));
    assert!(fits("pakistan rad", "Radio Pakistan"));
    assert!(!fits("rad pakistan", "Radio Pakistan"));
    assert!(fits("京", "東京都"));
    assert!(fits("東京", "東京都"));
    assert!(Typed::parse(" - ").is_none());
}

#[test]
fn long_queries_are_cut() {
    let terms = |q: &str| tsquery(q).map_or(0, |text| text.matches('\'').count() / 2);
    assert_eq!(terms(&"a ".repeat(1_000)), 32);
    assert_eq!(terms(&format!("\"{}\"", "a ".repeat(1_000))), 128);
    assert_eq!(terms(&"中".repeat(1_000)), 127);
    assert_eq!(terms(&"x".repeat(MAX_WORD + 1)), 0);
}

/// Whether `to_tsquery` reads it: operands and operators take turns.
fn is_valid(tsquery: &str) -> bool {
    let mut open = false;
    let mut operand = true;
    for item in tsquery.split(' ') {
        if !operand {
            operand = matches!(item, "&" | "|" | "<->");
            if !operand {
                return false;
            }
            continue;
        }
        let item = item.strip_prefix('!').unwrap_or(item);
        let item = item.strip_prefix('(').inspect(|_| open = true).unwrap_or(item);
        let item = item.strip_suffix(')').inspect(|_| open = false).unwrap_or(item);
        let item = item.strip_suffix(":*").unwrap_or(item);
        let word = item.strip_prefix('\'').and_then(|item| item.strip_suffix('\''));
        if !word.is_some_and(|word| !word.is_empty() && word.chars().all(kind::is_word_char)) {
            return false;
        }
        operand = false;
    }
    !operand && !open
}

proptest! {
    #[test]
    fn any_query_is_valid(q in "(\\PC| or |[a-zé'. -]|[一丁ก็]|[\"«»]| -){0,60}") {
        if let Some(query) = SearchQuery::parse(&q) {
            for part in query.parts() {
                prop_assert!(is_valid(&part.text), "{}", part.text);
            }
            prop_assert!(tsquery(&q).is_some_and(|text| is_valid(&text)));
        }
        let _ = Typed::parse(&q).map(|typed| typed.matches(&q));
    }

    #[test]
    fn queries_find_their_words(
        text in "(\\PC|[a-zé' ]|[一丁ก็]|[\u{300}-\u{302}]){1,60}",
        range in (0_usize..20, 1_usize..5),
    ) {
        let text = text.replace(|c| matches!(c, '"' | '«' | '»' | '\u{201C}'..='\u{201F}' | '「'..='』' | '\u{FF02}'), "");
        let words: Vec<&str> = text.split_whitespace().skip(range.0).take(range.1).collect();
        let Some(query) = SearchQuery::parse(&format!("\"{}\"", words.join(" "))) else {
            return Ok(());
        };
        let document = doc(&text);
        let parts = query.parts();
        for word in parts.iter().flat_map(|part| part.text.split(" <-> ")) {
            let plain = word.trim_end_matches(":*").trim_matches('\'');
            let forms = [plain, plain.trim_start_matches(ARTICLE)];
            let begins = word.ends_with('*');
            let same = |token: &str| {
                forms.iter().any(|form| token == *form || (begins && token.starts_with(form)))
            };
            prop_assert!(document.split(' ').any(same), "{} in {}", word, document);
        }
    }
}

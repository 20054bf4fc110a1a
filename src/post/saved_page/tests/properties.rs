//! Any page made from its parts comes back as them, and any text is survived.

use proptest::prelude::*;

use super::super::*;

/// Words that no list of furniture, credits or dates has.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[b-z][a-z]{3,8}y",
        "Q[a-zà-ÿ]{4,8}",
        "[а-я]{4,8}",
        "[ا-ي]{4,8}",
        "b/w",
        "[0-9]{1,3}%",
    ]
}

fn words(count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(word(), count).prop_map(|words| format!("Zq {}", words.join(" ")))
}

fn headline() -> impl Strategy<Value = String> {
    (words(3..12), prop_oneof![Just(("", "")), Just(("‘", "’")), Just(("“", "”")), Just(("", "?"))])
        .prop_map(|(words, (open, close))| format!("{open}{words}{close}"))
}

fn respelt(headline: &str, how: u8) -> String {
    match how {
        0 => headline.to_owned(),
        1 => headline.replace(['‘', '’'], "'").replace(['“', '”'], "\""),
        2 => headline.replace(' ', "\u{a0} "),
        _ => headline.to_uppercase(),
    }
}

proptest! {
    #[test]
    fn any_page_comes_back_as_its_parts(
        headline in headline(),
        crumbs in prop::collection::vec("Zk[a-z]{3,8}( [A-Z][a-z]{3,6})?", 0..4),
        separator in prop::sample::select(vec![" / ", " > ", " » ", " › ", " | "]),
        home in prop::sample::select(vec!["Home", "HOME", "Accueil", "ہوم", "首页"]),
        repeats in prop::collection::vec(0u8..3, 0..3),
        paragraphs in prop::collection::vec((words(4..30), prop::sample::select(vec![".", "", "?", "”", "۔"])), 1..8),
        credit in prop::option::of("Zr[a-z]{3,8}( [A-Z][a-z]{2,8}){0,3}"),
        form in prop::sample::select(vec!["Source: {}", "(Source: {})", "Courtesy: {}", "Source – {}", "ذریعہ: {}"]),
        chrome in prop::collection::vec(prop::sample::select(vec!["Scroll To Top", "Share", "Print | Tweet", "Back to top", "© 2024 Qaz. All rights reserved."]), 0..4),
        between in prop::sample::select(vec!["\n\n", "\r\n\r\n", "\n \n\n", "\n"]),
    ) {
        let paragraphs: Vec<String> = paragraphs.into_iter().map(|(words, end)| words + end).collect();
        let mut lines = Vec::new();
        if !crumbs.is_empty() {
            lines.push(format!("{home}{separator}{}{separator}{headline}", crumbs.join(separator)));
        }
        lines.push(headline.clone());
        lines.extend(repeats.iter().map(|how| respelt(&headline, *how)));
        lines.push(headline.clone());
        lines.extend(paragraphs.iter().cloned());
        lines.extend(credit.iter().map(|name| form.replace("{}", name)));
        lines.extend(chrome.iter().map(|line| (*line).to_owned()));
        let page = read(&lines.join(between)).unwrap();
        prop_assert_eq!(&page.headline, &headline);
        prop_assert_eq!(&page.crumbs, &crumbs);
        prop_assert_eq!(&page.paragraphs, &paragraphs);
        prop_assert_eq!(&page.credit, &credit);
        prop_assert_eq!(&page.address, &None);
    }

    #[test]
    fn any_text_is_survived(text in any::<String>(), lines in prop::collection::vec("(Home|Share|Source|Related stories|[:/>| .a…\u{a0}-]){0,8}", 0..12)) {
        let _ = read(&text);
        let _ = read(&lines.join("\n"));
        let _ = read(&lines.join("\n\n"));
    }

    #[test]
    fn the_middle_is_never_lost(lines in prop::collection::vec("(Share|Source: X|Home|Scroll To Top|2024-01-01|Related news|https://a.example/b)", 0..10)) {
        let text = format!("Zq headline of it\n\nIt begins so.\n\n{}\n\nIt ends so.", lines.join("\n\n"));
        let page = read(&text).unwrap();
        prop_assert_eq!(page.paragraphs.len(), lines.len() + 2);
    }
}

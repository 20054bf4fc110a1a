//! Tests of the saved-page reader: pages as they come.

mod properties;

use super::*;

fn page(text: &str) -> Page {
    read(text).unwrap()
}

fn paragraphs(text: &str) -> Vec<String> {
    page(text).paragraphs
}

#[test]
fn a_page_of_a_broadcaster() {
    let text = "Home / General / ‘Exchanges b/w A, B to inject vitality’\n\n\
        ‘Exchanges b/w A, B to inject vitality’\n\nOne will inject more.\n\n\
        Two said so to the people\n\nThree “warms hearts” through actions.\n\n\
        Source: Radio Pakistan\n\nScroll To Top";
    let expected = Page {
        headline: "‘Exchanges b/w A, B to inject vitality’".into(),
        crumbs: vec!["General".into()],
        paragraphs: [
            "One will inject more.",
            "Two said so to the people",
            "Three “warms hearts” through actions.",
        ]
        .map(String::from)
        .to_vec(),
        credit: Some("Radio Pakistan".into()),
        ..Page::default()
    };
    assert_eq!(page(text), expected);
    assert_eq!(page(&format!("\u{feff}{}", text.replace('\n', "\r\n"))), expected);
    assert_eq!(page(&text.replace("\n\n", "\n")), expected, "no blank lines");
    let story = parse(text).unwrap();
    assert_eq!(story.text("category"), Some("General"));
    assert_eq!(
        story.text("body").unwrap().split("\n\n").count(),
        3,
        "paragraphs are joined by a blank line"
    );
}

#[test]
fn trails() {
    for (line, next, crumbs, headline) in [
        ("Home > World > Asia > Big news", "Big news", "World,Asia", "Big news"),
        ("Home » World » Big news", "Big news", "World", "Big news"),
        ("Accueil › Monde › Big news", "Big news", "Monde", "Big news"),
        ("ہوم / پاکستان / بڑی خبر", "بڑی خبر", "پاکستان", "بڑی خبر"),
        ("首页>国际>大新闻来了", "大新闻来了", "国际", "大新闻来了"),
        ("Home/World/Trade b/w A and B", "Trade b/w A and B", "World", "Trade b/w A and B"),
        ("Home | World | A | B at odds", "A | B at odds", "World", "A | B at odds"),
        ("World / Asia / Big news", "Big news", "World,Asia", "Big news"),
        ("🏠 Home » World » Big news", "Big news", "World", "Big news"),
        ("You are here: Home » World » Big news", "Big news", "World", "Big news"),
        (
            "Home / World / Big news from the…",
            "Big news from the south",
            "World",
            "Big news from the south",
        ),
        ("Home / World / BIG 'NEWS'", "Big “news”", "World", "Big “news”"),
        ("Home / World", "Big news", "World", "Big news"),
        ("Home / World /", "Big news", "World", "Big news"),
        ("Home / Big news of the day here", "It came.", "", "Big news of the day here"),
        ("Home / World / Big news", "It came today.", "World", "Big news"),
        ("Home", "Big news", "", "Big news"),
        ("Stocks / Bonds fall", "They fell.", "", "Stocks / Bonds fall"),
        ("Big news - The Daily", "Big news", "", "Big news"),
        ("Big news | The Daily", "Big news", "", "Big news"),
        ("Big news", "Big news", "", "Big news"),
    ] {
        let page = page(&format!("{line}\n\n{next}\n\nThe story is told.\n"));
        assert_eq!(page.crumbs.join(","), crumbs, "{line}");
        assert_eq!(page.headline, headline, "{line}");
        assert_eq!(page.paragraphs.last().unwrap(), "The story is told.", "{line}");
        let first_told = next.ends_with('.');
        assert_eq!(page.paragraphs.len(), 1 + usize::from(first_told), "{line}");
    }
    let upright = page("Home\n/\nWorld\n/\nAsia\n/\nBig news\nBig news\n\nIt came.\n\nIt went.");
    assert_eq!(upright.crumbs, ["World", "Asia"]);
    assert_eq!(upright.headline, "Big news");
    assert_eq!(upright.paragraphs, ["It came.", "It went."]);
}

#[test]
fn furniture_goes_from_the_ends_only() {
    let text = "Skip to content\n\nHome / World / Big news\nBig news\n\
        Published: August 12, 2022\nShare | Tweet | Print\n\n\
        It came.\n\nShare\n\nAdvertisement\n\nSource: one of them, he said.\n\nIt went.\n\n\
        (Source: The Agency)\n\nFacebook Twitter WhatsApp\nRead more\n\n\
        Related stories\n\nAnother story\n\nYet another\n\n\
        Copyright © 2022 The Daily. All rights reserved.\n\nBack to top ↑\n";
    let page = page(text);
    assert_eq!(
        page.paragraphs,
        ["It came.", "Share", "Advertisement", "Source: one of them, he said.", "It went."]
    );
    assert_eq!(page.credit.as_deref(), Some("The Agency"));
    assert_eq!(page.published_at, None, "a date without time and offset is not certain");
}

#[test]
fn last_paragraphs_that_look_like_furniture() {
    for last in [
        "Related industries suffered as well.",
        "Copyright law was changed yesterday, the ministry said.",
        "Share prices fell on Friday.",
        "Sources: it is said that the sources of the river Ind are many, and far apart from here.",
        "Read more books, the minister told them.",
        "Print sales rose in 2022.",
        "https is not an address.",
    ] {
        assert_eq!(paragraphs(&format!("Big news\n\nIt came.\n\n{last}\n")), ["It came.", last]);
    }
    let wrapped = "Big news\n\nIt came, and what it brought was something they could\nshare\n";
    assert_eq!(paragraphs(wrapped).len(), 1);
    assert!(paragraphs(wrapped)[0].ends_with("\nshare"));
}

#[test]
fn addresses_and_dates() {
    let url = "https://news.example/a/1";
    for text in [
        format!("URL: {url}\nBig news\n\nIt came.\n"),
        format!("{url}\n\nBig news\n\nIt came.\n"),
        format!("Big news\n\nIt came.\n\nSource: X\n\nURL: {url}\n"),
        format!("Big news\n\nIt came.\n\nSource: {url}\n"),
    ] {
        let page = page(&text);
        assert_eq!(page.address.as_deref(), Some(url), "{text}");
        assert_eq!((page.headline.as_str(), page.paragraphs.len()), ("Big news", 1));
    }
    let dated = |line: &str| page(&format!("Big news\n{line}\n\nIt came.\n"));
    for (line, at) in [
        ("Published: 2024-03-05T10:00:00+05:00", Some("2024-03-05T10:00:00+05:00")),
        ("2024-03-05T10:00:00Z", Some("2024-03-05T10:00:00Z")),
        ("Published: 2024-03-05", None),
        ("Last updated: 2024-03-05T10:00:00Z", None),
        ("Friday, 12 August 2022 10:30 AM", None),
    ] {
        let page = dated(line);
        assert_eq!(page.published_at.as_deref(), at, "{line}");
        assert_eq!(page.paragraphs, ["It came."], "{line}");
    }
}

#[test]
fn credits_near_the_end() {
    let credit = |end: &str| page(&format!("Big news\n\nIt came.\n\n{end}\n")).credit;
    assert_eq!(credit("Courtesy: A\n\nSource: B").as_deref(), Some("B"));
    assert_eq!(credit("Source: B\n\n12 views").as_deref(), Some("B"));
    assert_eq!(credit("ذریعہ: ریڈیو پاکستان").as_deref(), Some("ریڈیو پاکستان"));
    assert_eq!(credit("Source: B\n\nIt went on for long."), None);
    assert_eq!(paragraphs("Big news\n\nIt came.\nSource: B\nScroll To Top"), ["It came."]);
}

#[test]
fn pages_with_little_in_them() {
    assert_eq!(read(""), None);
    assert_eq!(read(" \r\n\u{feff}\n"), None);
    assert_eq!(page("Big news").headline, "Big news");
    assert!(page("Home / World / Big news").paragraphs.is_empty());
    assert_eq!(page("Share").headline, "Share");
    let wrapped = page("Big news\n\nIt came on\na Friday in\nthe night.\n");
    assert_eq!(wrapped.paragraphs, ["It came on\na Friday in\nthe night."]);
    let lines = page("Big news\n\nIt came.\nIt went.\nIt is gone\n");
    assert_eq!(lines.paragraphs, ["It came.", "It went.", "It is gone"]);
}

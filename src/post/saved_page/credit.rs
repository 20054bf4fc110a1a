//! The credit line (`Source: Radio Pakistan`): who supplied the story.

use super::{
    lines::{address, trim},
    words,
};
use crate::post::story::fold;

/// Who is credited, and how plainly.
#[derive(Debug, PartialEq)]
pub struct Credit {
    /// The supplier's name; none when the line gives only an address.
    pub name: Option<String>,
    /// The address on the line.
    pub address: Option<String>,
    /// Whether the line says "source" rather than "credit" or "courtesy".
    pub is_source: bool,
}

/// Reads a line that is a credit and nothing else.
pub fn read(line: &str) -> Option<Credit> {
    let line = unwrapped(trim(line).trim_matches(['*', '_', '•', '-', '–', '—', '~', ' ']));
    let (label, value) = split(line).map(|(label, value)| (label, trim(value)))?;
    let label = fold(label);
    let is_source = words::listed(words::SOURCE, &label);
    if !is_source && !words::listed(words::CREDIT, &label) {
        return None;
    }
    if let Some(address) = address(value) {
        return Some(Credit { name: None, address: Some(address), is_source });
    }
    let (value, address) = match value.rsplit_once(['(', '[', '（', ' ']) {
        Some((name, tail)) => match address(tail.trim_end_matches([')', ']', '）'])) {
            Some(found) => {
                (name.trim_end_matches(['(', '[', '（', ' ', '-', '–', ',']), Some(found))
            }
            None => (value, None),
        },
        None => (value, None),
    };
    let name = name(value)?;
    Some(Credit { name: Some(name), address, is_source })
}

/// A name is short, and neither a question nor a sentence.
fn name(value: &str) -> Option<String> {
    let mut name = unwrapped(trim(value));
    if let Some(bare) = name.strip_suffix(['.', '۔', '。', '।']) {
        let is_initials = bare
            .rsplit(' ')
            .next()
            .is_some_and(|word| word.contains('.') || word.chars().count() < 3);
        if !is_initials {
            name = trim(bare);
        }
    }
    let letters = name.chars().any(char::is_alphanumeric);
    let short = name.chars().count() <= 80 && name.split_whitespace().count() <= 8;
    let sentence = name.contains(['?', '؟', '？', '。', '۔', ';'])
        || name.contains(". ") && name.split_whitespace().count() > 4;
    (letters && short && !sentence).then(|| name.to_owned())
}

/// `Label: value`, `Label – value`, or `Courtesy of value`.
fn split(line: &str) -> Option<(&str, &str)> {
    let colon = line.split_once([':', '：']);
    let dash =
        || [" – ", " — ", " - ", " | ", "– ", "— "].iter().find_map(|dash| line.split_once(dash));
    let known = |(label, _): &(&str, &str)| {
        let label = fold(label);
        words::listed(words::SOURCE, &label) || words::listed(words::CREDIT, &label)
    };
    colon.filter(known).or_else(dash).filter(known).or_else(|| {
        let rest = line.get(..12).filter(|start| start.eq_ignore_ascii_case("courtesy of "))?;
        let value = &line[rest.len()..];
        (value.split_whitespace().count() <= 5 && !value.ends_with(['.', '!']))
            .then_some(("courtesy of", value))
    })
}

/// The line without one pair of brackets around it.
fn unwrapped(line: &str) -> &str {
    [('(', ')'), ('[', ']'), ('（', '）'), ('【', '】')]
        .iter()
        .find_map(|(open, close)| line.strip_prefix(*open)?.strip_suffix(*close))
        .map_or(line, trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(line: &str) -> Option<String> {
        read(line).and_then(|credit| credit.name)
    }

    #[test]
    fn credits() {
        for line in [
            "Source: Radio Pakistan",
            "SOURCE : Radio Pakistan",
            "(Source: Radio Pakistan)",
            "[Source: Radio Pakistan]",
            "Source – Radio Pakistan",
            "Source - Radio Pakistan",
            "Credit: Radio Pakistan",
            "Courtesy: Radio Pakistan",
            "Courtesy of Radio Pakistan",
            "ذریعہ: Radio Pakistan",
            "来源：Radio Pakistan",
            "— Source: Radio Pakistan.",
            "*Source: Radio Pakistan*",
            "Sources: Radio Pakistan",
            "Source: (Radio Pakistan)",
        ] {
            assert_eq!(name_of(line).as_deref(), Some("Radio Pakistan"), "{line}");
        }
        assert_eq!(name_of("Source: A.P.").as_deref(), Some("A.P."));
        assert_eq!(name_of("Source: Yahoo! News").as_deref(), Some("Yahoo! News"));
    }

    #[test]
    fn not_credits() {
        for line in [
            "Source",
            "Source:",
            "Sources say the deal is off.",
            "Resource: one",
            "Source: ",
            "Source: a person who was there and asked not to be named told us so on Friday.",
            "Source: says who?",
            "The source: Radio Pakistan",
            "Courtesy of the crown it was lost.",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn addresses() {
        let only = read("Source: https://radio.example/a").unwrap();
        assert_eq!((only.name, only.address.as_deref()), (None, Some("https://radio.example/a")));
        let both = read("Source: Radio (https://radio.example/a)").unwrap();
        assert_eq!(
            (both.name.as_deref(), both.address.as_deref()),
            (Some("Radio"), Some("https://radio.example/a"))
        );
    }
}

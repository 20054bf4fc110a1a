//! The words of feeds: markup told from text, names, tags.

use super::{Kind, Person, Text, entities};
use crate::text::render::plain_text;

/// The longest tag, and how many a story takes.
const LONGEST_TAG: usize = 100;
const MOST_TAGS: usize = 50;
/// The longest name.
const LONGEST_NAME: usize = 300;

/// Elements that texts of feeds have; they stand in pairs, or alone.
const PAIRED: &str = "a abbr b bdi bdo big blink blockquote center cite code div em figure font h1 h2 h3 \
    h4 h5 h6 i iframe mark ol p pre q s small span strong sub sup table u ul video";
const SINGLE: &str = "br hr img wbr";

impl Text {
    /// Whether it is to be read as HTML.
    pub fn is_html(&self) -> bool {
        match self.kind {
            Kind::Plain => false,
            Kind::Html => true,
            Kind::Either => has_markup(&self.value) || entities::undone(&self.value) != self.value,
        }
    }

    /// It without markup, on one line.
    pub fn to_plain(&self) -> String {
        match self.kind {
            Kind::Plain => one_line(&self.value),
            Kind::Html => one_line(&plain_text(&self.value)),
            Kind::Either => plain(&self.value),
        }
    }
}

/// A short text of which the format does not say what it is, as plain text. Where it has markup it is
/// HTML; an entity in it was escaped twice, which nobody means to be seen.
pub(super) fn plain(text: &str) -> String {
    match has_markup(text) {
        true => one_line(&plain_text(text)),
        false => one_line(&entities::undone(text)),
    }
}

/// Whether there are tags in it: a pair, or one that stands alone. `The <em> element` has none.
fn has_markup(text: &str) -> bool {
    if !text.contains('<') {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let begins = |name: &str| {
        let mut places = lower.match_indices('<').map(|(at, _)| &lower[at + 1..]);
        places.any(|rest| {
            let rest = rest.strip_prefix(name);
            rest.is_some_and(|rest| {
                rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
            })
        })
    };
    let paired = |name: &str| lower.contains(&format!("</{name}>")) && begins(name);
    SINGLE.split_whitespace().any(begins) || PAIRED.split_whitespace().any(paired)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A person as RSS writes them: `jo@news.example (Jo Sand)`, `Jo Sand <jo@news.example>`, `Jo Sand`.
pub(super) fn person(text: &str) -> Option<Person> {
    let text = plain(text);
    let named = match (text.split_once('('), text.split_once('<')) {
        (Some((before, name)), _) if before.contains('@') || before.trim().is_empty() => {
            name.trim_end_matches(')')
        }
        (_, Some((name, mail))) if mail.contains('@') => name,
        _ => &text,
    };
    let name = named.trim().trim_matches('"').trim();
    let fine = !name.is_empty() && (name.contains(' ') || !name.contains('@'));
    fine.then(|| Person { name: cut(name, LONGEST_NAME), url: None })
}

/// What can be tags, each once.
pub(super) fn tags(found: Vec<String>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in found.iter().map(|tag| plain(tag)) {
        let fits = !tag.is_empty() && tag.chars().count() <= LONGEST_TAG;
        if fits && !tags.contains(&tag) && tags.len() < MOST_TAGS {
            tags.push(tag);
        }
    }
    tags
}

/// The first so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// The first so many characters, ended at a word and marked where something is left out.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    // room for the mark
    let end = text[..end].char_indices().last().map_or(0, |(at, _)| at);
    let word = text[..end].rfind(char::is_whitespace).filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}…", text[..word].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_rss_are_text_or_markup() {
        for (title, told) in [
            ("Plain & simple", "Plain & simple"),
            ("AT&amp;T", "AT&T"),
            ("caf&#233;", "café"),
            ("A <b>bold</b> move", "A bold move"),
            ("One<br/>two", "One two"),
            ("The <em> element", "The <em> element"),
            ("a < b and c > d", "a < b and c > d"),
            ("Vec<String> in depth", "Vec<String> in depth"),
            (" two\n lines ", "two lines"),
        ] {
            assert_eq!(plain(title), told, "{title}");
        }
    }

    #[test]
    fn people() {
        let name = |text| person(text).map(|person| person.name);
        for (text, told) in [
            ("Jo Sand", "Jo Sand"),
            ("jo@news.example (Jo Sand)", "Jo Sand"),
            ("(Jo Sand)", "Jo Sand"),
            ("Jo Sand <jo@news.example>", "Jo Sand"),
            ("Jo Sand (Reuters)", "Jo Sand (Reuters)"),
        ] {
            assert_eq!(name(text).as_deref(), Some(told), "{text}");
        }
        assert_eq!(name("jo@news.example"), None, "an address is not for print");
        assert_eq!(name(" "), None);
    }

    #[test]
    fn long_texts_end_at_a_word() {
        assert_eq!(shortened("one two three", 13), "one two three");
        assert_eq!(shortened("one two three", 12), "one two…");
        assert_eq!(shortened("ééééé", 3), "éé…");
    }
}

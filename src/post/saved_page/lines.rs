//! The lines of a saved page that are not its story: what each kind looks like. All of these
//! look at one line; where a line may be taken for one of them is decided by the parser.

use url::Url;

use super::words;
use crate::post::{dates, story::fold};

/// Trims blanks, including those without width that browsers leave behind.
pub fn trim(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0'))
}

/// Trims the arrows, bullets and brackets around a button's words.
fn undecorated(line: &str) -> String {
    let is_decoration = |c: char| !c.is_alphanumeric() && !matches!(c, '+' | '-' | '©');
    let line = line.trim_matches(is_decoration);
    fold(&line.replace(['\u{1a}', '↑', '▲'], " "))
}

/// Whether the line is furniture by itself, or a row of it (`Share | Tweet | Print`).
pub fn is_chrome(line: &str) -> bool {
    if line.chars().count() > 120 {
        return false;
    }
    if !line.is_empty() && !line.chars().any(char::is_alphanumeric) {
        return true;
    }
    let known = |text: &str| {
        let text = undecorated(text);
        words::listed(words::CHROME, &text)
            || words::listed(words::CHROME, text.trim_matches(['-', ' ']))
    };
    known(line)
        || line
            .split(['|', '•', '·', ',', '/', '–', '—'])
            .filter(|part| !trim(part).is_empty())
            .all(known)
        || line.split_whitespace().all(known)
}

/// Whether the line is furniture of a page's end: what stands there in many wordings.
pub fn is_footer(line: &str) -> bool {
    if is_chrome(line) || is_more_stories(line) {
        return true;
    }
    let text = undecorated(line);
    let words = text.split_whitespace().count();
    let says = |start: &str| text.starts_with(start);
    let short = text.chars().count() <= 160 && !ends_sentence(line);
    (is_rights(&text) && text.chars().count() <= 200)
        || (short
            && words <= 6
            && ["share on ", "share via ", "follow us on "].iter().any(|s| says(s)))
        || (short
            && [
                "related:",
                "read more:",
                "also read:",
                "read also:",
                "see also:",
                "read next:",
                "more:",
            ]
            .iter()
            .any(|s| says(s)))
}

fn is_rights(text: &str) -> bool {
    let Some(rest) = text
        .strip_prefix("copyright")
        .or(text.strip_prefix("(c)"))
        .or(text.strip_prefix('©'))
        .or(text.strip_prefix("c)"))
    else {
        return text.ends_with("all rights reserved") && text.split_whitespace().count() <= 10;
    };
    let rest = rest.trim_start();
    text.starts_with('©')
        || rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '©' | '(' | ':'))
        || rest.ends_with("all rights reserved")
}

/// Whether the line heads a list of other stories.
pub fn is_more_stories(line: &str) -> bool {
    let text = undecorated(line);
    words::listed(words::MORE_STORIES, &text)
}

/// Whether the line ends as a sentence does.
pub fn ends_sentence(line: &str) -> bool {
    let line = trim(line).trim_end_matches(['"', '\'', '”', '’', '»', ')', '」', '』']);
    line.ends_with(['.', '!', '?', '。', '！', '？', '۔', '؟', '।', '॥', '…', '።', '։'])
}

/// The label before a colon, folded, and what follows it.
fn labelled(line: &str) -> Option<(String, &str)> {
    let (label, value) = line.split_once([':', '：'])?;
    Some((fold(label), trim(value)))
}

/// The address on a line that is nothing but one (`https://...`, `URL: https://...`).
pub fn address(line: &str) -> Option<String> {
    let line = line.trim_start_matches('<').trim_end_matches('>');
    let text = match labelled(line) {
        Some((label, value)) if words::listed(words::ADDRESS, &label) => value,
        _ => line,
    };
    if text.contains(char::is_whitespace)
        || !(text.starts_with("http://") || text.starts_with("https://"))
    {
        return None;
    }
    let url = Url::parse(text).ok()?;
    url.host_str()?.contains('.').then(|| text.to_owned())
}

/// What a line that is nothing but a date says: outer `None` when it is no such line, inner
/// `None` when the date is not certain or not that of publication.
pub fn date(line: &str) -> Option<Option<String>> {
    if let Some((label, value)) =
        labelled(line).filter(|(label, _)| words::listed(words::DATE, label))
    {
        let is_short = value.chars().count() <= 60 && value.contains(|c: char| c.is_numeric());
        let revised = ["updated", "modified", "created"].iter().any(|word| label.contains(word));
        return is_short.then(|| dates::certain(value).filter(|_| !revised));
    }
    dates::is_date(line).then(|| dates::certain(line))
}

//! The trail above a headline (`Home / World / Asia / Headline`), and when two lines are the
//! same headline.

use super::{
    lines::{ends_sentence, trim},
    words,
};
use crate::post::story::fold;

/// Signs between crumbs; the dashes part crumbs only after a crumb that says "home".
const SEPARATORS: &[char] = &[
    '/', '>', '»', '›', '|', '<', '«', '‹', '→', '←', '▸', '▶', '❯', '⟩', '\\', '•', '·', '-', '–',
    '—',
];
const DASHES: &[char] = &['-', '–', '—'];
/// A crumb in a trail without a home is at most this long.
const LONGEST_CRUMB: usize = 40;

/// What a trail says.
#[derive(Debug, PartialEq)]
pub struct Trail {
    /// The categories from the root down, without the home and the headline.
    pub crumbs: Vec<String>,
    /// The last crumb, where it is the headline.
    pub headline: Option<String>,
}

/// Reads a line as a trail; `next` is the first line after it that is not furniture.
pub fn read(line: &str, next: Option<&str>) -> Option<Trail> {
    let line = line.split_once(':').map_or(line, |(label, rest)| {
        match fold(label).starts_with("you are ") {
            true => rest,
            false => line,
        }
    });
    if next.is_some_and(|next| fold(line) == fold(next)) {
        return None;
    }
    SEPARATORS.iter().find_map(|separator| {
        [true, false].into_iter().find_map(|spaced| {
            let parts = split(line, *separator, spaced);
            let (_, first) = parts.first()?;
            match is_home(first) {
                true => Some(after_home(line, &parts, next)),
                false if spaced && !DASHES.contains(separator) => to_headline(line, &parts, next?),
                false => None,
            }
        })
    })
}

/// Whether a crumb leads to the site's front page.
pub fn is_home(crumb: &str) -> bool {
    let bare = crumb.trim_matches(|c: char| !c.is_alphanumeric());
    words::listed(words::HOME, &fold(bare)) || matches!(trim(crumb), "🏠" | "🏠︎" | "⌂")
}

fn after_home(line: &str, parts: &[(usize, &str)], next: Option<&str>) -> Trail {
    let parts = &parts[1..];
    let names = |upto: usize| parts[..upto].iter().map(|(_, name)| (*name).to_owned()).collect();
    for (at, (start, _)) in parts.iter().enumerate() {
        let rest = trim(&line[*start..]);
        if next.is_some_and(|next| same_headline(rest, next)) {
            return Trail { crumbs: names(at), headline: Some(rest.to_owned()) };
        }
    }
    let Some(((_, last), before)) = parts.split_last() else {
        return Trail { crumbs: Vec::new(), headline: None };
    };
    // The headline is not repeated: is it the last crumb, or the next line?
    let a_name = if before.is_empty() { 5 } else { 4 };
    let next_is_headline = next
        .is_some_and(|next| !ends_sentence(next) && next.chars().count() <= 160)
        && weight(last) < a_name;
    match next_is_headline {
        true => Trail { crumbs: names(parts.len()), headline: None },
        false => Trail { crumbs: names(before.len()), headline: Some((*last).to_owned()) },
    }
}

/// A line without a home is a trail when it ends in the headline that follows it.
fn to_headline(line: &str, parts: &[(usize, &str)], next: &str) -> Option<Trail> {
    let at = (1..parts.len()).find(|at| same_headline(&line[parts[*at].0..], next))?;
    let crumbs: Vec<String> = parts[..at].iter().map(|(_, name)| (*name).to_owned()).collect();
    let short = crumbs.iter().all(|crumb| crumb.chars().count() <= LONGEST_CRUMB);
    short.then(|| Trail { crumbs, headline: Some(trim(&line[parts[at].0..]).to_owned()) })
}

/// The parts between runs of a sign, each with where it starts; empty ones are left out. A
/// spaced sign has a blank on both sides.
fn split(line: &str, separator: char, spaced: bool) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(found) = line[at..].find(separator) {
        let from = at + found;
        let run = line[from..].len() - line[from..].trim_start_matches(separator).len();
        let to = from + run;
        let blank_before = line[..from].chars().next_back().is_none_or(char::is_whitespace);
        let blank_after = line[to..].chars().next().is_none_or(char::is_whitespace);
        if !spaced || blank_before && blank_after {
            parts.push((start, trim(&line[start..from])));
            start = to;
        }
        at = to;
    }
    if parts.is_empty() {
        return parts;
    }
    parts.push((start, trim(&line[start..])));
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

/// How long a text is in words; scripts without blanks count two signs as a word.
fn weight(text: &str) -> usize {
    let unspaced = text
        .chars()
        .filter(|c| matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{9fff}'))
        .count();
    text.split_whitespace().count().max(unspaced / 2)
}

/// Whether two lines are one headline: alike but for case, quotes and blanks, or one of them cut
/// short with an ellipsis.
pub fn same_headline(one: &str, other: &str) -> bool {
    let (one, other) = (fold(one), fold(other));
    one == other || is_cut_of(&one, &other) || is_cut_of(&other, &one)
}

/// Whether a headline was cut short.
pub fn is_cut(headline: &str) -> bool {
    fold(headline).ends_with("...")
}

fn is_cut_of(cut: &str, whole: &str) -> bool {
    cut.strip_suffix("...").map(str::trim_end).is_some_and(|start| {
        start.chars().count() >= 6
            && whole.starts_with(start)
            && !whole.ends_with(['.', '。', '۔', '।'])
    })
}

/// Whether the line is the headline that follows it with the site's name behind.
pub fn is_title_of(line: &str, headline: &str) -> bool {
    [" - ", " – ", " — ", " | ", " :: ", " • ", " · ", " » ", " « ", " / "]
        .iter()
        .flat_map(|sign| line.match_indices(sign))
        .any(|(at, _)| same_headline(&line[..at], headline))
}

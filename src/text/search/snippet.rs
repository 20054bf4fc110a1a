//! The part of a text that shows best why it was found.

use std::ops::Range;

use super::highlight::{Mark, html};
use super::kind::{Kind, kind};
use super::query::SearchQuery;
use super::terms::MAX_TERMS;

impl SearchQuery {
    /// The stretch of `text` with the most of the query in it, the earliest of
    /// several, as HTML with `<mark>`; the beginning when nothing is found.
    ///
    /// At most `max_chars` characters of the text, cut between words, with `…`
    /// where something is left out.
    pub fn snippet(&self, text: &str, max_chars: usize) -> String {
        let text = text.trim();
        shown(text, &self.marks(text, max_chars), max_chars)
    }
}

fn shown(text: &str, marks: &[Mark], max_chars: usize) -> String {
    let window = window(text, marks, max_chars);
    let mut snippet = String::new();
    if window.start > 0 {
        snippet.push('…');
    }
    snippet.push_str(&html(text, window.clone(), marks));
    if window.end < text.len() {
        snippet.push('…');
    }
    snippet
}

/// The stretch to show, in bytes.
fn window(text: &str, marks: &[Mark], max_chars: usize) -> Range<usize> {
    let total = text.chars().count();
    if total <= max_chars {
        return 0..text.len();
    }
    let wanted = best(text, marks, max_chars);
    // A third of what is free goes before the first mark, to lead up to it; all
    // of it where that reaches back to the beginning of the text.
    let lead = match wanted.chars.end <= max_chars - max_chars / 4 {
        true => wanted.chars.start,
        false => max_chars.saturating_sub(wanted.chars.len()) / 3,
    };
    let start = byte_at(text, wanted.chars.start.saturating_sub(lead).min(total - max_chars));
    let start = first_start(text, start..wanted.start.max(start));
    let end = start + byte_at(&text[start..], max_chars);
    let shown = wanted.end.clamp(start, end);
    start..last_end(text, shown..end).max(start)
}

/// The marks to show.
struct Best {
    /// Where the first begins and the last ends, in bytes.
    start: usize,
    end: usize,
    /// The same in characters.
    chars: Range<usize>,
}

/// The neighbouring marks that show the most terms and fit together.
fn best(text: &str, marks: &[Mark], max_chars: usize) -> Best {
    let places = char_ranges(text, marks);
    let mut best = Best { start: 0, end: 0, chars: 0..0 };
    let (mut most, mut first) = (0, 0);
    let mut counts = [0_u32; MAX_TERMS];
    let bits = |terms: u32| (0..MAX_TERMS).filter(move |nth| (terms >> nth) & 1 == 1);
    for (last, mark) in marks.iter().enumerate() {
        bits(mark.terms).for_each(|nth| counts[nth] += 1);
        while first < last && places[last].end - places[first].start > max_chars {
            bits(marks[first].terms).for_each(|nth| counts[nth] -= 1);
            first += 1;
        }
        let distinct = counts.iter().filter(|&&count| count > 0).count();
        if distinct > most {
            most = distinct;
            let chars = places[first].start..places[last].end;
            best = Best { start: marks[first].range.start, end: mark.range.end, chars };
        }
    }
    best
}

/// Where the marks are, in characters.
fn char_ranges(text: &str, marks: &[Mark]) -> Vec<Range<usize>> {
    let (mut bytes, mut chars) = (0, 0);
    let mut chars_to = |at: usize| {
        chars += text[bytes..at].chars().count();
        bytes = at;
        chars
    };
    marks.iter().map(|mark| chars_to(mark.range.start)..chars_to(mark.range.end)).collect()
}

fn byte_at(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)
}

/// The first place in the range where a word begins; its end if there is none.
fn first_start(text: &str, range: Range<usize>) -> usize {
    let mut before = text[..range.start].chars().next_back().unwrap_or(' ');
    for (at, c) in text[range.clone()].char_indices() {
        let spaced = before.is_whitespace() && !c.is_whitespace();
        if spaced || kind(c) == Kind::Unit {
            return range.start + at;
        }
        before = c;
    }
    range.end
}

/// The last place in the range where white space or a unit ends a word, else
/// any sign, else the last where a letter ends.
fn last_end(text: &str, range: Range<usize>) -> usize {
    let mut after = text[range.end..].chars().next().unwrap_or(' ');
    let (mut sign, mut letter) = (None, None);
    for (at, c) in text[range.clone()].char_indices().rev() {
        let end = range.start + at + c.len_utf8();
        let spaced = after.is_whitespace() && !c.is_whitespace();
        match (kind(c), kind(after)) {
            _ if spaced => return end,
            (_, Kind::Unit) | (Kind::Unit, Kind::Gap) => return end,
            (Kind::Letter | Kind::Mark, Kind::Gap) => sign = sign.or(Some(end)),
            (_, Kind::Mark | Kind::Nothing) => {}
            _ => letter = letter.or(Some(end)),
        }
        after = c;
    }
    // What is marked may end right before the range.
    let marked = (range.start > 0 && kind(after) == Kind::Gap).then_some(range.start);
    sign.or(marked).or(letter).unwrap_or(range.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_stands_behind_changes_nothing(
            words in proptest::collection::vec("rain|rains|storm|день|дни|中国|经济|x|[a-c]{1,3}[ .]?", 0..60),
            q in "(rain|storm|день|中国经济|\"rain storm\")( (x|rains|a))?",
            most in 0_usize..60,
        ) {
            let text = words.join(" ");
            let query = SearchQuery::parse(&q).expect("a query");
            let all = query.marks(text.trim(), usize::MAX);
            prop_assert_eq!(query.snippet(&text, most), shown(text.trim(), &all, most));
        }
    }
}

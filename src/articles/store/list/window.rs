//! Words within a stretch of time: each story's words and marks include the day and the month it is
//! listed at.

use super::dates::{Span, Time};
use super::filter::{Filter, Look};
use super::marks;
use crate::db::sql::{Bind, Piece};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

/// How long a stretch of time is, its first day or month counted whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// So many days.
    Days(i64),
    /// So many months.
    Months(i64),
    /// All time.
    All,
}

impl Window {
    /// About so many days, at least: as few words as that takes.
    pub const fn of_days(days: i64) -> Self {
        match days {
            ..120 => Window::Days(days),
            120..3650 => Window::Months(days / 30 + 2),
            _ => Window::All,
        }
    }
}

/// So many days are long.
const LONG: i64 = 32;

/// A stretch of time that begins at `from`, in reading direction.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// Where it begins.
    pub from: DateTime<Utc>,
    /// Whether it goes on to later times.
    pub ascends: bool,
    /// How long it is.
    pub window: Window,
}

impl Stretch {
    /// Three times as long.
    pub const fn wider(self) -> Self {
        let window = match self.window {
            Window::Days(count) => Window::of_days(3 * count),
            Window::Months(count) => Window::of_days(3 * 30 * count),
            Window::All => Window::All,
        };
        Self { window, ..self }
    }

    /// Its days; none for all time. A long one begins with a whole month: that is one word.
    fn span(self) -> Option<Span> {
        let day = self.from.date_naive();
        let month = day.with_day(1).unwrap_or(day);
        let next = |first: NaiveDate, count| first.checked_add_months(months(count));
        let end = |first, count| next(first, count).and_then(|first| first.pred_opt());
        let (first, last) = match (self.window, self.ascends) {
            (Window::All, _) => return None,
            (Window::Days(count), true) => (Some(day), day.checked_add_days(days(count - 1))),
            (Window::Days(count), false) => (day.checked_sub_days(days(count - 1)), Some(day)),
            (Window::Months(count), true) => (Some(month), end(month, count)),
            (Window::Months(count), false) => {
                (month.checked_sub_months(months(count - 1)), end(month, 1))
            }
        };
        let (mut first, mut last) =
            (first.unwrap_or(NaiveDate::MIN), last.unwrap_or(NaiveDate::MAX));
        if matches!(self.window, Window::Days(LONG..)) {
            match self.ascends {
                true => first = month,
                false => last = end(month, 1).unwrap_or(last),
            }
        }
        Some(Span { first, last })
    }

    /// Where to find what meets the filter with these words within it, as the condition of a `FROM`.
    /// Other filters are asked of the index of marks too, so that common words with a rare tag are not
    /// met in the table.
    pub fn met(self, filter: &Filter, words: &str) -> Piece {
        let mut filter = filter.clone();
        let span = self.span();
        // what is not published has no dates among its words
        let worded = span.filter(|_| filter.is_published());
        filter.words = Some(match worded {
            Some(span) => format!("({words}) & ({})", span.words().join(" | ")),
            None => words.to_owned(),
        });
        let mut asked = Vec::new();
        if filter.singles_out() || (worded.is_none() && span.is_some()) {
            asked = filter.marks();
            asked.extend(span.map(|span| marks::any(&span.marks(Time::Listed))));
        }
        if asked.is_empty() && filter.forms() == 1 {
            return words_alone(filter);
        }
        marks::met(&filter, &asked)
    }
}

/// What meets a filter of nothing but words and dates: asked in a way that keeps the words from the
/// planner, who would look them up among thousands each time, to come to the same plan.
fn words_alone(filter: Filter) -> Piece {
    let words = Bind::Text(filter.words.clone().unwrap_or_default());
    Piece::new("articles WHERE ")
        .piece(Filter { words: None, ..filter }.condition(Look::Row))
        .push(" AND articles.search @@ (SELECT ")
        .bind(words)
        .push("::tsquery)")
}

fn days(count: i64) -> Days {
    Days::new(u64::try_from(count).unwrap_or(0))
}

fn months(count: i64) -> Months {
    Months::new(u32::try_from(count).unwrap_or(0))
}

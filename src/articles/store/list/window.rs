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

    /// Its days or months, as they stand among a story's words; none for all time.
    fn words(self) -> Vec<String> {
        let (mark, first, count) = match self.window {
            Window::All => return Vec::new(),
            Window::Days(count) => ('d', self.from.timestamp().div_euclid(86_400), count),
            Window::Months(count) => {
                ('m', i64::from(self.from.year()) * 12 + i64::from(self.from.month0()), count)
            }
        };
        let step = if self.ascends { 1 } else { -1 };
        (0..count).map(|n| format!("'#{mark}{}'", first + n * step)).collect()
    }

    /// Its days; none for all time.
    fn span(self) -> Option<Span> {
        let day = self.from.date_naive();
        let (first, last) = match (self.window, self.ascends) {
            (Window::All, _) => return None,
            (Window::Days(count), true) => (Some(day), day.checked_add_days(days(count - 1))),
            (Window::Days(count), false) => (day.checked_sub_days(days(count - 1)), Some(day)),
            (Window::Months(count), true) => {
                let end = day.with_day(1).and_then(|first| first.checked_add_months(months(count)));
                (Some(day), end.and_then(|end| end.pred_opt()))
            }
            (Window::Months(count), false) => (
                day.with_day(1).and_then(|first| first.checked_sub_months(months(count - 1))),
                Some(day),
            ),
        };
        Some(Span { first: first.unwrap_or(NaiveDate::MIN), last: last.unwrap_or(NaiveDate::MAX) })
    }

    /// Where to find what meets the filter with these words within it, as the condition of a `FROM`.
    /// Other filters are asked of the index of marks too, so that common words with a rare tag are not
    /// met in the table.
    pub fn met(self, filter: &Filter, words: &str) -> Piece {
        let mut filter = filter.clone();
        let span = self.span();
        // what is not published has no dates among its words
        let worded = filter.is_published() && span.is_some();
        filter.words = Some(match worded {
            true => format!("({words}) & ({})", self.words().join(" | ")),
            false => words.to_owned(),
        });
        let mut asked = Vec::new();
        if filter.singles_out() || (!worded && span.is_some()) {
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

//! Spans of time as marks: a day, a month and a year each, so that five years are a few dozen.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

/// Which time of a story, by the letter of its marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// When it is listed at.
    Listed,
    /// When it was last written.
    Updated,
    /// When it expires.
    Expires,
}

impl Time {
    const fn letter(self) -> char {
        match self {
            Time::Listed => 'p',
            Time::Updated => 'u',
            Time::Expires => 'e',
        }
    }
}

/// From one day through another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

impl Span {
    /// The days that these instants lie in.
    pub fn between(first: DateTime<Utc>, last: DateTime<Utc>) -> Self {
        Self { first: first.date_naive(), last: last.date_naive() }
    }

    /// How many days it has; none when it ends before it begins.
    pub fn days(self) -> u64 {
        u64::try_from((self.last - self.first).num_days() + 1).unwrap_or(0)
    }

    /// What of it is not before `after` and not after `before`.
    pub fn within(self, after: Option<DateTime<Utc>>, before: Option<DateTime<Utc>>) -> Self {
        Self {
            first: after.map_or(self.first, |time| self.first.max(time.date_naive())),
            last: before.map_or(self.last, |time| self.last.min(time.date_naive())),
        }
    }

    /// Parts of about the same length, in reading direction.
    pub fn parts(self, count: u64, ascends: bool) -> Vec<Self> {
        let length = Days::new(self.days().div_ceil(count).max(1));
        let mut parts = Vec::new();
        let mut first = self.first;
        while first <= self.last {
            let next = first.checked_add_days(length);
            let last =
                next.and_then(|next| next.pred_opt()).map_or(self.last, |end| end.min(self.last));
            parts.push(Self { first, last });
            let Some(next) = next else { break };
            first = next;
        }
        if !ascends {
            parts.reverse();
        }
        parts
    }

    /// The marks of a time within it: whole years and months where it has them.
    pub fn marks(self, time: Time) -> Vec<String> {
        let letter = time.letter();
        let mark = |part| match part {
            Part::Day(day) => format!("{letter}d{}", day.num_days_from_ce() + JULIAN),
            Part::Month(first) => format!("{letter}{}", first.format("m%Y%m")),
            Part::Year(first) => format!("{letter}{}", first.format("y%Y")),
        };
        self.whole().into_iter().map(mark).collect()
    }

    /// The words that stories have for being listed within it: whole months where it has them.
    pub fn words(self) -> Vec<String> {
        let mut words = Vec::new();
        for part in self.whole() {
            let month = |first: NaiveDate| i64::from(first.year()) * 12 + i64::from(first.month0());
            match part {
                Part::Day(day) => {
                    words.push(format!("'#d{}'", day.num_days_from_ce() - DAYS_TO_1970));
                }
                Part::Month(first) => words.push(format!("'#m{}'", month(first))),
                Part::Year(first) => {
                    words.extend((0..12).map(|n| format!("'#m{}'", month(first) + n)));
                }
            }
        }
        words
    }

    /// Its years and months, as far as it has them whole, and the days at its ends.
    fn whole(self) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut day = self.first;
        while day <= self.last {
            let year = NaiveDate::from_ymd_opt(day.year() + 1, 1, 1);
            let month = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
            let whole = |next: Option<NaiveDate>| {
                next.filter(|next| next.pred_opt().is_some_and(|end| end <= self.last))
            };
            let (part, next) = match (whole(year), whole(month)) {
                (Some(next), _) if day.ordinal() == 1 => (Part::Year(day), Some(next)),
                (_, Some(next)) if day.day() == 1 => (Part::Month(day), Some(next)),
                _ => (Part::Day(day), day.succ_opt()),
            };
            parts.push(part);
            let Some(next) = next else { break };
            day = next;
        }
        parts
    }
}

/// A part of a span, by its first day.
#[derive(Clone, Copy, Debug)]
enum Part {
    Day(NaiveDate),
    Month(NaiveDate),
    Year(NaiveDate),
}

/// From days of the common era to Julian days.
const JULIAN: i32 = 1_721_425;
/// From days of the common era to those since 1970.
const DAYS_TO_1970: i32 = 719_163;

#[cfg(test)]
mod tests {
    use super::*;

    fn span(first: &str, last: &str) -> Span {
        Span { first: first.parse().unwrap(), last: last.parse().unwrap() }
    }

    #[test]
    fn a_span_is_days_then_months_then_years() {
        let marks = span("2019-10-30", "2021-02-02").marks(Time::Updated);
        let expected = "ud2458787 ud2458788 um201911 um201912 uy2020 um202101 ud2459247 ud2459248";
        assert_eq!(marks.join(" "), expected);
        assert_eq!(span("2000-01-01", "2000-01-01").marks(Time::Listed), ["pd2451545"]);
        assert!(span("2020-01-02", "2020-01-01").marks(Time::Listed).is_empty());
        assert_eq!(span("1970-01-31", "1970-03-01").words(), ["'#d30'", "'#m23641'", "'#d59'"]);
        assert_eq!(span("1970-01-01", "1970-12-31").words().len(), 12);
    }

    #[test]
    fn parts_make_the_whole() {
        let whole = span("2019-10-30", "2021-02-02");
        let mut parts = whole.parts(4, false);
        assert_eq!(parts.len(), 4);
        parts.reverse();
        assert_eq!(parts, whole.parts(4, true));
        assert_eq!(parts.iter().map(|part| part.days()).sum::<u64>(), whole.days());
        assert_eq!((parts[0].first, parts[3].last), (whole.first, whole.last));
        assert!(parts.windows(2).all(|two| two[0].last.succ_opt() == Some(two[1].first)));
        assert_eq!(span("2020-01-01", "2020-01-02").parts(4, true).len(), 2);
    }
}

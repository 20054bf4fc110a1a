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

    /// The first so many days of it and the rest, in reading direction.
    pub fn part(self, days: u64, ascends: bool) -> (Self, Self) {
        let cut = |day: Option<NaiveDate>, end: NaiveDate| day.unwrap_or(end);
        if ascends {
            let middle = cut(self.first.checked_add_days(Days::new(days)), NaiveDate::MAX);
            let end = middle.pred_opt().unwrap_or(middle).min(self.last);
            (Self { first: self.first, last: end }, Self { first: middle, last: self.last })
        } else {
            let middle = cut(self.last.checked_sub_days(Days::new(days)), NaiveDate::MIN);
            let end = middle.succ_opt().unwrap_or(middle).max(self.first);
            (Self { first: end, last: self.last }, Self { first: self.first, last: middle })
        }
    }

    /// The marks of a time within it: whole years and months where it has them.
    pub fn marks(self, time: Time) -> Vec<String> {
        let letter = time.letter();
        let mut marks = Vec::new();
        let mut day = self.first;
        while day <= self.last {
            let year = NaiveDate::from_ymd_opt(day.year() + 1, 1, 1);
            let month = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
            let whole = |next: Option<NaiveDate>| {
                next.filter(|next| next.pred_opt().is_some_and(|end| end <= self.last))
            };
            let (mark, next) = match (whole(year), whole(month)) {
                (Some(next), _) if day.ordinal() == 1 => (format!("y{}", day.year()), Some(next)),
                (_, Some(next)) if day.day() == 1 => (
                    format!("m{}", i64::from(day.year()) * 12 + i64::from(day.month0())),
                    Some(next),
                ),
                _ => (format!("d{}", i64::from(day.num_days_from_ce()) - EPOCH), day.succ_opt()),
            };
            marks.push(format!("{letter}{mark}"));
            let Some(next) = next else { break };
            day = next;
        }
        marks
    }
}

/// 1970-01-01, in days of the common era.
const EPOCH: i64 = 719_163;

#[cfg(test)]
mod tests {
    use super::*;

    fn span(first: &str, last: &str) -> Span {
        Span { first: first.parse().unwrap(), last: last.parse().unwrap() }
    }

    #[test]
    fn a_span_is_days_then_months_then_years() {
        let marks = span("2019-10-30", "2021-02-02").marks(Time::Updated);
        assert_eq!(
            marks,
            ["ud18199", "ud18200", "um24238", "um24239", "uy2020", "um24252", "ud18659", "ud18660"]
        );
        assert_eq!(span("1970-01-01", "1970-01-01").marks(Time::Listed), ["pd0"]);
        assert!(span("2020-01-02", "2020-01-01").marks(Time::Listed).is_empty());
    }

    #[test]
    fn parts_make_the_whole() {
        for ascends in [true, false] {
            let (mut days, mut rest) = (0, span("2019-10-30", "2021-02-02"));
            let whole = rest.days();
            while rest.days() > 0 {
                let (part, left) = rest.part(50, ascends);
                assert!(part.days() <= 50);
                days += part.days();
                rest = left;
            }
            assert_eq!(days, whole);
        }
    }
}

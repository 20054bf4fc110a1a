//! What sitemaps list, without any I/O.

use crate::ids::{ArticleId, CategoryId};
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};

/// The most stories in a sitemap of the archive; the protocol allows 50,000, crawlers take smaller ones
/// more readily.
pub const PART: i64 = 10_000;
/// The most stories in a news sitemap, as Google has it.
pub const NEWS_PART: i64 = 1_000;
/// The most pages that a news sitemap may have.
pub const NEWS_PAGES: i64 = 100;

/// How many parts of this size so many stories take.
pub const fn parts(stories: i64, size: i64) -> i64 {
    (stories + size - 1) / size
}

/// A story as sitemaps list it.
#[derive(Clone, Debug)]
pub struct Story {
    /// Its id.
    pub id: ArticleId,
    /// Its slug.
    pub slug: String,
    /// BCP 47.
    pub language: String,
    /// Its primary category.
    pub category: Option<CategoryId>,
    /// Its headline.
    pub headline: String,
    /// When the public saw it first.
    pub published_at: DateTime<Utc>,
    /// When readers should take it as last changed.
    pub revised_at: Option<DateTime<Utc>>,
}

impl Story {
    /// When readers saw its last change.
    pub fn changed_at(&self) -> DateTime<Utc> {
        self.revised_at.map_or(self.published_at, |at| at.max(self.published_at))
    }
}

/// A part of the stories of a month, by when they were published, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The first instant of the month.
    pub from: DateTime<Utc>,
    /// The first instant of the next.
    pub until: DateTime<Utc>,
    /// Counted from 1.
    pub number: i64,
}

impl Part {
    /// Of the month that begins then.
    pub fn of_month(from: DateTime<Utc>, number: i64) -> Option<Self> {
        let until = from.checked_add_months(Months::new(1))?;
        Some(Self { from, until, number })
    }

    /// The name of its file: `2026-11.xml`, from the second part on `2026-11-2.xml`.
    pub fn name(&self) -> String {
        let (year, month) = (self.from.year(), self.from.month());
        match self.number {
            1 => format!("{year:04}-{month:02}.xml"),
            number => format!("{year:04}-{month:02}-{number}.xml"),
        }
    }

    /// The part of that name.
    pub fn parse(name: &str) -> Option<Self> {
        let mut words = name.strip_suffix(".xml")?.split('-');
        let year = words.next()?.parse().ok()?;
        let date = NaiveDate::from_ymd_opt(year, words.next()?.parse().ok()?, 1)?;
        let number = words.next().map_or(Some(1), |number| number.parse().ok())?;
        let part = Self::of_month(date.and_time(NaiveTime::MIN).and_utc(), number)?;
        // one name each: no `2026-1`, `+2026-01` or `2026-01-1`
        Some(part).filter(|part| number > 0 && number < 1_000_000 && part.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_one_name() {
        for name in ["2026-11.xml", "2026-12-2.xml", "0001-01.xml", "1999-02-31.xml"] {
            assert_eq!(Part::parse(name).unwrap().name(), name);
        }
        for wrong in [
            "",
            "x",
            "2026-11",
            "2026-13.xml",
            "2026-1.xml",
            "2026-11-1.xml",
            "2026-11-0.xml",
            "2026-11--2.xml",
            "+2026-11.xml",
            "2026-11-2-3.xml",
            "2026-11-1000000.xml",
            "-2026-11.xml",
        ] {
            assert_eq!(Part::parse(wrong), None, "{wrong}");
        }
        let december = Part::parse("2026-12.xml").unwrap();
        assert_eq!(december.until.to_rfc3339(), "2027-01-01T00:00:00+00:00");
    }
}

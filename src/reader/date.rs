//! Dates as feeds write them: by RFC 3339 and RFC 822, and by what else has been seen.
//!
//! A date without an offset is taken as UTC, one without a time as midnight. A date that cannot be read is none.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

/// Longer texts are no dates.
const LONGEST: usize = 100;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Zones by name, in hours from UTC. Others are taken as UTC.
const ZONES: [(&str, i64); 16] = [
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
    ("akst", -9),
    ("akdt", -8),
    ("hst", -10),
    ("bst", 1),
    ("cet", 1),
    ("cest", 2),
    ("jst", 9),
    ("aest", 10),
];

/// Reads a date, to the millisecond.
pub fn read(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let strict = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text));
    let date = match strict {
        Ok(date) => date.to_utc(),
        Err(_) if text.len() > LONGEST => return None,
        Err(_) => numeric(text).or_else(|| worded(text))?,
    };
    // by way of milliseconds: a leap second becomes the first of the next minute, as in the database
    DateTime::from_timestamp_millis(date.timestamp_millis())
}

/// The date, the clock and the offset, each in its turn.
fn put_together(
    day: NaiveDate,
    clock: Option<(NaiveTime, TimeDelta)>,
    offset: TimeDelta,
) -> Option<DateTime<Utc>> {
    let (time, carry) = clock.unwrap_or_default();
    day.and_time(time).and_utc().checked_add_signed(carry)?.checked_sub_signed(offset)
}

/// Year first (ISO 8601 and what resembles it): `2003`, `2003-12`, `20031231T101455Z`,
/// `2003-12-31 10:14:55 +0100`, `2003-12-31T24:00:00`, `2003/12/31`.
fn numeric(text: &str) -> Option<DateTime<Utc>> {
    let end = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let (date, rest) = text.split_at(end);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    if !parts.iter().all(|part| digits(part)) {
        return None;
    }
    let day = day(&parts)?;
    let rest = rest.trim_start_matches(['T', 't', ' ']);
    let end = rest.find(|c: char| !matches!(c, '0'..='9' | ':' | '.' | ',')).unwrap_or(rest.len());
    let (time, zone) = rest.split_at(end);
    if time.is_empty() && !zone.trim().is_empty() {
        return None;
    }
    let clock = if time.is_empty() { None } else { Some(clock(time)?) };
    put_together(day, clock, offset(zone.trim())?)
}

/// The day that numbers name, year first.
fn day(parts: &[&str]) -> Option<NaiveDate> {
    let number = |text: &str| text.parse::<u32>().ok();
    let (year, rest) = parts.split_first()?;
    let (year, month, day) = match (year.len(), rest) {
        (8, []) => (&year[..4], number(&year[4..6])?, number(&year[6..])?),
        (4, []) => (*year, 1, 1),
        (4, [day]) if day.len() == 3 => {
            return NaiveDate::from_yo_opt(year.parse().ok()?, number(day)?);
        }
        (4, [month]) => (*year, number(month)?, 1),
        (4, [month, day]) => (*year, number(month)?, number(day)?),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year.parse().ok()?, month, day)
}

/// Words and numbers: `Thu, 01 Jan 2004 19:48:21 GMT`, `Sun Jan  4 16:29:06 PST 2004`,
/// `1 January 04`, `January 5, 2004 7:00 PM`.
fn worded(text: &str) -> Option<DateTime<Utc>> {
    let mut found = Words::default();
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty())
    {
        found.take(word)?;
    }
    let mut time = found.time;
    if let Some((clock, _)) = &mut time {
        let twelve = TimeDelta::hours(12);
        match (found.afternoon, clock.hour()) {
            (Some(true), 0..12) => *clock += twelve,
            (Some(false), 12) => *clock -= twelve,
            _ => {}
        }
    }
    let year = i32::try_from(found.year?).ok()?;
    put_together(NaiveDate::from_ymd_opt(year, found.month?, found.day?)?, time, found.offset)
}

/// What the words of a date have said so far.
#[derive(Default)]
struct Words {
    day: Option<u32>,
    month: Option<u32>,
    year: Option<u32>,
    time: Option<(NaiveTime, TimeDelta)>,
    offset: TimeDelta,
    afternoon: Option<bool>,
}

impl Words {
    /// Takes one in; none when it makes the whole no date.
    fn take(&mut self, word: &str) -> Option<()> {
        let lower = word.to_lowercase();
        let number = word.trim_end_matches(char::is_alphabetic).parse().ok();
        // a year may follow the clock: `16:29:06 2004`
        let is_year = word.len() == 4 && number.is_some() && !word.starts_with(['+', '-']);
        if let Some((day, month, year)) = dashed(&lower) {
            (self.day, self.month, self.year) = (Some(day), Some(month), Some(year));
        } else if let Some(month) = month(&lower) {
            self.month.get_or_insert(month);
        } else if word.contains(':') && self.time.is_none() {
            let is_clock = |c: char| matches!(c, '0'..='9' | ':' | '.');
            let end = word.find(|c| !is_clock(c)).unwrap_or(word.len());
            self.time = Some(clock(&word[..end])?);
            self.offset = offset(&word[end..]).unwrap_or_default();
        } else if matches!(lower.as_str(), "am" | "pm") {
            self.afternoon = Some(lower == "pm");
        } else if let Some(offset) = offset(word).filter(|_| self.time.is_some() && !is_year) {
            self.offset = offset;
        } else if let Some(number) = number {
            match self.day {
                None if number <= 31 && word.len() <= 4 => self.day = Some(number),
                _ => self.year = self.year.or(Some(century(number))),
            }
        }
        Some(())
    }
}

/// The month that a word begins with.
fn month(word: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|name| word.starts_with(name))?;
    u32::try_from(at + 1).ok()
}

/// `01-Jan-2004`.
fn dashed(word: &str) -> Option<(u32, u32, u32)> {
    let parts: Vec<&str> = word.split('-').collect();
    let [day, month, year] = parts.as_slice() else { return None };
    Some((day.parse().ok()?, self::month(month)?, century(year.parse().ok()?)))
}

/// The year of two digits, as RFC 2822 reads it.
fn century(year: u32) -> u32 {
    match year {
        0..=49 => 2000 + year,
        50..=999 => 1900 + year,
        _ => year,
    }
}

/// `10:14:55.25`, `10:14`, `101455`, and the day that 24:00 carries over.
fn clock(text: &str) -> Option<(NaiveTime, TimeDelta)> {
    let (whole, fraction) = match text.find(['.', ',']) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    let parts: Vec<&str> = match whole.contains(':') {
        true => whole.split(':').collect(),
        false if matches!(whole.len(), 2 | 4 | 6) && whole.is_ascii() => {
            (0..whole.len()).step_by(2).map(|at| &whole[at..at + 2]).collect()
        }
        false => return None,
    };
    let number = |at: usize| parts.get(at).map_or(Some(0), |part| part.parse::<u32>().ok());
    let (hour, minute, second) = (number(0)?, number(1)?, number(2)?);
    let millis = fraction.get(..fraction.len().min(3)).and_then(|digits| {
        let value: u32 = digits.parse().ok()?;
        Some(value * 10_u32.pow(3 - u32::try_from(digits.len()).ok()?))
    });
    let millis = millis.unwrap_or_default();
    let (hour, carry) = match hour {
        24 if minute == 0 && second == 0 => (0, TimeDelta::days(1)),
        _ => (hour, TimeDelta::zero()),
    };
    let (second, millis) = if second == 60 { (59, 1000 + millis) } else { (second, millis) };
    Some((NaiveTime::from_hms_milli_opt(hour, minute, second, millis)?, carry))
}

/// `Z`, `+01:00`, `-0500`, `+1`, `EST`, nothing; others of letters are UTC.
fn offset(text: &str) -> Option<TimeDelta> {
    let text = text.trim();
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| text.eq_ignore_ascii_case(name)) {
        return Some(TimeDelta::hours(*hours));
    }
    if text.chars().all(|c| c.is_ascii_alphabetic()) {
        return Some(TimeDelta::zero());
    }
    let unnamed = text.trim_start_matches("GMT").trim_start_matches("UTC");
    let sign = match unnamed.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = unnamed[1..].chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.as_str(), "0"),
        3 | 4 => digits.split_at(digits.len() - 2),
        _ => return None,
    };
    let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    (minutes < 24 * 60).then(|| TimeDelta::minutes(sign * minutes))
}

#[cfg(test)]
mod tests;

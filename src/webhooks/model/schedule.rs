//! When an event is sent again: the standard's schedule, or what the receiver asks for.

use chrono::{DateTime, TimeDelta, Utc};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// No receiver makes us wait for longer.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// A delay is drawn out by up to this part of it, so that what failed together does not return together.
const JITTER: f64 = 0.1;

/// The pauses before each attempt, the first one's included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(Vec<Duration>);

impl Schedule {
    /// The pause before attempt `number` (from 0), drawn out by `chance` (0 to 1); none when there
    /// is no such attempt.
    pub fn pause(&self, number: usize, chance: f64) -> Option<Duration> {
        let pause = self.0.get(number)?;
        Some(pause.mul_f64(1.0 + JITTER * chance.clamp(0.0, 1.0)))
    }

    /// How many attempts there are.
    pub fn attempts(&self) -> usize {
        self.0.len()
    }
}

impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pauses: Result<Vec<_>, _> =
            text.split(',').map(|pause| humantime::parse_duration(pause.trim())).collect();
        let pauses = pauses.map_err(|error| error.to_string())?;
        match pauses.iter().all(|pause| *pause <= 30 * LONGEST) {
            true => Ok(Self(pauses)),
            false => Err("a pause is at most 30 days".to_owned()),
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pauses = self.0.iter().map(|pause| humantime::format_duration(*pause).to_string());
        f.write_str(&pauses.collect::<Vec<_>>().join(","))
    }
}

/// How long a receiver asks to be left alone: `Retry-After` in seconds or as a date (RFC 9110).
pub fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    let wanted = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = DateTime::parse_from_rfc2822(value).ok()?;
            (date.with_timezone(&Utc) - now).max(TimeDelta::zero()).to_std().ok()?
        }
    };
    Some(wanted.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_schedule_is_read_and_ends() {
        let text = "0s,5s,5m,30m,2h,5h,10h,14h,20h,1day";
        let schedule: Schedule = text.parse().unwrap();
        assert_eq!(schedule.to_string(), text);
        assert_eq!(schedule.attempts(), 10);
        assert_eq!(schedule.pause(0, 1.0), Some(Duration::ZERO));
        assert_eq!(schedule.pause(2, 0.0), Some(Duration::from_secs(300)));
        assert_eq!(schedule.pause(2, 1.0), Some(Duration::from_secs(330)));
        assert_eq!(schedule.pause(10, 0.0), None);
        assert!("0s,soon".parse::<Schedule>().is_err());
        assert!("400days".parse::<Schedule>().is_err());
    }

    #[test]
    fn a_receiver_says_when_in_seconds_or_by_a_date() {
        let now = DateTime::parse_from_rfc3339("2026-01-31T12:00:00Z").unwrap().to_utc();
        let seconds = |value| retry_after(value, now).map(|wait| wait.as_secs());
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds("Sat, 31 Jan 2026 12:02:00 GMT"), Some(120));
        assert_eq!(seconds("Sat, 31 Jan 2026 11:00:00 GMT"), Some(0));
        assert_eq!(seconds("99999999999"), Some(24 * 3600));
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds("-1"), None);
    }
}

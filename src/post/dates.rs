//! Dates as pages and people write them: the few that are certain, and the shapes to recognise.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// A date whose instant is certain (it has a time and an offset), as RFC 3339.
pub fn certain(text: &str) -> Option<String> {
    let text = text.trim();
    let parsed = DateTime::parse_from_rfc3339(text).ok().or_else(|| {
        [
            "%Y-%m-%dT%H:%M:%S%.f%z",
            "%Y-%m-%dT%H:%M%#z",
            "%Y-%m-%d %H:%M:%S%.f %#z",
            "%Y-%m-%d %H:%M %#z",
        ]
        .iter()
        .find_map(|format| DateTime::parse_from_str(text, format).ok())
        .or_else(|| DateTime::parse_from_rfc2822(text).ok())
    })?;
    let utc = parsed.naive_utc().and_utc();
    Some(match parsed.offset().local_minus_utc() {
        0 => utc.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        _ => parsed.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false),
    })
}

/// A date in YAML, where one without an offset is in UTC and one without a time is midnight.
pub fn yaml(text: &str) -> Option<String> {
    let text = text.trim();
    let naive = || {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        day.and_then(|day| day.and_hms_opt(0, 0, 0)).or_else(|| {
            ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"]
                .iter()
                .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        })
    };
    certain(text).or_else(|| {
        let naive = naive()?.and_utc();
        Some(naive.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    })
}

/// Words a date may contain besides its numbers.
const DATE_WORDS: &str = "january february march april may june july august september october \
    november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday \
    thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun am pm a.m p.m \
    at on of the st nd rd th utc gmt pst pkt ist est edt cet cest bst pdt z t last published updated posted";

/// Whether a short line is nothing but a date, with or without a time.
pub fn is_date(text: &str) -> bool {
    let has_year = text
        .split(|c: char| !c.is_ascii_digit())
        .any(|run| run.len() == 4 && (run.starts_with("19") || run.starts_with("20")));
    if !has_year || text.chars().count() > 60 {
        return false;
    }
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).count();
    let mut words = 0;
    for word in text
        .split(|c: char| !(c.is_alphabetic() || c == '.'))
        .map(|word| word.trim_matches('.').to_lowercase())
        .filter(|word| !word.is_empty())
    {
        if !DATE_WORDS.split_whitespace().any(|known| known == word) {
            return false;
        }
        words += 1;
    }
    numbers >= 2
        && numbers + words >= 3
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || c.is_whitespace() || ",.:/-–—+|()".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certain_dates() {
        for (text, sent) in [
            ("2024-03-05T10:00:00+05:00", "2024-03-05T10:00:00+05:00"),
            ("2024-03-05T10:00:00+0500", "2024-03-05T10:00:00+05:00"),
            ("2024-03-05T10:00:00.5Z", "2024-03-05T10:00:00.500Z"),
            ("2024-03-05 10:00:00 +0500", "2024-03-05T10:00:00+05:00"),
            ("Tue, 05 Mar 2024 10:00:00 +0500", "2024-03-05T10:00:00+05:00"),
        ] {
            assert_eq!(certain(text).as_deref(), Some(sent), "{text}");
        }
        for text in ["2024-03-05", "2024-03-05T10:00:00", "March 5, 2024", "", "now"] {
            assert_eq!(certain(text), None, "{text}");
        }
    }

    #[test]
    fn yaml_dates_default_to_utc() {
        assert_eq!(yaml("2024-03-05").as_deref(), Some("2024-03-05T00:00:00Z"));
        assert_eq!(yaml("2024-03-05 10:00").as_deref(), Some("2024-03-05T10:00:00Z"));
        assert_eq!(yaml("yesterday"), None);
    }

    #[test]
    fn lines_that_are_dates() {
        for text in [
            "Friday, 12 August 2022 10:30 AM",
            "August 12, 2022",
            "2022-08-12",
            "12/08/2022 - 10:30",
            "2022-08-12T10:30:00Z",
        ] {
            assert!(is_date(text), "{text}");
        }
        for text in ["2022", "In 2020 the plan came.", "May 2022 be better", "12 people", ""] {
            assert!(!is_date(text), "{text}");
        }
    }
}

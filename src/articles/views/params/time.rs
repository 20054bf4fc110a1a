//! Times in queries, as far as clients bend them on the way.

use crate::error::{Place, Violation, Violations};
use crate::values;
use chrono::{DateTime, Utc};

/// A time in a query; a wrong one is noted and left out.
pub fn query_time(
    found: &mut Violations,
    name: &str,
    text: &Option<String>,
) -> Option<DateTime<Utc>> {
    let read = values::time(name, &as_meant(text.as_ref()?)).map_err(|fault| Violation {
        place: Place::Query(name.to_owned()),
        code: "invalid",
        detail: fault.detail,
    });
    found.take(read)
}

/// A time as clients mean it: a plus sign that was not percent-encoded arrives as a space, and some
/// write a space before the offset, one in place of the `T`, or an offset without a colon.
fn as_meant(text: &str) -> String {
    let Some((date, time)) = text.trim().split_once(['T', 't', ' ']) else {
        return text.to_owned();
    };
    let mut time = time.replace(" +", "+").replace(" -", "-").replace(' ', "+");
    let offset = time.rfind(['+', '-']).map(|at| (at + 3, &time[at + 1..]));
    if let Some((middle, digits)) = offset
        && digits.len() == 4
        && digits.bytes().all(|digit| digit.is_ascii_digit())
    {
        time.insert(middle, ':');
    }
    format!("{date}T{time}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_make_of_a_time_is_understood() {
        let meant = Some("2026-01-31T07:00:00Z".parse::<DateTime<Utc>>().unwrap());
        for text in [
            "2026-01-31T12:00:00+05:00",
            "2026-01-31T12:00:00 05:00",
            "2026-01-31T12:00:00+0500",
            "2026-01-31 12:00:00 +05:00",
            "2026-01-31 12:00:00.000 0500",
            "2026-01-31T02:00:00-0500",
            "2026-01-31 02:00:00 -05:00",
            " 2026-01-31t07:00:00Z ",
        ] {
            let mut found = Violations::default();
            assert_eq!(query_time(&mut found, "x", &Some(text.to_owned())), meant, "{text}");
        }
        for text in
            ["2026-01-31", "2026-01-31T12:00:00", "2026-01-31 12:00", "é ééé-éééé", " ", "T-+0000"]
        {
            let mut found = Violations::default();
            assert_eq!(query_time(&mut found, "x", &Some(text.to_owned())), None, "{text}");
            assert!(found.finish().is_err(), "{text}");
        }
    }
}

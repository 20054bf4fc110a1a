//! Whether a caller already has an answer (RFC 9110, 13.1.2 and 13.1.3).

use super::if_none_match;
use actix_web::http::header::{HeaderMap, HeaderValue, HttpDate, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use std::time::SystemTime;

/// The conditions in the headers of a request.
#[derive(Clone, Copy, Debug)]
pub struct Conditions<'a>(&'a HeaderMap);

impl<'a> Conditions<'a> {
    /// Those of a request.
    pub fn of(headers: &'a HeaderMap) -> Self {
        Self(headers)
    }

    /// Whether the caller has what bears this tag and date. The tag decides where both are sent.
    pub fn are_met(self, etag: Option<&HeaderValue>, modified: Option<&HeaderValue>) -> bool {
        if self.0.contains_key(IF_NONE_MATCH) {
            let etag = etag.and_then(|tag| tag.to_str().ok());
            return etag.is_some_and(|tag| if_none_match::matches(self.0, tag));
        }
        let date = |value: &HeaderValue| {
            let date: HttpDate = value.to_str().ok()?.parse().ok()?;
            Some(SystemTime::from(date))
        };
        // most requests name no date, and then none is to be read
        let since = self.0.get(IF_MODIFIED_SINCE).and_then(date);
        since.is_some_and(|since| modified.and_then(date).is_some_and(|modified| modified <= since))
    }
}

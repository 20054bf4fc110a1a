//! A remembered answer: finished bytes and headers, ready to go out.

use crate::error::Error;
use crate::freshness::{Freshness, Scope};
use crate::http::basis::Facts;
use crate::http::cache::Policy;
use crate::http::representation::{Coding, Conditions, NOT_IN_304, packed};
use crate::http::request_id::X_REQUEST_ID;
use crate::metrics::RouteFigures;
use actix_http::Response;
use actix_web::body::{BoxBody, None as NoBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    AGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, DATE, ETAG, HeaderMap, HeaderName,
    HeaderValue, LAST_MODIFIED,
};
use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::time::{Duration, Instant};

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
/// Headers that each answer has of its own.
const OWN: [HeaderName; 3] = [X_REQUEST_ID, CONTENT_LENGTH, DATE];
/// About what an entry takes beside its bytes: headers, names, the table's own share.
const OVERHEAD: usize = 2048;

type Header = (HeaderName, HeaderValue);

/// A public 200 with all that is needed to send it again.
#[derive(Debug)]
pub struct Entry {
    body: Bytes,
    headers: Vec<Header>,
    /// How many of them, the first ones, a 304 has too.
    bare: usize,
    etag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
    epoch: u64,
    scopes: Box<[Scope]>,
    until: Option<DateTime<Utc>>,
    /// The template of its route, and what is counted for it.
    pub route: Arc<RouteFigures>,
}

impl Entry {
    /// An answer in identity coding that was read at `epoch`.
    pub fn new(
        body: Bytes,
        headers: HeaderMap,
        epoch: u64,
        facts: Facts,
        route: Arc<RouteFigures>,
    ) -> Self {
        let (list, bare) = listed(&headers);
        let list = together(list);
        Self {
            body,
            etag: value_of(&list, &ETAG),
            modified: value_of(&list, &LAST_MODIFIED),
            headers: list,
            bare,
            epoch,
            scopes: facts.scopes.into(),
            until: facts.until,
            route,
        }
    }

    /// The same in another coding, when that makes it smaller.
    pub async fn in_coding(&self, coding: Coding) -> Result<Self, Error> {
        let mut copy = Self {
            body: self.body.clone(),
            headers: self.headers.clone(),
            bare: self.bare,
            etag: self.etag.clone(),
            modified: self.modified.clone(),
            epoch: self.epoch,
            scopes: self.scopes.clone(),
            until: self.until,
            route: self.route.clone(),
        };
        let Some(packed) = packed(coding, &self.body).await else { return Ok(copy) };
        copy.body = packed.into();
        if let Some(tag) = self.etag.as_ref().and_then(|tag| tag.to_str().ok()) {
            let suffixed = format!("{}{}\"", tag.trim_end_matches('"'), coding.suffix());
            let tag = HeaderValue::try_from(suffixed).map_err(Error::internal)?;
            for (name, value) in &mut copy.headers {
                if *name == ETAG {
                    *value = tag.clone();
                }
            }
        }
        copy.headers.push((CONTENT_ENCODING, HeaderValue::from_static(coding.token())));
        copy.headers = together(copy.headers);
        copy.etag = value_of(&copy.headers, &ETAG);
        Ok(copy)
    }

    /// Whether it may still be sent: nothing it shows has changed, and no instant has come.
    pub fn is_true(&self, freshness: &Freshness, now: Instant) -> bool {
        freshness.holds(self.epoch, &self.scopes)
            && self.until.is_none_or(|until| freshness.until(now, until).is_some())
    }

    /// What it takes of the memory that is set aside.
    pub fn weight(&self) -> usize {
        self.body.len() + self.scopes.len() * size_of::<Scope>() + OVERHEAD
    }

    /// The answer to a request with these conditions: 200, or 304 when the caller has it.
    pub fn answer(
        &self,
        conditions: Conditions<'_>,
        policy: &Policy,
        left: impl FnOnce(DateTime<Utc>) -> Option<Duration>,
    ) -> Response<BoxBody> {
        let held = conditions.are_met(self.etag.as_ref(), self.modified.as_ref());
        let (status, count) = match held {
            true => (StatusCode::NOT_MODIFIED, self.bare),
            false => (StatusCode::OK, self.headers.len()),
        };
        let mut response = Response::new(status);
        let headers = response.headers_mut();
        for (name, value) in &self.headers[..count] {
            headers.append(name.clone(), value.clone());
        }
        let mut response = match held {
            true => response.set_body(BoxBody::new(NoBody::new())),
            false => response.set_body(BoxBody::new(self.body.clone())),
        };
        if policy.is_lasting()
            && let Some(until) = self.until
        {
            policy.set_control(Some(left(until).unwrap_or_default()), response.headers_mut());
        }
        response
    }

    /// Marks an answer as one that could not be confirmed for `age`.
    pub fn mark_stale(response: &mut Response<BoxBody>, age: Duration) {
        let seconds = age.as_secs();
        let headers = response.headers_mut();
        headers.insert(AGE, HeaderValue::from(seconds));
        // nobody further down should keep it
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
        if let Ok(value) = HeaderValue::try_from(format!("newswire; hit; ttl=-{seconds}")) {
            headers.insert(CACHE_STATUS, value);
        }
    }
}

/// The headers that go out again, those first that a 304 has too, and how many these are.
fn listed(headers: &HeaderMap) -> (Vec<Header>, usize) {
    let kept = headers.iter().filter(|(name, _)| !OWN.contains(name));
    let (with_body, bare): (Vec<_>, Vec<_>) = kept
        .map(|(name, value)| (name.clone(), value.clone()))
        .partition(|(name, _)| NOT_IN_304.contains(name));
    let count = bare.len();
    (bare.into_iter().chain(with_body).collect(), count)
}

fn value_of(headers: &[Header], name: &HeaderName) -> Option<HeaderValue> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// The same headers with all values in one piece of memory, which an answer reads at once; by themselves
/// they would lie all over it.
fn together(headers: Vec<Header>) -> Vec<Header> {
    let text: Vec<u8> = headers.iter().flat_map(|(_, value)| value.as_bytes()).copied().collect();
    let mut rest = Bytes::from(text);
    let moved = |(name, value): Header| {
        let piece = rest.split_to(value.len());
        (name, HeaderValue::from_maybe_shared(piece).unwrap_or(value))
    };
    headers.into_iter().map(moved).collect()
}

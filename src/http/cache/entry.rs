//! A remembered answer: finished bytes and headers, ready to go out.

use crate::error::Error;
use crate::freshness::{Freshness, Scope};
use crate::http::basis::Facts;
use crate::http::cache::Policy;
use crate::http::representation::{Coding, Conditions, NOT_IN_304, packed};
use crate::metrics::RouteFigures;
use actix_web::HttpResponse;
use actix_web::body::{BoxBody, None as NoBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    AGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, ETAG, HeaderMap, HeaderName, HeaderValue,
    LAST_MODIFIED,
};
use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::time::{Duration, Instant};

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
/// About what an entry takes beside its bytes: headers, names, the table's own share.
const OVERHEAD: usize = 2048;

/// A public 200 with all that is needed to send it again.
#[derive(Debug)]
pub struct Entry {
    body: Bytes,
    headers: HeaderMap,
    /// The headers of a 304.
    bare: HeaderMap,
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
        Self {
            body,
            bare: bare(&headers),
            etag: headers.get(ETAG).cloned(),
            modified: headers.get(LAST_MODIFIED).cloned(),
            headers,
            epoch,
            scopes: facts.scopes.into(),
            until: facts.until,
            route,
        }
    }

    /// The same in another coding, when that makes it smaller.
    pub async fn in_coding(&self, coding: Coding) -> Result<Self, Error> {
        let copy = |body: Bytes, headers: HeaderMap| Self {
            body,
            bare: bare(&headers),
            etag: headers.get(ETAG).cloned(),
            modified: self.modified.clone(),
            headers,
            epoch: self.epoch,
            scopes: self.scopes.clone(),
            until: self.until,
            route: self.route.clone(),
        };
        let Some(packed) = packed(coding, &self.body).await else {
            return Ok(copy(self.body.clone(), self.headers.clone()));
        };
        let mut headers = self.headers.clone();
        if let Some(tag) = self.etag.as_ref().and_then(|tag| tag.to_str().ok()) {
            let suffixed = format!("{}{}\"", tag.trim_end_matches('"'), coding.suffix());
            headers.insert(ETAG, HeaderValue::try_from(suffixed).map_err(Error::internal)?);
        }
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.token()));
        headers.remove(CONTENT_LENGTH);
        Ok(copy(packed.into(), headers))
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
    ) -> HttpResponse {
        let held = conditions.are_met(self.etag.as_ref(), self.modified.as_ref());
        let mut response = if held {
            let mut response = HttpResponse::new(StatusCode::NOT_MODIFIED);
            *response.headers_mut() = self.bare.clone();
            response.set_body(BoxBody::new(NoBody::new()))
        } else {
            let mut response = HttpResponse::new(StatusCode::OK);
            *response.headers_mut() = self.headers.clone();
            response.set_body(BoxBody::new(self.body.clone()))
        };
        if policy.is_lasting()
            && let Some(until) = self.until
        {
            policy.set_control(Some(left(until).unwrap_or_default()), response.headers_mut());
        }
        response
    }

    /// Marks an answer as one that could not be confirmed for `age`.
    pub fn mark_stale(response: &mut HttpResponse, age: Duration) {
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

fn bare(headers: &HeaderMap) -> HeaderMap {
    let mut bare = headers.clone();
    for name in NOT_IN_304 {
        bare.remove(name);
    }
    bare
}

//! The response cache: finished answers to public reads, sent again as long as they are true.
//!
//! It stands in front of everything but the request id and the log. Whether an answer is still true
//! is [`crate::freshness`]'s to say; what it rests on, the handler's ([`super::basis`]). An answer is
//! made once for all who wait for it, in identity coding; the other codings are made from that when
//! they are first asked for. Its memory is bounded in bytes.

mod entry;
mod flights;
mod key;
mod policy;

pub use policy::{Policy, SurrogateKeys};

use crate::freshness::{Freshness, Trust};
use crate::http::basis::Basis;
use crate::http::representation::{Coding, Conditions, Identity, wanted};
use crate::http::{negotiate, request_id};
use crate::metrics::{Metrics, RouteFigures};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use entry::Entry;
use flights::{Flights, Part};
use key::{Key, Lookup, target};
use quick_cache::Weighter;
use quick_cache::sync::Cache as Entries;
use std::sync::Arc;
use std::time::Instant;

/// Headers that would make an answer one for this caller alone.
const CONDITIONAL: [header::HeaderName; 3] =
    [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::ACCEPT_ENCODING];
/// A guess at how much an answer takes, to size the table.
const TYPICAL_BYTES: u64 = 8 * 1024;

#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<Key, Arc<Entry>> for Bytes {
    fn weight(&self, key: &Key, entry: &Arc<Entry>) -> u64 {
        (key.target.len() + entry.weight()) as u64
    }
}

/// The remembered answers of a node.
#[derive(Debug)]
pub struct Cache {
    entries: Entries<Key, Arc<Entry>, Bytes>,
    flights: Flights,
    freshness: Arc<Freshness>,
    policy: Policy,
    bytes: u64,
}

/// How the application hands its cache to the middleware.
pub type Handle = web::Data<Cache>;

impl Cache {
    /// A cache of so many bytes; none at all when that is zero.
    pub fn new(bytes: u64, policy: Policy, freshness: Arc<Freshness>) -> Self {
        let items = usize::try_from(bytes / TYPICAL_BYTES).unwrap_or(0).clamp(16, 1 << 20);
        let entries = Entries::with_weighter(items, bytes.max(1), Bytes);
        Self { entries, flights: Flights::default(), freshness, policy, bytes }
    }

    /// How long others may keep what.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Bytes and answers that are remembered.
    pub fn size(&self) -> (u64, usize) {
        (self.entries.weight(), self.entries.len())
    }

    /// What is remembered and true.
    fn find(&self, lookup: Lookup<'_>, now: Instant) -> Option<Arc<Entry>> {
        self.entries.get(&lookup).filter(|entry| entry.is_true(&self.freshness, now))
    }

    fn keep(&self, key: Key, entry: &Arc<Entry>) {
        if entry.is_true(&self.freshness, Instant::now()) {
            self.entries.insert(key, entry.clone());
        }
    }

    /// The answer to a request with these headers.
    fn send(&self, entry: &Entry, headers: &HeaderMap, now: Instant) -> HttpResponse {
        let left = |until| self.freshness.until(now, until);
        let mut response = entry.answer(Conditions::of(headers), &self.policy, left);
        response.extensions_mut().insert(entry.route.clone());
        response
    }

    /// The answer in the coding that is asked for, made from the plain one.
    async fn recode(
        &self,
        plain: &Arc<Entry>,
        lookup: Lookup<'_>,
        headers: &HeaderMap,
    ) -> Result<HttpResponse, Error> {
        let now = Instant::now();
        if lookup.coding == Coding::Identity {
            return Ok(self.send(plain, headers, now));
        }
        let coded = Arc::new(plain.in_coding(lookup.coding).await?);
        self.keep(lookup.to_key(), &coded);
        Ok(self.send(&coded, headers, now))
    }
}

/// Middleware: answers from memory, or remembers what is answered.
pub async fn front(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let cache = request.app_data::<Handle>().filter(|cache| cache.bytes > 0).cloned();
    let Some(cache) = cache else { return Ok(request_id::answered(request, next).await) };
    let now = Instant::now();
    let stale = match cache.freshness.trust(now) {
        Trust::No => return Ok(request_id::answered(request, next).await),
        Trust::Fresh => None,
        Trust::Stale(age) => Some(age),
    };
    let found = match target(&request) {
        Some(target) if negotiate::accepts(request.headers()) => {
            let coding = wanted(request.headers());
            let lookup = Lookup { target: &target, coding };
            match cache.find(lookup, now) {
                Some(entry) => Ok(cache.send(&entry, request.headers(), now)),
                None => Err(Some((target.into_owned(), coding))),
            }
        }
        _ => Err(None),
    };
    match (found, stale) {
        (Ok(mut response), Some(age)) => {
            Entry::mark_stale(&mut response, age);
            Ok(request.into_response(response))
        }
        (Ok(response), None) => Ok(request.into_response(response)),
        (Err(Some((target, coding))), None) => fill(request, next, cache, &target, coding).await,
        (Err(_), _) => Ok(request_id::answered(request, next).await),
    }
}

/// Answers what is not remembered: one does, the others wait and look again.
async fn fill(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    cache: Handle,
    target: &str,
    coding: Coding,
) -> Result<ServiceResponse, Error> {
    let lookup = Lookup { target, coding };
    let part = cache.flights.join(target).await;
    let now = Instant::now();
    if let Some(entry) = cache.find(lookup, now) {
        let response = cache.send(&entry, request.headers(), now);
        return Ok(request.into_response(response));
    }
    let plain = Lookup { coding: Coding::Identity, ..lookup };
    if let Some(entry) = cache.find(plain, now) {
        let response = cache.recode(&entry, lookup, request.headers()).await?;
        return Ok(request.into_response(response));
    }
    let Part::Lead(_lead) = part else {
        // it cannot be remembered, or changed meanwhile: nobody waits twice
        return Ok(request_id::answered(request, next).await);
    };
    let epoch = cache.freshness.epoch();
    let mut asked = HeaderMap::new();
    for name in CONDITIONAL {
        for value in request.headers_mut().remove(&name) {
            asked.append(name.clone(), value);
        }
    }
    let mut response = request_id::answered(request, next).await;
    let Some(entry) = remember(&mut response, epoch) else { return Ok(response) };
    let entry = Arc::new(entry);
    cache.keep(plain.to_key(), &entry);
    let answer = cache.recode(&entry, lookup, &asked).await?;
    let (http, _) = response.into_parts();
    Ok(ServiceResponse::new(http, answer))
}

/// Says how long a public answer may be kept, and its purge keys, as far as its handler said what it
/// rests on.
pub fn publish(response: &mut ServiceResponse) {
    let kept = matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    let Some(facts) = Basis::of(response.request()).filter(|_| kept) else { return };
    let Some(cache) = response.request().app_data::<Handle>().cloned() else { return };
    let left =
        facts.until.map(|until| cache.freshness.until(Instant::now(), until).unwrap_or_default());
    cache.policy.set_control(left, response.headers_mut());
    cache.policy.write_keys(&facts, response.headers_mut());
}

/// The answer as an entry, if its handler said what it rests on.
fn remember(response: &mut ServiceResponse, epoch: u64) -> Option<Entry> {
    if response.status() != StatusCode::OK {
        return None;
    }
    let facts = Basis::of(response.request())?;
    let body = response.response_mut().extensions_mut().remove::<Identity>()?;
    let metrics = response.request().app_data::<web::Data<Metrics>>()?;
    let route: Arc<RouteFigures> =
        metrics.route(&response.request().match_pattern().unwrap_or_default());
    let headers = response.headers().clone();
    Some(Entry::new(body.0, headers, epoch, facts, route))
}

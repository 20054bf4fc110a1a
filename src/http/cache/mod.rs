//! The response cache: finished answers to public reads, sent again as long as they are true.
//!
//! It stands in front of everything else. Whether an answer is still true
//! is [`crate::freshness`]'s to say; what it rests on, the handler's ([`super::basis`]). An answer is
//! made once for all who wait for it, in identity coding; the other codings are made from that when
//! they are first asked for. Its memory is bounded in bytes.

mod entry;
mod flights;
mod key;
mod policy;

pub use policy::{Policy, SurrogateKeys};

use crate::freshness::{Freshness, Trust};
use crate::http::access_log::{self, Later};
use crate::http::basis::Basis;
use crate::http::representation::{Coding, Conditions, Identity, wanted};
use crate::http::request_id::X_REQUEST_ID;
use crate::http::{negotiate, request_id};
use crate::metrics::{Metrics, RouteFigures};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, web};
use entry::Entry;
use flights::{Flights, Part};
use futures_util::future::{Either, LocalBoxFuture};
use key::{Key, Lookup, target};
use quick_cache::Weighter;
use quick_cache::sync::Cache as Entries;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

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
    /// Whether some web pages get another answer than others.
    by_origin: bool,
    bytes: u64,
}

/// How the application hands its cache to the middleware.
pub type Handle = web::Data<Cache>;

impl Cache {
    /// A cache of so many bytes; none at all when that is zero.
    /// `by_origin` says that the answer depends on who asks from which web page.
    pub fn new(bytes: u64, policy: Policy, by_origin: bool, freshness: Arc<Freshness>) -> Self {
        let items = usize::try_from(bytes / TYPICAL_BYTES).unwrap_or(0).clamp(16, 1 << 20);
        let entries = Entries::with_weighter(items, bytes.max(1), Bytes);
        Self { entries, flights: Flights::default(), freshness, policy, by_origin, bytes }
    }

    /// How long others may keep what.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Bytes and answers that are remembered.
    pub fn size(&self) -> (u64, usize) {
        (self.entries.weight(), self.entries.len())
    }

    /// Whether it has anything to do with this request.
    fn serves(&self, request: &ServiceRequest) -> bool {
        let elsewhere = self.by_origin && request.headers().contains_key(header::ORIGIN);
        self.bytes > 0 && !elsewhere
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
        entry.answer(Conditions::of(headers), &self.policy, left)
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

/// What memory says to a request.
enum Memory {
    /// This.
    Answer(HttpResponse, Arc<Entry>),
    /// Nothing yet: the answer is to be remembered under this address, for this coding.
    Fill(Handle, String, Coding),
    /// Nothing: it is somebody else's to answer.
    Nothing,
}

fn recall(request: &ServiceRequest, now: Instant) -> Memory {
    let Some(cache) = request.app_data::<Handle>().filter(|cache| cache.serves(request)) else {
        return Memory::Nothing;
    };
    let trust = cache.freshness.trust(now);
    let target = if trust == Trust::No { None } else { target(request) };
    let Some(target) = target.filter(|_| negotiate::accepts(request.headers())) else {
        return Memory::Nothing;
    };
    let lookup = Lookup { target: &target, coding: wanted(request.headers()) };
    match (cache.find(lookup, now), trust) {
        (Some(entry), Trust::Stale(age)) => {
            let mut response = cache.send(&entry, request.headers(), now);
            Entry::mark_stale(&mut response, age);
            Memory::Answer(response, entry)
        }
        (Some(entry), _) => Memory::Answer(cache.send(&entry, request.headers(), now), entry),
        (None, Trust::Fresh) => Memory::Fill(cache.clone(), target.to_string(), lookup.coding),
        (None, _) => Memory::Nothing,
    }
}

/// Middleware: answers from memory, at once and without any other layer, or remembers what is
/// answered. The outermost one: it gives these answers their id and their line in the log itself.
#[derive(Clone, Copy, Debug)]
pub struct Front;

/// See [`Front`].
pub struct FrontService<S> {
    inner: Rc<S>,
}

impl<S, B> Transform<S, ServiceRequest> for Front
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type InitError = ();
    type Transform = FrontService<S>;
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(FrontService { inner: Rc::new(service) }))
    }
}

impl<S, B> Service<ServiceRequest> for FrontService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = Either<
        Ready<Result<ServiceResponse, Error>>,
        LocalBoxFuture<'static, Result<ServiceResponse, Error>>,
    >;

    actix_web::dev::forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let started = Instant::now();
        match recall(&request, started) {
            Memory::Answer(response, entry) => {
                let (http, _) = request.into_parts();
                Either::Left(ready(Ok(sent(http, response, &entry, started))))
            }
            Memory::Nothing => {
                let answer = self.inner.call(request);
                Either::Right(Box::pin(async move { Ok(answer.await?.map_into_boxed_body()) }))
            }
            Memory::Fill(cache, target, coding) => {
                let service = self.inner.clone();
                Either::Right(Box::pin(async move {
                    fill(request, service, cache, &target, coding, started).await
                }))
            }
        }
    }
}

/// An answer of ours, with its id, noted in the log.
fn sent(
    request: HttpRequest,
    mut response: HttpResponse,
    entry: &Entry,
    started: Instant,
) -> ServiceResponse {
    let mut buffer = Uuid::encode_buffer();
    let id = match request_id::sent(request.headers()) {
        Some(id) => id,
        None => request_id::made(&mut buffer),
    };
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    access_log::note_read(&request, &response, &entry.route, id, started);
    ServiceResponse::new(request, response)
}

/// Answers what is not remembered: one does, the others wait and look again.
async fn fill<S, B>(
    mut request: ServiceRequest,
    service: Rc<S>,
    cache: Handle,
    target: &str,
    coding: Coding,
    started: Instant,
) -> Result<ServiceResponse, Error>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    let lookup = Lookup { target, coding };
    let plain = Lookup { coding: Coding::Identity, ..lookup };
    let part = cache.flights.join(target).await;
    let now = Instant::now();
    // it may have taken long to wait
    if cache.freshness.trust(now) == Trust::Fresh {
        let recoded = match (cache.find(lookup, now), cache.find(plain, now)) {
            (Some(entry), _) => Some((cache.send(&entry, request.headers(), now), entry)),
            (None, Some(entry)) => {
                Some((cache.recode(&entry, lookup, request.headers()).await?, entry))
            }
            (None, None) => None,
        };
        if let Some((response, entry)) = recoded {
            let (http, _) = request.into_parts();
            return Ok(sent(http, response, &entry, started));
        }
    }
    let Part::Lead(_lead) = part else {
        // it cannot be remembered, or changed meanwhile: nobody waits twice
        return Ok(service.call(request).await?.map_into_boxed_body());
    };
    let epoch = cache.freshness.epoch();
    let mut asked = HeaderMap::new();
    for name in CONDITIONAL {
        for value in request.headers_mut().remove(&name) {
            asked.append(name.clone(), value);
        }
    }
    request.extensions_mut().insert(Later);
    let mut response = service.call(request).await?.map_into_boxed_body();
    let Some(entry) = remember(&mut response, epoch) else {
        let metrics = response.request().app_data::<web::Data<Metrics>>();
        access_log::note(metrics, response.request(), response.response(), started);
        return Ok(response);
    };
    let entry = Arc::new(entry);
    cache.keep(plain.to_key(), &entry);
    let answer = cache.recode(&entry, lookup, &asked).await?;
    let (http, first) = response.into_parts();
    let mut answer = answer;
    if let Some(id) = first.headers().get(X_REQUEST_ID) {
        answer.headers_mut().insert(X_REQUEST_ID, id.clone());
    }
    access_log::note_read(&http, &answer, &entry.route, &request_id::of(&http), started);
    Ok(ServiceResponse::new(http, answer))
}

/// Says how long a public answer may be kept, and its purge keys, as far as its handler said what it
/// rests on.
pub fn publish(response: &mut ServiceResponse) {
    let kept = matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    let Some(facts) = Basis::of(response.request()).filter(|_| kept) else { return };
    let Some(cache) = response.request().app_data::<Handle>().cloned() else { return };
    let now = Instant::now();
    let left = facts.until.map(|until| cache.freshness.until(now, until).unwrap_or_default());
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

//! The outermost layer: answers from memory, or remembers what the application answers.
//!
//! It stands below actix-web, where a request is no more than its head: an answer from memory needs no
//! route, no extractor and no other layer. It therefore gives these answers their id and their line in
//! the log itself.

use super::entry::Entry;
use super::flights::{Lead, Part};
use super::key::{Lookup, target};
use super::{Cache, Handle};
use crate::freshness::Trust;
use crate::http::access_log::{self, Later, Sent};
use crate::http::basis::Basis;
use crate::http::representation::{Coding, Identity, wanted};
use crate::http::request_id::X_REQUEST_ID;
use crate::http::{negotiate, request_id};
use crate::metrics::Metrics;
use actix_http::{HttpMessage as _, Request, Response};
use actix_service::{IntoServiceFactory, Service, ServiceFactory};
use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{AppConfig, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use futures_util::future::{Either, LocalBoxFuture};
use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

/// Headers that would make an answer one for this caller alone.
const CONDITIONAL: [HeaderName; 3] =
    [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::ACCEPT_ENCODING];

/// The application behind its memory.
pub struct Front<F> {
    application: F,
    cache: Handle,
    metrics: Metrics,
}

/// See [`Front`].
pub struct FrontService<S> {
    application: Rc<S>,
    cache: Handle,
    metrics: Metrics,
}

impl<F> Front<F> {
    /// Puts the memory in front of an application.
    pub fn of<I>(application: I, cache: Handle, metrics: Metrics) -> Self
    where
        I: IntoServiceFactory<F, Request>,
        F: ServiceFactory<Request>,
    {
        Self { application: application.into_factory(), cache, metrics }
    }
}

impl<F, B> ServiceFactory<Request> for Front<F>
where
    F: ServiceFactory<
            Request,
            Config = AppConfig,
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        >,
    F::Future: 'static,
    F::Service: 'static,
    B: MessageBody + 'static,
{
    type Response = Response<BoxBody>;
    type Error = Error;
    type Config = AppConfig;
    type Service = FrontService<F::Service>;
    type InitError = ();
    type Future = LocalBoxFuture<'static, Result<Self::Service, ()>>;

    fn new_service(&self, config: AppConfig) -> Self::Future {
        let application = self.application.new_service(config);
        let (cache, metrics) = (self.cache.clone(), self.metrics.clone());
        Box::pin(async move {
            Ok(FrontService { application: Rc::new(application.await?), cache, metrics })
        })
    }
}

impl<S, B> Service<Request> for FrontService<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = Response<BoxBody>;
    type Error = Error;
    type Future = Either<
        Ready<Result<Self::Response, Error>>,
        LocalBoxFuture<'static, Result<Self::Response, Error>>,
    >;

    actix_service::forward_ready!(application);

    fn call(&self, request: Request) -> Self::Future {
        let started = Instant::now();
        match recall(&self.cache, &request, started) {
            Memory::Answer(response, entry) => {
                let asked = Asked { method: request.method(), headers: request.headers(), started };
                Either::Left(ready(Ok(asked.answered(response, &entry, &self.metrics))))
            }
            Memory::Nothing => {
                let answer = self.application.call(request);
                Either::Right(Box::pin(async move { Ok(plain(answer.await?)) }))
            }
            Memory::Fill(target, coding) => {
                let fill = Fill {
                    application: self.application.clone(),
                    cache: self.cache.clone(),
                    metrics: self.metrics.clone(),
                    target,
                    coding,
                    started,
                };
                Either::Right(Box::pin(fill.answer(request)))
            }
        }
    }
}

/// What memory says to a request.
enum Memory {
    /// This.
    Answer(Response<BoxBody>, Arc<Entry>),
    /// Nothing yet: the answer is to be remembered under this address, for this coding.
    Fill(String, Coding),
    /// Nothing: it is somebody else's to answer.
    Nothing,
}

fn recall(cache: &Cache, request: &Request, now: Instant) -> Memory {
    let headers = request.headers();
    let trust = cache.freshness.trust(now);
    if trust == Trust::No || !cache.serves(headers) {
        return Memory::Nothing;
    }
    let choice = negotiate::choose(request.method(), request.path(), headers);
    let Some(target) = choice.and_then(|choice| target(request.head(), choice)) else {
        return Memory::Nothing;
    };
    let lookup = Lookup { target: &target, coding: wanted(headers) };
    match (cache.find(lookup, now), trust) {
        (Some(entry), Trust::Stale(age)) => {
            let mut response = cache.send(&entry, headers, now);
            Entry::mark_stale(&mut response, age);
            Memory::Answer(response, entry)
        }
        (Some(entry), _) => Memory::Answer(cache.send(&entry, headers, now), entry),
        (None, Trust::Fresh) => Memory::Fill(target.to_string(), lookup.coding),
        (None, _) => Memory::Nothing,
    }
}

/// What is told in the log of a request that memory answers.
struct Asked<'a> {
    method: &'a Method,
    headers: &'a HeaderMap,
    started: Instant,
}

impl Asked<'_> {
    /// An answer of ours, with its id, noted in the log.
    fn answered(
        self,
        mut response: Response<BoxBody>,
        entry: &Entry,
        metrics: &Metrics,
    ) -> Response<BoxBody> {
        let mut buffer = Uuid::encode_buffer();
        let id = match request_id::sent(self.headers) {
            Some(id) => id,
            None => request_id::made(&mut buffer),
        };
        if let Ok(value) = HeaderValue::from_str(id) {
            response.headers_mut().insert(X_REQUEST_ID, value);
        }
        let figures = (&*entry.route, metrics);
        access_log::note_read(self.method, sent(&response), figures, id, self.started);
        response
    }
}

fn sent(response: &Response<BoxBody>) -> Sent {
    Sent { status: response.status(), size: response.body().size() }
}

fn plain<B: MessageBody + 'static>(response: ServiceResponse<B>) -> Response<BoxBody> {
    response.map_into_boxed_body().into()
}

/// An answer that is not remembered yet.
struct Fill<S> {
    application: Rc<S>,
    cache: Handle,
    metrics: Metrics,
    target: String,
    coding: Coding,
    started: Instant,
}

impl<S, B> Fill<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    fn lookup(&self) -> Lookup<'_> {
        Lookup { target: &self.target, coding: self.coding }
    }

    /// One asks the application, the others wait and look again.
    async fn answer(self, request: Request) -> Result<Response<BoxBody>, Error> {
        let part = self.cache.flights.join(&self.target).await;
        if let Some((response, entry)) = self.found(request.headers()).await? {
            let (method, headers) = (request.method(), request.headers());
            let asked = Asked { method, headers, started: self.started };
            return Ok(asked.answered(response, &entry, &self.metrics));
        }
        match part {
            Part::Lead(lead) => self.lead(request, lead).await,
            // it cannot be remembered, or changed meanwhile: nobody waits twice
            Part::Landed => Ok(plain(self.application.call(request).await?)),
        }
    }

    /// What has been remembered since. It may have taken long to wait.
    async fn found(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<(Response<BoxBody>, Arc<Entry>)>, Error> {
        let now = Instant::now();
        if self.cache.freshness.trust(now) != Trust::Fresh {
            return Ok(None);
        }
        if let Some(entry) = self.cache.find(self.lookup(), now) {
            return Ok(Some((self.cache.send(&entry, headers, now), entry)));
        }
        let plain = Lookup { coding: Coding::Identity, ..self.lookup() };
        let Some(entry) = self.cache.find(plain, now) else { return Ok(None) };
        Ok(Some((self.cache.recode(&entry, self.lookup(), headers).await?, entry)))
    }

    /// Asks the application for the whole answer in identity coding, and remembers it.
    async fn lead(self, mut request: Request, lead: Lead) -> Result<Response<BoxBody>, Error> {
        let epoch = self.cache.freshness.epoch();
        let method = request.method().clone();
        let mut asked = HeaderMap::new();
        for name in CONDITIONAL {
            for value in request.headers_mut().remove(&name) {
                asked.append(name.clone(), value);
            }
        }
        request.extensions_mut().insert(Later);
        let mut response = self.application.call(request).await?.map_into_boxed_body();
        let remembered = remember(&mut response, &self.metrics, epoch);
        let id = request_id::of(response.request());
        let Some(entry) = remembered.map(Arc::new) else {
            lead.land();
            let told = Sent { status: response.status(), size: response.response().body().size() };
            access_log::note(Some(&self.metrics), response.request(), told, self.started);
            return Ok(plain(response));
        };
        self.cache.keep(Lookup { coding: Coding::Identity, ..self.lookup() }.to_key(), &entry);
        lead.land();
        let mut answer = self.cache.recode(&entry, self.lookup(), &asked).await?;
        if let Ok(value) = HeaderValue::from_str(&id) {
            answer.headers_mut().insert(X_REQUEST_ID, value);
        }
        let figures = (&*entry.route, &self.metrics);
        access_log::note_read(&method, sent(&answer), figures, &id, self.started);
        Ok(answer)
    }
}

/// The answer as an entry, if its handler said what it rests on.
fn remember(response: &mut ServiceResponse, metrics: &Metrics, epoch: u64) -> Option<Entry> {
    if response.status() != StatusCode::OK {
        return None;
    }
    let facts = Basis::of(response.request())?;
    let body = response.response_mut().extensions_mut().remove::<Identity>()?;
    let route = metrics.route(&response.request().match_pattern().unwrap_or_default());
    let headers = response.headers().clone();
    Some(Entry::new(body.0, headers, epoch, facts, route))
}

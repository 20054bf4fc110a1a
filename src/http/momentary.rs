//! Answers that are true for the moment only, so that nobody keeps them.

use crate::http::describe::{Description, Reply};
use crate::http::reply;
use actix_web::body::{BodyStream, BoxBody, MessageBody, None as NoBody};
use actix_web::http::{Method, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_util::Stream;
use serde::Serialize;
use std::marker::PhantomData;
use std::pin::Pin;
use utoipa::ToSchema;

/// The media type of server-sent events.
pub const EVENT_STREAM: &str = "text/event-stream";
const NO_STORE: (header::HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

/// A document that is another one the next moment: 200.
#[derive(Debug)]
pub struct Momentary<T>(pub T);

impl<T: Serialize> Responder for Momentary<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().insert_header(NO_STORE).json(self.0)
    }
}

impl<T: ToSchema> Reply for Momentary<T> {
    fn describe(description: &mut Description) {
        description.schema::<T>();
        description.response(200, reply::body::<T>("What there is at this moment.", &[]));
    }
}

/// Server-sent events, each of which `T` describes: 200, and no end.
pub struct EventStream<T> {
    pieces: Pin<Box<dyn Stream<Item = Result<Bytes, crate::error::Error>>>>,
    described: PhantomData<T>,
}

impl<T> EventStream<T> {
    /// Sends these pieces as they come.
    pub fn new(pieces: impl Stream<Item = Result<Bytes, crate::error::Error>> + 'static) -> Self {
        Self { pieces: Box::pin(pieces), described: PhantomData }
    }
}

impl<T> Responder for EventStream<T> {
    type Body = BoxBody;
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let body = match *request.method() {
            Method::HEAD => NoBody::new().boxed(),
            _ => BodyStream::new(self.pieces).boxed(),
        };
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, EVENT_STREAM))
            .insert_header(NO_STORE)
            // a proxy that collects answers would keep the events to itself
            .insert_header(("X-Accel-Buffering", "no"))
            .body(body)
    }
}

impl<T: ToSchema> Reply for EventStream<T> {
    fn describe(description: &mut Description) {
        description.schema::<T>();
        let text = "Server-sent events: `id` is the cursor, `event` the kind, `data` one JSON object. Comments \
                    are signs of life.";
        description.response(200, reply::of::<T>(EVENT_STREAM, text));
    }
}

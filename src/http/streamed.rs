//! An answer of JSON lines that is sent while it is read, of any length. What breaks on the way ends the
//! connection before the answer's end, so that nobody takes a part for the whole.

use crate::error::Error;
use crate::http::describe::{Description, Reply};
use crate::http::lines::NDJSON;
use crate::http::reply;
use actix_web::body::{BodyStream, BoxBody, MessageBody, None as NoBody};
use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_util::{Stream, TryStreamExt};
use std::marker::PhantomData;
use std::pin::Pin;
use utoipa::ToSchema;

/// Lines on their way out, each of which `T` describes.
pub struct Streamed<T> {
    pieces: Pin<Box<dyn Stream<Item = Result<Bytes, Error>>>>,
    described: PhantomData<T>,
}

impl<T> Streamed<T> {
    /// Pieces of text that are whole lines together.
    pub fn new(pieces: impl Stream<Item = Result<Bytes, Error>> + 'static) -> Self {
        let pieces = pieces.inspect_err(|error| {
            let cause =
                error.cause().map_or_else(|| error.to_string(), |cause| format!("{cause:#}"));
            log::error!(target: "newswire::problem", "an answer broke off: {cause}");
        });
        Self { pieces: Box::pin(pieces), described: PhantomData }
    }
}

impl<T> Responder for Streamed<T> {
    type Body = BoxBody;
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let body = match *request.method() {
            // nothing is read for nobody
            Method::HEAD => NoBody::new().boxed(),
            _ => BodyStream::new(self.pieces).boxed(),
        };
        HttpResponse::Ok().insert_header((CONTENT_TYPE, NDJSON)).body(body)
    }
}

impl<T: ToSchema> Reply for Streamed<T> {
    fn describe(description: &mut Description) {
        description.schema::<T>();
        let text = "One JSON object a line. The last line says so: without it the answer is \
                    incomplete.";
        description.response(200, reply::lines::<T>(text));
    }
}

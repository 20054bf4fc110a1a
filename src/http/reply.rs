//! Replies whose type says the status, the headers and the schema.
//!
//! [`Found`] one resource (200, `ETag`, 304); [`Updated`] one that was changed; [`Saved`] one created
//! (201, `Location`) or, where nothing new came to be, 200; [`Listed`] a page (`Link`); [`Json`] any
//! other document; [`Report`] what became of many things; [`Created`] one that has no address of its own; [`NoContent`].

use crate::error::{Code, Error};
use crate::http::conditions::header_parameter;
use crate::http::describe::{Description, Reply};
use crate::http::json;
use crate::http::lines::NDJSON;
use crate::http::page::{Extra, Page, Plain};
use crate::http::representation::{Tagged, Version};
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType};
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use serde::Serialize;
use std::cell::Cell;
use utoipa::ToSchema;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, Response, ResponseBuilder};

/// The base of absolute addresses. Kept in the app data by the application.
#[derive(Clone, Debug)]
pub struct PublicUrl(pub String);

/// Something with an address and a version.
pub trait Resource: Serialize {
    /// Moves with each change of its own members.
    fn version(&self) -> i64;
    /// Its absolute address in this API.
    fn location(&self) -> &str;
    /// What may be kept of it for an answer that is given again: everything but what is shown once.
    fn kept(&self) -> Result<Vec<u8>, Error> {
        json::to_vec(self)
    }
}

/// One resource: 200 with a strong `ETag`.
#[derive(Debug)]
pub struct Found<T>(pub T);

/// One resource after a change: 200 with its new `ETag`.
#[derive(Debug)]
pub struct Updated<T>(pub T);

/// Something made that cannot be read again.
#[derive(Debug)]
pub enum Created<T> {
    /// It is made: 201.
    Made(T),
    /// It would be made: 200.
    DryRun(T),
}

/// What a POST or an upsert made of its body.
#[derive(Debug)]
pub enum Saved<T> {
    /// It is new: 201 with `Location`.
    Created(T),
    /// Nothing new came to be: an update, a story that was there already, or a dry run. 200.
    Existing(T),
}

/// A page of a list: 200 with `ETag` and `Link`.
#[derive(Debug)]
pub struct Listed<T, E = Plain>(pub Page<T, E>);

/// Another document: 200 with an `ETag` of its bytes.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// What became of a request that did many things: 200.
#[derive(Debug)]
pub struct Report<T>(pub T);

/// Done, nothing to say: 204.
#[derive(Clone, Copy, Debug)]
pub struct NoContent;

/// What a thread keeps to write bodies in; above that it is let go.
const KEPT: usize = 1 << 20;

thread_local! {
    static BODY: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The body is written where there is room already and copied once, to its size: it may be kept in the cache.
fn written(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    let mut buffer = BODY.take();
    buffer.clear();
    let answer = match json::append(&mut buffer, body) {
        Ok(()) => HttpResponse::build(status)
            .content_type(ContentType::json())
            .body(web::Bytes::copy_from_slice(&buffer)),
        Err(error) => HttpResponse::from_error(error),
    };
    if buffer.capacity() <= KEPT {
        BODY.set(buffer);
    }
    answer
}

fn versioned(status: StatusCode, resource: &impl Resource) -> HttpResponse {
    let mut response = written(status, resource);
    response.extensions_mut().insert(Version(resource.version()));
    response
}

/// The base of absolute addresses in the answer to `request`.
pub fn public_url(request: &HttpRequest) -> &str {
    request.app_data::<web::Data<PublicUrl>>().map_or("", |url| url.0.as_str())
}

impl<T: Resource> Responder for Found<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        versioned(StatusCode::OK, &self.0)
    }
}

impl<T: Resource> Responder for Updated<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        versioned(StatusCode::OK, &self.0)
    }
}

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self {
            Created::Made(made) => written(StatusCode::CREATED, &made),
            Created::DryRun(made) => written(StatusCode::OK, &made),
        }
    }
}

impl<T> Saved<T> {
    /// What became of something new.
    pub fn made(resource: T, dry_run: bool) -> Self {
        if dry_run { Saved::Existing(resource) } else { Saved::Created(resource) }
    }
}

impl<T: Resource> Responder for Saved<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self {
            Saved::Existing(resource) => versioned(StatusCode::OK, &resource),
            Saved::Created(resource) => {
                let mut response = versioned(StatusCode::CREATED, &resource);
                if let Ok(value) = header::HeaderValue::from_str(resource.location()) {
                    response.headers_mut().insert(header::LOCATION, value);
                }
                response
            }
        }
    }
}

impl<T: Serialize, E: Extra + Default> Responder for Listed<T, E> {
    type Body = BoxBody;
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = written(StatusCode::OK, &self.0);
        let links = self.0.links(request, public_url(request));
        if let Ok(value) = header::HeaderValue::from_str(&links) {
            response.headers_mut().insert(header::LINK, value);
        }
        response.extensions_mut().insert(Tagged);
        response
    }
}

impl<T: Serialize> Responder for Json<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = written(StatusCode::OK, &self.0);
        response.extensions_mut().insert(Tagged);
        response
    }
}

impl<T: Serialize> Responder for Report<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        written(StatusCode::OK, &self.0)
    }
}

impl Responder for NoContent {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}

/// Documents a response header.
pub fn header(description: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::String).build();
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
}

/// Documents a JSON answer.
pub fn body<T: ToSchema>(text: &str, headers: &[(&str, &str)]) -> Response {
    let schema = Ref::from_schema_name(T::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    bare(text, headers).content("application/json", content).build()
}

/// Documents an answer of JSON lines.
pub fn lines<T: ToSchema>(text: &str) -> Response {
    of::<T>(NDJSON, text)
}

/// Documents an answer in another media type.
pub fn of<T: ToSchema>(media_type: &str, text: &str) -> Response {
    let schema = Ref::from_schema_name(T::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    bare(text, &[]).content(media_type, content).build()
}

/// Documents an answer in another format.
pub fn rendered<T: ToSchema>(text: &str, media_type: &str) -> Response {
    let schema = Ref::from_schema_name(T::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    bare(text, &[LIST_ETAG, LINK]).content(media_type, content).build()
}

/// Documents an answer without a body yet.
pub fn bare(text: &str, headers: &[(&str, &str)]) -> ResponseBuilder {
    let request_id = ("X-Request-Id", header("Names the request in logs and problem reports."));
    let mut response = ResponseBuilder::new().description(text).header(request_id.0, request_id.1);
    for (name, text) in headers {
        response = response.header(*name, header(text));
    }
    response
}

/// Documents the entity tag of a resource.
pub const ETAG: (&str, &str) =
    ("ETag", "A strong entity tag, `\"<version>-<rest>\"`; send it in `If-Match` with a change.");
/// The tag of an answer that is known by its bytes alone.
pub const LIST_ETAG: (&str, &str) = ("ETag", "A strong entity tag of these bytes.");
const LINK: (&str, &str) =
    ("Link", "The first, previous and next page (RFC 8288), and where the same is a feed.");
const LOCATION: (&str, &str) = ("Location", "The address of the new resource.");

/// Documents the condition that a read takes, and its 304.
pub fn conditional(description: &mut Description, tag: (&str, &str)) {
    let text = "The `ETag` of a copy you have; while it is current, the answer is 304.";
    description.parameters([header_parameter("If-None-Match", text)]);
    description.response(304, bare("Not modified: the copy you have is current.", &[tag]).build());
}

/// Documents the answer to a former slug.
pub fn moved() -> Response {
    const CURRENT: (&str, &str) = ("Location", "The current address, with the same query.");
    bare("A former slug: send the same request to `Location`.", &[CURRENT]).build()
}

impl<T: ToSchema + Resource> Reply for Found<T> {
    fn describe(description: &mut Description) {
        description.schema::<T>();
        description.response(200, body::<T>("The resource.", &[ETAG]));
        conditional(description, ETAG);
    }
}

impl<T: ToSchema + Resource> Reply for Updated<T> {
    fn describe(description: &mut Description) {
        description.schema::<T>();
        description.response(200, body::<T>("The resource as it is now.", &[ETAG]));
    }
}

impl<T: ToSchema> Reply for Created<T> {
    fn describe(description: &mut Description) {
        description.schema::<T>();
        description.response(200, body::<T>("What a dry run would create.", &[]));
        description.response(201, body::<T>("Created.", &[]));
    }
}

impl<T: ToSchema + Resource> Reply for Saved<T> {
    fn describe(description: &mut Description) {
        description.schema::<T>();
        let text =
            "Nothing new: an existing resource (as it is now), or what a dry run would save.";
        description.response(200, body::<T>(text, &[ETAG]));
        description.response(201, body::<T>("Created.", &[ETAG, LOCATION]));
    }
}

impl<T: ToSchema, E: Extra> Reply for Listed<T, E> {
    fn describe(description: &mut Description) {
        description.schema::<Page<T, E>>();
        description.response(200, body::<Page<T, E>>("A page of the list.", &[LIST_ETAG, LINK]));
        conditional(description, LIST_ETAG);
        description.fails(&[Code::CursorInvalid, Code::CursorMismatch]);
    }
}

impl<T: ToSchema> Reply for Json<T> {
    fn describe(description: &mut Description) {
        description.schema::<T>();
        description.response(200, body::<T>("The document.", &[LIST_ETAG]));
        conditional(description, LIST_ETAG);
    }
}

impl<T: ToSchema> Reply for Report<T> {
    fn describe(description: &mut Description) {
        description.schema::<T>();
        description.response(200, body::<T>("What became of each.", &[]));
    }
}

impl Reply for NoContent {
    fn describe(description: &mut Description) {
        description.response(204, bare("Done.", &[]).build());
    }
}

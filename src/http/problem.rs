//! Every error as `application/problem+json` (RFC 9457), with a code, the faults and the request id.

use crate::addresses::encode;
use crate::error::{self, Code, Error, Place, Violation};
use crate::http::describe::{Argument, Description};
use crate::http::lines::NDJSON;
use crate::http::reply::{header as documented, public_url};
use crate::http::{auth, request_id};
use crate::values::rfc3339;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::future::{Ready, ready};
use utoipa::ToSchema;
use utoipa::openapi::{
    ContentBuilder, Object, ObjectBuilder, Ref, Response, ResponseBuilder, Type,
};

/// Seconds a client should wait before it tries again after a 503.
const RETRY_AFTER_SECONDS: &str = "2";
/// Seconds a client should wait while its own request is under way.
const BUSY_SECONDS: &str = "1";
/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong (RFC 9457).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// The address of the page that explains this kind of problem.
    #[schema(example = "http://127.0.0.1:8080/docs/problems/not_found")]
    pub r#type: String,
    /// A short summary, the same for each problem of this type.
    #[schema(example = "Not found")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 404, minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is special about this occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Names this occurrence.
    #[schema(example = "urn:newswire:request:019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11")]
    pub instance: String,
    /// The machine-readable code, one a problem type.
    #[schema(schema_with = codes)]
    pub code: String,
    /// The id of the request, as in the `X-Request-Id` header and the service's log.
    #[schema(example = "019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11")]
    pub request_id: String,
    /// Every fault that has a place in the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemError>,
    /// The resource that is in the way, for conflicts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub existing: Option<ExistingResource>,
    /// How many stories, those in the trash included, keep a resource from being deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub stories: Option<i64>,
    /// How many sub-categories keep a category from being deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub children: Option<i64>,
    /// The current version of a resource that changed in the meantime.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub version: Option<i64>,
    /// What is left of a story that was withdrawn, with `article_gone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tombstone: Option<Tombstone>,
}

/// Every code as an example: an enumeration would break its readers with each new one. The first one goes with
/// the examples of the other members.
fn codes() -> Object {
    let others = Code::ALL.iter().filter(|code| **code != Code::NotFound);
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The machine-readable code, one a problem type. Expect new ones."))
        .examples([Code::NotFound].iter().chain(others).map(|code| code.as_str()))
        .build()
}

/// What is left of a story that was withdrawn.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Tombstone {
    /// Whether it was retracted, with a reason; else it was thrown away.
    pub retracted: bool,
    /// When.
    #[schema(format = "date-time")]
    pub withdrawn_at: String,
    /// Why, where it was retracted.
    #[schema(required)]
    pub reason: Option<String>,
}

impl From<&error::Tombstone> for Tombstone {
    fn from(tombstone: &error::Tombstone) -> Self {
        Self {
            retracted: tombstone.retracted,
            withdrawn_at: rfc3339(tombstone.at),
            reason: tombstone.reason.clone(),
        }
    }
}

/// One fault of a request.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemError {
    /// The part of the request: `body`, `query`, `path` or `header`.
    #[schema(example = "body")]
    pub r#in: String,
    /// Where in the body, as a JSON pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/headline")]
    pub pointer: Option<String>,
    /// The name of the query parameter, path parameter or header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// What is wrong.
    #[schema(example = "This member is required.")]
    pub detail: String,
    /// A code of the list, or the JSON Schema keyword that was broken.
    #[schema(example = "required")]
    pub code: String,
}

/// A resource that is in the way.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ExistingResource {
    /// Its id.
    #[schema(example = "019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11")]
    pub id: String,
    /// Its address in this API.
    pub api_url: String,
}

impl From<&Violation> for ProblemError {
    fn from(violation: &Violation) -> Self {
        let (part, pointer, name) = match &violation.place {
            Place::Body(pointer) => ("body", Some(pointer.clone()), None),
            Place::Query(name) => ("query", None, Some(name.clone())),
            Place::Path(name) => ("path", None, Some(name.clone())),
            Place::Header(name) => ("header", None, Some(name.clone())),
        };
        Self {
            r#in: part.to_owned(),
            pointer,
            name,
            detail: violation.detail.clone(),
            code: violation.code.to_owned(),
        }
    }
}

impl Problem {
    /// The problem as it is sent.
    pub fn new(error: &Error, public_url: &str, request_id: String) -> Self {
        let (code, facts) = (error.code(), error.facts());
        Self {
            r#type: format!("{public_url}/docs/problems/{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            detail: facts.detail.clone(),
            instance: format!("urn:newswire:request:{request_id}"),
            code: code.as_str().to_owned(),
            request_id,
            errors: facts.violations.iter().map(ProblemError::from).collect(),
            existing: facts.existing.as_ref().map(|existing| ExistingResource {
                id: existing.id.to_string(),
                api_url: format!("{public_url}/api/v1/{}/{}", existing.collection, existing.id),
            }),
            stories: facts.usage.map(|usage| usage.stories),
            children: facts.usage.map(|usage| usage.children),
            version: facts.current.as_ref().map(|(version, _)| *version),
            tombstone: facts.tombstone.as_ref().map(Tombstone::from),
        }
    }
}

/// Request extension: the media type of its body, where that is not JSON.
#[derive(Clone, Copy, Debug)]
pub struct Accepted(pub &'static str);

/// A handler argument: tells the problems of parts of a request within an answer of its own.
#[derive(Clone, Debug)]
pub struct Problems(HttpRequest);

impl Problems {
    /// The problem as a whole answer would tell it. The cause of a fault of ours is logged.
    pub fn tell(&self, error: &Error) -> Problem {
        let request_id = request_id::of(&self.0);
        log_cause(error, &request_id);
        Problem::new(error, public_url(&self.0), request_id.as_ref().to_owned())
    }
}

impl FromRequest for Problems {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Problems(request.clone())))
    }
}

impl Argument for Problems {
    fn describe(_: &mut Description) {}
}

fn log_cause(error: &Error, request_id: &str) {
    if let Some(cause) = error.cause() {
        log::error!(target: "newswire::problem", request_id; "{error}: {cause:#}");
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Only the status: [`render`] writes the rest, since it needs the request.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}

/// The answer of a layer that lets a request go no further. (`ServiceRequest::into_response` would
/// keep the status and lose the error.)
pub fn refuse(request: ServiceRequest, error: Error) -> ServiceResponse {
    let (request, _) = request.into_parts();
    ServiceResponse::new(request, HttpResponse::from_error(error))
}

/// Middleware: gives every error answer its problem body, whoever made it.
pub async fn render<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = request_id::answered(request, next).await;
    let http = response.request().clone();
    let status = response.status();
    let has_body = response.headers().contains_key(header::CONTENT_TYPE);
    let ours = response.response().error().and_then(|error| error.as_error::<Error>());
    let rendered = match ours {
        Some(error) => answer(error, &http),
        None if status.is_client_error() && !has_body => answer(&foreign(status), &http),
        None if status.is_server_error() => {
            let cause = response.response().error().map_or(String::new(), ToString::to_string);
            answer(&Error::internal(anyhow::anyhow!("{status}: {cause}")), &http)
        }
        None => return Ok(response),
    };
    let mut rendered = rendered;
    for name in [header::ALLOW, header::CACHE_CONTROL, header::VARY, auth::X_ROBOTS_TAG] {
        if let Some(value) = response.headers().get(&name) {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    Ok(ServiceResponse::new(http, rendered))
}

/// The code for an error that a library answered by itself.
fn foreign(status: StatusCode) -> Error {
    Error::new(match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::REQUEST_TIMEOUT => Code::RequestTimeout,
        _ => Code::HeaderInvalid,
    })
}

fn answer(error: &Error, request: &HttpRequest) -> HttpResponse {
    let public_url = public_url(request);
    let request_id = request_id::of(request);
    if let Some((parameter, slug)) = &error.facts().moved {
        return moved(parameter, slug, request, public_url);
    }
    log_cause(error, &request_id);
    let mut response = HttpResponse::build(error.status_code());
    response.content_type(MEDIA_TYPE);
    match error.code() {
        Code::KeyMissing | Code::KeyInvalid => {
            let detail =
                if error.code() == Code::KeyInvalid { ", error=\"invalid_token\"" } else { "" };
            let challenge = format!("Bearer realm=\"{}\"{detail}", auth::SCHEME);
            response.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        Code::IdempotencyInProgress => {
            response.insert_header((header::RETRY_AFTER, BUSY_SECONDS));
        }
        Code::Unavailable => {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER_SECONDS));
        }
        Code::MediaTypeUnsupported => {
            let accepted = request.extensions().get::<Accepted>().copied();
            let accepted = accepted.map_or("application/json", |accepted| accepted.0);
            response.insert_header((header::ACCEPT, accepted));
            let coded = |it: &Violation| matches!(&it.place, Place::Header(name) if name == "Content-Encoding");
            if error.facts().violations.iter().any(coded) {
                let codings = if accepted == NDJSON { "gzip, zstd, identity" } else { "identity" };
                response.insert_header((header::ACCEPT_ENCODING, codings));
            }
            if request.method() == actix_web::http::Method::PATCH {
                let patch = "application/merge-patch+json, application/json";
                response.insert_header(("accept-patch", patch));
            }
        }
        _ => {}
    }
    if let Some((_, Some(etag))) = &error.facts().current {
        response.insert_header((header::ETAG, etag.as_str()));
    }
    response.json(Problem::new(error, public_url, request_id.as_ref().to_owned()))
}

/// A former slug: the same request at the current address, everything after it and the query kept.
fn moved(parameter: &str, slug: &str, request: &HttpRequest, public_url: &str) -> HttpResponse {
    let pattern = request.match_pattern().unwrap_or_default();
    let place = format!("{{{parameter}}}");
    let segments: Vec<String> = pattern
        .split('/')
        .zip(request.uri().path().split('/'))
        .map(|(name, segment)| match segment.find('.') {
            _ if name != place => segment.to_owned(),
            // a suffix that names a format stays
            Some(dot) => format!("{}{}", encode(slug), &segment[dot..]),
            None => encode(slug).into_owned(),
        })
        .collect();
    let query = match request.query_string() {
        "" => String::new(),
        query => format!("?{query}"),
    };
    let location = format!("{public_url}{}{query}", segments.join("/"));
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, location)).finish()
}

/// Documents the answer for the codes that share a status.
pub fn response(codes: &[Code]) -> Response {
    let text = codes
        .iter()
        .map(|code| format!("`{}`: {}", code.as_str(), code.title()))
        .collect::<Vec<_>>()
        .join("; ");
    let schema = Ref::from_schema_name(<Problem as ToSchema>::name());
    let example = codes.first().map(|code| {
        let error = Error::new(*code);
        let id = "019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11".to_owned();
        serde_json::json!(Problem::new(&error, "http://127.0.0.1:8080", id))
    });
    let content = ContentBuilder::new().schema(Some(schema)).example(example).build();
    let mut response = ResponseBuilder::new()
        .description(format!("{text}."))
        .content(MEDIA_TYPE, content)
        .header("X-Request-Id", documented("Names the request in logs and problem reports."));
    let extra = match codes.first().map(|code| code.status()) {
        Some(401) => Some(("WWW-Authenticate", "How to authenticate (RFC 6750).")),
        Some(412) => Some(("ETag", "The current entity tag of the resource.")),
        Some(503) => Some(("Retry-After", "Seconds to wait before the next try.")),
        Some(409) if codes.contains(&Code::IdempotencyInProgress) => {
            Some(("Retry-After", "Seconds to wait, with `idempotency_in_progress`."))
        }
        _ => None,
    };
    if let Some((name, text)) = extra {
        response = response.header(name, documented(text));
    }
    response.build()
}

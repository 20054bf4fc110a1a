//! Answers that are kept and given again, for requests with an `Idempotency-Key`.

use crate::error::Error;
use crate::http::describe::{Description, Reply};
use crate::http::json;
use crate::http::reply::{Created, NoContent, Report, Resource, Saved, Updated, header};
use crate::http::representation::Version;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;

/// The header that tells an answer given again from a first one.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The answer to a request that is done once, however often it is sent.
#[derive(Debug)]
pub enum Once<T> {
    /// To the first one.
    First(T),
    /// To any later one.
    Again(Answer),
}

/// What has to be kept of an answer, so that it can be given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The version of the resource it shows; its entity tag is made of it and of the body.
    pub version: Option<i64>,
    /// Where the new resource is.
    pub location: Option<String>,
    /// JSON.
    pub body: Vec<u8>,
}

/// A reply that can be given again.
pub trait Repeatable {
    /// What has to be kept of it.
    fn answer(&self) -> Result<Answer, Error>;
}

/// Something with a secret that is shown once.
pub trait Withhold {
    /// The same without the secret.
    fn withheld(&self) -> impl Serialize;
}

fn versioned(status: u16, resource: &impl Resource) -> Result<Answer, Error> {
    let version = Some(resource.version());
    let body = resource.kept()?;
    Ok(Answer { status, version, location: None, body })
}

impl<T: Resource> Repeatable for Updated<T> {
    fn answer(&self) -> Result<Answer, Error> {
        versioned(200, &self.0)
    }
}

impl<T: Resource> Repeatable for Saved<T> {
    fn answer(&self) -> Result<Answer, Error> {
        match self {
            Saved::Existing(resource) => versioned(200, resource),
            Saved::Created(resource) => {
                let location = Some(resource.location().to_owned());
                Ok(Answer { location, ..versioned(201, resource)? })
            }
        }
    }
}

impl<T: Serialize> Repeatable for Report<T> {
    fn answer(&self) -> Result<Answer, Error> {
        Ok(Answer { status: 200, version: None, location: None, body: json::to_vec(&self.0)? })
    }
}

impl Repeatable for NoContent {
    fn answer(&self) -> Result<Answer, Error> {
        Ok(Answer { status: 204, version: None, location: None, body: Vec::new() })
    }
}

impl<T: Withhold> Repeatable for Created<T> {
    fn answer(&self) -> Result<Answer, Error> {
        let (status, made) = match self {
            Created::Made(made) => (201, made),
            Created::DryRun(made) => (200, made),
        };
        Ok(Answer { status, version: None, location: None, body: json::to_vec(&made.withheld())? })
    }
}

impl<T: Responder<Body = BoxBody>> Responder for Once<T> {
    type Body = BoxBody;
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Once::First(reply) => reply.respond_to(request),
            Once::Again(answer) => repeated(answer),
        }
    }
}

fn repeated(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    response.insert_header((REPLAYED, "true"));
    if status == StatusCode::NO_CONTENT {
        return response.finish();
    }
    response.content_type("application/json");
    if let Some(location) = answer.location {
        response.insert_header((LOCATION, location));
    }
    let mut response = response.body(answer.body);
    if let Some(version) = answer.version {
        response.extensions_mut().insert(Version(version));
    }
    response
}

impl<T: Reply> Reply for Once<T> {
    fn describe(description: &mut Description) {
        T::describe(description);
        let text = "`true` when the request with this `Idempotency-Key` was done before, and this \
                    is its answer once more.";
        description.response_header("Idempotency-Replayed", &header(text));
    }
}

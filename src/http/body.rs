//! JSON request bodies: read within the limit, parsed strictly (no duplicate members), checked
//! against the published schema, and only then turned into a type.

use crate::error::{Code, Error, Place, Violation};
use crate::http::describe::{Argument, Description};
use crate::http::idempotency_key::BodyHash;
use crate::http::schema;
use crate::http::strict::{Strict, find_nul};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::marker::PhantomData;
use std::time::Duration;
use utoipa::ToSchema;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{ContentBuilder, Ref, Required};

/// The largest request body in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Reading more than this takes over a millisecond and goes to the blocking pool.
const LARGE: usize = 64 * 1024;
const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";

/// How long a body may take to arrive. Kept in the app data by the application.
#[derive(Clone, Copy, Debug)]
pub struct BodyTimeout(pub Duration);

impl BodyTimeout {
    /// That of the application.
    pub fn of(request: &HttpRequest) -> Duration {
        request.app_data::<BodyTimeout>().map_or(Duration::from_secs(30), |limit| limit.0)
    }
}

/// A body described by `D` and parsed into `T`. They differ where several descriptions are read
/// into one type, such as an article to create and an article to patch.
#[derive(Debug)]
pub struct Body<D, T = D>(pub T, PhantomData<D>);

impl<D, T> Body<D, T> {
    /// What was sent.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// Rules of a body that no schema can express and that need no database.
pub trait Rules {
    /// Those that it breaks.
    fn rules(&self) -> Vec<Violation>;
}

/// Says of a body type whether it is a merge patch (RFC 7396) too.
pub trait Document: ToSchema + 'static {
    /// Whether `application/merge-patch+json` is taken beside `application/json`.
    const PATCH: bool = false;
}

impl<D: Document, T: DeserializeOwned + Rules + Send + 'static> FromRequest for Body<D, T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let received = receive(request, payload, D::PATCH);
        Box::pin(async move {
            let bytes = received.await?;
            apart(bytes, |bytes| parse::<D, T>(bytes)).await.map(|value| Body(value, PhantomData))
        })
    }
}

/// Reads the bytes of a JSON body, within its limits.
pub fn receive(
    request: &HttpRequest,
    payload: &mut Payload,
    patch: bool,
) -> impl Future<Output = Result<web::Bytes, Error>> + use<> {
    let accepted = content_type(request, patch);
    let declared = declared_length(request);
    let limit = BodyTimeout::of(request);
    let payload = web::Payload::from_request(request, payload);
    let request = request.clone();
    async move {
        accepted?;
        if declared.is_some_and(|length| length > MAX_BYTES) {
            return Err(Error::new(Code::BodyTooLarge));
        }
        let payload = payload.await.map_err(|error| Error::internal(anyhow::anyhow!("{error}")))?;
        let bytes = tokio::time::timeout(limit, read(payload))
            .await
            .map_err(|_| Error::new(Code::RequestTimeout))??;
        BodyHash::note(&request, &bytes);
        Ok(bytes)
    }
}

/// Works on the bytes of a body; on large ones not on this thread.
pub async fn apart<R: Send + 'static>(
    bytes: web::Bytes,
    work: impl FnOnce(&[u8]) -> Result<R, Error> + Send + 'static,
) -> Result<R, Error> {
    if bytes.len() <= LARGE {
        return work(&bytes);
    }
    let done = web::block(move || work(&bytes)).await;
    done.map_err(|error| Error::unavailable(anyhow::anyhow!("the blocking pool: {error}")))?
}

fn content_type(request: &HttpRequest, patch: bool) -> Result<(), Error> {
    let coded = request.headers().get(header::CONTENT_ENCODING);
    if coded.is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        let detail = "Bodies are taken without a content coding.";
        return Err(unsupported("Content-Encoding", detail));
    }
    let essence = essence(request);
    let known = essence == JSON || (patch && essence == MERGE_PATCH);
    match patch {
        _ if known && declares_utf8(request) => Ok(()),
        true => Err(unsupported(
            "Content-Type",
            "Send application/json or application/merge-patch+json, in UTF-8.",
        )),
        false => Err(unsupported("Content-Type", "Send application/json, in UTF-8.")),
    }
}

/// A body of a kind that is not taken, by the header that says so.
pub fn unsupported(header: &str, detail: &str) -> Error {
    let code = Code::MediaTypeUnsupported;
    Error::refused(code, vec![Violation::header(header, code, detail)])
}

fn content_type_of(request: &HttpRequest) -> &str {
    let value = request.headers().get(header::CONTENT_TYPE);
    value.and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The content type without its parameters.
pub fn essence(request: &HttpRequest) -> String {
    let value = content_type_of(request).split(';').next();
    value.unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether the content type names no other charset.
pub fn declares_utf8(request: &HttpRequest) -> bool {
    let parameters = content_type_of(request).split(';').skip(1).map(str::trim);
    parameters.filter_map(|part| part.split_once('=')).all(|(name, value)| {
        !name.eq_ignore_ascii_case("charset")
            || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    })
}

fn declared_length(request: &HttpRequest) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn read(mut payload: web::Payload) -> Result<web::Bytes, Error> {
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            Error::new(Code::JsonMalformed).detail(format!("The body could not be read: {error}."))
        })?;
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(Error::new(Code::BodyTooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Reads a body.
pub fn parse<D: Document, T: DeserializeOwned + Rules>(bytes: &[u8]) -> Result<T, Error> {
    typed::<D, T>(strict(bytes)?)
}

/// Reads JSON.
pub fn strict(bytes: &[u8]) -> Result<Value, Error> {
    let strict: Result<Strict, _> = serde_json::from_slice(bytes);
    strict.map(|strict| strict.0).map_err(|error| {
        Error::new(Code::JsonMalformed).detail(format!("The body is not JSON: {error}."))
    })
}

/// Checks a value against the schema of `D` and makes a `T` of it.
pub fn typed<D: Document, T: DeserializeOwned + Rules>(value: Value) -> Result<T, Error> {
    let mut faults =
        schema::violations(schema::of::<D>().map_err(Error::internal)?, &value, Place::Body);
    find_nul(&value, &mut String::new(), &mut faults);
    let sound = faults.is_empty();
    let read = match serde_path_to_error::deserialize::<_, T>(value) {
        Ok(value) if sound => return Ok(value),
        read => read,
    };
    match read {
        // the shape is right: what else is wrong is told in the same answer
        Ok(value) if !faults.iter().any(Violation::is_shape) => faults.extend(value.rules()),
        Err(error) if sound => {
            let place = Place::Body(format!("/{}", error.path().to_string().replace('.', "/")));
            let detail = error.into_inner().to_string();
            faults.push(Violation { place, code: "type", detail });
        }
        _ => {}
    }
    faults.truncate(schema::MOST);
    Err(Error::violations(faults))
}

impl<D: Document, T> Argument for Body<D, T> {
    fn describe(description: &mut Description) {
        describe::<D>(description);
    }
}

/// Documents a JSON body.
pub fn describe<D: Document>(description: &mut Description) {
    description.schema::<D>();
    let content = || ContentBuilder::new().schema(Some(Ref::from_schema_name(D::name()))).build();
    let mut body =
        RequestBodyBuilder::new().required(Some(Required::True)).content(JSON, content());
    if D::PATCH {
        body = body.content(MERGE_PATCH, content());
    }
    description.request_body(body.build());
    description.fails(&[
        Code::JsonMalformed,
        Code::BodyInvalid,
        Code::RequestTimeout,
        Code::BodyTooLarge,
        Code::MediaTypeUnsupported,
        Code::ValidationFailed,
        Code::NulCharacter,
    ]);
}

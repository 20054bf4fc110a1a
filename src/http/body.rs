//! JSON request bodies: read within the limit, parsed strictly (no duplicate members), checked
//! against the published schema, and only then turned into a type.

use crate::error::{Code, Error, Place, Violation};
use crate::http::describe::{Argument, Description};
use crate::http::idempotency_key::BodyHash;
use crate::http::schema;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;
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
        let accepted = content_type(request, D::PATCH);
        let declared = declared_length(request);
        let limit =
            request.app_data::<BodyTimeout>().map_or(Duration::from_secs(30), |limit| limit.0);
        let payload = web::Payload::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            accepted?;
            if declared.is_some_and(|length| length > MAX_BYTES) {
                return Err(Error::new(Code::BodyTooLarge));
            }
            let payload =
                payload.await.map_err(|error| Error::internal(anyhow::anyhow!("{error}")))?;
            let bytes = tokio::time::timeout(limit, read(payload))
                .await
                .map_err(|_| Error::new(Code::RequestTimeout))??;
            BodyHash::note(&request, &bytes);
            let parsed = if bytes.len() <= LARGE {
                parse::<D, T>(&bytes)
            } else {
                web::block(move || parse::<D, T>(&bytes)).await.map_err(|error| {
                    Error::unavailable(anyhow::anyhow!("the blocking pool: {error}"))
                })?
            };
            parsed.map(|value| Body(value, PhantomData))
        })
    }
}

fn content_type(request: &HttpRequest, patch: bool) -> Result<(), Error> {
    let refused = || Error::new(Code::MediaTypeUnsupported);
    let coded = request.headers().get(header::CONTENT_ENCODING);
    if coded.is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(refused().detail("Bodies are taken without a content coding."));
    }
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parts = value.unwrap_or_default().split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let utf8 = parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
        !name.eq_ignore_ascii_case("charset")
            || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    let known = essence == JSON || (patch && essence == MERGE_PATCH);
    if known && utf8 { Ok(()) } else { Err(refused()) }
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

fn parse<D: Document, T: DeserializeOwned + Rules>(bytes: &[u8]) -> Result<T, Error> {
    let strict: Strict = serde_json::from_slice(bytes).map_err(|error| {
        Error::new(Code::JsonMalformed).detail(format!("The body is not JSON: {error}."))
    })?;
    let mut faults =
        schema::violations(schema::of::<D>().map_err(Error::internal)?, &strict.0, Place::Body);
    find_nul(&strict.0, &mut String::new(), &mut faults);
    let sound = faults.is_empty();
    let read = match serde_path_to_error::deserialize::<_, T>(strict.0) {
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

fn find_nul(value: &Value, at: &mut String, faults: &mut Vec<Violation>) {
    let detail = "The text holds the character U+0000.";
    match value {
        Value::String(text) if text.contains('\0') => {
            faults.push(Violation::body(at.as_str(), Code::NulCharacter, detail));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let length = at.len();
                at.push_str(&format!("/{index}"));
                find_nul(item, at, faults);
                at.truncate(length);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let length = at.len();
                at.push_str(&format!("/{}", name.replace('~', "~0").replace('/', "~1")));
                if name.contains('\0') {
                    faults.push(Violation::body(at.as_str(), Code::NulCharacter, detail));
                }
                find_nul(member, at, faults);
                at.truncate(length);
            }
        }
        _ => {}
    }
}

/// A JSON value whose objects name no member twice, and whose whole numbers are integers
/// (`2.0` is the integer 2, as in JSON Schema).
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() <= EXACT {
            #[allow(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
            return Ok(Value::from(value as i64));
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let Strict(member) = access.next_value()?;
            if members.insert(name.clone(), member).is_some() {
                return Err(de::Error::custom(format_args!("the member {name:?} is named twice")));
            }
        }
        Ok(Value::Object(members))
    }
}

impl<D: Document, T> Argument for Body<D, T> {
    fn describe(description: &mut Description) {
        description.schema::<D>();
        let content =
            || ContentBuilder::new().schema(Some(Ref::from_schema_name(D::name()))).build();
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
}

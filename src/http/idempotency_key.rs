//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): read here, kept elsewhere.
//!
//! The draft's form is a structured-field string, `"8e03978e-40d5-43e8-bc93-6894a57f9324"`. Many
//! clients send it bare, which names the same key.

use crate::error::{Code, Error, Place, Violation};
use crate::http::auth;
use crate::http::describe::{Argument, Description};
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use sha2::{Digest, Sha256};
use std::future::{Ready, ready};
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use uuid::Uuid;

const NAME: &str = "Idempotency-Key";
/// The header.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The longest key, without its quotes.
const LONGEST: usize = 255;
/// The header as clients may write it: quoted, or bare without what would need quotes.
const PATTERN: &str = r#"^(?:"(?:[ !#-\[\]-~]|\\["\\]){1,255}"|[!#-+\--:<-\[\]-~]{1,255})$"#;

/// A handler argument: the key under which a client may send the same request again.
#[derive(Clone, Debug)]
pub struct IdempotencyKey(Option<(Uuid, String, HttpRequest)>);

/// What the key stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The caller's key.
    pub owner: Uuid,
    /// Method and path template.
    pub route: String,
    /// What the client sent.
    pub name: String,
    /// SHA-256 of what makes the request that request.
    pub fingerprint: [u8; 32],
}

/// Request extension: the SHA-256 of the body, once it is read.
#[derive(Clone, Copy, Debug)]
pub struct BodyHash([u8; 32]);

impl BodyHash {
    /// Notes the body of a request that has such a key.
    pub fn note(request: &HttpRequest, body: &[u8]) {
        if request.headers().contains_key(IDEMPOTENCY_KEY) {
            request.extensions_mut().insert(BodyHash(Sha256::digest(body).into()));
        }
    }
}

impl IdempotencyKey {
    /// What was sent, if anything. To be asked when the body has been read.
    pub fn ticket(&self) -> Option<Ticket> {
        let (owner, name, request) = self.0.as_ref()?;
        let pattern = request.match_pattern().unwrap_or_default();
        Some(Ticket {
            owner: *owner,
            route: format!("{} {pattern}", request.method()),
            name: name.clone(),
            fingerprint: fingerprint(request),
        })
    }
}

/// Method, path, query, content type and body; lengths keep them from running into each other.
fn fingerprint(request: &HttpRequest) -> [u8; 32] {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let body = request.extensions().get::<BodyHash>().map_or([0; 32], |hash| hash.0);
    let parts = [
        request.method().as_str().as_bytes(),
        request.uri().path().as_bytes(),
        request.query_string().as_bytes(),
        content_type.map(|value| value.as_bytes()).unwrap_or_default(),
        &body,
    ];
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

fn fault(detail: &str) -> Error {
    let place = Place::Header(NAME.to_owned());
    Error::violations(vec![Violation { place, code: "invalid", detail: detail.to_owned() }])
}

/// The key that the headers name.
fn sent(headers: &HeaderMap) -> Result<Option<String>, Error> {
    let mut lines = headers.get_all(IDEMPOTENCY_KEY);
    let Some(line) = lines.next() else { return Ok(None) };
    let text = line.to_str().ok().filter(|_| lines.next().is_none());
    let name = text.and_then(|text| parse(text.trim()));
    let expected = "Expected one string of 1 to 255 printable ASCII characters, in double quotes.";
    name.map(Some).ok_or_else(|| fault(expected))
}

fn parse(text: &str) -> Option<String> {
    let name = match text.strip_prefix('"') {
        Some(rest) => unquoted(rest)?,
        None => text.bytes().all(is_bare).then(|| text.to_owned())?,
    };
    (1..=LONGEST).contains(&name.len()).then_some(name)
}

fn is_bare(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"\\,;".contains(&byte)
}

/// A structured-field string after its opening quote. Parameters may follow; none is known.
fn unquoted(text: &str) -> Option<String> {
    let mut name = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => break,
            '\\' => name.push(chars.next().filter(|c| matches!(c, '"' | '\\'))?),
            c if matches!(c, ' '..='~') => name.push(c),
            _ => return None,
        }
    }
    let rest = chars.as_str().trim_start();
    (rest.is_empty() || rest.starts_with(';')).then_some(name)
}

impl FromRequest for IdempotencyKey {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let owner = auth::key_of(request);
        ready(sent(request.headers()).map(|name| {
            IdempotencyKey(owner.zip(name).map(|(owner, name)| (owner, name, request.clone())))
        }))
    }
}

impl Argument for IdempotencyKey {
    fn describe(description: &mut Description) {
        description.parameters([parameter()]);
        description.fails(&[
            Code::HeaderInvalid,
            Code::IdempotencyInProgress,
            Code::IdempotencyKeyReused,
        ]);
    }
}

fn parameter() -> Parameter {
    let text = "Names this request, so that it can be sent again until an answer arrives: what was \
                saved is answered again, and nothing is done twice. A string of at most 255 \
                characters, best a UUID, a new one for each request.";
    let schema = ObjectBuilder::new().schema_type(Type::String).pattern(Some(PATTERN));
    ParameterBuilder::new()
        .name(NAME)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(text))
        .schema(Some(schema.build()))
        .example(Some(serde_json::json!("\"8e03978e-40d5-43e8-bc93-6894a57f9324\"")))
        .build()
}

/// A handler argument of operations whose parts are made safe otherwise: the header is refused.
#[derive(Clone, Copy, Debug)]
pub struct NoIdempotencyKey;

impl FromRequest for NoIdempotencyKey {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let refusal = "Not taken here: each story is made safe by its `external_id`.";
        ready(match request.headers().contains_key(IDEMPOTENCY_KEY) {
            true => Err(fault(refusal)),
            false => Ok(NoIdempotencyKey),
        })
    }
}

impl Argument for NoIdempotencyKey {
    fn describe(description: &mut Description) {
        description.fails(&[Code::HeaderInvalid]);
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, PATTERN, parse};

    #[test]
    fn quoted_and_bare_name_the_same_key() {
        for (text, name) in [
            (r#""8e03978e-40d5""#, Some("8e03978e-40d5")),
            ("8e03978e-40d5", Some("8e03978e-40d5")),
            (r#""a \"b\" \\ c""#, Some(r#"a "b" \ c"#)),
            (r#""a"; version=2"#, Some("a")),
            (r#""a" , "b""#, None),
            (r#""a"#, None),
            (r#""a\b""#, None),
            (r#""""#, None),
            ("", None),
            ("a b", None),
            ("a,b", None),
            ("a;b", None),
            ("a\"", None),
            ("\u{e9}", None),
        ] {
            assert_eq!(parse(text).as_deref(), name, "{text}");
        }
        assert!(parse(&"a".repeat(LONGEST)).is_some());
        assert!(parse(&"a".repeat(LONGEST + 1)).is_none());
        assert!(parse(&format!("\"{}\"", "a".repeat(LONGEST + 1))).is_none());
    }

    #[test]
    fn the_documented_pattern_says_what_is_taken() {
        let schema = serde_json::json!({ "type": "string", "pattern": PATTERN });
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        for code in 0x20..0x7f_u8 {
            for form in ["?", "a?b", "\"?\"", "\"a?b\"", "\"\\?\""] {
                let text = form.replace('?', &char::from(code).to_string());
                let known = validator.is_valid(&serde_json::json!(text));
                // spaces around a header are not part of it
                let taken = text.trim() == text && parse(&text).is_some();
                assert_eq!(known, taken, "{text}");
            }
        }
    }
}

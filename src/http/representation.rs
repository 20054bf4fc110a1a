//! The last touch on a finished answer: its entity tag, whether the caller already has it (304),
//! and its content coding.
//!
//! The three belong together because they depend on each other: a tag must differ between codings,
//! and a 304 must name the tag of exactly what would have been sent. Handlers only mark what they
//! answer with [`Version`] or [`Tagged`]. Bodies that are streamed pass untouched: their bytes are
//! not known when the head is sent.
//!
//! HEAD is handled like GET, body included: actix writes its length and then leaves it out.

mod coding;
mod conditions;
mod if_none_match;

use std::io;
use std::time::SystemTime;

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{BodySize, BoxBody, MessageBody, None as NoBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{
            ACCEPT_ENCODING, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE,
            CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, CROSS_ORIGIN_RESOURCE_POLICY,
            ETAG, HeaderMap, HeaderName, HeaderValue, HttpDate, LAST_MODIFIED, REFERRER_POLICY,
            X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
    web::{self, Bytes},
};

use super::basis::{Basis, Facts};
use super::{cors::vary, etag, request_id};
pub use coding::Coding;
use coding::WORTHWHILE;
pub use conditions::Conditions;

/// Response extension: the answer is one resource, at this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(pub i64);

/// Response extension: the answer is a list or a document, known by its bytes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tagged;

/// Response extension: the bytes of an answer whose handler said what it rests on, not packed.
#[derive(Clone, Debug)]
pub struct Identity(pub Bytes);

/// Headers that describe a body or tell what to do with it: a 304 has none, and whoever asked has
/// them already (RFC 9110, 15.4.5).
pub const NOT_IN_304: [HeaderName; 10] = [
    CONTENT_TYPE,
    CONTENT_LENGTH,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_DISPOSITION,
    X_CONTENT_TYPE_OPTIONS,
    REFERRER_POLICY,
    X_FRAME_OPTIONS,
    CROSS_ORIGIN_RESOURCE_POLICY,
    CONTENT_SECURITY_POLICY,
];

/// The coding that a request with these headers wants.
pub fn wanted(headers: &HeaderMap) -> Coding {
    coding::negotiate(headers.get_all(ACCEPT_ENCODING))
}

/// Packing more than this takes over a millisecond and goes to the blocking pool.
const LARGE: usize = 64 * 1024;

/// Middleware: tags, compares and packs what handlers answer.
pub async fn finish(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let (req, res) = request_id::answered(req, next).await.into_parts();
    let (res, body) = res.into_parts();
    // "No body" is not "an empty body": it would gain a Content-Length on the way.
    let absent = body.size() == BodySize::None;
    let res = match body.try_into_bytes() {
        Ok(_) if absent => res.set_body(BoxBody::new(NoBody::new())),
        Ok(bytes) => whole(&req, res, bytes).await,
        Err(stream) => res.set_body(stream),
    };
    Ok(ServiceResponse::new(req, res))
}

/// Does the work for a body that is all there.
async fn whole(req: &HttpRequest, mut res: HttpResponse<()>, body: Bytes) -> HttpResponse {
    if let Some(facts) = Basis::of(req).filter(|_| res.status() == StatusCode::OK) {
        describe(&mut res, &facts);
        res.extensions_mut().insert(Identity(body.clone()));
    }
    let tag = Tag::of(req.method(), &res, &body);
    let packable = coding::is_packable(res.status(), res.headers());
    if packable {
        vary(res.headers_mut(), "Accept-Encoding");
    }
    let wanted =
        if packable && body.len() >= WORTHWHILE { wanted(req.headers()) } else { Coding::Identity };
    // Before packing: a caller who holds the packed form has it because packing was worthwhile.
    if let Some(tag) = tag.as_ref().filter(|tag| tag.is_held(req, &res, wanted)) {
        return not_modified(res, tag.text(wanted));
    }
    let Some(packed) = packed(wanted, &body).await else {
        if let Some(tag) = tag {
            if tag.is_held(req, &res, Coding::Identity) {
                return not_modified(res, tag.text(Coding::Identity));
            }
            set_etag(&mut res, tag.text(Coding::Identity));
        }
        return res.set_body(BoxBody::new(body));
    };
    match tag {
        Some(tag) => set_etag(&mut res, tag.text(wanted)),
        None => weaken_etag(&mut res),
    }
    let token = HeaderValue::from_static(wanted.token());
    res.headers_mut().insert(CONTENT_ENCODING, token);
    res.headers_mut().remove(CONTENT_LENGTH);
    res.set_body(BoxBody::new(packed))
}

/// The headers that follow from what an answer rests on.
fn describe(res: &mut HttpResponse<()>, facts: &Facts) {
    if let Some(modified) = facts.modified {
        let date = HttpDate::from(SystemTime::from(modified)).to_string();
        if let Ok(value) = HeaderValue::try_from(date) {
            res.headers_mut().insert(LAST_MODIFIED, value);
        }
    }
    let language = facts.language.as_deref().map(HeaderValue::try_from);
    if let Some(Ok(language)) = language {
        res.headers_mut().insert(CONTENT_LANGUAGE, language);
    }
}

/// What an answer's entity tag is made of.
struct Tag {
    version: Option<i64>,
    hash: String,
    read: bool,
}

impl Tag {
    /// The tag of a marked answer: a 200 to GET or HEAD, or a write that worked.
    fn of(method: &Method, res: &HttpResponse<()>, body: &[u8]) -> Option<Self> {
        let read = matches!(*method, Method::GET | Method::HEAD) && res.status() == StatusCode::OK;
        let written = matches!(*method, Method::POST | Method::PUT | Method::PATCH)
            && res.status().is_success();
        let marks = res.extensions();
        let version = marks.get::<Version>().map(|version| version.0);
        let marked = version.is_some() || (read && marks.get::<Tagged>().is_some());
        (marked && (read || written)).then(|| Self { version, hash: etag::hash(body), read })
    }

    /// The tag in a coding. The answer to a write names the resource itself, not its own packing.
    fn text(&self, coding: Coding) -> String {
        let suffix = if self.read { coding.suffix() } else { "" };
        match self.version {
            Some(version) => format!("\"{version}-{}{suffix}\"", self.hash),
            None => format!("\"{}{suffix}\"", self.hash),
        }
    }

    /// Whether the caller has said that it holds the answer in this coding.
    fn is_held<B>(&self, req: &HttpRequest, res: &HttpResponse<B>, coding: Coding) -> bool {
        let tag = HeaderValue::try_from(self.text(coding)).ok();
        let modified = res.headers().get(LAST_MODIFIED);
        self.read && Conditions::of(req.headers()).are_met(tag.as_ref(), modified)
    }
}

/// The packed body, when packing is wanted, works and makes it smaller.
pub async fn packed(coding: Coding, body: &Bytes) -> Option<Vec<u8>> {
    if coding == Coding::Identity || body.len() < WORTHWHILE {
        return None;
    }
    let packed = if body.len() > LARGE {
        let body = body.clone();
        web::block(move || coding.encode(&body))
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)))
    } else {
        coding.encode(body)
    };
    match packed {
        Ok(packed) => Some(packed).filter(|packed| packed.len() < body.len()),
        Err(error) => {
            log::warn!(coding = coding.token(), error:%; "an answer could not be packed");
            None
        }
    }
}

/// 304 with everything of the 200 but the body and the headers that describe it (RFC 9110, 15.4.5).
fn not_modified(mut res: HttpResponse<()>, etag: String) -> HttpResponse {
    *res.status_mut() = StatusCode::NOT_MODIFIED;
    set_etag(&mut res, etag);
    for name in NOT_IN_304 {
        res.headers_mut().remove(name);
    }
    res.set_body(BoxBody::new(NoBody::new()))
}

fn set_etag(res: &mut HttpResponse<()>, etag: String) {
    if let Ok(value) = HeaderValue::try_from(etag) {
        res.headers_mut().insert(ETAG, value);
    }
}

/// A strong tag that a handler wrote itself was of the unpacked bytes, so it now holds weakly.
fn weaken_etag(res: &mut HttpResponse<()>) {
    let own = res.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
    let weak = own.filter(|tag| tag.starts_with('"')).map(|tag| format!("W/{tag}"));
    if let Some(weak) = weak {
        set_etag(res, weak);
    }
}

#[cfg(test)]
mod tests;

//! Which web pages may read our answers (the Fetch standard's CORS protocol).
//!
//! Published news is public, so any page may read: `*`, and never with credentials (we know no
//! cookies; a key is a header that the page itself must hold). Writing from a page is for the
//! origins of `NEWSWIRE_CORS_ORIGINS` only. This must be an outer layer: a page that cannot read
//! an error cannot explain it, so errors and 304 carry the same headers.

use std::rc::Rc;

use actix_web::{
    Error, HttpResponse,
    body::MessageBody,
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
    http::{
        Method,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
            ACCESS_CONTROL_REQUEST_METHOD, ALLOW, HeaderMap, HeaderValue, ORIGIN, VARY,
        },
    },
    middleware::{Next, from_fn},
};

use super::request_id;

/// What a page may send beyond the headers that need no permission.
const ALLOWED_HEADERS: &str = "Authorization, Content-Type, Content-Encoding, If-Match, If-None-Match, \
     If-Modified-Since, Idempotency-Key, Last-Event-ID, X-Request-Id, Accept";

/// What a page may read beyond the headers that are always readable.
const EXPOSED_HEADERS: &str = "ETag, Link, Location, Content-Location, Retry-After, X-Request-Id, \
     Allow, Accept-Patch, WWW-Authenticate, Age, Cache-Status, Idempotency-Replayed";

/// Methods that a page of any origin may use.
const READING: &str = "GET, HEAD";

/// Methods that a page of a listed origin may use, as far as the path has them.
const WRITING: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// Seconds that a browser may remember a preflight.
const MAX_AGE: &str = "600";

/// Middleware: answers preflights and marks every other answer as readable to those who may.
pub fn layer<S, B>(
    origins: &[String],
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse, Error = Error, InitError = ()>
+ use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    let policy = Rc::new(Policy::new(origins));
    from_fn(move |req, next: Next<B>| {
        let policy = Rc::clone(&policy);
        async move { Ok(policy.answer(req, next).await) }
    })
}

/// Names a request header that the answer depends on, for caches. Keeps what `Vary` already says.
pub fn vary(headers: &mut HeaderMap, on: &'static str) {
    let names = headers
        .get_all(VARY)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let mut all: Vec<&str> = Vec::new();
    for name in names.chain([on]) {
        if !all.iter().any(|have| have.eq_ignore_ascii_case(name)) {
            all.push(name);
        }
    }
    if all.contains(&"*") {
        return;
    }
    if let Ok(value) = HeaderValue::try_from(all.join(", ")) {
        headers.insert(VARY, value);
    }
}

/// The origins whose pages may write, as browsers spell them: lower case, no trailing slash.
struct Policy {
    listed: Vec<String>,
}

impl Policy {
    fn new(origins: &[String]) -> Self {
        let listed = origins
            .iter()
            .map(|origin| origin.trim().trim_end_matches('/').to_ascii_lowercase())
            .filter(|origin| !origin.is_empty())
            .collect();
        Self { listed }
    }

    async fn answer<B>(&self, req: ServiceRequest, next: Next<B>) -> ServiceResponse
    where
        B: MessageBody + 'static,
    {
        let origin = req.headers().get(ORIGIN).cloned();
        let listed = origin.clone().filter(|origin| self.lists(origin));
        let preflight = origin.is_some()
            && req.method() == Method::OPTIONS
            && req.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let public = preflight || matches!(*req.method(), Method::GET | Method::HEAD);

        let mut res = match (preflight, &listed) {
            (true, None) => req.into_response(preflight_answer(READING)),
            (true, Some(_)) => {
                // The router knows the methods of the path and answers OPTIONS with `Allow`.
                let res = request_id::answered(req, next).await;
                let methods = methods_of(res.headers());
                res.into_response(preflight_answer(&methods))
            }
            (false, _) => request_id::answered(req, next).await,
        };

        let headers = res.headers_mut();
        if !self.listed.is_empty() {
            vary(headers, "Origin");
        }
        let allowed = listed.or_else(|| public.then(|| HeaderValue::from_static("*")));
        if let Some(allowed) = allowed {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
            if !preflight {
                let exposed = HeaderValue::from_static(EXPOSED_HEADERS);
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
            }
        }
        res
    }

    /// Whether pages of this origin may write.
    fn lists(&self, origin: &HeaderValue) -> bool {
        self.listed.iter().any(|listed| listed.as_bytes() == origin.as_bytes())
    }
}

/// The writing methods that `Allow` names; all of them when the path says nothing (an unknown path
/// must let its 404 be read).
fn methods_of(headers: &HeaderMap) -> String {
    let supported: Vec<&str> = headers
        .get_all(ALLOW)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let methods = WRITING.into_iter().filter(|m| supported.contains(m));
    let methods: Vec<&str> = methods.collect();
    if methods.is_empty() { WRITING.join(", ") } else { methods.join(", ") }
}

/// 204 with what may be sent.
fn preflight_answer(methods: &str) -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, methods))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS))
        .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE))
        .finish()
}

#[cfg(test)]
mod tests;

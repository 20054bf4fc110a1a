//! Headers that tell a browser to do nothing clever with our answers.
//!
//! Almost everything here is data, so the default policy forbids it to load, run or be framed. The
//! documentation pages are the exception: the vendored Swagger UI runs scripts of our own origin.
//! A handler that set one of these headers itself knows better and is left alone.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{
            CONTENT_SECURITY_POLICY, CONTENT_TYPE, CROSS_ORIGIN_RESOURCE_POLICY, HeaderMap,
            HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
};

use super::request_id;

/// For data: nothing may be loaded, run or framed.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// For `/docs`: what Swagger UI needs, all of it from here. It sets styles on elements and carries
/// its icons as data addresses; its page has no inline script.
const DOCS_POLICY: &str = "default-src 'self'; script-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Middleware: adds the headers to every answer but a 304, whose reader has them already.
pub async fn add(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let docs = is_docs(req.path());
    let mut res = request_id::answered(req, next).await;
    if res.status() == StatusCode::NOT_MODIFIED {
        return Ok(res);
    }
    let headers = res.headers_mut();
    let policy = if docs && is_html(headers) { DOCS_POLICY } else { DATA_POLICY };
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (X_FRAME_OPTIONS, "DENY"),
        (CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"),
        (CONTENT_SECURITY_POLICY, policy),
    ] {
        set_default(headers, name, value);
    }
    Ok(res)
}

/// Sets a header unless the handler did.
fn set_default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Whether the path is the documentation or below it.
fn is_docs(path: &str) -> bool {
    path.strip_prefix("/docs").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether the answer is a page.
fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim_start().starts_with("text/html"))
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App, HttpResponse,
        middleware::from_fn,
        test::{TestRequest, call_service, init_service},
        web,
    };

    use super::*;

    async fn headers_of(path: &str, media_type: &'static str) -> HeaderMap {
        let handler = move || async move { HttpResponse::Ok().content_type(media_type).body("x") };
        let app =
            init_service(App::new().wrap(from_fn(add)).default_service(web::to(handler))).await;
        let res = call_service(&app, TestRequest::get().uri(path).to_request()).await;
        res.headers().clone()
    }

    #[actix_web::test]
    async fn data_may_do_nothing() {
        for (path, media_type) in [
            ("/api/v1/articles", "application/json"),
            ("/", "text/html; charset=utf-8"),
            ("/docs/openapi.json", "application/json"),
            ("/docsother", "text/html"),
        ] {
            let headers = headers_of(path, media_type).await;
            assert_eq!(headers.get(X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff");
            assert_eq!(headers.get(REFERRER_POLICY).unwrap(), "no-referrer");
            assert_eq!(headers.get(X_FRAME_OPTIONS).unwrap(), "DENY");
            assert_eq!(headers.get(CROSS_ORIGIN_RESOURCE_POLICY).unwrap(), "cross-origin");
            assert_eq!(headers.get(CONTENT_SECURITY_POLICY).unwrap(), DATA_POLICY, "{path}");
        }
    }

    #[actix_web::test]
    async fn documentation_pages_run_their_own_scripts() {
        for path in ["/docs", "/docs/", "/docs/problems/slug_taken"] {
            let headers = headers_of(path, "text/html; charset=utf-8").await;
            assert_eq!(headers.get(CONTENT_SECURITY_POLICY).unwrap(), DOCS_POLICY, "{path}");
        }
    }

    #[actix_web::test]
    async fn a_handler_that_knows_better_is_left_alone() {
        let app = init_service(App::new().wrap(from_fn(add)).default_service(web::to(|| async {
            HttpResponse::Ok().insert_header((CONTENT_SECURITY_POLICY, "sandbox")).finish()
        })))
        .await;
        let res = call_service(&app, TestRequest::get().to_request()).await;
        assert_eq!(res.headers().get_all(CONTENT_SECURITY_POLICY).count(), 1);
        assert_eq!(res.headers().get(CONTENT_SECURITY_POLICY).unwrap(), "sandbox");
    }
}

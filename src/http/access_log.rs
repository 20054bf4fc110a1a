//! One log line and one set of figures a request.
//!
//! A line names the *template* of the route and never the path, the query or a header: preview
//! links and keys could stand in any of them, and logs travel further than the data they describe.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::{BodySize, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web,
};
use log::kv::Value;
use uuid::Uuid;

use super::request_id;
use crate::metrics::{Metrics, RouteFigures, method_label};

/// The key a request was made with, put into its extensions by whoever checks credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyId(pub Uuid);

/// The route of a request that no template matches.
const UNMATCHED: &str = "unmatched";

/// Middleware: logs each answered request at level `info`, target `access`, and counts it in the
/// `web::Data<Metrics>` of the application, when it has one.
pub async fn record(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let started = Instant::now();
    let metrics = req.app_data::<web::Data<Metrics>>().cloned();
    let res = request_id::answered(req, next).await;
    let seconds = started.elapsed().as_secs_f64();
    let figures = res.response().extensions().get::<Arc<RouteFigures>>().cloned();
    let route = match &figures {
        Some(figures) => Cow::Borrowed(figures.route.as_str()),
        None => Cow::Owned(route_of(res.request())),
    };
    let method = method_label(res.request().method().as_str());
    let status = res.status().as_u16();
    match (&figures, metrics) {
        (Some(figures), _) if method == "GET" => figures.observe(status, seconds),
        (_, Some(metrics)) => metrics.observe(method, &route, status, seconds),
        (_, None) => {}
    }
    log::info!(
        target: "access",
        method,
        route = &*route,
        status,
        ms = milliseconds(seconds),
        bytes = bytes_of(&res),
        request_id = request_id::of(res.request()).as_str(),
        key = key_of(res.request()).as_str();
        "request"
    );
    Ok(res)
}

/// The template that the path matched, such as `/api/v1/articles/{article}`.
fn route_of(req: &HttpRequest) -> String {
    req.match_pattern()
        .filter(|pattern| !pattern.is_empty())
        .unwrap_or_else(|| UNMATCHED.to_owned())
}

/// The key's id, or `-` for an anonymous request.
fn key_of(req: &HttpRequest) -> String {
    req.extensions().get::<KeyId>().map_or_else(|| "-".to_owned(), |key| key.0.to_string())
}

/// Bytes of the body as sent: none to HEAD, `-` when it is streamed and not known yet.
fn bytes_of(res: &ServiceResponse) -> Value<'static> {
    match res.response().body().size() {
        BodySize::Stream => Value::from("-"),
        BodySize::Sized(bytes) if res.request().method() != Method::HEAD => Value::from(bytes),
        BodySize::None | BodySize::Sized(_) => Value::from(0u64),
    }
}

/// Seconds as milliseconds with three digits.
fn milliseconds(seconds: f64) -> f64 {
    (seconds * 1_000_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App, HttpResponse,
        error::ErrorForbidden,
        middleware::from_fn,
        test::{TestRequest, call_service, init_service},
    };

    use super::*;

    #[actix_web::test]
    async fn counts_by_template_never_by_path() {
        let metrics = Metrics::new().unwrap();
        let app = init_service(
            App::new()
                .app_data(web::Data::new(metrics.clone()))
                .wrap(from_fn(record))
                .wrap(from_fn(request_id::assign))
                .service(web::resource("/articles/{article}").route(web::get().to(
                    |req: HttpRequest| async move {
                        req.extensions_mut().insert(KeyId(Uuid::nil()));
                        HttpResponse::Ok().body("12345")
                    },
                ))),
        )
        .await;
        let req = TestRequest::get().uri("/articles/secret?token=secret");
        let res = call_service(&app, req.to_request()).await;
        assert_eq!(route_of(res.request()), "/articles/{article}");
        assert_eq!(key_of(res.request()), Uuid::nil().to_string());
        assert_eq!(bytes_of(&res).to_u64(), Some(5));
        call_service(&app, TestRequest::post().uri("/secret").to_request()).await;
        call_service(&app, TestRequest::put().uri("/articles/secret").to_request()).await;
        let text = metrics.render();
        for labels in [
            r#"{method="GET",route="/articles/{article}",status="200"} 1"#,
            r#"{method="POST",route="unmatched",status="404"} 1"#,
            r#"{method="PUT",route="/articles/{article}",status="405"} 1"#,
        ] {
            assert!(text.contains(labels), "no {labels} in\n{text}");
        }
        assert!(!text.contains("secret"));
    }

    #[actix_web::test]
    async fn an_error_of_an_inner_layer_is_counted() {
        let metrics = Metrics::new().unwrap();
        let app = init_service(
            App::new()
                .wrap(from_fn(|_: ServiceRequest, _: Next<_>| async {
                    Err::<ServiceResponse, _>(ErrorForbidden("no"))
                }))
                .app_data(web::Data::new(metrics.clone()))
                .wrap(from_fn(record)),
        )
        .await;
        call_service(&app, TestRequest::get().to_request()).await;
        let labels = r#"{method="GET",route="unmatched",status="403"} 1"#;
        let text = metrics.render();
        assert!(text.contains(labels), "{text}");
    }

    #[test]
    fn sizes_and_times() {
        let of = |req: TestRequest, res: HttpResponse| bytes_of(&req.to_srv_response(res));
        let body = || HttpResponse::Ok().body("12345");
        assert_eq!(of(TestRequest::get(), body()).to_u64(), Some(5));
        assert_eq!(of(TestRequest::default().method(Method::HEAD), body()).to_u64(), Some(0));
        assert_eq!(of(TestRequest::get(), HttpResponse::NoContent().finish()).to_u64(), Some(0));
        assert_eq!(milliseconds(0.001_234_56), 1.235);
    }
}

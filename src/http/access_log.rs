//! One log line and one set of figures a request.
//!
//! A line names the *template* of the route and never the path, the query or a header: preview
//! links and keys could stand in any of them, and logs travel further than the data they describe.

use std::borrow::Cow;
use std::time::Instant;

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse,
    body::{BodySize, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
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

/// Request extension: somebody further out will tell what became of the request.
#[derive(Clone, Copy, Debug)]
pub struct Later;

/// Middleware: logs each answered request at level `info`, target `access`, and counts it in the
/// `web::Data<Metrics>` of the application, when it has one.
pub async fn record(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let started = Instant::now();
    // an answer to a failure has a stand-in for its request, which knows nothing of the application
    let metrics = req.app_data::<web::Data<Metrics>>().cloned();
    let res = request_id::answered(req, next).await;
    if res.request().extensions().get::<Later>().is_none() {
        note(
            metrics.as_ref().map(|data| &***data),
            res.request(),
            Sent::of(res.response()),
            started,
        );
    }
    Ok(res)
}

/// What a line tells of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// The status.
    pub status: StatusCode,
    /// The size of the body.
    pub size: BodySize,
}

impl Sent {
    fn of<B: MessageBody>(response: &HttpResponse<B>) -> Self {
        Self { status: response.status(), size: response.body().size() }
    }
}

/// Logs and counts an answered request.
pub fn note(metrics: Option<&Metrics>, request: &HttpRequest, sent: Sent, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    let route = route_of(request);
    if let Some(metrics) = metrics {
        let method = method_label(request.method().as_str());
        metrics.observe(method, &route, sent.status.as_u16(), seconds);
    }
    let (id, key) = (request_id::of(request), key_of(request));
    line(request.method(), sent, &route, (&id, &key), seconds);
}

/// The same for an answer of a route whose figures are at hand, under an id that is not kept.
pub fn note_read(
    method: &Method,
    sent: Sent,
    (figures, metrics): (&RouteFigures, &Metrics),
    id: &str,
    started: Instant,
) {
    let seconds = started.elapsed().as_secs_f64();
    let status = sent.status.as_u16();
    if method == Method::GET {
        figures.observe(status, seconds);
    } else {
        metrics.observe(method_label(method.as_str()), &figures.route, status, seconds);
    }
    line(method, sent, &figures.route, (id, "-"), seconds);
}

fn line(method: &Method, sent: Sent, route: &str, (id, key): (&str, &str), seconds: f64) {
    log::info!(
        target: "access",
        method = method_label(method.as_str()),
        route,
        status = sent.status.as_u16(),
        ms = milliseconds(seconds),
        bytes = bytes_of(method, sent.size),
        request_id = id,
        key;
        "request"
    );
}

/// The template that the path matched, such as `/api/v1/articles/{article}`.
fn route_of(req: &HttpRequest) -> String {
    req.match_pattern()
        .filter(|pattern| !pattern.is_empty())
        .unwrap_or_else(|| UNMATCHED.to_owned())
}

/// The key's id, or `-` for an anonymous request.
fn key_of(req: &HttpRequest) -> Cow<'static, str> {
    let key = req.extensions().get::<KeyId>().map(|key| key.0.to_string());
    key.map_or(Cow::Borrowed("-"), Cow::Owned)
}

/// Bytes of the body as sent: none to HEAD, `-` when it is streamed and not known yet.
fn bytes_of(method: &Method, size: BodySize) -> Value<'static> {
    match size {
        BodySize::Stream => Value::from("-"),
        BodySize::Sized(bytes) if method != Method::HEAD => Value::from(bytes),
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
        assert_eq!(bytes_of(&Method::GET, Sent::of(res.response()).size).to_u64(), Some(5));
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
        let of =
            |method: Method, res: HttpResponse| bytes_of(&method, Sent::of(&res).size).to_u64();
        let body = || HttpResponse::Ok().body("12345");
        assert_eq!(of(Method::GET, body()), Some(5));
        assert_eq!(of(Method::HEAD, body()), Some(0));
        assert_eq!(of(Method::GET, HttpResponse::NoContent().finish()), Some(0));
        assert_eq!(milliseconds(0.001_234_56), 1.235);
    }
}

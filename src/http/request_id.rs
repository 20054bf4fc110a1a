//! A name for every request, so that a caller's report, the access log and a problem body can be
//! brought together.
//!
//! A caller's own `X-Request-Id` is kept when it is harmless in a log line; otherwise we make a
//! UUIDv7. The header is on every answer.
//!
//! [`answered`] is here because the id has to survive it: each of our layers calls the next one
//! through it, so that none of them has to think about `Err`.

use std::rc::Rc;

use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    test::TestRequest,
};
use uuid::{NoContext, Timestamp, Uuid};

/// The header that carries the id both ways.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id taken over from a caller.
const LONGEST: usize = 128;

/// The id of a request, kept in its extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub Rc<str>);

/// Middleware: gives the request its id and the answer its `X-Request-Id`.
pub async fn assign(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let id: Rc<str> = match sent(req.headers()) {
        Some(id) => Rc::from(id),
        None => Rc::from(&*made(&mut Uuid::encode_buffer())),
    };
    req.extensions_mut().insert(RequestId(id.clone()));
    let mut res = answered(req, next).await;
    if let Ok(value) = HeaderValue::try_from(&*id) {
        res.headers_mut().insert(X_REQUEST_ID, value);
    }
    Ok(res)
}

/// The id that a caller sent, if it can be kept.
pub fn sent(headers: &HeaderMap) -> Option<&str> {
    headers.get(X_REQUEST_ID)?.to_str().ok().filter(|value| is_harmless(value))
}

/// A new id. Those of one millisecond need no order, so that no thread waits for another.
pub fn made(buffer: &mut [u8]) -> &mut str {
    Uuid::new_v7(Timestamp::now(NoContext)).hyphenated().encode_lower(buffer)
}

/// The id of this request; `-` outside [`assign`], which only a test of a part does.
pub fn of(req: &HttpRequest) -> Rc<str> {
    req.extensions().get::<RequestId>().map_or_else(|| "-".into(), |id| id.0.clone())
}

/// Calls the next layer and makes an answer even of an `Err`, which would otherwise pass by every
/// outer layer and leave without id, CORS headers or log line.
///
/// The request went with the call, and a clone kept aside would make the router panic (it demands
/// to be the only holder). An `Err` therefore gets a stand-in with the same method and id; the
/// only public way to make one is [`TestRequest`]. It has no route, so layers of our own should
/// answer with `problem::refuse` instead of `Err`, which keeps the real request.
pub async fn answered<B>(req: ServiceRequest, next: Next<B>) -> ServiceResponse
where
    B: MessageBody + 'static,
{
    let method = req.method().clone();
    let id = req.extensions().get::<RequestId>().cloned();
    match next.call(req).await {
        Ok(res) => res.map_into_boxed_body(),
        Err(error) => {
            let stand_in = TestRequest::default().method(method).to_http_request();
            if let Some(id) = id {
                stand_in.extensions_mut().insert(id);
            }
            ServiceResponse::from_err(error, stand_in)
        }
    }
}

/// Short, and of characters that need no quoting in a log line, a header or a URL fragment.
fn is_harmless(id: &str) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:+/=@-".contains(&b))
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App, HttpResponse,
        error::ErrorImATeapot,
        http::StatusCode,
        middleware::from_fn,
        test::{call_service, init_service, read_body},
        web,
    };

    use super::*;

    /// The header and the id that the handler saw.
    async fn ask(sent: Option<&str>) -> (String, String) {
        let app = init_service(App::new().wrap(from_fn(assign)).default_service(web::to(
            |req: HttpRequest| async move { HttpResponse::Ok().body(of(&req).to_string()) },
        )))
        .await;
        let mut req = TestRequest::get();
        if let Some(sent) = sent {
            req = req.insert_header((X_REQUEST_ID, sent));
        }
        let res = call_service(&app, req.to_request()).await;
        let header = res.headers().get(X_REQUEST_ID).unwrap().to_str().unwrap().to_owned();
        let body = read_body(res).await;
        (header, String::from_utf8(body.to_vec()).unwrap())
    }

    #[actix_web::test]
    async fn a_harmless_id_is_kept() {
        let longest = "a".repeat(LONGEST);
        for id in ["a", "trace:00-4bf9/x=1@h.example+y_z", &longest] {
            assert_eq!(ask(Some(id)).await, (id.to_owned(), id.to_owned()));
        }
    }

    #[actix_web::test]
    async fn any_other_is_replaced() {
        let too_long = "a".repeat(LONGEST + 1);
        for id in [None, Some(""), Some("a b"), Some("a\"b"), Some("{}"), Some(&*too_long)] {
            let (header, seen) = ask(id).await;
            assert_eq!(header, seen);
            assert_eq!(Uuid::parse_str(&header).unwrap().get_version_num(), 7);
        }
    }

    #[actix_web::test]
    async fn an_error_of_an_inner_layer_becomes_an_answer() {
        let app = init_service(
            App::new()
                .wrap(from_fn(|_: ServiceRequest, _: Next<_>| async {
                    Err::<ServiceResponse, _>(ErrorImATeapot("no"))
                }))
                .wrap(from_fn(assign)),
        )
        .await;
        let req = TestRequest::post().insert_header((X_REQUEST_ID, "mine"));
        let res = call_service(&app, req.to_request()).await;
        assert_eq!(res.status(), StatusCode::IM_A_TEAPOT);
        assert_eq!(res.headers().get(X_REQUEST_ID).unwrap(), "mine");
        assert_eq!(&*of(res.request()), "mine");
        assert_eq!(res.request().method(), "POST");
    }
}

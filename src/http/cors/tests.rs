//! What browsers of listed and other origins are told.

use actix_web::{
    App,
    error::ErrorUnauthorized,
    test::{TestRequest, call_service, init_service},
    web,
};

use super::*;

const OURS: &str = "https://desk.example";
const OTHER: &str = "https://other.example";

/// The headers of the answer of a service in which `/both` is read and written, `/fails` errs.
async fn ask(origins: &[&str], req: TestRequest) -> (u16, HeaderMap) {
    let origins: Vec<String> = origins.iter().map(|&origin| origin.to_owned()).collect();
    let app = init_service(
        App::new()
            .wrap(layer(&origins))
            .service(
                web::resource("/both")
                    .route(web::get().to(HttpResponse::NotModified))
                    .route(web::post().to(|| async {
                        HttpResponse::Ok().insert_header((VARY, "accept")).body("done")
                    }))
                    .route(web::method(Method::OPTIONS).to(|| async {
                        HttpResponse::NoContent()
                            .insert_header((ALLOW, "GET, HEAD, OPTIONS, POST"))
                            .finish()
                    })),
            )
            .service(web::resource("/fails").route(
                web::get().to(|| async { Err::<HttpResponse, _>(ErrorUnauthorized("no")) }),
            )),
    )
    .await;
    let res = call_service(&app, req.to_request()).await;
    (res.status().as_u16(), res.headers().clone())
}

fn preflight(path: &str, origin: &'static str) -> TestRequest {
    TestRequest::default()
        .method(Method::OPTIONS)
        .uri(path)
        .insert_header((ORIGIN, origin))
        .insert_header((ACCESS_CONTROL_REQUEST_METHOD, "POST"))
}

fn get(path: &str, origin: Option<&'static str>) -> TestRequest {
    let req = TestRequest::get().uri(path);
    origin.into_iter().fold(req, |req, origin| req.insert_header((ORIGIN, origin)))
}

#[actix_web::test]
async fn anyone_reads_when_none_is_listed() {
    for origin in [None, Some(OTHER)] {
        for (path, expected) in [("/both", 304), ("/fails", 401), ("/none", 404)] {
            let (status, headers) = ask(&[], get(path, origin)).await;
            assert_eq!(status, expected);
            assert_eq!(headers.get(ACCESS_CONTROL_ALLOW_ORIGIN).unwrap(), "*");
            assert_eq!(headers.get(ACCESS_CONTROL_EXPOSE_HEADERS).unwrap(), EXPOSED_HEADERS);
            assert!(!headers.contains_key(VARY));
        }
    }
}

#[actix_web::test]
async fn the_answer_varies_when_some_are_listed() {
    let list = [" https://DESK.example/ ", ""];
    for (origin, allowed) in [(None, "*"), (Some(OTHER), "*"), (Some(OURS), OURS)] {
        for path in ["/both", "/fails", "/none"] {
            let (_, headers) = ask(&list, get(path, origin)).await;
            assert_eq!(headers.get(ACCESS_CONTROL_ALLOW_ORIGIN).unwrap(), allowed);
            assert_eq!(headers.get(VARY).unwrap(), "Origin");
        }
    }
}

#[actix_web::test]
async fn only_listed_origins_read_the_answer_to_a_write() {
    let post = |origin| TestRequest::post().uri("/both").insert_header((ORIGIN, origin));
    let (_, headers) = ask(&[OURS], post(OURS)).await;
    assert_eq!(headers.get(ACCESS_CONTROL_ALLOW_ORIGIN).unwrap(), OURS);
    assert_eq!(headers.get(VARY).unwrap(), "accept, Origin");
    for other in [OTHER, "null", "https://desk.example.evil.example"] {
        let (_, headers) = ask(&[OURS], post(other)).await;
        assert!(!headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
        assert_eq!(headers.get(VARY).unwrap(), "accept, Origin");
    }
}

#[actix_web::test]
async fn preflights_tell_what_may_be_sent() {
    for (origins, path, origin, allowed, methods) in [
        (&[][..], "/both", OTHER, "*", "GET, HEAD"),
        (&[OURS], "/both", OTHER, "*", "GET, HEAD"),
        (&[OURS], "/both", OURS, OURS, "GET, HEAD, POST"),
        (&[OURS], "/none", OURS, OURS, "GET, HEAD, POST, PUT, PATCH, DELETE"),
    ] {
        let (status, headers) = ask(origins, preflight(path, origin)).await;
        assert_eq!(status, 204);
        assert_eq!(headers.get(ACCESS_CONTROL_ALLOW_ORIGIN).unwrap(), allowed);
        assert_eq!(headers.get(ACCESS_CONTROL_ALLOW_METHODS).unwrap(), methods);
        assert_eq!(headers.get(ACCESS_CONTROL_ALLOW_HEADERS).unwrap(), ALLOWED_HEADERS);
        assert_eq!(headers.get(ACCESS_CONTROL_MAX_AGE).unwrap(), "600");
        assert_eq!(headers.contains_key(VARY), !origins.is_empty());
        assert!(!headers.contains_key(ALLOW));
    }
}

#[actix_web::test]
async fn an_options_request_that_is_no_preflight_reaches_the_router() {
    let plain = TestRequest::default().method(Method::OPTIONS).uri("/both");
    let (status, headers) = ask(&[OURS], plain.insert_header((ORIGIN, OURS))).await;
    assert_eq!(
        (status, headers.get(ALLOW).unwrap()),
        (204, &HeaderValue::from_static("GET, HEAD, OPTIONS, POST"))
    );
    assert!(!headers.contains_key(ACCESS_CONTROL_ALLOW_METHODS));
}

#[test]
fn vary_is_merged() {
    for (before, after) in [
        (&[][..], "Origin"),
        (&["Accept"], "Accept, Origin"),
        (&["origin, Accept"], "origin, Accept"),
        (&["Accept", "Accept-Encoding,accept"], "Accept, Accept-Encoding, Origin"),
        (&["*"], "*"),
    ] {
        let mut headers = HeaderMap::new();
        for value in before {
            headers.append(VARY, HeaderValue::from_static(value));
        }
        vary(&mut headers, "Origin");
        assert_eq!(headers.get_all(VARY).collect::<Vec<_>>(), [after]);
    }
}

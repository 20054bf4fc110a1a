//! Tags, 304 and codings as a caller sees them.

mod head;
mod untouched;

use actix_web::{
    App,
    body::SizedStream,
    dev::ServiceFactory,
    http::header::{
        CACHE_CONTROL, CONTENT_LOCATION, HeaderMap, HeaderName, IF_NONE_MATCH, LAST_MODIFIED, LINK,
        VARY,
    },
    middleware::from_fn,
    test::{TestRequest, call_service, init_service, read_body},
};

use xxhash_rust::xxh3::xxh3_64;

use super::{coding::tests::decode, *};

/// The service: what is asked for is in the path, `/<mark>/<length>`.
async fn handler(path: web::Path<(String, usize)>) -> HttpResponse {
    let (mark, length) = path.into_inner();
    let mut res = HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "public, no-cache"))
        .insert_header((CONTENT_LOCATION, "/here"))
        .insert_header((LAST_MODIFIED, "Sun, 06 Nov 1994 08:49:37 GMT"))
        .insert_header((LINK, "</next>; rel=\"next\""))
        .insert_header((VARY, "Accept"))
        .body("a story ".repeat(length / 8));
    match mark.as_str() {
        "version" => drop(res.extensions_mut().insert(Version(7))),
        "tagged" => drop(res.extensions_mut().insert(Tagged)),
        "own" => drop(res.headers_mut().insert(ETAG, HeaderValue::from_static("\"own\""))),
        "gone" => {
            res.extensions_mut().insert(Version(7));
            *res.status_mut() = StatusCode::GONE;
        }
        "image" => {
            let png = HeaderValue::from_static("image/png");
            res.headers_mut().insert(CONTENT_TYPE, png);
        }
        "packed" => {
            let gzip = HeaderValue::from_static("gzip");
            res.headers_mut().insert(CONTENT_ENCODING, gzip);
        }
        "noise" => {
            res.extensions_mut().insert(Tagged);
            let noise = (0..length as u64).map(|n| xxh3_64(&n.to_le_bytes()) as u8);
            res = res.set_body(BoxBody::new(noise.collect::<Vec<u8>>()));
        }
        "stream" => {
            res.extensions_mut().insert(Version(7));
            let chunks = [Ok::<_, Error>(Bytes::from_static(b"story"))];
            let stream = SizedStream::new(5, futures_util::stream::iter(chunks));
            res = res.set_body(BoxBody::new(stream));
        }
        "absent" => {
            res.extensions_mut().insert(Version(7));
            *res.status_mut() = StatusCode::NO_CONTENT;
            res = res.set_body(BoxBody::new(NoBody::new()));
        }
        _ => {}
    }
    res
}

fn service() -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse,
        Error = Error,
        InitError = (),
    >,
> {
    let resource = web::resource("/{mark}/{length}").to(handler);
    App::new().wrap(from_fn(finish)).service(resource)
}

/// Status, headers and body of one request.
async fn ask(
    method: Method,
    path: &str,
    sent: &[(HeaderName, &str)],
) -> (u16, HeaderMap, BodySize, Bytes) {
    let app = init_service(service()).await;
    let req = TestRequest::default().method(method).uri(path);
    let req = sent.iter().fold(req, |req, (name, value)| req.append_header((name.clone(), *value)));
    let res = call_service(&app, req.to_request()).await;
    let (status, headers) = (res.status().as_u16(), res.headers().clone());
    let size = res.response().body().size();
    (status, headers, size, read_body(res).await)
}

fn etag(headers: &HeaderMap) -> &str {
    headers.get(ETAG).unwrap().to_str().unwrap()
}

#[actix_web::test]
async fn each_coding_has_its_tag_and_reads_back() {
    for (length, mark, prefix) in [(8_000, "version", "7-"), (800_000, "tagged", "")] {
        let path = format!("/{mark}/{length}");
        let (_, headers, _, plain) = ask(Method::GET, &path, &[]).await;
        let hash = format!("{:016x}", xxh3_64(&plain));
        assert_eq!(etag(&headers), format!("\"{prefix}{hash}\""));
        assert!(!headers.contains_key(CONTENT_ENCODING));
        assert_eq!(headers.get(VARY).unwrap(), "Accept, Accept-Encoding");
        for coding in [Coding::Brotli, Coding::Zstd, Coding::Gzip] {
            let accept = (ACCEPT_ENCODING, coding.token());
            let (status, headers, _, body) =
                ask(Method::GET, &path, std::slice::from_ref(&accept)).await;
            assert_eq!(status, 200);
            assert_eq!(headers.get(CONTENT_ENCODING).unwrap(), coding.token());
            assert_eq!(headers.get(VARY).unwrap(), "Accept, Accept-Encoding");
            assert!(body.len() * 10 < plain.len());
            assert_eq!(decode(coding, &body), plain);
            let tag = format!("\"{prefix}{hash}{}\"", coding.suffix());
            assert_eq!(etag(&headers), tag);

            let held = [accept.clone(), (IF_NONE_MATCH, &*tag)];
            assert_eq!(ask(Method::GET, &path, &held).await.0, 304);
            let other = [(IF_NONE_MATCH, &*tag)];
            assert_eq!(ask(Method::GET, &path, &other).await.0, 200, "another coding");
        }
    }
}

#[actix_web::test]
async fn not_modified_keeps_what_a_cache_needs_and_no_more() {
    for method in [Method::GET, Method::HEAD] {
        let sent = [(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, "*")];
        let (status, headers, size, body) = ask(method, "/version/8000", &sent).await;
        assert_eq!((status, size, body.len()), (304, BodySize::None, 0));
        assert!(etag(&headers).starts_with("\"7-") && etag(&headers).ends_with("-br\""));
        let kept = [CACHE_CONTROL, CONTENT_LOCATION, LAST_MODIFIED, LINK, VARY];
        assert!(kept.iter().all(|name| headers.contains_key(name)));
        let gone = [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING];
        assert!(!gone.iter().any(|name| headers.contains_key(name)));
    }
}

#[actix_web::test]
async fn writes_name_the_resource_not_its_packing() {
    for method in [Method::POST, Method::PUT, Method::PATCH] {
        let sent = [(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, "*")];
        let (status, headers, _, body) = ask(method.clone(), "/version/8000", &sent).await;
        assert_eq!(
            (status, headers.get(CONTENT_ENCODING).unwrap()),
            (200, &HeaderValue::from_static("br"))
        );
        let hash = xxh3_64(&decode(Coding::Brotli, &body));
        assert_eq!(etag(&headers), format!("\"7-{hash:016x}\""));
        let (_, headers, ..) = ask(method, "/tagged/8000", &[]).await;
        assert!(!headers.contains_key(ETAG));
    }
}

#[actix_web::test]
async fn only_marked_successes_are_tagged() {
    let any = [(IF_NONE_MATCH, "*")];
    for (method, path, expected) in [
        (Method::GET, "/none/8000", 200),
        (Method::GET, "/gone/8000", 410),
        (Method::POST, "/gone/8000", 410),
        (Method::DELETE, "/version/8000", 200),
        (Method::PUT, "/absent/0", 204),
        (Method::GET, "/no-such-path", 404),
    ] {
        let (status, headers, ..) = ask(method, path, &any).await;
        assert_eq!(status, expected, "{path}");
        assert!(!headers.contains_key(ETAG), "{path}");
    }
}

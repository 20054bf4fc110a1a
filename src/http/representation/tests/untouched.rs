//! Bodies that are sent as they are, and tags that are not ours.

use super::*;

#[actix_web::test]
async fn a_body_that_does_not_shrink_stays_as_it_is() {
    let accept = (ACCEPT_ENCODING, "br, gzip, zstd");
    let (_, headers, _, plain) =
        ask(Method::GET, "/noise/5000", std::slice::from_ref(&accept)).await;
    assert!(!headers.contains_key(CONTENT_ENCODING));
    let tag = format!("\"{:016x}\"", xxh3_64(&plain));
    assert_eq!(etag(&headers), tag);
    let held = [accept, (IF_NONE_MATCH, &*tag)];
    assert_eq!(ask(Method::GET, "/noise/5000", &held).await.0, 304);
}

#[actix_web::test]
async fn small_packed_and_other_bodies_are_left_alone() {
    for (path, varies) in [
        ("/version/1016", true),
        ("/image/8000", false),
        ("/packed/8000", false),
        ("/stream/0", false),
    ] {
        let (_, headers, _, body) = ask(Method::GET, path, &[(ACCEPT_ENCODING, "br")]).await;
        assert!(headers.get(CONTENT_ENCODING).is_none_or(|coding| coding == "gzip"));
        let vary = if varies { "Accept, Accept-Encoding" } else { "Accept" };
        assert_eq!(headers.get(VARY).unwrap(), vary, "{path}");
        assert!(!body.is_empty());
    }
}

#[actix_web::test]
async fn a_tag_of_the_handlers_own_becomes_weak_when_packed() {
    let (_, headers, ..) = ask(Method::GET, "/own/8000", &[]).await;
    assert_eq!(etag(&headers), "\"own\"");
    let (_, headers, ..) = ask(Method::GET, "/own/8000", &[(ACCEPT_ENCODING, "gzip")]).await;
    assert_eq!(etag(&headers), "W/\"own\"");
}

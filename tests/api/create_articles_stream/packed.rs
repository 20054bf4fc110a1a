//! Packed bodies, harmless and not.

use super::{NDJSON, STREAM, newsroom, numbered, stories, told};
use crate::support::{Answer, TestApp};
use reqwest::Method;
use serde_json::json;
use std::io::Write;

async fn post(app: &TestApp, coding: &str, body: Vec<u8>) -> Answer {
    let call = app.with_key(&app.admin, Method::POST, STREAM).header("content-encoding", coding);
    call.body(NDJSON, body).send().await
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[actix_web::test]
async fn gzip_and_zstd_are_unpacked() {
    let app = newsroom().await;
    let text = numbered(1200);
    let answer = post(&app, "gzip", gzip(text.as_bytes())).await.expect(200);
    assert_eq!(told(&answer).1["created"], 1200);
    let packed = zstd::bulk::compress(text.as_bytes(), 3).unwrap();
    let answer = post(&app, "zstd", packed).await.expect(200);
    assert_eq!(told(&answer).1["duplicate"], 1200);
    assert_eq!(stories(&app).await, 1200);
    let (one, two) = text.split_at(text.len() / 3);
    let members = [gzip(one.as_bytes()), gzip(two.as_bytes())].concat();
    let answer = post(&app, "x-gzip", members).await.expect(200);
    assert_eq!(told(&answer).1["duplicate"], 1200, "a file that was appended to");
}

#[actix_web::test]
async fn what_is_cut_off_is_told() {
    let app = newsroom().await;
    let packed = gzip(numbered(2000).as_bytes());
    post(&app, "gzip", packed[..30].to_vec()).await.problem(400, "json_malformed");
    post(&app, "gzip", b"{\"headline\": \"x\"}\n".to_vec()).await.problem(400, "json_malformed");
    post(&app, "zstd", packed.clone()).await.problem(400, "json_malformed");
    assert_eq!(stories(&app).await, 0);
    let answer = post(&app, "gzip", packed[..packed.len() - 40].to_vec()).await.expect(200);
    let (lines, summary) = told(&answer);
    assert!(lines.len() >= 500, "{summary:#}");
    assert_eq!(summary["problem"]["code"], "json_malformed");
    assert_eq!((stories(&app).await, &summary["created"]), (lines.len(), &json!(lines.len())));
}

/// Bytes without end, packed while they are read.
fn bomb(piece: &[u8], pieces: usize) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    for _ in 0..pieces {
        encoder.write_all(piece).unwrap();
    }
    encoder.finish().unwrap()
}

#[actix_web::test]
async fn a_bomb_is_harmless() {
    let app = newsroom().await;
    for piece in [vec![b'\n'; 1 << 20], vec![b' '; 1 << 20], vec![b'x'; 1 << 20]] {
        let packed = bomb(&piece, 500);
        assert!(packed.len() < 100_000, "{}", packed.len());
        post(&app, "zstd", packed).await.problem(413, "body_too_large");
    }
    // a window that would take half a gigabyte of memory
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(29).unwrap();
    encoder.write_all(numbered(3).as_bytes()).unwrap();
    post(&app, "zstd", encoder.finish().unwrap()).await.problem(400, "json_malformed");
    assert_eq!(stories(&app).await, 0);
    let wide = gzip(&vec![b'\n'; 60 << 20]);
    let answer = post(&app, "gzip", wide).await.expect(200);
    assert_eq!(told(&answer).1["lines"], 0, "below the bound it is only blank lines");
}

//! Requests written byte by byte: for what a well-behaved client does not send, and to see the
//! bytes that came back.

use super::{Answer, TestApp, document};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Longer than any limit a test sets.
const PATIENCE: Duration = Duration::from_secs(20);

impl TestApp {
    /// Sends exactly these headers (beside `Host` and `Connection: close`) and these bytes; what
    /// `Content-Length` promises is up to the caller. The answer is held against the document.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let answer = self.exchanged(&method, path, headers, body).await;
        document::check(&method, path, &answer);
        answer
    }

    /// The answer as it crosses the wire, which may be packed.
    pub async fn bytes(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.exchanged(&method, path, headers, b"").await
    }

    async fn exchanged(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let host = self.address.trim_start_matches("http://").to_owned();
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        let mut request = request.into_bytes();
        request.extend_from_slice(body);
        let answered = tokio::task::spawn_blocking(move || exchange(&host, &request));
        parse(&answered.await.expect("an exchange"))
    }
}

fn exchange(host: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(host).expect("connect");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    // a server that refuses early need not read the rest
    let _ = stream.write_all(request);
    let mut bytes = Vec::new();
    let mut chunk = [0; 64 * 1024];
    while !is_whole(&bytes) {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
    bytes
}

/// Where the body starts.
fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

fn length(head: &str) -> Option<usize> {
    let line =
        head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-length:"))?;
    line.split_once(':')?.1.trim().parse().ok()
}

fn is_whole(bytes: &[u8]) -> bool {
    let Some(start) = head_end(bytes) else { return false };
    length(&String::from_utf8_lossy(&bytes[..start]))
        .is_some_and(|length| bytes.len() >= start + length)
}

fn parse(bytes: &[u8]) -> Answer {
    let start = head_end(bytes).unwrap_or_else(|| panic!("no answer: {:?}", bytes.get(..200)));
    let head = std::str::from_utf8(&bytes[..start]).expect("a readable head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        headers.append(name, HeaderValue::from_str(value.trim()).expect("a header's value"));
    }
    let bytes = bytes[start..].to_vec();
    Answer {
        status: StatusCode::from_bytes(status.as_bytes()).expect("a status"),
        headers,
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        bytes,
    }
}

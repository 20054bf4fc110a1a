//! `Accept`: the API speaks JSON only, and says so with 406 rather than sending what cannot be read.

use crate::error::{Code, Error};
use crate::http::lines::NDJSON;
use crate::http::{problem, request_id};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;

/// Where the documented operations are; the pages and `/metrics` speak other formats.
const JSON_ONLY: [&str; 2] = ["/api/", "/health/"];
/// What answers in JSON lines; its problems are JSON.
const JSON_LINES: [&str; 1] = ["/api/v1/articles/stream"];
const JSON: [&str; 2] = ["application/json", "application/problem+json"];

/// Middleware: refuses requests to the API whose `Accept` rules out JSON.
pub async fn json_only<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse, actix_web::Error> {
    let api = JSON_ONLY.iter().any(|start| request.path().starts_with(start));
    let lines = JSON_LINES.contains(&request.path()) && takes(request.headers(), &[NDJSON]);
    if api && !lines && !accepts(request.headers()) {
        return Ok(problem::refuse(request, Error::new(Code::NotAcceptable)));
    }
    Ok(request_id::answered(request, next).await)
}

/// Whether a request with these headers takes JSON.
pub fn accepts(headers: &HeaderMap) -> bool {
    takes(headers, &JSON)
}

fn takes(headers: &HeaderMap, types: &[&str]) -> bool {
    let mut lines = headers.get_all(header::ACCEPT).peekable();
    if lines.peek().is_none() {
        return true;
    }
    let texts: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    ranges_take(&texts.join(","), types)
}

/// The most specific range that matches one of the types decides (RFC 9110 section 12.5.1). A header without any
/// readable range asks for nothing in particular.
fn ranges_take(accept: &str, types: &[&str]) -> bool {
    let mut best: Option<(u8, bool)> = None;
    let mut any = false;
    for part in accept.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        any = true;
        let mut pieces = part.split(';').map(str::trim);
        let range = pieces.next().unwrap_or_default().to_ascii_lowercase();
        let rank = match range.as_str() {
            known if types.contains(&known) => 3,
            "application/*" => 2,
            "*/*" | "*" => 1,
            _ => continue,
        };
        let quality = pieces
            .filter_map(|piece| piece.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
            .and_then(|(_, value)| value.trim().parse::<f32>().ok())
            .unwrap_or(1.0);
        if best.is_none_or(|(known, fine)| rank > known || (rank == known && !fine)) {
            best = Some((rank, quality > 0.0));
        }
    }
    !any || best.is_some_and(|(_, fine)| fine)
}

#[cfg(test)]
mod tests {
    use super::{JSON, ranges_take};

    #[test]
    fn json_is_sent_unless_ruled_out() {
        for fine in [
            "",
            "*/*",
            "text/html, */*;q=0.1",
            "application/json",
            "application/*",
            "Application/JSON; q=0.2",
        ] {
            assert!(ranges_take(fine, &JSON), "{fine}");
        }
        for refused in ["text/html", "application/json;q=0", "*/*, application/json;q=0", "image/*"]
        {
            assert!(!ranges_take(refused, &JSON), "{refused}");
        }
    }
}

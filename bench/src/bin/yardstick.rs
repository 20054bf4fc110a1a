//! The least a web server can do: one handler, no middleware, no log. It answers every request with
//! the status, headers and bytes of an answer that the service gave.
//!
//! yardstick --listen 127.0.0.1:PORT --workers N --answer FILE     (FILE: head, empty line, body)

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};
use std::error::Error;

struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

/// These are the server's own; the others are repeated as they are.
const OWN: [&str; 4] = ["date", "content-length", "connection", "transfer-encoding"];

fn read(file: &str) -> Result<Answer, Box<dyn Error>> {
    let bytes = std::fs::read(file)?;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or("no head")?;
    let head = std::str::from_utf8(&bytes[..end])?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).ok_or("no status")?;
    let mut headers = Vec::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        if !OWN.contains(&name.to_ascii_lowercase().as_str()) {
            headers.push((name.parse()?, HeaderValue::from_str(value.trim())?));
        }
    }
    let body = Bytes::copy_from_slice(&bytes[end + 4..]);
    Ok(Answer { status: StatusCode::from_bytes(status.as_bytes())?, headers, body })
}

async fn answer(answer: web::Data<Answer>) -> HttpResponse {
    let mut reply = HttpResponse::build(answer.status);
    for (name, value) in &answer.headers {
        reply.append_header((name.clone(), value.clone()));
    }
    if answer.status == StatusCode::NOT_MODIFIED {
        return reply.finish();
    }
    reply.body(answer.body.clone())
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let flags: Vec<String> = std::env::args().collect();
    let flag = |name: &str| {
        let place = flags.iter().position(|flag| flag == name);
        place.and_then(|place| flags.get(place + 1)).ok_or(format!("{name} is missing"))
    };
    let data = web::Data::new(read(flag("--answer")?)?);
    HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(answer)))
        .workers(flag("--workers")?.parse()?)
        .bind(flag("--listen")?.as_str())?
        .run()
        .await?;
    Ok(())
}

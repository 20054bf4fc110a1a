//! `Accept`: which format a request is answered in, and 406 rather than what cannot be read.
//!
//! A suffix of the address decides before `Accept` does, so that a link leads everybody to the same.

use crate::error::{Code, Error};
use crate::http::cors::vary;
use crate::http::describe::{Argument, Description};
use crate::http::format::{Format, Offer};
use crate::http::lines::NDJSON;
use crate::http::momentary::EVENT_STREAM;
use crate::http::{problem, request_id};
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpRequest};
use std::convert::Infallible;
use std::future::{Ready, ready};

/// Where the documented operations are; the pages and `/metrics` judge `Accept` themselves.
const JUDGED: [&str; 2] = ["/api/", "/health/"];
/// What answers in JSON lines; its problems are JSON.
const JSON_LINES: [&str; 2] = ["/api/v1/articles/stream", "/api/v1/export"];
/// What answers in server-sent events; its problems are JSON.
const EVENTS: [&str; 1] = ["/api/v1/changes/stream"];
const PROBLEM: &str = "application/problem+json";
/// The address of a feed names its format: whoever reads feeds of any kind may have it.
const FEEDS: &[&str] = &[
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/xml",
    "text/xml",
    "application/json",
    PROBLEM,
];
const SITEMAPS: &[&str] = &["application/xml", "text/xml", PROBLEM];
const ROBOTS: &[&str] = &["text/plain", PROBLEM];
/// What is read at addresses that name their format, by the start of the path.
const NAMED: [(&str, &[&str]); 3] =
    [("/feeds/", FEEDS), ("/sitemap", SITEMAPS), ("/robots.txt", ROBOTS)];

/// The format of an answer, and whether `Accept` decided on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The format.
    pub format: Format,
    /// Whether another `Accept` could have led to another one.
    pub negotiated: bool,
}

/// The format that a request asks for; none when its `Accept` rules out all there is.
pub fn choose(method: &Method, path: &str, headers: &HeaderMap) -> Option<Choice> {
    if let Some(types) = named(path) {
        let fits = types.iter().any(|one| takes(headers, one));
        return fits.then_some(Choice { format: Format::Json, negotiated: false });
    }
    let offer = Offer::at(method, path);
    if let Offer::Named(format) = offer {
        return Some(Choice { format: format.unwrap_or(Format::Json), negotiated: false });
    }
    let format = best(headers, offer.formats())?;
    Some(Choice { format, negotiated: offer == Offer::Story })
}

/// What is read at an address that names its format but is no story.
fn named(path: &str) -> Option<&'static [&'static str]> {
    NAMED.into_iter().find(|(start, _)| path.starts_with(start)).map(|(_, types)| types)
}

/// Middleware: refuses requests to the API whose `Accept` rules out all there is, and tells caches where it
/// decides.
pub async fn judge<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse, actix_web::Error> {
    let is_negotiated = Offer::at(request.method(), request.path()) == Offer::Story;
    let mut response = match refusal(&request) {
        Some(error) => problem::refuse(request, error),
        None => request_id::answered(request, next).await,
    };
    if is_negotiated {
        // whatever became of it: another `Accept` may be answered otherwise
        vary(response.headers_mut(), "Accept");
    }
    Ok(response)
}

/// 406 with what there is, where `Accept` rules out all of it.
fn refusal(request: &ServiceRequest) -> Option<Error> {
    let (path, headers) = (request.path(), request.headers());
    let judged = named(path).is_some() || JUDGED.iter().any(|start| path.starts_with(start));
    let lines = JSON_LINES.contains(&path) && takes(headers, NDJSON);
    let events = EVENTS.contains(&path) && takes(headers, EVENT_STREAM);
    if !judged || lines || events || choose(request.method(), path, headers).is_some() {
        return None;
    }
    let formats = Offer::at(request.method(), path).formats();
    let mut types = formats.iter().map(|format| format.media_type()).collect::<Vec<_>>();
    types.extend(JSON_LINES.contains(&path).then_some(NDJSON));
    types.extend(EVENTS.contains(&path).then_some(EVENT_STREAM));
    let detail = format!("There is: {}.", named(path).unwrap_or(&types).join(", "));
    Some(Error::new(Code::NotAcceptable).detail(detail))
}

/// A handler argument: the format to answer in.
#[derive(Clone, Copy, Debug)]
pub struct Asked(pub Choice);

impl FromRequest for Asked {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let choice = choose(request.method(), request.uri().path(), request.headers());
        let json = Choice { format: Format::Json, negotiated: true };
        ready(Ok(Asked(choice.unwrap_or(json))))
    }
}

impl Argument for Asked {
    fn describe(_: &mut Description) {}
}

fn takes(headers: &HeaderMap, media_type: &str) -> bool {
    let Some(accept) = accepted(headers) else { return true };
    let mut ranges = ranges(&accept).peekable();
    // one without a range asks for nothing in particular
    ranges.peek().is_none() || ranges.any(|range| range.fits(media_type) > Some(0.0))
}

/// The whole `Accept`; none when there is none.
fn accepted(headers: &HeaderMap) -> Option<String> {
    let mut lines = headers.get_all(header::ACCEPT).peekable();
    lines.peek()?;
    let texts: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    Some(texts.join(","))
}

/// The best of these formats for a request with these headers; none when `Accept` rules out all of them.
pub fn best(headers: &HeaderMap, formats: &[Format]) -> Option<Format> {
    // what most programs send
    if headers.get(header::ACCEPT).is_none_or(|accept| accept == "*/*") {
        return formats.first().copied();
    }
    best_of(&accepted(headers)?, formats)
}

/// A media range of an `Accept` (RFC 9110 section 12.5.1).
struct Range {
    name: String,
    /// That JSON is asked for in the shape of ninjs.
    is_ninjs: bool,
    quality: f32,
}

fn ranges(accept: &str) -> impl Iterator<Item = Range> {
    accept.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default().to_ascii_lowercase();
        let mut range = Range { name, is_ninjs: false, quality: 1.0 };
        for (name, value) in pieces.filter_map(|piece| piece.split_once('=')) {
            match name.trim().to_ascii_lowercase().as_str() {
                "q" => range.quality = value.trim().parse().unwrap_or(1.0),
                "profile" => range.is_ninjs = value.contains("ninjs"),
                _ => {}
            }
        }
        range
    })
}

impl Range {
    /// How exactly it names a media type: 4 wholly, 2 by its family, 1 not at all but takes it; none when it does not.
    fn rank(&self, media_type: &str) -> Option<u8> {
        let family = || self.name.strip_suffix("/*").filter(|kind| *kind != "*");
        match self.name.as_str() {
            name if name == media_type => Some(4),
            "*/*" | "*" => Some(1),
            _ => family().filter(|kind| media_type.split('/').next() == Some(kind)).map(|_| 2),
        }
    }

    /// The quality it gives a media type.
    fn fits(&self, media_type: &str) -> Option<f32> {
        self.rank(media_type).map(|_| self.quality)
    }

    fn rank_of(&self, format: Format) -> Option<u8> {
        match format {
            Format::Ninjs if self.is_ninjs && self.name == "application/json" => Some(4),
            Format::Json if self.is_ninjs => self.rank("application/json").map(|_| 3),
            // whoever reads our problems reads our JSON, if there is nothing better
            Format::Json if self.name == PROBLEM => Some(3),
            format => self.rank(format.media_type()),
        }
    }
}

/// The format of the highest quality; of equals the one that is named most exactly, then the first.
/// The most exact range that matches a format decides on its quality; of those the highest. A header without any
/// readable range asks for nothing in particular.
fn best_of(accept: &str, formats: &[Format]) -> Option<Format> {
    let ranges: Vec<Range> = ranges(accept).collect();
    if ranges.is_empty() {
        return formats.first().copied();
    }
    let mut best: Option<(f32, u8, Format)> = None;
    for format in formats {
        let ranked =
            ranges.iter().filter_map(|range| Some((range.rank_of(*format)?, range.quality)));
        let Some((rank, quality)) =
            ranked.reduce(|one, other| if other > one { other } else { one })
        else {
            continue;
        };
        let better = best.is_none_or(|(most, exact, _)| (quality, rank) > (most, exact));
        if quality > 0.0 && better {
            best = Some((quality, rank, *format));
        }
    }
    best.map(|(_, _, format)| format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_sent_unless_ruled_out() {
        for fine in [
            "",
            "*/*",
            "text/html, */*;q=0.1",
            "application/json",
            "application/problem+json",
            "application/*",
            "Application/JSON; q=0.2",
        ] {
            assert_eq!(best_of(fine, &[Format::Json]), Some(Format::Json), "{fine}");
        }
        for refused in ["text/html", "application/json;q=0", "*/*, application/json;q=0", "image/*"]
        {
            assert_eq!(best_of(refused, &[Format::Json]), None, "{refused}");
        }
    }

    #[test]
    fn readers_of_any_feed_have_every_feed() {
        let choose = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, header::HeaderValue::from_static(accept));
            choose(&Method::GET, "/feeds/articles.rss", &headers).is_some()
        };
        for fine in ["application/atom+xml", "text/*", "application/xml;q=0.1, text/html", "*/*"] {
            assert!(choose(fine), "{fine}");
        }
        for refused in ["text/html", "image/*, text/plain"] {
            assert!(!choose(refused), "{refused}");
        }
    }

    #[test]
    fn a_story_is_sent_as_it_is_asked_for() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        for (accept, format) in [
            ("*/*", Format::Json),
            ("application/json, text/plain, */*", Format::Json),
            ("application/*", Format::Json),
            (browser, Format::Html),
            ("text/html, */*", Format::Html),
            ("text/markdown, text/html;q=0.5", Format::Markdown),
            ("text/html;q=0.3, text/plain;q=0.4", Format::Text),
            ("text/*", Format::Text),
            ("application/ld+json, application/problem+json", Format::JsonLd),
            ("application/vnd.iptc.ninjs+json", Format::Ninjs),
            ("application/atom+xml", Format::Atom),
            ("application/atom+xml;type=entry, application/json;q=0.9", Format::Atom),
            ("application/json;profile=\"http://www.iptc.org/std/ninjs/3.1\"", Format::Ninjs),
            ("*/*;q=0.1, application/json;q=0", Format::Ninjs),
        ] {
            assert_eq!(best_of(accept, &Format::OF_A_STORY), Some(format), "{accept}");
        }
        for refused in ["image/png", "*/*;q=0", "text/calendar, text/html;q=0"] {
            assert_eq!(best_of(refused, &Format::OF_A_STORY), None, "{refused}");
        }
    }
}

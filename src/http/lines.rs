//! A request body of JSON lines, read as it arrives: any number of them, plain or packed, in bounded
//! memory whatever is sent.
//!
//! A line beyond the limit of a body is dropped as it is read. A body that unpacks to much more than
//! was sent ends the reading, and so does one that stops coming.

use crate::error::{Code, Error};
use crate::http::body::{BodyTimeout, Document, MAX_BYTES, declares_utf8, essence, unsupported};
use crate::http::describe::{Argument, Description};
use crate::http::problem::Accepted;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use async_compression::tokio::bufread::{GzipDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use futures_util::future::LocalBoxFuture;
use futures_util::{Stream, StreamExt};
use std::cell::Cell;
use std::io;
use std::marker::PhantomData;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, BufReader};
use tokio_util::io::StreamReader;
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{ContentBuilder, Ref, Required};

/// The media type of JSON lines.
pub const NDJSON: &str = "application/x-ndjson";
/// Other names of it that clients use.
const SAME: [&str; 4] =
    [NDJSON, "application/ndjson", "application/jsonl", "application/x-jsonlines"];
/// The window a zstd body may ask for: 8 MiB, as RFC 9659 has it.
const ZSTD_WINDOW_LOG: u32 = 23;
/// A body may unpack to this many bytes whatever it was ...
const FREE: u64 = 64 << 20;
/// ... and beyond to this many times what was sent.
const MOST_TIMES: u64 = 200;
/// After this many bytes others get their turn on the worker.
const TURN: usize = 256 << 10;
const BUFFER: usize = 64 << 10;

/// The lines of a body, each of which `D` describes.
pub struct Lines<D> {
    reader: Box<dyn AsyncBufRead + Unpin>,
    sent: Rc<Cell<u64>>,
    read: u64,
    since_turn: usize,
    number: u64,
    longest: usize,
    broken: Option<Error>,
    ended: bool,
    described: PhantomData<D>,
}

/// A line that is not blank.
#[derive(Debug)]
pub struct Line {
    /// Its place, from 1, blank lines counted.
    pub number: u64,
    /// What it says, unless it is too long.
    pub text: Result<Vec<u8>, Error>,
}

impl<D> Lines<D> {
    /// Takes lines of so many bytes instead of 4 MiB.
    pub fn set_longest(&mut self, bytes: usize) {
        self.longest = bytes;
    }

    /// The next lines, at most so many and hardly more than so many bytes; none at the end. Once
    /// the body cannot be read any further, that is told after the lines before it.
    pub async fn some(&mut self, most: usize, bytes: usize) -> Result<Vec<Line>, Error> {
        let (mut lines, mut held) = (Vec::new(), 0);
        while lines.len() < most && held < bytes && self.broken.is_none() {
            match self.next().await {
                Ok(Some(line)) => {
                    held += line.text.as_ref().map_or(0, Vec::len);
                    lines.push(line);
                }
                Ok(None) => break,
                Err(error) => self.broken = Some(error),
            }
        }
        self.ended |= lines.is_empty();
        match self.broken.take_if(|_| lines.is_empty()) {
            Some(error) => Err(error),
            None => Ok(lines),
        }
    }

    /// Reads what is left and does nothing with it: a client that is still sending would not see an
    /// answer.
    pub async fn drain(&mut self) {
        while !self.ended {
            // what it fails with ends it
            let _ = self.some(usize::MAX, TURN).await;
        }
    }

    async fn next(&mut self) -> Result<Option<Line>, Error> {
        while let Some(text) = self.read_line().await? {
            self.number += 1;
            let blank = text.as_ref().is_ok_and(|text| text.iter().all(u8::is_ascii_whitespace));
            if !blank {
                return Ok(Some(Line { number: self.number, text }));
            }
        }
        Ok(None)
    }

    /// What stands before the next line's end, or before the end of the body.
    async fn read_line(&mut self) -> Result<Option<Result<Vec<u8>, Error>>, Error> {
        let (mut line, mut begun, mut too_long) = (Vec::new(), false, false);
        loop {
            let piece = self.reader.fill_buf().await.map_err(unreadable)?;
            if piece.is_empty() && !begun {
                return Ok(None);
            }
            begun = true;
            let at = piece.iter().position(|byte| *byte == b'\n');
            let text = &piece[..at.unwrap_or(piece.len())];
            too_long |= line.len() + text.len() > self.longest;
            if too_long {
                line = Vec::new();
            } else {
                line.extend_from_slice(text);
            }
            let (ended, used) =
                (at.is_some() || piece.is_empty(), at.map_or(text.len(), |at| at + 1));
            self.reader.consume(used);
            self.pace(used).await?;
            if ended {
                let refused = || {
                    let detail = format!("A line has at most {} MiB.", self.longest >> 20);
                    Error::new(Code::BodyTooLarge).detail(detail)
                };
                return Ok(Some(if too_long { Err(refused()) } else { Ok(line) }));
            }
        }
    }

    /// Leaves the worker to others from time to time, and ends what unpacks without end.
    async fn pace(&mut self, used: usize) -> Result<(), Error> {
        self.read += used as u64;
        self.since_turn += used;
        if self.since_turn > TURN {
            self.since_turn = 0;
            tokio::task::yield_now().await;
        }
        if self.read > FREE && self.read / MOST_TIMES > self.sent.get() {
            let detail = format!("The body unpacks to more than {MOST_TIMES} times its size.");
            return Err(Error::new(Code::BodyTooLarge).detail(detail));
        }
        Ok(())
    }
}

fn unreadable(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::TimedOut => Error::new(Code::RequestTimeout),
        _ => {
            let detail = format!("The body could not be read: {error}.");
            Error::new(Code::JsonMalformed).detail(detail)
        }
    }
}

/// How a body is packed.
#[derive(Clone, Copy)]
enum Packing {
    None,
    Gzip,
    Zstd,
}

fn packing(request: &HttpRequest) -> Option<Packing> {
    let Some(coding) = request.headers().get(header::CONTENT_ENCODING) else {
        return Some(Packing::None);
    };
    match coding.to_str().ok()?.to_ascii_lowercase().as_str() {
        "identity" => Some(Packing::None),
        "gzip" | "x-gzip" => Some(Packing::Gzip),
        "zstd" => Some(Packing::Zstd),
        _ => None,
    }
}

/// The bytes as they arrive; each piece within the limit, since the whole may take its time.
fn arriving(
    payload: web::Payload,
    limit: Duration,
    sent: Rc<Cell<u64>>,
) -> impl Stream<Item = io::Result<Bytes>> {
    futures_util::stream::try_unfold(payload, move |mut payload| {
        let sent = sent.clone();
        async move {
            let piece = tokio::time::timeout(limit, payload.next()).await;
            let Some(piece) = piece.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))? else {
                return Ok(None);
            };
            let piece = piece.map_err(io::Error::other)?;
            sent.set(sent.get() + piece.len() as u64);
            Ok(Some((piece, payload)))
        }
    })
}

fn unpacked(
    packing: Packing,
    sent: impl Stream<Item = io::Result<Bytes>> + 'static,
) -> Box<dyn AsyncBufRead + Unpin> {
    let plain = StreamReader::new(Box::pin(sent));
    match packing {
        Packing::None => Box::new(plain),
        Packing::Gzip => {
            let mut decoder = GzipDecoder::new(plain);
            decoder.multiple_members(true);
            Box::new(BufReader::with_capacity(BUFFER, decoder))
        }
        Packing::Zstd => {
            let window = [DParameter::window_log_max(ZSTD_WINDOW_LOG)];
            let mut decoder = ZstdDecoder::with_params(plain, &window);
            decoder.multiple_members(true);
            Box::new(BufReader::with_capacity(BUFFER, decoder))
        }
    }
}

impl<D: Document> FromRequest for Lines<D> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        request.extensions_mut().insert(Accepted(NDJSON));
        let known = SAME.contains(&essence(request).as_str()) && declares_utf8(request);
        let packing = packing(request).filter(|_| known);
        let limit = BodyTimeout::of(request);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let packing = packing.ok_or_else(|| {
                let detail = "Send application/x-ndjson in UTF-8, plain or as gzip or zstd.";
                let header = if known { "Content-Encoding" } else { "Content-Type" };
                unsupported(header, detail)
            })?;
            let payload =
                payload.await.map_err(|error| Error::internal(anyhow::anyhow!("{error}")))?;
            let sent = Rc::new(Cell::new(0));
            Ok(Lines {
                reader: unpacked(packing, arriving(payload, limit, sent.clone())),
                sent,
                read: 0,
                since_turn: 0,
                number: 0,
                longest: MAX_BYTES,
                broken: None,
                ended: false,
                described: PhantomData,
            })
        })
    }
}

impl<D: Document> Argument for Lines<D> {
    fn describe(description: &mut Description) {
        description.schema::<D>();
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(D::name()))).build();
        let text = "One JSON object a line, any number of lines, each of at most 4 MiB; blank \
                    lines are passed over. Plain, or with `Content-Encoding: gzip` or `zstd`. The \
                    schema is that of a line.";
        let body = RequestBodyBuilder::new()
            .required(Some(Required::True))
            .description(Some(text))
            .content(NDJSON, content);
        description.request_body(body.build());
        description.fails(&[
            Code::JsonMalformed,
            Code::RequestTimeout,
            Code::BodyTooLarge,
            Code::MediaTypeUnsupported,
        ]);
    }
}

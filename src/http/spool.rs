//! An answer of JSON lines that is written before it is sent: in memory at first, then in a
//! temporary file without a name.

use crate::error::Error;
use crate::http::describe::{Description, Reply};
use crate::http::json;
use crate::http::lines::NDJSON;
use crate::http::reply;
use actix_web::body::{BoxBody, MessageBody, SizedStream};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_util::stream::try_unfold;
use serde::Serialize;
use std::io::{Read, Seek, Write};
use std::marker::PhantomData;
use tempfile::SpooledTempFile;
use utoipa::ToSchema;

/// What is held in memory.
const IN_MEMORY: usize = 1 << 20;
/// What is held at all: some seven million lines.
const MOST: u64 = 1 << 30;
/// What is read at once when it is sent.
const PIECE: usize = 64 << 10;

/// Lines on their way out, each of which `T` describes.
#[derive(Debug)]
pub struct Spool<T> {
    file: SpooledTempFile,
    bytes: u64,
    /// Whether lines are missing.
    broken: bool,
    described: PhantomData<T>,
}

impl<T> Default for Spool<T> {
    fn default() -> Self {
        Self {
            file: SpooledTempFile::new(IN_MEMORY),
            bytes: 0,
            broken: false,
            described: PhantomData,
        }
    }
}

impl<T: Serialize> Spool<T> {
    /// Whether no more should be written than an end.
    pub fn is_full(&self) -> bool {
        self.bytes > MOST
    }

    /// Writes lines. Once that has failed it fails for good: no summary may follow on a gap.
    pub async fn write(&mut self, lines: &[T]) -> Result<(), Error> {
        let mut text = Vec::new();
        for line in lines {
            json::append(&mut text, line)?;
            text.push(b'\n');
        }
        if std::mem::replace(&mut self.broken, true) {
            return Err(Error::unavailable(anyhow::anyhow!("an earlier line was not written")));
        }
        let length = text.len() as u64;
        // it changes hands, since writing is not for a worker
        let mut file = std::mem::replace(&mut self.file, SpooledTempFile::new(IN_MEMORY));
        self.file = blocking(move || file.write_all(&text).map(|()| file)).await?;
        self.bytes += length;
        self.broken = false;
        Ok(())
    }
}

async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<R> + Send + 'static,
) -> Result<R, Error> {
    web::block(work).await.map_err(Error::unavailable)?.map_err(Error::unavailable)
}

impl<T> Responder for Spool<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let Self { mut file, bytes, .. } = self;
        if let Err(error) = file.rewind() {
            return HttpResponse::from_error(Error::internal(error));
        }
        let pieces = try_unfold(file, |mut file| async move {
            let read = blocking(move || {
                let mut piece = Vec::with_capacity(PIECE);
                (&mut file).take(PIECE as u64).read_to_end(&mut piece)?;
                Ok((piece, file))
            });
            let (piece, file) = read.await?;
            Ok::<_, Error>((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
        });
        let body = SizedStream::new(bytes, Box::pin(pieces)).boxed();
        HttpResponse::Ok().insert_header((CONTENT_TYPE, NDJSON)).body(body)
    }
}

impl<T: ToSchema> Reply for Spool<T> {
    fn describe(description: &mut Description) {
        description.schema::<T>();
        let text = "One JSON object a line: what became of each line that was sent, in their order, \
                    and at the end the summary, without which the answer is incomplete.";
        description.response(200, reply::lines::<T>(text));
    }
}

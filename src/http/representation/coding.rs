//! Content codings: which one a caller wants, which answers are worth it, and the packing itself.

use std::io::{self, Write as _};

use actix_web::http::{
    StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderValue,
    },
};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

/// Shorter bodies fit in one packet anyway.
pub const WORTHWHILE: usize = 1024;

/// A content coding we can produce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// `br`
    Brotli,
    /// `zstd`
    Zstd,
    /// `gzip`
    Gzip,
    /// As it is.
    Identity,
}

use Coding::{Brotli, Gzip, Identity, Zstd};

impl Coding {
    /// The value of `Content-Encoding`.
    pub const fn token(self) -> &'static str {
        match self {
            Brotli => "br",
            Zstd => "zstd",
            Gzip => "gzip",
            Identity => "identity",
        }
    }

    /// The end of the entity tag: two codings of one thing are different bytes (RFC 9110, 8.8.3.3).
    pub const fn suffix(self) -> &'static str {
        match self {
            Brotli => "-br",
            Zstd => "-zst",
            Gzip => "-gz",
            Identity => "",
        }
    }

    /// The body in this coding. The levels are the fast ones: an answer is packed for each caller.
    pub fn encode(self, body: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Identity => Ok(body.to_vec()),
            Zstd => zstd::bulk::compress(body, 3),
            Gzip => {
                let packed = Vec::with_capacity(body.len() / 2);
                let mut encoder = GzEncoder::new(packed, Compression::new(6));
                encoder.write_all(body)?;
                encoder.finish()
            }
            Brotli => {
                let params = BrotliEncoderParams {
                    quality: 4,
                    // A window beyond the body would only cost memory.
                    lgwin: (body.len().max(1).ilog2() as i32 + 1).clamp(16, 22),
                    size_hint: body.len(),
                    ..Default::default()
                };
                let mut packed = Vec::with_capacity(body.len() / 2);
                brotli::BrotliCompress(&mut &*body, &mut packed, &params)?;
                Ok(packed)
            }
        }
    }
}

/// The coding that suits `Accept-Encoding` best: highest `q`, then br, zstd, gzip, identity. When
/// nothing is acceptable it is identity, as RFC 9110 (12.5.3) allows and every client can read.
pub fn negotiate<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Coding {
    let (mut asked, mut any) = ([None; 4], None);
    let lines = lines.filter_map(|line| line.to_str().ok());
    for (name, quality) in lines.flat_map(|line| line.split(',')).filter_map(element) {
        let coding = match name.to_ascii_lowercase().as_str() {
            "br" => Brotli,
            "zstd" => Zstd,
            "gzip" | "x-gzip" => Gzip,
            "identity" => Identity,
            "*" => {
                any = Some(quality);
                continue;
            }
            _ => continue,
        };
        asked[coding as usize] = Some(quality);
    }
    let quality = |coding: Coding| asked[coding as usize].or(any).unwrap_or(0);
    [Brotli, Zstd, Gzip]
        .into_iter()
        .rev() // of equals, `max_by_key` takes the last
        .filter(|&coding| quality(coding) > 0 && quality(coding) >= quality(Identity))
        .max_by_key(|&coding| quality(coding))
        .unwrap_or(Identity)
}

/// Name and quality in thousandths of one element; nothing when its quality is malformed.
fn element(element: &str) -> Option<(&str, u16)> {
    let mut parts = element.split(';').map(str::trim);
    let name = parts.next()?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((name, weight.map_or(Some(1000), thousandths)?))
}

/// `0.123` as 123: at most three decimals, at most 1.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match whole {
        "0" => format!("{decimals:0<3}").parse().ok(),
        "1" if decimals.bytes().all(|b| b == b'0') => Some(1000),
        _ => None,
    }
}

/// Whether an answer is of a kind that is packed for those who ask: text of some sort, whole, and
/// neither packed yet nor protected from it.
pub fn is_packable(status: StatusCode, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    status != StatusCode::PARTIAL_CONTENT
        && !headers.contains_key(CONTENT_ENCODING)
        && !headers.contains_key(CONTENT_RANGE)
        && !text(CACHE_CONTROL).is_some_and(|value| value.contains("no-transform"))
        && text(CONTENT_TYPE).is_some_and(is_text)
}

/// Media types that packing makes smaller.
fn is_text(media_type: &str) -> bool {
    let end = media_type.find(';').unwrap_or(media_type.len());
    let essence = media_type[..end].trim().to_ascii_lowercase();
    let Some((kind, format)) = essence.split_once('/') else {
        return false;
    };
    let plain = ["json", "xml", "javascript", "yaml", "x-yaml", "x-ndjson", "jsonl"];
    kind == "text"
        || (kind == "application" && plain.contains(&format))
        || ["+json", "+xml", "+yaml"].iter().any(|end| format.ends_with(end))
}

#[cfg(test)]
pub mod tests;

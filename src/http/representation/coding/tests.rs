//! Negotiation by example and by property; every coding reads back as what went in.

use std::io::Read as _;

use actix_web::http::header::CONTENT_LENGTH;
use proptest::prelude::*;

use super::*;

fn chosen(line: &str) -> Coding {
    negotiate(HeaderValue::from_str(line).iter())
}

#[test]
fn the_highest_quality_wins_then_our_order() {
    for (line, expected) in [
        ("", Identity),
        ("br", Brotli),
        ("gzip, deflate, br, zstd", Brotli),
        ("gzip, zstd", Zstd),
        ("GZIP", Gzip),
        ("x-gzip", Gzip),
        ("deflate, compress", Identity),
        ("br;q=0.5, gzip;q=0.9", Gzip),
        ("br ; Q=0.5 , zstd ; q=0.6", Zstd),
        ("br;q=0, gzip;q=0.001", Gzip),
        ("gzip;q=0", Identity),
        ("*", Brotli),
        ("*, br;q=0", Zstd),
        ("*;q=0, gzip", Gzip),
        ("*;q=0", Identity),
        ("identity", Identity),
        ("identity, gzip", Gzip),
        ("identity;q=1, gzip;q=0.5", Identity),
        ("identity;q=0, gzip;q=0.1", Gzip),
        ("identity;q=0", Identity),
        ("br;q=0.1, zstd;q=0.1, gzip;q=0.1, *;q=0.5", Identity),
        ("br;q=2, gzip;q=0.5", Gzip),
        ("br;q=0.1234", Identity),
        ("br;q=, gzip;q=x", Identity),
        (",,;q=1,gzip", Gzip),
    ] {
        assert_eq!(chosen(line), expected, "{line}");
    }
    assert_eq!(negotiate(std::iter::empty()), Identity);
    let lines = ["gzip", "zstd;q=0.9, br"].map(HeaderValue::from_static);
    assert_eq!(negotiate(lines.iter()), Brotli, "several lines are one list");
}

#[test]
fn only_text_that_is_whole_and_plain_is_packed() {
    for (media_type, expected) in [
        ("application/json", true),
        ("Application/Problem+JSON; charset=utf-8", true),
        ("application/rss+xml", true),
        ("image/svg+xml", true),
        ("text/html; charset=utf-8", true),
        ("text/javascript", true),
        ("application/yaml", true),
        ("image/png", false),
        ("application/zip", false),
        ("application/octet-stream; x=json", false),
        ("json", false),
    ] {
        assert_eq!(is_text(media_type), expected, "{media_type}");
    }
    let mut headers = HeaderMap::new();
    assert!(!is_packable(StatusCode::OK, &headers));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("5000"));
    assert!(is_packable(StatusCode::OK, &headers));
    assert!(is_packable(StatusCode::NOT_FOUND, &headers));
    assert!(!is_packable(StatusCode::PARTIAL_CONTENT, &headers));
    for (name, value) in [
        (CONTENT_ENCODING, "gzip"),
        (CONTENT_RANGE, "bytes 0-1/2"),
        (CACHE_CONTROL, "public, no-transform"),
    ] {
        let mut headers = headers.clone();
        headers.insert(name, HeaderValue::from_static(value));
        assert!(!is_packable(StatusCode::OK, &headers));
    }
}

/// What a client makes of an encoded body.
pub fn decode(coding: Coding, body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match coding {
        Brotli => brotli::BrotliDecompress(&mut &*body, &mut plain).unwrap(),
        Zstd => plain = zstd::decode_all(body).unwrap(),
        Gzip => {
            flate2::read::GzDecoder::new(body).read_to_end(&mut plain).unwrap();
        }
        Identity => plain = body.to_vec(),
    }
    plain
}

/// A list of codings with qualities in thousandths.
fn listed() -> impl Strategy<Value = Vec<(&'static str, u16)>> {
    let names = prop::sample::subsequence(vec!["br", "zstd", "gzip", "identity", "*"], 0..=5);
    names.prop_flat_map(|names| {
        let count = names.len();
        (Just(names), prop::collection::vec(0u16..=1000, count))
            .prop_map(|(names, qualities)| names.into_iter().zip(qualities).collect())
    })
}

proptest! {
    #[test]
    fn a_refused_coding_is_never_chosen_and_none_is_better(list in listed().prop_shuffle()) {
        let line: Vec<String> = list
            .iter()
            .map(|(name, q)| format!("{name};q={}.{:03}", q / 1000, q % 1000))
            .collect();
        let coding = chosen(&line.join(", "));
        let of = |name| list.iter().find(|(n, _)| *n == name).map(|(_, q)| *q);
        let quality = |coding: Coding| of(coding.token()).or(of("*")).unwrap_or(0);
        if coding != Identity {
            prop_assert!(quality(coding) > 0);
        }
        for other in [Brotli, Zstd, Gzip, Identity] {
            prop_assert!(quality(other) <= quality(coding), "{other:?} suits better");
        }
    }

    #[test]
    fn any_field_gets_an_answer(line in "[ -~]{0,60}") {
        chosen(&line);
    }

    #[test]
    fn every_coding_reads_back(body in prop::collection::vec(any::<u8>(), 0..5000)) {
        for coding in [Brotli, Zstd, Gzip, Identity] {
            prop_assert_eq!(&decode(coding, &coding.encode(&body).unwrap()), &body);
        }
    }
}

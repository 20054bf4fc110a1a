//! Entity tags: `"<version>-<hash of the bytes>"` for a resource, `"<hash>"` for a list.

use crate::http::json;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

/// The tag of a resource in its identity coding.
pub fn of_resource(version: i64, body: &[u8]) -> String {
    format!("\"{version}-{}\"", hash(body))
}

/// The tag a resource's view would have when sent.
pub fn of_view<T: Serialize>(version: i64, view: &T) -> Option<String> {
    json::to_vec(view).ok().map(|body| of_resource(version, &body))
}

/// Sixteen hexadecimal digits that move whenever the bytes do.
pub fn hash(body: &[u8]) -> String {
    format!("{:016x}", xxh3_64(body))
}

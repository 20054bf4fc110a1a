//! What an answer is remembered by: its address with the parameters in order, and its coding.

use crate::addresses::encode;
use crate::http::format::Format;
use crate::http::negotiate::Choice;
use crate::http::params::pairs;
use crate::http::representation::Coding;
use actix_web::dev::RequestHead;
use actix_web::http::{Method, header};
use quick_cache::Equivalent;
use std::borrow::Cow;

/// Only below these are answers remembered.
const REMEMBERED: [&str; 3] = ["/api/", "/feeds/", "/sitemap"];
/// But not here: these wait for what is to come, each by itself.
const WAITING: &str = "/api/v1/changes";

/// The key of a remembered answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The address: see [`target`].
    pub target: Box<str>,
    /// The coding that was asked for.
    pub coding: Coding,
}

/// A key to look up with.
#[derive(Clone, Copy, Debug, Hash)]
pub struct Lookup<'a> {
    /// The address.
    pub target: &'a str,
    /// The coding that is asked for.
    pub coding: Coding,
}

impl Equivalent<Key> for Lookup<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.coding == key.coding && *self.target == *key.target
    }
}

impl Lookup<'_> {
    /// The key itself.
    pub fn to_key(self) -> Key {
        Key { target: self.target.into(), coding: self.coding }
    }
}

/// The path and the parameters, sorted by name; values of one name stay in their order, since that
/// may matter. What `Accept` chose stands behind it. None when the answer is not one to remember: a write, or a request with a key.
pub fn target(request: &RequestHead, choice: Choice) -> Option<Cow<'_, str>> {
    let reads = matches!(request.method, Method::GET | Method::HEAD);
    let uri = request.uri.path_and_query()?;
    if !reads
        || !REMEMBERED.iter().any(|start| uri.path().starts_with(start))
        || uri.path().starts_with(WAITING)
        || request.headers.contains_key(header::AUTHORIZATION)
    {
        return None;
    }
    let target = match uri.query() {
        None => Cow::Borrowed(uri.path()),
        Some(query) => Cow::Owned(sorted(uri.path(), query)?),
    };
    match (choice.negotiated, choice.format) {
        (false, _) | (true, Format::Json) => Some(target),
        // no address holds a space
        (true, format) => Some(Cow::Owned(format!("{target} {}", format.suffix()))),
    }
}

/// Its answers are for one reader, and never kept.
const PREVIEW: &str = "preview";

/// None for a preview, and when the parameters cannot be read: the handler will say so.
fn sorted(path: &str, query: &str) -> Option<String> {
    let plain = !query.contains(['%', '+']);
    if plain && !query.contains('&') && !query.is_empty() && !query.starts_with(PREVIEW) {
        return Some(format!("{path}?{query}"));
    }
    let mut pairs = pairs(query).ok()?;
    if pairs.iter().any(|(name, _)| name == PREVIEW) {
        return None;
    }
    pairs.sort_by(|one, other| one.0.cmp(&other.0));
    let mut target = path.to_owned();
    for (index, (name, value)) in pairs.iter().enumerate() {
        target.push(if index == 0 { '?' } else { '&' });
        target.push_str(&encode(name));
        target.push('=');
        target.push_str(&encode(value));
    }
    Some(target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    const JSON: Choice = Choice { format: Format::Json, negotiated: true };

    fn target_of(uri: &str) -> Option<String> {
        target(TestRequest::with_uri(uri).to_srv_request().head(), JSON).map(Cow::into_owned)
    }

    #[test]
    fn the_same_request_has_the_same_key() {
        let same = ["/api/a?x=1&y=%41+b", "/api/a?y=A%20b&x=1", "/api/a?&x=1&y=A%20b&"];
        let keys: Vec<_> = same.map(target_of).into();
        assert_eq!(keys[0].as_deref(), Some("/api/a?x=1&y=A%20b"));
        assert!(keys.iter().all(|key| *key == keys[0]));
        assert_ne!(target_of("/api/a?ids=1&ids=2"), target_of("/api/a?ids=2&ids=1"));
        assert_ne!(target_of("/api/a?x=1%26y=2"), target_of("/api/a?x=1&y=2"));
        assert_eq!(target_of("/api/a?preview=x"), None);
        assert_eq!(target_of("/api/a?x=1&pre%76iew=x"), None);
        assert_eq!(target_of("/docs/"), None);
        assert_eq!(target_of("/api/a?x=%ff"), None);
    }

    #[test]
    fn keys_and_writes_are_not_remembered() {
        let keyed = TestRequest::with_uri("/api/a").insert_header(("authorization", "Bearer x"));
        assert_eq!(target(keyed.to_srv_request().head(), JSON), None);
        assert_eq!(target(TestRequest::post().uri("/api/a").to_srv_request().head(), JSON), None);
    }

    #[test]
    fn each_format_has_a_key_of_its_own() {
        let of = |format, negotiated| {
            let request = TestRequest::with_uri("/api/v1/articles/a?x=1").to_srv_request();
            target(request.head(), Choice { format, negotiated }).map(Cow::into_owned)
        };
        assert_eq!(of(Format::Json, true), of(Format::Html, false), "the address says it");
        assert_ne!(of(Format::Json, true), of(Format::Html, true));
        assert_ne!(of(Format::Text, true), of(Format::Html, true));
    }

    proptest! {
        #[test]
        fn different_parameters_have_different_keys(one in "[a-b=&%2]{0,12}", other in "[a-b=&%2]{0,12}") {
            let read = |query: &str| pairs(query).ok().map(|mut pairs| {
                pairs.sort_by(|one, other| one.0.cmp(&other.0));
                pairs
            });
            let keys = (sorted("/api/", &one), sorted("/api/", &other));
            if let ((Some(a), Some(b)), (Some(x), Some(y))) = (&keys, (read(&one), read(&other))) {
                // one parameter without anything to decode is its own key, whatever its form
                if x != y { prop_assert_ne!(a, b); }
            }
        }
    }
}

//! The response cache: finished answers to public reads, sent again as long as they are true.
//!
//! It stands in front of everything else. Whether an answer is still true
//! is [`crate::freshness`]'s to say; what it rests on, the handler's ([`super::basis`]). An answer is
//! made once for all who wait for it, in identity coding; the other codings are made from that when
//! they are first asked for. Its memory is bounded in bytes.

mod entry;
mod flights;
mod front;
mod key;
mod policy;

pub use front::Front;
pub use policy::{Policy, SurrogateKeys};

use crate::error::Error;
use crate::freshness::Freshness;
use crate::http::basis::Basis;
use crate::http::representation::{Coding, Conditions};
use actix_http::Response;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web;
use entry::Entry;
use flights::Flights;
use key::{Key, Lookup};
use quick_cache::Weighter;
use quick_cache::sync::Cache as Entries;
use std::sync::Arc;
use std::time::Instant;

/// A guess at how much an answer takes, to size the table.
const TYPICAL_BYTES: u64 = 8 * 1024;

#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<Key, Arc<Entry>> for Bytes {
    fn weight(&self, key: &Key, entry: &Arc<Entry>) -> u64 {
        (key.target.len() + entry.weight()) as u64
    }
}

/// The remembered answers of a node.
#[derive(Debug)]
pub struct Cache {
    entries: Entries<Key, Arc<Entry>, Bytes>,
    flights: Flights,
    freshness: Arc<Freshness>,
    policy: Policy,
    /// Whether some web pages get another answer than others.
    by_origin: bool,
    bytes: u64,
}

/// How the application hands its cache on.
pub type Handle = web::Data<Cache>;

impl Cache {
    /// A cache of so many bytes; none at all when that is zero.
    /// `by_origin` says that the answer depends on who asks from which web page.
    pub fn new(bytes: u64, policy: Policy, by_origin: bool, freshness: Arc<Freshness>) -> Self {
        let items = usize::try_from(bytes / TYPICAL_BYTES).unwrap_or(0).clamp(16, 1 << 20);
        let entries = Entries::with_weighter(items, bytes.max(1), Bytes);
        Self { entries, flights: Flights::default(), freshness, policy, by_origin, bytes }
    }

    /// How long others may keep what.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Bytes and answers that are remembered.
    pub fn size(&self) -> (u64, usize) {
        (self.entries.weight(), self.entries.len())
    }

    /// Whether it has anything to do with this request.
    fn serves(&self, headers: &HeaderMap) -> bool {
        let elsewhere = self.by_origin && headers.contains_key(header::ORIGIN);
        self.bytes > 0 && !elsewhere
    }

    /// What is remembered and true.
    fn find(&self, lookup: Lookup<'_>, now: Instant) -> Option<Arc<Entry>> {
        self.entries.get(&lookup).filter(|entry| entry.is_true(&self.freshness, now))
    }

    fn keep(&self, key: Key, entry: &Arc<Entry>) {
        if entry.is_true(&self.freshness, Instant::now()) {
            self.entries.insert(key, entry.clone());
        }
    }

    /// The answer to a request with these headers.
    fn send(&self, entry: &Entry, headers: &HeaderMap, now: Instant) -> Response<BoxBody> {
        let left = |until| self.freshness.until(now, until);
        entry.answer(Conditions::of(headers), &self.policy, left)
    }

    /// The answer in the coding that is asked for, made from the plain one.
    async fn recode(
        &self,
        plain: &Arc<Entry>,
        lookup: Lookup<'_>,
        headers: &HeaderMap,
    ) -> Result<Response<BoxBody>, Error> {
        let now = Instant::now();
        if lookup.coding == Coding::Identity {
            return Ok(self.send(plain, headers, now));
        }
        let coded = Arc::new(plain.in_coding(lookup.coding).await?);
        self.keep(lookup.to_key(), &coded);
        Ok(self.send(&coded, headers, now))
    }
}

/// Says how long a public answer may be kept, and its purge keys, as far as its handler said what it
/// rests on.
pub fn publish(response: &mut ServiceResponse) {
    let kept = matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    let Some(facts) = Basis::of(response.request()).filter(|_| kept) else { return };
    let Some(cache) = response.request().app_data::<Handle>().cloned() else { return };
    let now = Instant::now();
    let left = facts.until.map(|until| cache.freshness.until(now, until).unwrap_or_default());
    cache.policy.set_control(left, response.headers_mut());
    cache.policy.write_keys(&facts, response.headers_mut());
}

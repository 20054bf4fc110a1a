//! How long others may keep a public answer, and under which names a CDN can purge it: settings.

use crate::http::basis::{Facts, PurgeKey};
use actix_web::http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue};
use std::fmt::Write;
use std::time::Duration;

/// The settings. All zero: everybody asks again each time, which a 304 makes cheap.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policy {
    /// For anybody.
    pub max_age: Duration,
    /// For shared caches, where it differs.
    pub s_maxage: Duration,
    /// How long after that a copy may be used while a new one is fetched.
    pub stale_while_revalidate: Duration,
    /// How long after that a copy may be used when none can be fetched.
    pub stale_if_error: Duration,
    /// Where purge keys are written.
    pub surrogate_keys: SurrogateKeys,
}

/// The headers that purge keys are written into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum SurrogateKeys {
    /// `Cache-Tag` (separated by commas) and `Surrogate-Key` (separated by spaces).
    #[default]
    Both,
    /// `Cache-Tag`: Cloudflare, Akamai and others.
    CacheTag,
    /// `Surrogate-Key`: Fastly and others.
    SurrogateKey,
    /// None.
    None,
}

const CACHE_TAG: HeaderName = HeaderName::from_static("cache-tag");
/// More purge keys than this are not written: proxies take four kilobytes of headers and some no more.
const MANY_KEYS: usize = 32;
const SURROGATE_KEY: HeaderName = HeaderName::from_static("surrogate-key");

impl Policy {
    /// Whether others may keep anything without asking.
    pub fn is_lasting(&self) -> bool {
        !self.max_age.is_zero() || !self.s_maxage.is_zero()
    }

    /// `Cache-Control` for an answer that the clock alone will change after `left`. No span reaches
    /// beyond that.
    pub fn control(&self, left: Option<Duration>) -> HeaderValue {
        if !self.is_lasting() {
            return HeaderValue::from_static("public, no-cache");
        }
        let left = left.map_or(u64::MAX, |left| left.as_secs());
        let (own, shared) = (self.max_age.as_secs().min(left), self.s_maxage.as_secs().min(left));
        let mut text = format!("public, max-age={own}");
        if !self.s_maxage.is_zero() {
            let _ = write!(text, ", s-maxage={shared}");
        }
        let rest = left.saturating_sub(own.max(shared));
        let spans = [
            ("stale-while-revalidate", self.stale_while_revalidate),
            ("stale-if-error", self.stale_if_error),
        ];
        for (name, span) in spans {
            let span = span.as_secs().min(rest);
            if span > 0 {
                let _ = write!(text, ", {name}={span}");
            }
        }
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("public, no-cache"))
    }

    /// Writes the purge keys; where they are many, those of whole collections.
    pub fn write_keys(&self, facts: &Facts, headers: &mut HeaderMap) {
        if facts.keys.is_empty() {
            return;
        }
        let listed = |keys: &[PurgeKey], separator: &str| {
            let mut text = String::new();
            for (index, key) in keys.iter().enumerate() {
                let separator = if index == 0 { "" } else { separator };
                let _ = write!(text, "{separator}{key}");
            }
            text
        };
        let mut wide: Vec<PurgeKey> = Vec::new();
        if facts.keys.len() > MANY_KEYS {
            // the first of a story's answer is its own
            let (own, rest) = facts.keys.split_at(1);
            wide.extend(rest.iter().map(|key| key.widened()));
            wide.sort_unstable();
            wide.dedup();
            wide.splice(0..0, own.iter().copied());
        }
        let keys = if wide.is_empty() { &facts.keys } else { &wide };
        let mut write = |name: HeaderName, separator: &str| {
            if let Ok(value) = HeaderValue::try_from(listed(keys, separator)) {
                headers.insert(name, value);
            }
        };
        if matches!(self.surrogate_keys, SurrogateKeys::Both | SurrogateKeys::CacheTag) {
            write(CACHE_TAG, ",");
        }
        if matches!(self.surrogate_keys, SurrogateKeys::Both | SurrogateKeys::SurrogateKey) {
            write(SURROGATE_KEY, " ");
        }
    }

    /// Sets `Cache-Control` of an answer from its facts.
    pub fn set_control(&self, left: Option<Duration>, headers: &mut HeaderMap) {
        headers.insert(CACHE_CONTROL, self.control(left));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(policy: Policy, left: Option<u64>) -> String {
        policy.control(left.map(Duration::from_secs)).to_str().unwrap().to_owned()
    }

    #[test]
    fn nothing_is_kept_beyond_the_next_instant() {
        let policy = Policy {
            max_age: Duration::from_secs(60),
            s_maxage: Duration::from_secs(300),
            stale_while_revalidate: Duration::from_secs(30),
            stale_if_error: Duration::from_secs(3600),
            ..Policy::default()
        };
        assert_eq!(
            text(policy, None),
            "public, max-age=60, s-maxage=300, stale-while-revalidate=30, stale-if-error=3600"
        );
        assert_eq!(
            text(policy, Some(310)),
            "public, max-age=60, s-maxage=300, stale-while-revalidate=10, stale-if-error=10"
        );
        assert_eq!(text(policy, Some(7)), "public, max-age=7, s-maxage=7");
        assert_eq!(text(policy, Some(0)), "public, max-age=0, s-maxage=0");
        assert_eq!(text(Policy::default(), Some(7)), "public, no-cache");
        let shared = Policy { s_maxage: Duration::from_secs(9), ..Policy::default() };
        assert_eq!(text(shared, None), "public, max-age=0, s-maxage=9");
    }
}

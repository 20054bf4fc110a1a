//! What a key is, without any I/O.

use crate::access::Scope;
use crate::error::{Code, Error, Violation};
use crate::ids::{KeyId, SourceId};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::fmt;

const PREFIX: &str = "nw_";
const SECRET_BYTES: usize = 32;

/// The SHA-256 of a secret.
pub type Hash = [u8; 32];

/// A secret, on its way to the one who asked for it. Never logged, never kept.
pub struct Secret(String);

impl Secret {
    /// 256 random bits.
    pub fn new() -> Result<Self, Error> {
        let mut bytes = [0; SECRET_BYTES];
        getrandom::fill(&mut bytes).map_err(|error| Error::internal(anyhow::anyhow!("{error}")))?;
        Ok(Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// Shows it, once.
    pub fn reveal(self) -> String {
        self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> Hash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The hash of a secret a caller sent; none when it does not even look like one.
pub fn hash_of(secret: &str) -> Option<Hash> {
    const MAX: usize = 128;
    let plausible = secret.starts_with(PREFIX) && secret.len() <= MAX;
    plausible.then(|| Sha256::digest(secret.as_bytes()).into())
}

/// A key to make.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// The only source whose stories it sees and writes.
    pub source: Option<SourceId>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

impl NewKey {
    /// Refuses a name that is none, scopes that a bound key cannot hold, and an end in the past.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), Error> {
        const MAX_NAME: usize = 300;
        let mut faults = Vec::new();
        if self.name.trim().is_empty() || self.name.chars().count() > MAX_NAME {
            let detail = "A name has 1 to 300 characters, not all of them blank.";
            faults.push(Violation::body("name", Code::ValidationFailed, detail));
        }
        for scope in self.scopes.iter().filter(|scope| !scope.suits_bound_key()) {
            if self.source.is_some() {
                let detail = format!("A key bound to a source cannot hold `{}`.", scope.as_str());
                faults.push(Violation::body("scopes", Code::KeyScopeInvalid, detail));
            }
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            let detail = "The expiry has passed already.";
            faults.push(Violation::body("expires_at", Code::ExpiryInPast, detail));
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::violations(faults)) }
    }
}

/// A key as it is kept.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// The source it is bound to, by id and slug.
    pub source: Option<(SourceId, String)>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

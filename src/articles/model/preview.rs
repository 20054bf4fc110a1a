//! Links that show one story for a limited time.

use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt;

const PREFIX: &str = "nwp_";
const BYTES: usize = 32;

/// The SHA-256 of a token.
pub type Hash = [u8; 32];

/// What such a link holds: 256 random bits. Never logged, never kept.
pub struct Token(String);

impl Token {
    /// A new one.
    pub fn new() -> Result<Self, Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| Error::internal(anyhow::anyhow!("{error}")))?;
        Ok(Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// Shows it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> Hash {
        hash_of(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The hash of what somebody sent as a token.
pub fn hash_of(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}

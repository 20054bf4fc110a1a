//! The secrets that events are signed with (Standard Webhooks 1.0.0, symmetric signatures).

use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

const PREFIX: &str = "whsec_";
/// The standard asks for 24 to 64 bytes.
const BYTES: usize = 32;

/// A secret. It is kept as it is, since signing needs it; it is shown once and never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// 256 random bits.
    pub fn new() -> Result<Self, Error> {
        let mut bytes = vec![0; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| Error::internal(anyhow::anyhow!("{error}")))?;
        Ok(Self(bytes))
    }

    /// The secret of these bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What signatures are made with.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// How receivers write it: `whsec_` and the bytes in base64.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

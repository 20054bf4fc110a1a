//! What is kept of a request and its answer.

use uuid::Uuid;

/// A request under its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The API key that sent it.
    pub owner: Uuid,
    /// Method and path template.
    pub route: String,
    /// The key.
    pub name: String,
    /// SHA-256 of the request: another one under the same key is refused.
    pub fingerprint: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The status.
    pub status: u16,
    /// The version of the resource it shows.
    pub version: Option<i64>,
    /// Where the new resource is.
    pub location: Option<String>,
    /// JSON.
    pub body: Vec<u8>,
}

//! The versions a story had.

use crate::articles::model::State;
use crate::ids::KeyId;
use chrono::{DateTime, Utc};

/// What is known of a version beside its content.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Which one.
    pub version: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// The key that wrote it, with its name where it is still there.
    pub by: Option<(KeyId, Option<String>)>,
    /// Its state when it was written; of the present version, its state now.
    pub state: State,
    /// Its headline.
    pub headline: String,
    /// What it changed in the version before it, by the names on the wire.
    pub changed: Vec<String>,
}

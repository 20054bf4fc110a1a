//! Faults that have a place in a request.

use super::{Code, Error};

/// Where in the request a fault is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A JSON pointer (RFC 6901) into the body.
    Body(String),
    /// The name of a query parameter.
    Query(String),
    /// The name of a path parameter.
    Path(String),
    /// The name of a header.
    Header(String),
}

/// One fault of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where it is.
    pub place: Place,
    /// A [`Code`]'s name, or the JSON Schema keyword that was broken.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
}

impl Violation {
    /// A fault in the body at a top-level `member` (or a whole pointer).
    pub fn body(pointer: impl Into<String>, code: Code, detail: impl Into<String>) -> Self {
        let pointer = pointer.into();
        let pointer = if pointer.starts_with('/') { pointer } else { format!("/{pointer}") };
        Self { place: Place::Body(pointer), code: code.as_str(), detail: detail.into() }
    }

    /// A fault in a query parameter.
    pub fn query(name: impl Into<String>, code: Code, detail: impl Into<String>) -> Self {
        Self { place: Place::Query(name.into()), code: code.as_str(), detail: detail.into() }
    }

    /// A fault in a header.
    pub fn header(name: impl Into<String>, code: Code, detail: impl Into<String>) -> Self {
        Self { place: Place::Header(name.into()), code: code.as_str(), detail: detail.into() }
    }

    /// JSON Schema keywords whose breach means that the shape is wrong, not the content.
    pub fn is_shape(&self) -> bool {
        matches!(self.code, "type" | "additionalProperties")
    }
}

/// Collects faults, so that a request learns of all of them at once.
#[derive(Debug, Default)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Notes one.
    pub fn push(&mut self, violation: Violation) {
        self.0.push(violation);
    }

    /// The value, or notes why there is none.
    pub fn take<T>(&mut self, result: Result<T, Violation>) -> Option<T> {
        result.map_err(|violation| self.push(violation)).ok()
    }

    /// What was noted.
    pub fn into_list(self) -> Vec<Violation> {
        self.0
    }

    /// Fails when anything was noted.
    pub fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::violations(self.0)) }
    }
}

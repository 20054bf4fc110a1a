//! The one error type of the service and the table of its codes.
//!
//! Everything that can go wrong in answering a request becomes an [`Error`]: models collect
//! [`Violation`]s, stores name the [`Code`] of a rule that the database upheld, and `http::problem`
//! turns the result into `application/problem+json` (RFC 9457). This module knows neither HTTP
//! machinery nor SQL, so every layer may use it.
//!
//! Which to use when: [`Error::new`] for a single fact about the request as a whole,
//! [`Error::violations`] for faults that have a place in it, [`Error::internal`] for what the
//! caller cannot mend (its cause is logged, never sent).

mod code;
mod violation;

pub use code::Code;
pub use violation::{Place, Violation, Violations};

use chrono::{DateTime, Utc};
use std::fmt;
use uuid::Uuid;

/// The resource a conflict is with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Existing {
    /// The collection's path word: `articles`, `sources` or `categories`.
    pub collection: &'static str,
    /// Its id.
    pub id: Uuid,
}

/// How many rows still point at a resource that was to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Stories in it, those in the trash included.
    pub stories: i64,
    /// Categories directly below it.
    pub children: i64,
}

/// What is left of a story that was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// Whether it was retracted; else it was thrown away.
    pub retracted: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// Why, where it was retracted.
    pub reason: Option<String>,
}

/// A failed request: one [`Code`] and what is known beyond it.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    facts: Facts,
    cause: Option<anyhow::Error>,
    /// Whether the same transaction may succeed when it is simply run again.
    passing: bool,
}

/// What an error says beyond its code. All optional.
#[derive(Debug, Default)]
pub struct Facts {
    /// A sentence about this occurrence.
    pub detail: Option<String>,
    /// The single faults.
    pub violations: Vec<Violation>,
    /// The resource that is in the way.
    pub existing: Option<Existing>,
    /// The numbers that keep a resource from being deleted.
    pub usage: Option<Usage>,
    /// The current version and, once known, entity tag of a resource that changed meanwhile.
    pub current: Option<(i64, Option<String>)>,
    /// What is left of a story that was withdrawn.
    pub tombstone: Option<Tombstone>,
    /// A path parameter that held a former slug, and the current one; answered with 308.
    pub moved: Option<(&'static str, String)>,
}

impl Error {
    /// An error with nothing but its code.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Inner { code, facts: Facts::default(), cause: None, passing: false }))
    }

    /// Faults with a place. One shared code becomes the code of the whole; else the kind of place
    /// decides. An empty list is a fault of the caller and reads as [`Code::BodyInvalid`].
    pub fn violations(violations: Vec<Violation>) -> Self {
        Self::refused(Self::code_of(&violations), violations)
    }

    /// Faults with a place, under a code of its own.
    pub fn refused(code: Code, violations: Vec<Violation>) -> Self {
        let mut error = Self::new(code);
        error.0.facts.violations = violations;
        error
    }

    /// A fault that a query parameter always has in the same way.
    pub fn parameter(name: &str, code: Code) -> Self {
        Self::refused(code, vec![Violation::query(name, code, code.help())])
    }

    fn code_of(violations: &[Violation]) -> Code {
        let Some(first) = violations.first() else { return Code::BodyInvalid };
        let shared = violations.iter().all(|violation| violation.code == first.code);
        if let Some(code) = Code::parse(first.code).filter(|_| shared) {
            return code;
        }
        match first.place {
            Place::Query(_) => Code::QueryInvalid,
            Place::Path(_) => Code::PathInvalid,
            Place::Header(_) => Code::HeaderInvalid,
            Place::Body(_) if violations.iter().any(Violation::is_shape) => Code::BodyInvalid,
            Place::Body(_) => Code::ValidationFailed,
        }
    }

    /// A fault of ours. The cause goes to the log under the request id, never to the caller.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self(Box::new(Inner {
            code: Code::Internal,
            facts: Facts::default(),
            cause: Some(cause.into()),
            passing: false,
        }))
    }

    /// The database cannot answer now.
    pub fn unavailable(cause: impl Into<anyhow::Error>) -> Self {
        let mut error = Self::internal(cause);
        error.0.code = Code::Unavailable;
        error
    }

    /// Two transactions stood in each other's way; running this one again may succeed.
    pub fn deadlock(cause: impl Into<anyhow::Error>) -> Self {
        let mut error = Self::unavailable(cause);
        error.0.passing = true;
        error
    }

    /// A former slug was used for a path parameter: the caller is sent to the current one.
    pub fn moved(parameter: &'static str, slug: &str) -> Self {
        let mut error = Self::new(Code::NotFound);
        error.0.facts.moved = Some((parameter, slug.to_owned()));
        error
    }

    /// A story that was withdrawn.
    pub fn gone(tombstone: Tombstone) -> Self {
        let mut error = Self::new(Code::ArticleGone);
        error.0.facts.tombstone = Some(tombstone);
        error
    }

    /// The same of a value that came in a header instead.
    pub fn of_header(mut self, name: &str) -> Self {
        for violation in &mut self.0.facts.violations {
            violation.place = Place::Header(name.to_owned());
        }
        self
    }

    /// Adds a sentence about this occurrence.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.facts.detail = Some(detail.into());
        self
    }

    /// Names the resource that is in the way.
    pub fn existing(mut self, collection: &'static str, id: Uuid) -> Self {
        self.0.facts.existing = Some(Existing { collection, id });
        self
    }

    /// Says how many rows are in the way.
    pub fn usage(mut self, usage: Usage) -> Self {
        self.0.facts.usage = Some(usage);
        self
    }

    /// Says what is current, for an answer to a failed `If-Match`.
    pub fn current(mut self, version: i64, etag: Option<String>) -> Self {
        self.0.facts.current = Some((version, etag));
        self
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Whether the same transaction may succeed when it is simply run again.
    pub fn is_passing(&self) -> bool {
        self.0.passing
    }

    /// The same without naming the resource that is in the way, which the caller may not know.
    pub fn anonymous(mut self) -> Self {
        self.0.facts.existing = None;
        self
    }

    /// What is known beyond the code.
    pub fn facts(&self) -> &Facts {
        &self.0.facts
    }

    /// Why, for the log.
    pub fn cause(&self) -> Option<&anyhow::Error> {
        self.0.cause.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.as_str())?;
        match &self.0.facts.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

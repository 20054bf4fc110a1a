//! Links that show one story for a limited time, on the wire.

use crate::error::Violation;
use crate::http::body::{Document, Rules};
use crate::http::once::Withhold;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A day.
const DEFAULT_SECONDS: i64 = 24 * 3600;

/// How long a preview link is to work. The member may be left out, and so may the whole body.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewLinkInput {
    /// For how many seconds; a day, when left out, and at most 30 days.
    #[schema(minimum = 1, maximum = 2_592_000)]
    pub expires_in_seconds: Option<i64>,
}

impl PreviewLinkInput {
    /// For how many seconds.
    pub fn seconds(&self) -> i64 {
        self.expires_in_seconds.unwrap_or(DEFAULT_SECONDS)
    }
}

impl Document for PreviewLinkInput {}

impl Rules for PreviewLinkInput {
    fn rules(&self) -> Vec<Violation> {
        Vec::new()
    }
}

/// A link that shows one story for a limited time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewLink {
    /// Where it leads. Null in a dry run, and when the same request is sent again under its
    /// `Idempotency-Key`: it is shown this once.
    #[schema(required, format = "uri")]
    pub url: Option<String>,
    /// What shows the story: `GET /api/v1/articles/{article}?preview=TOKEN`. Null where `url` is.
    #[schema(required)]
    pub token: Option<String>,
    /// When it ends.
    #[schema(format = "date-time")]
    pub expires_at: String,
}

impl Withhold for PreviewLink {
    fn withheld(&self) -> impl Serialize {
        Self { url: None, token: None, ..self.clone() }
    }
}

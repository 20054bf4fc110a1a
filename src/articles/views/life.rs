//! What happens to a story beside edits, on the wire.

use crate::articles::model;
use crate::error::{Error, Violation};
use crate::http::body::{Document, Rules};
use crate::http::once::Withhold;
use crate::http::params::PathParameters;
use crate::ids::Reference;
use crate::patch::Patch;
use crate::values::{rfc3339, time};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// When to publish. Both members may be left out, and so may the whole body.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishInput {
    /// When the public sees it first. Left out: the date the story has, now if it has none; null: now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub published_at: Patch<String>,
    /// When the public sees it no more. Left out: what the story says; null: never.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time")]
    pub expires_at: Patch<String>,
}

impl Document for PublishInput {}

impl Rules for PublishInput {
    fn rules(&self) -> Vec<Violation> {
        [("published_at", &self.published_at), ("expires_at", &self.expires_at)]
            .into_iter()
            .filter_map(|(name, date)| time(name, date.value()?).err())
            .collect()
    }
}

/// Why a story is taken back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetractInput {
    /// The reason, as the public is told.
    #[schema(min_length = 1, max_length = 5000, pattern = r"\S")]
    pub reason: String,
}

impl Document for RetractInput {}

impl Rules for RetractInput {
    fn rules(&self) -> Vec<Violation> {
        Vec::new()
    }
}

/// A note for readers to add.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionInput {
    /// What was wrong, and what is right.
    #[schema(min_length = 1, max_length = 5000, pattern = r"\S")]
    pub text: String,
    /// When it was put right; now, when left out.
    #[schema(format = "date-time")]
    pub corrected_at: Option<String>,
}

impl CorrectionInput {
    /// When it was put right, if that is said.
    pub fn corrected_at(&self) -> Result<Option<DateTime<Utc>>, Error> {
        let read = self.corrected_at.as_deref().map(|text| time("corrected_at", text));
        read.transpose().map_err(|fault| Error::violations(vec![fault]))
    }
}

impl Document for CorrectionInput {}

impl Rules for CorrectionInput {
    fn rules(&self) -> Vec<Violation> {
        let date = self.corrected_at.as_deref();
        date.and_then(|text| time("corrected_at", text).err()).into_iter().collect()
    }
}

/// The path of a note for readers.
#[derive(Debug, Deserialize, IntoParams)]
pub struct CorrectionPath {
    /// The id or the slug of an article.
    #[param(value_type = String, max_length = 512, example = "corridor-talks-resume")]
    pub article: Reference,
    /// The id of the note.
    #[param(max_length = 512, example = "019b2f71-3d5a-7e10-8c21-9a4b6d8e0f12")]
    pub id: String,
}

impl PathParameters for CorrectionPath {}

/// That a story was taken back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Retraction {
    /// When.
    #[schema(format = "date-time")]
    pub retracted_at: String,
    /// Why, as the public is told.
    pub reason: String,
}

impl From<model::Retraction> for Retraction {
    fn from(model::Retraction { at, reason }: model::Retraction) -> Self {
        Self { retracted_at: rfc3339(at), reason }
    }
}

/// A dated note for readers on what was wrong in a story.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Correction {
    /// UUIDv7; names it in addresses.
    #[schema(format = "uuid")]
    pub id: String,
    /// What was wrong, and what is right.
    pub text: String,
    /// When it was put right.
    #[schema(format = "date-time")]
    pub corrected_at: String,
}

impl From<model::Correction> for Correction {
    fn from(model::Correction { id, text, at }: model::Correction) -> Self {
        Self { id: id.to_string(), text, corrected_at: rfc3339(at) }
    }
}

impl Withhold for Correction {
    fn withheld(&self) -> impl Serialize {
        self
    }
}

//! Suggestions on the wire.

use crate::search::model::{self, Kind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a suggestion names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    /// A category: filter by `category`.
    Category,
    /// A source: filter by `source`.
    Source,
    /// A tag: filter by `tag`.
    Tag,
    /// An author: filter by `author`.
    Author,
    /// A story: read it by its slug.
    Article,
}

/// Something that could be meant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestion {
    /// What it names.
    pub kind: SuggestionKind,
    /// What to show.
    pub text: String,
    /// What names it in filters and addresses.
    pub slug: String,
}

/// What could be meant, the likeliest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestions {
    /// The suggestions.
    pub items: Vec<Suggestion>,
}

/// What has been typed.
#[derive(Debug, Deserialize, IntoParams)]
pub struct SuggestSearches {
    /// What has been typed so far; the last word may be unfinished.
    #[param(min_length = 1, max_length = 200, example = "corr")]
    pub q: String,
    /// Headlines in any of these languages only (BCP 47, whatever the case).
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub language: Vec<String>,
    /// How many at most.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 20, default = 10)]
    pub limit: Option<usize>,
}

impl SuggestSearches {
    /// How many at most.
    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(10)
    }
}

impl From<model::Suggestion> for Suggestion {
    fn from(model::Suggestion { kind, text, slug }: model::Suggestion) -> Self {
        let kind = match kind {
            Kind::Category => SuggestionKind::Category,
            Kind::Source => SuggestionKind::Source,
            Kind::Tag => SuggestionKind::Tag,
            Kind::Author => SuggestionKind::Author,
            Kind::Article => SuggestionKind::Article,
        };
        Self { kind, text, slug }
    }
}

//! Tags and authors on the wire.

use crate::articles::model::listing::Term;
use crate::http::page::DEFAULT_LIMIT;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A tag of live stories.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tag {
    /// What the filter `tag` takes.
    pub slug: String,
    /// As the newest story writes it.
    pub name: String,
    /// How many live stories have it.
    #[schema(minimum = 1)]
    pub article_count: i64,
}

/// An author of live stories.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuthorTerm)]
pub struct Author {
    /// What the filter `author` takes.
    pub slug: String,
    /// As the newest story writes it.
    pub name: String,
    /// A page about them, as the newest story says.
    #[schema(required)]
    pub url: Option<String>,
    /// How many live stories are theirs.
    #[schema(minimum = 1)]
    pub article_count: i64,
}

/// Which tags or authors to list.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListTerms {
    /// Whose slug begins so.
    #[param(nullable = false, min_length = 1, max_length = 100)]
    pub prefix: Option<String>,
    /// How many a page has.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<i64>,
    /// Where the page starts: a `next_cursor` or `prev_cursor` of this list.
    #[param(nullable = false, max_length = 4096)]
    pub cursor: Option<String>,
}

impl ListTerms {
    /// How many a page has.
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }
}

impl From<Term> for Tag {
    fn from(Term { slug, name, count, .. }: Term) -> Self {
        Self { slug, name, article_count: count }
    }
}

impl From<Term> for Author {
    fn from(Term { slug, name, url, count }: Term) -> Self {
        Self { slug, name, url, article_count: count }
    }
}

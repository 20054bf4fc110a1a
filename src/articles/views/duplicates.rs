//! Stories that say the same, on the wire.

use crate::http::page::{DEFAULT_LIMIT, Extra};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema};

/// How to list the stories that say the same as one.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListDuplicates {
    /// How many a page has.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<i64>,
    /// Where the page starts: a `next_cursor` or `prev_cursor` of this list.
    #[param(nullable = false, max_length = 4096)]
    pub cursor: Option<String>,
}

impl ListDuplicates {
    /// How many a page has.
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }
}

/// Pages of such stories have nothing that belongs to a search, unlike other pages of stories.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Cluster {}

impl Extra for Cluster {
    fn page_name(_: &str) -> String {
        "DuplicatesPage".to_owned()
    }
    fn describe(page: ObjectBuilder) -> ObjectBuilder {
        page
    }
    fn schemas(_: &mut Vec<(String, RefOr<Schema>)>) {}
}

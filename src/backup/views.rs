//! An export on the wire.

use super::model::Counts;
use crate::http::body::Document;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A line of an export. The first one has `newswire_export` alone, the last one `end`; each line between
/// has one resource, a story followed by the versions it had.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportLine {
    /// In the first line: the version of the format, 1.
    #[schema(nullable = false, minimum = 1)]
    pub newswire_export: Option<u64>,
    /// A source, by the columns it is kept in.
    #[schema(nullable = false, value_type = Option<Object>)]
    pub source: Option<Map<String, Value>>,
    /// A category; its parent is in an earlier line.
    #[schema(nullable = false, value_type = Option<Object>)]
    pub category: Option<Map<String, Value>>,
    /// A story, in the order of ids.
    #[schema(nullable = false, value_type = Option<Object>)]
    pub article: Option<Map<String, Value>>,
    /// Beside a source, category or story: the slugs it had before.
    #[schema(nullable = false)]
    pub former_slugs: Option<Vec<String>>,
    /// A version that the story in the last line with one had before.
    #[schema(nullable = false, value_type = Option<Object>)]
    pub revision: Option<Map<String, Value>>,
    /// In the last line, without which the export is incomplete: what is in it.
    #[schema(nullable = false)]
    pub end: Option<NewsroomCounts>,
}

impl Document for ExportLine {}

/// How much there is in a newsroom.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewsroomCounts {
    /// Sources.
    #[schema(minimum = 0)]
    pub sources: u64,
    /// Categories.
    #[schema(minimum = 0)]
    pub categories: u64,
    /// Stories in any state, the trash included.
    #[schema(minimum = 0)]
    pub articles: u64,
    /// The versions they had before the present one.
    #[schema(minimum = 0)]
    pub revisions: u64,
}

impl From<Counts> for NewsroomCounts {
    fn from(Counts { sources, categories, articles, revisions }: Counts) -> Self {
        Self { sources, categories, articles, revisions }
    }
}

impl From<NewsroomCounts> for Counts {
    fn from(counts: NewsroomCounts) -> Self {
        let NewsroomCounts { sources, categories, articles, revisions } = counts;
        Self { sources, categories, articles, revisions }
    }
}

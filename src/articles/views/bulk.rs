//! What goes in and comes out when many stories are posted at once.

use super::input::ArticleInput;
use crate::articles::bulk::{Fate, Named, Told};
use crate::error::Error;
use crate::http::body::Document;
use crate::http::items::Array;
use crate::http::problem::Problem;
use serde::Serialize;
use std::borrow::Cow;
use utoipa::openapi::schema::{ArrayBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// Stories to create.
#[derive(Debug)]
pub struct ArticleInputs;

impl PartialSchema for ArticleInputs {
    fn schema() -> RefOr<Schema> {
        let array = ArrayBuilder::new()
            .items(Ref::from_schema_name(ArticleInput::name()))
            .max_items(Some(Self::MOST))
            .description(Some("Stories to create, at most 1,000."));
        RefOr::T(Schema::Array(array.build()))
    }
}

impl ToSchema for ArticleInputs {
    fn name() -> Cow<'static, str> {
        "ArticleInputs".into()
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ArticleInput::name().into_owned(), ArticleInput::schema()));
        ArticleInput::schemas(schemas);
    }
}

impl Document for ArticleInputs {}

impl Array for ArticleInputs {
    type Item = ArticleInput;
    const MOST: usize = 1000;
}

/// What became of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineOutcome {
    /// It is new.
    Created,
    /// It was there and is changed.
    Updated,
    /// It was there and says the same already.
    Unchanged,
    /// It was there, or an earlier story says the same, and that is left alone.
    Duplicate,
    /// It is not saved.
    Rejected,
}

/// What became of one of many stories.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineResult {
    /// Its place, from 1. In a stream blank lines count.
    #[schema(minimum = 1)]
    pub line: u64,
    /// `duplicate`: a story with its source and external id is there, and is left alone; with
    /// `on_conflict=error` `problem` says so. Or, with `duplicates=reject`, an earlier story says the
    /// same: `problem` says so.
    pub result: LineOutcome,
    /// The story, or the earlier one that says the same; null when rejected, when the key may not see
    /// the earlier one, and for a story that a dry run would create.
    #[schema(required, format = "uuid")]
    pub id: Option<String>,
    /// Its slug; null when rejected, and for an earlier story that says the same.
    #[schema(required)]
    pub slug: Option<String>,
    /// Why it is not as it was sent; null when there is nothing wrong.
    #[schema(required)]
    pub problem: Option<Problem>,
}

/// What became of many stories, in numbers.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct BulkSummary {
    /// Stories with a result.
    #[schema(minimum = 0)]
    pub lines: u64,
    /// New ones.
    #[schema(minimum = 0)]
    pub created: u64,
    /// Changed ones.
    #[schema(minimum = 0)]
    pub updated: u64,
    /// Those that said the same already.
    #[schema(minimum = 0)]
    pub unchanged: u64,
    /// Those that were there, or that an earlier story says already.
    #[schema(minimum = 0)]
    pub duplicate: u64,
    /// Those that are not saved.
    #[schema(minimum = 0)]
    pub rejected: u64,
    /// Why it ended before the last story; null when it did not. Those without a result are not saved,
    /// or, when the connection to the database broke, may be: send them again.
    #[schema(required)]
    pub problem: Option<Problem>,
}

/// What became of the stories of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchResult {
    /// One by one, in their order.
    pub results: Vec<LineResult>,
    /// In numbers.
    pub summary: BulkSummary,
}

/// A line of the answer to a stream: the members of a `LineResult`, or, at the end, `summary` alone.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct StreamLine {
    /// Its place in the stream, from 1, blank lines counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub line: Option<u64>,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub result: Option<LineOutcome>,
    /// The story, or the earlier one that says the same; null when rejected, when the key may not see
    /// the earlier one, and for a story that a dry run would create.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub id: Option<Option<String>>,
    /// Its slug; null when rejected, and for an earlier story that says the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub slug: Option<Option<String>>,
    /// Why it is not as it was sent; null when there is nothing wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Problem>)]
    pub problem: Option<Option<Problem>>,
    /// The numbers, in the last line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub summary: Option<BulkSummary>,
}

impl LineResult {
    /// A story that was told of, its problem in words.
    pub fn new(told: Told, dry_run: bool, problem: impl Fn(&Error) -> Problem) -> Self {
        let problem = told.fate.fault().map(|error| problem(error));
        let mut repeated = None;
        let (result, named) = match told.fate {
            Fate::Repeats(id, _) => {
                repeated = id;
                (LineOutcome::Duplicate, None)
            }
            Fate::Created(named) => (LineOutcome::Created, Some(named)),
            Fate::Updated(named) => (LineOutcome::Updated, Some(named)),
            Fate::Unchanged(named) => (LineOutcome::Unchanged, Some(named)),
            Fate::Duplicate(named, _) => (LineOutcome::Duplicate, Some(named)),
            Fate::Rejected(_) => (LineOutcome::Rejected, None),
        };
        let imaginary = dry_run && result == LineOutcome::Created;
        let id = |named: &Named| named.id.to_string();
        Self {
            line: told.number,
            result,
            id: named.as_ref().filter(|_| !imaginary).map(id).or(repeated.map(|id| id.to_string())),
            slug: named.map(|named| named.slug),
            problem,
        }
    }
}

impl BulkSummary {
    /// Counts one in.
    pub fn count(&mut self, one: &LineResult) {
        self.lines += 1;
        *match one.result {
            LineOutcome::Created => &mut self.created,
            LineOutcome::Updated => &mut self.updated,
            LineOutcome::Unchanged => &mut self.unchanged,
            LineOutcome::Duplicate => &mut self.duplicate,
            LineOutcome::Rejected => &mut self.rejected,
        } += 1;
    }
}

impl From<LineResult> for StreamLine {
    fn from(one: LineResult) -> Self {
        let LineResult { line, result, id, slug, problem } = one;
        Self {
            line: Some(line),
            result: Some(result),
            id: Some(id),
            slug: Some(slug),
            problem: Some(problem),
            summary: None,
        }
    }
}

impl From<BulkSummary> for StreamLine {
    fn from(summary: BulkSummary) -> Self {
        Self { summary: Some(summary), ..Self::default() }
    }
}

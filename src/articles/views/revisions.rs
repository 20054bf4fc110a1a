//! The versions a story had, on the wire.

use super::ArticleState;
use super::input::{ArticleInput, ArticlePatch};
use super::output::Article;
use crate::articles::model;
use crate::error::Error;
use crate::http::page::DEFAULT_LIMIT;
use crate::http::params::PathParameters;
use crate::ids::Reference;
use crate::text::difference::{Op, Run, difference};
use crate::values::rfc3339;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// The path of a version of a story.
#[derive(Debug, Deserialize, IntoParams)]
pub struct RevisionPath {
    /// The id or the slug of an article.
    #[param(value_type = String, max_length = 512, example = "corridor-talks-resume")]
    pub article: Reference,
    /// The version.
    #[param(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 3)]
    pub version: i64,
}

impl PathParameters for RevisionPath {}

/// How to list versions.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListRevisions {
    /// How many a page has.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<i64>,
    /// Where the page starts: a `next_cursor` or `prev_cursor` of this list.
    #[param(nullable = false, max_length = 4096)]
    pub cursor: Option<String>,
}

impl ListRevisions {
    /// How many a page has.
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }
}

/// What to compare a version with.
#[derive(Debug, Deserialize, IntoParams)]
pub struct CompareRevisions {
    /// The other version; the present one, when left out.
    #[param(nullable = false, minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub to: Option<i64>,
}

/// The key that wrote something.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Writer {
    /// The key's id.
    #[schema(format = "uuid")]
    pub id: String,
    /// The key's name; null when the key is gone.
    #[schema(required)]
    pub name: Option<String>,
}

/// A version of a story, without its content.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RevisionSummary {
    /// Which one.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was written.
    #[schema(format = "date-time")]
    pub written_at: String,
    /// Who wrote it; null when that is not known.
    #[schema(required)]
    pub written_by: Option<Writer>,
    /// Its state when it was written; of the present version, its state now.
    pub state: ArticleState,
    /// Its headline.
    pub headline: String,
    /// The members it changed in the version before it; `state` when it went to the trash or came back.
    pub changed: Vec<String>,
}

impl From<model::revisions::Revision> for RevisionSummary {
    fn from(revision: model::revisions::Revision) -> Self {
        Self {
            version: revision.version,
            written_at: rfc3339(revision.at),
            written_by: revision.by.map(|(id, name)| Writer { id: id.to_string(), name }),
            state: revision.state.into(),
            headline: revision.headline,
            changed: revision.changed,
        }
    }
}

/// A version of a story.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Revision {
    /// Which one, who wrote it, and what it changed.
    pub revision: RevisionSummary,
    /// The story as it was. Sources and categories are shown as they are now; those that are gone are
    /// left out, and so are translations.
    pub article: Article,
}

/// What one version of a story has and another has not.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RevisionDiff {
    /// The one version.
    #[schema(minimum = 1)]
    pub from: i64,
    /// The other version.
    #[schema(minimum = 1)]
    pub to: i64,
    /// The members that differ, as the one has them.
    #[schema(value_type = ArticlePatch)]
    pub before: Map<String, Value>,
    /// The members that differ, as the other has them.
    #[schema(value_type = ArticlePatch)]
    pub after: Map<String, Value>,
    /// Where the texts among them differ, word by word.
    pub texts: Vec<TextDiff>,
}

/// The members whose differences are told word by word.
const TEXTS: [&str; 5] = ["headline", "summary", "body", "byline", "usage_terms"];

impl RevisionDiff {
    /// What differs between two versions. Long texts take their time.
    pub fn new(
        (from, before): (i64, ArticleInput),
        (to, after): (i64, ArticleInput),
    ) -> Result<Self, Error> {
        let (mut before, mut after) = (members(before)?, members(after)?);
        before.retain(|name, value| match after.get(name) {
            Some(other) if other == value => {
                after.remove(name);
                false
            }
            _ => true,
        });
        let text = |members: &Map<String, Value>, name: &str| {
            members.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let differing = TEXTS.iter().filter(|name| before.contains_key(**name));
        let texts = differing.map(|name| {
            let parts = difference(&text(&before, name), &text(&after, name));
            let parts = parts.into_iter().map(TextPart::from).collect();
            TextDiff { member: (*name).to_owned(), parts }
        });
        let texts = texts.collect();
        Ok(Self { from, to, before, after, texts })
    }
}

fn members(input: ArticleInput) -> Result<Map<String, Value>, Error> {
    match serde_json::to_value(input).map_err(Error::internal)? {
        Value::Object(members) => Ok(members),
        _ => Ok(Map::new()),
    }
}

/// Where a text differs: its parts in their order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TextDiff {
    /// The member.
    pub member: String,
    /// The parts. Those that are `equal` or `delete` are the one text, those that are `equal` or
    /// `insert` the other.
    pub parts: Vec<TextPart>,
}

/// A part of two texts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TextPart {
    /// Which of them has it.
    pub op: TextOp,
    /// The part.
    pub text: String,
}

/// Which of two texts has a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TextOp {
    /// Both.
    Equal,
    /// The one.
    Delete,
    /// The other.
    Insert,
}

impl From<Run> for TextPart {
    fn from(Run { op, text }: Run) -> Self {
        let op = match op {
            Op::Equal => TextOp::Equal,
            Op::Delete => TextOp::Delete,
            Op::Insert => TextOp::Insert,
        };
        Self { op, text }
    }
}

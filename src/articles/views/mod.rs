//! Articles on the wire: [`output`] what goes out, [`input`] what comes in, [`params`] what is
//! asked for; [`parts`] and [`refs`] what stands within the one and the other; [`searched`] what a
//! search tells beyond its stories; [`terms`] tags and authors.

pub mod bulk;
pub mod duplicates;
pub mod input;
pub mod life;
pub mod output;
pub mod params;
pub mod parts;
pub mod preview;
pub mod refs;
pub mod revisions;
pub mod searched;
pub mod terms;

use crate::access::Caller;
use crate::addresses::Addresses;
use crate::articles::model;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is needed to show a story to somebody.
#[derive(Clone, Copy, Debug)]
pub struct Show<'a> {
    /// Where things are found.
    pub addresses: &'a Addresses,
    /// Who asks.
    pub caller: &'a Caller,
}

/// How to read `body`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BodyFormat {
    /// Paragraphs separated by blank lines.
    Text,
    /// CommonMark.
    Markdown,
    /// HTML; `body_html` is the cleaned form.
    Html,
}

/// What the editors decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ArticleStatus {
    /// Not for the public.
    Draft,
    /// For the public from `published_at` until `expires_at`.
    Published,
}

/// What follows from the status and the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ArticleState {
    /// Not published.
    Draft,
    /// Published, its date is to come.
    Scheduled,
    /// The public sees it.
    Live,
    /// Published, its time is over.
    Expired,
    /// Taken back.
    Retracted,
    /// In the trash.
    Trashed,
}

/// Which way the text runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

impl Direction {
    /// As it is written in JSON and in HTML.
    pub const fn as_str(self) -> &'static str {
        match self {
            Direction::Ltr => "ltr",
            Direction::Rtl => "rtl",
        }
    }
}

impl From<crate::text::render::BodyFormat> for BodyFormat {
    fn from(format: crate::text::render::BodyFormat) -> Self {
        use crate::text::render::BodyFormat as Known;
        match format {
            Known::Text => BodyFormat::Text,
            Known::Markdown => BodyFormat::Markdown,
            Known::Html => BodyFormat::Html,
        }
    }
}

impl From<BodyFormat> for crate::text::render::BodyFormat {
    fn from(format: BodyFormat) -> Self {
        use crate::text::render::BodyFormat as Known;
        match format {
            BodyFormat::Text => Known::Text,
            BodyFormat::Markdown => Known::Markdown,
            BodyFormat::Html => Known::Html,
        }
    }
}

impl From<model::Status> for ArticleStatus {
    fn from(status: model::Status) -> Self {
        match status {
            model::Status::Draft => ArticleStatus::Draft,
            model::Status::Published => ArticleStatus::Published,
        }
    }
}

impl From<ArticleStatus> for model::Status {
    fn from(status: ArticleStatus) -> Self {
        match status {
            ArticleStatus::Draft => model::Status::Draft,
            ArticleStatus::Published => model::Status::Published,
        }
    }
}

impl From<model::State> for ArticleState {
    fn from(state: model::State) -> Self {
        match state {
            model::State::Draft => ArticleState::Draft,
            model::State::Scheduled => ArticleState::Scheduled,
            model::State::Live => ArticleState::Live,
            model::State::Expired => ArticleState::Expired,
            model::State::Retracted => ArticleState::Retracted,
            model::State::Trashed => ArticleState::Trashed,
        }
    }
}

impl From<crate::text::language::Direction> for Direction {
    fn from(direction: crate::text::language::Direction) -> Self {
        match direction {
            crate::text::language::Direction::Ltr => Direction::Ltr,
            crate::text::language::Direction::Rtl => Direction::Rtl,
        }
    }
}

//! What requests that write articles say in their query.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// What to do when a story with the supplier's id is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnConflict {
    /// Refuse with 409.
    #[default]
    Error,
    /// Change the members that the body carries.
    Update,
    /// Leave it and answer with it.
    Skip,
}

/// What to do with a story that says the same as an earlier one: the same page, or the same text but
/// for a few words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Duplicates {
    /// Take it as a story of its own.
    Allow,
    /// Take it, and say in `duplicate_of` which one it repeats.
    #[default]
    Link,
    /// Refuse with 409.
    Reject,
}

/// How to create an article.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
pub struct CreateArticle {
    /// What to do when a story with the same source and external id is there already; `error` when
    /// left out.
    #[serde(default)]
    #[param(inline)]
    pub on_conflict: OnConflict,
    /// What to do with a story that says the same as an earlier one in its language: the same page by
    /// `canonical_url` or `source_url`, or the same text but for a few words. `link` when left out:
    /// `duplicate_of` names the earlier one. `reject` refuses it.
    #[serde(default)]
    #[param(inline)]
    pub duplicates: Duplicates,
    /// Make an unknown category or source from its name, if the key may.
    #[serde(default)]
    pub create_missing: bool,
    /// With `on_conflict=update`: change it even if another key wrote it last.
    #[serde(default)]
    pub overwrite: bool,
    /// Check and answer as usual, and save nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// How far one story that cannot be saved keeps the others from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BulkMode {
    /// Not at all: each is saved or not by itself.
    #[default]
    BestEffort,
    /// Altogether: all are saved or none.
    Atomic,
}

/// How to create many articles.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
pub struct CreateArticles {
    /// `best_effort` (when left out): each story is saved or not by itself. `atomic`: all of them or
    /// none; at most 10,000.
    #[serde(default)]
    #[param(inline)]
    pub mode: BulkMode,
    /// What to do with a story whose source and external id are there already; `error` when left
    /// out.
    #[serde(default)]
    #[param(inline)]
    pub on_conflict: OnConflict,
    /// What to do with a story that says the same as an earlier one in its language: the same page by
    /// `canonical_url` or `source_url`, or the same text but for a few words. `link` when left out:
    /// `duplicate_of` names the earlier one. `reject` refuses it.
    #[serde(default)]
    #[param(inline)]
    pub duplicates: Duplicates,
    /// Make an unknown category or source from its name, if the key may.
    #[serde(default)]
    pub create_missing: bool,
    /// With `on_conflict=update`: change a story even if another key wrote it last.
    #[serde(default)]
    pub overwrite: bool,
    /// Check and answer as usual, and save nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// How to change an article.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
pub struct ChangeArticle {
    /// Make an unknown category or source from its name, if the key may.
    #[serde(default)]
    pub create_missing: bool,
    /// Check and answer as usual, and save nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// How to create or update an article by its supplier's id.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
pub struct ReplaceByExternalId {
    /// What to do with a story that says the same as an earlier one in its language: the same page by
    /// `canonical_url` or `source_url`, or the same text but for a few words. `link` when left out:
    /// `duplicate_of` names the earlier one. `reject` refuses it.
    #[serde(default)]
    #[param(inline)]
    pub duplicates: Duplicates,
    /// Make an unknown category from its name, if the key may.
    #[serde(default)]
    pub create_missing: bool,
    /// Change it even if another key wrote it last.
    #[serde(default)]
    pub overwrite: bool,
    /// Check and answer as usual, and save nothing.
    #[serde(default)]
    pub dry_run: bool,
}

//! What stories show of others: sources, breadcrumbs, language versions.

use super::Article;
use crate::catalog::Catalog;
use crate::ids::{ArticleId, CategoryId};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;

/// Another language version of a story, or another story that it shows.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its id.
    pub id: ArticleId,
    /// Its current slug.
    pub slug: String,
    /// Its language.
    pub language: String,
    /// Its headline.
    pub headline: String,
    /// Its primary category.
    pub category: Option<CategoryId>,
}

/// A story about the same.
#[derive(Clone, Debug)]
pub struct Related {
    /// Which, and what is shown of it.
    pub version: Version,
    /// When the public saw it first.
    pub published_at: DateTime<Utc>,
}

/// What a set of articles shows of others.
#[derive(Debug, Default)]
pub struct Relations {
    /// At least the sources and categories that they name.
    pub catalog: Arc<Catalog>,
    /// The other visible versions of a story, by its id.
    pub versions: HashMap<ArticleId, Vec<Version>>,
    /// The story that one repeats, if visible, by the id of the one that repeats it.
    pub originals: HashMap<ArticleId, Version>,
}

/// The story that all language versions go back to.
pub fn original(article: &Article) -> ArticleId {
    article.content.translation_of.unwrap_or(article.id)
}

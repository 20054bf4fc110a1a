//! What stories show of others: sources, breadcrumbs, language versions.

use super::Article;
use crate::categories::model::Crumb;
use crate::ids::{ArticleId, CategoryId, SourceId};
use std::collections::HashMap;

/// A source as stories show it.
#[derive(Clone, Debug)]
pub struct SourceCard {
    /// Its id.
    pub id: SourceId,
    /// Its current slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its home page.
    pub url: Option<String>,
    /// How it wants to be named.
    pub credit: Option<String>,
    /// Its logo.
    pub logo_url: Option<String>,
    /// Terms for stories that have none of their own.
    pub usage_terms: Option<String>,
}

/// Another language version of a story.
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

/// What a set of articles shows of others.
#[derive(Debug, Default)]
pub struct Relations {
    /// Sources by id.
    pub sources: HashMap<SourceId, SourceCard>,
    /// Breadcrumbs by category.
    pub breadcrumbs: HashMap<CategoryId, Vec<Crumb>>,
    /// The visible versions of a story, by the id of the one they all translate.
    pub versions: HashMap<ArticleId, Vec<Version>>,
}

/// The story that all language versions go back to.
pub fn original(article: &Article) -> ArticleId {
    article.content.translation_of.unwrap_or(article.id)
}

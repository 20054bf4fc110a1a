//! What the catalog knows, without any I/O.

use crate::categories::model::{Category, Crumb};
use crate::ids::{CategoryId, Reference, SourceId};
use crate::sources::model::Source;
use std::collections::HashMap;

/// Sources and categories by id and by slug.
#[derive(Debug, Default)]
pub struct Catalog {
    sources: HashMap<SourceId, Source>,
    source_slugs: HashMap<String, SourceId>,
    categories: HashMap<CategoryId, Category>,
    category_slugs: HashMap<String, CategoryId>,
    /// Each category with all below it.
    below: HashMap<CategoryId, Vec<CategoryId>>,
    /// The text search configurations that stories use.
    pub configurations: Vec<String>,
}

impl Catalog {
    /// A catalog of these, which may be a part of all.
    pub fn new(
        sources: Vec<Source>,
        categories: Vec<Category>,
        configurations: Vec<String>,
    ) -> Self {
        let mut below: HashMap<CategoryId, Vec<CategoryId>> = HashMap::new();
        for category in &categories {
            for step in &category.path {
                below.entry(*step).or_default().push(category.id);
            }
        }
        Self {
            source_slugs: sources.iter().map(|one| (one.slug.clone(), one.id)).collect(),
            sources: sources.into_iter().map(|one| (one.id, one)).collect(),
            category_slugs: categories.iter().map(|one| (one.slug.clone(), one.id)).collect(),
            categories: categories.into_iter().map(|one| (one.id, one)).collect(),
            below,
            configurations,
        }
    }

    /// A source.
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(&id)
    }

    /// A category.
    pub fn category(&self, id: CategoryId) -> Option<&Category> {
        self.categories.get(&id)
    }

    /// The way from the root down to a category.
    pub fn breadcrumb(&self, id: CategoryId) -> &[Crumb] {
        self.category(id).map(|category| category.breadcrumb.as_slice()).unwrap_or_default()
    }

    /// The source of that id or current slug.
    pub fn find_source(&self, reference: &Reference) -> Option<SourceId> {
        match reference {
            Reference::Id(id) => Some(SourceId(*id)).filter(|id| self.sources.contains_key(id)),
            Reference::Slug(slug) => self.source_slugs.get(slug).copied(),
        }
    }

    /// The category of that id or current slug.
    pub fn find_category(&self, reference: &Reference) -> Option<CategoryId> {
        match reference {
            Reference::Id(id) => {
                Some(CategoryId(*id)).filter(|id| self.categories.contains_key(id))
            }
            Reference::Slug(slug) => self.category_slugs.get(slug).copied(),
        }
    }

    /// A category with all below it.
    pub fn with_descendants(&self, id: CategoryId) -> &[CategoryId] {
        self.below.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// Categories with all below them; those that are gone by themselves.
    pub fn within(&self, ids: &[CategoryId]) -> Vec<CategoryId> {
        let below = |id: &CategoryId| self.with_descendants(*id).iter().copied();
        ids.iter().flat_map(|id| std::iter::once(*id).chain(below(id))).collect()
    }

    /// Every source.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.values()
    }

    /// Every category.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.categories.values()
    }
}

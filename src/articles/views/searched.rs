//! What a search tells beyond its stories.

use crate::articles::model::listing::{Counts, Facet, Month, Tag};
use crate::catalog::Catalog;
use crate::http::page::Extra;
use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A value that matches have in common.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FacetValue {
    /// What the filter of the facet's name takes; of a month: `2026-11`.
    pub value: String,
    /// What to show for it.
    pub name: String,
    /// How many matches have it.
    #[schema(minimum = 0)]
    pub count: i64,
}

/// The matches of a search, counted; each with at most 50 values, the most frequent first.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Facets {
    /// By category, those below included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub category: Option<Vec<FacetValue>>,
    /// By source.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub source: Option<Vec<FacetValue>>,
    /// By language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub language: Option<Vec<FacetValue>>,
    /// By tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tag: Option<Vec<FacetValue>>,
    /// By the month they were published in, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub month: Option<Vec<FacetValue>>,
}

impl Facets {
    /// The facets asked for, of these counts. What has gone meanwhile is left out.
    pub fn new(asked: &[Facet], counts: Counts, catalog: &Catalog) -> Self {
        let Counts { categories, sources, languages, tags, months } = counts;
        let category = |(id, count)| {
            let category = catalog.category(id)?;
            Some(FacetValue::new(&category.slug, &category.content.name, count))
        };
        let source = |(id, count)| {
            let source = catalog.source(id)?;
            Some(FacetValue::new(&source.slug, &source.content.name, count))
        };
        let language = |(tag, count): (String, i64)| FacetValue::new(&tag, &tag, count);
        let tag = |(tag, count): (Tag, i64)| FacetValue::new(&tag.slug, &tag.name, count);
        let month = |(Month { year, month }, count)| {
            let month = format!("{year:04}-{month:02}");
            FacetValue::new(&month, &month, count)
        };
        let is_asked = |facet| asked.contains(&facet);
        Self {
            category: is_asked(Facet::Category)
                .then(|| categories.into_iter().filter_map(category).collect()),
            source: is_asked(Facet::Source)
                .then(|| sources.into_iter().filter_map(source).collect()),
            language: is_asked(Facet::Language)
                .then(|| languages.into_iter().map(language).collect()),
            tag: is_asked(Facet::Tag).then(|| tags.into_iter().map(tag).collect()),
            month: is_asked(Facet::Month).then(|| months.into_iter().map(month).collect()),
        }
    }
}

impl FacetValue {
    fn new(value: &str, name: &str, count: i64) -> Self {
        Self { value: value.to_owned(), name: name.to_owned(), count }
    }
}

/// What a page of articles has beyond other pages.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SearchFacts {
    /// Whether only the newest of very many matches were ranked or counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approximate: Option<bool>,
    /// The matches, counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<Facets>,
}

impl Extra for SearchFacts {
    fn describe(page: ObjectBuilder) -> ObjectBuilder {
        let approximate = ObjectBuilder::new().schema_type(Type::Boolean).description(Some(
            "Whether only the newest 10,000 of more matches were ranked and counted; only with `q`.",
        ));
        page.property("approximate", approximate)
            .property("facets", Ref::from_schema_name(Facets::name()))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Facets::name().into_owned(), Facets::schema()));
        Facets::schemas(schemas);
    }
}

//! What a search tells beyond its stories.

use crate::articles::model::listing::{Count, Facet};
use crate::catalog::Catalog;
use crate::http::page::Extra;
use crate::ids::{CategoryId, SourceId};
use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

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
    pub fn new(asked: &[Facet], counts: Vec<Count>, catalog: &Catalog) -> Self {
        let mut facets = Self::default();
        for facet in asked {
            *facets.of(*facet) = Some(Vec::new());
        }
        for count in counts {
            let facet = count.facet;
            if let Some(value) = value(count, catalog) {
                facets.of(facet).get_or_insert_default().push(value);
            }
        }
        facets
    }

    fn of(&mut self, facet: Facet) -> &mut Option<Vec<FacetValue>> {
        match facet {
            Facet::Category => &mut self.category,
            Facet::Source => &mut self.source,
            Facet::Language => &mut self.language,
            Facet::Tag => &mut self.tag,
            Facet::Month => &mut self.month,
        }
    }
}

fn value(count: Count, catalog: &Catalog) -> Option<FacetValue> {
    let Count { facet, value, name, count } = count;
    let (value, name) = match facet {
        Facet::Category => {
            let category = catalog.category(CategoryId(Uuid::parse_str(&value).ok()?))?;
            (category.slug.clone(), category.content.name.clone())
        }
        Facet::Source => {
            let source = catalog.source(SourceId(Uuid::parse_str(&value).ok()?))?;
            (source.slug.clone(), source.content.name.clone())
        }
        Facet::Language | Facet::Tag | Facet::Month => {
            let name = name.unwrap_or_else(|| value.clone());
            (value, name)
        }
    };
    Some(FacetValue { value, name, count })
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

//! What generators of clients make one type of: the words that parameters take get a name each, or
//! every operation would have a type of its own for them.

use crate::articles::views::params as articles;
use crate::events::views as events;
use crate::feeds::views::params::ContentName;
use crate::http::endpoints::operations_mut;
use crate::http::page::{CountName, Total};
use crate::webhooks::views::params::DeliveryStatus;
use std::collections::BTreeMap;
use utoipa::PartialSchema;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::{OpenApi, Ref, RefOr, Schema};

/// The words of each kind of parameter.
fn words() -> BTreeMap<&'static str, RefOr<Schema>> {
    BTreeMap::from([
        ("ArticleExtra", articles::ExtraName::schema()),
        ("ArticleFacet", articles::FacetName::schema()),
        ("ArticleInclude", articles::IncludeName::schema()),
        ("ArticleSort", articles::SortName::schema()),
        ("ArticleStateFilter", articles::StateName::schema()),
        ("BulkMode", articles::BulkMode::schema()),
        ("ChangeInclude", events::ChangeInclude::schema()),
        ("ChangeKind", events::ChangeKind::schema()),
        ("CountInclude", CountName::schema()),
        ("DeliveryStatus", DeliveryStatus::schema()),
        ("DuplicatePolicy", articles::Duplicates::schema()),
        ("FeedContent", ContentName::schema()),
        ("OnConflict", articles::OnConflict::schema()),
        ("ResourceName", events::ResourceName::schema()),
        ("TotalMode", Total::schema()),
    ])
}

/// Gives those names to the schemas of parameters.
pub fn name_words(document: &mut OpenApi) {
    let words = words();
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations_mut(item) {
            for parameter in operation.parameters.iter_mut().flatten() {
                let RefOr::T(Parameter { schema: Some(schema), .. }) = parameter else { continue };
                name(schema, &words);
            }
        }
    }
    let components = document.components.get_or_insert_default();
    components.schemas.extend(words.into_iter().map(|(name, schema)| (name.to_owned(), schema)));
}

/// Refers to the schema of that name, if this one, or that of its items, takes the same words.
fn name(schema: &mut RefOr<Schema>, words: &BTreeMap<&'static str, RefOr<Schema>>) {
    let RefOr::T(found) = &mut *schema else { return };
    if let Schema::Array(array) = found {
        if let ArrayItems::RefOrSchema(items) = &mut array.items {
            name(items, words);
        }
        return;
    }
    let taken = values(found);
    let same = words.iter().find(|(_, known)| match known {
        RefOr::T(known) => taken.is_some() && values(known) == taken,
        RefOr::Ref(_) => false,
    });
    if let Some((name, _)) = same {
        *schema = Ref::from_schema_name(*name).into();
    }
}

fn values(schema: &Schema) -> Option<&Vec<serde_json::Value>> {
    match schema {
        Schema::Object(object) => object.enum_values.as_ref(),
        _ => None,
    }
}

/// What a member means stands beside its choices, not in one of them, where it is not looked for.
pub fn lift_descriptions(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for schema in components.schemas.values_mut() {
        let RefOr::T(Schema::Object(object)) = schema else { continue };
        for member in object.properties.values_mut() {
            let RefOr::T(Schema::OneOf(choice)) = member else { continue };
            for item in &mut choice.items {
                let RefOr::Ref(reference) = item else { continue };
                if choice.description.is_none() && !reference.description.is_empty() {
                    choice.description = Some(std::mem::take(&mut reference.description));
                }
            }
        }
    }
}

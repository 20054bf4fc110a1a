//! Categories on the wire.

use crate::access::Caller;
use crate::addresses::Addresses;
use crate::categories::model::{self, Content, Crumb, Parent};
use crate::error::{Error, Violation, Violations};
use crate::http::body::{Document, Rules};
use crate::http::page::{CountName, DEFAULT_LIMIT, Total};
use crate::http::params::PathParameters;
use crate::http::reply::Resource;
use crate::http::schema::relaxed;
use crate::ids::{CategoryId, Reference};
use crate::patch::Patch;
use crate::values::{Count, Metadata, MetadataPatch, patch_metadata, patch_slug, rfc3339};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// A category as stories and other categories show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoryRef {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// Names it in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its IPTC Media Topic, for formats that speak of topics.
    #[serde(skip)]
    pub media_topic: Option<String>,
}

impl From<&Crumb> for CategoryRef {
    fn from(crumb: &Crumb) -> Self {
        let Crumb { id, slug, name, media_topic } = crumb.clone();
        Self { id: id.to_string(), slug, name, media_topic }
    }
}

/// A node of the tree that gives stories their breadcrumb.
#[derive(Debug, Serialize, ToSchema)]
pub struct Category {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// Names it in addresses.
    pub slug: String,
    /// Its name; unique among siblings.
    pub name: String,
    /// What belongs there.
    #[schema(required)]
    pub description: Option<String>,
    /// The category it stands below; null at the top.
    #[schema(required)]
    pub parent: Option<CategoryRef>,
    /// Its place among siblings, smallest first.
    pub position: i32,
    /// The way from the root down to and including it.
    pub breadcrumb: Vec<CategoryRef>,
    /// Its IPTC Media Topic.
    #[schema(required)]
    pub media_topic: Option<String>,
    /// Notes; shown to key holders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = crate::http::schema::shown_metadata)]
    pub metadata: Option<Metadata>,
    /// The page for readers.
    #[schema(format = "uri")]
    pub url: String,
    /// Its address in this API.
    #[schema(format = "uri")]
    pub api_url: String,
    /// When it was made.
    #[schema(format = "date-time")]
    pub created_at: String,
    /// When it was last written.
    #[schema(format = "date-time")]
    pub updated_at: String,
    /// Moves with each change; what `If-Match` compares.
    #[schema(minimum = 1)]
    pub version: i64,
    /// How many live stories stand in it and below; in lists with `include=counts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub article_count: Option<i64>,
    /// When the newest of them was published; in lists with `include=counts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    pub last_published_at: Option<Option<String>>,
}

impl Category {
    /// Adds what stands in it.
    pub fn counted(mut self, count: Count) -> Self {
        self.article_count = Some(count.stories);
        self.last_published_at = Some(count.newest.map(rfc3339));
        self
    }

    /// The category as the caller may see it.
    pub fn new(category: model::Category, addresses: &Addresses, caller: &Caller) -> Self {
        let id = category.id.to_string();
        let parent = category.parent().map(CategoryRef::from);
        let Content { name, description, position, media_topic, metadata } = category.content;
        Self {
            url: addresses.category_page(&id, &category.slug),
            api_url: addresses.api("categories", &id),
            id,
            slug: category.slug,
            name,
            description,
            parent,
            position,
            breadcrumb: category.breadcrumb.iter().map(CategoryRef::from).collect(),
            media_topic,
            metadata: caller.key().map(|_| metadata),
            created_at: rfc3339(category.created_at),
            updated_at: rfc3339(category.updated_at),
            version: category.version,
            article_count: None,
            last_published_at: None,
        }
    }
}

impl Resource for Category {
    fn version(&self) -> i64 {
        self.version
    }
    fn location(&self) -> &str {
        &self.api_url
    }
}

/// A category with everything below it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryNode {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// Names it in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The page for readers.
    #[schema(format = "uri")]
    pub url: String,
    /// What stands directly below it, in order.
    #[schema(no_recursion)]
    pub children: Vec<CategoryNode>,
}

/// The whole tree.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryTree {
    /// The categories at the top, in order.
    pub items: Vec<CategoryNode>,
}

impl CategoryTree {
    /// Nests categories that come in the order of siblings.
    pub fn new(categories: Vec<model::Category>, addresses: &Addresses) -> Self {
        let mut below: HashMap<Option<CategoryId>, Vec<model::Category>> = HashMap::new();
        for category in categories {
            below.entry(category.parent_id()).or_default().push(category);
        }
        Self { items: nest(&mut below, None, addresses) }
    }
}

fn nest(
    below: &mut HashMap<Option<CategoryId>, Vec<model::Category>>,
    parent: Option<CategoryId>,
    addresses: &Addresses,
) -> Vec<CategoryNode> {
    let siblings = below.remove(&parent).unwrap_or_default();
    siblings
        .into_iter()
        .map(|category| {
            let id = category.id.to_string();
            CategoryNode {
                children: nest(below, Some(category.id), addresses),
                url: addresses.category_page(&id, &category.slug),
                id,
                slug: category.slug,
                name: category.content.name,
            }
        })
        .collect()
}

/// A category to create or to put in place of another.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryInput {
    /// Its name; unique among siblings.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "General")]
    pub name: String,
    /// Names it in addresses; made from the name when left out.
    #[schema(max_length = 120, example = "general")]
    pub slug: Option<String>,
    /// What belongs there.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// The category it stands below, by id or slug; null at the top.
    #[schema(max_length = 512)]
    pub parent: Option<String>,
    /// Its place among siblings, smallest first; 0 when left out.
    #[schema(minimum = -1_000_000, maximum = 1_000_000)]
    pub position: Option<i32>,
    /// Its IPTC Media Topic.
    #[schema(pattern = "^medtop:[0-9]{8}$", example = "medtop:11000000")]
    pub media_topic: Option<String>,
    /// Notes for key holders.
    #[schema(schema_with = crate::http::schema::metadata)]
    pub metadata: Option<Metadata>,
}

/// A merge patch of a category: what is left out stays, null clears.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryPatch {
    #[serde(default)]
    name: Patch<String>,
    #[serde(default)]
    slug: Patch<String>,
    #[serde(default)]
    description: Patch<String>,
    #[serde(default)]
    parent: Patch<Reference>,
    #[serde(default)]
    position: Patch<i32>,
    #[serde(default)]
    media_topic: Patch<String>,
    #[serde(default)]
    metadata: Patch<MetadataPatch>,
}

impl Document for CategoryInput {}

impl Document for CategoryPatch {
    const PATCH: bool = true;
}

impl Rules for CategoryPatch {
    fn rules(&self) -> Vec<Violation> {
        let broken = self.clone().apply(&mut Content::default()).err();
        broken.map(|error| error.facts().violations.clone()).unwrap_or_default()
    }
}

impl PartialSchema for CategoryPatch {
    fn schema() -> RefOr<Schema> {
        relaxed::<CategoryInput>(
            "A merge patch of a category: what is left out stays, null clears.",
        )
    }
}

impl ToSchema for CategoryPatch {}

/// What a request wishes beyond the content itself.
#[derive(Debug)]
pub struct Wish {
    /// The slug.
    pub slug: Patch<String>,
    /// The place in the tree.
    pub parent: Parent,
}

impl CategoryPatch {
    /// Changes the content and gives what else is wished. Reports every broken rule.
    pub fn apply(self, content: &mut Content) -> Result<Wish, Error> {
        let CategoryPatch { name, slug, description, parent, position, media_topic, metadata } =
            self;
        let mut found = Violations::default();
        name.set_or(&mut content.name, String::new);
        description.set(&mut content.description);
        position.set_or(&mut content.position, || 0);
        media_topic.set(&mut content.media_topic);
        patch_metadata(&mut found, metadata, &mut content.metadata);
        let slug = patch_slug(&mut found, slug);
        found.finish()?;
        let parent = match parent {
            Patch::Absent => Parent::Keep,
            Patch::Null => Parent::Root,
            Patch::Value(reference) => Parent::Below(reference),
        };
        Ok(Wish { slug, parent })
    }
}

/// The path of one category.
#[derive(Debug, Deserialize, IntoParams)]
pub struct CategoryPath {
    /// The id or the slug of a category.
    #[param(value_type = String, max_length = 512, example = "general")]
    pub category: Reference,
}

impl PathParameters for CategoryPath {}

/// Which categories to list, and how.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListCategories {
    /// Only categories directly below any of these (id or slug).
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub parent: Vec<Reference>,
    /// With these characters in the name, whatever their case.
    #[param(nullable = false, min_length = 1, max_length = 300)]
    pub q: Option<String>,
    /// What to add to each, by repetition or separated by commas.
    #[serde(default)]
    #[param(nullable = false, inline, max_items = 20, value_type = Option<Vec<CountName>>)]
    pub include: Vec<CountName>,
    /// How many a page has.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<i64>,
    /// Where the page starts: a `next_cursor` or `prev_cursor` of this list.
    #[param(nullable = false, max_length = 4096)]
    pub cursor: Option<String>,
    /// Whether to count the whole list.
    #[param(nullable = false, inline)]
    pub total: Option<Total>,
}

impl ListCategories {
    /// How many a page has.
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }
}

/// How to delete a category.
#[derive(Debug, Deserialize, IntoParams)]
pub struct DeleteCategory {
    /// Move its stories and sub-categories to this category (id or slug) in the same step.
    #[param(nullable = false, value_type = Option<String>, max_length = 512)]
    pub reassign_to: Option<Reference>,
    /// Say what would happen, and change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

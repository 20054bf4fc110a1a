//! Changes on the wire.

use super::audience::{Reader, Seen};
use super::model::{Cursor, Event, Kind, Position, Resource};
use crate::addresses::{Addresses, ArticlePage};
use crate::articles::model::State;
use crate::articles::views::ArticleState;
use crate::articles::views::output::Article;
use crate::categories::views::Category;
use crate::ids::{CategoryId, Reference, SourceId};
use crate::sources::views::Source;
use crate::values::rfc3339;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ChangeKind(pub Kind);

impl TryFrom<String> for ChangeKind {
    type Error = &'static str;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        Kind::parse(&name).map(ChangeKind).ok_or("no kind of change")
    }
}

impl Serialize for ChangeKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl PartialSchema for ChangeKind {
    fn schema() -> RefOr<Schema> {
        let meanings: Vec<String> =
            Kind::ALL.iter().map(|kind| format!("`{}`: {}", kind.as_str(), kind.help())).collect();
        let names = Kind::ALL.iter().map(|kind| kind.as_str());
        let object = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(names))
            .description(Some(format!("What happened.\n\n{}", meanings.join("\n\n"))));
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for ChangeKind {
    fn name() -> Cow<'static, str> {
        "ChangeKind".into()
    }
}

/// What it happened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResourceName {
    /// A story.
    Article,
    /// A source.
    Source,
    /// A category.
    Category,
}

impl From<Resource> for ResourceName {
    fn from(resource: Resource) -> Self {
        match resource {
            Resource::Article => ResourceName::Article,
            Resource::Source => ResourceName::Source,
            Resource::Category => ResourceName::Category,
        }
    }
}

impl From<ResourceName> for Resource {
    fn from(name: ResourceName) -> Self {
        match name {
            ResourceName::Article => Resource::Article,
            ResourceName::Source => Resource::Source,
            ResourceName::Category => Resource::Category,
        }
    }
}

/// A change: what happened, and what it is about as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Change {
    /// Send it as `since` (or `Last-Event-ID`) to go on after this change.
    pub cursor: String,
    /// What happened.
    pub kind: ChangeKind,
    /// What it happened to.
    pub resource: ResourceName,
    /// The id of that.
    #[schema(format = "uuid")]
    pub id: String,
    /// When it happened.
    #[schema(format = "date-time")]
    pub at: String,
    /// The version that the change made. A copy with a higher one is newer than the change.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Whether the caller sees it no more: drop every copy.
    pub deleted: bool,
    /// Its slug: now, or the last that the caller knew.
    pub slug: String,
    /// The slug it had before the change, where that was another one.
    #[schema(required)]
    pub former_slug: Option<String>,
    /// The page for readers, of stories and categories; null when it is deleted.
    #[schema(required, format = "uri")]
    pub url: Option<String>,
    /// Its address in this API; null when it is deleted.
    #[schema(required, format = "uri")]
    pub api_url: Option<String>,
    /// The state a story is in now; null when it is deleted.
    #[schema(required)]
    pub state: Option<ArticleState>,
    /// The slug of the source a story has now.
    #[schema(required)]
    pub source: Option<String>,
    /// The slugs of the categories a story is in now, the primary one first.
    pub categories: Vec<String>,
    /// The tags a story has now.
    pub tags: Vec<String>,
    /// The slugs of the categories it was in before the change, where these were others.
    pub former_categories: Vec<String>,
    /// The tags it had before the change, where these were others.
    pub former_tags: Vec<String>,
    /// The whole of it as it is now; with `include=resource`, and with the last change of each on a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub included: Option<Included>,
}

/// The whole of what changed, as it is now.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Included {
    /// A story.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub article: Option<Article>,
    /// A source.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub source: Option<Source>,
    /// A category.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub category: Option<Category>,
}

/// Changes in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changes {
    /// The changes.
    pub items: Vec<Change>,
    /// Send it as `since` for what comes after these.
    pub next_cursor: String,
    /// Whether more are there already. A page with few or none may have more after it when filters leave
    /// much out.
    pub more: bool,
}

/// How changes are shown.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// To whom.
    pub reader: &'a Reader,
    /// What is there.
    pub seen: &'a Seen,
    /// Where things are found.
    pub addresses: &'a Addresses,
    /// The epoch of the positions.
    pub epoch: Uuid,
}

impl Telling<'_> {
    /// A position as a cursor.
    pub fn cursor(&self, position: Position) -> String {
        Cursor { epoch: self.epoch, position }.encode()
    }

    /// A change.
    pub fn change(&self, event: &Event) -> Change {
        let mut change = self.tombstone(event);
        match event.kind.resource() {
            Resource::Article => self.article(event, &mut change),
            Resource::Source => self.source(event, &mut change),
            Resource::Category => self.category(event, &mut change),
        }
        change
    }

    /// What is left when the rest is gone.
    pub fn tombstone(&self, event: &Event) -> Change {
        let before = self.reader.sides(event).before;
        let tags = event.former_tags.as_ref().filter(|_| before);
        let categories = event.former_categories.as_ref().filter(|_| before);
        let slug = self.reader.slug(event);
        let former = event.former_slug.as_deref().filter(|former| before && *former != slug);
        Change {
            cursor: self.cursor(event.position),
            kind: ChangeKind(event.kind),
            resource: event.kind.resource().into(),
            id: event.resource.to_string(),
            at: rfc3339(event.at),
            version: event.version,
            deleted: true,
            slug: slug.to_owned(),
            former_slug: former.map(str::to_owned),
            url: None,
            api_url: None,
            state: None,
            source: None,
            categories: Vec::new(),
            tags: Vec::new(),
            former_categories: categories.map(|ids| self.slugs(ids)).unwrap_or_default(),
            former_tags: tags.cloned().unwrap_or_default(),
            included: None,
        }
    }

    /// The slugs of categories; one that is gone leaves its id.
    fn slugs(&self, ids: &[CategoryId]) -> Vec<String> {
        let slug = |id: &CategoryId| match self.seen.catalog.category(*id) {
            Some(category) => category.slug.clone(),
            None => id.to_string(),
        };
        ids.iter().map(slug).collect()
    }

    fn article(&self, event: &Event, change: &mut Change) {
        let Some(story) = self.reader.sees(self.seen, event) else { return };
        change.deleted = false;
        change.slug.clone_from(&story.slug);
        change.categories = self.slugs(&story.categories);
        change.tags.clone_from(&story.tags);
        change.state = State::parse(&story.state).map(ArticleState::from);
        let source = story.source.and_then(|id| self.seen.catalog.source(id));
        change.source = source.map(|source| source.slug.clone());
        change.api_url = Some(self.addresses.api("articles", &change.id));
        change.url = Some(self.addresses.article_page(ArticlePage {
            id: &change.id,
            slug: &story.slug,
            category: change.categories.first().map(String::as_str),
            language: &story.language,
        }));
    }

    fn source(&self, event: &Event, change: &mut Change) {
        let there = self.seen.existing.contains(&event.resource);
        let Some(source) = self.seen.catalog.source(SourceId(event.resource)).filter(|_| there)
        else {
            return;
        };
        change.deleted = false;
        change.slug.clone_from(&source.slug);
        change.api_url = Some(self.addresses.api("sources", &change.id));
    }

    fn category(&self, event: &Event, change: &mut Change) {
        let there = self.seen.existing.contains(&event.resource);
        let Some(category) =
            self.seen.catalog.category(CategoryId(event.resource)).filter(|_| there)
        else {
            return;
        };
        change.deleted = false;
        change.slug.clone_from(&category.slug);
        change.api_url = Some(self.addresses.api("categories", &change.id));
        change.url = Some(self.addresses.category_page(&change.id, &category.slug));
    }
}

/// What to add to changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChangeInclude {
    /// The whole of what changed, as it is now.
    Resource,
}

/// Which changes.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListChanges {
    /// What came after this: a `cursor` or `next_cursor`, or `latest` for nothing yet. Left out: all that is
    /// kept.
    #[param(nullable = false, max_length = 100)]
    pub since: Option<String>,
    /// How many seconds to wait for a change when there is none.
    #[param(nullable = false, minimum = 0, maximum = 60, default = 0)]
    pub wait: Option<u64>,
    /// How many a page has at most.
    #[param(nullable = false, value_type = Option<i32>, minimum = 1, maximum = 100, default = 100)]
    pub limit: Option<usize>,
    /// Of these, by repetition or separated by commas.
    #[serde(default)]
    #[param(nullable = false, inline, max_items = 20, value_type = Option<Vec<ResourceName>>)]
    pub resource: Vec<ResourceName>,
    /// Of these kinds, by repetition or separated by commas.
    #[serde(default)]
    #[param(nullable = false, inline, max_items = 20, value_type = Option<Vec<ChangeKind>>)]
    pub kind: Vec<ChangeKind>,
    /// Of stories that come or came from any of these sources (id or slug), and of these sources.
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub source: Vec<Reference>,
    /// Of stories that are or were in any of these categories (id or slug) or below them, and of these
    /// categories.
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub category: Vec<Reference>,
    /// What to add to each, by repetition or separated by commas.
    #[serde(default)]
    #[param(nullable = false, inline, max_items = 20, value_type = Option<Vec<ChangeInclude>>)]
    pub include: Vec<ChangeInclude>,
}

/// Which changes to follow.
#[derive(Debug, Deserialize, IntoParams)]
pub struct FollowChanges {
    /// What came after this: a `cursor` or `next_cursor`, or `latest`, which is meant when it is left out.
    #[param(nullable = false, max_length = 100)]
    pub since: Option<String>,
    /// Of these, by repetition or separated by commas.
    #[serde(default)]
    #[param(nullable = false, inline, max_items = 20, value_type = Option<Vec<ResourceName>>)]
    pub resource: Vec<ResourceName>,
    /// Of these kinds, by repetition or separated by commas.
    #[serde(default)]
    #[param(nullable = false, inline, max_items = 20, value_type = Option<Vec<ChangeKind>>)]
    pub kind: Vec<ChangeKind>,
    /// Of stories that come or came from any of these sources (id or slug), and of these sources.
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub source: Vec<Reference>,
    /// Of stories that are or were in any of these categories (id or slug) or below them, and of these
    /// categories.
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub category: Vec<Reference>,
}

/// What is wanted: any within one member, all across members.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Of these.
    pub resource: &'a [ResourceName],
    /// Of these kinds.
    pub kind: &'a [ChangeKind],
    /// Of these sources.
    pub source: &'a [Reference],
    /// Of these categories.
    pub category: &'a [Reference],
}

impl FollowChanges {
    /// What is wanted.
    pub fn wanted(&self) -> Wanted<'_> {
        let Self { resource, kind, source, category, .. } = self;
        Wanted { resource, kind, source, category }
    }
}

/// How many a page has.
const LIMIT: usize = 100;

impl ListChanges {
    /// What is wanted.
    pub fn wanted(&self) -> Wanted<'_> {
        let Self { resource, kind, source, category, .. } = self;
        Wanted { resource, kind, source, category }
    }

    /// How many a page has at most.
    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(LIMIT)
    }

    /// Whether the whole of what changed is asked for.
    pub fn whole(&self) -> bool {
        self.include.contains(&ChangeInclude::Resource)
    }
}

//! What somebody writes of a webhook.

use super::super::model::Content;
use super::{EventKind, WebhookState};
use crate::error::{Error, Violation, Violations};
use crate::http::body::{Document, Rules};
use crate::http::schema::{self, relaxed};
use crate::ids::{CategoryId, Reference, SourceId};
use crate::patch::Patch;
use crate::values::patch_address;
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Array, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A webhook to create.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookInput {
    /// Where events are sent: an address on the internet, or one that the operator allows.
    #[schema(min_length = 1, max_length = 2048, example = "https://www.news.example/hooks/wire")]
    pub url: String,
    /// What it is for.
    #[schema(max_length = 5000, example = "Rebuilds pages of the site")]
    pub description: Option<String>,
    /// The kinds of events it hears of; empty or left out for all.
    #[schema(max_items = 20, example = json!(["article.published", "article.updated"]))]
    pub events: Option<Vec<EventKind>>,
    /// Only these sources and their stories, by id or slug.
    #[schema(schema_with = source_names)]
    pub sources: Option<Vec<String>>,
    /// Only these categories, those below them and their stories, by id or slug.
    #[schema(schema_with = category_names)]
    pub categories: Option<Vec<String>>,
    /// Which stories it hears of: `live`, the default, or `any`, which needs `articles:read`.
    pub state: Option<WebhookState>,
    /// Whether events are sent to it; true when left out.
    pub enabled: Option<bool>,
    /// Whether an event waits until those before it of the same story, source or category are done;
    /// false when left out.
    pub ordered: Option<bool>,
}

/// How many sources or categories a filter names.
const MOST: usize = 20;

fn source_names() -> Array {
    let text = "Only these sources and their stories, by id or slug; empty or left out for all.";
    schema::texts(MOST, 512, text)
}

fn category_names() -> Array {
    let text = "Only these categories, those below them and their stories, by id or slug; empty or left \
                out for all.";
    schema::texts(MOST, 512, text)
}

/// A merge patch of a webhook: what is left out stays, null gives the default.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookPatch {
    #[serde(default)]
    url: Patch<String>,
    #[serde(default)]
    description: Patch<String>,
    #[serde(default)]
    events: Patch<Vec<EventKind>>,
    #[serde(default)]
    sources: Patch<Vec<Reference>>,
    #[serde(default)]
    categories: Patch<Vec<Reference>>,
    #[serde(default)]
    state: Patch<WebhookState>,
    #[serde(default)]
    enabled: Patch<bool>,
    #[serde(default)]
    ordered: Patch<bool>,
}

impl Document for WebhookInput {}

impl Document for WebhookPatch {
    const PATCH: bool = true;
}

impl Rules for WebhookPatch {
    fn rules(&self) -> Vec<Violation> {
        let mut found = Violations::default();
        patch_address(&mut found, "url", self.url.clone());
        found.into_list()
    }
}

impl PartialSchema for WebhookPatch {
    fn schema() -> RefOr<Schema> {
        let text = "A merge patch of a webhook: what is left out stays, null gives the default.";
        relaxed::<WebhookInput>(text)
    }
}

impl ToSchema for WebhookPatch {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        WebhookInput::schemas(schemas);
    }
}

/// What is said of filters, before it is known whether there are such sources and categories.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// Of these sources.
    pub sources: Patch<Vec<Reference>>,
    /// Of these categories.
    pub categories: Patch<Vec<Reference>>,
}

impl WebhookPatch {
    /// Changes the content and gives what is said of filters. Reports every broken rule.
    pub fn apply(self, content: &mut Content) -> Result<Filters, Error> {
        let WebhookPatch { url, description, events, sources, categories, state, enabled, ordered } =
            self;
        let mut found = Violations::default();
        patch_address(&mut found, "url", url).set_or(&mut content.url, String::new);
        description.set(&mut content.description);
        let kinds = |events: Vec<EventKind>| {
            let mut kinds: Vec<_> = Vec::with_capacity(events.len());
            for EventKind(kind) in events {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            kinds
        };
        events.map(kinds).set_or(&mut content.events, Vec::new);
        let any = |state| state == WebhookState::Any;
        state.map(any).set_or(&mut content.unpublished, || false);
        enabled.set_or(&mut content.enabled, || true);
        ordered.set_or(&mut content.ordered, || false);
        found.finish()?;
        Ok(Filters { sources, categories })
    }
}

impl Filters {
    /// Sets the filters to what was found.
    pub fn set(
        content: &mut Content,
        sources: Patch<Vec<SourceId>>,
        categories: Patch<Vec<CategoryId>>,
    ) {
        sources.set_or(&mut content.sources, Vec::new);
        categories.set_or(&mut content.categories, Vec::new);
    }
}

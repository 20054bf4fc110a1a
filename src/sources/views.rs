//! Sources on the wire.

use crate::access::Caller;
use crate::addresses::Addresses;
use crate::error::{Error, Violation, Violations};
use crate::http::body::{Document, Rules};
use crate::http::page::{CountName, DEFAULT_LIMIT, Total};
use crate::http::params::PathParameters;
use crate::http::reply::Resource;
use crate::http::schema::relaxed;
use crate::ids::Reference;
use crate::patch::Patch;
use crate::sources::model::{self, Content, Filter};
use crate::values::{
    Count, Metadata, MetadataPatch, patch_address, patch_language, patch_metadata, rfc3339,
};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// The status of stories that come in by a source's feed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WireStatus {
    /// Somebody looks at them first.
    Draft,
    /// The public sees them at once.
    Published,
}

impl From<model::WireStatus> for WireStatus {
    fn from(status: model::WireStatus) -> Self {
        match status {
            model::WireStatus::Draft => WireStatus::Draft,
            model::WireStatus::Published => WireStatus::Published,
        }
    }
}

impl From<WireStatus> for model::WireStatus {
    fn from(status: WireStatus) -> Self {
        match status {
            WireStatus::Draft => model::WireStatus::Draft,
            WireStatus::Published => model::WireStatus::Published,
        }
    }
}

/// Who supplied a story: an agency, a broadcaster, a paper.
#[derive(Debug, Serialize, ToSchema)]
pub struct Source {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// Names it in addresses.
    pub slug: String,
    /// Its name; unique.
    pub name: String,
    /// What it is.
    #[schema(required)]
    pub description: Option<String>,
    /// Its home page.
    #[schema(required)]
    pub url: Option<String>,
    /// Its feed.
    #[schema(required)]
    pub feed_url: Option<String>,
    /// Its logo.
    #[schema(required)]
    pub logo_url: Option<String>,
    /// Where it is from (ISO 3166-1 alpha-2).
    #[schema(required)]
    pub country: Option<String>,
    /// The language it writes in (BCP 47).
    #[schema(required)]
    pub language: Option<String>,
    /// How it wants to be named.
    #[schema(required)]
    pub credit: Option<String>,
    /// Terms for stories that have none of their own.
    #[schema(required)]
    pub usage_terms: Option<String>,
    /// Notes; shown to key holders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = crate::http::schema::shown_metadata)]
    pub metadata: Option<Metadata>,
    /// Minutes between two looks of the service at `feed_url`; null: it does not read it.
    #[schema(required, minimum = 1, maximum = 10080)]
    pub poll_minutes: Option<i32>,
    /// The status of stories that come in by `feed_url`.
    pub wire_status: WireStatus,
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
    /// How many live stories it has; in lists with `include=counts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub article_count: Option<i64>,
    /// When the newest of them was published; in lists with `include=counts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    pub last_published_at: Option<Option<String>>,
}

impl Source {
    /// Adds what stands in it.
    pub fn counted(mut self, count: Count) -> Self {
        self.article_count = Some(count.stories);
        self.last_published_at = Some(count.newest.map(rfc3339));
        self
    }

    /// The source as the caller may see it.
    pub fn new(source: model::Source, addresses: &Addresses, caller: &Caller) -> Self {
        let id = source.id.to_string();
        let Content {
            name,
            description,
            url,
            feed_url,
            logo_url,
            country,
            language,
            credit,
            usage_terms,
            metadata,
            poll_minutes,
            wire_status,
        } = source.content;
        Self {
            api_url: addresses.api("sources", &id),
            id,
            slug: source.slug,
            name,
            description,
            url,
            feed_url,
            logo_url,
            country,
            language,
            credit,
            usage_terms,
            metadata: caller.key().map(|_| metadata),
            poll_minutes,
            wire_status: wire_status.into(),
            created_at: rfc3339(source.created_at),
            updated_at: rfc3339(source.updated_at),
            version: source.version,
            article_count: None,
            last_published_at: None,
        }
    }
}

impl Resource for Source {
    fn version(&self) -> i64 {
        self.version
    }
    fn location(&self) -> &str {
        &self.api_url
    }
}

/// A source to create or to put in place of another.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceInput {
    /// Its name; unique.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "Radio Pakistan")]
    pub name: String,
    /// Names it in addresses; made from the name when left out.
    #[schema(max_length = 120, example = "radio-pakistan")]
    pub slug: Option<String>,
    /// What it is.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// Its home page.
    #[schema(max_length = 2048, example = "https://www.radio.gov.pk/")]
    pub url: Option<String>,
    /// Its feed.
    #[schema(max_length = 2048)]
    pub feed_url: Option<String>,
    /// Its logo.
    #[schema(max_length = 2048)]
    pub logo_url: Option<String>,
    /// Where it is from (ISO 3166-1 alpha-2).
    #[schema(pattern = "^[A-Z]{2}$", example = "PK")]
    pub country: Option<String>,
    /// The language it writes in (BCP 47).
    #[schema(max_length = 35, example = "en")]
    pub language: Option<String>,
    /// How it wants to be named.
    #[schema(max_length = 300)]
    pub credit: Option<String>,
    /// Terms for stories that have none of their own.
    #[schema(max_length = 5000)]
    pub usage_terms: Option<String>,
    /// Notes for key holders.
    #[schema(schema_with = crate::http::schema::metadata)]
    pub metadata: Option<Metadata>,
    /// Minutes between two looks of the service at `feed_url`; null (when left out): it does not read it.
    /// Needs a key that may write stories.
    #[schema(minimum = 1, maximum = 10080)]
    pub poll_minutes: Option<i32>,
    /// The status of stories that come in by `feed_url`; `draft` when left out. `published` needs a key
    /// that may publish.
    #[schema(nullable = false)]
    pub wire_status: Option<WireStatus>,
}

/// A merge patch of a source: what is left out stays, null clears.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcePatch {
    #[serde(default)]
    name: Patch<String>,
    #[serde(default)]
    slug: Patch<String>,
    #[serde(default)]
    description: Patch<String>,
    #[serde(default)]
    url: Patch<String>,
    #[serde(default)]
    feed_url: Patch<String>,
    #[serde(default)]
    logo_url: Patch<String>,
    #[serde(default)]
    country: Patch<String>,
    #[serde(default)]
    language: Patch<String>,
    #[serde(default)]
    credit: Patch<String>,
    #[serde(default)]
    usage_terms: Patch<String>,
    #[serde(default)]
    metadata: Patch<MetadataPatch>,
    #[serde(default)]
    poll_minutes: Patch<i32>,
    #[serde(default)]
    wire_status: Patch<WireStatus>,
}

impl Document for SourceInput {}

impl Document for SourcePatch {
    const PATCH: bool = true;
}

impl Rules for SourcePatch {
    fn rules(&self) -> Vec<Violation> {
        let broken = self.clone().apply(&mut Content::default()).err();
        broken.map(|error| error.facts().violations.clone()).unwrap_or_default()
    }
}

impl PartialSchema for SourcePatch {
    fn schema() -> RefOr<Schema> {
        relaxed::<SourceInput>("A merge patch of a source: what is left out stays, null clears.")
    }
}

impl ToSchema for SourcePatch {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        SourceInput::schemas(schemas);
    }
}

impl SourcePatch {
    /// Changes the content and gives the wish for a slug. Reports every broken rule.
    pub fn apply(self, content: &mut Content) -> Result<Patch<String>, Error> {
        let SourcePatch {
            name,
            slug,
            description,
            url,
            feed_url,
            logo_url,
            country,
            language,
            credit,
            usage_terms,
            metadata,
            poll_minutes,
            wire_status,
        } = self;
        let mut found = Violations::default();
        name.set_or(&mut content.name, String::new);
        description.set(&mut content.description);
        patch_address(&mut found, "url", url).set(&mut content.url);
        patch_address(&mut found, "feed_url", feed_url).set(&mut content.feed_url);
        patch_address(&mut found, "logo_url", logo_url).set(&mut content.logo_url);
        country.set(&mut content.country);
        patch_language(&mut found, language).set(&mut content.language);
        credit.set(&mut content.credit);
        usage_terms.set(&mut content.usage_terms);
        patch_metadata(&mut found, metadata, &mut content.metadata);
        poll_minutes.set(&mut content.poll_minutes);
        wire_status.map(Into::into).set_or(&mut content.wire_status, model::WireStatus::default);
        let slug = crate::values::patch_slug(&mut found, slug);
        found.finish()?;
        Ok(slug)
    }
}

/// The path of one source.
#[derive(Debug, Deserialize, IntoParams)]
pub struct SourcePath {
    /// The id or the slug of a source.
    #[param(value_type = String, max_length = 512, example = "radio-pakistan")]
    pub source: Reference,
}

impl PathParameters for SourcePath {}

/// Which sources to list, and how.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListSources {
    /// Only sources from any of these countries (ISO 3166-1 alpha-2).
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub country: Vec<String>,
    /// Only sources that write in any of these languages (BCP 47).
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub language: Vec<String>,
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

impl ListSources {
    /// What to show.
    pub fn filter(&self) -> Filter {
        Filter {
            country: self.country.clone(),
            language: self.language.clone(),
            name: self.q.clone(),
        }
    }

    /// How many a page has.
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }
}

/// How to delete a source.
#[derive(Debug, Deserialize, IntoParams)]
pub struct DeleteSource {
    /// Move its stories to this source (id or slug) in the same step.
    #[param(nullable = false, value_type = Option<String>, max_length = 512)]
    pub reassign_to: Option<Reference>,
    /// Say what would happen, and change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

//! What stands within a story as it goes out: its source, authors, pictures, media, translations.

use super::Show;
use super::parts::{MediaInput, MediaKind};
use crate::articles::model;
use crate::sources::model::{Content, Source};
use crate::sources::views::WireStatus;
use crate::values::{Metadata, rfc3339};
use serde::Serialize;
use utoipa::ToSchema;

/// A source as stories show it; with `include=source` all that a source has.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceRef {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// Names it in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its home page.
    #[schema(required)]
    pub url: Option<String>,
    /// How it wants to be named.
    #[schema(required)]
    pub credit: Option<String>,
    /// Its logo.
    #[schema(required)]
    pub logo_url: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// Its feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feed_url: Option<Option<String>>,
    /// Where it is from (ISO 3166-1 alpha-2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Option<String>>,
    /// The language it writes in (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Option<String>>,
    /// Terms for stories that have none of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_terms: Option<Option<String>>,
    /// Notes; shown to key holders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = crate::http::schema::shown_metadata)]
    pub metadata: Option<Metadata>,
    /// Minutes between two looks of the service at its feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10080)]
    pub poll_minutes: Option<Option<i32>>,
    /// The status of stories that come in by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub wire_status: Option<WireStatus>,
    /// Its address in this API.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri")]
    pub api_url: Option<String>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub created_at: Option<String>,
    /// When it was last written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub updated_at: Option<String>,
    /// Moves with each change of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub version: Option<i64>,
}

/// Where the words of a search stand in a story: HTML, escaped, with `<mark>` around them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Highlights {
    /// The headline.
    pub headline: String,
    /// The part of the body that fits best.
    pub snippet: String,
}

/// A story about the same.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RelatedArticle {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// Names it in addresses.
    pub slug: String,
    /// Its headline.
    pub headline: String,
    /// BCP 47.
    pub language: String,
    /// The page for readers.
    #[schema(format = "uri")]
    pub url: String,
    /// When the public saw it first.
    #[schema(format = "date-time")]
    pub published_at: String,
}

/// A story that another one names.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ArticleRef {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// Names it in addresses.
    pub slug: String,
    /// Its headline.
    pub headline: String,
    /// The page for readers.
    #[schema(format = "uri")]
    pub url: String,
}

/// Somebody who wrote it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Author {
    /// The name.
    pub name: String,
    /// Names them in filters.
    pub slug: String,
    /// A page about them.
    #[schema(required)]
    pub url: Option<String>,
}

/// A picture.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Image {
    /// Where it is.
    pub url: String,
    /// What it shows, for those who cannot see it.
    #[schema(required)]
    pub alt: Option<String>,
    /// What stands below it.
    #[schema(required)]
    pub caption: Option<String>,
    /// Who made it.
    #[schema(required)]
    pub credit: Option<String>,
    /// In pixels.
    #[schema(required)]
    pub width: Option<i32>,
    /// In pixels.
    #[schema(required)]
    pub height: Option<i32>,
}

/// Something that goes with a story.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Media {
    /// What it is.
    pub kind: MediaKind,
    /// Where it is.
    pub url: String,
    /// What it shows, for those who cannot see it.
    #[schema(required)]
    pub alt: Option<String>,
    /// What stands below it.
    #[schema(required)]
    pub caption: Option<String>,
    /// Who made it.
    #[schema(required)]
    pub credit: Option<String>,
    /// In pixels.
    #[schema(required)]
    pub width: Option<i32>,
    /// In pixels.
    #[schema(required)]
    pub height: Option<i32>,
    /// Its media type.
    #[schema(required)]
    pub media_type: Option<String>,
    /// In bytes.
    #[schema(required)]
    pub size_bytes: Option<i64>,
    /// In seconds.
    #[schema(required)]
    pub duration_seconds: Option<i32>,
}

/// Another language version of a story.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Translation {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// Names it in addresses.
    pub slug: String,
    /// BCP 47.
    pub language: String,
    /// Its headline.
    pub headline: String,
    /// The page for readers.
    #[schema(format = "uri")]
    pub url: String,
}

impl SourceRef {
    /// As it is shown; with all its members to whom `all` shows them.
    pub fn new(source: &Source, all: Option<Show<'_>>) -> Self {
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
        } = &source.content;
        let extra = |text: &Option<String>| all.map(|_| text.clone());
        let id = source.id.to_string();
        Self {
            slug: source.slug.clone(),
            name: name.clone(),
            url: url.clone(),
            credit: credit.clone(),
            logo_url: logo_url.clone(),
            description: extra(description),
            feed_url: extra(feed_url),
            country: extra(country),
            language: extra(language),
            usage_terms: extra(usage_terms),
            metadata: all.and_then(|show| show.caller.key()).map(|_| metadata.clone()),
            poll_minutes: all.map(|_| *poll_minutes),
            wire_status: all.map(|_| (*wire_status).into()),
            api_url: all.map(|show| show.addresses.api("sources", &id)),
            created_at: all.map(|_| rfc3339(source.created_at)),
            updated_at: all.map(|_| rfc3339(source.updated_at)),
            version: all.map(|_| source.version),
            id,
        }
    }
}

impl From<model::Image> for Image {
    fn from(image: model::Image) -> Self {
        let model::Image { url, alt, caption, credit, width, height } = image;
        Self { url, alt, caption, credit, width, height }
    }
}

impl From<model::Medium> for Media {
    fn from(medium: model::Medium) -> Self {
        let MediaInput {
            kind,
            url,
            alt,
            caption,
            credit,
            width,
            height,
            media_type,
            size_bytes,
            duration_seconds,
        } = medium.into();
        Self {
            kind,
            url,
            alt,
            caption,
            credit,
            width,
            height,
            media_type,
            size_bytes,
            duration_seconds,
        }
    }
}

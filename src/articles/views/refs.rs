//! What stands within a story as it goes out: its source, authors, pictures, media, translations.

use super::parts::{MediaInput, MediaKind};
use crate::articles::model;
use crate::articles::model::relations::SourceCard;
use serde::Serialize;
use utoipa::ToSchema;

/// A source as stories show it.
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
    /// As it is shown.
    pub fn new(card: &SourceCard) -> Self {
        Self {
            id: card.id.to_string(),
            slug: card.slug.clone(),
            name: card.name.clone(),
            url: card.url.clone(),
            credit: card.credit.clone(),
            logo_url: card.logo_url.clone(),
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

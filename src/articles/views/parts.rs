//! What stands within a story as it comes in: authors, pictures, media.

use crate::articles::model;
use crate::error::{Code, Violation, Violations};
use crate::patch::Patch;
use crate::values::{patch_address, web_address};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody who wrote it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorInput {
    /// The name.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "Ayesha Khan")]
    pub name: String,
    /// A page about them.
    #[schema(max_length = 2048)]
    pub url: Option<String>,
}

/// A picture.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageInput {
    /// Where it is.
    #[schema(max_length = 2048, example = "https://news.example/images/corridor.jpg")]
    pub url: String,
    /// What it shows, for those who cannot see it.
    #[schema(max_length = 5000)]
    pub alt: Option<String>,
    /// What stands below it.
    #[schema(max_length = 5000)]
    pub caption: Option<String>,
    /// Who made it.
    #[schema(max_length = 300)]
    pub credit: Option<String>,
    /// In pixels.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub width: Option<i32>,
    /// In pixels.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub height: Option<i32>,
}

/// A merge patch of a picture: what is left out stays, null clears.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImagePatch {
    /// Where it is; needed when the story has no picture yet.
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false, max_length = 2048)]
    url: Patch<String>,
    /// What it shows, for those who cannot see it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 5000)]
    alt: Patch<String>,
    /// What stands below it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 5000)]
    caption: Patch<String>,
    /// Who made it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 300)]
    credit: Patch<String>,
    /// In pixels.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1_000_000)]
    width: Patch<i32>,
    /// In pixels.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 1_000_000)]
    height: Patch<i32>,
}

/// What kind of medium it is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A recording.
    Audio,
    /// A document.
    Document,
}

/// Something that goes with a story.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MediaInput {
    /// What it is.
    pub kind: MediaKind,
    /// Where it is.
    #[schema(max_length = 2048, example = "https://news.example/media/interview.mp3")]
    pub url: String,
    /// What it shows, for those who cannot see it.
    #[schema(max_length = 5000)]
    pub alt: Option<String>,
    /// What stands below it.
    #[schema(max_length = 5000)]
    pub caption: Option<String>,
    /// Who made it.
    #[schema(max_length = 300)]
    pub credit: Option<String>,
    /// In pixels.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub width: Option<i32>,
    /// In pixels.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub height: Option<i32>,
    /// Its media type.
    #[schema(max_length = 300, example = "audio/mpeg")]
    pub media_type: Option<String>,
    /// In bytes.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub size_bytes: Option<i64>,
    /// In seconds.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub duration_seconds: Option<i32>,
}

/// The authors as they are kept; wrong addresses are noted.
pub fn read_authors(list: Vec<AuthorInput>, found: &mut Violations) -> Vec<model::Author> {
    list.into_iter()
        .enumerate()
        .map(|(index, AuthorInput { name, url })| {
            if let Some(url) = &url {
                found.take(web_address(&format!("/authors/{index}/url"), url));
            }
            model::Author { name, url }
        })
        .collect()
}

/// Merges into the picture that is there; a new one needs its address.
pub fn merge_image(
    patch: Patch<ImagePatch>,
    member: &mut Option<model::Image>,
    found: &mut Violations,
) {
    let ImagePatch { url, alt, caption, credit, width, height } = match patch {
        Patch::Absent => return,
        Patch::Null => {
            *member = None;
            return;
        }
        Patch::Value(patch) => patch,
    };
    let mut image = member.take().unwrap_or_default();
    patch_address(found, "/image/url", url.clone()).set_or(&mut image.url, String::new);
    if image.url.is_empty() && !url.is_present() {
        let detail = "A new picture needs its address.";
        found.push(Violation::body("/image/url", Code::UrlInvalid, detail));
    }
    alt.set(&mut image.alt);
    caption.set(&mut image.caption);
    credit.set(&mut image.credit);
    width.set(&mut image.width);
    height.set(&mut image.height);
    *member = Some(image);
}

fn read_image(image: ImageInput, at: &str, found: &mut Violations) -> model::Image {
    let ImageInput { url, alt, caption, credit, width, height } = image;
    found.take(web_address(&format!("{at}/url"), &url));
    model::Image { url, alt, caption, credit, width, height }
}

/// The media as they are kept; wrong addresses are noted.
pub fn read_media(list: Vec<MediaInput>, found: &mut Violations) -> Vec<model::Medium> {
    let read = |(index, medium)| {
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
        } = medium;
        let image = ImageInput { url, alt, caption, credit, width, height };
        let kind = match kind {
            MediaKind::Image => "image",
            MediaKind::Video => "video",
            MediaKind::Audio => "audio",
            MediaKind::Document => "document",
        };
        model::Medium {
            image: read_image(image, &format!("/media/{index}"), found),
            kind: kind.to_owned(),
            media_type,
            size_bytes,
            duration_seconds,
        }
    };
    list.into_iter().enumerate().map(read).collect()
}

impl From<model::Image> for ImageInput {
    fn from(image: model::Image) -> Self {
        let model::Image { url, alt, caption, credit, width, height } = image;
        Self { url, alt, caption, credit, width, height }
    }
}

impl From<model::Medium> for MediaInput {
    fn from(medium: model::Medium) -> Self {
        let model::Medium { image, kind, media_type, size_bytes, duration_seconds } = medium;
        let ImageInput { url, alt, caption, credit, width, height } = image.into();
        let kind = match kind.as_str() {
            "video" => MediaKind::Video,
            "audio" => MediaKind::Audio,
            "document" => MediaKind::Document,
            _ => MediaKind::Image,
        };
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

//! What stands in JSON columns of a story: read straight into its parts, since every row of every list
//! has some.

use crate::articles::model::{Author, Correction, Image, Medium};
use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::Jsonb;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The first byte of a `jsonb` on the wire.
const JSONB: u8 = 1;

/// A JSON column. What somebody else's SQL has put there in another form is taken for nothing.
#[derive(Debug, FromSqlRow)]
pub(super) struct Json<T>(pub T);

impl<T: DeserializeOwned + Default> FromSql<Jsonb, Pg> for Json<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes().split_first() {
            Some((&JSONB, json)) => Ok(Self(serde_json::from_slice(json).unwrap_or_default())),
            _ => Err("an unknown form of jsonb".into()),
        }
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct AuthorJson {
    name: String,
    url: Option<String>,
}

impl From<AuthorJson> for Author {
    fn from(AuthorJson { name, url }: AuthorJson) -> Self {
        Self { name, url }
    }
}

impl From<Author> for AuthorJson {
    fn from(Author { name, url }: Author) -> Self {
        Self { name, url }
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ImageJson {
    url: String,
    alt: Option<String>,
    caption: Option<String>,
    credit: Option<String>,
    width: Option<i32>,
    height: Option<i32>,
}

impl From<ImageJson> for Image {
    fn from(json: ImageJson) -> Self {
        let ImageJson { url, alt, caption, credit, width, height } = json;
        Self { url, alt, caption, credit, width, height }
    }
}

impl From<Image> for ImageJson {
    fn from(image: Image) -> Self {
        let Image { url, alt, caption, credit, width, height } = image;
        Self { url, alt, caption, credit, width, height }
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct MediumJson {
    #[serde(flatten)]
    image: ImageJson,
    kind: String,
    media_type: Option<String>,
    size_bytes: Option<i64>,
    duration_seconds: Option<i32>,
}

impl From<MediumJson> for Medium {
    fn from(json: MediumJson) -> Self {
        let MediumJson { image, kind, media_type, size_bytes, duration_seconds } = json;
        Self { image: image.into(), kind, media_type, size_bytes, duration_seconds }
    }
}

impl From<Medium> for MediumJson {
    fn from(medium: Medium) -> Self {
        let Medium { image, kind, media_type, size_bytes, duration_seconds } = medium;
        Self { image: image.into(), kind, media_type, size_bytes, duration_seconds }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CorrectionJson {
    id: Uuid,
    text: String,
    corrected_at: DateTime<Utc>,
}

impl CorrectionJson {
    pub(super) fn new(correction: &Correction) -> Self {
        let Correction { id, text, at } = correction.clone();
        Self { id, text, corrected_at: at }
    }

    pub(super) fn read(Self { id, text, corrected_at }: Self) -> Correction {
        Correction { id, text, at: corrected_at }
    }
}

/// The parts of these.
pub(super) fn all<From, To: std::convert::From<From>>(
    from: impl IntoIterator<Item = From>,
) -> Vec<To> {
    from.into_iter().map(To::from).collect()
}

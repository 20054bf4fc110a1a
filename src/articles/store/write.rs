//! Articles in the database: writing.

use super::derive::words;
use super::format_name;
use super::json::{self, AuthorJson, ImageJson, MediumJson};
use crate::articles::model::duplicates::Print;
use crate::articles::model::{Article, Content};
use crate::db::Conn;
use crate::db::schema::articles;
use crate::error::Error;
use crate::ids::{ArticleId, KeyId};
use crate::text::render::Rendered;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// The columns that are written, by their names.
#[derive(AsChangeset, Serialize)]
#[diesel(table_name = articles, treat_none_as_null = true)]
pub(super) struct Columns<'a> {
    slug: &'a str,
    headline: &'a str,
    summary: Option<&'a str>,
    body: &'a str,
    body_format: &'a str,
    body_html: &'a str,
    body_text: &'a str,
    word_count: i32,
    byline: Option<&'a str>,
    authors: Value,
    author_slugs: Vec<String>,
    source_id: Option<Uuid>,
    source_url: Option<&'a str>,
    external_id: Option<&'a str>,
    category_id: Option<Uuid>,
    category_ids: Vec<Uuid>,
    tags: &'a [String],
    tag_slugs: Vec<String>,
    language: &'a str,
    translation_of: Option<Uuid>,
    status: &'a str,
    published_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    revised_at: Option<DateTime<Utc>>,
    canonical_url: Option<&'a str>,
    image: Option<Value>,
    media: Value,
    urgency: Option<i16>,
    featured: bool,
    usage_terms: Option<&'a str>,
    metadata: Value,
    updated_by: Option<Uuid>,
    updated_at: DateTime<Utc>,
}

/// What is written beside the content.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// The key that writes.
    pub by: Option<KeyId>,
    /// The database's time.
    pub now: DateTime<Utc>,
}

impl<'a> Columns<'a> {
    pub(super) fn new(
        slug: &'a str,
        content: &'a Content,
        rendered: &'a Rendered,
        stamp: Stamp,
    ) -> Self {
        let authors: Vec<AuthorJson> = json::all(content.authors.iter().cloned());
        let image = content.image.clone().map(ImageJson::from);
        let media: Vec<MediumJson> = json::all(content.media.iter().cloned());
        Self {
            slug,
            headline: &content.headline,
            summary: content.summary.as_deref(),
            body: &content.body,
            body_format: format_name(content.body_format),
            body_html: &rendered.html,
            body_text: &rendered.text,
            word_count: i32::try_from(rendered.word_count).unwrap_or(i32::MAX),
            byline: content.byline.as_deref(),
            authors: json!(authors),
            author_slugs: content.author_slugs(),
            source_id: content.source.map(|id| id.0),
            source_url: content.source_url.as_deref(),
            external_id: content.external_id.as_deref(),
            category_id: content.category().map(|id| id.0),
            category_ids: content.categories.iter().map(|id| id.0).collect(),
            tags: &content.tags,
            tag_slugs: content.tag_slugs(),
            language: &content.language,
            translation_of: content.translation_of.map(|id| id.0),
            status: content.status.as_str(),
            published_at: content.published_at,
            expires_at: content.expires_at,
            revised_at: content.revised_at,
            canonical_url: content.canonical_url.as_deref(),
            image: image.map(|image| json!(image)),
            media: json!(media),
            urgency: content.urgency,
            featured: content.featured,
            usage_terms: content.usage_terms.as_deref(),
            metadata: json!(content.metadata),
            updated_by: stamp.by.map(|id| id.0),
            updated_at: stamp.now,
        }
    }
}

/// What a changed story is compared by, and the one it repeats.
pub type Alike<'a> = (&'a Print, Option<ArticleId>);

/// Writes a locked article whose slug is claimed.
pub async fn update(
    conn: &mut Conn,
    before: &Article,
    slug: &str,
    content: &Content,
    rendered: &Rendered,
    (print, duplicate_of): Alike<'_>,
    stamp: Stamp,
) -> Result<(), Error> {
    let columns = Columns::new(slug, content, rendered, stamp);
    diesel::update(articles::table.find(before.id.0))
        .set((
            columns,
            articles::version.eq(before.version + 1),
            articles::duplicate_of.eq(duplicate_of.map(|id| id.0)),
            words(content, &rendered.words, print),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

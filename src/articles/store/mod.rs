//! Articles in the database: rows, and reading one.

pub mod company;
pub mod derive;
pub mod duplicates;
mod insert;
mod json;
pub mod life;
pub mod list;
pub mod previews;
pub mod reindex;
pub mod related;
pub mod relations;
pub mod revisions;
pub mod terms;
pub mod visibility;
mod write;

pub use insert::{NewRow, insert, made};
pub use write::{Stamp, update};

use crate::articles::model::{Article, Bodies, Content, Retraction, State, Status};
use crate::db::Conn;
use crate::db::schema::articles;
use crate::db::slugs::{self, Collection};
use crate::db::sql::{Bind, Sql};
use crate::error::Error;
use crate::ids::{ArticleId, CategoryId, KeyId, Reference, SourceId};
use crate::text::render::BodyFormat;
use crate::values::Metadata;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use json::{AuthorJson, CorrectionJson, ImageJson, Json, MediumJson};
use std::collections::HashMap;
use uuid::Uuid;

/// Everything but the bodies.
#[derive(Queryable, Selectable)]
#[diesel(table_name = articles, check_for_backend(Pg))]
struct Row {
    id: Uuid,
    slug: String,
    headline: String,
    summary: Option<String>,
    body_format: String,
    word_count: i32,
    byline: Option<String>,
    authors: Json<Vec<AuthorJson>>,
    author_slugs: Vec<String>,
    source_id: Option<Uuid>,
    source_url: Option<String>,
    external_id: Option<String>,
    category_ids: Vec<Uuid>,
    tags: Vec<String>,
    language: String,
    translation_of: Option<Uuid>,
    status: String,
    published_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    revised_at: Option<DateTime<Utc>>,
    canonical_url: Option<String>,
    image: Option<Json<ImageJson>>,
    media: Json<Vec<MediumJson>>,
    urgency: Option<i16>,
    featured: bool,
    usage_terms: Option<String>,
    metadata: Json<Metadata>,
    has_been_live: bool,
    trashed_at: Option<DateTime<Utc>>,
    retracted_at: Option<DateTime<Utc>>,
    retraction_reason: Option<String>,
    corrections: Json<Vec<CorrectionJson>>,
    duplicate_of: Option<Uuid>,
    updated_by: Option<Uuid>,
    listed_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

/// The bodies.
#[derive(Queryable, Selectable)]
#[diesel(table_name = articles, check_for_backend(Pg))]
struct BodyRow {
    body: String,
    body_html: String,
    body_text: String,
}

fn retraction(row: &mut Row) -> Option<Retraction> {
    let at = row.retracted_at.filter(|_| row.status == "retracted")?;
    Some(Retraction { at, reason: row.retraction_reason.take().unwrap_or_default() })
}

fn article(mut row: Row, bodies: Option<BodyRow>, state: &str) -> Article {
    let (body, bodies) = match bodies {
        None => (String::new(), None),
        Some(read) => (read.body, Some(Bodies { html: read.body_html, text: read.body_text })),
    };
    let retraction = retraction(&mut row);
    let content = Content {
        headline: row.headline,
        summary: row.summary,
        body,
        body_format: format_named(&row.body_format),
        byline: row.byline,
        authors: json::all(row.authors.0),
        source: row.source_id.map(SourceId),
        source_url: row.source_url,
        external_id: row.external_id,
        categories: row.category_ids.into_iter().map(CategoryId).collect(),
        tags: row.tags,
        language: row.language,
        translation_of: row.translation_of.map(ArticleId),
        status: if row.status == "published" { Status::Published } else { Status::Draft },
        published_at: row.published_at,
        expires_at: row.expires_at,
        revised_at: row.revised_at,
        canonical_url: row.canonical_url,
        image: row.image.map(|image| image.0.into()),
        media: json::all(row.media.0),
        urgency: row.urgency,
        featured: row.featured,
        usage_terms: row.usage_terms,
        metadata: row.metadata.0,
    };
    Article {
        id: ArticleId(row.id),
        slug: row.slug,
        author_slugs: row.author_slugs,
        content,
        bodies,
        word_count: row.word_count,
        duplicate_of: row.duplicate_of.map(ArticleId),
        state: State::parse(state).unwrap_or(State::Draft),
        has_been_live: row.has_been_live,
        trashed_at: row.trashed_at,
        retraction,
        corrections: row.corrections.0.into_iter().map(CorrectionJson::read).collect(),
        updated_by: row.updated_by.map(KeyId),
        listed_at: row.listed_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    }
}

/// The name of a format in the database.
pub fn format_name(format: BodyFormat) -> &'static str {
    match format {
        BodyFormat::Text => "text",
        BodyFormat::Markdown => "markdown",
        BodyFormat::Html => "html",
    }
}

fn format_named(name: &str) -> BodyFormat {
    match name {
        "markdown" => BodyFormat::Markdown,
        "html" => BodyFormat::Html,
        _ => BodyFormat::Text,
    }
}

/// The id of an article, by id, slug or former slug, whoever may see it.
pub async fn resolve(conn: &mut Conn, reference: &Reference) -> Result<Option<ArticleId>, Error> {
    match reference {
        Reference::Id(id) => Ok(Some(ArticleId(*id))),
        Reference::Slug(slug) => {
            Ok(slugs::holder(conn, Collection::Articles, slug).await?.map(ArticleId))
        }
    }
}

/// One article with its bodies, whoever may see it; the caller of this decides.
pub async fn find(conn: &mut Conn, id: ArticleId) -> Result<Option<Article>, Error> {
    let query = articles::table.find(id.0).select((
        Row::as_select(),
        BodyRow::as_select(),
        visibility::state(),
    ));
    let found: Option<(Row, BodyRow, String)> = query.first(conn).await.optional()?;
    Ok(found.map(|(row, bodies, state)| article(row, Some(bodies), &state)))
}

/// Like [`find`], locked until the transaction ends. Not against references: a story that others
/// translate can be changed while they are.
pub async fn lock(conn: &mut Conn, id: ArticleId) -> Result<Option<Article>, Error> {
    let query = articles::table
        .find(id.0)
        .select((Row::as_select(), BodyRow::as_select(), visibility::state()))
        .for_no_key_update();
    let found: Option<(Row, BodyRow, String)> = query.first(conn).await.optional()?;
    Ok(found.map(|(row, bodies, state)| article(row, Some(bodies), &state)))
}

/// The id of the article with a supplier's id.
pub async fn by_external_id(
    conn: &mut Conn,
    source: Option<SourceId>,
    external_id: &str,
) -> Result<Option<ArticleId>, Error> {
    let named = articles::table.filter(articles::external_id.eq(external_id)).into_boxed();
    // `IS NOT DISTINCT FROM` would not use the index
    let query = match source {
        Some(source) => named.filter(articles::source_id.eq(source.0)),
        None => named.filter(articles::source_id.is_null()),
    };
    let query = query.select(articles::id);
    Ok(query.first(conn).await.optional()?.map(ArticleId))
}

/// The articles with these suppliers' ids that there are, without their bodies, locked, in an order
/// that all keep.
pub async fn lock_by_external_ids(
    conn: &mut Conn,
    wanted: &[&(Option<SourceId>, String)],
) -> Result<HashMap<(Option<SourceId>, String), Article>, Error> {
    let (named, bare): (Vec<_>, Vec<_>) =
        wanted.iter().copied().partition(|(source, _)| source.is_some());
    let texts = |list: &[&(Option<SourceId>, String)]| {
        Bind::Texts(list.iter().map(|(_, external_id)| external_id.clone()).collect())
    };
    let sources = named.iter().filter_map(|(source, _)| source.map(|id| id.0)).collect();
    let query = Sql::<SqlUuid>::new("SELECT articles.id FROM articles JOIN unnest(")
        .bind(Bind::Uuids(sources))
        .push(", ")
        .bind(texts(&named))
        .push(
            ") AS wanted (source_id, external_id) USING (source_id, external_id)
             UNION ALL SELECT id FROM articles WHERE source_id IS NULL AND external_id = ANY (",
        )
        .bind(texts(&bare))
        .push(")");
    let ids: Vec<Uuid> = if wanted.is_empty() { Vec::new() } else { query.load(conn).await? };
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = articles::table
        .filter(articles::id.eq_any(ids))
        .order(articles::id)
        .select((Row::as_select(), visibility::state()))
        .for_no_key_update();
    let found: Vec<(Row, String)> = query.load(conn).await?;
    let named = |(row, state): (Row, String)| {
        let article = article(row, None, &state);
        let content = &article.content;
        Some(((content.source, content.external_id.clone()?), article))
    };
    Ok(found.into_iter().filter_map(named).collect())
}

/// Whether stories name this one as the one they translate.
pub async fn has_translations(conn: &mut Conn, id: ArticleId) -> Result<bool, Error> {
    let query = articles::table.filter(articles::translation_of.eq(id.0)).count();
    let count: i64 = query.get_result(conn).await?;
    Ok(count > 0)
}

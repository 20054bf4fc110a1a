//! What is read along with a story in the same statement: its state, its language versions, the story
//! it repeats, and when
//! the database's clock will make another answer of it.

use super::json::Json;
use super::{BodyRow, Row, article, visibility};
use crate::access::Caller;
use crate::articles::model::Article;
use crate::articles::model::relations::{Relations, Version};
use crate::catalog::Catalog;
use crate::db::Conn;
use crate::db::sql::{Bind, Piece, Sql};
use crate::error::Error;
use crate::ids::{ArticleId, CategoryId};
use chrono::{DateTime, Utc};
use diesel::dsl::{AsSelect, SqlTypeOf};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use std::sync::Arc;
use uuid::Uuid;

/// The SQL type of the columns of a story.
pub(super) type StorySql = SqlTypeOf<AsSelect<Row, Pg>>;
/// The SQL type of its bodies.
pub(super) type BodySql = SqlTypeOf<AsSelect<BodyRow, Pg>>;
/// The SQL type of [`columns`].
pub(super) type CompanySql =
    (Text, Nullable<Jsonb>, Nullable<Timestamptz>, Bool, Nullable<Jsonb>, Nullable<SqlUuid>);
/// The state of a story, its visible versions, the next change of their states, whether it is alone, the
/// story it repeats, if visible, and the one which that goes back to.
pub(super) type Company = (
    String,
    Option<Json<Versions>>,
    Option<DateTime<Utc>>,
    bool,
    Option<Json<Versions>>,
    Option<Uuid>,
);
/// Id, slug, language, headline and primary category of each.
type Versions = Vec<(Uuid, String, String, String, Option<Uuid>)>;

/// A story with what was read along with it.
#[derive(Debug)]
pub struct Read {
    /// The story.
    pub article: Article,
    /// Its other language versions, as far as the caller may see them.
    pub versions: Vec<Version>,
    /// The story it repeats, if the caller may see it.
    pub original: Option<Version>,
    /// Which story the one that it repeats goes back to with all its language versions, visible or not.
    pub original_group: Option<ArticleId>,
    /// The next instant at which it or one of these goes live or expires.
    pub until: Option<DateTime<Utc>>,
    /// Whether it has no other language version and repeats no story at all, visible or not.
    pub alone: bool,
}

impl Read {
    /// The other stories that it shows something of.
    pub fn others(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter().chain(&self.original)
    }
}

/// Reads one story with its bodies and its company, whoever may see it; the caller of this decides.
pub async fn find(
    conn: &mut Conn,
    which: Which<'_>,
    caller: &Caller,
) -> Result<Option<Read>, Error> {
    let query = Sql::<(StorySql, BodySql, CompanySql)>::new("SELECT ")
        .columns::<Row>()
        .push(", ")
        .columns::<BodyRow>()
        .push(", ")
        .piece(columns())
        .push(" FROM articles")
        .piece(join(caller))
        .push(" WHERE ")
        .piece(which.condition());
    let found: Option<(Row, BodyRow, Company)> = query.get_result(conn).await.optional()?;
    Ok(found.map(|(row, bodies, company)| read(row, Some(bodies), company)))
}

/// Names a story.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// By id.
    Id(ArticleId),
    /// By its current slug.
    Slug(&'a str),
}

impl Which<'_> {
    fn condition(self) -> Piece {
        match self {
            Which::Id(id) => Piece::new("articles.id = ").bind(Bind::Uuid(id.0)),
            Which::Slug(slug) => Piece::new("articles.slug = ").bind(Bind::Text(slug.to_owned())),
        }
    }
}

/// The other language versions of a story that the caller may see, and the one it repeats, likewise.
pub async fn versions(
    conn: &mut Conn,
    id: ArticleId,
    caller: &Caller,
) -> Result<(Vec<Version>, Option<Version>), Error> {
    let query = Sql::<(Nullable<Jsonb>, Nullable<Jsonb>)>::new(
        "SELECT company.versions, original.shown FROM articles",
    )
    .piece(join(caller))
    .push(" WHERE ")
    .piece(Which::Id(id).condition());
    type Both = (Option<Json<Versions>>, Option<Json<Versions>>);
    let found: Option<Both> = query.get_result(conn).await.optional()?;
    let (versions, original) = found.unwrap_or_default();
    Ok((listed(versions), listed(original).pop()))
}

/// What to select along with a story from `articles` joined with [`join`].
pub(super) fn columns() -> Piece {
    Piece::new(visibility::STATE)
        .push(", company.versions, least(company.until, original.until, ")
        .push(visibility::next_change("articles"))
        .push("), company.alone AND articles.duplicate_of IS NULL, original.shown, original.origin")
}

/// Joins each story with its other language versions and the one it repeats: a bounded look by four
/// indexes.
pub(super) fn join(caller: &Caller) -> Piece {
    Piece::new(
        " LEFT JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_array(version.id, version.slug, version.language, version.headline,
                       version.category_id) ORDER BY version.language, version.id) FILTER (WHERE ",
    )
    .piece(visibility::seen_by(caller, "version"))
    .push(") AS versions, count(*) = 0 AS alone, min(")
    .push(visibility::next_change("version"))
    .push(
        ") AS until FROM articles AS version
            WHERE version.id <> articles.id
              AND (version.translation_of = coalesce(articles.translation_of, articles.id)
                   OR version.id = articles.translation_of
                   OR version.version_group = articles.version_group)
        ) AS company ON true
          LEFT JOIN LATERAL (
            SELECT CASE WHEN ",
    )
    .piece(visibility::seen_by(caller, "first"))
    .push(
        " THEN jsonb_build_array(jsonb_build_array(first.id, first.slug, first.language, first.headline,
                       first.category_id)) END AS shown, coalesce(first.translation_of, first.id) AS origin, ",
    )
    .push(visibility::next_change("first"))
    .push(
        " AS until FROM articles AS first WHERE first.id = articles.duplicate_of LIMIT 1
        ) AS original ON true",
    )
}

/// The story of a row.
pub(super) fn read(row: Row, bodies: Option<BodyRow>, company: Company) -> Read {
    let (state, versions, until, alone, original, origin) = company;
    Read {
        article: article(row, bodies, &state),
        versions: listed(versions),
        original: listed(original).pop(),
        original_group: origin.map(ArticleId),
        until,
        alone,
    }
}

fn listed(versions: Option<Json<Versions>>) -> Vec<Version> {
    let version = |(id, slug, language, headline, category): (_, _, _, _, Option<Uuid>)| Version {
        id: ArticleId(id),
        slug,
        language,
        headline,
        category: category.map(CategoryId),
    };
    versions.into_iter().flat_map(|json| json.0).map(version).collect()
}

/// Whether the catalog has all that these stories name.
pub fn is_covered(catalog: &Catalog, read: &[Read]) -> bool {
    read.iter().all(|read| {
        let content = &read.article.content;
        let others = read.others().filter_map(|version| version.category);
        content.source.is_none_or(|id| catalog.source(id).is_some())
            && content
                .categories
                .iter()
                .copied()
                .chain(others)
                .all(|id| catalog.category(id).is_some())
    })
}

/// Parts stories from what they show of others.
pub fn part(read: Vec<Read>, catalog: Arc<Catalog>) -> (Vec<Article>, Relations) {
    let mut relations = Relations { catalog, ..Relations::default() };
    let articles = read.into_iter().map(|read| {
        if !read.versions.is_empty() {
            relations.versions.insert(read.article.id, read.versions);
        }
        if let Some(original) = read.original {
            relations.originals.insert(read.article.id, original);
        }
        read.article
    });
    (articles.collect(), relations)
}

/// Parts one story from what it shows of others.
pub fn part_one(read: Read, catalog: Arc<Catalog>) -> (Article, Relations) {
    let id = read.article.id;
    let versions = [(id, read.versions)].into();
    let originals = read.original.map(|original| (id, original)).into_iter().collect();
    (read.article, Relations { catalog, versions, originals })
}

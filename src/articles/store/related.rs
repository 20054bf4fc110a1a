//! Stories about the same: those of about the same time that share the most telling words of
//! headline, byline and tags. A bounded look for each story.

use super::visibility;
use crate::articles::model::relations::{Related, Version};
use crate::db::Conn;
use crate::db::sql::{Bind, Sql};
use crate::error::Error;
use crate::ids::{ArticleId, CategoryId};
use chrono::{DateTime, Utc};
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use uuid::Uuid;

/// So many are shown of each story.
const SHOWN: i64 = 5;
/// So many that share a word are compared: of the days around it, and of the months around it.
const COMPARED: i64 = 300;
/// So many words are taken, the longest: they tell more.
const WORDS: i64 = 12;

type RowSql = (SqlUuid, SqlUuid, Text, Text, Text, Nullable<SqlUuid>, Timestamptz);
type Row = (Uuid, Uuid, String, String, String, Option<Uuid>, DateTime<Utc>);

/// The related stories of each of these, as the public sees them.
pub async fn load(
    conn: &mut Conn,
    ids: &[ArticleId],
) -> Result<HashMap<ArticleId, Vec<Related>>, Error> {
    let candidates = |dates: &str| {
        format!(
            "(SELECT other.id, other.slug, other.language, other.headline, other.category_id,
                     other.listed_at, other.title
              FROM articles AS other
              WHERE {live} AND other.id <> story.id
                AND other.search @@ (asked.words && {dates})
              LIMIT {COMPARED})",
            live = visibility::live_as("other"),
        )
    };
    let dates = |mark: &str, at: &str| {
        format!(
            "(SELECT string_agg(quote_literal('#{mark}' || {at} + step), ' | ')::tsquery
              FROM generate_series(-{span}, {span}) AS step)",
            span = if mark == "d" { 3 } else { 1 },
        )
    };
    let day = dates("d", "(extract(epoch FROM story.listed_at) / 86400)::bigint");
    let month = dates(
        "m",
        "(extract(year FROM story.listed_at AT TIME ZONE 'UTC') * 12
          + extract(month FROM story.listed_at AT TIME ZONE 'UTC') - 1)::bigint",
    );
    let query = Sql::<RowSql>::new(
        "SELECT story.id, found.id, found.slug, found.language, found.headline, found.category_id, found.listed_at
         FROM articles AS story
         CROSS JOIN LATERAL (
             SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery AS words FROM (
                 SELECT lexeme FROM unnest(story.title) ORDER BY length(lexeme) DESC, lexeme LIMIT ",
    )
    .bind(Bind::Int(WORDS))
    .push(format!(
        ") AS telling) AS asked
         CROSS JOIN LATERAL (
             SELECT DISTINCT ON (score, listed_at, id) *, ts_rank(title, asked.words) AS score
             FROM ({} UNION ALL {}) AS candidates
             ORDER BY score DESC, listed_at DESC, id DESC LIMIT {SHOWN}) AS found
         WHERE story.id = ANY (",
        candidates(&day),
        candidates(&month),
    ))
    .bind(Bind::Uuids(ids.iter().map(|id| id.0).collect()))
    .push(") ORDER BY found.score DESC, found.listed_at DESC, found.id DESC");
    let rows: Vec<Row> = query.load(conn).await?;
    let mut related: HashMap<ArticleId, Vec<Related>> = HashMap::new();
    for (story, id, slug, language, headline, category, published_at) in rows {
        let version = Version {
            id: ArticleId(id),
            slug,
            language,
            headline,
            category: category.map(CategoryId),
        };
        related.entry(ArticleId(story)).or_default().push(Related { version, published_at });
    }
    Ok(related)
}

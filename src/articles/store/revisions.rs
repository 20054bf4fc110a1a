//! The versions a story had, in the database. The present one is the row of the story itself; the
//! others were kept by a trigger (`articles_keep_revision` in the migrations) when they were changed.

use super::visibility::STATE;
use super::{BodyRow, Row, article};
use crate::articles::model::revisions::Revision;
use crate::articles::model::{Article, State};
use crate::articles::store::company::{BodySql, StorySql};
use crate::db::Conn;
use crate::db::keyset::{Cursor, Direction, Slice};
use crate::db::sql::{Bind, Piece, Sql};
use crate::error::Error;
use crate::ids::{ArticleId, KeyId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

type KnownSql =
    (BigInt, Timestamptz, Nullable<SqlUuid>, Nullable<Text>, Text, Text, Nullable<Array<Text>>);
type Known =
    (i64, DateTime<Utc>, Option<Uuid>, Option<String>, String, String, Option<Vec<String>>);

/// A page of them, the newest first.
pub async fn list(
    conn: &mut Conn,
    id: ArticleId,
    cursor: Option<Cursor<i64>>,
    limit: i64,
) -> Result<Slice<Revision>, Error> {
    let direction = cursor.as_ref().map(|cursor| cursor.direction);
    let from = match &cursor {
        None => Piece::new("TRUE"),
        Some(Cursor { direction: Direction::Next, key }) => {
            Piece::new("version < ").bind(Bind::Int(*key))
        }
        Some(Cursor { direction: Direction::Prev, key }) => {
            Piece::new("version > ").bind(Bind::Int(*key))
        }
    };
    let order = if direction == Some(Direction::Prev) { "ASC" } else { "DESC" };
    let query = known(id, from)
        .push(format!(" ORDER BY revision.version {order} LIMIT "))
        .bind(Bind::Int(limit + 1));
    let rows: Vec<Known> = query.load(conn).await?;
    let rows = rows.into_iter().map(revision).collect();
    Ok(Slice::cut(rows, usize::try_from(limit).unwrap_or_default(), direction))
}

/// One of them with the story as it was, but for what was made of its body.
pub async fn find(
    conn: &mut Conn,
    id: ArticleId,
    version: i64,
) -> Result<Option<(Revision, Article)>, Error> {
    let one = Piece::new("version = ").bind(Bind::Int(version));
    let found: Option<Known> = known(id, one).get_result(conn).await.optional()?;
    let Some(known) = found.map(revision) else { return Ok(None) };
    // members that came to be after the version was written have the values they have now
    let query = Sql::<(StorySql, BodySql)>::new("SELECT ")
        .columns::<Row>()
        .push(", ")
        .columns::<BodyRow>()
        .push(
            " FROM articles AS present
              LEFT JOIN article_revisions AS revision ON revision.article_id = present.id AND revision.version = ",
        )
        .bind(Bind::Int(version))
        .push(
            " CROSS JOIN LATERAL jsonb_populate_record(present, coalesce(revision.content, '{}')) AS articles
              WHERE present.id = ",
        )
        .bind(Bind::Uuid(id.0));
    let found: Option<(Row, BodyRow)> = query.get_result(conn).await.optional()?;
    Ok(found.map(|(row, bodies)| {
        let mut story = article(row, Some(bodies), known.state.as_str());
        story.bodies = None;
        (known, story)
    }))
}

/// What is known of the versions that meet a condition on `version`.
fn known(id: ArticleId, which: Piece) -> Sql<KnownSql> {
    Sql::new(
        "SELECT revision.version, written_at, written_by, keys.name, state, headline,
             (SELECT changed FROM article_revisions AS earlier
              WHERE earlier.article_id = revision.id AND earlier.version = revision.version - 1)
         FROM (SELECT article_id AS id, version, written_at, written_by, state, headline FROM article_revisions
               UNION ALL
               SELECT id, version, updated_at, updated_by, ",
    )
    .push(STATE)
    .push(
        ", headline FROM articles) AS revision LEFT JOIN keys ON keys.id = written_by WHERE revision.id = ",
    )
    .bind(Bind::Uuid(id.0))
    .push(" AND ")
    .piece(which)
}

fn revision((version, at, by, name, state, headline, changed): Known) -> Revision {
    let mut changed: Vec<String> = changed.into_iter().flatten().map(member).collect();
    changed.sort_unstable();
    changed.dedup();
    Revision {
        version,
        at,
        by: by.map(|id| (KeyId(id), name)),
        state: State::parse(&state).unwrap_or(State::Draft),
        headline,
        changed,
    }
}

/// The name on the wire of what a column holds.
fn member(column: String) -> String {
    match column.as_str() {
        "source_id" => "source".to_owned(),
        "category_ids" => "categories".to_owned(),
        "trashed_at" => "state".to_owned(),
        "retracted_at" | "retraction_reason" => "retraction".to_owned(),
        _ => column,
    }
}

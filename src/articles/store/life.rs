//! Articles in the database: what happens to a story beside its content. All of these take a locked one.

use super::duplicates;
use super::json::CorrectionJson;
use super::write::Stamp;
use crate::articles::model::{Article, Content, Correction};
use crate::db::Conn;
use crate::db::schema::{articles, purged};
use crate::db::slugs;
use crate::db::sql::literal;
use crate::error::Error;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use uuid::Uuid;

/// What every change writes beside what it changes.
#[derive(AsChangeset)]
#[diesel(table_name = articles, treat_none_as_null = true)]
struct Written {
    updated_by: Option<Uuid>,
    updated_at: DateTime<Utc>,
    version: i64,
}

impl Written {
    fn new(before: &Article, stamp: Stamp) -> Self {
        Self {
            updated_by: stamp.by.map(|id| id.0),
            updated_at: stamp.now,
            version: before.version + 1,
        }
    }
}

/// Moves it to the trash.
pub async fn trash(conn: &mut Conn, before: &Article, stamp: Stamp) -> Result<(), Error> {
    diesel::update(articles::table.find(before.id.0))
        .set((articles::trashed_at.eq(stamp.now), Written::new(before, stamp)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes it back; again, to give another reason.
pub async fn retract(
    conn: &mut Conn,
    before: &Article,
    reason: &str,
    stamp: Stamp,
) -> Result<(), Error> {
    let at = before.retraction.as_ref().map_or(stamp.now, |retraction| retraction.at);
    diesel::update(articles::table.find(before.id.0))
        .set((
            articles::status.eq("retracted"),
            articles::retracted_at.eq(at),
            articles::retraction_reason.eq(reason),
            Written::new(before, stamp),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes a draft of it, out of the trash and not retracted.
pub async fn restore(conn: &mut Conn, before: &Article, stamp: Stamp) -> Result<(), Error> {
    diesel::update(articles::table.find(before.id.0))
        .set((
            articles::status.eq("draft"),
            articles::trashed_at.eq(None::<DateTime<Utc>>),
            articles::retracted_at.eq(None::<DateTime<Utc>>),
            articles::retraction_reason.eq(None::<String>),
            Written::new(before, stamp),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Puts these notes in the place of those it has, and says when readers should take it as last changed.
pub async fn correct(
    conn: &mut Conn,
    before: &Article,
    corrections: &[Correction],
    revised_at: Option<DateTime<Utc>>,
    stamp: Stamp,
) -> Result<(), Error> {
    let corrections: Vec<Value> =
        corrections.iter().map(|correction| json!(CorrectionJson::new(correction))).collect();
    diesel::update(articles::table.find(before.id.0))
        .set((
            articles::corrections.eq(json!(corrections)),
            articles::revised_at.eq(revised_at),
            Written::new(before, stamp),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes it for good: the row with its revisions, and every slug it had. Those that repeat it repeat the
/// next one. Of a supplier's story the id stays, see [`is_purged`].
pub async fn purge(conn: &mut Conn, before: &Article) -> Result<(), Error> {
    duplicates::leave(conn, before.id).await?;
    diesel::delete(articles::table.find(before.id.0)).execute(conn).await?;
    if let (Some(source), Some(external_id)) = (before.content.source, &before.content.external_id)
    {
        let now = literal::<Timestamptz>("clock_timestamp()");
        let (source, id) = (purged::source_id.eq(source.0), purged::external_id.eq(external_id));
        diesel::insert_into(purged::table)
            .values((source, id, purged::purged_at.eq(now)))
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
    }
    slugs::release(conn, before.id.0).await
}

/// Whether a story of a supplier was removed for good.
pub async fn is_purged(conn: &mut Conn, content: &Content) -> Result<bool, Error> {
    let (Some(source), Some(external_id)) = (content.source, &content.external_id) else {
        return Ok(false);
    };
    let found = purged::table.find((source.0, external_id)).select(purged::purged_at);
    let at: Option<DateTime<Utc>> = found.first(conn).await.optional()?;
    Ok(at.is_some())
}

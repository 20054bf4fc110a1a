//! What the clock does to stories: they go live and expire without anybody writing to them.
//!
//! Triggers keep the instants to come in `event_dues`. A transaction that commits after its instant has
//! come leaves a row that is due at once, so none is missed, whatever the order of commits.

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::Error;
use diesel::sql_types::{BigInt, Nullable};
use diesel_async::RunQueryDsl;
use std::time::Duration;

/// Stories first and instants after them, in the order everybody locks them, so that nobody waits in a
/// circle; a story that is locked is left to the next round.
const TELL: &str = "WITH due AS (
        SELECT article_id, kind, due_at FROM event_dues WHERE due_at <= clock_timestamp()
        ORDER BY due_at LIMIT 500
    ), story AS MATERIALIZED (
        SELECT id, slug, version, status, trashed_at, published_at, expires_at, source_id, category_ids, tags,
            language
        FROM articles WHERE id = ANY (ARRAY(SELECT article_id FROM due)) ORDER BY id
        FOR NO KEY UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM event_dues USING due, story
        WHERE event_dues.article_id = due.article_id AND event_dues.kind = due.kind
          AND event_dues.due_at = due.due_at AND story.id = due.article_id
        RETURNING event_dues.article_id, event_dues.due_at, event_dues.kind,
            CASE event_dues.kind WHEN 'article.published' THEN 'live' ELSE 'expired' END AS state,
            CASE event_dues.kind WHEN 'article.published' THEN 'scheduled' ELSE 'live' END AS former_state
    ), told AS (
        INSERT INTO events (kind, resource_id, slug, version, state, former_state, source_id, category_ids,
            tags, language, at)
        SELECT kind, id, slug, version, state, former_state, source_id, category_ids, tags, language, due_at
        FROM gone JOIN story ON id = article_id
        WHERE article_state(status, trashed_at, published_at, expires_at, due_at) = state
        ORDER BY due_at
        RETURNING seq
    )
    SELECT count(*) FROM told";

/// Writes the events that the clock has made. Gives how long it is until the next one that is known of.
/// Any node may do it at any time: who locks the story does it, and whoever changes one tells of its
/// instants first (a trigger).
pub async fn tell(conn: &mut Conn) -> Result<Option<Duration>, Error> {
    let left = left(conn).await?;
    if left.is_none_or(|left| !left.is_zero()) {
        return Ok(left);
    }
    let _: i64 = Sql::<BigInt>::new(TELL).get_result(conn).await?;
    self::left(conn).await
}

async fn left(conn: &mut Conn) -> Result<Option<Duration>, Error> {
    let query = Sql::<Nullable<BigInt>>::new(
        "SELECT ceil(extract(epoch FROM min(due_at) - clock_timestamp()) * 1000)::bigint FROM event_dues",
    );
    let millis: Option<i64> = query.get_result(conn).await?;
    Ok(millis.map(|millis| Duration::from_millis(millis.max(0).unsigned_abs())))
}

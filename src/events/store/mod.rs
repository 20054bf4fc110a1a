//! Events in the database.
//!
//! **Why nothing is skipped.** Triggers write a row in the transaction that makes the change, so rows
//! appear when transactions commit, which is neither the order of their numbers nor that of their
//! transactions. A reader therefore takes the rows of those transactions only that are older than the
//! oldest one under way (`pg_snapshot_xmin`), in the order of transactions. All of them are over: none
//! can commit any more, and new ones get higher numbers. Whatever a reader has passed is final, so no
//! row ever appears before a position that was given. The price is a lag: while a transaction is under
//! way that has written (here or in another database of the cluster), what began after it waits, however
//! early it was committed. The service's own transactions end within `NEWSWIRE_DB_STATEMENT_TIMEOUT` of
//! their last statement; others are up to whoever runs them.
//!
//! **Why what is read along is at least as new.** A row is visible together with the change it tells of,
//! and the resource is read in the same snapshot. A change that is not in it yet has its row behind the
//! position that is given out. So who takes each resource as it is shown with the last of its rows ends
//! up with what there is.

pub mod due;
mod span;

pub use span::between;

use crate::articles::store::visibility::STATE;
use crate::db::sql::{Bind, Sql};
use crate::db::{Conn, within};
use crate::error::Error;
use crate::events::model::{Event, Kind, Position, Story};
use crate::ids::{CategoryId, SourceId};
use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use uuid::Uuid;

/// What is known of the events as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    /// Changes when positions that were given mean nothing any more.
    pub epoch: Uuid,
    /// Up to here they have been dropped.
    pub dropped: Position,
    /// Up to here they are final.
    pub end: Position,
}

/// Events in order, and where to go on.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The events.
    pub events: Vec<Event>,
    /// The position after them: of the last one, or after all that are final.
    pub end: Position,
    /// Whether more are there already.
    pub more: bool,
}

/// What is known of them now. Fails with `unavailable` until a database that was restored or replaced
/// has been [`renewed`](renew).
pub async fn log(conn: &mut Conn) -> Result<Log, Error> {
    let query = Sql::<(SqlUuid, Bool, BigInt, BigInt, BigInt)>::new(
        "SELECT epoch, cluster = event_cluster(), dropped_xid, dropped_seq,
            pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 FROM event_log",
    );
    let (epoch, same, xid, seq, end): (Uuid, bool, i64, i64, i64) = query.get_result(conn).await?;
    if !same {
        return Err(Error::unavailable(anyhow::anyhow!("the log of events is to be renewed")));
    }
    Ok(Log { epoch, dropped: Position { xid, seq }, end: Position::after(end) })
}

/// What was not handed out to webhooks yet stands before all that is new from now on, where those find it and
/// no follower of changes looks; the hub is told of it once more.
const RENEW: &str = "DELETE FROM events USING webhook_outbox AS handed, event_log
        WHERE handed.epoch = event_log.epoch AND (events.xid, events.seq) <= (handed.xid, handed.seq);
    UPDATE events SET xid = 0;
    UPDATE websub SET told_xid = -1;
    UPDATE event_log SET epoch = gen_random_uuid(), cluster = event_cluster(), dropped_xid = 0,
        dropped_seq = coalesce((SELECT max(seq) FROM events), 0)";

/// Begins a new epoch if the events were written in another cluster or on another timeline; their
/// transactions would be mistaken for those of this one. Whether it did.
pub async fn renew(conn: &mut Conn) -> Result<bool, Error> {
    let query = Sql::<Bool>::new("SELECT cluster <> event_cluster() FROM event_log FOR UPDATE");
    within(conn, async |conn| {
        let other: bool = query.get_result(conn).await?;
        if other {
            conn.batch_execute(RENEW).await?;
        }
        Ok(other)
    })
    .await
}

/// How many events are dropped at once.
const DROPPED: i64 = 5000;
/// Nobody keeps them for longer than a century, and dates have an end.
const CENTURY: u64 = 100 * 366 * 24 * 60 * 60;

/// Drops what is older than that, the oldest first; how many these were, which may not be all.
pub async fn drop_old(conn: &mut Conn, keep: Duration) -> Result<i64, Error> {
    let query = Sql::<BigInt>::new(format!(
        "WITH head AS (
            SELECT xid, seq, at FROM events
            WHERE xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
            ORDER BY xid, seq LIMIT {DROPPED}
        ), gone AS (
            DELETE FROM events USING head
            WHERE events.xid = head.xid AND events.seq = head.seq
              AND head.at < clock_timestamp() - interval '1 second' * "
    ))
    .bind(Bind::Int(keep.as_secs().min(CENTURY).cast_signed()))
    .push(
        "   RETURNING events.xid, events.seq
        ), last AS (
            SELECT xid, seq FROM gone ORDER BY xid DESC, seq DESC LIMIT 1
        ), noted AS (
            UPDATE event_log SET dropped_xid = last.xid, dropped_seq = last.seq FROM last
            WHERE (dropped_xid, dropped_seq) < (last.xid, last.seq)
        )
        SELECT count(*) FROM gone",
    );
    Ok(query.get_result(conn).await?)
}

/// The position after all that is final now.
pub async fn latest(conn: &mut Conn) -> Result<Position, Error> {
    log(conn).await.map(|log| log.end)
}

/// The events after a position, as far as they are final, at most so many.
pub async fn after(conn: &mut Conn, position: Position, limit: usize) -> Result<Batch, Error> {
    let end = latest(conn).await?;
    until(conn, position, end, limit).await
}

const ROWS: &str =
    "SELECT xid, seq, kind, resource_id, slug, former_slug, version, state, former_state, source_id,
        former_source_id, category_ids, former_category_ids, tags, former_tags, language, former_language, at
     FROM events WHERE ";

type RowSql = (
    (BigInt, BigInt, Text, SqlUuid, Text, Nullable<Text>, BigInt, Nullable<Text>, Nullable<Text>),
    (Nullable<SqlUuid>, Nullable<SqlUuid>, Array<SqlUuid>, Nullable<Array<SqlUuid>>),
    (Array<Text>, Nullable<Array<Text>>, Nullable<Text>, Nullable<Text>, Timestamptz),
);
type Row = (
    (i64, i64, String, Uuid, String, Option<String>, i64, Option<String>, Option<String>),
    (Option<Uuid>, Option<Uuid>, Vec<Uuid>, Option<Vec<Uuid>>),
    (Vec<String>, Option<Vec<String>>, Option<String>, Option<String>, DateTime<Utc>),
);

/// The events after a position up to an `end` that the log has given, at most so many.
pub async fn until(
    conn: &mut Conn,
    position: Position,
    end: Position,
    limit: usize,
) -> Result<Batch, Error> {
    let query = Sql::<RowSql>::new(ROWS)
        .push("(xid, seq) > (")
        .bind(Bind::Int(position.xid))
        .push(", ")
        .bind(Bind::Int(position.seq))
        .push(") AND xid <= ")
        .bind(Bind::Int(end.xid))
        .push(" ORDER BY xid, seq LIMIT ")
        .bind(Bind::Int(i64::try_from(limit).unwrap_or(i64::MAX)));
    let rows: Vec<Row> = query.load(conn).await?;
    let last = rows.last().filter(|_| rows.len() >= limit).map(|((xid, seq, ..), ..)| (*xid, *seq));
    // kinds of a later release are passed over
    let events = rows.into_iter().filter_map(event).collect();
    Ok(match last {
        Some((xid, seq)) => Batch { events, end: Position { xid, seq }, more: true },
        None => Batch { events, end: end.max(position), more: false },
    })
}

fn event((one, two, three): Row) -> Option<Event> {
    let (xid, seq, kind, resource, slug, former_slug, version, state, former_state) = one;
    let (source, former_source, categories, former_categories) = two;
    let (tags, former_tags, language, former_language, at) = three;
    let ids = |ids: Vec<Uuid>| ids.into_iter().map(CategoryId).collect();
    Some(Event {
        position: Position { xid, seq },
        kind: Kind::parse(&kind)?,
        resource,
        slug,
        former_slug,
        version,
        state,
        former_state,
        source: source.map(SourceId),
        former_source: former_source.map(SourceId),
        categories: ids(categories),
        former_categories: former_categories.map(ids),
        tags,
        former_tags,
        language,
        former_language,
        at,
    })
}

type StorySql = (SqlUuid, Text, Text, Text, Nullable<SqlUuid>, Array<SqlUuid>, Array<Text>);
type StoryRow = (Uuid, String, String, String, Option<Uuid>, Vec<Uuid>, Vec<String>);

/// Those of these stories that there are now, whoever may see them; the caller of this decides.
pub async fn stories(conn: &mut Conn, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Story>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Sql::<StorySql>::new("SELECT id, slug, ")
        .push(STATE)
        .push(", language, source_id, category_ids, tags FROM articles WHERE id = ANY (")
        .bind(Bind::Uuids(ids))
        .push(")");
    let rows: Vec<StoryRow> = query.load(conn).await?;
    let story = |(id, slug, state, language, source, categories, tags): StoryRow| {
        let source = source.map(SourceId);
        let categories = categories.into_iter().map(CategoryId).collect();
        (id, Story { slug, state, language, source, categories, tags })
    };
    Ok(rows.into_iter().map(story).collect())
}

/// Categories with all below them, as of the snapshot that the events are read in.
pub async fn with_below(conn: &mut Conn, ids: &[CategoryId]) -> Result<Vec<CategoryId>, Error> {
    let all = each_with_below(conn, ids).await?.into_values().flatten();
    Ok(all.collect::<HashSet<_>>().into_iter().collect())
}

/// These categories, each with all below it.
pub async fn each_with_below(
    conn: &mut Conn,
    ids: &[CategoryId],
) -> Result<HashMap<CategoryId, Vec<CategoryId>>, Error> {
    let mut found: HashMap<_, _> = ids.iter().map(|id| (*id, vec![*id])).collect();
    if ids.is_empty() {
        return Ok(found);
    }
    let query = Sql::<(SqlUuid, SqlUuid)>::new("SELECT asked, id FROM unnest(")
        .bind(Bind::Uuids(ids.iter().map(|id| id.0).collect()))
        .push(") AS asked JOIN categories ON path && ARRAY[asked] AND id <> asked");
    let rows: Vec<(Uuid, Uuid)> = query.load(conn).await?;
    for (asked, below) in rows {
        found.entry(CategoryId(asked)).or_default().push(CategoryId(below));
    }
    Ok(found)
}

/// Those of these sources and categories that there are now.
pub async fn existing(conn: &mut Conn, ids: Vec<Uuid>) -> Result<HashSet<Uuid>, Error> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let query = Sql::<SqlUuid>::new("SELECT id FROM sources WHERE id = ANY (")
        .bind(Bind::Uuids(ids.clone()))
        .push(") UNION ALL SELECT id FROM categories WHERE id = ANY (")
        .bind(Bind::Uuids(ids))
        .push(")");
    let rows: Vec<Uuid> = query.load(conn).await?;
    Ok(rows.into_iter().collect())
}

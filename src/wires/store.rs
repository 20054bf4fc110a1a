//! The reading of feeds in the database. One node at a time reads a feed: who claims it has it for the
//! length of a lease, and what is told under a lease that somebody else has now is not kept.

use super::model::{Claim, Counts, Trouble, Wire};
use crate::db::Conn;
use crate::db::schema::wires;
use crate::db::sql::{Bind, Sql, literal};
use crate::error::Error;
use crate::ids::SourceId;
use crate::values::rfc3339;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = wires, check_for_backend(Pg))]
struct Row {
    feed_url: Option<String>,
    next_poll_at: DateTime<Utc>,
    leased_until: Option<DateTime<Utc>>,
    last_polled_at: Option<DateTime<Utc>>,
    last_success_at: Option<DateTime<Utc>>,
    last_status: Option<i16>,
    consecutive_failures: i32,
    etag: Option<String>,
    last_modified: Option<String>,
    moved_to: Option<String>,
    polls: i64,
    created: i64,
    updated: i64,
    unchanged: i64,
    rejected: i64,
    errors: Value,
}

#[derive(AsChangeset)]
#[diesel(table_name = wires, treat_none_as_null = true)]
struct Columns {
    feed_url: Option<String>,
    leased_until: Option<DateTime<Utc>>,
    lease: Option<Uuid>,
    last_polled_at: Option<DateTime<Utc>>,
    last_success_at: Option<DateTime<Utc>>,
    last_status: Option<i16>,
    consecutive_failures: i32,
    etag: Option<String>,
    last_modified: Option<String>,
    moved_to: Option<String>,
    polls: i64,
    created: i64,
    updated: i64,
    unchanged: i64,
    rejected: i64,
    errors: Value,
}

impl Row {
    fn wire(self, now: DateTime<Utc>) -> Wire {
        let Row { created, updated, unchanged, rejected, .. } = self;
        Wire {
            feed_url: self.feed_url,
            next_poll_at: Some(self.next_poll_at),
            is_leased: self.leased_until.is_some_and(|until| until > now),
            last_polled_at: self.last_polled_at,
            last_success_at: self.last_success_at,
            last_status: self.last_status,
            consecutive_failures: self.consecutive_failures,
            etag: self.etag,
            last_modified: self.last_modified,
            moved_to: self.moved_to,
            polls: self.polls,
            counts: Counts { created, updated, unchanged, rejected },
            troubles: read_troubles(&self.errors),
        }
    }
}

impl From<Wire> for Columns {
    fn from(wire: Wire) -> Self {
        let Counts { created, updated, unchanged, rejected } = wire.counts;
        Self {
            feed_url: wire.feed_url,
            leased_until: None,
            lease: None,
            last_polled_at: wire.last_polled_at,
            last_success_at: wire.last_success_at,
            last_status: wire.last_status,
            consecutive_failures: wire.consecutive_failures,
            etag: wire.etag,
            last_modified: wire.last_modified,
            moved_to: wire.moved_to,
            polls: wire.polls,
            created,
            updated,
            unchanged,
            rejected,
            errors: wire.troubles.iter().map(written).collect(),
        }
    }
}

fn written(Trouble { at, code, detail, external_id }: &Trouble) -> Value {
    json!({ "at": rfc3339(*at), "code": code, "detail": detail, "external_id": external_id })
}

fn read_troubles(errors: &Value) -> Vec<Trouble> {
    let read = |trouble: &Value| {
        let text = |name: &str| trouble.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Trouble {
            at: text("at")?.parse().ok()?,
            code: text("code")?,
            detail: text("detail")?,
            external_id: text("external_id"),
        })
    };
    errors.as_array().into_iter().flatten().filter_map(read).collect()
}

/// Sees to it that every source to be read has a row. New ones come due within a minute, not all at once.
pub async fn enlist(conn: &mut Conn) -> Result<(), Error> {
    let statement = Sql::<()>::new(
        "INSERT INTO wires (source_id, next_poll_at)
         SELECT id, clock_timestamp() + random() * interval '20 seconds' FROM sources
         WHERE poll_minutes IS NOT NULL AND feed_url IS NOT NULL
             AND NOT EXISTS (SELECT FROM wires WHERE source_id = id)
         ON CONFLICT DO NOTHING",
    );
    statement.execute(conn).await?;
    Ok(())
}

/// Takes the feed that has been due for longest and that nobody else reads. One whose address has changed
/// is due at once, and one that is to be looked at more often from then on.
pub async fn claim(conn: &mut Conn, span: Duration) -> Result<Option<Claim>, Error> {
    let lease = Uuid::now_v7();
    let seconds = i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    let statement = Sql::<SqlUuid>::new("UPDATE wires SET lease = ")
        .bind(Bind::Uuid(lease))
        .push(", leased_until = clock_timestamp() + make_interval(secs => ")
        .bind(Bind::Int(seconds))
        .push(
            ") WHERE source_id = (
                 SELECT wires.source_id FROM wires JOIN sources ON sources.id = wires.source_id
                 WHERE sources.poll_minutes IS NOT NULL AND sources.feed_url IS NOT NULL
                     -- a mirror has its stories from its origin
                     AND NOT EXISTS (SELECT FROM mirror)
                     AND (wires.leased_until IS NULL OR wires.leased_until <= clock_timestamp())
                     AND (wires.next_poll_at <= clock_timestamp()
                         OR (wires.feed_url IS NOT NULL AND wires.feed_url <> sources.feed_url)
                         OR (wires.consecutive_failures = 0 AND sources.updated_at > wires.last_polled_at
                             AND wires.last_polled_at + make_interval(mins => sources.poll_minutes)
                                 <= clock_timestamp()))
                 ORDER BY wires.next_poll_at LIMIT 1
                 FOR UPDATE OF wires SKIP LOCKED)
             RETURNING source_id",
        );
    let source: Option<Uuid> = statement.get_result(conn).await.optional()?;
    Ok(source.map(|source| Claim { source: SourceId(source), lease }))
}

/// How the reading of a source's feed goes; none before the first look at it.
pub async fn find(
    conn: &mut Conn,
    source: SourceId,
    now: DateTime<Utc>,
) -> Result<Option<Wire>, Error> {
    let query = wires::table.find(source.0).select(Row::as_select());
    Ok(query.first(conn).await.optional()?.map(|row| row.wire(now)))
}

/// Gives a feed back with what is known of it now, to be read again after a pause; false when the lease
/// had run out and somebody else has it.
pub async fn finish(
    conn: &mut Conn,
    claim: &Claim,
    wire: Wire,
    pause: Duration,
) -> Result<bool, Error> {
    let mine = wires::table.find(claim.source.0).filter(wires::lease.eq(claim.lease));
    let kept = diesel::update(mine).set(Columns::from(wire)).execute(conn).await?;
    let statement = Sql::<()>::new(
        "UPDATE wires SET next_poll_at = clock_timestamp() + make_interval(secs => ",
    )
    .bind(Bind::Int(i64::try_from(pause.as_secs()).unwrap_or(i64::MAX)))
    .push(") WHERE source_id = ")
    .bind(Bind::Uuid(claim.source.0))
    // somebody asked for the next look while this one was under way
    .push(" AND NOT (next_poll_at > last_polled_at AND next_poll_at <= clock_timestamp())");
    if kept == 1 {
        statement.execute(conn).await?;
    }
    Ok(kept == 1)
}

/// Makes a feed come due now.
pub async fn hasten(conn: &mut Conn, source: SourceId) -> Result<(), Error> {
    let now = literal::<Timestamptz>("clock_timestamp()");
    diesel::insert_into(wires::table)
        .values((wires::source_id.eq(source.0), wires::next_poll_at.eq(now)))
        .on_conflict(wires::source_id)
        .do_update()
        .set(wires::next_poll_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

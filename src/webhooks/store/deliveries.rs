//! The log of deliveries, and what is sent again.

use super::super::model::WebhookId;
use super::super::model::delivery::{Attempt, Delivery, Outcome, Status};
use crate::db::keyset::{Cursor, Direction, Slice};
use crate::db::schema::{webhook_attempts, webhook_deliveries};
use crate::db::sql::{Bind, Sql};
use crate::db::{self, Conn};
use crate::error::{Code, Error};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use std::time::Duration;
use uuid::Uuid;

/// The sort key of a log.
pub type SortKey = (DateTime<Utc>, Uuid);

/// How long what is sent by hand is left to who asked for it.
const HELD: TimeDelta = TimeDelta::seconds(60);
/// How many rows one statement drops: its locks should not last.
const SWEEP: i64 = 2000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries, check_for_backend(Pg))]
struct Row {
    id: Uuid,
    webhook_id: Uuid,
    kind: String,
    payload: String,
    status: String,
    next_attempt_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<Row> for Delivery {
    fn from(row: Row) -> Self {
        Delivery {
            id: row.id,
            webhook: WebhookId(row.webhook_id),
            kind: row.kind,
            payload: row.payload,
            status: Status::parse(&row.status).unwrap_or(Status::Failed),
            next_attempt_at: row.next_attempt_at,
            created_at: row.created_at,
            finished_at: row.finished_at,
            attempts: Vec::new(),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_attempts, check_for_backend(Pg))]
struct AttemptRow {
    delivery_id: Uuid,
    number: i64,
    attempted_at: DateTime<Utc>,
    duration_ms: i64,
    status: Option<i16>,
    answer: Option<String>,
    error: Option<String>,
}

impl From<AttemptRow> for Attempt {
    fn from(row: AttemptRow) -> Self {
        Attempt {
            number: row.number,
            at: row.attempted_at,
            outcome: Outcome {
                duration: Duration::from_millis(u64::try_from(row.duration_ms).unwrap_or(0)),
                status: row.status.and_then(|status| u16::try_from(status).ok()),
                answer: row.answer,
                error: row.error,
                retry_after: None,
            },
        }
    }
}

/// One page of a webhook's log, newest first.
pub async fn list(
    conn: &mut Conn,
    webhook: WebhookId,
    status: Option<Status>,
    cursor: Option<Cursor<SortKey>>,
    limit: i64,
) -> Result<Slice<Delivery>, Error> {
    let direction = cursor.as_ref().map(|cursor| cursor.direction);
    let mut query = of(webhook, status).select(Row::as_select());
    if let Some(Cursor { direction, key: (created_at, id) }) = cursor {
        let sign = if direction == Direction::Next { "<" } else { ">" };
        let columns = "(webhook_deliveries.created_at, webhook_deliveries.id)";
        let beyond = sql::<Bool>(&format!("{columns} {sign} ("))
            .bind::<Timestamptz, _>(created_at)
            .sql(", ");
        query = query.filter(beyond.bind::<SqlUuid, _>(id).sql(")"));
    }
    let query = if direction == Some(Direction::Prev) {
        query.order((webhook_deliveries::created_at.asc(), webhook_deliveries::id.asc()))
    } else {
        query.order((webhook_deliveries::created_at.desc(), webhook_deliveries::id.desc()))
    };
    let rows: Vec<Row> = query.limit(limit + 1).load(conn).await?;
    let rows = with_attempts(conn, rows.into_iter().map(Delivery::from).collect()).await?;
    Ok(Slice::cut(rows, usize::try_from(limit).unwrap_or(0), direction))
}

/// How many there are.
pub async fn count(
    conn: &mut Conn,
    webhook: WebhookId,
    status: Option<Status>,
) -> Result<i64, Error> {
    Ok(of(webhook, status).count().get_result(conn).await?)
}

fn of(webhook: WebhookId, status: Option<Status>) -> webhook_deliveries::BoxedQuery<'static, Pg> {
    let query =
        webhook_deliveries::table.filter(webhook_deliveries::webhook_id.eq(webhook.0)).into_boxed();
    match status {
        Some(status) => query.filter(webhook_deliveries::status.eq(status.as_str())),
        None => query,
    }
}

/// One delivery of a webhook.
pub async fn find(conn: &mut Conn, webhook: WebhookId, id: Uuid) -> Result<Delivery, Error> {
    let query = of(webhook, None).filter(webhook_deliveries::id.eq(id)).select(Row::as_select());
    let row: Row = query.first(conn).await?;
    let mut rows = with_attempts(conn, vec![row.into()]).await?;
    rows.pop().ok_or_else(|| Error::new(Code::NotFound))
}

async fn with_attempts(conn: &mut Conn, mut rows: Vec<Delivery>) -> Result<Vec<Delivery>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let query = webhook_attempts::table
        .filter(webhook_attempts::delivery_id.eq_any(ids))
        .order((webhook_attempts::delivery_id, webhook_attempts::number))
        .select(AttemptRow::as_select());
    let attempts: Vec<AttemptRow> = query.load(conn).await?;
    let mut all: HashMap<Uuid, Vec<Attempt>> = HashMap::new();
    for attempt in attempts {
        all.entry(attempt.delivery_id).or_default().push(attempt.into());
    }
    for row in &mut rows {
        row.attempts = all.remove(&row.id).unwrap_or_default();
    }
    Ok(rows)
}

/// Adds a ping. It is kept for [`super::claims::take_one`] for a while.
pub async fn add_ping(
    conn: &mut Conn,
    webhook: WebhookId,
    kind: &str,
    payload: &str,
) -> Result<Uuid, Error> {
    let (id, now) = (Uuid::now_v7(), db::now(conn).await?);
    diesel::insert_into(webhook_deliveries::table)
        .values((
            webhook_deliveries::id.eq(id),
            webhook_deliveries::webhook_id.eq(webhook.0),
            webhook_deliveries::kind.eq(kind),
            webhook_deliveries::payload.eq(payload),
            webhook_deliveries::status.eq(Status::Pending.as_str()),
            webhook_deliveries::next_attempt_at.eq(now + HELD),
            webhook_deliveries::created_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(id)
}

/// Begins one anew, whatever became of it. It is kept for [`super::claims::take_one`] for a while; one that
/// is being sent is left to whoever sends it.
pub async fn begin_anew(conn: &mut Conn, id: Uuid) -> Result<(), Error> {
    let statement = anew().bind(Bind::Int(HELD.num_seconds())).push(") WHERE id = ");
    statement.bind(Bind::Uuid(id)).push(IDLE).execute(conn).await?;
    Ok(())
}

/// Begins those of these events anew that a webhook was to be sent before, whatever became of them.
pub async fn repeat(conn: &mut Conn, webhook: WebhookId, events: &[i64]) -> Result<(), Error> {
    let statement = anew().bind(Bind::Int(0)).push(") WHERE webhook_id = ");
    let statement = statement.bind(Bind::Uuid(webhook.0)).push(" AND event_seq = ANY (");
    statement.bind(Bind::Ints(events.to_vec())).push(")").push(IDLE).execute(conn).await?;
    Ok(())
}

fn anew() -> Sql<()> {
    Sql::new(
        "UPDATE webhook_deliveries
         SET status = 'pending', begun_after = attempts, finished_at = NULL, leased_until = NULL,
             next_attempt_at = clock_timestamp() + make_interval(secs => ",
    )
}

/// Nobody is sending it.
const IDLE: &str = " AND (leased_until IS NULL OR leased_until <= now())";

/// Drops some of the deliveries that are older than `age`: what is done, and what waits for a webhook
/// that is off. How many.
pub async fn sweep(conn: &mut Conn, age: Duration) -> Result<usize, Error> {
    let statement = Sql::<()>::new(
        "DELETE FROM webhook_deliveries WHERE id IN (
             SELECT one.id FROM webhook_deliveries AS one
             JOIN webhooks ON webhooks.id = one.webhook_id
             WHERE one.created_at < clock_timestamp() - make_interval(secs => ",
    )
    .bind(Bind::Int(i64::try_from(age.as_secs()).unwrap_or(i64::MAX)))
    .push(
        ") AND (one.status <> 'pending' OR NOT webhooks.enabled)
             ORDER BY one.created_at LIMIT ",
    )
    .bind(Bind::Int(SWEEP))
    .push(" FOR UPDATE OF one SKIP LOCKED)");
    Ok(statement.execute(conn).await?)
}

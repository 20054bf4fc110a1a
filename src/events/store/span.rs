//! What happened in a span of time.

use super::{ROWS, Row, RowSql, event};
use crate::db::Conn;
use crate::db::sql::{Bind, Sql};
use crate::error::Error;
use crate::events::model::Event;
use chrono::{DateTime, Utc};
use diesel_async::RunQueryDsl;

/// The final events from a time on, up to but not including another one (all, when there is none), in order
/// and at most so many. They have no index by time: all that are kept are looked at.
pub async fn between(
    conn: &mut Conn,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    limit: usize,
) -> Result<Vec<Event>, Error> {
    let query = Sql::<RowSql>::new(ROWS)
        .push("xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AND at >= ")
        .bind(Bind::Time(from))
        .push(" AND at < ");
    let query = match to {
        Some(to) => query.bind(Bind::Time(to)),
        None => query.push("'infinity'"),
    };
    let query = query.push(" ORDER BY xid, seq LIMIT ");
    let query = query.bind(Bind::Int(i64::try_from(limit).unwrap_or(i64::MAX)));
    let rows: Vec<Row> = query.load(conn).await?;
    Ok(rows.into_iter().filter_map(event).collect())
}

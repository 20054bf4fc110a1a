//! What the hub is still to be told of.

use crate::db::Conn;
use crate::db::sql::{Bind, Sql};
use crate::error::Error;
use chrono::{DateTime, Utc};
use diesel::OptionalExtension;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz};
use diesel_async::RunQueryDsl;

/// Up to where the hub has been told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    /// Of the events up to this transaction.
    pub xid: i64,
    /// When that was noted.
    pub at: DateTime<Utc>,
}

/// What has changed since.
#[derive(Clone, Debug)]
pub struct News {
    /// From here.
    pub from: Stand,
    /// Up to here.
    pub until: Stand,
    /// The scopes of lists that stories came into, left or changed in, in the words of `freshness`.
    pub scopes: Vec<String>,
}

/// What has changed since the hub was last told. Events are kept for weeks: a hub that was away for a night
/// hears of everything. As by all who follow them, those of transactions only are taken that are older than
/// the oldest one under way: none of those can commit any more, so none is passed over.
pub async fn news(conn: &mut Conn) -> Result<News, Error> {
    let query = Sql::<(BigInt, Timestamptz, BigInt, Timestamptz, Array<Text>)>::new(
        "WITH stand AS MATERIALIZED (
             -- transactions are numbered anew in another cluster
             SELECT least(told_xid, pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1) AS xid, told_at,
                    pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS next FROM websub
         )
         SELECT stand.xid, stand.told_at, stand.next - 1, date_trunc('milliseconds', statement_timestamp()), ARRAY(
             SELECT DISTINCT scope FROM events CROSS JOIN LATERAL (
                 SELECT 'articles'
                 UNION ALL SELECT 'articles/language:' || lower(name)
                     FROM unnest(ARRAY[events.language, events.former_language]) AS name
                 UNION ALL SELECT 'articles/source:' || id
                     FROM unnest(ARRAY[events.source_id, events.former_source_id]) AS id
                 UNION ALL SELECT 'articles/category:' || id
                     FROM unnest(events.category_ids || events.former_category_ids) AS id
             ) AS feed (scope)
             WHERE events.xid > stand.xid AND events.xid < stand.next
               AND 'live' IN (events.state, events.former_state) AND scope IS NOT NULL
             -- names that stand in feeds: of sources, and of categories in all below them
             UNION SELECT unnest(ARRAY['articles', 'articles/source:' || events.resource_id]) FROM events
                 WHERE events.xid > stand.xid AND events.xid < stand.next AND events.kind = 'source.updated'
             UNION SELECT unnest(ARRAY['articles', 'articles/category:' || categories.id])
                 FROM events JOIN categories ON categories.path && ARRAY[events.resource_id]
                 WHERE events.xid > stand.xid AND events.xid < stand.next AND events.kind = 'category.updated'
         ) FROM stand",
    );
    type Row = (i64, DateTime<Utc>, i64, DateTime<Utc>, Vec<String>);
    let (xid, at, until_xid, until_at, scopes): Row = query.get_result(conn).await?;
    let (from, until) = (Stand { xid, at }, Stand { xid: until_xid, at: until_at });
    Ok(News { from, until, scopes })
}

/// Takes it upon this node to tell of what came after `from`, for a minute; false when another node
/// does, or has done.
pub async fn claim(conn: &mut Conn, from: Stand) -> Result<bool, Error> {
    let query = Sql::<BigInt>::new(
        "UPDATE websub SET held_until = statement_timestamp() + interval '1 minute'
         WHERE held_until <= statement_timestamp() AND told_at = ",
    )
    .bind(Bind::Time(from.at))
    .push(" RETURNING told_xid");
    let taken: Option<i64> = query.get_result(conn).await.optional()?;
    Ok(taken.is_some())
}

/// The hub has been told up to there.
pub async fn told(conn: &mut Conn, until: Stand) -> Result<(), Error> {
    let query =
        Sql::<BigInt>::new("UPDATE websub SET held_until = statement_timestamp(), told_xid = ")
            .bind(Bind::Int(until.xid))
            .push(", told_at = ")
            .bind(Bind::Time(until.at))
            .push(" RETURNING told_xid");
    let _: i64 = query.get_result(conn).await?;
    Ok(())
}

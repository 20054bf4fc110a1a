//! Kept answers in the database.

use super::model::{Claim, Kept};
use crate::db::schema::idempotency_keys;
use crate::db::sql::{Bind, Piece, Sql, expression, literal};
use crate::db::{self, Conn};
use crate::error::Error;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Timestamptz};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How many rows one statement drops: its locks should not last.
const SWEEP: i64 = 5000;

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = idempotency_keys, treat_none_as_null = true)]
struct Row<'a> {
    key_id: Uuid,
    route: &'a str,
    name: &'a str,
    fingerprint: &'a [u8],
    status: i16,
    version: Option<i64>,
    location: Option<&'a str>,
    body: &'a [u8],
    created_at: DateTime<Utc>,
}

/// A kept answer, and the transaction of its effect.
#[derive(Debug)]
pub struct Found {
    /// The answer.
    pub kept: Kept,
    /// The transaction.
    pub xid: i64,
}

/// Takes the key until the transaction ends; false when another one has it. Nobody waits: the lock
/// is asked for before anything else is done. Two keys with one hash would only make one come back.
pub async fn take(conn: &mut Conn, claim: &Claim) -> Result<bool, Error> {
    let owner = xxh3_64_with_seed(claim.owner.as_bytes(), 0);
    let route = xxh3_64_with_seed(claim.route.as_bytes(), owner);
    let hash = xxh3_64_with_seed(claim.name.as_bytes(), route).cast_signed();
    let lock =
        Sql::<Bool>::new("SELECT pg_try_advisory_xact_lock(").bind(Bind::Int(hash)).push(")");
    Ok(lock.get_result(conn).await?)
}

/// The fingerprint and the answer kept under a key that is taken.
pub async fn find(
    conn: &mut Conn,
    claim: &Claim,
    lifetime: Duration,
) -> Result<Option<(Vec<u8>, Found)>, Error> {
    let query = idempotency_keys::table
        .find((claim.owner, &claim.route, &claim.name))
        .filter(idempotency_keys::created_at.gt(before(lifetime)))
        .select((
            idempotency_keys::fingerprint,
            idempotency_keys::status,
            idempotency_keys::version,
            idempotency_keys::location,
            idempotency_keys::body,
            idempotency_keys::xid,
        ));
    type Columns = (Vec<u8>, i16, Option<i64>, Option<String>, Vec<u8>, i64);
    let found: Option<Columns> = query.first(conn).await.optional()?;
    Ok(found.map(|(fingerprint, status, version, location, body, xid)| {
        let status = u16::try_from(status).unwrap_or_default();
        (fingerprint, Found { kept: Kept { status, version, location, body }, xid })
    }))
}

/// Keeps the answer under a key that is taken. What stands there already has run out.
pub async fn keep(conn: &mut Conn, claim: &Claim, kept: &Kept) -> Result<(), Error> {
    let row = Row {
        key_id: claim.owner,
        route: &claim.route,
        name: &claim.name,
        fingerprint: &claim.fingerprint,
        status: i16::try_from(kept.status).map_err(Error::internal)?,
        version: kept.version,
        location: kept.location.as_deref(),
        body: &kept.body,
        created_at: db::now(conn).await?,
    };
    let key = (idempotency_keys::key_id, idempotency_keys::route, idempotency_keys::name);
    diesel::insert_into(idempotency_keys::table)
        .values(&row)
        .on_conflict(key)
        .do_update()
        .set((
            &row,
            idempotency_keys::xid.eq(literal::<BigInt>("pg_current_xact_id()::text::bigint")),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Drops some of the answers that have run out; how many.
pub async fn sweep(conn: &mut Conn, lifetime: Duration) -> Result<usize, Error> {
    let statement = Sql::<()>::new(
        "DELETE FROM idempotency_keys WHERE (key_id, route, name) IN (
             SELECT key_id, route, name FROM idempotency_keys WHERE created_at <= clock_timestamp() - ",
    )
    .piece(span(lifetime))
    .push(" ORDER BY created_at LIMIT ")
    .bind(Bind::Int(SWEEP))
    .push(" FOR UPDATE SKIP LOCKED)");
    Ok(statement.execute(conn).await?)
}

fn span(lifetime: Duration) -> Piece {
    let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
    Piece::new("make_interval(secs => ").bind(Bind::Int(seconds)).push(")")
}

fn before(lifetime: Duration) -> db::sql::Expr<Timestamptz> {
    expression(Piece::new("(clock_timestamp() - ").piece(span(lifetime)).push(")"))
}

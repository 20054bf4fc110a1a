//! Keys in the database.

use crate::access::{self, Scope};
use crate::db::keyset::{Cursor, Direction, Slice};
use crate::db::schema::{keys, sources};
use crate::db::{self, Conn};
use crate::error::{Code, Error};
use crate::ids::{KeyId, SourceId};
use crate::keys::model::{Hash, Key, NewKey};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// The sort key of a list of keys.
pub type SortKey = (DateTime<Utc>, Uuid);

#[derive(Queryable, Selectable)]
#[diesel(table_name = keys, check_for_backend(Pg))]
struct Row {
    id: Uuid,
    name: String,
    scopes: Vec<String>,
    source_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

fn scopes(names: &[String]) -> Vec<Scope> {
    names.iter().filter_map(|name| Scope::parse(name)).collect()
}

fn key(row: Row, source_slug: Option<String>) -> Key {
    Key {
        id: KeyId(row.id),
        name: row.name,
        scopes: scopes(&row.scopes),
        source: row.source_id.map(SourceId).zip(source_slug),
        created_at: row.created_at,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
    }
}

/// The key of that hash, if it is valid now by the database's clock.
pub async fn authenticate(conn: &mut Conn, hash: &Hash) -> Result<Option<access::Key>, Error> {
    let query = keys::table
        .filter(keys::hash.eq(hash.as_slice()))
        .filter(keys::revoked_at.is_null())
        .filter(sql::<Bool>("(expires_at IS NULL OR expires_at > now())"))
        .select((keys::id, keys::scopes, keys::source_id));
    let found: Option<(Uuid, Vec<String>, Option<Uuid>)> = query.first(conn).await.optional()?;
    Ok(found.map(|(id, names, source)| access::Key { id, scopes: scopes(&names), source }))
}

/// Whether a key is valid now by the database's clock.
pub async fn is_good(conn: &mut Conn, id: Uuid) -> Result<bool, Error> {
    let query = keys::table
        .find(id)
        .filter(keys::revoked_at.is_null())
        .filter(sql::<Bool>("(expires_at IS NULL OR expires_at > now())"))
        .count();
    let count: i64 = query.get_result(conn).await?;
    Ok(count > 0)
}

/// Adds a key.
pub async fn create(conn: &mut Conn, new: &NewKey, hash: &Hash) -> Result<Key, Error> {
    let now = db::now(conn).await?;
    new.check(now)?;
    let id = KeyId::new();
    let names: Vec<&str> = new.scopes.iter().map(|scope| scope.as_str()).collect();
    diesel::insert_into(keys::table)
        .values((
            keys::id.eq(id.0),
            keys::name.eq(&new.name),
            keys::hash.eq(hash.as_slice()),
            keys::scopes.eq(names),
            keys::source_id.eq(new.source.map(|source| source.0)),
            keys::created_at.eq(now),
            keys::expires_at.eq(new.expires_at),
        ))
        .execute(conn)
        .await?;
    find(conn, id).await
}

/// One key, revoked ones included.
pub async fn find(conn: &mut Conn, id: KeyId) -> Result<Key, Error> {
    let query = keys::table
        .left_join(sources::table.on(keys::source_id.eq(sources::id.nullable())))
        .filter(keys::id.eq(id.0))
        .select((Row::as_select(), sources::slug.nullable()));
    let (row, slug): (Row, Option<String>) = query.first(conn).await?;
    Ok(key(row, slug))
}

/// One page, newest first, revoked ones included.
pub async fn list(
    conn: &mut Conn,
    cursor: Option<Cursor<SortKey>>,
    limit: i64,
) -> Result<Slice<Key>, Error> {
    let direction = cursor.as_ref().map(|cursor| cursor.direction);
    let mut query = keys::table
        .left_join(sources::table.on(keys::source_id.eq(sources::id.nullable())))
        .select((Row::as_select(), sources::slug.nullable()))
        .into_boxed();
    if let Some(Cursor { direction, key: (created_at, id) }) = cursor {
        let sign = if direction == Direction::Next { "<" } else { ">" };
        let beyond = sql::<Bool>(&format!("(keys.created_at, keys.id) {sign} ("))
            .bind::<Timestamptz, _>(created_at)
            .sql(", ");
        query = query.filter(beyond.bind::<SqlUuid, _>(id).sql(")"));
    }
    let query = if direction == Some(Direction::Prev) {
        query.order((keys::created_at.asc(), keys::id.asc()))
    } else {
        query.order((keys::created_at.desc(), keys::id.desc()))
    };
    let rows: Vec<(Row, Option<String>)> = query.limit(limit + 1).load(conn).await?;
    let found = rows.into_iter().map(|(row, slug)| key(row, slug)).collect();
    Ok(Slice::cut(found, usize::try_from(limit).unwrap_or(0), direction))
}

/// How many there are.
pub async fn count(conn: &mut Conn) -> Result<i64, Error> {
    Ok(keys::table.count().get_result(conn).await?)
}

/// Ends a key at once; again does nothing.
pub async fn revoke(conn: &mut Conn, id: KeyId) -> Result<(), Error> {
    let now = db::now(conn).await?;
    let known: i64 = keys::table.find(id.0).count().get_result(conn).await?;
    if known == 0 {
        return Err(Error::new(Code::NotFound));
    }
    let live = keys::table.find(id.0).filter(keys::revoked_at.is_null());
    diesel::update(live).set(keys::revoked_at.eq(now)).execute(conn).await?;
    Ok(())
}

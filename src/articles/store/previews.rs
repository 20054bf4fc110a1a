//! Links that show one story for a limited time, in the database. What has run out is not honoured
//! even while it is there; each new link sweeps some of the old.

use super::write::Stamp;
use crate::articles::model::preview::Hash;
use crate::db::Conn;
use crate::db::schema::article_previews;
use crate::db::sql::{Bind, Sql, literal};
use crate::error::Error;
use crate::ids::ArticleId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;

/// So many of those that have run out are dropped with each new one.
const SWEPT: i64 = 100;

/// Adds one.
pub async fn create(
    conn: &mut Conn,
    id: ArticleId,
    hash: &Hash,
    expires_at: DateTime<Utc>,
    stamp: Stamp,
) -> Result<(), Error> {
    let sweep = Sql::<()>::new(
        "DELETE FROM article_previews WHERE hash IN (
             SELECT hash FROM article_previews WHERE expires_at <= clock_timestamp()
             ORDER BY expires_at LIMIT ",
    )
    .bind(Bind::Int(SWEPT))
    .push(" FOR UPDATE SKIP LOCKED)");
    sweep.execute(conn).await?;
    diesel::insert_into(article_previews::table)
        .values((
            article_previews::hash.eq(hash.as_slice()),
            article_previews::article_id.eq(id.0),
            article_previews::created_by.eq(stamp.by.map(|id| id.0)),
            article_previews::expires_at.eq(expires_at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The story that a token shows now.
pub async fn find(conn: &mut Conn, hash: &Hash) -> Result<Option<ArticleId>, Error> {
    let query = article_previews::table
        .find(hash.as_slice())
        .filter(article_previews::expires_at.gt(literal::<Timestamptz>("clock_timestamp()")))
        .select(article_previews::article_id);
    Ok(query.first(conn).await.optional()?.map(ArticleId))
}

//! What the database says of itself.

use crate::db::Conn;
use crate::error::Error;
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Integer, Text};
use diesel_async::RunQueryDsl;

/// Whether a migration was applied.
pub async fn is_applied(conn: &mut Conn, version: &str) -> Result<bool, Error> {
    let query =
        sql::<Bool>("SELECT EXISTS (SELECT FROM __diesel_schema_migrations WHERE version = ")
            .bind::<Text, _>(version.to_owned())
            .sql(")");
    Ok(query.get_result(conn).await?)
}

/// Whether the database answers at all.
pub async fn answers(conn: &mut Conn) -> bool {
    sql::<Integer>("SELECT 1").get_result::<i32>(conn).await.is_ok()
}

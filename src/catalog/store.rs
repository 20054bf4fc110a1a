//! Reading the whole catalog.

use super::model::Catalog;
use crate::categories::store as categories;
use crate::db::Conn;
use crate::db::schema::search_configurations;
use crate::error::Error;
use crate::sources::store as sources;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// All of it.
pub async fn load(conn: &mut Conn) -> Result<Catalog, Error> {
    let configurations = search_configurations::table.select(search_configurations::name);
    Ok(Catalog::new(
        sources::all(conn).await?,
        categories::all(conn).await?,
        configurations.load(conn).await?,
    ))
}

//! What suggestions are made from, in bounded looks.

use crate::db::Conn;
use crate::db::live::LIVE;
use crate::db::sql::{Bind, Sql};
use crate::error::Error;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

/// Headlines are looked through as far back as this many stories.
const HEADLINES: i64 = 2000;

/// Slugs and headlines of the newest live stories, in any of these languages (in lower case) or all.
pub async fn headlines(
    conn: &mut Conn,
    languages: &[String],
) -> Result<Vec<(String, String)>, Error> {
    let mut query =
        Sql::<(Text, Text)>::new("SELECT slug, headline FROM articles WHERE ").push(LIVE);
    if !languages.is_empty() {
        query = query
            .push(" AND lower(articles.language) = ANY (")
            .bind(Bind::Texts(languages.to_vec()))
            .push(")");
    }
    let query = query.push(" ORDER BY listed_at DESC, id DESC LIMIT ").bind(Bind::Int(HEADLINES));
    Ok(query.load(conn).await?)
}

//! What suggestions are made from, in one bounded look.

use crate::db::Conn;
use crate::db::live::LIVE;
use crate::db::sql::{Bind, Sql};
use crate::error::Error;
use crate::search::model::Names;
use diesel::sql_types::{Array, Nullable, Text};
use diesel_async::RunQueryDsl;

/// Names are looked through as far back as this many stories.
const STORIES: i64 = 2000;

type NamesSql = (Text, Text, Array<Text>, Array<Text>, Array<Text>, Array<Nullable<Text>>);
type Row = (String, String, Vec<String>, Vec<String>, Vec<String>, Vec<Option<String>>);

/// What the newest live stories are called by, in any of these languages (in lower case) or in all.
pub async fn newest(conn: &mut Conn, languages: &[String]) -> Result<Vec<Names>, Error> {
    let mut query = Sql::<NamesSql>::new(
        "SELECT slug, headline, tag_slugs, tags, author_slugs, \
             ARRAY(SELECT author ->> 'name' FROM jsonb_array_elements(authors) AS author) \
         FROM articles WHERE ",
    )
    .push(LIVE);
    if !languages.is_empty() {
        query = query
            .push(" AND language_key(articles.language) = ANY (")
            .bind(Bind::Texts(languages.to_vec()))
            .push(")");
    }
    let query = query.push(" ORDER BY listed_at DESC, id DESC LIMIT ").bind(Bind::Int(STORIES));
    let rows: Vec<Row> = query.load(conn).await?;
    let names = |(slug, headline, tag_slugs, tags, author_slugs, authors): Row| Names {
        slug,
        headline,
        tags: tag_slugs.into_iter().zip(tags).collect(),
        authors: author_slugs.into_iter().zip(authors.into_iter().flatten()).collect(),
    };
    Ok(rows.into_iter().map(names).collect())
}

//! What the newest matches of a search have in common: how many stand in each category, source,
//! language, tag and month.

use super::Filter;
use super::search::{MOST, newest, reach};
use crate::articles::model::listing::{Count, Facet};
use crate::db::Conn;
use crate::db::sql::{Piece, Sql};
use crate::error::Error;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

/// So many values of a facet are told, the most frequent first.
const VALUES: usize = 50;

impl Facet {
    /// Value, name and number, grouped.
    const fn counted(self) -> &'static str {
        match self {
            Facet::Category => {
                "SELECT step::text, NULL::text, count(DISTINCT newest.id)
                 FROM newest CROSS JOIN unnest(newest.category_ids) AS filed
                 JOIN categories ON categories.id = filed CROSS JOIN unnest(categories.path) AS step"
            }
            Facet::Source => "SELECT source_id::text, NULL::text, count(*) FROM newest WHERE source_id IS NOT NULL",
            Facet::Language => "SELECT language, NULL::text, count(*) FROM newest",
            Facet::Tag => {
                "SELECT tag.slug, min(tag.name), count(*)
                 FROM newest CROSS JOIN unnest(newest.tag_slugs, newest.tags) AS tag (slug, name)
                 WHERE tag.slug IS NOT NULL"
            }
            Facet::Month => "SELECT to_char(listed_at AT TIME ZONE 'UTC', 'YYYY-MM'), NULL::text, count(*) FROM newest",
        }
    }
}

/// The facets of a search, and whether only the newest of more matches were counted.
pub async fn count(
    conn: &mut Conn,
    filter: &Filter,
    words: &str,
    facets: &[Facet],
) -> Result<(Vec<Count>, bool), Error> {
    let reach = reach(conn, filter, words).await?;
    let (counts, total) = counted(conn, filter, &reach, facets).await?;
    if reach == words || total >= MOST {
        return Ok((counts, total >= MOST));
    }
    let (counts, total) = counted(conn, filter, words, facets).await?;
    Ok((counts, total >= MOST))
}

type CountSql = (Text, Nullable<Text>, Nullable<Text>, BigInt);

async fn counted(
    conn: &mut Conn,
    filter: &Filter,
    reach: &str,
    facets: &[Facet],
) -> Result<(Vec<Count>, i64), Error> {
    let columns = "articles.source_id, articles.language, articles.category_ids, articles.tag_slugs, articles.tags";
    let mut query = Sql::<CountSql>::new("WITH newest AS MATERIALIZED (SELECT * FROM ")
        .piece(newest(filter, reach, columns))
        .push(") SELECT 'total'::text, NULL::text, NULL::text, count(*) FROM newest")
        .once(true);
    for facet in facets {
        let text = format!(
            " UNION ALL (SELECT '{}'::text, * FROM ({} GROUP BY 1) AS counted (value, name, count)
              ORDER BY count DESC, value LIMIT {VALUES})",
            facet.as_str(),
            facet.counted(),
        );
        query = query.piece(Piece::new(text));
    }
    let rows: Vec<(String, Option<String>, Option<String>, i64)> = query.load(conn).await?;
    let total = rows.iter().find(|row| row.0 == "total").map_or(0, |row| row.3);
    let count = |(kind, value, name, count): (String, Option<String>, Option<String>, i64)| {
        let facet = Facet::ALL.into_iter().find(|facet| facet.as_str() == kind)?;
        Some(Count { facet, value: value?, name, count })
    };
    Ok((rows.into_iter().filter_map(count).collect(), total))
}

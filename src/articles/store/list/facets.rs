//! What the newest matches of a search have in common: how many stand in each category, source,
//! language, tag and month.

use super::Filter;
use super::search::{MOST, newest, reach};
use super::window::{Stretch, Window};
use crate::articles::model::listing::{Count, Facet};
use crate::db::Conn;
use crate::db::sql::{Piece, Sql};
use crate::error::Error;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

/// So many values of a facet are told, the most frequent first.
const VALUES: usize = 50;

impl Facet {
    /// Value and number, to be grouped by the value.
    const fn counted(self) -> &'static str {
        match self {
            // stories that are filed alike count together, each once in a category above several
            Facet::Category => {
                "SELECT step::text, sum(alike.stories)::int8
                 FROM (SELECT category_ids, count(*) AS stories FROM newest GROUP BY 1) AS alike
                 CROSS JOIN LATERAL (
                     SELECT DISTINCT unnest(categories.path) AS step FROM categories
                     WHERE categories.id = ANY (alike.category_ids)) AS steps"
            }
            Facet::Source => {
                "SELECT source_id::text, count(*) FROM newest WHERE source_id IS NOT NULL"
            }
            Facet::Language => "SELECT language, count(*) FROM newest",
            Facet::Tag => {
                "SELECT slug, count(*) FROM (SELECT unnest(tag_slugs) AS slug FROM newest) AS tagged
                 WHERE slug IS NOT NULL"
            }
            Facet::Month => {
                "SELECT to_char(listed_at AT TIME ZONE 'UTC', 'YYYY-MM'), count(*) FROM newest"
            }
        }
    }

    /// The name of a value that is told: of a tag, as the newest story that has it writes it.
    const fn named(self) -> &'static str {
        match self {
            Facet::Tag => {
                "(SELECT articles.tags[array_position(articles.tag_slugs, value)] FROM articles
                  WHERE articles.id = (SELECT id FROM newest WHERE tag_slugs @> ARRAY[value] LIMIT 1))"
            }
            _ => "NULL::text",
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
    let mut reach = reach(conn, filter, words).await?;
    loop {
        let (counts, total) = counted(conn, filter, words, reach, facets).await?;
        if reach.window == Window::All || total >= MOST {
            return Ok((counts, total >= MOST));
        }
        reach = reach.wider();
    }
}

type CountSql = (Text, Nullable<Text>, Nullable<Text>, BigInt);

async fn counted(
    conn: &mut Conn,
    filter: &Filter,
    words: &str,
    reach: Stretch,
    facets: &[Facet],
) -> Result<(Vec<Count>, i64), Error> {
    let columns =
        "articles.source_id, articles.language, articles.category_ids, articles.tag_slugs";
    let mut query = Sql::<CountSql>::new("WITH newest AS MATERIALIZED (SELECT * FROM ")
        .piece(newest(filter, words, reach, columns))
        .push(") SELECT 'total'::text, NULL::text, NULL::text, count(*) FROM newest")
        .once(true);
    for facet in facets {
        let text = format!(
            " UNION ALL (SELECT '{}'::text, value, {}, count FROM (
                  SELECT * FROM ({} GROUP BY 1) AS counted (value, count) ORDER BY count DESC, value LIMIT {VALUES}
              ) AS told)",
            facet.as_str(),
            facet.named(),
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

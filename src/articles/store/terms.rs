//! The tags and authors of live stories, with how many each has.

use crate::articles::model::listing::{Term, TermKind};
use crate::db::Conn;
use crate::db::keyset::{Cursor, Direction, Slice};
use crate::db::live::LISTED;
use crate::db::sql::{Bind, Sql};
use crate::error::Error;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

/// One page, by slug. Terms are skipped through, not read through: a page costs what it shows.
pub async fn page(
    conn: &mut Conn,
    kind: TermKind,
    prefix: &str,
    cursor: Option<Cursor<String>>,
    limit: i64,
) -> Result<Slice<Term>, Error> {
    let direction = cursor.as_ref().map(|cursor| cursor.direction);
    let back = direction == Some(Direction::Prev);
    let mark = kind.mark();
    // all that begins with the prefix lies between it and the last character there is
    let (mut low, mut high) = (format!("{mark}:{prefix}"), format!("{mark}:{prefix}\u{10ffff}"));
    let mut strict = false;
    if let Some(cursor) = cursor {
        let end = if back { &mut high } else { &mut low };
        *end = format!("{mark}:{}", cursor.key);
        strict = true;
    }
    let (above, below) = match (strict, back) {
        (true, false) => (">", "<="),
        (true, true) => (">=", "<"),
        (false, _) => (">=", "<="),
    };
    let (beyond, way) = if back { ("<", "DESC") } else { (">", "ASC") };
    let query = Sql::<(Text, Nullable<Text>, Nullable<Text>, BigInt)>::new(
        "WITH RECURSIVE bounds (low, high) AS (SELECT ",
    )
    .bind(Bind::Text(low))
    .push(" COLLATE \"C\", ")
    .bind(Bind::Text(high))
    .push(format!(
        " COLLATE \"C\"), terms (term) AS (
             (SELECT listing.term FROM article_listings AS listing, bounds
              WHERE listing.term {above} bounds.low AND listing.term {below} bounds.high AND {LISTED}
              ORDER BY listing.term {way} LIMIT 1)
             UNION ALL
             SELECT (SELECT listing.term FROM article_listings AS listing, bounds
                     WHERE listing.term {beyond} terms.term AND listing.term {above} bounds.low
                       AND listing.term {below} bounds.high AND {LISTED}
                     ORDER BY listing.term {way} LIMIT 1)
             FROM terms WHERE terms.term IS NOT NULL
         )
         SELECT substr(terms.term, 3), newest.name, newest.url,
                (SELECT count(*) FROM article_listings AS listing WHERE listing.term = terms.term AND {LISTED})
         FROM terms CROSS JOIN LATERAL (
             SELECT listing.name, listing.url FROM article_listings AS listing
             WHERE listing.term = terms.term AND {LISTED}
             ORDER BY listing.listed_at DESC, listing.article_id DESC LIMIT 1) AS newest
         WHERE terms.term IS NOT NULL LIMIT "
    ))
    .bind(Bind::Int(limit + 1));
    let rows: Vec<(String, Option<String>, Option<String>, i64)> = query.load(conn).await?;
    let term = |(slug, name, url, count): (String, Option<String>, _, _)| Term {
        name: name.unwrap_or_else(|| slug.clone()),
        slug,
        url,
        count,
    };
    let rows = rows.into_iter().map(term).collect();
    Ok(Slice::cut(rows, usize::try_from(limit).unwrap_or(0), direction))
}

//! Reading what sitemaps list.

use super::model::{self, NEWS_PAGES, NEWS_PART, PART, Part, Story};
use crate::db::Conn;
use crate::db::live::{LIVE, PUBLISHED};
use crate::db::sql::{Bind, Piece, Sql};
use crate::error::Error;
use crate::ids::{ArticleId, CategoryId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

const COLUMNS: &str = "articles.id, articles.slug, articles.language, articles.category_id, \
                       articles.headline, articles.listed_at, articles.revised_at";

type StorySql = (SqlUuid, Text, Text, Nullable<SqlUuid>, Text, Timestamptz, Nullable<Timestamptz>);
type Row = (Uuid, String, String, Option<Uuid>, String, DateTime<Utc>, Option<DateTime<Utc>>);

fn story((id, slug, language, category, headline, published_at, revised_at): Row) -> Story {
    Story {
        id: ArticleId(id),
        slug,
        language,
        category: category.map(CategoryId),
        headline,
        published_at,
        revised_at,
    }
}

/// That a story is at home on these pages: another site that is named as the one for search engines is
/// that site's to list.
fn at_home(origin: &str) -> Piece {
    Piece::new(
        "(articles.canonical_url IS NULL
          OR lower(substring(articles.canonical_url FROM '^[^:]+://[^/?#]*')) ~ ",
    )
    .bind(Bind::Text(site(origin)))
    .push(")")
}

/// A regular expression that is true of a site however its address is written: the port that goes without
/// saying may be said, and what a template leaves open is any one label of a name.
fn site(origin: &str) -> String {
    let origin = origin.to_lowercase();
    let (origin, port) = match origin.starts_with("https:") {
        true => (origin.trim_end_matches(":443"), "(:443)?"),
        false => (origin.trim_end_matches(":80"), "(:80)?"),
    };
    let mut pattern = String::from("^");
    let mut open = false;
    for c in origin.chars() {
        match c {
            '{' => open = true,
            '}' => {
                open = false;
                pattern.push_str("[^./:]+");
            }
            _ if open => {}
            _ if c.is_alphanumeric() => pattern.push(c),
            _ => pattern.extend(['\\', c]),
        }
    }
    format!("{pattern}{port}$")
}

/// Live stories of the last two days.
fn news(origin: &str) -> Piece {
    Piece::new(LIVE)
        .push(" AND articles.listed_at > statement_timestamp() - interval '2 days' AND ")
        .piece(at_home(origin))
}

/// How many stories of the last two days there are, as far as sitemaps hold them.
pub async fn count_news(conn: &mut Conn, origin: &str) -> Result<i64, Error> {
    let query = Sql::<BigInt>::new("SELECT count(*) FROM (SELECT FROM articles WHERE ")
        .piece(news(origin))
        .push(format!(" LIMIT {}) AS found", NEWS_PART * NEWS_PAGES));
    Ok(query.get_result(conn).await?)
}

/// A page of them, the newest first; the first page is 1.
pub async fn list_news(conn: &mut Conn, origin: &str, page: i64) -> Result<Vec<Story>, Error> {
    let query = Sql::<StorySql>::new(format!("SELECT {COLUMNS} FROM articles WHERE "))
        .piece(news(origin))
        .push(format!(
            " ORDER BY articles.listed_at DESC, articles.id DESC LIMIT {NEWS_PART} OFFSET "
        ))
        .bind(Bind::Int((page - 1) * NEWS_PART));
    let rows: Vec<Row> = query.load(conn).await?;
    Ok(rows.into_iter().map(story).collect())
}

/// The next instant at which a story becomes too old for the news sitemap.
pub async fn next_to_age(conn: &mut Conn) -> Result<Option<DateTime<Utc>>, Error> {
    let query = Sql::<Nullable<Timestamptz>>::new(format!(
        "SELECT min(articles.listed_at) + interval '2 days' FROM articles WHERE {PUBLISHED}
             AND articles.listed_at > statement_timestamp() - interval '2 days'
             AND articles.listed_at <= statement_timestamp()"
    ));
    Ok(query.get_result(conn).await?)
}

/// Every part of the archive, the newest month first. Months are found by jumping along one index;
/// those that stories stand in are counted in it, without a look at the stories.
pub async fn parts(conn: &mut Conn) -> Result<Vec<Part>, Error> {
    const MONTH: &str =
        "SELECT date_trunc('month', articles.listed_at, 'UTC') FROM articles WHERE ";
    let query = Sql::<(Timestamptz, BigInt)>::new(format!(
        "WITH RECURSIVE months(month) AS (
             ({MONTH} {PUBLISHED} AND articles.listed_at <= statement_timestamp()
              ORDER BY articles.listed_at DESC LIMIT 1)
             UNION ALL
             SELECT ({MONTH} {PUBLISHED} AND articles.listed_at < months.month
                     ORDER BY articles.listed_at DESC LIMIT 1)
             FROM months WHERE months.month IS NOT NULL
         )
         SELECT month, (SELECT count(*) FROM articles WHERE {PUBLISHED}
                 AND articles.listed_at >= month AND articles.listed_at <= statement_timestamp()
                 AND articles.listed_at < (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC')
         FROM months WHERE month IS NOT NULL"
    ));
    let months: Vec<(DateTime<Utc>, i64)> = query.load(conn).await?;
    let parts = months.into_iter().flat_map(|(month, stories)| {
        (1..=model::parts(stories, PART)).filter_map(move |number| Part::of_month(month, number))
    });
    Ok(parts.collect())
}

/// Published stories of a month whose time has come: what parts are counted in, whether they have
/// expired or not, so that a part keeps its stories.
fn of_month(part: &Part) -> Piece {
    Piece::new(PUBLISHED)
        .push(" AND articles.listed_at <= statement_timestamp() AND articles.listed_at >= ")
        .bind(Bind::Time(part.from))
        .push(" AND articles.listed_at < ")
        .bind(Bind::Time(part.until))
}

/// The live stories of a part, the oldest first; none where there is no such part.
pub async fn list_part(
    conn: &mut Conn,
    part: &Part,
    origin: &str,
) -> Result<Option<Vec<Story>>, Error> {
    // the place is looked for in the index alone
    let first = Sql::<(Timestamptz, SqlUuid)>::new("SELECT listed_at, id FROM articles WHERE ")
        .piece(of_month(part))
        .push(" ORDER BY articles.listed_at, articles.id LIMIT 1 OFFSET ")
        .bind(Bind::Int((part.number - 1) * PART));
    let first: Option<(DateTime<Utc>, Uuid)> = first.get_result(conn).await.optional()?;
    let Some((listed_at, id)) = first else { return Ok(None) };
    let query = Sql::<StorySql>::new(format!(
        "SELECT {COLUMNS} FROM (SELECT * FROM articles WHERE "
    ))
    .piece(of_month(part))
    .push(" AND (articles.listed_at, articles.id) >= (")
    .bind(Bind::Time(listed_at))
    .push(", ")
    .bind(Bind::Uuid(id))
    .push(format!(
        ") ORDER BY articles.listed_at, articles.id LIMIT {PART}) AS articles WHERE {LIVE} AND "
    ))
    .piece(at_home(origin))
    .push(" ORDER BY articles.listed_at, articles.id");
    let rows: Vec<Row> = query.load(conn).await?;
    Ok(Some(rows.into_iter().map(story).collect()))
}

#[cfg(test)]
mod tests {
    use super::site;

    #[test]
    fn a_site_is_known_by_more_than_its_letters() {
        assert_eq!(site("https://News.example"), r"^https\:\/\/news\.example(:443)?$");
        assert_eq!(site("http://n.example:80"), r"^http\:\/\/n\.example(:80)?$");
        assert_eq!(
            site("https://{language}.n-1.example:8443"),
            r"^https\:\/\/[^./:]+\.n\-1\.example\:8443(:443)?$"
        );
    }
}

//! Lists of articles: filters that never multiply rows, keyset pages, totals on request.
//!
//! A page costs a bounded number of rows, however many stories there are and however the filters fit
//! together. What one ordered index says is read along it (`walk`). Where filters meet, a bounded
//! stretch of the best index is walked first: when the filters let many stories through, it fills the
//! page; when it does not, there are few, and they are found by their marks (`narrow`). Words are looked
//! for in the newest days and months first ([`search`]).

pub mod dates;
pub mod facets;
pub mod filter;
pub mod marks;
mod narrow;
pub mod order;
pub mod search;
mod walk;
pub mod window;

pub use filter::{Filter, Look};
pub use order::Key;

use super::company::{self, Company, CompanySql, Read, StorySql};
use super::{BodyRow, Row};
use crate::access::Caller;
use crate::articles::model::listing::{Order, Sort};
use crate::db::keyset::{Cursor, Direction, Slice};
use crate::db::sql::{Bind, Piece, Sql};
use crate::db::{Conn, live};
use crate::error::Error;
use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Float, Json, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use serde_json::Value;

/// Up to here an estimate is a count.
const COUNTED: i64 = 10_000;
/// How much of a long text is read to quote from it.
const EXCERPT_CHARS: u32 = 20_000;
/// Lists of more forms than this are not kept prepared: there would be too many.
const PREPARED_FORMS: usize = 1;
/// Pages of these sizes are. The size stands in the statement, not beside it: the planner takes an
/// unknown LIMIT for a tenth of all rows, and would plan anew each time.
const PREPARED_LIMITS: [i64; 4] = [10, 20, 50, 100];

/// Which bodies are read along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bodies {
    /// None.
    No,
    /// The beginning of the plain text.
    Excerpt,
    /// All of them.
    All,
}

/// One page that is asked for.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// Which stories.
    pub filter: &'a Filter,
    /// In which order.
    pub order: Order,
    /// Where the page starts.
    pub cursor: Option<Cursor<Key>>,
    /// How many it has.
    pub limit: i64,
    /// With which bodies.
    pub bodies: Bodies,
    /// Who asks.
    pub caller: &'a Caller,
}

/// A page as it was read.
#[derive(Debug)]
pub struct Found {
    /// The stories, each with its key.
    pub slice: Slice<(Read, Key)>,
    /// The next instant at which the clock alone may change the page.
    pub until: Option<DateTime<Utc>>,
    /// Whether only the newest of many matches were ranked.
    pub approximate: bool,
}

impl Found {
    /// A page without stories that only a write can change.
    pub fn nothing() -> Self {
        let slice = Slice { rows: Vec::new(), has_next: false, has_prev: false };
        Self { slice, until: None, approximate: false }
    }
}

type RowSql =
    (StorySql, (Text, Text, Text), CompanySql, Nullable<Timestamptz>, Float, Nullable<BigInt>);
/// A story, its bodies and company, the next one to be published, its rank among how many.
type Line = (Row, BodyRow, Company, Option<DateTime<Utc>>, f32, Option<i64>);

/// The rows of a page.
#[derive(Default)]
struct Met {
    lines: Vec<Line>,
    /// The next instant that may change them, where no row tells.
    next: Option<DateTime<Utc>>,
}

impl From<Vec<Line>> for Met {
    /// Those of one statement: its rows tell.
    fn from(lines: Vec<Line>) -> Self {
        Self { lines, next: None }
    }
}

/// The rank of stories that are in another order.
const NOT_RANKED: &str = "0::float4, NULL::int8";

impl Ask<'_> {
    fn direction(&self) -> Option<Direction> {
        self.cursor.as_ref().map(|cursor| cursor.direction)
    }

    /// One row more than the page has tells whether there is another page.
    fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// ` AND` what lies beyond the cursor.
    fn beyond(&self) -> Piece {
        match &self.cursor {
            Some(cursor) => Piece::new(" AND ").piece(self.order.beyond(cursor)),
            None => Piece::default(),
        }
    }

    /// Reads stories from `from`, which yields `articles`; `rank` is an expression.
    fn select(&self, from: Piece, rank: &'static str) -> Sql<RowSql> {
        let bodies = match self.bodies {
            Bodies::No => Piece::new("''::text, ''::text, ''::text"),
            // to count characters takes ten times as long as to read them
            Bodies::Excerpt => Piece::new(format!(
                "''::text, ''::text, CASE WHEN octet_length(articles.body_text) <= {EXCERPT_CHARS}
                     THEN articles.body_text ELSE left(articles.body_text, {EXCERPT_CHARS}) END"
            )),
            Bodies::All => Piece::new("articles.body, articles.body_html, articles.body_text"),
        };
        Sql::new("SELECT ")
            .columns::<Row>()
            .push(", ")
            .piece(bodies)
            .push(", ")
            .piece(company::columns())
            .push(", ")
            .push(live::NEXT_TO_PUBLISH)
            .push(", ")
            .push(rank)
            .push(" FROM ")
            .piece(from)
            .piece(company::join(self.caller))
    }

    /// The first in the page's order of `met` (a table and a condition), or of the first `most` of it
    /// that are met, with their number as `found.total`. The rest of a story is read after that: bodies
    /// are long.
    fn first(&self, met: Piece, most: Option<i64>) -> Piece {
        let mut inner = Piece::new(
            "(SELECT articles.id, articles.total FROM (SELECT *, count(*) OVER () AS total FROM (
                 SELECT articles.id, articles.listed_at, articles.updated_at, articles.urgency
                 FROM ",
        )
        .piece(met)
        .piece(self.beyond());
        if let Some(most) = most {
            inner = inner.push(format!(" LIMIT {most}"));
        }
        inner
            .push(") AS articles) AS articles")
            .piece(self.order.by(self.direction()))
            .push(format!(" LIMIT {}", self.rows()))
            .push(") AS found JOIN articles ON articles.id = found.id")
    }

    async fn load(&self, conn: &mut Conn, query: Sql<RowSql>) -> Result<Vec<Line>, Error> {
        Ok(query.load(conn).await?)
    }

    fn found(&self, met: Met, approximate: bool) -> Found {
        let Met { lines, next: mut until } = met;
        let mut rows = Vec::with_capacity(lines.len());
        for (row, bodies, company, published_next, rank, _) in lines {
            let bodies = Some(bodies).filter(|_| self.bodies != Bodies::No);
            let read = company::read(row, bodies, company);
            until = [until, read.until, published_next].into_iter().flatten().min();
            let key = self.order.key(&read.article, rank);
            rows.push((read, key));
        }
        let limit = usize::try_from(self.limit).unwrap_or(0);
        Found { slice: Slice::cut(rows, limit, self.direction()), until, approximate }
    }
}

/// One page.
pub async fn page(conn: &mut Conn, ask: &Ask<'_>) -> Result<Found, Error> {
    let found = read(conn, ask).await?;
    if !found.slice.rows.is_empty() {
        return Ok(found);
    }
    // An empty page has no row that could tell when it will have one. That is asked first, and the
    // page again: a story may have gone live since.
    let until = next_to_publish(conn).await?;
    let mut found = read(conn, ask).await?;
    if found.slice.rows.is_empty() {
        found.until = until;
    }
    Ok(found)
}

async fn read(conn: &mut Conn, ask: &Ask<'_>) -> Result<Found, Error> {
    Ok(match (&ask.filter.words, ask.order.sort) {
        (Some(words), Sort::Relevance) => search::by_relevance(conn, ask, words).await?,
        (Some(words), Sort::Published) => {
            ask.found(search::by_order(conn, ask, words).await?, false)
        }
        // common words are met along the order, rare ones are few
        _ => ask.found(walk::page(conn, ask).await?, false),
    })
}

async fn next_to_publish(conn: &mut Conn) -> Result<Option<DateTime<Utc>>, Error> {
    let query = Sql::<Nullable<Timestamptz>>::new("SELECT ").push(live::NEXT_TO_PUBLISH);
    Ok(query.get_result(conn).await?)
}

/// How many the whole list has.
pub async fn count(conn: &mut Conn, filter: &Filter) -> Result<i64, Error> {
    let query = Sql::<BigInt>::new("SELECT count(*) FROM articles WHERE ")
        .piece(filter.condition(Look::Index))
        .once(filter.forms() > PREPARED_FORMS);
    Ok(query.get_result(conn).await?)
}

/// About how many the whole list has, and whether that is exact: small lists are counted, for
/// large ones the planner is asked.
pub async fn estimate(conn: &mut Conn, filter: &Filter) -> Result<(i64, bool), Error> {
    let query = Sql::<BigInt>::new("SELECT count(*) FROM (SELECT FROM articles WHERE ")
        .piece(filter.condition(Look::Index))
        .push(" LIMIT ")
        .bind(Bind::Int(COUNTED + 1))
        .push(") AS sample")
        .once(filter.forms() > PREPARED_FORMS);
    let counted: i64 = query.get_result(conn).await?;
    if counted <= COUNTED {
        return Ok((counted, true));
    }
    let planned = Sql::<Json>::new("EXPLAIN (FORMAT JSON) SELECT FROM articles WHERE ")
        .piece(filter.condition(Look::Index))
        .once(true);
    let plan: Value = planned.get_result(conn).await?;
    let rows = plan[0]["Plan"]["Plan Rows"].as_f64().unwrap_or(0.0);
    #[allow(clippy::cast_possible_truncation, reason = "an estimate of rows, far below 2^53")]
    Ok(((rows as i64).max(counted), false))
}

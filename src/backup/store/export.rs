//! Reading the whole newsroom, line by line, as it was at one instant. Cursors bound what is held.

use super::columns::{self, Columns, Table};
use crate::backup::model::{Counts, FORMAT};
use crate::db::sql::Sql;
use crate::db::{self, Conn, Loan};
use crate::error::Error;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use serde_json::json;
use std::collections::VecDeque;
use uuid::Uuid;

/// How many rows are asked for at once, and about how many bytes.
const ROWS: usize = 32;
const BYTES: usize = 1 << 20;
/// About how many bytes are given at once.
const PIECE: usize = 64 << 10;
/// How long whoever reads may pause. The snapshot keeps the database from tidying up meanwhile.
const PATIENCE: &str = "SET LOCAL idle_in_transaction_session_timeout = '5min'";

/// An export under way. Dropped before its end, it gives its connection up.
pub struct Export {
    conn: Loan,
    sources: Cursor,
    categories: Cursor,
    articles: Cursor,
    revisions: Cursor,
    story: Option<Uuid>,
    begun: bool,
    ended: bool,
}

impl Export {
    /// Takes the snapshot.
    pub async fn begin(mut conn: Loan) -> Result<Self, Error> {
        db::begin_snapshot(&mut conn).await?;
        conn.batch_execute(PATIENCE).await?;
        for table in Table::ALL {
            let columns = columns::read(&mut conn, table).await?;
            conn.batch_execute(&declare(&columns)).await?;
        }
        Ok(Self {
            conn,
            sources: Cursor::new(Table::Sources),
            categories: Cursor::new(Table::Categories),
            articles: Cursor::new(Table::Articles),
            revisions: Cursor::new(Table::Revisions),
            story: None,
            begun: false,
            ended: false,
        })
    }

    /// The next lines, each with its end; none after the last.
    pub async fn some(&mut self) -> Result<Option<String>, Error> {
        let mut text = String::new();
        while text.len() < PIECE
            && let Some(line) = self.line().await?
        {
            text.push_str(&line);
            text.push('\n');
        }
        Ok((!text.is_empty()).then_some(text))
    }

    async fn line(&mut self) -> Result<Option<String>, Error> {
        if !std::mem::replace(&mut self.begun, true) {
            return Ok(Some(json!({ "newswire_export": FORMAT }).to_string()));
        }
        for cursor in [&mut self.sources, &mut self.categories] {
            if let Some((_, line)) = cursor.take(&mut self.conn).await? {
                return Ok(Some(line));
            }
        }
        let earlier = self.revisions.peek(&mut self.conn).await?;
        if earlier.is_some() && earlier == self.story {
            let taken = self.revisions.take(&mut self.conn).await?;
            return Ok(taken.map(|(_, line)| line));
        }
        if let Some((id, line)) = self.articles.take(&mut self.conn).await? {
            self.story = Some(id);
            return Ok(Some(line));
        }
        let first = !std::mem::replace(&mut self.ended, true);
        Ok(first.then(|| end(self.counts())))
    }

    fn counts(&self) -> Counts {
        Counts {
            sources: self.sources.taken,
            categories: self.categories.taken,
            articles: self.articles.taken,
            revisions: self.revisions.taken,
        }
    }
}

/// The last line.
fn end(Counts { sources, categories, articles, revisions }: Counts) -> String {
    json!({ "end": { "sources": sources, "categories": categories, "articles": articles,
                     "revisions": revisions } })
    .to_string()
}

/// Where the reading of a table is.
struct Cursor {
    table: Table,
    ready: VecDeque<(Uuid, String)>,
    rows: usize,
    taken: u64,
    ended: bool,
}

impl Cursor {
    fn new(table: Table) -> Self {
        Self { table, ready: VecDeque::new(), rows: 1, taken: 0, ended: false }
    }

    /// Whose the next line is.
    async fn peek(&mut self, conn: &mut Conn) -> Result<Option<Uuid>, Error> {
        self.fill(conn).await?;
        Ok(self.ready.front().map(|(id, _)| *id))
    }

    async fn take(&mut self, conn: &mut Conn) -> Result<Option<(Uuid, String)>, Error> {
        self.fill(conn).await?;
        let next = self.ready.pop_front();
        self.taken += u64::from(next.is_some());
        Ok(next)
    }

    /// Fetches as many rows as the size of the last ones lets hope that they are not too large.
    async fn fill(&mut self, conn: &mut Conn) -> Result<(), Error> {
        if self.ended || !self.ready.is_empty() {
            return Ok(());
        }
        let fetch = format!("FETCH {} FROM export_{}", self.rows, self.table.name());
        let query = Sql::<(SqlUuid, Text)>::new(fetch).once(true);
        self.ready = query.load::<(Uuid, String)>(conn).await?.into();
        self.ended = self.ready.is_empty();
        let largest = self.ready.iter().map(|(_, line)| line.len()).max().unwrap_or(1);
        self.rows = (BYTES / largest.max(1)).clamp(1, (self.rows * 2).min(ROWS));
        Ok(())
    }
}

/// A cursor over the lines of a table: whose each is, and its text.
fn declare(columns: &Columns) -> String {
    let table = columns.table;
    let name = table.name();
    let (id, order) = match table {
        // parents first
        Table::Categories => ("id", "cardinality(path), id"),
        Table::Revisions => ("article_id", "article_id, version"),
        Table::Sources | Table::Articles => ("id", "id"),
    };
    let list: Vec<String> =
        columns.carried().map(|column| format!("{name}.\"{}\"", column.name)).collect();
    let row = format!("(SELECT row_to_json(r) FROM (SELECT {}) AS r)::text", list.join(", "));
    let slugs = match table {
        Table::Revisions => String::new(),
        _ => format!(
            " || ',\"former_slugs\":' || coalesce((
                 SELECT json_agg(slugs.slug ORDER BY slugs.slug COLLATE \"C\")::text FROM slugs
                 WHERE slugs.resource_id = {name}.id AND slugs.collection = '{name}'
                     AND slugs.slug <> {name}.slug), '[]')"
        ),
    };
    format!(
        "DECLARE export_{name} NO SCROLL CURSOR FOR
         SELECT {id}, '{{\"{}\":' || {row}{slugs} || '}}' FROM {name} ORDER BY {order}",
        table.member()
    )
}

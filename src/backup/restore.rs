//! Restoring: lines are read, checked and added a few at a time, in one transaction that is committed
//! when the last one has said that nothing is missing.

use super::line::{Line, Row, Tables, read};
use super::model::Counts;
use super::store::columns::{self, Table};
use super::store::restore as store;
use super::views::ExportLine;
use crate::categories::model::MAX_DEPTH;
use crate::db::{Conn, within};
use crate::error::{Code, Error, Place, Violation};
use crate::http::Lines;
use crate::http::lines::Line as Raw;
use actix_web::web;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// How many lines are added together ...
const CHUNK: usize = 200;
/// ... and how much text, about.
const CHUNK_BYTES: usize = 8 << 20;
/// More faults of one request are not told.
const MOST_FAULTS: usize = 100;

/// Restores within a transaction that has begun for it. Frames of these hosts are kept in bodies.
pub async fn restore(
    conn: &mut Conn,
    lines: &mut Lines<ExportLine>,
    embed_hosts: &[String],
) -> Result<Counts, Error> {
    let embed_hosts: Arc<[String]> = embed_hosts.into();
    let mut tables = Vec::new();
    for table in Table::ALL {
        tables.push(columns::read(conn, table).await?);
    }
    let mut work = Work { tables: Arc::new(tables), ..Work::default() };
    while work.faults.len() < MOST_FAULTS {
        let chunk = lines.some(CHUNK, CHUNK_BYTES).await?;
        if chunk.is_empty() {
            break;
        }
        let rows = work.sort(read_all(chunk, work.tables.clone(), embed_hosts.clone()).await?)?;
        // after a fault the rest is only checked
        if work.faults.is_empty() {
            work.add(conn, rows).await?;
        }
    }
    work.finish(conn).await
}

/// A row with the number of its line.
type Numbered = (u64, Box<Row>);

#[derive(Default)]
struct Work {
    tables: Arc<Tables>,
    /// The way to each category from the root.
    paths: HashMap<Uuid, Vec<Uuid>>,
    counts: Counts,
    end: Option<Counts>,
    begun: bool,
    faults: Vec<Violation>,
}

/// Reads lines apart from the workers: bodies are rendered on the way.
async fn read_all(
    chunk: Vec<Raw>,
    tables: Arc<Tables>,
    embed_hosts: Arc<[String]>,
) -> Result<Vec<(u64, Result<Line, Error>)>, Error> {
    let one = move |Raw { number, text }: Raw| {
        (number, text.and_then(|text| read(&text, &tables, &embed_hosts)))
    };
    let all = web::block(move || chunk.into_iter().map(one).collect());
    all.await.map_err(Error::unavailable)
}

impl Work {
    /// The rows among the lines; notes their faults. Fails when this is no export.
    fn sort(&mut self, lines: Vec<(u64, Result<Line, Error>)>) -> Result<Vec<Numbered>, Error> {
        let mut rows = Vec::with_capacity(lines.len());
        for (number, line) in lines {
            let first = !std::mem::replace(&mut self.begun, true);
            match line {
                Ok(Line::Header) if first => {}
                Err(error) if error.code() == Code::ExportInvalid => return Err(error),
                _ if first => {
                    return Err(invalid("The first line is not the header of an export."));
                }
                _ if self.end.is_some() => return Err(invalid("Lines follow on the end.")),
                Ok(Line::Header) => return Err(invalid("There is more than one header.")),
                Ok(Line::End(counts)) => self.end = Some(counts),
                Ok(Line::Row(mut row)) => {
                    self.count(row.table);
                    match self.place(&mut row) {
                        Ok(()) => rows.push((number, row)),
                        Err(error) => self.blame(number, &error),
                    }
                }
                Err(error) => self.blame(number, &error),
            }
        }
        Ok(rows)
    }

    fn count(&mut self, table: Table) {
        *match table {
            Table::Sources => &mut self.counts.sources,
            Table::Categories => &mut self.counts.categories,
            Table::Articles => &mut self.counts.articles,
            Table::Revisions => &mut self.counts.revisions,
        } += 1;
    }

    /// Gives a category its place in the tree.
    fn place(&mut self, row: &mut Row) -> Result<(), Error> {
        if row.table != Table::Categories {
            return Ok(());
        }
        let parent = row.columns.get("parent_id").and_then(Value::as_str);
        let mut path = match parent.and_then(|id| id.parse().ok()) {
            None => Vec::new(),
            Some(parent) => self.paths.get(&parent).cloned().ok_or_else(|| {
                let detail = "No earlier line has this category.";
                let place = "/category/parent_id";
                Error::violations(vec![Violation::body(place, Code::CategoryNotFound, detail)])
            })?,
        };
        path.push(row.id);
        if path.len() > MAX_DEPTH {
            let detail = format!("The tree has at most {MAX_DEPTH} levels.");
            let place = "/category/parent_id";
            return Err(Error::violations(vec![Violation::body(
                place,
                Code::CategoryTooDeep,
                detail,
            )]));
        }
        row.columns.insert("path".to_owned(), json!(path));
        self.paths.insert(row.id, path);
        Ok(())
    }

    fn blame(&mut self, line: u64, error: &Error) {
        self.faults.extend(placed(error, &format!("/{line}")));
    }

    /// Adds rows, those of a table together. What the database refuses is looked for one by one.
    async fn add(&mut self, conn: &mut Conn, rows: Vec<Numbered>) -> Result<(), Error> {
        for table in Table::ALL {
            let some: Vec<&Numbered> = rows.iter().filter(|(_, row)| row.table == table).collect();
            let together = within(conn, async |conn| self.insert(conn, table, &some).await).await;
            match together {
                Ok(()) => continue,
                Err(error) if error.code() == Code::Unavailable => return Err(error),
                Err(_) => {}
            }
            for one in some {
                let alone = within(conn, async |conn| self.insert(conn, table, &[one]).await).await;
                match alone {
                    Err(error) if error.code() == Code::Unavailable => return Err(error),
                    Err(error) => self.blame(one.0, &refused(error)?),
                    Ok(()) => {}
                }
            }
        }
        Ok(())
    }

    async fn insert(&self, conn: &mut Conn, table: Table, rows: &[&Numbered]) -> Result<(), Error> {
        let columns = self.tables.iter().find(|columns| columns.table == table);
        let Some(columns) = columns.filter(|_| !rows.is_empty()) else { return Ok(()) };
        if table != Table::Revisions {
            let slugs = |row: &Row| -> Vec<(Uuid, String)> {
                row.slugs.iter().map(|slug| (row.id, slug.clone())).collect()
            };
            store::claim(conn, table, rows.iter().flat_map(|(_, row)| slugs(row))).await?;
        }
        let rows: Vec<&Map<String, Value>> = rows.iter().map(|(_, row)| &row.columns).collect();
        store::insert(conn, columns, &rows).await
    }

    /// Whether all of it is there and fits together.
    async fn finish(mut self, conn: &mut Conn) -> Result<Counts, Error> {
        if self.faults.is_empty() {
            match self.end {
                None => return Err(invalid("The last line is missing: the export broke off.")),
                Some(end) if end != self.counts => {
                    return Err(invalid("The last line tells other numbers than there are lines."));
                }
                Some(_) => {}
            }
            for id in store::finish(conn).await? {
                let detail = format!("A version of the story {id} is not below its present one.");
                let (place, code) = (Place::Body(String::new()), Code::ValidationFailed.as_str());
                self.faults.push(Violation { place, code, detail });
            }
        }
        self.faults.truncate(MOST_FAULTS);
        match self.faults.is_empty() {
            true => Ok(self.counts),
            false => {
                Err(Error::refused(Code::LinesRejected, self.faults)
                    .detail("Nothing was restored."))
            }
        }
    }
}

fn invalid(detail: &str) -> Error {
    Error::new(Code::ExportInvalid).detail(detail)
}

/// What the database refused of a row that looked fine. A fault of the service itself is not the row's.
fn refused(error: Error) -> Result<Error, Error> {
    match error.code() {
        Code::Internal if store::is_refusal(&error) => Ok(Error::new(Code::ValidationFailed)
            .detail("The row is there twice, or breaks a rule between its columns.")),
        Code::Internal => Err(error),
        _ => Ok(error),
    }
}

/// The faults of a part, where they are in the whole.
pub fn placed(error: &Error, at: &str) -> Vec<Violation> {
    let code = error.code();
    if error.facts().violations.is_empty() {
        let detail = error.facts().detail.clone().unwrap_or_else(|| format!("{}.", code.title()));
        return vec![Violation::body(at, code, detail)];
    }
    let moved = |violation: &Violation| match &violation.place {
        Place::Body(pointer) => {
            Violation { place: Place::Body(format!("{at}{pointer}")), ..violation.clone() }
        }
        _ => violation.clone(),
    };
    error.facts().violations.iter().map(moved).collect()
}

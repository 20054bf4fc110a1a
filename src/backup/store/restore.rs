//! Writing rows that an export holds.

use super::columns::{Columns, Table};
use crate::articles::store::derive;
use crate::db::Conn;
use crate::db::sql::{Bind, Sql};
use crate::error::{Code, Error};
use diesel::result::{DatabaseErrorKind, Error as Diesel};
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Begins, within the transaction of the caller: nobody else writes until it ends, and there must be
/// nothing yet.
pub async fn begin(conn: &mut Conn) -> Result<(), Error> {
    // whoever sends may pause
    let begin = "SET LOCAL idle_in_transaction_session_timeout = '10min';
                 SET CONSTRAINTS ALL DEFERRED;
                 LOCK TABLE sources, categories, articles IN EXCLUSIVE MODE";
    conn.batch_execute(begin).await?;
    let query = Sql::<Bool>::new(
        "SELECT EXISTS (SELECT FROM sources) OR EXISTS (SELECT FROM categories)
             OR EXISTS (SELECT FROM articles)",
    );
    match query.get_result(conn).await? {
        true => Err(Error::new(Code::NotEmpty)),
        false => Ok(()),
    }
}

/// Adds rows to a table. What is made from the rest is in them.
pub async fn insert(
    conn: &mut Conn,
    columns: &Columns,
    rows: &[&Map<String, Value>],
) -> Result<(), Error> {
    statement(columns, rows)?.execute(conn).await?;
    Ok(())
}

/// The same, where rows with the same ids may be there: these are put in their places.
pub async fn put(
    conn: &mut Conn,
    columns: &Columns,
    rows: &[&Map<String, Value>],
) -> Result<(), Error> {
    let names = columns.all.iter().map(|column| format!("\"{}\"", column.name));
    let names: Vec<String> = names.filter(|name| name != "\"id\"").collect();
    let (own, sent) = (names.join(", "), names.join(", EXCLUDED."));
    let put = statement(columns, rows)?
        .push(format!(" ON CONFLICT (id) DO UPDATE SET ({own}) = ROW (EXCLUDED.{sent})"));
    put.execute(conn).await?;
    Ok(())
}

fn statement(columns: &Columns, rows: &[&Map<String, Value>]) -> Result<Sql<()>, Error> {
    let sent = serde_json::to_string(rows).map_err(Error::internal)?;
    let table = columns.table.name();
    let (names, values): (Vec<String>, Vec<String>) = columns
        .all
        .iter()
        .map(|column| {
            let name = format!("\"{}\"", column.name);
            (name.clone(), value(columns.table, &column.name, &name, column.default.as_deref()))
        })
        .unzip();
    let words = match columns.table {
        Table::Articles => format!(", jsonb_to_record(line) AS words ({})", derive::WORDS),
        _ => String::new(),
    };
    let insert = Sql::new(format!(
        "INSERT INTO {table} ({}) SELECT {} FROM jsonb_array_elements(",
        names.join(", "),
        values.join(", ")
    ))
    .bind(Bind::Text(sent))
    .push(format!(
        "::jsonb) AS sent (line), jsonb_populate_record(NULL::{table}, line) AS r{words}"
    ));
    Ok(insert)
}

/// What a column is, in SQL.
fn value(table: Table, column: &str, name: &str, default: Option<&str>) -> String {
    let made = derive::vectors().into_iter().find(|(made, _)| *made == column);
    match (made.filter(|_| table == Table::Articles), default) {
        (Some((_, made)), _) => made,
        (None, Some(default)) => {
            format!("CASE WHEN line ? '{column}' THEN r.{name} ELSE {default} END")
        }
        (None, None) => format!("r.{name}"),
    }
}

/// Claims slugs.
pub async fn claim(
    conn: &mut Conn,
    table: Table,
    slugs: impl IntoIterator<Item = (Uuid, String)>,
) -> Result<(), Error> {
    let (ids, slugs): (Vec<Uuid>, Vec<String>) = slugs.into_iter().unzip();
    let insert = Sql::<()>::new("INSERT INTO slugs (collection, slug, resource_id) SELECT ")
        .bind(Bind::Text(table.name().to_owned()))
        .push(", slug, id FROM unnest(")
        .bind(Bind::Texts(slugs))
        .push(", ")
        .bind(Bind::Uuids(ids))
        .push(") AS claimed (slug, id)");
    insert.execute(conn).await?;
    Ok(())
}

/// Whether the database would not have a row, rather than that something broke.
pub fn is_refusal(error: &Error) -> bool {
    // messages of PostgreSQL about values of types that were not checked before
    const VALUES: [&str; 4] = ["invalid input", "malformed", "out of range", "cannot"];
    match error.cause().and_then(|cause| cause.downcast_ref()) {
        Some(Diesel::DatabaseError(DatabaseErrorKind::Unknown, info)) => {
            VALUES.iter().any(|text| info.message().contains(text))
        }
        Some(Diesel::DatabaseError(kind, _)) => matches!(
            kind,
            DatabaseErrorKind::UniqueViolation
                | DatabaseErrorKind::ForeignKeyViolation
                | DatabaseErrorKind::NotNullViolation
                | DatabaseErrorKind::CheckViolation
        ),
        _ => false,
    }
}

/// Checks what only the whole can tell: that stories which others point at are there. Gives stories that
/// have a version which is not below their present one.
pub async fn finish(conn: &mut Conn) -> Result<Vec<Uuid>, Error> {
    // a lost original is elsewhere a matter of the moment, and tried again: here it stays lost
    let lost = Sql::<SqlUuid>::new(
        "SELECT id FROM articles AS copy WHERE duplicate_of IS NOT NULL
             AND NOT EXISTS (SELECT FROM articles AS original WHERE original.id = copy.duplicate_of) LIMIT 1",
    );
    let lost: Vec<Uuid> = lost.load(conn).await?;
    if let [copy] = lost[..] {
        let detail = format!("{copy} repeats a story that is missing.");
        return Err(Error::new(Code::ArticleNotFound).detail(detail));
    }
    conn.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").await?;
    let query = Sql::<SqlUuid>::new(
        "SELECT DISTINCT articles.id FROM article_revisions AS revision
         JOIN articles ON articles.id = revision.article_id AND articles.version <= revision.version
         ORDER BY 1 LIMIT 100",
    );
    Ok(query.load(conn).await?)
}

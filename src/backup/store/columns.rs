//! The tables that an export has, and their columns as the catalogue knows them.

use crate::articles::store::derive;
use crate::db::Conn;
use crate::db::sql::{Bind, Sql};
use crate::error::Error;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::RunQueryDsl;

/// A table whose rows are lines of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Sources.
    Sources,
    /// Categories.
    Categories,
    /// Stories.
    Articles,
    /// The versions that stories had.
    Revisions,
}

impl Table {
    /// All of them, in the order in which they can be restored.
    pub const ALL: [Table; 4] =
        [Table::Sources, Table::Categories, Table::Articles, Table::Revisions];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Table::Sources => "sources",
            Table::Categories => "categories",
            Table::Articles => "articles",
            Table::Revisions => "article_revisions",
        }
    }

    /// The member of a line that holds one of its rows.
    pub const fn member(self) -> &'static str {
        match self {
            Table::Sources => "source",
            Table::Categories => "category",
            Table::Articles => "article",
            Table::Revisions => "revision",
        }
    }

    /// The columns that are made from the others and stand in no line.
    pub const fn derived(self) -> &'static [&'static str] {
        match self {
            Table::Categories => &["path"],
            Table::Articles => &derive::DERIVED,
            Table::Sources | Table::Revisions => &[],
        }
    }
}

/// A column that can be written.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, as PostgreSQL spells it.
    pub kind: String,
    /// Whether it is never null.
    pub required: bool,
    /// What it is when nothing is said, in SQL.
    pub default: Option<String>,
}

/// A table with its columns.
#[derive(Clone, Debug)]
pub struct Columns {
    /// The table.
    pub table: Table,
    /// Its columns in the order of their names, which does not depend on how the table came to be.
    pub all: Vec<Column>,
}

impl Columns {
    /// Those that stand in a line.
    pub fn carried(&self) -> impl Iterator<Item = &Column> {
        self.all.iter().filter(|column| !self.table.derived().contains(&column.name.as_str()))
    }
}

/// Reads the columns of a table.
pub async fn read(conn: &mut Conn, table: Table) -> Result<Columns, Error> {
    let query = Sql::<(Text, Text, Bool, Nullable<Text>)>::new(
        "SELECT attname::text, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
         FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
         WHERE attrelid = ",
    )
    .bind(Bind::Text(table.name().to_owned()))
    .push(
        "::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
         ORDER BY attname::text COLLATE \"C\"",
    );
    let rows: Vec<(String, String, bool, Option<String>)> = query.load(conn).await?;
    let column = |(name, kind, required, default)| Column { name, kind, required, default };
    Ok(Columns { table, all: rows.into_iter().map(column).collect() })
}

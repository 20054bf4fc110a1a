//! What the origin shows, as rows of this database.

use super::origin::{Shown, Trouble};
use crate::backup::line::{Row, Tables, row_of};
use crate::backup::store::columns::Table;
use crate::error::Error;
use anyhow::anyhow;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A resource as a row.
#[derive(Debug)]
pub struct Copy {
    /// Its columns, with what is made from them.
    pub row: Row,
    /// Of a story: its other language versions that the origin shows.
    pub versions: Vec<Uuid>,
}

impl Copy {
    /// Its version.
    pub fn version(&self) -> i64 {
        self.row.columns.get("version").and_then(Value::as_i64).unwrap_or_default()
    }

    /// A column that names another resource.
    pub fn named(&self, column: &str) -> Option<Uuid> {
        self.row.columns.get(column)?.as_str()?.parse().ok()
    }

    /// The sources and categories it names.
    pub fn needs(&self) -> Vec<(Table, Uuid)> {
        let source = self.named("source_id").map(|id| (Table::Sources, id));
        let parent = self.named("parent_id");
        source
            .into_iter()
            .chain(self.categories().into_iter().chain(parent).map(|id| (Table::Categories, id)))
            .collect()
    }

    /// The categories of a story.
    pub fn categories(&self) -> Vec<Uuid> {
        let ids = self.row.columns.get("category_ids").and_then(Value::as_array);
        ids.into_iter().flatten().filter_map(|id| id.as_str()?.parse().ok()).collect()
    }

    /// Sets a column.
    pub fn set(&mut self, column: &str, value: impl Into<Value>) {
        self.row.columns.insert(column.to_owned(), value.into());
    }
}

/// The row of a resource as the origin shows it.
pub fn copy(
    table: Table,
    shown: Shown,
    tables: &Tables,
    embed_hosts: &[String],
) -> Result<Copy, Trouble> {
    let Some(columns) = tables.iter().find(|columns| columns.table == table) else {
        return Err(Trouble::Final(anyhow!("the table {} is missing", table.name())));
    };
    let name = format!("{} {}", table.member(), text(&shown, "id").unwrap_or_default());
    let versions = list(&shown, "translations").filter_map(id_of).collect();
    let mut row = match table {
        Table::Articles => story(shown),
        Table::Categories => category(shown),
        Table::Sources | Table::Revisions => shown,
    };
    row.retain(|name, _| columns.carried().any(|column| column.name == *name));
    match row_of(columns, row, Map::new(), tables, embed_hosts) {
        Ok(row) => Ok(Copy { row, versions }),
        Err(error) => {
            Err(Trouble::Final(anyhow!("{name} cannot be kept here: {}", faults(&error))))
        }
    }
}

/// What is wrong, for the one at the terminal.
pub fn faults(error: &Error) -> String {
    let each: Vec<String> = error
        .facts()
        .violations
        .iter()
        .map(|it| format!("{:?}: {}", it.place, it.detail))
        .collect();
    match error.cause() {
        Some(cause) => format!("{}: {cause:#}", error.code().title()),
        None => {
            [error.code().title().to_owned()].into_iter().chain(each).collect::<Vec<_>>().join("; ")
        }
    }
}

fn text<'a>(shown: &'a Shown, member: &str) -> Option<&'a str> {
    shown.get(member).and_then(Value::as_str)
}

fn list<'a>(shown: &'a Shown, member: &str) -> impl Iterator<Item = &'a Value> {
    shown.get(member).and_then(Value::as_array).into_iter().flatten()
}

fn id_of(value: &Value) -> Option<Uuid> {
    value.get("id")?.as_str()?.parse().ok()
}

fn category(mut shown: Shown) -> Map<String, Value> {
    let parent = shown.get("parent").and_then(|parent| parent.get("id")).cloned();
    shown.insert("parent_id".to_owned(), parent.unwrap_or_default());
    shown
}

/// A story's columns. What others decide has its place in their rows.
fn story(mut shown: Shown) -> Map<String, Value> {
    let id =
        |member: &str| shown.get(member).and_then(|it| it.get("id")).cloned().unwrap_or_default();
    let (source, original) = (id("source"), id("duplicate_of"));
    let filed: Vec<Value> =
        list(&shown, "categories").filter_map(|category| category.get("id").cloned()).collect();
    let state = text(&shown, "state").unwrap_or_default().to_owned();
    let written = shown.get("updated_at").cloned().unwrap_or_default();
    if let Some(Value::Object(retraction)) = shown.remove("retraction") {
        let member = |name: &str| retraction.get(name).cloned().unwrap_or_default();
        shown.insert("status".to_owned(), json!("retracted"));
        shown.insert("retracted_at".to_owned(), member("retracted_at"));
        shown.insert("retraction_reason".to_owned(), member("reason"));
    }
    if let Some(Value::Array(authors)) = shown.get_mut("authors") {
        authors.iter_mut().filter_map(Value::as_object_mut).for_each(|author| {
            author.shift_remove("slug");
        });
    }
    shown.insert("source_id".to_owned(), source);
    shown.insert("duplicate_of".to_owned(), original);
    shown.insert("category_ids".to_owned(), json!(filed));
    // nothing else was written since
    shown.insert("trashed_at".to_owned(), if state == "trashed" { written } else { Value::Null });
    // one that has expired may have been over before it came in: what the origin does not tell is not told on
    shown.insert("has_been_live".to_owned(), json!(state == "live"));
    shown
}

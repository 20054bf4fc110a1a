//! One line of an export, read and checked: its columns against the catalogue, its content against the
//! rules that the API has for it.

use super::model::{Counts, FORMAT};
use super::store::columns::{Column, Columns, Table};
use super::views::NewsroomCounts;
use crate::articles::model::Content;
use crate::articles::store::made;
use crate::articles::views::input::{ArticleInput, ArticlePatch};
use crate::categories::views::{CategoryInput, CategoryPatch};
use crate::error::{Code, Error, Place, Violation, Violations};
use crate::http::body::{Document, Rules, strict, typed};
use crate::http::strict::find_nul;
use crate::ids::{ArticleId, CategoryId, SourceId};
use crate::sources::views::{SourceInput, SourcePatch};
use crate::text::render::{Setting, render_in};
use crate::text::slug::is_slug;
use crate::values::time;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::HashSet;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use uuid::Uuid;

/// The largest version that a row can come with; what counts on from it stays a number.
const MOST_VERSIONS: i64 = 1 << 53;

/// What a line says.
#[derive(Debug)]
pub enum Line {
    /// The first one.
    Header,
    /// A resource.
    Row(Box<Row>),
    /// The last one.
    End(Counts),
}

/// A row to add, with what is made from it.
#[derive(Debug)]
pub struct Row {
    /// Where it belongs.
    pub table: Table,
    /// Whose it is.
    pub id: Uuid,
    /// Its columns.
    pub columns: Map<String, Value>,
    /// The slugs it has and had.
    pub slugs: Vec<String>,
}

/// The tables, in the order of [`Table::ALL`].
pub type Tables = Vec<Columns>;

/// Reads a line. Its faults have pointers from the line on.
pub fn read(text: &[u8], tables: &Tables, embed_hosts: &[String]) -> Result<Line, Error> {
    let value = strict(text)?;
    let mut faults = Vec::new();
    find_nul(&value, &mut String::new(), &mut faults);
    if !faults.is_empty() {
        return Err(Error::violations(faults));
    }
    let Value::Object(mut line) = value else {
        return Err(fault("", "type", "A line is an object."));
    };
    if let Some(version) = line.shift_remove("newswire_export") {
        nothing_else(&line)?;
        return match version.as_u64() {
            Some(FORMAT) => Ok(Line::Header),
            _ => Err(Error::new(Code::ExportInvalid)
                .detail(format!("Its format is {version}; this release reads {FORMAT}."))),
        };
    }
    if let Some(end) = line.shift_remove("end") {
        nothing_else(&line)?;
        let counts = NewsroomCounts::deserialize(end);
        return counts
            .map(|counts| Line::End(counts.into()))
            .map_err(|error| fault("/end", "type", &sentence(&error)));
    }
    for columns in tables {
        if let Some(row) = line.shift_remove(columns.table.member()) {
            let Value::Object(row) = row else {
                return Err(fault(&at(columns.table, ""), "type", "A row is an object."));
            };
            let row = row_of(columns, row, line, tables, embed_hosts);
            return row.map(|row| Line::Row(Box::new(row)));
        }
    }
    Err(fault("", "required", "The line holds neither a resource nor the header or the end."))
}

fn nothing_else(line: &Map<String, Value>) -> Result<(), Error> {
    match line.keys().next() {
        Some(name) => {
            Err(fault(&format!("/{name}"), "additionalProperties", "This name is not known."))
        }
        None => Ok(()),
    }
}

/// Checks a row and makes what is made from it; `beside` it stand its former slugs. Its faults have pointers
/// from the line on.
pub fn row_of(
    columns: &Columns,
    row: Map<String, Value>,
    mut beside: Map<String, Value>,
    tables: &Tables,
    embed_hosts: &[String],
) -> Result<Row, Error> {
    let table = columns.table;
    let mut found = Violations::default();
    fit(columns, &row, &at(table, ""), &mut found);
    let mut slugs = match (table, beside.shift_remove("former_slugs")) {
        (Table::Revisions, None) => Vec::new(),
        (Table::Revisions, Some(_)) => {
            return Err(fault("/former_slugs", "additionalProperties", "A version has none."));
        }
        (_, former) => former_slugs(former.unwrap_or_else(|| Value::Array(Vec::new())), &mut found),
    };
    nothing_else(&beside)?;
    found.finish()?;
    let key = if table == Table::Revisions { "article_id" } else { "id" };
    let id = row.get(key).and_then(uuid).unwrap_or_default();
    let mut row = Row { table, id, columns: row, slugs: Vec::new() };
    match table {
        Table::Sources => ruled::<SourceInput, SourcePatch>(&row).map(drop)?,
        Table::Categories => ruled::<CategoryInput, CategoryPatch>(&row).map(drop)?,
        Table::Articles => story(&mut row, embed_hosts)?,
        Table::Revisions => revision(&row, tables)?,
    }
    if table != Table::Revisions {
        slugs.extend(row.columns.get("slug").and_then(Value::as_str).map(str::to_owned));
    }
    row.slugs = slugs;
    Ok(row)
}

/// A pointer to a column.
fn at(table: Table, column: &str) -> String {
    match column {
        "" => format!("/{}", table.member()),
        column => format!("/{}/{column}", table.member()),
    }
}

fn fault(pointer: &str, code: &'static str, detail: &str) -> Error {
    Error::violations(vec![violation(pointer, code, detail)])
}

fn violation(pointer: &str, code: &'static str, detail: &str) -> Violation {
    Violation { place: Place::Body(pointer.to_owned()), code, detail: detail.to_owned() }
}

fn sentence(error: &impl std::fmt::Display) -> String {
    format!("{error}.")
}

fn former_slugs(value: Value, found: &mut Violations) -> Vec<String> {
    let slugs = Vec::<String>::deserialize(value);
    let slugs = slugs.map_err(|error| violation("/former_slugs", "type", &sentence(&error)));
    let slugs = found.take(slugs).unwrap_or_default();
    for (place, slug) in slugs.iter().enumerate().filter(|(_, slug)| !is_slug(slug)) {
        let detail = format!("{slug:?} is not a slug.");
        found.push(Violation::body(format!("/former_slugs/{place}"), Code::SlugInvalid, detail));
    }
    slugs
}

/// Notes columns that are not known, missing, or of another type.
fn fit(columns: &Columns, row: &Map<String, Value>, pointer: &str, found: &mut Violations) {
    for (name, value) in row {
        let column = columns.carried().find(|column| column.name == *name);
        let place = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        match column {
            None => {
                found.push(violation(&place, "additionalProperties", "This name is not known."))
            }
            Some(column) => fit_one(column, value, &place, found),
        }
    }
    let is_missing = |column: &&Column| {
        column.required && column.default.is_none() && !row.contains_key(&column.name)
    };
    for column in columns.carried().filter(is_missing) {
        let place = format!("{pointer}/{}", column.name);
        found.push(violation(&place, "required", "This member is required."));
    }
    let version = row.get("version").and_then(Value::as_i64);
    if version.is_some_and(|version| !(1..=MOST_VERSIONS).contains(&version)) {
        found.push(violation(&format!("{pointer}/version"), "minimum", "Not a version."));
    }
}

fn fit_one(column: &Column, value: &Value, place: &str, found: &mut Violations) {
    let fine = match value {
        Value::Null => !column.required,
        value => is_of(&column.kind, value),
    };
    if !fine {
        found.push(violation(place, "type", &format!("Not of the type {}.", column.kind)));
    }
}

/// Whether the database can read a value as one of this type. Types not named here it decides itself.
fn is_of(kind: &str, value: &Value) -> bool {
    let within =
        |least: i64, most: i64| value.as_i64().is_some_and(|n| (least..=most).contains(&n));
    if let Some(item) = kind.strip_suffix("[]") {
        let items = value.as_array();
        return items.is_some_and(|items| items.iter().all(|value| is_of(item, value)));
    }
    match kind {
        "uuid" => uuid(value).is_some(),
        "text" => value.is_string(),
        "boolean" => value.is_boolean(),
        "smallint" => within(i16::MIN.into(), i16::MAX.into()),
        "integer" => within(i32::MIN.into(), i32::MAX.into()),
        "bigint" => value.as_i64().is_some(),
        kind if kind.starts_with("timestamp") => {
            value.as_str().is_some_and(|text| time("", text).is_ok())
        }
        _ => true,
    }
}

fn uuid(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}

/// Holds a row against the rules for what is sent to the API: the members that both know.
fn ruled<D: Document, T: DeserializeOwned + Rules>(row: &Row) -> Result<T, Error> {
    let RefOr::T(Schema::Object(schema)) = D::schema() else {
        return Err(Error::internal(anyhow::anyhow!("an input is an object")));
    };
    let is_known = |(name, value): &(&String, &Value)| {
        schema.properties.contains_key(name.as_str()) && !value.is_null()
    };
    let members = row.columns.iter().filter(is_known);
    let mut members: Map<String, Value> =
        members.map(|(name, value)| (name.clone(), value.clone())).collect();
    if row.table == Table::Articles && members.get("status").is_some_and(|it| it == "retracted") {
        members.insert("status".to_owned(), "draft".into());
    }
    let input: T =
        typed::<D, T>(Value::Object(members)).map_err(|error| below(row.table, &error))?;
    let mut found = Violations::default();
    input.rules().into_iter().for_each(|violation| found.push(violation));
    found.finish().map_err(|error| below(row.table, &error))?;
    Ok(input)
}

/// Faults of what is in a row, from the line on.
fn below(table: Table, error: &Error) -> Error {
    Error::violations(super::restore::placed(error, &at(table, "")))
}

/// A correction as it stands in its column.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read to see whether it can be")]
struct Correction {
    id: Uuid,
    text: String,
    corrected_at: chrono::DateTime<chrono::Utc>,
}

/// Checks a story and makes what is made from it.
fn story(row: &mut Row, embed_hosts: &[String]) -> Result<(), Error> {
    let patch = ruled::<ArticleInput, ArticlePatch>(row)?;
    let column = |name: &str| row.columns.get(name).filter(|value| !value.is_null());
    let mut found = Violations::default();
    let needed = match column("status").and_then(Value::as_str) {
        Some("published") => "published_at",
        Some("retracted") => "retracted_at",
        _ => "created_at",
    };
    if column(needed).is_none() {
        found.push(violation(&at(row.table, needed), "required", "The story's status needs it."));
    }
    let corrections = column("corrections").cloned().unwrap_or_else(|| Value::Array(Vec::new()));
    if let Err(error) = Vec::<Correction>::deserialize(corrections) {
        found.push(violation(&at(row.table, "corrections"), "type", &sentence(&error)));
    }
    let ids = column("category_ids").and_then(Value::as_array).into_iter().flatten();
    let categories: Vec<CategoryId> = ids.filter_map(uuid).map(CategoryId).collect();
    if categories.iter().collect::<HashSet<_>>().len() < categories.len() {
        found.push(violation(&at(row.table, "category_ids"), "uniqueItems", "One is there twice."));
    }
    let mut content = Content::new("");
    patch.apply(&mut content, "", &mut found);
    content.source = column("source_id").and_then(uuid).map(SourceId);
    content.translation_of = column("translation_of").and_then(uuid).map(ArticleId);
    content.categories = categories;
    content.check(&mut found);
    found.finish()?;
    let setting = Setting { page: content.page(), embed_hosts };
    let rendered = render_in(&content.body, content.body_format, setting);
    row.columns.extend(made(&content, &rendered)?);
    Ok(())
}

/// Checks a version that a story had: its content is a row of stories as far as it goes.
fn revision(row: &Row, tables: &Tables) -> Result<(), Error> {
    let articles = tables.iter().find(|columns| columns.table == Table::Articles);
    let Some(Value::Object(content)) = row.columns.get("content") else {
        return Err(fault(&at(row.table, "content"), "type", "A version's content is an object."));
    };
    let mut found = Violations::default();
    for (name, value) in content {
        let column = articles.into_iter().flat_map(|all| &all.all).find(|one| one.name == *name);
        // a column that is gone since is not read
        if let Some(column) = column {
            let column = Column { required: false, ..column.clone() };
            fit_one(&column, value, &at(row.table, &format!("content/{name}")), &mut found);
        }
    }
    found.finish()
}

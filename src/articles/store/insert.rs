//! Articles in the database: adding them, one or many with the same statement.

use super::derive::{Alike, DERIVED, Texts, WORDS, vectors};
use super::write::{Columns, Stamp};
use crate::articles::model::Content;
use crate::articles::model::duplicates::Print;
use crate::db::Conn;
use crate::db::sql::{Bind, Sql};
use crate::error::Error;
use crate::ids::ArticleId;
use crate::text::likeness::Likeness;
use crate::text::render::Rendered;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// An article to add, whose slug is claimed.
#[derive(Debug)]
pub struct NewRow<'a> {
    /// Its id.
    pub id: ArticleId,
    /// Its slug.
    pub slug: &'a str,
    /// What was written.
    pub content: &'a Content,
    /// What was made of the body.
    pub rendered: &'a Rendered,
    /// What it is compared by.
    pub print: &'a Print,
    /// The story it repeats.
    pub duplicate_of: Option<ArticleId>,
    /// Who adds it, and when.
    pub stamp: Stamp,
}

/// What is sent of a row: its columns, and the words that search needs.
#[derive(Serialize)]
struct Sent<'a> {
    id: uuid::Uuid,
    created_at: chrono::DateTime<chrono::Utc>,
    #[serde(flatten)]
    columns: Columns<'a>,
    #[serde(flatten)]
    texts: Texts<'a>,
    duplicate_of: Option<uuid::Uuid>,
    #[serde(flatten)]
    alike: Alike,
}

/// The columns that are sent as they are, with their types.
const SENT: &[(&str, &str)] = &[
    ("id", "uuid"),
    ("created_at", "timestamptz"),
    ("slug", "text"),
    ("headline", "text"),
    ("summary", "text"),
    ("body", "text"),
    ("body_format", "text"),
    ("body_html", "text"),
    ("body_text", "text"),
    ("word_count", "integer"),
    ("byline", "text"),
    ("authors", "jsonb"),
    ("author_slugs", "text[]"),
    ("source_id", "uuid"),
    ("source_url", "text"),
    ("external_id", "text"),
    ("category_id", "uuid"),
    ("category_ids", "uuid[]"),
    ("tags", "text[]"),
    ("tag_slugs", "text[]"),
    ("language", "text"),
    ("translation_of", "uuid"),
    ("status", "text"),
    ("published_at", "timestamptz"),
    ("expires_at", "timestamptz"),
    ("revised_at", "timestamptz"),
    ("canonical_url", "text"),
    ("image", "jsonb"),
    ("media", "jsonb"),
    ("urgency", "smallint"),
    ("featured", "boolean"),
    ("usage_terms", "text"),
    ("metadata", "jsonb"),
    ("updated_by", "uuid"),
    ("updated_at", "timestamptz"),
    ("search_config", "text"),
    ("duplicate_of", "uuid"),
    ("likeness", "bigint[]"),
    ("sketch", "bytea"),
];

/// The statement before and after the rows. As one document they are one value to bind, so that the
/// statement is the same for any number of them and is planned once.
static INSERT: LazyLock<(String, String)> = LazyLock::new(|| {
    let names: Vec<&str> = SENT.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let typed: Vec<String> = SENT.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
    let (made, how): (Vec<&str>, Vec<String>) = vectors().into_iter().unzip();
    let (made, how) = (made.join(", "), how.join(", "));
    let before = format!(
        "INSERT INTO articles ({names}, {made}) SELECT {names}, {how} FROM jsonb_to_recordset("
    );
    let after = format!("::jsonb) AS sent ({}, {WORDS})", typed.join(", "));
    (before, after)
});

/// Adds articles.
pub async fn insert(conn: &mut Conn, rows: &[NewRow<'_>]) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let sent: Vec<Sent<'_>> = rows
        .iter()
        .map(|row| Sent {
            id: row.id.0,
            created_at: row.stamp.now,
            columns: Columns::new(row.slug, row.content, row.rendered, row.stamp),
            texts: Texts::new(row.content, &row.rendered.words),
            duplicate_of: row.duplicate_of.map(|id| id.0),
            alike: Alike::new(row.print),
        })
        .collect();
    let sent = serde_json::to_string(&sent).map_err(Error::internal)?;
    let (before, after) = &*INSERT;
    let insert = Sql::<()>::new(before.as_str()).bind(Bind::Text(sent)).push(after.as_str());
    insert.execute(conn).await?;
    Ok(())
}

/// What is made from a story's content and the rendering of its body, for a row that comes from elsewhere:
/// columns, and the words that [`vectors`] are made of.
pub fn made(content: &Content, rendered: &Rendered) -> Result<Map<String, Value>, Error> {
    let stamp = Stamp { by: None, now: chrono::DateTime::UNIX_EPOCH };
    let columns = serde_json::to_value(Columns::new("", content, rendered, stamp));
    let texts = serde_json::to_value(Texts::new(content, &rendered.words));
    let text = Likeness::new(&content.headline, &rendered.words);
    let alike = serde_json::to_value(Alike::new(&Print::new(content, text)));
    let (Value::Object(mut made), Value::Object(texts), Value::Object(alike)) = (
        columns.map_err(Error::internal)?,
        texts.map_err(Error::internal)?,
        alike.map_err(Error::internal)?,
    ) else {
        return Err(Error::internal(anyhow::anyhow!("columns are an object")));
    };
    made.retain(|name, _| DERIVED.contains(&name.as_str()));
    made.extend(texts);
    made.extend(alike);
    Ok(made)
}

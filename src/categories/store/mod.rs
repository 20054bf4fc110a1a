//! Categories in the database: reading.

use crate::categories::model::{Category, Content, Crumb};
use crate::db::Conn;
use crate::db::keyset::{Cursor, Direction, Slice};
use crate::db::live::LISTED;
use crate::db::schema::categories;
use crate::db::slugs::{self, Collection};
use crate::db::sql::{Bind, Sql, named_like};
use crate::error::{Code, Error};
use crate::ids::{CategoryId, Reference};
use crate::values::{Count, Metadata};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use uuid::Uuid;

mod write;
pub use write::{create, delete, update};

/// The sort key of a list of categories.
pub type Key = (i32, String, Uuid);

#[derive(Queryable, Selectable)]
#[diesel(table_name = categories, check_for_backend(Pg))]
struct Row {
    id: Uuid,
    slug: String,
    name: String,
    description: Option<String>,
    path: Vec<Uuid>,
    position: i32,
    media_topic: Option<String>,
    metadata: serde_json::Value,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

impl Row {
    fn into_category(self, crumbs: &HashMap<CategoryId, Crumb>) -> Category {
        let path: Vec<CategoryId> = self.path.into_iter().map(CategoryId).collect();
        let content = Content {
            name: self.name,
            description: self.description,
            position: self.position,
            media_topic: self.media_topic,
            metadata: serde_json::from_value::<Metadata>(self.metadata).unwrap_or_default(),
        };
        Category {
            id: CategoryId(self.id),
            slug: self.slug,
            content,
            breadcrumb: path.iter().filter_map(|id| crumbs.get(id).cloned()).collect(),
            path,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        }
    }
}

/// Categories by id, as others show them.
async fn crumbs(
    conn: &mut Conn,
    ids: impl IntoIterator<Item = CategoryId>,
) -> Result<HashMap<CategoryId, Crumb>, Error> {
    let mut ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let query = categories::table.filter(categories::id.eq_any(ids)).select((
        categories::id,
        categories::slug,
        categories::name,
        categories::media_topic,
    ));
    let rows: Vec<(Uuid, String, String, Option<String>)> = query.load(conn).await?;
    let crumb = |(id, slug, name, media_topic)| {
        (CategoryId(id), Crumb { id: CategoryId(id), slug, name, media_topic })
    };
    Ok(rows.into_iter().map(crumb).collect())
}

/// These categories.
pub async fn with_ids(conn: &mut Conn, ids: &[CategoryId]) -> Result<Vec<Category>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let query = categories::table.filter(categories::id.eq_any(ids)).select(Row::as_select());
    let rows: Vec<Row> = query.load(conn).await?;
    complete(conn, rows).await
}

async fn complete(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Category>, Error> {
    let crumbs =
        crumbs(conn, rows.iter().flat_map(|row| &row.path).copied().map(CategoryId)).await?;
    Ok(rows.into_iter().map(|row| row.into_category(&crumbs)).collect())
}

async fn complete_one(conn: &mut Conn, row: Row) -> Result<Category, Error> {
    let mut found = complete(conn, vec![row]).await?;
    found.pop().ok_or_else(|| Error::new(Code::NotFound))
}

/// Which categories a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those directly below any of these.
    pub parents: Vec<CategoryId>,
    /// With these characters in the name, whatever their case.
    pub name: Option<String>,
}

fn filtered(filter: &Filter) -> categories::BoxedQuery<'static, Pg> {
    let mut query = categories::table.into_boxed();
    if !filter.parents.is_empty() {
        let parents: Vec<Uuid> = filter.parents.iter().map(|id| id.0).collect();
        query = query.filter(categories::parent_id.eq_any(parents));
    }
    if let Some(name) = &filter.name {
        query = query.filter(named_like(name));
    }
    query
}

/// How many live stories stand in these and below, and since when the newest.
pub async fn counts(
    conn: &mut Conn,
    ids: &[CategoryId],
) -> Result<HashMap<CategoryId, Count>, Error> {
    let query = Sql::<(SqlUuid, BigInt, Nullable<Timestamptz>)>::new(
        "SELECT top.id, count(DISTINCT listing.article_id), max(listing.listed_at)
         FROM categories AS top
         JOIN categories AS below ON below.path @> ARRAY[top.id]
         JOIN article_listings AS listing ON listing.term = 'c:' || below.id
         WHERE top.id = ANY (",
    )
    .bind(Bind::Uuids(ids.iter().map(|id| id.0).collect()))
    .push(") AND ")
    .push(LISTED)
    .push(" GROUP BY top.id");
    let rows: Vec<(Uuid, i64, Option<DateTime<Utc>>)> = query.load(conn).await?;
    let count = |(id, stories, newest)| (CategoryId(id), Count { stories, newest });
    Ok(rows.into_iter().map(count).collect())
}

/// One page, by position and name.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    cursor: Option<Cursor<Key>>,
    limit: i64,
) -> Result<Slice<Category>, Error> {
    let direction = cursor.as_ref().map(|cursor| cursor.direction);
    let mut query = filtered(filter);
    if let Some(Cursor { direction, key: (position, name, id) }) = cursor {
        let sign = if direction == Direction::Next { ">" } else { "<" };
        let beyond = sql::<Bool>(&format!("(position, name, id) {sign} ("))
            .bind::<Integer, _>(position)
            .sql(", ")
            .bind::<Text, _>(name)
            .sql(", ");
        query = query.filter(beyond.bind::<SqlUuid, _>(id).sql(")"));
    }
    let query = if direction == Some(Direction::Prev) {
        query.order((categories::position.desc(), categories::name.desc(), categories::id.desc()))
    } else {
        query.order((categories::position.asc(), categories::name.asc(), categories::id.asc()))
    };
    let rows: Vec<Row> = query.limit(limit + 1).select(Row::as_select()).load(conn).await?;
    let found = complete(conn, rows).await?;
    Ok(Slice::cut(found, usize::try_from(limit).unwrap_or(0), direction))
}

/// How many the whole list has.
pub async fn count(conn: &mut Conn, filter: &Filter) -> Result<i64, Error> {
    Ok(filtered(filter).count().get_result(conn).await?)
}

/// Every category, by position and name.
pub async fn all(conn: &mut Conn) -> Result<Vec<Category>, Error> {
    let order = (categories::position.asc(), categories::name.asc(), categories::id.asc());
    let rows: Vec<Row> = categories::table.order(order).select(Row::as_select()).load(conn).await?;
    let crumbs = rows
        .iter()
        .map(|row| {
            let id = CategoryId(row.id);
            let (slug, name) = (row.slug.clone(), row.name.clone());
            (id, Crumb { id, slug, name, media_topic: row.media_topic.clone() })
        })
        .collect();
    Ok(rows.into_iter().map(|row| row.into_category(&crumbs)).collect())
}

/// The id of a category, by id, slug or former slug.
pub async fn resolve(conn: &mut Conn, reference: &Reference) -> Result<Option<CategoryId>, Error> {
    let id = match reference {
        Reference::Slug(slug) => {
            return Ok(slugs::holder(conn, Collection::Categories, slug).await?.map(CategoryId));
        }
        Reference::Id(id) => *id,
    };
    let found = categories::table.find(id).select(categories::id).first(conn).await.optional()?;
    Ok(found.map(CategoryId))
}

/// Those of these that are still there, in their order.
pub async fn existing(conn: &mut Conn, ids: &[CategoryId]) -> Result<Vec<CategoryId>, Error> {
    let wanted: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let query = categories::table.filter(categories::id.eq_any(wanted)).select(categories::id);
    let found: Vec<Uuid> = query.load(conn).await?;
    Ok(ids.iter().copied().filter(|id| found.contains(&id.0)).collect())
}

/// One category. A former slug fails with the path to go to.
pub async fn find(conn: &mut Conn, reference: &Reference) -> Result<Category, Error> {
    let id = resolve(conn, reference).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    let row: Row = categories::table.find(id.0).select(Row::as_select()).first(conn).await?;
    current(reference, complete_one(conn, row).await?)
}

/// One category, locked until the transaction ends.
pub async fn lock(conn: &mut Conn, reference: &Reference) -> Result<Category, Error> {
    let id = resolve(conn, reference).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    let row: Row =
        categories::table.find(id.0).select(Row::as_select()).for_update().first(conn).await?;
    current(reference, complete_one(conn, row).await?)
}

fn current(reference: &Reference, category: Category) -> Result<Category, Error> {
    slugs::must_be_current(Collection::Categories, reference, &category.slug).map(|()| category)
}

/// The category of that name directly below `parent`.
pub async fn named(
    conn: &mut Conn,
    name: &str,
    parent: Option<CategoryId>,
) -> Result<Option<CategoryId>, Error> {
    let named = categories::table.filter(categories::name.eq(name)).into_boxed();
    // `IS NOT DISTINCT FROM` would not use the index
    let query = match parent {
        Some(parent) => named.filter(categories::parent_id.eq(parent.0)),
        None => named.filter(categories::parent_id.is_null()),
    };
    let query = query.select(categories::id);
    Ok(query.first(conn).await.optional()?.map(CategoryId))
}

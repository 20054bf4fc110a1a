//! Categories in the database: writing. Whatever changes the shape of the tree takes turns.

use super::{Row, complete_one, named, resolve};
use crate::categories::model::{Category, Content, MAX_DEPTH, Parent};
use crate::db::schema::{article_categories, categories};
use crate::db::slugs::{self, Collection};
use crate::db::{self, Conn};
use crate::error::{Code, Error, Usage, Violation};
use crate::ids::CategoryId;
use crate::patch::Patch;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = categories, treat_none_as_null = true)]
struct Columns<'a> {
    slug: &'a str,
    name: &'a str,
    description: Option<&'a str>,
    parent_id: Option<Uuid>,
    path: Vec<Uuid>,
    position: i32,
    media_topic: Option<&'a str>,
    metadata: serde_json::Value,
    updated_at: DateTime<Utc>,
}

impl<'a> Columns<'a> {
    fn new(slug: &'a str, content: &'a Content, path: Vec<Uuid>, now: DateTime<Utc>) -> Self {
        let Content { name, description, position, media_topic, metadata } = content;
        Self {
            slug,
            name,
            description: description.as_deref(),
            parent_id: path.iter().rev().nth(1).copied(),
            path,
            position: *position,
            media_topic: media_topic.as_deref(),
            metadata: serde_json::json!(metadata),
            updated_at: now,
        }
    }
}

/// Adds a category; the tree is locked. Without a slug one is made from the name.
pub async fn create(
    conn: &mut Conn,
    slug: Patch<String>,
    parent: Parent,
    content: &Content,
) -> Result<Category, Error> {
    let id = CategoryId::new();
    let path = path_below(conn, id, parent, None).await?;
    refuse_namesake(conn, id, content, &path).await?;
    let now = db::now(conn).await?;
    let slug = slugs::choose(conn, Collection::Categories, id.0, slug, None, &content.name).await?;
    let columns = Columns::new(&slug, content, path, now);
    let row: Row = diesel::insert_into(categories::table)
        .values((categories::id.eq(id.0), categories::created_at.eq(now), columns))
        .returning(Row::as_returning())
        .get_result(conn)
        .await?;
    complete_one(conn, row).await
}

/// Writes a locked category, and moves what is below it along; the tree is locked.
pub async fn update(
    conn: &mut Conn,
    before: Category,
    slug: Patch<String>,
    parent: Parent,
    content: &Content,
) -> Result<Category, Error> {
    let path = path_below(conn, before.id, parent, Some(&before)).await?;
    refuse_namesake(conn, before.id, content, &path).await?;
    let slug = slugs::choose(
        conn,
        Collection::Categories,
        before.id.0,
        slug,
        Some(&before.slug),
        &content.name,
    )
    .await?;
    let moved = before.path.iter().map(|id| id.0).ne(path.iter().copied());
    if slug == before.slug && *content == before.content && !moved {
        return Ok(before);
    }
    let now = db::now(conn).await?;
    if moved {
        move_below(conn, &before, &path).await?;
    }
    let row: Row = diesel::update(categories::table.find(before.id.0))
        .set((Columns::new(&slug, content, path, now), categories::version.eq(before.version + 1)))
        .returning(Row::as_returning())
        .get_result(conn)
        .await?;
    complete_one(conn, row).await
}

/// The path a category has below the wished parent. Refuses cycles and missing parents.
async fn path_below(
    conn: &mut Conn,
    id: CategoryId,
    parent: Parent,
    before: Option<&Category>,
) -> Result<Vec<Uuid>, Error> {
    let fault =
        |code: Code, detail: &str| Error::violations(vec![Violation::body("parent", code, detail)]);
    let parent = match (parent, before) {
        (Parent::Keep, Some(before)) => return Ok(before.path.iter().map(|id| id.0).collect()),
        (Parent::Keep | Parent::Root, _) => return Ok(vec![id.0]),
        (Parent::Below(reference), _) => resolve(conn, &reference)
            .await?
            .ok_or_else(|| fault(Code::CategoryNotFound, "No category has this id or slug."))?,
    };
    let query = categories::table.find(parent.0).select(categories::path);
    let mut path: Vec<Uuid> = query.first(conn).await?;
    if path.contains(&id.0) {
        return Err(fault(Code::CategoryCycle, "The category would stand below itself."));
    }
    path.push(id.0);
    if path.len() > MAX_DEPTH {
        return Err(fault(Code::CategoryTooDeep, "The tree has at most 8 levels."));
    }
    Ok(path)
}

async fn refuse_namesake(
    conn: &mut Conn,
    id: CategoryId,
    content: &Content,
    path: &[Uuid],
) -> Result<(), Error> {
    let parent = path.iter().rev().nth(1).copied().map(CategoryId);
    match named(conn, &content.name, parent).await? {
        Some(other) if other != id => {
            Err(Error::new(Code::NameTaken).existing("categories", other.0))
        }
        _ => Ok(()),
    }
}

/// Gives everything below a category its new path; the check on `path` refuses too deep ones.
async fn move_below(conn: &mut Conn, before: &Category, path: &[Uuid]) -> Result<(), Error> {
    let depth = i64::try_from(before.path.len()).map_err(Error::internal)?;
    diesel::sql_query(
        "UPDATE categories SET path = $1 || path[$2 + 1:] WHERE path @> ARRAY[$3] AND id <> $3",
    )
    .bind::<Array<SqlUuid>, _>(path)
    .bind::<diesel::sql_types::Integer, _>(i32::try_from(depth).map_err(Error::internal)?)
    .bind::<SqlUuid, _>(before.id.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes a locked category for good; its stories and sub-categories go to another one first where
/// asked. The tree is locked.
pub async fn delete(
    conn: &mut Conn,
    category: &Category,
    reassign_to: Option<CategoryId>,
) -> Result<(), Error> {
    let id = category.id.0;
    match reassign_to {
        Some(target) => hand_over(conn, category, target).await?,
        None => {
            let usage = usage(conn, category).await?;
            if usage.stories > 0 || usage.children > 0 {
                return Err(Error::new(Code::InUse).usage(usage));
            }
        }
    }
    diesel::delete(categories::table.find(id)).execute(conn).await?;
    slugs::release(conn, id).await
}

async fn usage(conn: &mut Conn, category: &Category) -> Result<Usage, Error> {
    let id = category.id.0;
    let stories = article_categories::table.filter(article_categories::category_id.eq(id)).count();
    let children = categories::table.filter(categories::parent_id.eq(id)).count();
    Ok(Usage {
        stories: stories.get_result(conn).await?,
        children: children.get_result(conn).await?,
    })
}

async fn hand_over(conn: &mut Conn, category: &Category, target: CategoryId) -> Result<(), Error> {
    let (id, now) = (category.id.0, db::now(conn).await?);
    let target_path: Vec<Uuid> =
        categories::table.find(target.0).select(categories::path).first(conn).await?;
    if target_path.contains(&id) {
        let detail = "The stories and sub-categories cannot go to what is deleted along.";
        let fault = Violation::query("reassign_to", Code::ReassignInvalid, detail);
        return Err(Error::violations(vec![fault]));
    }
    // a child may have its name and move to where the deleted one stands
    diesel::update(categories::table.find(id))
        .set(categories::name.eq(id.to_string()))
        .execute(conn)
        .await?;
    // children and all below them move under the target
    diesel::sql_query(
        "UPDATE categories SET
             path = $1 || path[array_position(path, $2) + 1:],
             parent_id = CASE WHEN parent_id = $2 THEN $3 ELSE parent_id END,
             updated_at = CASE WHEN parent_id = $2 THEN $4 ELSE updated_at END,
             version = version + CASE WHEN parent_id = $2 THEN 1 ELSE 0 END
         WHERE path @> ARRAY[$2] AND id <> $2",
    )
    .bind::<Array<SqlUuid>, _>(&target_path)
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(target.0)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
    .await?;
    // stories: the target takes the place of the deleted one, unless the story has it already; then
    // it only moves up, where the deleted one was the primary
    diesel::sql_query(
        "UPDATE articles SET
             category_ids = CASE
                 WHEN NOT category_ids @> ARRAY[$2] THEN array_replace(category_ids, $1, $2)
                 WHEN category_id = $1 THEN $2 || array_remove(array_remove(category_ids, $1), $2)
                 ELSE array_remove(category_ids, $1)
             END,
             category_id = CASE WHEN category_id = $1 THEN $2 ELSE category_id END,
             updated_at = $3,
             version = version + 1
         WHERE id IN (SELECT article_id FROM article_categories WHERE category_id = $1)",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(target.0)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
    .await?;
    Ok(())
}

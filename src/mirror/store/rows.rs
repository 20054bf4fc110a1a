//! Rows of a mirror: what is here, what makes way, what goes.

use crate::backup::store::columns::Table;
use crate::db::Conn;
use crate::db::sql::{Bind, Sql};
use crate::error::Error;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Prepares a transaction: stories may point at later ones, and what takes long may.
pub async fn begin(conn: &mut Conn) -> Result<(), Error> {
    conn.batch_execute("SET LOCAL statement_timeout = 0; SET CONSTRAINTS ALL DEFERRED").await?;
    Ok(())
}

/// The versions of those that are here.
pub async fn versions(
    conn: &mut Conn,
    table: Table,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, i64>, Error> {
    let query = Sql::<(SqlUuid, BigInt)>::new(format!(
        "SELECT id, version FROM {} WHERE id = ANY (",
        table.name()
    ))
    .bind(Bind::Uuids(ids.to_vec()))
    .push(")");
    Ok(query.load::<(Uuid, i64)>(conn).await?.into_iter().collect())
}

/// The terms of sources.
pub async fn terms(conn: &mut Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, Option<String>>, Error> {
    let query = Sql::<(SqlUuid, Nullable<Text>)>::new(
        "SELECT id, usage_terms FROM sources WHERE id = ANY (",
    )
    .bind(Bind::Uuids(ids.to_vec()))
    .push(")");
    Ok(query.load::<(Uuid, Option<String>)>(conn).await?.into_iter().collect())
}

/// The parents of all categories, and the ways to them.
pub async fn tree(conn: &mut Conn) -> Result<HashMap<Uuid, (Option<Uuid>, Vec<Uuid>)>, Error> {
    let query = Sql::<(SqlUuid, Nullable<SqlUuid>, Array<SqlUuid>)>::new(
        "SELECT id, parent_id, path FROM categories",
    );
    let rows: Vec<(Uuid, Option<Uuid>, Vec<Uuid>)> = query.load(conn).await?;
    Ok(rows.into_iter().map(|(id, parent, path)| (id, (parent, path))).collect())
}

/// Moves a category.
pub async fn replant(
    conn: &mut Conn,
    id: Uuid,
    parent: Option<Uuid>,
    path: &[Uuid],
) -> Result<(), Error> {
    // one that stands at the top only for the moment must not be in the way of a namesake
    let name =
        "CASE WHEN EXISTS (SELECT FROM categories AS other WHERE other.name = categories.name
        AND other.parent_id IS NOT DISTINCT FROM ";
    let parent = match parent {
        Some(parent) => ("", Some(parent)),
        None => ("NULL", None),
    };
    let bound = |sql: Sql<()>| match parent {
        (_, Some(id)) => sql.bind(Bind::Uuid(id)),
        (null, None) => sql.push(null),
    };
    let query = bound(Sql::<()>::new("UPDATE categories SET parent_id = "))
        .push(", path = ")
        .bind(Bind::Uuids(path.to_vec()))
        .push(", name = ")
        .push(name);
    let query = bound(query)
        .push(" AND other.id <> categories.id) THEN name || ' (' || id || ')' ELSE name END WHERE id = ")
        .bind(Bind::Uuid(id));
    query.execute(conn).await?;
    Ok(())
}

/// A name that nobody else has.
const PARKED: &str = "name = it.name || ' (' || it.id || ')'";

/// Gives way: whoever has a name that others come with gets another one until it is read again, or goes.
/// Which of the two was read too early nobody can tell.
pub async fn make_way(
    conn: &mut Conn,
    table: Table,
    rows: &[&serde_json::Map<String, serde_json::Value>],
) -> Result<(), Error> {
    const SLUG: (&str, &str) = ("slug = it.id::text", "it.slug = came.slug");
    // each by itself: one row may stand in the way of two, and a statement changes it once
    let ways = match table {
        Table::Articles => [
            SLUG,
            (
                "external_id = NULL",
                "it.external_id = came.external_id AND it.source_id IS NOT DISTINCT FROM came.source_id",
            ),
        ],
        Table::Categories => [
            SLUG,
            (PARKED, "it.name = came.name AND it.parent_id IS NOT DISTINCT FROM came.parent_id"),
        ],
        Table::Sources => [SLUG, (PARKED, "it.name = came.name")],
        Table::Revisions => return Ok(()),
    };
    let name = table.name();
    let keys = ["id", "slug", "name", "parent_id", "source_id", "external_id"];
    let sent: Vec<serde_json::Value> = rows
        .iter()
        .map(|row| keys.iter().filter_map(|key| Some((*key, row.get(*key)?.clone()))).collect())
        .collect();
    let sent = serde_json::to_string(&sent).map_err(Error::internal)?;
    let mut moved: Vec<Uuid> = Vec::new();
    for (free, meets) in ways {
        let query = Sql::<SqlUuid>::new(format!(
            "UPDATE {name} AS it SET {free} FROM jsonb_populate_recordset(NULL::{name}, "
        ))
        .bind(Bind::Text(sent.clone()))
        .push(format!("::jsonb) AS came WHERE it.id <> came.id AND {meets} RETURNING it.id"));
        moved.extend(query.load::<Uuid>(conn).await?);
    }
    want(conn, table, &moved).await
}

/// Claims slugs, whoever had them: the origin gives one away only when its holder is gone for good.
pub async fn claim(conn: &mut Conn, table: Table, slugs: Vec<(Uuid, String)>) -> Result<(), Error> {
    let (ids, slugs): (Vec<Uuid>, Vec<String>) = slugs.into_iter().unzip();
    let query = Sql::<()>::new("INSERT INTO slugs (collection, slug, resource_id) SELECT ")
        .bind(Bind::Text(table.name().to_owned()))
        .push(", slug, id FROM unnest(")
        .bind(Bind::Texts(slugs))
        .push(", ")
        .bind(Bind::Uuids(ids))
        .push(
            ") AS claimed (slug, id) ON CONFLICT (collection, slug)
             DO UPDATE SET resource_id = EXCLUDED.resource_id
             WHERE slugs.resource_id <> EXCLUDED.resource_id",
        );
    query.execute(conn).await?;
    Ok(())
}

/// Drops stories. Those that show something of them are to be read again.
pub async fn drop_stories(conn: &mut Conn, ids: &[Uuid]) -> Result<(), Error> {
    let bound = || Bind::Uuids(ids.to_vec());
    let near = Sql::<SqlUuid>::new("SELECT id FROM articles WHERE (translation_of = ANY (")
        .bind(bound())
        .push(") OR duplicate_of = ANY (")
        .bind(bound())
        .push(") OR version_group IN (SELECT version_group FROM articles WHERE id = ANY (")
        .bind(bound())
        .push("))) AND id <> ALL (")
        .bind(bound())
        .push(")");
    let near: Vec<Uuid> = near.load(conn).await?;
    want(conn, Table::Articles, &near).await?;
    let copies =
        Sql::<()>::new("UPDATE articles SET duplicate_of = NULL WHERE duplicate_of = ANY (");
    copies.bind(bound()).push(")").execute(conn).await?;
    let gone = Sql::<()>::new("DELETE FROM articles WHERE id = ANY (").bind(bound()).push(")");
    gone.execute(conn).await?;
    release(conn, ids).await
}

/// Drops sources or categories. Stories that still name them will be told of, too.
pub async fn drop_catalog(conn: &mut Conn, table: Table, ids: &[Uuid]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let bound = || Bind::Uuids(ids.to_vec());
    if table == Table::Sources {
        let leave =
            "UPDATE articles SET source_id = NULL, external_id = NULL WHERE source_id = ANY (";
        Sql::<()>::new(leave).bind(bound()).push(")").execute(conn).await?;
    } else {
        let leave = Sql::<()>::new(
            "UPDATE articles SET category_ids = filed.ids, category_id = filed.ids[1] FROM (
                 SELECT id AS article, ARRAY(SELECT one FROM unnest(category_ids) WITH ORDINALITY AS named (one, place)
                     WHERE one <> ALL (",
        )
        .bind(bound())
        .push(") ORDER BY place) AS ids FROM articles WHERE id IN (SELECT article_id FROM article_categories
                     WHERE category_id = ANY (")
        .bind(bound())
        .push("))) AS filed WHERE id = article");
        leave.execute(conn).await?;
    }
    let gone = Sql::<()>::new(format!("DELETE FROM {} WHERE id = ANY (", table.name()));
    gone.bind(bound()).push(")").execute(conn).await?;
    release(conn, ids).await
}

async fn release(conn: &mut Conn, ids: &[Uuid]) -> Result<(), Error> {
    let query = Sql::<()>::new("DELETE FROM slugs WHERE resource_id = ANY (");
    query.bind(Bind::Uuids(ids.to_vec())).push(")").execute(conn).await?;
    Ok(())
}

/// Forgets the versions that stories had, which an earlier one of theirs will reach again.
pub async fn forget_versions(conn: &mut Conn, ids: &[Uuid]) -> Result<(), Error> {
    let query = Sql::<()>::new("DELETE FROM article_revisions WHERE article_id = ANY (");
    query.bind(Bind::Uuids(ids.to_vec())).push(")").execute(conn).await?;
    Ok(())
}

/// Notes what is to be read again.
pub async fn want(conn: &mut Conn, table: Table, ids: &[Uuid]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let query =
        Sql::<()>::new("INSERT INTO mirror_wanted (resource_id, collection) SELECT DISTINCT id, ")
            .bind(Bind::Text(table.name().to_owned()))
            .push(" FROM unnest(")
            .bind(Bind::Uuids(ids.to_vec()))
            .push(
                ") AS wanted (id)
             ON CONFLICT (resource_id) DO UPDATE SET noted_at = EXCLUDED.noted_at",
            );
    query.execute(conn).await?;
    Ok(())
}

/// Of these sources the stories with terms of their own are to be read again, and all of those whose terms have
/// changed.
pub async fn want_stories_of(
    conn: &mut Conn,
    sources: &[Uuid],
    changed: &[Uuid],
) -> Result<(), Error> {
    let query = Sql::<()>::new(
        "INSERT INTO mirror_wanted (resource_id, collection)
         SELECT id, 'articles' FROM articles WHERE source_id = ANY (",
    )
    .bind(Bind::Uuids(sources.to_vec()))
    .push(") AND (usage_terms IS NOT NULL OR source_id = ANY (")
    .bind(Bind::Uuids(changed.to_vec()))
    .push(")) ON CONFLICT (resource_id) DO UPDATE SET noted_at = EXCLUDED.noted_at");
    query.execute(conn).await?;
    Ok(())
}

/// How a story stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether others show it: as a version of theirs, or as what they repeat.
    pub seen: bool,
    /// The name it shares with language versions whose original the origin does not show.
    pub group: Option<Uuid>,
}

/// How stories stand; those that are not here are left out.
pub async fn standing(conn: &mut Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, Standing>, Error> {
    let query = Sql::<(SqlUuid, Bool, Nullable<SqlUuid>)>::new(format!(
        "SELECT id, {SEEN}, version_group FROM articles AS it WHERE id = ANY ("
    ))
    .bind(Bind::Uuids(ids.to_vec()))
    .push(")");
    let rows: Vec<(Uuid, bool, Option<Uuid>)> = query.load(conn).await?;
    Ok(rows.into_iter().map(|(id, seen, group)| (id, Standing { seen, group })).collect())
}

/// What others show of stories that are here, to who may see all.
const SEEN: &str = "it.trashed_at IS NULL AND it.status <> 'retracted'";

/// A language version beside a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// The story.
    pub of: Uuid,
    /// The version.
    pub id: Uuid,
    /// Whether the story shows it. In the trash, for one, it shows the story and not the other way round.
    pub seen: bool,
}

/// The language versions that stand beside stories here.
pub async fn versions_of(conn: &mut Conn, ids: &[Uuid]) -> Result<HashSet<Version>, Error> {
    let query = Sql::<(SqlUuid, SqlUuid, Bool)>::new(format!(
        "SELECT story.id, version.id, version.seen FROM articles AS story CROSS JOIN LATERAL (
             SELECT it.id, {SEEN} AS seen FROM articles AS it WHERE it.id <> story.id
                 AND (it.translation_of = coalesce(story.translation_of, story.id) OR it.id = story.translation_of
                     OR it.version_group = story.version_group)) AS version
         WHERE story.id = ANY ("
    ))
    .bind(Bind::Uuids(ids.to_vec()))
    .push(")");
    let rows: Vec<(Uuid, Uuid, bool)> = query.load(conn).await?;
    Ok(rows.into_iter().map(|(of, id, seen)| Version { of, id, seen }).collect())
}

/// The stories that others show, under this name.
pub async fn seen_in(conn: &mut Conn, group: Uuid) -> Result<HashSet<Uuid>, Error> {
    let query = Sql::<SqlUuid>::new("SELECT id FROM articles AS it WHERE version_group = ")
        .bind(Bind::Uuid(group))
        .push(format!(" AND {SEEN}"));
    Ok(query.load(conn).await?.into_iter().collect())
}

/// Lets stories stand together under a name, or each alone, and gives those that stood with one of them.
pub async fn regroup(
    conn: &mut Conn,
    ids: &[Uuid],
    name: Option<Uuid>,
) -> Result<Vec<Uuid>, Error> {
    let bound = || Bind::Uuids(ids.to_vec());
    let before = Sql::<SqlUuid>::new(
        "SELECT id FROM articles WHERE version_group IN (SELECT version_group FROM articles WHERE id = ANY (",
    )
    .bind(bound())
    .push("))");
    let before: Vec<Uuid> = before.load(conn).await?;
    let query = match name {
        Some(name) => Sql::<()>::new("UPDATE articles SET version_group = ").bind(Bind::Uuid(name)),
        None => Sql::<()>::new("UPDATE articles SET version_group = NULL"),
    };
    query.push(" WHERE id = ANY (").bind(bound()).push(")").execute(conn).await?;
    Ok(before)
}

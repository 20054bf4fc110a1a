//! Writing what came from the origin, within the transaction of a step.

use super::rows::Copy;
use super::store::rows as store;
use super::tree;
use super::versions::{Before, join};
use crate::backup::line::Tables;
use crate::backup::store::columns::Table;
use crate::backup::store::restore::put;
use crate::categories::model::MAX_DEPTH;
use crate::db::Conn;
use crate::error::Error;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What came.
#[derive(Debug, Default)]
pub struct Batch {
    /// What is shown.
    pub copies: Vec<Copy>,
    /// What is not any more.
    pub gone: Vec<(Table, Uuid)>,
}

/// What a copy means for one that is here with another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// It is what there is, even if the one here has a higher version.
    All,
    /// The higher version is right.
    Newer,
    /// The same, but nothing new comes by it.
    Again,
}

impl Batch {
    /// The ids of those that are shown, of a table.
    pub fn of(&self, table: Table) -> Vec<Uuid> {
        let copies = self.copies.iter().filter(|copy| copy.row.table == table);
        copies.map(|copy| copy.row.id).collect()
    }

    fn gone(&self, table: Table) -> Vec<Uuid> {
        self.gone.iter().filter(|(of, _)| *of == table).map(|(_, id)| *id).collect()
    }
}

/// Writes it all.
pub async fn apply(
    conn: &mut Conn,
    tables: &Tables,
    batch: &mut Batch,
    means: Means,
) -> Result<(), Error> {
    store::drop_stories(conn, &batch.gone(Table::Articles)).await?;
    let before = Before::look(conn, batch).await?;
    for table in [Table::Sources, Table::Categories, Table::Articles] {
        prune(conn, table, batch, means).await?;
        match table {
            Table::Sources => note_terms(conn, batch).await?,
            Table::Categories => place(conn, batch).await?,
            Table::Articles => settle(conn, batch, &before).await?,
            Table::Revisions => {}
        }
        write(conn, tables, table, batch).await?;
    }
    join(conn, batch, &before, means).await?;
    store::drop_catalog(conn, Table::Categories, &batch.gone(Table::Categories)).await?;
    store::drop_catalog(conn, Table::Sources, &batch.gone(Table::Sources)).await
}

/// Leaves out what means nothing for what is here.
async fn prune(
    conn: &mut Conn,
    table: Table,
    batch: &mut Batch,
    means: Means,
) -> Result<(), Error> {
    let here = store::versions(conn, table, &batch.of(table)).await?;
    let mut newer = Vec::new();
    batch.copies.retain(|copy| {
        let id = copy.row.id;
        match here.get(&id) {
            _ if copy.row.table != table => true,
            None => means != Means::Again,
            Some(version) if *version <= copy.version() => true,
            Some(_) => {
                newer.push(id);
                means == Means::All
            }
        }
    });
    if means == Means::All && table == Table::Articles {
        store::forget_versions(conn, &newer).await?;
    }
    Ok(())
}

async fn write(conn: &mut Conn, tables: &Tables, table: Table, batch: &Batch) -> Result<(), Error> {
    let copies: Vec<&Copy> = batch.copies.iter().filter(|copy| copy.row.table == table).collect();
    let columns = tables.iter().find(|columns| columns.table == table);
    let Some(columns) = columns.filter(|_| !copies.is_empty()) else { return Ok(()) };
    let rows: Vec<&Map<String, Value>> = copies.iter().map(|copy| &copy.row.columns).collect();
    store::make_way(conn, table, &rows).await?;
    put(conn, columns, &rows).await?;
    let slugs = copies
        .iter()
        .flat_map(|copy| copy.row.slugs.iter().map(|slug| (copy.row.id, slug.clone())));
    store::claim(conn, table, slugs.collect()).await
}

/// Stories without terms of their own show those of their source: when these change, nobody here can tell
/// which these are. Nor can it be told of others whether the terms they came with are their own or what
/// the source had at that moment, which is told of only now.
async fn note_terms(conn: &mut Conn, batch: &Batch) -> Result<(), Error> {
    let sources = batch.of(Table::Sources);
    let before = store::terms(conn, &sources).await?;
    let changed = batch.copies.iter().filter(|copy| copy.row.table == Table::Sources);
    let changed = changed.filter(|copy| {
        let terms = copy.row.columns.get("usage_terms").and_then(Value::as_str);
        before.get(&copy.row.id).is_some_and(|before| before.as_deref() != terms)
    });
    let changed: Vec<Uuid> = changed.map(|copy| copy.row.id).collect();
    store::want_stories_of(conn, &sources, &changed).await
}

/// Gives categories their places in the tree, and moves those below them.
async fn place(conn: &mut Conn, batch: &mut Batch) -> Result<(), Error> {
    let gone: HashSet<Uuid> = batch.gone(Table::Categories).into_iter().collect();
    if batch.of(Table::Categories).is_empty() && gone.is_empty() {
        return Ok(());
    }
    let mut here = store::tree(conn).await?;
    // those below them will be told of elsewhere
    here.retain(|id, _| !gone.contains(id));
    let mut parents: HashMap<Uuid, Option<Uuid>> =
        here.iter().map(|(id, (parent, _))| (*id, *parent)).collect();
    for copy in batch.copies.iter().filter(|copy| copy.row.table == Table::Categories) {
        parents.insert(copy.row.id, copy.named("parent_id"));
    }
    let (paths, cut) = tree::paths(&parents, MAX_DEPTH);
    store::want(conn, Table::Categories, &cut).await?;
    let parent =
        |path: &[Uuid]| path.len().checked_sub(2).and_then(|place| path.get(place).copied());
    for copy in batch.copies.iter_mut().filter(|copy| copy.row.table == Table::Categories) {
        let path = paths.get(&copy.row.id).cloned().unwrap_or_else(|| vec![copy.row.id]);
        copy.set("parent_id", json!(parent(&path)));
        copy.set("path", json!(path));
    }
    let came: HashSet<Uuid> = batch.of(Table::Categories).into_iter().collect();
    for (id, (_, before)) in here.iter().filter(|(id, _)| !came.contains(id)) {
        if let Some(path) = paths.get(id).filter(|path| *path != before) {
            store::replant(conn, *id, parent(path), path).await?;
        }
    }
    Ok(())
}

/// Settles what stories name: what is not here is left out, and asked for again when it may be.
async fn settle(conn: &mut Conn, batch: &mut Batch, before: &Before) -> Result<(), Error> {
    let mut named: HashMap<Table, Vec<Uuid>> = HashMap::new();
    let stories = || batch.copies.iter().filter(|copy| copy.row.table == Table::Articles);
    for copy in stories() {
        for (table, id) in copy.needs() {
            named.entry(table).or_default().push(id);
        }
        let others = LINKS.iter().filter_map(|column| copy.named(column));
        named.entry(Table::Articles).or_default().extend(others);
    }
    let mut here = HashMap::new();
    for (table, ids) in named {
        let mut ids: HashSet<Uuid> =
            store::versions(conn, table, &ids).await?.into_keys().collect();
        ids.extend(batch.of(table));
        here.insert(table, ids);
    }
    let is_here = |table: Table, id: Uuid| here.get(&table).is_some_and(|ids| ids.contains(&id));
    let sources: Vec<Uuid> = stories().filter_map(|copy| copy.named("source_id")).collect();
    let terms = store::terms(conn, &sources).await?;
    let mut wanted = Vec::new();
    for copy in batch.copies.iter_mut().filter(|copy| copy.row.table == Table::Articles) {
        let source = copy.named("source_id").filter(|id| is_here(Table::Sources, *id));
        copy.set("source_id", json!(source));
        let filed = copy.categories().into_iter().filter(|id| is_here(Table::Categories, *id));
        let filed: Vec<Uuid> = filed.collect();
        copy.set("category_id", json!(filed.first()));
        copy.set("category_ids", json!(filed));
        let inherited = source.and_then(|id| terms.get(&id)?.clone());
        if inherited.is_some() && copy.row.columns.get("usage_terms") == Some(&json!(inherited)) {
            copy.set("usage_terms", Value::Null);
        }
        for column in LINKS {
            if copy.named(column).is_some_and(|id| !is_here(Table::Articles, id)) {
                copy.set(column, Value::Null);
                wanted.push(copy.row.id);
            }
        }
        copy.set("version_group", json!(before.group(copy.row.id)));
    }
    store::want(conn, Table::Articles, &wanted).await
}

/// The columns of a story that name others.
const LINKS: [&str; 2] = ["translation_of", "duplicate_of"];

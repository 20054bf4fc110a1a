//! How far a mirror is.

use crate::backup::store::columns::Table;
use crate::db::Conn;
use crate::db::schema::{mirror, mirror_seen};
use crate::db::sql::{Bind, Sql};
use crate::error::{Code, Error};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// How far a mirror is.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = mirror)]
pub struct State {
    /// The address of the origin.
    pub origin: String,
    /// Whether what is not public is copied, too.
    pub unpublished: bool,
    /// How many steps were made.
    pub step: i64,
    stage: String,
    page: Option<String>,
    /// The changes to read next.
    pub cursor: String,
    /// When the cursor was taken with which the copy began.
    pub began_at: DateTime<Utc>,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// All sources and categories.
    Catalog,
    /// A page of the list of stories.
    Articles(Option<String>),
    /// What has changed.
    Changes,
}

impl State {
    /// The beginning of a copy.
    pub fn new(origin: &str, unpublished: bool, cursor: String, began_at: DateTime<Utc>) -> Self {
        let (origin, stage) = (origin.to_owned(), "catalog".to_owned());
        Self { origin, unpublished, step: 0, stage, page: None, cursor, began_at }
    }

    /// What comes next.
    pub fn stage(&self) -> Stage {
        match self.stage.as_str() {
            "catalog" => Stage::Catalog,
            "articles" => Stage::Articles(self.page.clone()),
            _ => Stage::Changes,
        }
    }

    /// The same after these changes.
    pub fn after(&self, cursor: String) -> Self {
        Self { cursor, ..self.clone() }
    }

    /// The same at another stage.
    pub fn at(&self, stage: Stage) -> Self {
        let (stage, page) = match stage {
            Stage::Catalog => ("catalog", None),
            Stage::Articles(page) => ("articles", page),
            Stage::Changes => ("changes", None),
        };
        Self { stage: stage.to_owned(), page, ..self.clone() }
    }
}

/// How far it is, if this is a mirror.
pub async fn find(conn: &mut Conn) -> Result<Option<State>, Error> {
    Ok(mirror::table.select(State::as_select()).first(conn).await.optional()?)
}

/// Begins to be a mirror; this one is none yet and has nothing.
pub async fn begin(conn: &mut Conn, state: &State) -> Result<(), Error> {
    let query = Sql::<Bool>::new(
        "SELECT EXISTS (SELECT FROM sources) OR EXISTS (SELECT FROM categories)
             OR EXISTS (SELECT FROM articles)",
    );
    if query.get_result(conn).await? {
        return Err(Error::new(Code::NotEmpty));
    }
    diesel::insert_into(mirror::table).values(state).execute(conn).await?;
    Ok(())
}

/// Notes a step that follows on this one; gives its number, or nothing when somebody else made one.
pub async fn step(conn: &mut Conn, from: &State, to: &State) -> Result<Option<State>, Error> {
    let next = State { step: from.step + 1, ..to.clone() };
    let row = mirror::table.filter(mirror::step.eq(from.step));
    let changed = diesel::update(row)
        .set((
            mirror::origin.eq(&next.origin),
            mirror::unpublished.eq(next.unpublished),
            mirror::step.eq(next.step),
            mirror::stage.eq(&next.stage),
            mirror::page.eq(&next.page),
            mirror::cursor.eq(&next.cursor),
            mirror::began_at.eq(next.began_at),
            mirror::heard_at.eq(diesel::dsl::now),
        ))
        .execute(conn)
        .await?;
    Ok((changed == 1).then_some(next))
}

/// Notes what a copy has met.
pub async fn see(conn: &mut Conn, ids: &[Uuid]) -> Result<(), Error> {
    let rows: Vec<_> = ids.iter().map(|id| mirror_seen::resource_id.eq(id)).collect();
    diesel::insert_into(mirror_seen::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets what a copy has met.
pub async fn forget(conn: &mut Conn) -> Result<(), Error> {
    diesel::delete(mirror_seen::table).execute(conn).await?;
    Ok(())
}

/// What is here and no copy has met, in this table.
pub async fn unseen(conn: &mut Conn, table: &'static str) -> Result<Vec<Uuid>, Error> {
    let query = Sql::<SqlUuid>::new(format!(
        "SELECT id FROM {table} WHERE NOT EXISTS (SELECT FROM mirror_seen WHERE resource_id = id)"
    ));
    Ok(query.load(conn).await?)
}

/// What is to be read again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Whether there is anything, now or in a moment.
    pub some: bool,
    /// Stories, at most a page.
    pub stories: Vec<Uuid>,
    /// Sources and categories.
    pub catalog: Vec<(Table, Uuid)>,
}

/// What is to be read again and was noted before every node of the origin knew why.
pub async fn wanted(conn: &mut Conn, limit: i64) -> Result<Wanted, Error> {
    let query = Sql::<(SqlUuid, Text, Bool)>::new(
        "SELECT resource_id, collection, noted_at < clock_timestamp() - interval '1 second'
         FROM mirror_wanted ORDER BY noted_at LIMIT ",
    )
    .bind(Bind::Int(limit));
    let rows: Vec<(Uuid, String, bool)> = query.load(conn).await?;
    let mut wanted = Wanted { some: !rows.is_empty(), ..Wanted::default() };
    for (id, collection, _) in rows.into_iter().filter(|(.., ripe)| *ripe) {
        match Table::ALL.into_iter().find(|table| table.name() == collection) {
            Some(Table::Articles) => wanted.stories.push(id),
            Some(table) => wanted.catalog.push((table, id)),
            None => {}
        }
    }
    Ok(wanted)
}

/// Forgets what was to be read again, unless it was noted anew meanwhile.
pub async fn done(conn: &mut Conn, ids: &[Uuid]) -> Result<(), Error> {
    let query = Sql::<()>::new("DELETE FROM mirror_wanted WHERE resource_id = ANY (")
        .bind(Bind::Uuids(ids.to_vec()))
        .push(") AND noted_at < clock_timestamp() - interval '1 second'");
    query.execute(conn).await?;
    Ok(())
}

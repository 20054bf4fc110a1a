//! One step after the other: what is copied or followed next, and how far the mirror is then.

use super::apply::{Batch, Means, apply};
use super::origin::{Change, Origin, Shown, Trouble, story_query};
use super::rows::{copy, faults};
use super::store::rows;
use super::store::state::{self as store, Stage, State, Wanted};
use crate::backup::line::Tables;
use crate::backup::store::columns::{self, Table};
use crate::db::{Conn, Db};
use crate::error::{Code, Error};
use anyhow::anyhow;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use tokio::sync::Mutex;
use uuid::Uuid;

/// How long a node of the origin may take to know what another one has written, with room to spare.
const SETTLED: chrono::Duration = chrono::Duration::seconds(1);
/// Stories read again at once.
const AGAIN: i64 = 20;

/// A mirror at work.
pub struct Mirror {
    db: Db,
    origin: Origin,
    tables: Tables,
    embed_hosts: Vec<String>,
}

/// What a step has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// Resources that were shown.
    pub shown: usize,
    /// Resources that are gone.
    pub gone: usize,
    /// Whether the mirror is where the origin was a moment ago.
    pub level: bool,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        let told = anyhow!("the local database: {}", faults(&error));
        match error.code() {
            Code::NotEmpty => Trouble::Final(anyhow!(
                "there are stories, sources or categories here that come from nowhere else: a mirror begins empty"
            )),
            // also what two moments of the origin that do not fit together have brought: it is read again
            _ => Trouble::Passing(told),
        }
    }
}

impl Mirror {
    /// Reads what the database is like.
    pub async fn new(db: Db, origin: Origin, embed_hosts: Vec<String>) -> Result<Self, Error> {
        let mut tables = Vec::new();
        let mut conn = db.read().await?;
        for table in Table::ALL {
            tables.push(columns::read(&mut conn, table).await?);
        }
        drop(conn);
        Ok(Self { db, origin, tables, embed_hosts })
    }

    /// Where the mirror is; it begins here when it is none yet, or sees otherwise than before.
    pub async fn begin(&self) -> Result<State, Trouble> {
        let unpublished = self.origin.shows_unpublished().await?;
        let found = store::find(&mut *self.db.read().await?).await?;
        match found {
            Some(state) if state.origin != self.origin.address() => Err(Trouble::Final(anyhow!(
                "this is a mirror of {} and not of {}",
                state.origin,
                self.origin.address()
            ))),
            Some(state) if state.unpublished == unpublished => Ok(state),
            Some(state) => self.copy_again(&state, unpublished).await,
            None => {
                let state = self.fresh(unpublished).await?;
                let begun =
                    self.db.transaction(false, async |conn| store::begin(conn, &state).await);
                begun.await?;
                Ok(state)
            }
        }
    }

    /// Where the mirror is now.
    pub async fn now(&self) -> Result<State, Trouble> {
        let found = store::find(&mut *self.db.read().await?).await?;
        found.ok_or_else(|| Trouble::Final(anyhow!("this is no mirror any more")))
    }

    /// Begins to copy all of it again; what the origin does not show any more goes at the end of that.
    pub async fn copy_again(&self, state: &State, unpublished: bool) -> Result<State, Trouble> {
        let fresh = self.fresh(unpublished).await?;
        self.keep(state, &fresh, async |conn| store::forget(conn).await).await
    }

    async fn fresh(&self, unpublished: bool) -> Result<State, Trouble> {
        let cursor = self.origin.latest().await?;
        Ok(State::new(self.origin.address(), unpublished, cursor, Utc::now()))
    }

    /// Makes the next step; waits for something to follow where that is asked for.
    pub async fn step(&self, state: &State, wait: bool) -> Result<(State, Brought), Trouble> {
        match state.stage() {
            Stage::Catalog => self.catalog(state).await,
            Stage::Articles(page) => self.articles(state, page).await,
            Stage::Changes => self.changes(state, wait).await,
        }
    }

    /// Copies sources and categories.
    async fn catalog(&self, state: &State) -> Result<(State, Brought), Trouble> {
        let since = settled(state).await;
        let mut copies = Vec::new();
        for table in [Table::Sources, Table::Categories] {
            for shown in self.origin.all(&[table.name()], &[], since).await? {
                copies.push((table, shown));
            }
        }
        let batch = self.batch(copies, Vec::new())?;
        self.copied(state, state.at(Stage::Articles(None)), batch).await
    }

    /// Copies a page of stories.
    async fn articles(
        &self,
        state: &State,
        page: Option<String>,
    ) -> Result<(State, Brought), Trouble> {
        let since = settled(state).await;
        let query = story_query(state.unpublished);
        let list = self.origin.page(&["articles"], &query, page.as_deref(), since).await?;
        let stories = list.items.into_iter().map(|shown| (Table::Articles, shown));
        let mut batch = self.batch(stories, Vec::new())?;
        self.complete(&mut batch).await?;
        let next = match list.next_cursor {
            Some(next) => Stage::Articles(Some(next)),
            None => Stage::Changes,
        };
        self.copied(state, state.at(next), batch).await
    }

    /// Keeps what was copied; at the end, what was not met goes.
    async fn copied(
        &self,
        state: &State,
        next: State,
        batch: Batch,
    ) -> Result<(State, Brought), Trouble> {
        let brought = Brought { shown: batch.copies.len(), ..Brought::default() };
        let ids: Vec<Uuid> = batch.copies.iter().map(|copy| copy.row.id).collect();
        let batch = Mutex::new(batch);
        let ends = next.stage() == Stage::Changes;
        let work = async |conn: &mut Conn| {
            apply(conn, &self.tables, &mut *batch.lock().await, Means::All).await?;
            store::see(conn, &ids).await?;
            if ends {
                self.sweep(conn).await?;
            }
            Ok(())
        };
        Ok((self.keep(state, &next, work).await?, brought))
    }

    /// Drops what a copy has not met.
    async fn sweep(&self, conn: &mut Conn) -> Result<(), Error> {
        let mut unmet = Batch::default();
        for table in [Table::Articles, Table::Categories, Table::Sources] {
            let ids = store::unseen(conn, table.name()).await?;
            unmet.gone.extend(ids.into_iter().map(|id| (table, id)));
        }
        apply(conn, &self.tables, &mut unmet, Means::All).await?;
        store::forget(conn).await
    }

    /// Follows what has changed, then reads again what that leads to.
    async fn changes(&self, state: &State, wait: bool) -> Result<(State, Brought), Trouble> {
        let wanted = self.wanted().await?;
        let page = self.origin.changes(&state.cursor, wait && !wanted.some).await?;
        let more = page.more;
        let next = state.after(page.next_cursor);
        let mut batch = self.told(page.items).await?;
        self.complete(&mut batch).await?;
        let mut brought =
            Brought { shown: batch.copies.len(), gone: batch.gone.len(), level: false };
        let state = self.write(state, &next, batch, Means::Newer, &[]).await?;
        if more {
            return Ok((state, brought));
        }
        let wanted = self.wanted().await?;
        brought.level = !wanted.some;
        if wanted.stories.is_empty() && wanted.catalog.is_empty() {
            return Ok((state, brought));
        }
        brought.shown += wanted.stories.len() + wanted.catalog.len();
        Ok((self.again(&state, wanted).await?, brought))
    }

    /// Reads again what shows something of what has changed.
    async fn again(&self, state: &State, wanted: Wanted) -> Result<State, Trouble> {
        let mut shown = Vec::new();
        for (table, id) in &wanted.catalog {
            let found = self.origin.find(*table, *id).await?;
            shown.extend(found.map(|found| (*table, found)));
        }
        if !wanted.stories.is_empty() {
            let found = self.origin.stories(&wanted.stories, state.unpublished).await?;
            shown.extend(found.into_iter().map(|found| (Table::Articles, found)));
        }
        let batch = self.batch(shown, Vec::new())?;
        let catalog = wanted.catalog.into_iter().map(|(_, id)| id);
        let done: Vec<Uuid> = wanted.stories.into_iter().chain(catalog).collect();
        self.write(state, state, batch, Means::Again, &done).await
    }

    async fn wanted(&self) -> Result<Wanted, Trouble> {
        Ok(store::wanted(&mut *self.db.read().await?, AGAIN).await?)
    }

    async fn write(
        &self,
        state: &State,
        next: &State,
        batch: Batch,
        means: Means,
        done: &[Uuid],
    ) -> Result<State, Trouble> {
        let batch = Mutex::new(batch);
        let work = async |conn: &mut Conn| {
            store::done(conn, done).await?;
            apply(conn, &self.tables, &mut *batch.lock().await, means).await
        };
        self.keep(state, next, work).await
    }

    /// What a page of changes comes down to: the last one of each resource says all.
    async fn told(&self, items: Vec<Change>) -> Result<Batch, Trouble> {
        let made: HashSet<Uuid> = items
            .iter()
            .filter(|change| change.kind.ends_with(".created"))
            .map(|change| change.id)
            .collect();
        let (mut met, mut shown, mut gone) = (HashSet::new(), Vec::new(), Vec::new());
        for mut change in items.into_iter().rev() {
            let Some(table) = table(&change.resource) else { continue };
            if !met.insert((table, change.id)) {
                continue;
            }
            match change.included.remove(&change.resource) {
                Some(serde_json::Value::Object(it)) if !change.deleted => shown.push((table, it)),
                _ => gone.push((table, change.id)),
            }
        }
        let batch = self.batch(shown, gone)?;
        self.look_around(&batch, &made).await?;
        Ok(batch)
    }

    /// Stories that come to be seen, and are not new, may have been repeated by others all along.
    async fn look_around(&self, batch: &Batch, made: &HashSet<Uuid>) -> Result<(), Trouble> {
        let stories = batch.copies.iter().filter(|copy| copy.row.table == Table::Articles);
        let ids: Vec<Uuid> =
            stories.map(|copy| copy.row.id).filter(|id| !made.contains(id)).collect();
        let here = {
            let mut conn = self.db.read().await?;
            rows::standing(&mut conn, &ids).await?
        };
        let is_new = |id: &&Uuid| !here.get(id).is_some_and(|it| it.seen);
        let mut repeating = Vec::new();
        for id in ids.iter().filter(is_new) {
            repeating.extend(self.origin.repeating(*id).await?);
        }
        let noted = self
            .db
            .transaction(false, async |conn| rows::want(conn, Table::Articles, &repeating).await);
        Ok(noted.await?)
    }

    /// Adds the sources and categories that are named and neither here nor among what came.
    async fn complete(&self, batch: &mut Batch) -> Result<(), Trouble> {
        let mut asked: HashSet<(Table, Uuid)> = HashSet::new();
        loop {
            let missing = self.missing(batch).await?;
            let missing: Vec<_> = missing.into_iter().filter(|it| !asked.contains(it)).collect();
            if missing.is_empty() {
                return Ok(());
            }
            for (table, id) in missing {
                asked.insert((table, id));
                if let Some(shown) = self.origin.find(table, id).await? {
                    batch.copies.push(copy(table, shown, &self.tables, &self.embed_hosts)?);
                }
            }
        }
    }

    async fn missing(&self, batch: &Batch) -> Result<Vec<(Table, Uuid)>, Trouble> {
        let came: HashSet<(Table, Uuid)> =
            batch.copies.iter().map(|copy| (copy.row.table, copy.row.id)).collect();
        let named: HashSet<(Table, Uuid)> = batch
            .copies
            .iter()
            .flat_map(|copy| copy.needs())
            .filter(|it| !came.contains(it))
            .collect();
        let mut conn = self.db.read().await?;
        let mut missing = Vec::new();
        for table in [Table::Sources, Table::Categories] {
            let ids: Vec<Uuid> =
                named.iter().filter(|(of, _)| *of == table).map(|(_, id)| *id).collect();
            let here = rows::versions(&mut conn, table, &ids).await?;
            missing
                .extend(ids.into_iter().filter(|id| !here.contains_key(id)).map(|id| (table, id)));
        }
        Ok(missing)
    }

    fn batch(
        &self,
        shown: impl IntoIterator<Item = (Table, Shown)>,
        gone: Vec<(Table, Uuid)>,
    ) -> Result<Batch, Trouble> {
        let one = |(table, shown)| copy(table, shown, &self.tables, &self.embed_hosts);
        let copies: Result<_, Trouble> = shown.into_iter().map(one).collect();
        Ok(Batch { copies: copies?, gone })
    }

    /// Makes a step in the database: the work and how far the mirror is, or neither.
    async fn keep(
        &self,
        state: &State,
        next: &State,
        work: impl AsyncFn(&mut Conn) -> Result<(), Error>,
    ) -> Result<State, Trouble> {
        let kept = self.db.transaction(false, async |conn| {
            rows::begin(conn).await?;
            let next = store::step(conn, state, next).await?;
            if next.is_some() {
                work(conn).await?;
            }
            Ok(next)
        });
        let other = || Trouble::Final(anyhow!("another process keeps this mirror, too"));
        kept.await?.ok_or_else(other)
    }
}

/// Waits until every node of the origin knows what was there when the copy began.
async fn settled(state: &State) -> DateTime<Utc> {
    let since = state.began_at + SETTLED;
    if let Ok(left) = (since - Utc::now()).to_std() {
        tokio::time::sleep(left).await;
    }
    since
}

fn table(resource: &str) -> Option<Table> {
    Table::ALL.into_iter().find(|table| table.member() == resource && *table != Table::Revisions)
}

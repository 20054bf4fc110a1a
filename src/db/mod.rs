//! The database: the pool, migrations, errors by constraint name, keyset cursors, and the private
//! cluster that serves when no `DATABASE_URL` is set. Knows no resource and no HTTP.
//!
//! Statements belong into a resource's `store`; what several stores share stands here.

pub mod changes;
pub mod connect;
pub mod constraints;
pub mod embedded;
pub mod error;
pub mod keyset;
pub mod live;
pub mod migrations;
pub mod schema;
pub mod slugs;
pub mod sql;

use crate::error::Error;
use crate::freshness::Freshness;
use changes::{Wake, Watcher};
use chrono::{DateTime, Utc};
use diesel::sql_types::{Bool, Timestamptz};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, TransactionManager};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A connection, on loan from the pool or not.
pub type Conn = AsyncPgConnection;
/// A connection on loan.
pub type Loan = Object<AsyncPgConnection>;

/// The way to the database.
#[derive(Clone)]
pub struct Db {
    /// One pool a worker: a connection is driven by the thread that opened it, and a request that
    /// had to wait for another thread would pay for two switches a statement.
    pools: Arc<[Pool<AsyncPgConnection>]>,
    freshness: Arc<Freshness>,
    wake: Option<Wake>,
}

thread_local! {
    /// Which pool this thread uses.
    static SEAT: usize = SEATS.fetch_add(1, Ordering::Relaxed);
}
static SEATS: AtomicUsize = AtomicUsize::new(0);

/// How full the pool is.
#[derive(Clone, Copy, Debug)]
pub struct PoolUse {
    /// Open and waiting for work.
    pub idle: usize,
    /// On loan.
    pub used: usize,
    /// The most there may be.
    pub max: usize,
}

impl Db {
    /// Pools that connect when first asked, one for each of `workers`. What is committed here is
    /// told to `freshness`.
    pub fn new(
        settings: connect::Settings,
        workers: usize,
        freshness: Arc<Freshness>,
    ) -> anyhow::Result<Self> {
        let workers = workers.clamp(1, settings.size);
        let size = |worker| (settings.size + worker) / workers;
        let pool =
            |worker| connect::pool(connect::Settings { size: size(worker), ..settings.clone() });
        let pools: anyhow::Result<Vec<_>> = (0..workers).map(pool).collect();
        Ok(Self { pools: pools?.into(), freshness, wake: None })
    }

    /// Tells the other nodes of what is committed from now on.
    pub fn set_watcher(&mut self, watcher: &Watcher) {
        self.wake = Some(watcher.wake());
    }

    fn pool(&self) -> &Pool<AsyncPgConnection> {
        &self.pools[SEAT.with(|seat| *seat) % self.pools.len()]
    }

    /// A connection to read with.
    pub async fn read(&self) -> Result<Loan, Error> {
        self.pool().get().await.map_err(Error::unavailable)
    }

    /// A connection to write with; open a transaction on it.
    pub async fn write(&self) -> Result<Loan, Error> {
        self.pool().get().await.map_err(Error::unavailable)
    }

    /// How full the pools are together.
    pub fn pool_use(&self) -> PoolUse {
        let mut all = PoolUse { idle: 0, used: 0, max: 0 };
        for status in self.pools.iter().map(Pool::status) {
            all.idle += status.available;
            all.used += status.size.saturating_sub(status.available);
            all.max += status.max_size;
        }
        all
    }

    /// Closes every connection; later loans fail.
    pub fn close(&self) {
        self.pools.iter().for_each(Pool::close);
    }
}

/// What takes turns: an advisory lock each, held until the transaction ends.
#[derive(Clone, Copy, Debug)]
#[repr(i64)]
pub enum Turn {
    /// Changing the shape of the category tree.
    CategoryTree = 0x006e_7773_7472_6565,
    /// Making a source from its name.
    SourceNames = 0x006e_7773_736f_7572,
    /// Naming the story that one translates.
    Translations = 0x006e_7773_7472_616e,
    /// Handing events out to webhooks.
    Webhooks = 0x006e_7773_7765_6268,
    /// Dropping answers that have run out.
    Sweep = 0x006e_7773_7377_6565,
}

/// Waits for one's turn, which lasts until the transaction ends.
pub async fn take_turn(conn: &mut Conn, turn: Turn) -> Result<(), Error> {
    let lock = diesel::sql_query("SELECT pg_advisory_xact_lock($1)");
    lock.bind::<diesel::sql_types::BigInt, _>(turn as i64).execute(conn).await?;
    Ok(())
}

/// Takes one's turn until the transaction ends, unless another one has it.
pub async fn try_turn(conn: &mut Conn, turn: Turn) -> Result<bool, Error> {
    let lock = sql::Sql::<Bool>::new("SELECT pg_try_advisory_xact_lock(");
    Ok(lock.bind(sql::Bind::Int(turn as i64)).push(")").get_result(conn).await?)
}

/// The database's clock, to the millisecond: the only clock that decides what is live. It goes on
/// within a transaction, so that one that waited for a lock does not write an earlier time.
pub async fn now(conn: &mut Conn) -> Result<DateTime<Utc>, Error> {
    let now = sql::literal::<Timestamptz>("date_trunc('milliseconds', clock_timestamp())");
    Ok(diesel::select(now).get_result(conn).await?)
}

/// Runs work that may fail without the transaction around it: then it alone is undone.
pub async fn within<T>(
    conn: &mut Conn,
    work: impl AsyncFnOnce(&mut Conn) -> Result<T, Error>,
) -> Result<T, Error> {
    Manager::begin_transaction(conn).await?;
    match work(conn).await {
        Ok(done) => Manager::commit_transaction(conn).await.map(|()| done).map_err(Error::from),
        Err(error) => {
            Manager::rollback_transaction(conn).await?;
            Err(error)
        }
    }
}

/// Reads in several statements what one instant of the database says. A memory of what is read in it
/// is as old as what was known *before* it began.
pub async fn snapshot<T>(
    conn: &mut Conn,
    work: impl AsyncFnOnce(&mut Conn) -> Result<T, Error>,
) -> Result<T, Error> {
    begin_snapshot(conn).await?;
    let done = work(conn).await;
    // nothing was written; a connection that cannot end it is discarded by the pool
    let _ = Manager::rollback_transaction(conn).await;
    done
}

/// Begins to read what one instant of the database says. A connection that is given back before that has
/// ended is discarded by the pool.
pub async fn begin_snapshot(conn: &mut Conn) -> Result<(), Error> {
    const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    Ok(Manager::begin_transaction_sql(conn, BEGIN).await?)
}

impl Db {
    /// Runs `work` in one transaction, again when it met another one in a deadlock. It is committed
    /// when `work` succeeds, unless `dry_run` asks for it to be undone; the result is the same either
    /// way. If the future is dropped half-way, the pool discards the connection and the database
    /// undoes the work.
    pub async fn transaction<T>(
        &self,
        dry_run: bool,
        work: impl AsyncFn(&mut Conn) -> Result<T, Error>,
    ) -> Result<T, Error> {
        const TRIES: u64 = 8;
        let mut loan = self.write().await?;
        for tried in 1..TRIES {
            match self.attempt(&mut loan, dry_run, &work).await {
                // not at once, nor all at the same moment: the one it met would be met again
                Err(error) if error.is_passing() => {
                    let some = u64::from(getrandom::u32().unwrap_or_default() % 32);
                    tokio::time::sleep(Duration::from_millis(tried * (8 + some))).await;
                }
                result => return result,
            }
        }
        self.attempt(&mut loan, dry_run, &work).await
    }

    async fn attempt<T>(
        &self,
        conn: &mut Conn,
        dry_run: bool,
        work: impl AsyncFn(&mut Conn) -> Result<T, Error>,
    ) -> Result<T, Error> {
        Manager::begin_transaction(conn).await?;
        match work(conn).await {
            Ok(done) if dry_run => {
                Manager::rollback_transaction(conn).await.map(|()| done).map_err(Error::from)
            }
            Ok(done) => self.commit(conn).await.map(|()| done),
            Err(error) => {
                // the error of the work is the one to report; a failed rollback discards the connection
                let _ = Manager::rollback_transaction(conn).await;
                Err(error)
            }
        }
    }

    /// Commits; what has changed is known here before anybody is told that it is done.
    async fn commit(&self, conn: &mut Conn) -> Result<(), Error> {
        let moved = match changes::of_transaction(conn).await {
            Ok(moved) => moved,
            Err(error) => {
                let _ = Manager::rollback_transaction(conn).await;
                return Err(error);
            }
        };
        let committed = Manager::commit_transaction(conn).await;
        // also when it failed: the commit may have been done before the connection broke
        self.freshness.moved(&moved);
        if let Some(wake) = self.wake.as_ref().filter(|_| !moved.is_empty()) {
            wake.others();
        }
        committed.map_err(Error::from)
    }
}

type Manager = <Conn as AsyncConnection>::TransactionManager;

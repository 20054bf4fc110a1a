//! The database: the pool, migrations, errors by constraint name, keyset cursors, and the private
//! cluster that serves when no `DATABASE_URL` is set. Knows no resource and no HTTP.
//!
//! Statements belong into a resource's `store`; what several stores share stands here.

pub mod connect;
pub mod constraints;
pub mod embedded;
pub mod error;
pub mod keyset;
pub mod migrations;
pub mod schema;
pub mod slugs;

use crate::error::Error;
use chrono::{DateTime, Utc};
use diesel::sql_types::Timestamptz;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, TransactionManager};

/// A connection, on loan from the pool or not.
pub type Conn = AsyncPgConnection;
/// A connection on loan.
pub type Loan = Object<AsyncPgConnection>;

/// The way to the database.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
}

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
    /// A pool that connects when first asked.
    pub fn new(settings: connect::Settings) -> anyhow::Result<Self> {
        Ok(Self { pool: connect::pool(settings)? })
    }

    /// A connection to read with.
    pub async fn read(&self) -> Result<Loan, Error> {
        self.pool.get().await.map_err(Error::unavailable)
    }

    /// A connection to write with; open a transaction on it.
    pub async fn write(&self) -> Result<Loan, Error> {
        self.pool.get().await.map_err(Error::unavailable)
    }

    /// How full the pool is.
    pub fn pool_use(&self) -> PoolUse {
        let status = self.pool.status();
        let used = status.size.saturating_sub(status.available);
        PoolUse { idle: status.available, used, max: status.max_size }
    }

    /// Closes every connection; later loans fail.
    pub fn close(&self) {
        self.pool.close();
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
}

/// Waits for one's turn, which lasts until the transaction ends.
pub async fn take_turn(conn: &mut Conn, turn: Turn) -> Result<(), Error> {
    let lock = diesel::sql_query("SELECT pg_advisory_xact_lock($1)");
    lock.bind::<diesel::sql_types::BigInt, _>(turn as i64).execute(conn).await?;
    Ok(())
}

/// The database's clock, to the millisecond: the only clock that decides what is live. It goes on
/// within a transaction, so that one that waited for a lock does not write an earlier time.
pub async fn now(conn: &mut Conn) -> Result<DateTime<Utc>, Error> {
    let now = diesel::dsl::sql::<Timestamptz>("date_trunc('milliseconds', clock_timestamp())");
    Ok(diesel::select(now).get_result(conn).await?)
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
        const TRIES: usize = 4;
        let mut loan = self.write().await?;
        for _ in 1..TRIES {
            match attempt(&mut loan, dry_run, &work).await {
                Err(error) if error.is_passing() => {}
                result => return result,
            }
        }
        attempt(&mut loan, dry_run, &work).await
    }
}

async fn attempt<T>(
    conn: &mut Conn,
    dry_run: bool,
    work: impl AsyncFn(&mut Conn) -> Result<T, Error>,
) -> Result<T, Error> {
    Manager::begin_transaction(conn).await?;
    match work(conn).await {
        Ok(done) if dry_run => Manager::rollback_transaction(conn).await.map(|()| done),
        Ok(done) => Manager::commit_transaction(conn).await.map(|()| done),
        Err(error) => {
            // the error of the work is the one to report; a failed rollback discards the connection
            let _ = Manager::rollback_transaction(conn).await;
            return Err(error);
        }
    }
    .map_err(Error::from)
}

type Manager = <Conn as AsyncConnection>::TransactionManager;

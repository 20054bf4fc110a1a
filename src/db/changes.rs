//! How a node learns what has changed, in its own transactions and in everybody else's.
//!
//! Triggers write a row into `changes` in the transaction that makes the change. This node's own are
//! read just before the commit ([`of_transaction`]) and take effect right after it. All others are
//! read by [`Watcher`], which looks when it is woken and at least every [`INTERVAL`]. It goes by
//! transactions, not by numbers: what was under way at the last look may have committed since,
//! whatever was committed in between.
//!
//! NOTIFY stands in no writing transaction, since that would make all commits take turns: the node
//! that committed sends one for all that has come together.

use super::Conn;
use super::connect::{self, is_refusal};
use super::sql::{Bind, Sql};
use crate::error::Error;
use crate::freshness::{Freshness, Scope};
use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures_util::StreamExt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::time::timeout;

/// The longest time between two looks.
pub const INTERVAL: Duration = Duration::from_millis(200);
/// How long a look may take before the connection counts as lost.
const PATIENCE: Duration = Duration::from_secs(2);
/// The pause after a connection could not be made.
const PAUSE: Duration = Duration::from_millis(100);
/// More changes than this at once, and everything counts as changed.
const MOST: i64 = 5000;
/// How often rows that every node has seen are dropped.
const SWEEP: Duration = Duration::from_secs(60);
/// A node that did not look for this long takes everything as changed; rows are kept longer.
const FORGOTTEN: Duration = Duration::from_secs(30 * 60);
const CHANNEL: &str = "newswire_changes";

/// What the transaction under way has changed so far.
pub async fn of_transaction(conn: &mut Conn) -> Result<Vec<Scope>, Error> {
    let query = Sql::<Array<Text>>::new(
        "SELECT scopes FROM changes WHERE xid = pg_current_xact_id_if_assigned()::text::bigint LIMIT ",
    );
    let rows: Vec<Vec<String>> = query.bind(Bind::Int(MOST + 1)).load(conn).await?;
    match i64::try_from(rows.len()) {
        Ok(count) if count <= MOST => Ok(scopes(&rows.concat())),
        _ => Ok(vec![Scope::EVERYTHING]),
    }
}

/// What a transaction changed. Nothing once every node has seen it long ago.
pub async fn of(conn: &mut Conn, xid: i64) -> Result<Vec<Scope>, Error> {
    let query =
        Sql::<Array<Text>>::new("SELECT scopes FROM changes WHERE xid = ").bind(Bind::Int(xid));
    let rows: Vec<Vec<String>> = query.load(conn).await?;
    Ok(scopes(&rows.concat()))
}

fn scopes(names: &[String]) -> Vec<Scope> {
    let mut scopes: Vec<Scope> = names.iter().map(|name| Scope::named(name)).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// Keeps a node's [`Freshness`] up to date on a thread and a connection of its own, so that busy
/// workers do not hold it up. Ends when dropped.
#[derive(Debug)]
pub struct Watcher {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    woken: Notify,
    ended: Notify,
    changed: Arc<Notify>,
}

/// Tells the watcher that this node has committed something.
#[derive(Clone, Debug)]
pub struct Wake(Arc<Shared>);

impl Wake {
    /// Other nodes should look.
    pub fn others(&self) {
        self.0.woken.notify_one();
    }
}

impl Watcher {
    /// Starts to watch the database at `url`.
    pub fn start(url: String, freshness: Arc<Freshness>) -> std::io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let watch = Watch { url, freshness, shared: shared.clone(), seen: None };
        std::thread::Builder::new().name("changes".into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            match runtime {
                Ok(runtime) => runtime.block_on(watch.run()),
                Err(error) => log::error!("changes are not watched: {error}"),
            }
        })?;
        Ok(Self { shared })
    }

    /// Is notified when something has been committed, here or elsewhere. For one who waits.
    pub fn changed(&self) -> Arc<Notify> {
        self.shared.changed.clone()
    }

    /// Watches no longer.
    pub fn end(&self) {
        self.shared.ended.notify_one();
    }

    /// To be told of commits.
    pub fn wake(&self) -> Wake {
        Wake(self.shared.clone())
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.end();
    }
}

/// Which transactions have been seen: all before `next` but those `under_way`.
#[derive(Clone, Debug)]
struct Seen {
    next: i64,
    under_way: Vec<i64>,
    at: Instant,
}

struct Watch {
    url: String,
    freshness: Arc<Freshness>,
    shared: Arc<Shared>,
    seen: Option<Seen>,
}

/// The end of a snapshot and what is under way before it, the clock, how many changes, their scopes.
type LookSql = (BigInt, Array<BigInt>, Timestamptz, BigInt, Array<Text>);
type Look = (i64, Vec<i64>, DateTime<Utc>, i64, Vec<String>);

impl Watch {
    async fn run(mut self) {
        let shared = self.shared.clone();
        tokio::select! {
            () = shared.ended.notified() => {}
            () = self.reconnect() => {}
        }
    }

    async fn reconnect(&mut self) {
        let mut quiet = false;
        loop {
            match timeout(PATIENCE, connect::establish(&self.url)).await {
                Ok(Ok(conn)) => {
                    quiet = false;
                    // it can be reached, but what was missed is not known yet
                    self.freshness.set_unreachable(false);
                    if let Err(error) = self.watch(conn).await {
                        log::warn!("the connection that watches for changes is lost: {error}");
                    }
                }
                Ok(Err(error)) => {
                    let text = error.to_string();
                    self.freshness.set_unreachable(!is_refusal(&text));
                    if !quiet {
                        log::warn!("changes cannot be watched: {text}");
                    }
                    quiet = true;
                    tokio::time::sleep(PAUSE).await;
                }
                Err(_) => self.freshness.set_unreachable(true),
            }
        }
    }

    async fn watch(&mut self, mut conn: Conn) -> anyhow::Result<()> {
        conn.batch_execute(&format!("LISTEN {CHANNEL}")).await?;
        let mut swept = Instant::now();
        loop {
            timeout(PATIENCE, self.look(&mut conn)).await??;
            if swept.elapsed() > SWEEP {
                swept = Instant::now();
                let old = "DELETE FROM changes WHERE changed_at < now() - interval '1 hour'";
                conn.batch_execute(old).await?;
            }
            if self.wait(&mut conn).await? {
                timeout(PATIENCE, conn.batch_execute(&format!("NOTIFY {CHANNEL}"))).await??;
            }
        }
    }

    /// Waits for somebody's word, at most for [`INTERVAL`]; whether it was this node's own.
    async fn wait(&self, conn: &mut Conn) -> QueryResult<bool> {
        let mut stream = std::pin::pin!(conn.notifications_stream());
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => Ok(false),
            () = self.shared.woken.notified() => Ok(true),
            notification = stream.next() => notification.transpose().map(|_| false),
        }
    }

    /// Reads what has been committed since the last look.
    async fn look(&mut self, conn: &mut Conn) -> QueryResult<()> {
        let asked = Instant::now();
        let (next, under_way) = match &self.seen {
            Some(seen) => (seen.next, seen.under_way.clone()),
            None => (i64::MAX, Vec::new()),
        };
        let (now_next, now_under_way, clock, count, names): Look =
            changed(next, under_way).get_result(conn).await?;
        // what was read before the first look may have changed since
        let missed = self.seen.as_ref().is_none_or(|seen| {
            count > MOST || now_next < seen.next || seen.at.elapsed() > FORGOTTEN
        });
        if missed {
            self.freshness.moved(&[Scope::EVERYTHING]);
        } else {
            self.freshness.moved(&scopes(&names));
        }
        self.freshness.confirm(asked, clock);
        if missed || count > 0 {
            self.shared.changed.notify_one();
        }
        self.seen = Some(Seen { next: now_next, under_way: now_under_way, at: asked });
        Ok(())
    }
}

/// The snapshot of this very statement, the clock, and what that snapshot shows of the transactions
/// from `next` on and of those `under_way` at the last look.
fn changed(next: i64, under_way: Vec<i64>) -> Sql<LookSql> {
    use super::sql::Bind;
    Sql::new(
        "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
                ARRAY(SELECT xip::text::bigint FROM pg_snapshot_xip(pg_current_snapshot()) AS xip),
                clock_timestamp(), count(DISTINCT place),
                coalesce(array_agg(DISTINCT scope) FILTER (WHERE scope IS NOT NULL), '{}')
         FROM (SELECT scopes, row_number() OVER () AS place FROM changes WHERE xid >= ",
    )
    .bind(Bind::Int(next))
    .push(" OR xid = ANY (")
    .bind(Bind::Ints(under_way))
    .push(") LIMIT ")
    .bind(Bind::Int(MOST + 1))
    .push(") AS found LEFT JOIN LATERAL unnest(scopes) AS scope ON true")
}

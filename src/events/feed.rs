//! A node's one reader of events: what it reads, every listener of the node gets. It also tells of what the
//! clock does to stories, and drops what is kept no longer.
//!
//! It runs on a thread and a connection of its own, woken by `db::changes` and at least every 250 ms:
//! a transaction that ends without a change wakes nobody, and yet may set others' events free.
//!
//! What is given out is held once, for all: `AHEAD` batches at most. A listener that is further behind
//! than that is told so, and reads for itself until it has caught up.

use super::audience::Seen;
use super::model::Position;
use super::page::{CHUNK, look};
use super::store::{self, due};
use crate::catalog::Catalogs;
use crate::db::{self, Conn, connect};
use crate::error::Error;
use crate::freshness::Freshness;
use actix_web::web::Bytes;
use anyhow::Context;
use diesel_async::SimpleAsyncConnection;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{self, Receiver, Sender};
use tokio::sync::{Notify, Semaphore};
use tokio::time::timeout;
use uuid::Uuid;

/// The longest time between two looks.
const INTERVAL: Duration = Duration::from_millis(250);
/// The shortest, when a story that is due is locked.
const SHORTEST: Duration = Duration::from_millis(20);
/// How many read for themselves at once.
const READERS: usize = 4;
/// How many batches a listener may be behind.
const AHEAD: usize = 32;
/// How long a round may take before the connection counts as lost.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pause after a connection could not be made.
const PAUSE: Duration = Duration::from_millis(200);
/// How often what is too old is dropped.
const SWEEP: Duration = Duration::from_secs(60);

/// What came at once.
#[derive(Debug)]
pub struct Batch {
    /// The epoch of the positions.
    pub epoch: Uuid,
    /// The position before. Nothing lies between it and the end of the batch before this one.
    pub from: Position,
    /// The position after.
    pub end: Position,
    /// What came.
    pub seen: Seen,
    /// The same as the public is told of it, event by event; made by the first who asks.
    pub public: OnceLock<Vec<Option<Bytes>>>,
}

/// See the module.
#[derive(Debug)]
pub struct Feed {
    shared: Arc<Shared>,
    /// Who reads for themselves: what is new wakes all that wait at once, and others need connections too.
    pub readers: Semaphore,
}

#[derive(Debug)]
struct Shared {
    sender: Mutex<Option<Sender<Arc<Batch>>>>,
    ended: Notify,
}

/// What a listener hears.
#[derive(Debug)]
pub struct News(Receiver<Arc<Batch>>);

/// The listener is too far behind and has missed something.
#[derive(Clone, Copy, Debug)]
pub struct Behind;

impl News {
    /// What comes next; nothing once the service ends.
    pub async fn next(&mut self) -> Option<Result<Arc<Batch>, Behind>> {
        match self.0.recv().await {
            Ok(batch) => Some(Ok(batch)),
            Err(RecvError::Lagged(_)) => Some(Err(Behind)),
            Err(RecvError::Closed) => None,
        }
    }
}

/// What the feed needs.
#[derive(Debug)]
pub struct Needs {
    /// The database.
    pub url: String,
    /// Sources and categories.
    pub catalogs: Arc<Catalogs>,
    /// What the catalogs go by.
    pub freshness: Arc<Freshness>,
    /// Notified when something has been committed, here or elsewhere.
    pub changed: Arc<Notify>,
    /// How long events are kept.
    pub keep: Duration,
}

impl Feed {
    /// Starts to read.
    pub fn start(needs: Needs) -> std::io::Result<Self> {
        let sender = Mutex::new(Some(broadcast::channel(AHEAD).0));
        let shared = Arc::new(Shared { sender, ended: Notify::new() });
        let follower = Follower { needs, shared: shared.clone(), stand: None };
        std::thread::Builder::new().name("events".into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            match runtime {
                Ok(runtime) => runtime.block_on(follower.run()),
                Err(error) => log::error!("events are not followed: {error}"),
            }
        })?;
        Ok(Self { shared, readers: Semaphore::new(READERS) })
    }

    /// From now on. Begin to listen before reading what there is: then nothing comes in between.
    pub fn listen(&self) -> News {
        News(match &*self.shared.sender() {
            Some(sender) => sender.subscribe(),
            None => broadcast::channel(1).1,
        })
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.shared.listeners()
    }

    /// Ends what listeners hear, for the service ends.
    pub fn end(&self) {
        self.shared.sender().take();
    }

    /// Reads no longer.
    pub fn stop(&self) {
        self.end();
        self.shared.ended.notify_one();
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn sender(&self) -> std::sync::MutexGuard<'_, Option<Sender<Arc<Batch>>>> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listeners(&self) -> usize {
        self.sender().as_ref().map_or(0, Sender::receiver_count)
    }

    fn send(&self, batch: Batch) {
        if let Some(sender) = &*self.sender() {
            // nobody listens any more: no fault
            let _ = sender.send(Arc::new(batch));
        }
    }
}

/// How far the follower is.
#[derive(Clone, Copy, Debug)]
struct Stand {
    epoch: Uuid,
    /// The end of the last batch that was given out, or where nobody listened.
    told: Position,
    /// Up to here it has looked.
    looked: Position,
}

struct Follower {
    needs: Needs,
    shared: Arc<Shared>,
    stand: Option<Stand>,
}

impl Follower {
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
            let ended = match timeout(PATIENCE, connect::establish(&self.needs.url)).await {
                Ok(Ok(conn)) => {
                    quiet = false;
                    self.follow(conn).await
                }
                Ok(Err(error)) => Err(error.into()),
                Err(late) => Err(late.into()),
            };
            if let (Err(error), false) = (ended, quiet) {
                log::warn!("events cannot be followed: {error:#}");
                quiet = true;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn follow(&mut self, mut conn: Conn) -> anyhow::Result<()> {
        conn.batch_execute("SET jit = off; SET timezone = 'UTC'").await?;
        if store::renew(&mut conn).await.context("begin a new epoch")? {
            log::warn!("the database was restored or replaced: who follows changes begins anew");
        }
        let mut swept: Option<Instant> = None;
        loop {
            let due = timeout(PATIENCE, self.round(&mut conn)).await??;
            if swept.is_none_or(|swept| swept.elapsed() > SWEEP) {
                swept = Some(Instant::now());
                while store::drop_old(&mut conn, self.needs.keep).await? > 0 {}
            }
            let pause = due.map_or(INTERVAL, |due| due.clamp(SHORTEST, INTERVAL));
            // either way it is time to look
            let _ = timeout(pause, self.needs.changed.notified()).await;
        }
    }

    /// One look; gives how long it is until the next instant that is known of.
    async fn round(&mut self, conn: &mut Conn) -> anyhow::Result<Option<Duration>> {
        let due = match due::tell(conn).await {
            Ok(due) => due,
            // somebody locked in another order; the next round will do
            Err(error) if error.is_passing() => Some(SHORTEST),
            Err(error) => return Err(error.into()),
        };
        while self.read(conn).await? {}
        Ok(due)
    }

    /// Reads and gives out one batch; whether there may be more.
    async fn read(&mut self, conn: &mut Conn) -> anyhow::Result<bool> {
        let quiet = self.shared.listeners() == 0;
        let begun = self.needs.freshness.epoch();
        let catalogs = (&*self.needs.catalogs, begun);
        let stand = self.stand;
        let work = async |conn: &mut Conn| {
            let log = store::log(conn).await?;
            let stand = stand.filter(|stand| stand.epoch == log.epoch);
            let Some(stand) = stand.filter(|_| !quiet) else { return Ok((log, None)) };
            let batch = store::until(conn, stand.looked, log.end, CHUNK).await?;
            let seen = look(conn, catalogs, batch.events).await?;
            Ok::<_, Error>((log, Some((stand, batch.end, batch.more, seen))))
        };
        let (log, read) = db::snapshot(conn, work).await?;
        let Some((stand, end, more, seen)) = read else {
            self.pass(log, quiet);
            return Ok(false);
        };
        let mut now = Stand { looked: end, ..stand };
        if !seen.events.is_empty() {
            let (from, epoch) = (stand.told, stand.epoch);
            self.shared.send(Batch { epoch, from, end, seen, public: OnceLock::new() });
            now.told = end;
        }
        self.stand = Some(now);
        Ok(more)
    }

    /// Nothing was read: nobody listened before this look, or positions begin anew.
    fn pass(&mut self, log: store::Log, quiet: bool) {
        let known = self.stand.filter(|stand| stand.epoch == log.epoch);
        // who has begun to listen since may have looked before: it is read from where we were
        if let (true, Some(_)) = (quiet && self.shared.listeners() > 0, known) {
            return;
        }
        if known.is_none() && self.stand.is_some() {
            self.begin_anew(log);
        }
        self.stand = Some(Stand { epoch: log.epoch, told: log.end, looked: log.end });
    }

    /// Tells listeners that what they hold means nothing any more: a batch of another epoch.
    fn begin_anew(&self, log: store::Log) {
        let seen = Seen {
            events: Vec::new(),
            stories: Default::default(),
            existing: Default::default(),
            catalog: Default::default(),
        };
        self.shared.send(Batch {
            epoch: log.epoch,
            from: log.end,
            end: log.end,
            seen,
            public: OnceLock::new(),
        });
    }
}

//! Whether what a node remembers is still true: the rule behind every cache of this service.
//!
//! Nothing is thrown out when something changes. What is remembered notes the [`Freshness::epoch`]
//! it was read at and the [`Scope`]s it shows (a story with its language versions, a source, a list
//! of a category); a change moves its scopes to a new epoch. A memory is true as long as none of its
//! scopes has moved past it, so a read that raced a commit can never be remembered as if it had come
//! later. Changes made elsewhere arrive through `db::changes`; while that has not confirmed itself
//! within [`LEASE`], nothing that is remembered is trusted.
//!
//! | who asks | gets |
//! |---|---|
//! | a reader on the node that acknowledged a write | never the state before it |
//! | a reader on another node | the state before it for no longer than [`LEASE`] |
//! | anybody, at the instant a story goes live or expires | the state after it, by the database's clock |

mod clock;
mod scope;

pub use scope::Scope;

use chrono::{DateTime, Utc};
use clock::Clock;
use scope::SLOTS;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a node trusts its memory after it last knew of every change: the bound on how late it
/// learns what another node has changed.
pub const LEASE: Duration = Duration::from_millis(500);

/// Whether memories may be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Every change up to half a second ago is known.
    Fresh,
    /// The database cannot be reached; it was, this long ago.
    Stale(Duration),
    /// Changes may have been missed: ask the database.
    No,
}

/// What has changed, and until when that is certain. One a node, shared by all of it.
#[derive(Debug)]
pub struct Freshness {
    clock: Clock,
    epoch: AtomicU64,
    /// Changes come one after the other.
    turn: Mutex<()>,
    /// Memories older than this are void, whatever they show.
    floor: AtomicU64,
    slots: Box<[AtomicU64]>,
    /// When the last confirmation was asked for, in milliseconds since the start; 0: never.
    confirmed: AtomicU64,
    unreachable: AtomicBool,
    serve_stale: Duration,
}

impl Freshness {
    /// Nothing known yet. `serve_stale` is how long memories may be used while the database cannot
    /// be reached.
    pub fn new(serve_stale: Duration) -> Self {
        Self {
            clock: Clock::default(),
            epoch: AtomicU64::new(1),
            turn: Mutex::default(),
            floor: AtomicU64::new(0),
            slots: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
            confirmed: AtomicU64::new(0),
            unreachable: AtomicBool::new(false),
            serve_stale,
        }
    }

    /// Where we are. Take it *before* reading what is to be remembered.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// What changed is not what is remembered any more. Call it after the commit, and before anybody
    /// is told of it.
    pub fn moved(&self, scopes: &[Scope]) {
        if scopes.is_empty() {
            return;
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.epoch() + 1;
        for scope in scopes {
            let target =
                if *scope == Scope::EVERYTHING { &self.floor } else { &self.slots[scope.slot()] };
            target.store(now, Ordering::SeqCst);
        }
        // last: who begins at this epoch must find every older memory void, or what it makes of one
        // would count as new
        self.epoch.store(now, Ordering::SeqCst);
    }

    /// Whether nothing it shows has changed since.
    pub fn holds(&self, epoch: u64, scopes: &[Scope]) -> bool {
        self.floor.load(Ordering::SeqCst) <= epoch
            && scopes.iter().all(|scope| self.slots[scope.slot()].load(Ordering::SeqCst) <= epoch)
    }

    /// Every change committed before `asked` is known now; the database's clock said `database`
    /// between `asked` and now.
    pub fn confirm(&self, asked: Instant, database: DateTime<Utc>) {
        self.clock.set(asked, database);
        self.confirmed.store(self.clock.millis(asked).max(1), Ordering::SeqCst);
        self.unreachable.store(false, Ordering::SeqCst);
    }

    /// The database cannot be reached at all, or it can again but not all changes are known yet.
    pub fn set_unreachable(&self, unreachable: bool) {
        self.unreachable.store(unreachable, Ordering::SeqCst);
    }

    /// Whether memories may be used.
    pub fn trust(&self, now: Instant) -> Trust {
        let confirmed = self.confirmed.load(Ordering::SeqCst);
        if confirmed == 0 {
            return Trust::No;
        }
        let age = Duration::from_millis(self.clock.millis(now).saturating_sub(confirmed));
        if age <= LEASE {
            return Trust::Fresh;
        }
        let stale = self.unreachable.load(Ordering::SeqCst) && age <= self.serve_stale;
        if stale { Trust::Stale(age) } else { Trust::No }
    }

    /// How far an instant of the database's clock lies ahead; nothing once it may have come.
    pub fn until(&self, now: Instant, instant: DateTime<Utc>) -> Option<Duration> {
        self.clock.until(now, instant)
    }
}

#[cfg(test)]
mod tests;

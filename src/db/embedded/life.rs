//! How far a server process has come in its life, shared between its owner and its supervisor.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// In order: a server only ever moves on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    #[default]
    Starting,
    Running,
    /// Its end is wanted.
    Stopping,
    Ended,
}

#[derive(Debug, Default)]
pub struct Life {
    phase: Mutex<Phase>,
    ended: Condvar,
}

impl Life {
    /// Moves on to `next`, unless it is further already, and tells where it was.
    pub fn advance(&self, next: Phase) -> Phase {
        let mut phase = self.lock();
        let before = *phase;
        *phase = before.max(next);
        if next == Phase::Ended {
            self.ended.notify_all();
        }
        before
    }

    /// Whether it has ended within that time; returns as soon as it has.
    pub fn wait_for_end(&self, patience: Duration) -> bool {
        let (phase, _) = self
            .ended
            .wait_timeout_while(self.lock(), patience, |phase| *phase != Phase::Ended)
            .unwrap_or_else(PoisonError::into_inner);
        *phase == Phase::Ended
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        // a phase is whole at any time
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_final() {
        let life = Life::default();
        assert_eq!(life.advance(Phase::Ended), Phase::Starting);
        assert_eq!(life.advance(Phase::Running), Phase::Ended);
        assert!(life.wait_for_end(Duration::ZERO));
    }

    #[test]
    fn waiting_for_a_living_one_gives_up() {
        let life = Life::default();
        life.advance(Phase::Running);
        assert!(!life.wait_for_end(Duration::from_millis(1)));
    }
}

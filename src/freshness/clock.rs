//! The database's clock, as a node knows it between two looks: it alone decides what is live.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// Instants nearer than this may have come already: the two clocks are read a moment apart.
const MARGIN: Duration = Duration::from_millis(5);

#[derive(Debug)]
pub struct Clock {
    start: Instant,
    /// Microseconds since 1970 by the database's clock when `start` was.
    offset: AtomicI64,
    /// How far off that may be, in microseconds.
    error: AtomicI64,
}

impl Default for Clock {
    fn default() -> Self {
        let now = Utc::now().timestamp_micros();
        Self { start: Instant::now(), offset: AtomicI64::new(now), error: AtomicI64::new(0) }
    }
}

impl Clock {
    /// The database read its clock between `asked` and now.
    pub fn set(&self, asked: Instant, database: DateTime<Utc>) {
        let since = micros(asked.saturating_duration_since(self.start));
        self.offset.store(database.timestamp_micros() - since, Ordering::Relaxed);
        self.error.store(micros(asked.elapsed()), Ordering::Relaxed);
    }

    /// Milliseconds since the start.
    pub fn millis(&self, at: Instant) -> u64 {
        at.saturating_duration_since(self.start).as_millis() as u64
    }

    /// How far an instant lies ahead of `now`; nothing when it may have come.
    pub fn until(&self, now: Instant, instant: DateTime<Utc>) -> Option<Duration> {
        let since = micros(now.saturating_duration_since(self.start));
        let latest = self.offset.load(Ordering::Relaxed).saturating_add(since)
            + self.error.load(Ordering::Relaxed)
            + micros(MARGIN);
        let left = TimeDelta::microseconds(instant.timestamp_micros().saturating_sub(latest));
        left.to_std().ok().filter(|left| !left.is_zero())
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX / 4)
}

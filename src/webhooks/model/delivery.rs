//! An event on its way to a webhook, and what follows from each attempt.

use super::schedule::Schedule;
use super::secret::Secret;
use super::{Disabled, WebhookId};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use uuid::Uuid;

/// The kind of what is sent to see whether a webhook works. It is no event.
pub const PING: &str = "webhook.ping";
/// How much of an answer is kept, in bytes.
pub const ANSWER_BYTES: usize = 1024;
/// The first pause of a receiver that is slowed down; each further failure doubles it.
const FIRST_REST: Duration = Duration::from_secs(5);
/// The longest, unless it asks for a longer one.
const LONGEST_REST: Duration = Duration::from_secs(300);

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It will be attempted, again or for the first time.
    Pending,
    /// It was answered with success.
    Delivered,
    /// No further attempt is made.
    Failed,
}

impl Status {
    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Delivered => "delivered",
            Status::Failed => "failed",
        }
    }

    /// The status of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Status::Pending, Status::Delivered, Status::Failed]
            .into_iter()
            .find(|one| one.as_str() == name)
    }
}

/// A delivery as it is kept.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its id: the `webhook-id` of every attempt.
    pub id: Uuid,
    /// Whom it is for.
    pub webhook: WebhookId,
    /// What it tells of: a kind of event, or a ping.
    pub kind: String,
    /// The bytes that are sent.
    pub payload: String,
    /// How far it is.
    pub status: Status,
    /// When it is attempted next, while it is pending.
    pub next_attempt_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was done, one way or the other.
    pub finished_at: Option<DateTime<Utc>>,
    /// What was tried, the first one first.
    pub attempts: Vec<Attempt>,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// From 1.
    pub number: i64,
    /// When it was begun.
    pub at: DateTime<Utc>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How long it took.
    pub duration: Duration,
    /// The status that was answered.
    pub status: Option<u16>,
    /// The first bytes of what was answered, as text.
    pub answer: Option<String>,
    /// Why nothing was answered.
    pub error: Option<String>,
    /// How long the receiver asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl Outcome {
    /// Whether it arrived: 2xx and nothing else.
    pub fn arrived(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// How long the receiver is left alone with everything after its `failures`-th failure in a row:
    /// when it, or what stands before it, says that it has too much to do (429, 502, 504).
    pub fn rest(&self, failures: i64) -> Option<Duration> {
        if !matches!(self.status, Some(429 | 502 | 504)) {
            return None;
        }
        let doublings = failures.saturating_sub(1).clamp(0, 16);
        let rest = FIRST_REST.saturating_mul(1 << doublings).min(LONGEST_REST);
        Some(self.retry_after.unwrap_or(rest))
    }
}

/// A delivery that is being attempted.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its id.
    pub id: Uuid,
    /// Whom it is for.
    pub webhook: WebhookId,
    /// Where it is sent.
    pub url: String,
    /// The bytes that are sent.
    pub payload: String,
    /// Whether it is attempted once only.
    pub once: bool,
    /// How many attempts were made since it was last begun anew.
    pub made: usize,
    /// Until when nobody else attempts it.
    pub leased_until: DateTime<Utc>,
    /// What it is signed with.
    pub secrets: Vec<Secret>,
}

/// What follows from an attempt for the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is done.
    Done(Status),
    /// It is attempted again after this pause.
    Again(Duration),
}

impl Claim {
    /// What follows from the outcome of this attempt; `chance` (0 to 1) draws a pause out.
    pub fn next(&self, outcome: &Outcome, schedule: &Schedule, chance: f64) -> Next {
        if outcome.arrived() {
            return Next::Done(Status::Delivered);
        }
        let gone = outcome.status == Some(410);
        match schedule.pause(self.made + 1, chance).filter(|_| !self.once && !gone) {
            Some(pause) => Next::Again(pause.max(outcome.retry_after.unwrap_or_default())),
            None => Next::Done(Status::Failed),
        }
    }
}

/// Whether a webhook is turned off after a failure that was its `failures`-th in a row since
/// `failing_since`: when its receiver is gone, or when it got nothing for `patience` although as many
/// attempts were made as the schedule has.
pub fn disabling(
    outcome: &Outcome,
    failures: i64,
    failing_for: TimeDelta,
    schedule: &Schedule,
    patience: Duration,
) -> Option<Disabled> {
    if outcome.status == Some(410) {
        return Some(Disabled::Gone);
    }
    let many = usize::try_from(failures).unwrap_or(0) >= schedule.attempts();
    let long = failing_for.to_std().is_ok_and(|span| span >= patience);
    (many && long).then_some(Disabled::Failing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16) -> Outcome {
        Outcome { status: Some(status), ..Outcome::default() }
    }

    fn claim(made: usize, once: bool) -> Claim {
        Claim {
            id: Uuid::nil(),
            webhook: WebhookId(Uuid::nil()),
            url: String::new(),
            payload: String::new(),
            once,
            made,
            leased_until: DateTime::UNIX_EPOCH,
            secrets: Vec::new(),
        }
    }

    #[test]
    fn only_2xx_is_success_and_only_410_is_final() {
        let schedule: Schedule = "0s,5s,5m".parse().unwrap();
        let next = |status| claim(0, false).next(&answered(status), &schedule, 0.0);
        let again = Next::Again(Duration::from_secs(5));
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(next(status), Next::Done(Status::Delivered), "{status}");
        }
        for status in [301, 302, 304, 307, 308, 400, 401, 404, 429, 500, 502, 503, 504] {
            assert_eq!(next(status), again, "{status}");
        }
        assert_eq!(next(410), Next::Done(Status::Failed));
        assert_eq!(claim(0, false).next(&Outcome::default(), &schedule, 0.0), again);
    }

    #[test]
    fn the_schedule_ends_and_a_ping_has_none() {
        let schedule: Schedule = "0s,5s,5m".parse().unwrap();
        let next = |made, once| claim(made, once).next(&answered(500), &schedule, 0.0);
        assert_eq!(next(1, false), Next::Again(Duration::from_secs(300)));
        assert_eq!(next(2, false), Next::Done(Status::Failed));
        assert_eq!(next(0, true), Next::Done(Status::Failed));
    }

    #[test]
    fn a_longer_wish_of_the_receiver_is_heeded() {
        let schedule: Schedule = "0s,5s,5m".parse().unwrap();
        let asked =
            |seconds| Outcome { retry_after: Some(Duration::from_secs(seconds)), ..answered(503) };
        let next = |seconds| claim(0, false).next(&asked(seconds), &schedule, 0.0);
        assert_eq!(next(60), Next::Again(Duration::from_secs(60)));
        assert_eq!(next(1), Next::Again(Duration::from_secs(5)));
    }

    #[test]
    fn a_receiver_with_too_much_to_do_is_left_alone() {
        let rest = |status, failures| answered(status).rest(failures).map(|rest| rest.as_secs());
        assert_eq!((rest(429, 1), rest(502, 2), rest(504, 3)), (Some(5), Some(10), Some(20)));
        assert_eq!(rest(429, i64::MAX), Some(300));
        assert_eq!((rest(500, 9), rest(503, 9), rest(200, 0)), (None, None, None));
        let asked = Outcome { retry_after: Some(Duration::from_secs(7)), ..answered(429) };
        assert_eq!(asked.rest(9), Some(Duration::from_secs(7)));
    }

    #[test]
    fn it_takes_days_and_a_whole_schedule_of_failures_to_be_turned_off() {
        let schedule: Schedule = "0s,5s,5m".parse().unwrap();
        let patience = Duration::from_secs(86_400);
        let off = |status, failures, days| {
            let span = TimeDelta::days(days);
            disabling(&answered(status), failures, span, &schedule, patience)
        };
        assert_eq!(off(500, 3, 1), Some(Disabled::Failing));
        assert_eq!((off(500, 2, 9), off(500, 99, 0)), (None, None));
        assert_eq!(off(410, 1, 0), Some(Disabled::Gone));
    }
}

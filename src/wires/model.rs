//! What is known of the reading of a feed, without any I/O.

use crate::ids::SourceId;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// So many of the last troubles are kept.
const MOST_TROUBLES: usize = 10;

/// How the reading of a feed goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    /// The address that was read last; the tag and the date are its.
    pub feed_url: Option<String>,
    /// When it will be read next; none before the first look at the source.
    pub next_poll_at: Option<DateTime<Utc>>,
    /// Whether somebody reads it now.
    pub is_leased: bool,
    /// When it was read last.
    pub last_polled_at: Option<DateTime<Utc>>,
    /// When that went well last.
    pub last_success_at: Option<DateTime<Utc>>,
    /// The HTTP status of the last answer.
    pub last_status: Option<i16>,
    /// How often it has failed since it went well.
    pub consecutive_failures: i32,
    /// What its server named this state of it.
    pub etag: Option<String>,
    /// Since when its server has it so.
    pub last_modified: Option<String>,
    /// Where it has moved for good, its server says.
    pub moved_to: Option<String>,
    /// How often it was read.
    pub polls: i64,
    /// What became of its stories.
    pub counts: Counts,
    /// What went wrong last, the newest first.
    pub troubles: Vec<Trouble>,
}

/// What became of stories, by number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New ones.
    pub created: i64,
    /// Changed ones.
    pub updated: i64,
    /// Those that said the same.
    pub unchanged: i64,
    /// Those that were not saved.
    pub rejected: i64,
}

/// Something that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// When.
    pub at: DateTime<Utc>,
    /// A short name for it.
    pub code: String,
    /// A sentence for people.
    pub detail: String,
    /// The story, where it is one's.
    pub external_id: Option<String>,
}

/// A feed that this node reads now.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The source.
    pub source: SourceId,
    /// The name of the lease.
    pub lease: Uuid,
}

/// How a reading ended.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Why it failed, if it did.
    pub failure: Option<Trouble>,
    /// What to ask with next time; none leaves it as it is.
    pub validators: Option<Validators>,
    /// Where it has moved for good.
    pub moved_to: Option<String>,
    /// How long its server wants to be left alone.
    pub retry_after: Option<std::time::Duration>,
    /// What became of its stories.
    pub counts: Counts,
    /// Which of them were not saved, and why.
    pub rejections: Vec<Trouble>,
}

/// What a conditional request is made with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

impl Wire {
    /// What to ask with, if it is the same feed and its stories would become the same: its source may be
    /// another since it `changed`.
    pub fn validators(&self, feed_url: &str, changed: DateTime<Utc>) -> Validators {
        let read = self.last_success_at.is_some_and(|at| at > changed);
        match read && self.feed_url.as_deref() == Some(feed_url) {
            true => {
                Validators { etag: self.etag.clone(), last_modified: self.last_modified.clone() }
            }
            false => Validators::default(),
        }
    }

    /// Takes in how a reading of `feed_url` at `now` ended.
    pub fn follow(&mut self, outcome: Outcome, feed_url: &str, now: DateTime<Utc>) {
        let failed = outcome.failure.is_some();
        if let Some(validators) = outcome.validators {
            (self.etag, self.last_modified) = (validators.etag, validators.last_modified);
        } else if self.feed_url.as_deref() != Some(feed_url) {
            (self.etag, self.last_modified) = (None, None);
        }
        self.feed_url = Some(feed_url.to_owned());
        self.last_polled_at = Some(now);
        self.last_status = outcome.status.and_then(|status| i16::try_from(status).ok());
        self.polls += 1;
        self.consecutive_failures =
            if failed { self.consecutive_failures.saturating_add(1) } else { 0 };
        if !failed {
            self.last_success_at = Some(now);
            self.moved_to = outcome.moved_to;
        }
        self.counts.add(outcome.counts);
        for trouble in outcome.rejections.into_iter().chain(outcome.failure) {
            self.note(trouble);
        }
    }

    /// The same trouble is told once, when it was last.
    fn note(&mut self, trouble: Trouble) {
        let same = |other: &Trouble| {
            (&other.code, &other.external_id) == (&trouble.code, &trouble.external_id)
        };
        self.troubles.retain(|other| !same(other));
        self.troubles.insert(0, trouble);
        self.troubles.truncate(MOST_TROUBLES);
    }
}

impl Counts {
    /// Counts others in.
    pub fn add(&mut self, more: Counts) {
        self.created += more.created;
        self.updated += more.updated;
        self.unchanged += more.unchanged;
        self.rejected += more.rejected;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn trouble(code: &str, id: Option<&str>) -> Trouble {
        let external_id = id.map(str::to_owned);
        Trouble { at: DateTime::UNIX_EPOCH, code: code.into(), detail: String::new(), external_id }
    }

    #[test]
    fn a_failure_keeps_what_to_ask_with_and_another_feed_does_not() {
        let now = Utc::now();
        let before = now - TimeDelta::seconds(1);
        let validators = Validators { etag: Some("\"1\"".into()), last_modified: None };
        let mut wire = Wire::default();
        let well = Outcome {
            status: Some(200),
            validators: Some(validators.clone()),
            ..Outcome::default()
        };
        wire.follow(well, "a", now);
        assert_eq!(
            (wire.validators("a", before), wire.validators("b", before)),
            (validators.clone(), Validators::default())
        );
        let failed = Outcome { failure: Some(trouble("timeout", None)), ..Outcome::default() };
        assert_eq!(wire.validators("a", now), Validators::default(), "its source has changed");
        wire.follow(failed.clone(), "a", now);
        wire.follow(failed.clone(), "a", now);
        assert_eq!((wire.consecutive_failures, wire.troubles.len()), (2, 1), "told once");
        assert_eq!(wire.validators("a", before), validators);
        wire.follow(failed, "b", now);
        assert_eq!(wire.validators("b", before), Validators::default());
        wire.follow(Outcome::default(), "b", now);
        assert_eq!((wire.consecutive_failures, wire.polls), (0, 5));
    }

    #[test]
    fn the_newest_troubles_are_kept() {
        let mut wire = Wire::default();
        for number in 0..20 {
            wire.note(trouble("x", Some(&number.to_string())));
        }
        assert_eq!(wire.troubles.len(), MOST_TROUBLES);
        assert_eq!(wire.troubles[0].external_id.as_deref(), Some("19"));
    }
}

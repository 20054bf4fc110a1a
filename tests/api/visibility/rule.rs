//! The rule, in plain form.
//!
//! * Lists show live stories, whoever asks. Other states come only by name: without a key 401,
//!   without `articles:read` 403, and a key bound to a source gets that source's stories only.
//! * A single story is shown in any state to a key that may read it: one with `articles:read` or
//!   `articles:write` that is not bound to another source. To others: live 200, else 404.
//! * Once live and now in the trash or retracted: 410 for everybody.

use newswire::access::Scope;

/// What became of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Draft,
    DraftWithPastDate,
    Scheduled,
    Live,
    NeverLiveExpired,
    ExpiredAfterLive,
    UnpublishedAfterLive,
    TrashedAfterLive,
    TrashedAfterUnpublished,
    TrashedDraft,
    TrashedScheduled,
    RetractedAfterLive,
    RetractedDraft,
    TrashedAfterRetracted,
    RestoredAfterLive,
}

use Fate::*;

impl Fate {
    pub const ALL: [Fate; 15] = [
        Draft,
        DraftWithPastDate,
        Scheduled,
        Live,
        NeverLiveExpired,
        ExpiredAfterLive,
        UnpublishedAfterLive,
        TrashedAfterLive,
        TrashedAfterUnpublished,
        TrashedDraft,
        TrashedScheduled,
        RetractedAfterLive,
        RetractedDraft,
        TrashedAfterRetracted,
        RestoredAfterLive,
    ];

    /// The name of its state.
    pub fn state(self) -> &'static str {
        match self {
            Draft | DraftWithPastDate | UnpublishedAfterLive | RestoredAfterLive => "draft",
            Scheduled => "scheduled",
            Live => "live",
            NeverLiveExpired | ExpiredAfterLive => "expired",
            RetractedAfterLive | RetractedDraft => "retracted",
            _ => "trashed",
        }
    }

    pub fn is_trashed(self) -> bool {
        self.state() == "trashed"
    }

    pub fn is_retracted(self) -> bool {
        self.state() == "retracted"
    }

    pub fn is_withdrawn(self) -> bool {
        self.is_trashed() || self.is_retracted()
    }

    /// Whether it is withdrawn and the public has seen it.
    pub fn is_gone(self) -> bool {
        self.is_withdrawn() && !matches!(self, TrashedDraft | TrashedScheduled | RetractedDraft)
    }
}

/// Which source's stories a key is for. All stories of the table are of one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    Nothing,
    Theirs,
    Another,
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Caller {
    pub key: Option<String>,
    pub scope: Option<Scope>,
    pub bound: Bound,
}

impl Caller {
    pub fn has(&self, scope: Scope) -> bool {
        self.scope == Some(scope) || self.scope == Some(Scope::Admin)
    }

    /// Whether the stories are within the key's bounds.
    pub fn covers(&self) -> bool {
        self.bound != Bound::Another
    }

    /// Whether the caller may read the stories in any state.
    pub fn reads(&self) -> bool {
        (self.has(Scope::ArticlesRead) || self.has(Scope::ArticlesWrite)) && self.covers()
    }

    pub fn name(&self) -> String {
        format!("{:?} bound {:?}", self.scope, self.bound)
    }
}

/// The status of a single story.
pub fn single(caller: &Caller, fate: Fate) -> u16 {
    if fate.is_gone() {
        410
    } else if fate == Live || caller.reads() {
        200
    } else {
        404
    }
}

/// The status of a single story by its former slug.
pub fn former(caller: &Caller, fate: Fate) -> u16 {
    match single(caller, fate) {
        200 => 308,
        status => status,
    }
}

/// The status of a story's input: for keys that may read the story.
pub fn input(caller: &Caller, fate: Fate) -> u16 {
    match single(caller, fate) {
        _ if caller.key.is_none() => 401,
        200 if !caller.reads() => 403,
        status => status,
    }
}

/// Whether a story stands among the translations of another one that everybody sees.
pub fn as_translation(caller: &Caller, fate: Fate) -> bool {
    fate == Live || (caller.reads() && !fate.is_withdrawn())
}

/// Whether a list shows a story, with the states it was asked for; or the status of the refusal.
pub fn listed(caller: &Caller, fate: Fate, states: Option<&str>) -> Result<bool, u16> {
    match states {
        None | Some("live") => Ok(fate == Live),
        Some(_) if caller.key.is_none() => Err(401),
        Some(_) if !caller.has(Scope::ArticlesRead) => Err(403),
        Some(state) => Ok(caller.covers() && (state == "any" || state == fate.state())),
    }
}

/// The status of a change that is based on a version which never was.
pub fn stale_change(caller: &Caller, fate: Fate) -> u16 {
    match single(caller, fate) {
        _ if caller.key.is_none() => 401,
        _ if !caller.has(Scope::ArticlesWrite) => 403,
        200 if !caller.covers() => 403,
        200 if fate.is_withdrawn() => 410,
        200 => 412,
        status => status,
    }
}

/// The status of a deletion that is based on a version which never was; what is in the trash
/// already is deleted.
pub fn stale_deletion(caller: &Caller, fate: Fate) -> u16 {
    match stale_change(caller, fate) {
        410 if !caller.covers() => 403,
        410 if fate.is_retracted() => 412,
        410 => 204,
        status => status,
    }
}

//! Which states there were, and when each was acknowledged.

use newswire::freshness::LEASE;
use std::collections::VecDeque;

/// Microseconds by the clock of this machine, which the database has too.
pub type Time = i64;

/// Now.
pub fn now() -> Time {
    chrono::Utc::now().timestamp_micros()
}

/// Who writes: a node, by its number, or plain SQL.
pub const SQL: usize = 2;
/// How far the clocks of a node and the database may be apart at an instant.
const SLACK: Time = 10_000;
/// Reads take no longer than this.
const KEPT: Time = 40_000_000;

pub const LANGUAGES: [&str; 4] = ["en", "de", "fr", "ur"];
/// The first stories are the originals of others, and stay.
pub const ORIGINALS: usize = 4;
pub const SLOTS: usize = 24;
pub const SOURCES: usize = 4;
/// Two at the top, one that moves between them, and leaves that move below any.
pub const CATEGORIES: usize = 8;
pub const LEAVES: std::ops::Range<usize> = 3..CATEGORIES;

/// One state of something, and when it was known to be.
#[derive(Clone, Debug)]
struct Version<S> {
    state: S,
    by: usize,
    acknowledged: Option<Time>,
}

/// Something that changes, by one writer at a time.
#[derive(Clone, Debug)]
pub struct Register<S> {
    first: usize,
    versions: VecDeque<Version<S>>,
}

impl<S> Register<S> {
    /// In its first state.
    pub fn new(state: S) -> Self {
        let version = Version { state, by: SQL, acknowledged: Some(0) };
        Self { first: 0, versions: [version].into() }
    }

    /// Say so before it is written.
    pub fn begin(&mut self, state: S, by: usize) -> usize {
        let old = now() - KEPT;
        while self.versions.get(1).is_some_and(|next| next.acknowledged.is_some_and(|at| at < old))
        {
            self.versions.pop_front();
            self.first += 1;
        }
        self.versions.push_back(Version { state, by, acknowledged: None });
        self.first + self.versions.len() - 1
    }

    /// Say so after it was written.
    pub fn acknowledge(&mut self, version: usize) {
        self.versions[version - self.first].acknowledged = Some(now());
    }

    /// What a version is, to be completed by what its writer learned.
    pub fn get_mut(&mut self, version: usize) -> &mut S {
        &mut self.versions[version - self.first].state
    }

    /// The last one.
    pub fn latest(&self) -> &S {
        &self.versions.back().expect("a state").state
    }

    /// Those that a node may show to whom asked it at `began`.
    pub fn since(&self, node: usize, began: Time) -> impl Iterator<Item = &S> {
        let lease = LEASE.as_micros() as Time;
        let known = |version: &Version<S>| {
            let bound = if version.by == node { 0 } else { lease };
            version.acknowledged.is_some_and(|at| at + bound < began)
        };
        let floor = self.versions.iter().rposition(known).unwrap_or(0);
        self.versions.range(floor..).map(|version| &version.state)
    }
}

/// A story, in one of its states.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// No two states of a story have the same.
    pub count: u64,
    /// Not known until its first write is answered.
    pub id: Option<String>,
    pub slug: String,
    /// From when until when the public sees it.
    pub span: Option<(Time, Time)>,
    pub trashed: bool,
    pub source: usize,
    pub leaf: usize,
    pub topic: usize,
    pub language: usize,
    pub featured: bool,
    /// The story it translates.
    pub original: Option<usize>,
}

impl Story {
    pub fn headline(&self, slot: usize) -> String {
        format!("mark{slot:02} count{} rain", self.count)
    }

    /// Whether it was live at some instant.
    pub fn may_show(&self, began: Time, ended: Time) -> bool {
        self.span.is_some_and(|(from, until)| from <= ended + SLACK && until > began - SLACK)
    }

    /// Whether it was hidden at some instant.
    pub fn may_hide(&self, began: Time, ended: Time) -> bool {
        self.span.is_none_or(|(from, until)| from > began - SLACK || until <= ended + SLACK)
    }
}

/// The parent of each category.
pub type Tree = [Option<usize>; CATEGORIES];

/// The way from the root down.
pub fn way(tree: &Tree, category: usize) -> Vec<usize> {
    let mut way = vec![category];
    while let Some(parent) = tree[way[0]] {
        way.insert(0, parent);
    }
    way
}

/// All there is.
pub struct Model {
    pub stories: Vec<Register<Story>>,
    /// Names.
    pub sources: Vec<Register<String>>,
    /// Names.
    pub categories: Vec<Register<String>>,
    pub tree: Register<Tree>,
    /// What each category is called in the database.
    pub category_ids: Vec<String>,
}

/// Numbers that look random.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    /// One below `end`.
    pub fn within(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// An index below `end`.
    pub fn index(&mut self, end: usize) -> usize {
        self.within(end as u64) as usize
    }

    pub fn one_in(&mut self, many: u64) -> bool {
        self.within(many) == 0
    }
}

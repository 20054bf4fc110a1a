//! What a memory shows, as a number: names are hashed into a fixed table, so that a node needs no
//! list of what it remembers. Two names that meet in one place only cost a needless read.

use crate::ids::{ArticleId, CategoryId, SourceId};
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

/// How many places there are; a power of two.
pub const SLOTS: usize = 1 << 16;

/// Room for the longest name with an id in it: an answer has many, and each is only hashed.
const NAME: usize = 64;

/// Something that can change. The names are those that the triggers write into `changes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope(u32);

impl Scope {
    /// All there is.
    pub const EVERYTHING: Scope = Scope(u32::MAX);

    /// The one of that name.
    pub fn named(name: &str) -> Self {
        if name == "everything" {
            return Self::EVERYTHING;
        }
        Self::hashed(name.as_bytes())
    }

    fn of(kind: &str, id: Uuid) -> Self {
        let mut name = [0; NAME];
        let (front, rest) = name.split_at_mut(kind.len());
        front.copy_from_slice(kind.as_bytes());
        rest[0] = b':';
        let length = kind.len() + 1 + id.as_hyphenated().encode_lower(&mut rest[1..]).len();
        Self::hashed(&name[..length])
    }

    fn hashed(name: &[u8]) -> Self {
        Self((xxh3_64(name) % SLOTS as u64) as u32)
    }

    /// A story with all its language versions, by the one they go back to.
    pub fn group(original: ArticleId) -> Self {
        Self::of("group", original.0)
    }

    /// A source's own members.
    pub fn source(id: SourceId) -> Self {
        Self::of("source", id.0)
    }

    /// A category's own members.
    pub fn category(id: CategoryId) -> Self {
        Self::of("category", id.0)
    }

    /// Every list of stories.
    pub fn articles() -> Self {
        Self::named("articles")
    }

    /// The stories of a source.
    pub fn articles_of_source(id: SourceId) -> Self {
        Self::of("articles/source", id.0)
    }

    /// The stories filed in a category, not those below it.
    pub fn articles_of_category(id: CategoryId) -> Self {
        Self::of("articles/category", id.0)
    }

    /// The stories in a language.
    pub fn articles_in_language(tag: &str) -> Self {
        Self::named(&format!("articles/language:{}", tag.to_lowercase()))
    }

    /// The stories that were live and were withdrawn.
    pub fn departed() -> Self {
        Self::named("departed")
    }

    /// The list of sources.
    pub fn sources() -> Self {
        Self::named("sources")
    }

    /// The list of categories.
    pub fn categories() -> Self {
        Self::named("categories")
    }

    /// Which category stands below which.
    pub fn tree() -> Self {
        Self::named("tree")
    }

    pub(super) fn slot(self) -> usize {
        self.0 as usize % SLOTS
    }
}

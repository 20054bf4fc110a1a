//! What a category is, without any I/O.

use crate::ids::{CategoryId, Reference};
use crate::values::Metadata;
use chrono::{DateTime, Utc};

/// How many levels the tree may have.
pub const MAX_DEPTH: usize = 8;

/// What somebody writes about a category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Its name; unique among siblings.
    pub name: String,
    /// What belongs there.
    pub description: Option<String>,
    /// Its place among siblings, smallest first.
    pub position: i32,
    /// Its IPTC Media Topic, such as `medtop:11000000`.
    pub media_topic: Option<String>,
    /// Notes for key holders.
    pub metadata: Metadata,
}

/// Where a category should stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parent {
    /// Where it is (at the top, when new).
    Keep,
    /// At the top.
    Root,
    /// Below another one.
    Below(Reference),
}

/// A category as others show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// Its id.
    pub id: CategoryId,
    /// Its current slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its IPTC Media Topic.
    pub media_topic: Option<String>,
}

/// A category as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// Its current slug.
    pub slug: String,
    /// What was written about it.
    pub content: Content,
    /// The ids from the root down to and including itself.
    pub path: Vec<CategoryId>,
    /// The same with names, read along with it.
    pub breadcrumb: Vec<Crumb>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
    /// Moves with each change of its own members.
    pub version: i64,
}

impl Category {
    /// The one it stands below.
    pub fn parent_id(&self) -> Option<CategoryId> {
        self.path.iter().rev().nth(1).copied()
    }

    /// The one it stands below, as others show it.
    pub fn parent(&self) -> Option<&Crumb> {
        self.breadcrumb.iter().rev().nth(1)
    }
}

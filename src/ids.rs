//! Ids: UUIDv7 (time-ordered, made without a sequence), a type of its own a resource; and
//! [`Reference`], an id or a slug as people write it.

use serde::Deserialize;
use std::fmt;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, later than every earlier one.
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+ };
}

ids! {
    /// Names an article.
    ArticleId
    /// Names a source.
    SourceId
    /// Names a category.
    CategoryId
    /// Names a key.
    KeyId
}

/// How a request names a resource. Slugs are never shaped like a UUID, so the two cannot collide.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "String")]
pub enum Reference {
    /// By id.
    Id(Uuid),
    /// By slug.
    Slug(String),
}

impl From<String> for Reference {
    fn from(text: String) -> Self {
        const HYPHENATED: usize = 36;
        match Uuid::try_parse(&text) {
            Ok(id) if text.len() == HYPHENATED => Reference::Id(id),
            _ => Reference::Slug(text),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Id(id) => id.fmt(f),
            Reference::Slug(slug) => f.write_str(slug),
        }
    }
}

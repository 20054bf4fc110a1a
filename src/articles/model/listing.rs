//! How lists of articles are sorted and counted, without any I/O.

use crate::ids::{CategoryId, SourceId};

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// When it was published (unpublished ones: made).
    #[default]
    Published,
    /// When it was last written.
    Updated,
    /// Its urgency, then when it was published.
    Urgency,
    /// How well it fits the words asked for, then when it was published.
    Relevance,
}

/// What a list is sorted by, and which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// The key.
    pub sort: Sort,
    /// The oldest, the least urgent, the least fitting first.
    pub reversed: bool,
}

/// What matches are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// The categories they are filed in, and those above.
    Category,
    /// Their source.
    Source,
    /// Their language.
    Language,
    /// Their tags.
    Tag,
    /// The month they were published in, UTC.
    Month,
}

impl Facet {
    /// Every facet.
    pub const ALL: [Facet; 5] =
        [Facet::Category, Facet::Source, Facet::Language, Facet::Tag, Facet::Month];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Facet::Category => "category",
            Facet::Source => "source",
            Facet::Language => "language",
            Facet::Tag => "tag",
            Facet::Month => "month",
        }
    }
}

/// How many matches have each of the most frequent values, the most frequent first.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// The categories they are filed in, and those above.
    pub categories: Vec<(CategoryId, i64)>,
    /// Their sources.
    pub sources: Vec<(SourceId, i64)>,
    /// Their languages, BCP 47.
    pub languages: Vec<(String, i64)>,
    /// Their tags.
    pub tags: Vec<(Tag, i64)>,
    /// The months they were published in.
    pub months: Vec<(Month, i64)>,
}

/// A tag of stories.
#[derive(Clone, Debug)]
pub struct Tag {
    /// What it is compared by.
    pub slug: String,
    /// As it is written.
    pub name: String,
}

/// A month, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The year.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
}

/// What stories are listed by beside their own members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermKind {
    /// A tag.
    Tag,
    /// An author.
    Author,
}

impl TermKind {
    /// The letter before it in `article_listings`.
    pub const fn mark(self) -> char {
        match self {
            TermKind::Tag => 't',
            TermKind::Author => 'a',
        }
    }
}

/// A tag or an author.
#[derive(Clone, Debug)]
pub struct Term {
    /// What filters take.
    pub slug: String,
    /// As the newest story writes it.
    pub name: String,
    /// The author's page.
    pub url: Option<String>,
    /// How many live stories it has.
    pub count: i64,
}

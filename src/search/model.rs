//! What a suggestion is, without any I/O.

/// What a suggestion names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A category.
    Category,
    /// A source.
    Source,
    /// A tag.
    Tag,
    /// An author.
    Author,
    /// A story, by its headline.
    Article,
}

/// Something that could be meant.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// What it names.
    pub kind: Kind,
    /// What to show.
    pub text: String,
    /// What names it in filters and addresses.
    pub slug: String,
}

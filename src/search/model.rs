//! What a suggestion is and how it is found, without any I/O.

use crate::text::search::Typed;
use std::collections::HashMap;

/// What a suggestion names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What it names.
    pub kind: Kind,
    /// What to show.
    pub text: String,
    /// What names it in filters and addresses.
    pub slug: String,
}

/// What a story is called by.
#[derive(Clone, Debug)]
pub struct Names {
    /// Its slug.
    pub slug: String,
    /// Its headline.
    pub headline: String,
    /// Slug and name of each tag.
    pub tags: Vec<(String, String)>,
    /// Slug and name of each author.
    pub authors: Vec<(String, String)>,
}

/// At most `most` of what these stories, the newest first, are called by and what has been typed fits:
/// tags and authors by how many of them have it, then headlines.
pub fn fitting(typed: &Typed, stories: Vec<Names>, most: usize) -> Vec<Suggestion> {
    let mut counts: HashMap<(Kind, String), (usize, String)> = HashMap::new();
    let mut headlines = Vec::new();
    for Names { slug, headline, tags, authors } in stories {
        let tags = tags.into_iter().map(|tag| (Kind::Tag, tag));
        let authors = authors.into_iter().map(|author| (Kind::Author, author));
        for (kind, (slug, name)) in tags.chain(authors) {
            // of each its newest spelling is looked at
            counts.entry((kind, slug)).or_insert((0, name)).0 += 1;
        }
        if headlines.len() < most && typed.matches(&headline) {
            headlines.push(Suggestion { kind: Kind::Article, text: headline, slug });
        }
    }
    counts.retain(|_, (_, name)| typed.matches(name));
    let mut terms: Vec<_> = counts.into_iter().collect();
    terms.sort_by_cached_key(|((kind, slug), (count, _))| {
        (std::cmp::Reverse(*count), *kind == Kind::Author, slug.clone())
    });
    let term = |((kind, slug), (_, text))| Suggestion { kind, text, slug };
    terms.into_iter().map(term).chain(headlines).take(most).collect()
}

//! Every remembered path, and which stories it shows.

use super::model::{CATEGORIES, LANGUAGES, Model, ORIGINALS, SLOTS, SOURCES, Story, Tree, way};

/// Which stories a list shows.
#[derive(Clone, Debug)]
pub enum Filter {
    All,
    Below(usize),
    NotBelow(usize),
    Source(usize),
    NotSource(usize),
    Topic(usize),
    Own(usize),
    Author(usize),
    Language(usize),
    Featured,
    Mark(usize),
    Ids(Vec<String>),
}

impl Filter {
    /// Whether it lets a story through.
    pub fn takes(&self, slot: usize, story: &Story, tree: &Tree) -> bool {
        match self {
            Filter::All => true,
            Filter::Below(category) => way(tree, story.leaf).contains(category),
            Filter::NotBelow(category) => !way(tree, story.leaf).contains(category),
            Filter::Source(source) => story.source == *source,
            Filter::NotSource(source) => story.source != *source,
            Filter::Topic(topic) => story.topic == *topic,
            Filter::Author(author) => author_of(story) == *author,
            Filter::Language(language) => story.language == *language,
            Filter::Featured => story.featured,
            Filter::Own(own) | Filter::Mark(own) => slot == *own,
            Filter::Ids(ids) => story.id.as_ref().is_some_and(|id| ids.contains(id)),
        }
    }

    fn query(&self) -> String {
        match self {
            Filter::All => String::new(),
            Filter::Below(category) => format!("&category=cat-{category}"),
            Filter::NotBelow(category) => format!("&exclude_category=cat-{category}"),
            Filter::Source(source) => format!("&source=source-{source}"),
            Filter::NotSource(source) => format!("&exclude_source=source-{source}"),
            Filter::Topic(topic) => format!("&tag=topic-{topic}"),
            Filter::Own(own) => format!("&tag=own-{own:02}"),
            Filter::Author(author) => format!("&author=author-{author}"),
            Filter::Language(language) => format!("&language={}", LANGUAGES[*language]),
            Filter::Featured => "&featured=true".to_owned(),
            Filter::Mark(slot) => format!("&q=mark{slot:02}"),
            Filter::Ids(ids) => ids.iter().map(|id| format!("&ids={id}")).collect(),
        }
    }
}

/// The author of a story stays with its topic.
pub fn author_of(story: &Story) -> usize {
    story.topic / 2
}

/// What a story is asked for by. One that was made anew has others.
#[derive(Clone, Debug)]
pub enum Named {
    Id(String),
    Slug(String),
}

impl Named {
    /// Whether a story is the one.
    pub fn is(&self, story: &Story) -> bool {
        match self {
            Named::Id(id) => story.id.as_ref() == Some(id),
            Named::Slug(slug) => story.slug == *slug,
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A story: its place, and what it is asked for by.
    One(usize, Named),
    /// A list that has all it can have.
    List(Filter),
    /// The beginning of a list.
    Top,
    /// Tags or authors.
    Terms,
    Suggestions(usize),
    Categories,
    Category(usize),
    Tree,
    Sources,
    Source(usize),
}

/// A request.
#[derive(Clone, Debug)]
pub struct Read {
    pub path: String,
    pub kind: Kind,
    /// For the tally.
    pub name: &'static str,
}

impl Read {
    fn new(name: &'static str, path: String, kind: Kind) -> Self {
        Self { path: format!("/api/v1/{path}"), kind, name }
    }

    fn list(name: &'static str, filter: Filter, more: &str) -> Self {
        let limit = if matches!(filter, Filter::Ids(_)) { "" } else { "&limit=100" };
        let query = format!("{}{limit}{more}", filter.query());
        Self::new(name, format!("articles?{}", query.trim_start_matches('&')), Kind::List(filter))
    }

    /// All that can be asked for now.
    pub fn all(model: &Model) -> Vec<Self> {
        let mut all = Vec::new();
        for slot in 0..SLOTS {
            let story = model.stories[slot].latest();
            if let Some(id) = &story.id {
                let one = Kind::One(slot, Named::Id(id.clone()));
                all.push(Self::new("story by id", format!("articles/{id}"), one.clone()));
                if slot < 2 * ORIGINALS {
                    let path = format!("articles/{id}?include=related,source");
                    all.push(Self::new("story with related", path, one));
                }
            }
            let path = format!("articles/{}", story.slug);
            let one = Kind::One(slot, Named::Slug(story.slug.clone()));
            all.push(Self::new("story by slug", path, one));
            all.push(Self::list("list by tag", Filter::Own(slot), ""));
            all.push(Self::list("search of a rare word", Filter::Mark(slot), ""));
            all.push(Self::list("search by relevance", Filter::Mark(slot), "&sort=relevance"));
            let path = format!("search/suggest?q=mark{slot:02}");
            all.push(Self::new("suggestions", path, Kind::Suggestions(slot)));
            let path = format!("tags?prefix=own-{slot:02}");
            all.push(Self::new("tags by prefix", path, Kind::Terms));
        }
        let ids = |from: usize| {
            let latest = |slot: usize| model.stories[slot].latest().id.clone();
            Filter::Ids((from..from + 8).filter_map(latest).collect())
        };
        all.extend([0, 8, 16].map(|from| Self::list("list of ids", ids(from), "")));
        Self::lists(&mut all);
        Self::newsroom(&mut all);
        all
    }

    fn lists(all: &mut Vec<Self>) {
        let mut filters = vec![Filter::All, Filter::Featured];
        filters.extend((0..CATEGORIES).flat_map(|it| [Filter::Below(it), Filter::NotBelow(it)]));
        filters.extend((0..SOURCES).flat_map(|it| [Filter::Source(it), Filter::NotSource(it)]));
        filters.extend((0..4).map(Filter::Topic));
        filters.extend((0..2).map(Filter::Author));
        filters.extend((0..LANGUAGES.len()).map(Filter::Language));
        let facets = "&q=rain&facets=category,source,language,tag,month";
        for filter in filters {
            let plain = match filter {
                Filter::All => "list",
                Filter::Below(_) | Filter::NotBelow(_) => "list by category",
                Filter::Source(_) | Filter::NotSource(_) => "list by source",
                Filter::Topic(_) => "list by tag",
                Filter::Author(_) => "list by author",
                Filter::Language(_) => "list by language",
                _ => "list of featured",
            };
            all.push(Self::list(plain, filter.clone(), ""));
            all.push(Self::list("list with total", filter.clone(), "&total=exact"));
            all.push(Self::list("search with facets", filter, facets));
        }
        for sort in ["published_at", "-updated_at", "updated_at", "urgency", "-urgency"] {
            all.push(Self::list("sorted list", Filter::All, &format!("&sort={sort}")));
            let query = format!("&q=rain&sort={sort}");
            all.push(Self::list("sorted search", Filter::All, &query));
        }
        let ranked = "&q=rain&sort=relevance";
        all.push(Self::list("search by relevance", Filter::All, ranked));
        for include in ["related", "source,body_text", "body,body_html"] {
            let query = format!("&include={include}");
            all.push(Self::list("list with more", Filter::All, &query));
        }
        for limit in 1..6 {
            all.push(Self::new("first page", format!("articles?limit={limit}"), Kind::Top));
        }
    }

    fn newsroom(all: &mut Vec<Self>) {
        for _ in 0..4 {
            all.push(Self::new("tags", "tags?limit=100".into(), Kind::Terms));
            all.push(Self::new("authors", "authors?limit=100".into(), Kind::Terms));
            all.push(Self::new("tree", "categories/tree".into(), Kind::Tree));
            let path = "categories?limit=100&include=counts";
            all.push(Self::new("categories with counts", path.into(), Kind::Categories));
            let path = "sources?limit=100&include=counts";
            all.push(Self::new("sources with counts", path.into(), Kind::Sources));
            all.push(Self::new("sources", "sources?limit=100".into(), Kind::Sources));
            all.push(Self::new("categories", "categories?limit=100".into(), Kind::Categories));
        }
        for it in 0..CATEGORIES {
            all.push(Self::new("category", format!("categories/cat-{it}"), Kind::Category(it)));
        }
        for it in 0..SOURCES {
            all.push(Self::new("source", format!("sources/source-{it}"), Kind::Source(it)));
        }
    }
}

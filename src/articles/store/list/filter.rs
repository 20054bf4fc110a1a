//! Which articles a list shows, as conditions that never multiply rows.

use crate::articles::model::State;
use crate::articles::store::visibility;
use crate::db::sql::{Bind, Piece};
use crate::ids::{ArticleId, CategoryId, SourceId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Which articles a list shows: any within one member, all across members.
#[derive(Clone, Debug)]
pub struct Filter {
    /// In these states.
    pub states: Vec<State>,
    /// Of this source only, whatever else is asked (a bound key's).
    pub bound_to: Option<SourceId>,
    /// Among these.
    pub ids: Vec<ArticleId>,
    /// In any of these categories; descendants are named too.
    pub categories: Vec<CategoryId>,
    /// In any of these categories too: those of the topics asked for, descendants named.
    pub topics: Vec<CategoryId>,
    /// In none of these categories; descendants are named too.
    pub exclude_categories: Vec<CategoryId>,
    /// From any of these sources.
    pub sources: Vec<SourceId>,
    /// From none of these sources.
    pub exclude_sources: Vec<SourceId>,
    /// With any of these tags, by slug.
    pub tags: Vec<String>,
    /// By any of these authors, by slug.
    pub authors: Vec<String>,
    /// In any of these languages, in lower case.
    pub languages: Vec<String>,
    /// With this supplier's id.
    pub external_id: Option<String>,
    /// That was there.
    pub source_url: Option<String>,
    /// With this slug.
    pub slug: Option<String>,
    /// Published then or later.
    pub published_after: Option<DateTime<Utc>>,
    /// Published earlier.
    pub published_before: Option<DateTime<Utc>>,
    /// Written then or later.
    pub updated_after: Option<DateTime<Utc>>,
    /// Written earlier.
    pub updated_before: Option<DateTime<Utc>>,
    /// Featured, or not.
    pub featured: Option<bool>,
    /// With these words: a `tsquery` as PostgreSQL writes it.
    pub words: Option<String>,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            states: vec![State::Live],
            bound_to: None,
            ids: Vec::new(),
            categories: Vec::new(),
            topics: Vec::new(),
            exclude_categories: Vec::new(),
            sources: Vec::new(),
            exclude_sources: Vec::new(),
            tags: Vec::new(),
            authors: Vec::new(),
            languages: Vec::new(),
            external_id: None,
            source_url: None,
            slug: None,
            published_after: None,
            published_before: None,
            updated_after: None,
            updated_before: None,
            featured: None,
            words: None,
        }
    }
}

/// How conditions on terms and words are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// At each row that is walked over.
    Row,
    /// For an index to find rows by.
    Index,
}

/// The terms of `article_listings`.
pub fn terms(kind: char, names: impl Iterator<Item = String>) -> Vec<String> {
    names.map(|name| format!("{kind}:{name}")).collect()
}

impl Filter {
    /// Whether only what the public sees is listed.
    pub fn is_public(&self) -> bool {
        self.states == [State::Live]
    }

    /// Whether it names a span of time.
    pub fn has_span(&self) -> bool {
        [self.published_after, self.published_before, self.updated_after, self.updated_before]
            .iter()
            .any(Option::is_some)
    }

    /// The terms of its categories, tags, authors and topics.
    pub fn terms(&self) -> [Vec<String>; 4] {
        [
            terms('c', self.categories.iter().map(ToString::to_string)),
            terms('t', self.tags.iter().cloned()),
            terms('a', self.authors.iter().cloned()),
            terms('c', self.topics.iter().map(ToString::to_string)),
        ]
    }

    /// How many of its members say something that an ordered index of `articles` does not.
    pub fn forms(&self) -> usize {
        let lists = [
            self.ids.len(),
            self.categories.len(),
            self.topics.len(),
            self.exclude_categories.len(),
            self.sources.len(),
            self.exclude_sources.len(),
            self.tags.len(),
            self.authors.len(),
            self.languages.len(),
        ];
        let single = [
            self.bound_to.is_some(),
            self.external_id.is_some(),
            self.source_url.is_some(),
            self.slug.is_some(),
            self.updated_after.is_some(),
            self.updated_before.is_some(),
            self.featured.is_some(),
            self.words.is_some(),
        ];
        lists.into_iter().filter(|length| *length > 0).count()
            + single.into_iter().filter(|said| *said).count()
    }

    /// All conditions, joined.
    pub fn condition(&self, look: Look) -> Piece {
        let mut all = visibility::in_states(&self.states);
        let mut and = |piece: Piece| all = std::mem::take(&mut all).push(" AND ").piece(piece);
        self.by_reference(look, &mut and);
        self.by_value(&mut and);
        self.by_time(&mut and);
        all
    }

    fn by_reference(&self, look: Look, and: &mut impl FnMut(Piece)) {
        if let Some(source) = self.bound_to {
            and(Piece::new("articles.source_id = ").bind(Bind::Uuid(source.0)));
        }
        if !self.ids.is_empty() {
            let ids = self.ids.iter().map(|id| id.0).collect();
            and(Piece::new("articles.id = ANY (").bind(Bind::Uuids(ids)).push(")"));
        }
        // one value is compared as one, so that an index also gives the order
        match ids(&self.sources).as_slice() {
            [] => {}
            [one] => and(Piece::new("articles.source_id = ").bind(Bind::Uuid(*one))),
            many => {
                let many = Bind::Uuids(many.to_vec());
                and(Piece::new("articles.source_id = ANY (").bind(many).push(")"));
            }
        }
        if !self.exclude_sources.is_empty() {
            let others = Bind::Uuids(ids(&self.exclude_sources));
            and(Piece::new("(articles.source_id IS NULL OR articles.source_id <> ALL (")
                .bind(others)
                .push("))"));
        }
        let [categories, tags, authors, topics] = self.terms();
        let filed = |ids: &[CategoryId]| Bind::Uuids(ids.iter().map(|id| id.0).collect());
        // other states stand in no listing
        let indexed = look == Look::Index && self.is_public();
        let columns = [
            (categories, "articles.category_ids", filed(&self.categories)),
            (tags, "articles.tag_slugs", Bind::Texts(self.tags.clone())),
            (authors, "articles.author_slugs", Bind::Texts(self.authors.clone())),
            (topics, "articles.category_ids", filed(&self.topics)),
        ];
        for (terms, column, values) in columns {
            if terms.is_empty() {
                continue;
            }
            and(if indexed {
                Piece::new(
                    "articles.id IN (SELECT article_id FROM article_listings WHERE term = ANY (",
                )
                .bind(Bind::Texts(terms))
                .push("))")
            } else {
                Piece::new(column).push(" && ").bind(values)
            });
        }
        if !self.exclude_categories.is_empty() {
            let others = self.exclude_categories.iter().map(|id| id.0).collect();
            and(Piece::new("NOT articles.category_ids && ").bind(Bind::Uuids(others)));
        }
    }

    fn by_value(&self, and: &mut impl FnMut(Piece)) {
        match self.languages.as_slice() {
            [] => {}
            [one] => {
                and(Piece::new("language_key(articles.language) = ").bind(Bind::Text(one.clone())))
            }
            many => {
                let many = Bind::Texts(many.to_vec());
                and(Piece::new("language_key(articles.language) = ANY (").bind(many).push(")"));
            }
        }
        let texts = [
            ("articles.external_id = ", &self.external_id),
            ("articles.source_url = ", &self.source_url),
            ("articles.slug = ", &self.slug),
        ];
        for (column, value) in texts {
            if let Some(value) = value {
                and(Piece::new(column).bind(Bind::Text(value.clone())));
            }
        }
        match self.featured {
            Some(true) => and(Piece::new("articles.featured")),
            Some(false) => and(Piece::new("NOT articles.featured")),
            None => {}
        }
        if let Some(words) = &self.words {
            and(Piece::new("articles.search @@ ")
                .bind(Bind::Text(words.clone()))
                .push("::tsquery"));
        }
    }

    fn by_time(&self, and: &mut impl FnMut(Piece)) {
        // of published stories both columns are the same, and lists are indexed by one of them
        let published =
            if self.is_published() { "articles.listed_at" } else { "articles.published_at" };
        let spans = [
            (published, " >= ", self.published_after),
            (published, " < ", self.published_before),
            ("articles.updated_at", " >= ", self.updated_after),
            ("articles.updated_at", " < ", self.updated_before),
        ];
        for (column, sign, time) in spans {
            if let Some(time) = time {
                and(Piece::new(column).push(sign).bind(Bind::Time(time)));
            }
        }
    }
}

fn ids(sources: &[SourceId]) -> Vec<Uuid> {
    sources.iter().map(|id| id.0).collect()
}

//! What a feed is narrowed down to, in words for its readers.

use crate::app::App;
use crate::articles::model::name_slug;
use crate::articles::views::output::ArticleSummary;
use crate::articles::views::params::ListArticles;
use crate::catalog::Catalog;
use crate::db::Conn;
use crate::error::Error;
use crate::feeds::model::{Subject, Topic};
use crate::freshness::Scope;
use crate::http::basis::Facts;
use crate::ids::{CategoryId, Reference, SourceId};
use crate::text::language::is_bcp47;
use crate::{categories, sources};

/// The filters of a feed that its readers are told of.
pub(super) struct Asked {
    categories: Vec<Reference>,
    sources: Vec<Reference>,
    authors: Vec<String>,
    tags: Vec<String>,
    languages: Vec<String>,
    words: Option<String>,
}

impl Asked {
    pub(super) fn of(list: &ListArticles) -> Self {
        Self {
            categories: list.category.clone(),
            sources: list.source.clone(),
            authors: list.author.clone(),
            tags: list.tag.clone(),
            languages: list.language.clone(),
            words: list.q.clone(),
        }
    }

    /// The one language of the stories: that of the filter, else the one they have in common.
    pub(super) fn language(&self, stories: &[ArticleSummary]) -> Option<String> {
        let first = stories.first().map(|story| story.language.clone());
        match self.languages.as_slice() {
            // as the stories spell it
            [one] => first.or_else(|| Some(one.clone()).filter(|tag| is_bcp47(tag))),
            _ => first.filter(|first| stories.iter().all(|story| story.language == *first)),
        }
    }

    /// The names of what is asked for; what these rest on is added to the facts.
    pub(super) async fn subject(
        &self,
        app: &App,
        stories: &[ArticleSummary],
        facts: &mut Facts,
    ) -> Result<Subject, Error> {
        let mut subject = Subject {
            authors: self.authors.iter().map(|author| author_name(author, stories)).collect(),
            tags: self.tags.iter().map(|tag| tag_name(tag, stories)).collect(),
            languages: self.languages.clone(),
            words: self.words.clone(),
            ..Subject::default()
        };
        if self.categories.is_empty() && self.sources.is_empty() {
            return Ok(subject);
        }
        let mut conn = app.db.read().await?;
        let begun = app.freshness.epoch();
        let catalog = app.catalogs.get(&mut conn).await?;
        let (categories, sources) = self.ids(&mut conn, &catalog).await?;
        let covers = |catalog: &Catalog| {
            categories.iter().all(|id| catalog.category(*id).is_some())
                && sources.iter().all(|id| catalog.source(*id).is_some())
        };
        let catalog = app.catalogs.covering(&mut conn, begun, covers).await?;
        facts.scopes.extend(categories.iter().map(|id| Scope::category(*id)));
        facts.scopes.extend(sources.iter().map(|id| Scope::source(*id)));
        let topic = |id: &CategoryId| category_topic(app, &catalog, *id);
        subject.categories = categories.iter().filter_map(topic).collect();
        let topic = |id: &SourceId| source_topic(&catalog, *id);
        subject.sources = sources.iter().filter_map(topic).collect();
        Ok(subject)
    }

    /// The ids of what is asked for, also by former slugs. The list has refused what does not exist.
    async fn ids(
        &self,
        conn: &mut Conn,
        catalog: &Catalog,
    ) -> Result<(Vec<CategoryId>, Vec<SourceId>), Error> {
        let (mut category_ids, mut source_ids) = (Vec::new(), Vec::new());
        for reference in &self.categories {
            category_ids.extend(match catalog.find_category(reference) {
                Some(id) => Some(id),
                None => categories::store::resolve(conn, reference).await?,
            });
        }
        for reference in &self.sources {
            source_ids.extend(match catalog.find_source(reference) {
                Some(id) => Some(id),
                None => sources::store::resolve(conn, reference).await?,
            });
        }
        Ok((category_ids, source_ids))
    }
}

fn category_topic(app: &App, catalog: &Catalog, id: CategoryId) -> Option<Topic> {
    let category = catalog.category(id)?;
    Some(Topic {
        name: category.content.name.clone(),
        slug: category.slug.clone(),
        description: category.content.description.clone(),
        page: Some(app.addresses.category_page(&id.to_string(), &category.slug)),
    })
}

/// A source's own home page is not where its stories stand with us.
fn source_topic(catalog: &Catalog, id: SourceId) -> Option<Topic> {
    let source = catalog.source(id)?;
    let (name, description) = (source.content.name.clone(), source.content.description.clone());
    Some(Topic { name, slug: source.slug.clone(), description, page: None })
}

/// An author as the stories spell the name; as it was asked for when they do not.
fn author_name(asked: &str, stories: &[ArticleSummary]) -> String {
    let slug = name_slug(asked);
    let mut authors = stories.iter().flat_map(|story| &story.authors);
    let found = authors.find(|author| author.slug == slug);
    found.map_or_else(|| asked.to_owned(), |author| author.name.clone())
}

/// The same for a tag.
fn tag_name(asked: &str, stories: &[ArticleSummary]) -> String {
    let slug = name_slug(asked);
    let mut tags = stories.iter().flat_map(|story| &story.tags);
    let found = tags.find(|tag| name_slug(tag) == slug);
    found.map_or_else(|| asked.to_owned(), Clone::clone)
}

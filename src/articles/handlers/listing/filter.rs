//! From the parameters of a list to its filter: what they name is looked up, what contradicts itself is
//! refused.

use crate::articles::model::name_slug;
use crate::articles::store::list::{Filter, search};
use crate::articles::views::params::ListArticles;
use crate::catalog::Catalog;
use crate::categories;
use crate::db::Conn;
use crate::error::{Code, Error, Violation, Violations};
use crate::ids::{ArticleId, CategoryId, Reference, SourceId};
use crate::sources;
use crate::text::search::{SearchQuery, configuration};
use crate::topics;
use uuid::Uuid;

/// What is searched for.
pub(super) enum Search {
    /// Nothing: a plain list.
    No,
    /// Words of which none can be found: stop words, signs.
    Vain,
    /// These words.
    For(SearchQuery),
}

impl Search {
    pub(super) fn query(&self) -> Option<&SearchQuery> {
        match self {
            Search::For(query) => Some(query),
            Search::No | Search::Vain => None,
        }
    }
}

/// The words of `q`, in the configurations of the languages asked for, else of all that stories use.
pub(super) async fn words(
    conn: &mut Conn,
    catalog: &Catalog,
    params: &ListArticles,
    filter: &mut Filter,
) -> Result<Search, Error> {
    let Some(q) = &params.q else { return Ok(Search::No) };
    let Some(query) = SearchQuery::parse(q) else { return Ok(Search::Vain) };
    let mut configurations: Vec<&str> = if params.language.is_empty() {
        catalog.configurations.iter().map(String::as_str).collect()
    } else {
        params.language.iter().map(|tag| configuration(tag)).collect()
    };
    configurations.sort_unstable();
    configurations.dedup();
    filter.words = search::words(conn, &configurations, query.parts()).await?;
    Ok(if filter.words.is_some() { Search::For(query) } else { Search::Vain })
}

/// All that needs no look into the database.
pub(super) fn plain_filter(params: &ListArticles) -> Result<Filter, Error> {
    params.check()?;
    let (published, updated) = params.spans()?;
    let mut ids: Vec<ArticleId> = Vec::new();
    for id in params.ids.iter().copied().map(ArticleId) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(Filter {
        states: params.states(),
        ids,
        tags: params.tag.iter().map(|tag| name_slug(tag)).collect(),
        authors: params.author.iter().map(|author| name_slug(author)).collect(),
        languages: params.language.iter().map(|tag| tag.to_lowercase()).collect(),
        external_id: params.external_id.clone(),
        source_url: params.source_url.clone(),
        slug: params.slug.clone(),
        published_after: published.after,
        published_before: published.before,
        updated_after: updated.after,
        updated_before: updated.before,
        featured: params.featured,
        ..Filter::default()
    })
}

/// Categories with all below them, and sources; unknown ones are refused.
pub(super) async fn references(
    conn: &mut Conn,
    catalog: &Catalog,
    params: &ListArticles,
    filter: &mut Filter,
) -> Result<(), Error> {
    let mut found = Violations::default();
    let asked = category_ids(conn, catalog, "category", &params.category, &mut found).await?;
    filter.topics = of_topics(catalog, &params.media_topic, &mut found);
    let name = "exclude_category";
    let excluded = category_ids(conn, catalog, name, &params.exclude_category, &mut found).await?;
    refuse_both(name, &asked, &excluded, &mut found);
    filter.categories = with_below(catalog, asked);
    filter.exclude_categories = with_below(catalog, excluded);
    filter.sources = source_ids(conn, catalog, "source", &params.source, &mut found).await?;
    let name = "exclude_source";
    filter.exclude_sources =
        source_ids(conn, catalog, name, &params.exclude_source, &mut found).await?;
    refuse_both(name, &filter.sources, &filter.exclude_sources, &mut found);
    found.finish()
}

/// Refuses what is asked for and excluded under different names: what is written alike has been refused unseen.
fn refuse_both<T: PartialEq>(name: &str, asked: &[T], excluded: &[T], found: &mut Violations) {
    if asked.iter().any(|id| excluded.contains(id)) {
        let detail = "The same is asked for and excluded.";
        found.push(Violation::query(name, Code::FilterContradiction, detail));
    }
}

/// These categories with all below them.
fn with_below(catalog: &Catalog, ids: Vec<CategoryId>) -> Vec<CategoryId> {
    let below = ids.iter().flat_map(|id| catalog.with_descendants(*id)).copied();
    // one that was made elsewhere a moment ago is not in the catalog
    let mut all: Vec<CategoryId> = below.chain(ids.iter().copied()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The categories of these topics with all below them. Where there are none, one that there is not: no story
/// stands in it.
fn of_topics(catalog: &Catalog, topics: &[String], found: &mut Violations) -> Vec<CategoryId> {
    for wrong in topics.iter().filter(|topic| !topics::is_id(topic)) {
        let detail = format!("\"{wrong}\" is no topic: one is written as medtop:11000000.");
        found.push(Violation::query("media_topic", Code::QueryInvalid, detail));
    }
    let asked = |topic: &Option<String>| topic.as_ref().is_some_and(|topic| topics.contains(topic));
    let of_them = catalog.categories().filter(|category| asked(&category.content.media_topic));
    let below = of_them.flat_map(|category| catalog.with_descendants(category.id));
    let mut ids: Vec<CategoryId> = below.copied().collect();
    if ids.is_empty() && !topics.is_empty() {
        ids.push(CategoryId(Uuid::nil()));
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

async fn category_ids(
    conn: &mut Conn,
    catalog: &Catalog,
    name: &str,
    references: &[Reference],
    found: &mut Violations,
) -> Result<Vec<CategoryId>, Error> {
    let mut ids = Vec::new();
    for reference in references {
        // a former slug, or one made elsewhere a moment ago, is not in the catalog
        let id = match catalog.find_category(reference) {
            Some(id) => Some(id),
            None => categories::store::resolve(conn, reference).await?,
        };
        match id {
            Some(id) => ids.push(id),
            None => {
                let detail = format!("No category has the id or slug \"{reference}\".");
                found.push(Violation::query(name, Code::UnknownCategory, detail));
            }
        }
    }
    Ok(ids)
}

async fn source_ids(
    conn: &mut Conn,
    catalog: &Catalog,
    name: &str,
    references: &[Reference],
    found: &mut Violations,
) -> Result<Vec<SourceId>, Error> {
    let mut ids = Vec::with_capacity(references.len());
    for reference in references {
        let id = match catalog.find_source(reference) {
            Some(id) => Some(id),
            None => sources::store::resolve(conn, reference).await?,
        };
        match id {
            Some(id) if ids.contains(&id) => {}
            Some(id) => ids.push(id),
            None => {
                let detail = format!("No source has the id or slug \"{reference}\".");
                found.push(Violation::query(name, Code::UnknownSource, detail));
            }
        }
    }
    Ok(ids)
}

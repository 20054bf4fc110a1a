//! Listing articles: from parameters to a filter, from rows to a page.

use super::reading::rests_on;
use crate::access::{Caller, Scope as Right};
use crate::app::App;
use crate::articles::model::State;
use crate::articles::model::listing::{Facet, Sort};
use crate::articles::model::name_slug;
use crate::articles::store::company::{self, Read};
use crate::articles::store::list::{self, Ask, Bodies, Filter, Found, facets, search};
use crate::articles::store::related;
use crate::articles::views::Show;
use crate::articles::views::output::{ArticleSummary, Include};
use crate::articles::views::params::ListArticles;
use crate::articles::views::refs::Highlights;
use crate::articles::views::searched::{Facets, SearchFacts};
use crate::catalog::Catalog;
use crate::categories;
use crate::db::Conn;
use crate::db::keyset::Cursor;
use crate::db::live;
use crate::error::{Code, Error, Violation, Violations};
use crate::freshness::Scope;
use crate::http::basis::{Facts, PurgeKey};
use crate::http::page::Total;
use crate::http::{Basis, Page, Query};
use crate::ids::{ArticleId, CategoryId, Reference, SourceId};
use crate::sources;
use crate::text::search::{SearchQuery, configuration};
use std::sync::Arc;

/// So many characters of a body are quoted around what was searched for.
const SNIPPET_CHARS: usize = 240;
/// Lists of more categories than this rest on all stories.
const MOST_SCOPES: usize = 64;

/// One page.
pub async fn list(
    app: &App,
    caller: &Caller,
    query: Query<ListArticles>,
    basis: &Basis,
) -> Result<Page<ArticleSummary, SearchFacts>, Error> {
    let Query { params, fingerprint } = query;
    let cursor = Cursor::read(params.cursor.as_deref(), fingerprint)?;
    let mut filter = plain_filter(&params)?;
    if filter.states != [State::Live] {
        caller.require(Right::ArticlesRead)?;
        filter.bound_to = caller.bound_to().map(SourceId);
    }
    let mut conn = app.db.read().await?;
    let mut catalog = app.catalogs.get(&mut conn).await?;
    references(&mut conn, &catalog, &params, &mut filter).await?;
    let search = words(&mut conn, &catalog, &params, &mut filter).await?;
    let (include, order) = (params.include(), params.order());
    if cursor.as_ref().is_some_and(|cursor| !order.takes(cursor.key)) {
        return Err(Error::new(Code::CursorInvalid));
    }
    let bodies = match (include.any(), &search) {
        (true, _) => Bodies::All,
        (false, Search::For(_)) => Bodies::Excerpt,
        (false, _) => Bodies::No,
    };
    let limit = if filter.ids.is_empty() { params.limit() } else { filter.ids.len() as i64 };
    let asked = params.facets();
    // one instant for several statements is asked for before them, since it may come between
    let manifold =
        params.total.is_some() || !asked.is_empty() || include.related || !filter.ids.is_empty();
    let until = if manifold { live::next_change(&mut conn).await? } else { None };
    let mut found = match &search {
        Search::Vain => Found::nothing(),
        _ => {
            let ask = Ask { filter: &filter, order, cursor, limit, bodies, caller };
            list::page(&mut conn, &ask).await?
        }
    };
    let covers = |catalog: &Catalog| {
        found
            .slice
            .rows
            .iter()
            .all(|(read, _)| company::is_covered(catalog, std::slice::from_ref(read)))
    };
    if !covers(&catalog) {
        catalog = app.catalogs.covering(&mut conn, covers).await?;
    }
    let extra = extra(&mut conn, &filter, &search, &asked, &found, order.sort, &catalog).await?;
    let total = match (params.total, &search) {
        (None, _) => None,
        (Some(_), Search::Vain) => Some((0, true)),
        (Some(Total::Exact), _) => Some((list::count(&mut conn, &filter).await?, true)),
        (Some(Total::Estimated), _) => Some(list::estimate(&mut conn, &filter).await?),
    };
    let mut facts = facts(&filter, &found, &catalog);
    // what was written since is told by the rows
    facts.until = [facts.until, until].into_iter().flatten().min();
    facts.scopes.extend(named(&asked));
    let cursors = found.slice.cursors(fingerprint, |(_, key)| *key)?;
    if !filter.ids.is_empty() {
        let place = |id: ArticleId| filter.ids.iter().position(|one| *one == id);
        found.slice.rows.sort_by_key(|(read, _)| place(read.article.id));
    }
    let read: Vec<Read> = found.slice.rows.into_iter().map(|(read, _)| read).collect();
    let shown = Shown { app, caller, include, search: search.query() };
    let items = shown.items(&mut conn, read, catalog, &mut facts).await?;
    basis.set(facts);
    let mut page = Page::new(items, cursors.next, cursors.prev, total);
    page.extra = extra;
    Ok(page)
}

/// How the stories of a page are shown.
struct Shown<'a> {
    app: &'a App,
    caller: &'a Caller,
    include: Include,
    search: Option<&'a SearchQuery>,
}

impl Shown<'_> {
    async fn items(
        &self,
        conn: &mut Conn,
        read: Vec<Read>,
        catalog: Arc<Catalog>,
        facts: &mut Facts,
    ) -> Result<Vec<ArticleSummary>, Error> {
        let mut relatives = None;
        if self.include.related {
            let ids: Vec<ArticleId> = read.iter().map(|read| read.article.id).collect();
            relatives = Some(related::load(conn, &ids).await?);
            facts.scopes = vec![Scope::articles(), Scope::sources(), Scope::categories()];
        }
        let marked = self.marked(&read).await?;
        let (articles, relations) = company::part(read, catalog);
        let show = Show { addresses: &self.app.addresses, caller: self.caller };
        let mut items = Vec::with_capacity(articles.len());
        let mut marked = marked.into_iter();
        for article in articles {
            let id = article.id;
            let mut item = ArticleSummary::new(article, &relations, show, self.include);
            item.highlights = marked.next();
            if let Some(relatives) = &relatives {
                let related = relatives.get(&id).map(Vec::as_slice).unwrap_or_default();
                item.relate(related, &relations, show);
            }
            items.push(item);
        }
        Ok(items)
    }

    /// Where the words stand in each story; none when none were asked for. Off the async workers: a
    /// page of long texts takes milliseconds.
    async fn marked(&self, read: &[Read]) -> Result<Vec<Highlights>, Error> {
        let Some(query) = self.search.cloned() else { return Ok(Vec::new()) };
        let text = |read: &Read| {
            let bodies = read.article.bodies.as_ref();
            let body = bodies.map(|bodies| bodies.text.clone()).unwrap_or_default();
            (read.article.content.headline.clone(), body)
        };
        let texts: Vec<(String, String)> = read.iter().map(text).collect();
        let mark = move || {
            let one = |(headline, body): (String, String)| Highlights {
                snippet: query.snippet(&body, SNIPPET_CHARS),
                headline: query
                    .highlight(&headline)
                    .unwrap_or_else(|| query.snippet(&headline, usize::MAX)),
            };
            texts.into_iter().map(one).collect()
        };
        tokio::task::spawn_blocking(mark).await.map_err(Error::internal)
    }
}

/// What is searched for.
enum Search {
    /// Nothing: a plain list.
    No,
    /// Words of which none can be found: stop words, signs.
    Vain,
    /// These words.
    For(SearchQuery),
}

impl Search {
    fn query(&self) -> Option<&SearchQuery> {
        match self {
            Search::For(query) => Some(query),
            Search::No | Search::Vain => None,
        }
    }
}

/// The words of `q`, in the configurations of the languages asked for, else of all that stories use.
async fn words(
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
    let texts: Vec<String> =
        [Some(query.tsquery()), query.folded(), query.definite()].into_iter().flatten().collect();
    filter.words = search::words(conn, &configurations, &texts).await?;
    Ok(if filter.words.is_some() { Search::For(query) } else { Search::Vain })
}

async fn extra(
    conn: &mut Conn,
    filter: &Filter,
    search: &Search,
    asked: &[Facet],
    found: &Found,
    sort: Sort,
    catalog: &Catalog,
) -> Result<SearchFacts, Error> {
    let (Search::For(_) | Search::Vain) = search else { return Ok(SearchFacts::default()) };
    let (mut counts, mut cut) = (Vec::new(), false);
    if let (false, Some(words)) = (asked.is_empty(), &filter.words) {
        (counts, cut) = facets::count(conn, filter, words, asked).await?;
    }
    Ok(SearchFacts {
        approximate: Some(cut || (sort == Sort::Relevance && found.approximate)),
        facets: (!asked.is_empty()).then(|| Facets::new(asked, counts, catalog)),
    })
}

/// All that needs no look into the database.
fn plain_filter(params: &ListArticles) -> Result<Filter, Error> {
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
async fn references(
    conn: &mut Conn,
    catalog: &Catalog,
    params: &ListArticles,
    filter: &mut Filter,
) -> Result<(), Error> {
    let mut found = Violations::default();
    filter.categories =
        category_ids(conn, catalog, "category", &params.category, &mut found).await?;
    let excluded = ("exclude_category", &params.exclude_category);
    filter.exclude_categories =
        category_ids(conn, catalog, excluded.0, excluded.1, &mut found).await?;
    filter.sources = source_ids(conn, catalog, "source", &params.source, &mut found).await?;
    filter.exclude_sources =
        source_ids(conn, catalog, "exclude_source", &params.exclude_source, &mut found).await?;
    found.finish()
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
            Some(id) => match catalog.with_descendants(id) {
                [] => ids.push(id),
                all => ids.extend_from_slice(all),
            },
            None => {
                let detail = format!("No category has the id or slug \"{reference}\".");
                found.push(Violation::query(name, Code::UnknownCategory, detail));
            }
        }
    }
    ids.sort_unstable();
    ids.dedup();
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

/// What a page rests on: that no story enters or leaves it, and all that it shows of each.
fn facts(filter: &Filter, found: &Found, catalog: &Catalog) -> Facts {
    let mut facts = Facts {
        scopes: membership(filter),
        until: found.until,
        keys: vec![PurgeKey::all("articles")],
        ..Facts::default()
    };
    if let [language] = filter.languages.as_slice() {
        facts.language = Some(language.clone());
    }
    for (read, _) in &found.slice.rows {
        rests_on(read, catalog, &mut facts);
    }
    facts.scopes.sort_unstable();
    facts.scopes.dedup();
    facts.keys.sort_unstable();
    facts.keys.dedup();
    facts
}

/// What facets show of sources and categories, whether these stand on the page or not.
fn named(facets: &[Facet]) -> impl Iterator<Item = Scope> {
    facets.iter().filter_map(|facet| match facet {
        Facet::Source => Some(Scope::sources()),
        Facet::Category => Some(Scope::categories()),
        Facet::Language | Facet::Tag | Facet::Month => None,
    })
}

/// The narrowest of the lists that hold every story this one can show.
fn membership(filter: &Filter) -> Vec<Scope> {
    let mut scopes = if !filter.sources.is_empty() {
        filter.sources.iter().map(|id| Scope::articles_of_source(*id)).collect()
    } else if !filter.categories.is_empty() && filter.categories.len() <= MOST_SCOPES {
        filter.categories.iter().map(|id| Scope::articles_of_category(*id)).collect()
    } else if !filter.languages.is_empty() {
        filter.languages.iter().map(|tag| Scope::articles_in_language(tag)).collect()
    } else {
        vec![Scope::articles()]
    };
    if !filter.categories.is_empty() || !filter.exclude_categories.is_empty() {
        // which categories stand below those named
        scopes.push(Scope::tree());
    }
    // a source that is deleted is unknown from then on, though no story moved
    let sources = filter.sources.iter().chain(&filter.exclude_sources);
    scopes.extend(sources.map(|id| Scope::source(*id)));
    if filter.words.is_some() {
        scopes.push(Scope::named("configurations"));
    }
    scopes
}

//! Listing articles: from parameters to a filter, from rows to a page.

mod facts;
mod filter;

use crate::access::{Caller, Scope as Right};
use crate::addresses;
use crate::app::App;
use crate::articles::model::State;
use crate::articles::model::listing::{Counts, Facet, Order, Sort};
use crate::articles::store::company::{self, Read};
use crate::articles::store::list::{self, Ask, Bodies, Filter, Found, Key, facets};
use crate::articles::store::related;
use crate::articles::views::Show;
use crate::articles::views::output::{ArticleSummary, Include};
use crate::articles::views::params::ListArticles;
use crate::articles::views::refs::Highlights;
use crate::articles::views::searched::{Facets, SearchFacts};
use crate::catalog::Catalog;
use crate::db::Conn;
use crate::db::keyset::Cursor;
use crate::db::live;
use crate::error::{Code, Error};
use crate::freshness::Scope;
use crate::http::basis::Facts;
use crate::http::page::{Feeds, Total};
use crate::http::{Page, Query};
use crate::ids::{ArticleId, SourceId};
use crate::text::search::SearchQuery;
use chrono::{DateTime, Utc};
use facts::{facts, named};
use filter::{Search, plain_filter, references, words};
use std::sync::Arc;

/// The feeds of a list, unless it is one of other states.
pub const FEEDS: Feeds =
    Feeds { formats: &addresses::FEEDS, without: &["facets", "include", "total"], unless: "state" };

/// So many characters of a body are quoted around what was searched for.
const SNIPPET_CHARS: usize = 240;

/// One page, and what it rests on.
pub async fn list(
    app: &App,
    caller: &Caller,
    query: Query<ListArticles>,
) -> Result<(Page<ArticleSummary, SearchFacts>, Facts), Error> {
    let Query { params, fingerprint } = query;
    let cursor = Cursor::read(params.cursor.as_deref(), fingerprint)?;
    let mut filter = plain_filter(&params)?;
    if filter.states != [State::Live] {
        caller.require(Right::ArticlesRead)?;
        filter.bound_to = caller.bound_to().map(SourceId);
    }
    let mut conn = app.db.read().await?;
    let begun = app.freshness.epoch();
    let catalog = app.catalogs.get(&mut conn).await?;
    references(&mut conn, &catalog, &params, &mut filter).await?;
    let search = words(&mut conn, &catalog, &params, &mut filter).await?;
    let order = params.order();
    if cursor.as_ref().is_some_and(|cursor| !order.takes(cursor.key)) {
        return Err(Error::parameter("cursor", Code::CursorInvalid));
    }
    let manifold = params.total.is_some()
        || !params.facets().is_empty()
        || params.include().related
        || !filter.ids.is_empty();
    let asked = Asked { app, caller, params: &params, filter, search, order, fingerprint, begun };
    let read = async |conn: &mut Conn, until| asked.page(conn, catalog, cursor, until).await;
    match manifold {
        true => live::snapshot(&mut conn, read).await,
        false => read(&mut conn, None).await,
    }
}

/// What the public's list of these parameters is narrowed down to; none when no story can be in it.
pub async fn public_filter(
    app: &App,
    conn: &mut Conn,
    params: &ListArticles,
) -> Result<Option<Filter>, Error> {
    let mut filter = plain_filter(params)?;
    let catalog = app.catalogs.get(conn).await?;
    references(conn, &catalog, params, &mut filter).await?;
    let search = words(conn, &catalog, params, &mut filter).await?;
    Ok((!matches!(search, Search::Vain)).then_some(filter))
}

/// A page that is asked for.
struct Asked<'a> {
    app: &'a App,
    caller: &'a Caller,
    params: &'a ListArticles,
    filter: Filter,
    search: Search,
    order: Order,
    fingerprint: u64,
    /// The epoch before anything was read.
    begun: u64,
}

impl Asked<'_> {
    /// Reads it. `until` is the next instant that may change it, as far as its rows do not tell.
    async fn page(
        &self,
        conn: &mut Conn,
        mut catalog: Arc<Catalog>,
        cursor: Option<Cursor<Key>>,
        until: Option<DateTime<Utc>>,
    ) -> Result<(Page<ArticleSummary, SearchFacts>, Facts), Error> {
        let Self { app, caller, params, filter, search, order, .. } = self;
        let mut found = self.found(conn, cursor).await?;
        let covers = |catalog: &Catalog| {
            let mut rows = found.slice.rows.iter();
            rows.all(|(read, _)| company::is_covered(catalog, std::slice::from_ref(read)))
        };
        if !covers(&catalog) {
            catalog = app.catalogs.covering(conn, self.begun, covers).await?;
        }
        let asked = params.facets();
        let extra = extra(conn, filter, search, &asked, &found, order.sort, &catalog).await?;
        let total = self.total(conn).await?;
        let mut facts = facts(filter, &found, &catalog);
        facts.until = [facts.until, until].into_iter().flatten().min();
        facts.scopes.extend(named(&asked));
        let cursors = found.slice.cursors(self.fingerprint, |(_, key)| *key)?;
        if !filter.ids.is_empty() {
            let place = |id: ArticleId| filter.ids.iter().position(|one| *one == id);
            found.slice.rows.sort_by_key(|(read, _)| place(read.article.id));
        }
        let read: Vec<Read> = found.slice.rows.into_iter().map(|(read, _)| read).collect();
        let shown = Shown { app, caller, include: params.include(), search: search.query() };
        let items = shown.items(conn, read, catalog, &mut facts).await?;
        let mut page = Page::new(items, cursors.next, cursors.prev, total);
        page.extra = extra;
        Ok((page, facts))
    }

    async fn found(&self, conn: &mut Conn, cursor: Option<Cursor<Key>>) -> Result<Found, Error> {
        let Self { caller, params, filter, order, .. } = self;
        let bodies = match (params.include().any(), &self.search) {
            (_, Search::Vain) => return Ok(Found::nothing()),
            (true, _) => Bodies::All,
            (false, Search::For(_)) => Bodies::Excerpt,
            (false, _) => Bodies::No,
        };
        let limit = if filter.ids.is_empty() { params.limit() } else { filter.ids.len() as i64 };
        let ask = Ask { filter, order: *order, cursor, limit, bodies, caller };
        list::page(conn, &ask).await
    }

    async fn total(&self, conn: &mut Conn) -> Result<Option<(i64, bool)>, Error> {
        Ok(match (self.params.total, &self.search) {
            (None, _) => None,
            (Some(_), Search::Vain) => Some((0, true)),
            (Some(Total::Exact), _) => Some((list::count(conn, &self.filter).await?, true)),
            (Some(Total::Estimated), _) => Some(list::estimate(conn, &self.filter).await?),
        })
    }
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
    let (mut counts, mut cut) = (Counts::default(), false);
    if let (false, Some(words)) = (asked.is_empty(), &filter.words) {
        (counts, cut) = facets::count(conn, filter, words, asked, catalog).await?;
    }
    Ok(SearchFacts {
        approximate: Some(cut || (sort == Sort::Relevance && found.approximate)),
        facets: (!asked.is_empty()).then(|| Facets::new(asked, counts, catalog)),
    })
}

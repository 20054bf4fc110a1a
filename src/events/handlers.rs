//! The operations on changes.

use super::audience::Reader;
use super::feed::News;
use super::model::{Cursor, Filter, Position, Resource};
use super::page::{self, Page};
use super::store::{self, Log};
use super::stream::Listener;
use super::views::{
    Change, Changes, FollowChanges, Included, ListChanges, ResourceName, Telling, Wanted,
};
use crate::access::Caller;
use crate::app::App;
use crate::articles::store::company::{self, Read};
use crate::articles::views::Show;
use crate::articles::views::output::Article;
use crate::catalog::Catalog;
use crate::categories;
use crate::categories::views::Category;
use crate::db::{self, Conn};
use crate::error::{Code, Error, Violation, Violations};
use crate::http::auth::Anyone;
use crate::http::{EventStream, LastEventId, Momentary, Query};
use crate::ids::{CategoryId, Reference, SourceId};
use crate::sources;
use crate::sources::views::Source;
use actix_web::web::Data;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

/// List changes
///
/// Every change to stories, sources and categories, in one order for every reader, without a gap and none
/// twice. Ask again with `next_cursor` for what came since; with `wait` the answer comes as soon as there
/// is something. Each change shows what it is about as it is now, or as `deleted` when the caller sees it
/// no more. Without `articles:read` stories that were never public do not appear, and leaving the public's
/// view is a deletion. A copy that takes each resource as the last of its changes shows it equals what is
/// here; the names of its source and categories, and what it has from them, are in the changes of those. To
/// begin a copy, ask with `since=latest`, then read the lists to their end, then go on from that cursor.
/// A cursor from before what is kept, or from before the database was restored, is 410: begin anew.
#[utoipa::path(get, path = "/api/v1/changes")]
pub async fn list_changes(
    app: Data<App>,
    caller: Anyone,
    query: Query<ListChanges>,
) -> Result<Momentary<Changes>, Error> {
    let params = query.params;
    let mut reader = reader(&app, &caller, params.wanted()).await?;
    let whole = params.whole();
    let deadline = Instant::now() + Duration::from_secs(params.wait.unwrap_or(0));
    // before the first look, so that nothing comes in between
    let mut news = params.wait.map(|_| app.events.listen());
    let mut since = params.since.clone();
    loop {
        let asked = Asked { since: since.as_deref(), limit: params.limit(), whole };
        let (mut page, epoch) = read(&app, &mut reader, asked).await?;
        let articles = std::mem::take(&mut page.articles);
        let seen = &page.seen;
        let telling = Telling { reader: &reader, seen, addresses: &app.addresses, epoch };
        let next_cursor = telling.cursor(page.end);
        let done = !page.seen.events.is_empty() || page.more;
        let waited = match &mut news {
            Some(news) if !done => wait(news, &reader, deadline).await,
            _ => false,
        };
        if !waited {
            let mut items: Vec<Change> =
                seen.events.iter().map(|event| telling.change(event)).collect();
            if whole {
                include(telling, articles, &mut items);
            }
            return Ok(Momentary(Changes { items, next_cursor, more: page.more }));
        }
        since = Some(next_cursor);
    }
}

/// Follow changes
///
/// The same as server-sent events that come as they happen: `id` is the cursor, `event` the kind, `data` the
/// change. A client that lost its connection comes again with `Last-Event-ID` (browsers do by themselves)
/// and misses nothing. Without that and without `since` it begins with what comes next. A comment with the
/// current `id` is a sign of life. With a key the stream ends when that is no longer good.
#[utoipa::path(get, path = "/api/v1/changes/stream")]
pub async fn stream_changes(
    app: Data<App>,
    caller: Anyone,
    query: Query<FollowChanges>,
    last: LastEventId,
) -> Result<EventStream<Change>, Error> {
    let reader = reader(&app, &caller, query.params.wanted()).await?;
    let sent = last.0.is_some();
    let since = last.0.or(query.params.since);
    let listener = Listener::begin(app, reader, since.as_deref()).await;
    let listener =
        listener.map_err(|error| if sent { error.of_header(LastEventId::NAME) } else { error })?;
    Ok(EventStream::new(listener.pieces()))
}

/// Waits until there may be something for the reader; false when there is not in time.
async fn wait(news: &mut News, reader: &Reader, deadline: Instant) -> bool {
    loop {
        match timeout_at(deadline, news.next()).await {
            Err(_) | Ok(None) => return false,
            // too many came at once: look
            Ok(Some(Err(_))) => return true,
            Ok(Some(Ok(batch))) => {
                if batch.seen.events.iter().any(|event| reader.takes(event)) {
                    return true;
                }
            }
        }
    }
}

/// Who asks for what. Categories and sources that do not exist are refused.
async fn reader(app: &App, caller: &Caller, wanted: Wanted<'_>) -> Result<Reader, Error> {
    let mut filter = Filter {
        resources: wanted.resource.iter().copied().map(Resource::from).collect(),
        kinds: wanted.kind.iter().map(|kind| kind.0).collect(),
        ..Filter::default()
    };
    if !wanted.source.is_empty() || !wanted.category.is_empty() {
        let mut conn = app.db.read().await?;
        let catalog = app.catalogs.get(&mut conn).await?;
        let mut found = Violations::default();
        for reference in wanted.source {
            filter.sources.extend(source(&mut conn, &catalog, reference, &mut found).await?);
        }
        for reference in wanted.category {
            filter.within.extend(category(&mut conn, &catalog, reference, &mut found).await?);
        }
        found.finish()?;
        filter.categories = catalog.within(&filter.within);
    }
    Ok(Reader { caller: caller.clone(), filter })
}

async fn source(
    conn: &mut Conn,
    catalog: &Catalog,
    reference: &Reference,
    found: &mut Violations,
) -> Result<Option<SourceId>, Error> {
    let id = match catalog.find_source(reference) {
        Some(id) => Some(id),
        None => sources::store::resolve(conn, reference).await?,
    };
    if id.is_none() {
        let detail = format!("No source has the id or slug \"{reference}\".");
        found.push(Violation::query("source", Code::UnknownSource, detail));
    }
    Ok(id)
}

async fn category(
    conn: &mut Conn,
    catalog: &Catalog,
    reference: &Reference,
    found: &mut Violations,
) -> Result<Option<CategoryId>, Error> {
    let id = match catalog.find_category(reference) {
        Some(id) => Some(id),
        None => categories::store::resolve(conn, reference).await?,
    };
    if id.is_none() {
        let detail = format!("No category has the id or slug \"{reference}\".");
        found.push(Violation::query("category", Code::UnknownCategory, detail));
    }
    Ok(id)
}

/// What a page is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// After this: a cursor or `latest`; nothing: from the beginning.
    pub since: Option<&'a str>,
    /// At most so many.
    pub limit: usize,
    /// With the whole of what changed.
    pub whole: bool,
}

/// Reads one page, in a snapshot; with the epoch of its positions. The reader goes by what is below its
/// categories then.
pub(super) async fn read(
    app: &App,
    reader: &mut Reader,
    asked: Asked<'_>,
) -> Result<(Page, Uuid), Error> {
    let _turn = app.events.readers.acquire().await.map_err(Error::internal)?;
    let mut conn = app.db.read().await?;
    let catalogs = (&*app.catalogs, app.freshness.epoch());
    let work = async |conn: &mut Conn| {
        let log = store::log(conn).await?;
        let since = position(log, asked.since)?;
        reader.filter.categories = store::with_below(conn, &reader.filter.within).await?;
        let mut page = reader.page(conn, catalogs, (log, since), asked.limit, asked.whole).await?;
        page::covering(conn, catalogs, &mut page).await?;
        Ok((page, log.epoch))
    };
    db::snapshot(&mut conn, work).await
}

/// Where to begin.
fn position(log: Log, since: Option<&str>) -> Result<Position, Error> {
    match since {
        None => Ok(log.dropped),
        Some("latest") => Ok(log.end),
        Some(text) => page::kept(log, Cursor::decode(text, log.epoch)?),
    }
}

/// Adds each resource as it is now to the last of its changes.
fn include(telling: Telling<'_>, articles: Vec<Read>, items: &mut [Change]) {
    let (catalog, caller) = (&telling.seen.catalog, &telling.reader.caller);
    let show = Show { addresses: telling.addresses, caller };
    let (articles, relations) = company::part(articles, catalog.clone());
    let mut articles: HashMap<Uuid, Article> =
        articles.into_iter().map(|one| (one.id.0, Article::new(one, &relations, show))).collect();
    let mut met = HashSet::new();
    for (event, item) in telling.seen.events.iter().zip(items).rev() {
        if item.deleted || !met.insert(event.resource) {
            continue;
        }
        let mut included = Included::default();
        match item.resource {
            ResourceName::Article => included.article = articles.remove(&event.resource),
            ResourceName::Source => {
                let source = catalog.source(SourceId(event.resource)).cloned();
                included.source = source.map(|one| Source::new(one, telling.addresses, caller));
            }
            ResourceName::Category => {
                let category = catalog.category(CategoryId(event.resource)).cloned();
                included.category =
                    category.map(|one| Category::new(one, telling.addresses, caller));
            }
        }
        if item.resource == ResourceName::Article && included.article.is_none() {
            // its time ran out between two statements
            *item = telling.tombstone(event);
            continue;
        }
        item.included = Some(included);
    }
}

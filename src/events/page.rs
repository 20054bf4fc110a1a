//! Reading events with what they are about, as it is *now*.

use super::audience::{Reader, Seen};
use super::model::Story;
use super::model::{Event, Position, Resource};
use super::store::{self, Log};
use crate::access::Scope;
use crate::articles::model::State;
use crate::articles::store::company::{self, Read};
use crate::articles::store::list::{self, Ask, Bodies};
use crate::catalog::{Catalog, Catalogs};
use crate::db::Conn;
use crate::error::{Code, Error};
use crate::ids::{ArticleId, CategoryId, SourceId};
use uuid::Uuid;

/// Events read at once.
pub const CHUNK: usize = 500;
/// Events that one page looks through at most: a rare filter gets short pages, not slow ones.
const LOOKED_THROUGH: usize = 20 * CHUNK;

/// A page of events.
#[derive(Debug)]
pub struct Page {
    /// What it shows.
    pub seen: Seen,
    /// The whole stories among them, where they were asked for.
    pub articles: Vec<Read>,
    /// Where to go on.
    pub end: Position,
    /// Whether there is more already.
    pub more: bool,
}

impl Reader {
    /// Reads one page: at most `limit` events after a position. In a snapshot.
    pub async fn page(
        &self,
        conn: &mut Conn,
        catalogs: (&Catalogs, u64),
        (log, since): (Log, Position),
        limit: usize,
        whole: bool,
    ) -> Result<Page, Error> {
        let (mut found, mut end, mut more, mut looked) = (Vec::new(), since, true, 0);
        while more && found.len() < limit && looked < LOOKED_THROUGH {
            let batch = store::until(conn, end, log.end, CHUNK).await?;
            looked += CHUNK;
            (end, more) = (batch.end, batch.more);
            found.extend(batch.events.into_iter().filter(|event| self.takes(event)));
        }
        if found.len() > limit {
            found.truncate(limit);
            more = true;
            end = found.last().map_or(end, |event| event.position);
        }
        let seen = look(conn, catalogs, found).await?;
        let articles = if whole { self.articles(conn, &seen).await? } else { Vec::new() };
        Ok(Page { seen, articles, end, more })
    }

    /// The whole stories that the caller may see.
    async fn articles(&self, conn: &mut Conn, seen: &Seen) -> Result<Vec<Read>, Error> {
        let mut ids: Vec<ArticleId> = seen
            .events
            .iter()
            .filter(|event| self.sees(seen, event).is_some())
            .map(|event| ArticleId(event.resource))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let limit = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        let states = if self.caller.has(Scope::ArticlesRead) {
            State::ALL.to_vec()
        } else {
            vec![State::Live]
        };
        let filter = list::Filter { ids, states, ..list::Filter::default() };
        let ask = Ask {
            filter: &filter,
            order: Default::default(),
            cursor: None,
            limit,
            bodies: Bodies::All,
            caller: &self.caller,
        };
        let found = list::page(conn, &ask).await?;
        let read = found.slice.rows.into_iter().map(|(read, _)| read);
        // by the clock of this statement
        let seen = |read: &Read| {
            read.article.state == State::Live || self.is_entitled(read.article.content.source)
        };
        Ok(read.filter(seen).collect())
    }
}

/// Reads what events are about, as it is now. In the snapshot they were read in; the epoch is the one
/// before that.
pub async fn look(
    conn: &mut Conn,
    (catalogs, begun): (&Catalogs, u64),
    events: Vec<Event>,
) -> Result<Seen, Error> {
    let ids = |stories: bool| {
        let wanted = |event: &&Event| (event.kind.resource() == Resource::Article) == stories;
        let mut ids: Vec<Uuid> = events.iter().filter(wanted).map(|event| event.resource).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let stories = store::stories(conn, ids(true)).await?;
    let existing = store::existing(conn, ids(false)).await?;
    let covers = |catalog: &Catalog| {
        stories.values().all(|story| named(catalog, story))
            && events.iter().filter(|event| existing.contains(&event.resource)).all(|event| {
                version(catalog, event).is_some_and(|version| version >= event.version)
            })
    };
    let catalog = catalogs.covering(conn, begun, covers).await?;
    Ok(Seen { events, stories, existing, catalog })
}

fn named(catalog: &Catalog, story: &Story) -> bool {
    story.source.is_none_or(|id| catalog.source(id).is_some())
        && story.categories.iter().all(|id| catalog.category(*id).is_some())
}

fn version(catalog: &Catalog, event: &Event) -> Option<i64> {
    match event.kind.resource() {
        Resource::Source => catalog.source(SourceId(event.resource)).map(|source| source.version),
        Resource::Category => {
            catalog.category(CategoryId(event.resource)).map(|category| category.version)
        }
        Resource::Article => None,
    }
}

/// The catalog that covers whole stories too: their language versions name categories of their own.
pub async fn covering(
    conn: &mut Conn,
    (catalogs, begun): (&Catalogs, u64),
    page: &mut Page,
) -> Result<(), Error> {
    if !company::is_covered(&page.seen.catalog, &page.articles) {
        let covers = |catalog: &Catalog| company::is_covered(catalog, &page.articles);
        page.seen.catalog = catalogs.covering(conn, begun, covers).await?;
    }
    Ok(())
}

/// Refuses a position whose followers have been dropped, and one that has not been given yet: the database
/// was put back to an earlier state.
pub fn kept(log: Log, position: Position) -> Result<Position, Error> {
    if position > log.end {
        let detail = "The cursor was given before the database was restored or replaced.";
        return Err(Error::new(Code::CursorExpired).detail(detail));
    }
    if position < log.dropped {
        let detail = "What came after the cursor is no longer kept.";
        return Err(Error::new(Code::CursorExpired).detail(detail));
    }
    Ok(position)
}

//! Many stories at once: in chunks that are committed together (a story that cannot be saved leaves
//! the others of its chunk alone), or all of them or none.
//!
//! A story of many is prepared, checked and written by what saves a single one ([`super::save`]); what
//! a chunk shares is what is looked up, how slugs are claimed, and the statement that adds rows. The
//! database is asked a few times a chunk, not a few times a story.

mod chunk;

use super::save::{Ahead, Known};
use super::upsert::Upsert;
use super::views::input::ArticlePatch;
use crate::db::{Conn, Db};
use crate::error::{Code, Error, Place, Violation};
use crate::ids::ArticleId;
use chunk::Chunk;
use futures_util::future::join;
use std::sync::Arc;

/// How many stories are committed together.
pub const CHUNK: usize = 100;
/// How much text, about, is held for a chunk.
pub const CHUNK_BYTES: usize = 1 << 20;
/// How many stories can be saved all or none ...
const MOST_ATOMIC: usize = 10_000;
/// ... and how much text they may have.
const MOST_ATOMIC_BYTES: usize = 64 << 20;
/// More faults of one request are not told.
const MOST_FAULTS: usize = 100;

/// A story on its way in.
#[derive(Debug)]
pub struct Line {
    /// Its place.
    pub number: u64,
    /// How much text it was.
    pub bytes: usize,
    /// What was sent, or why it cannot be read.
    pub story: Result<Story, Arc<Error>>,
}

/// A story that could be read.
#[derive(Debug)]
pub struct Story {
    patch: ArticlePatch,
    ahead: Option<Ahead>,
}

impl Story {
    /// Renders its body, which takes a while for some: not for a worker. Frames of these hosts are kept.
    pub fn rendered(patch: ArticlePatch, embed_hosts: &[String]) -> Self {
        Self { ahead: Ahead::now(&patch, embed_hosts), patch }
    }

    /// Leaves its body to be rendered when it is saved.
    pub fn plain(patch: ArticlePatch) -> Self {
        Self { ahead: None, patch }
    }
}

/// What became of a story.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its place.
    pub number: u64,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a story.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It is new.
    Created(Named),
    /// It was there and is changed.
    Updated(Named),
    /// It was there and says the same already.
    Unchanged(Named),
    /// It was there and is left alone; why, where that is a fault.
    Duplicate(Named, Option<Arc<Error>>),
    /// An earlier story says the same, and it is not saved; which one, if the caller may know.
    Repeats(Option<ArticleId>, Arc<Error>),
    /// It is not saved.
    Rejected(Arc<Error>),
}

/// A story by its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: ArticleId,
    /// Its slug.
    pub slug: String,
}

impl Fate {
    /// That it is refused.
    pub fn refused(error: Error) -> Self {
        let error = Arc::new(error);
        if error.code() != Code::DuplicateArticle {
            return Fate::Rejected(error);
        }
        Fate::Repeats(error.facts().existing.as_ref().map(|one| ArticleId(one.id)), error)
    }

    /// Why it is not as its sender wanted it.
    pub fn fault(&self) -> Option<&Arc<Error>> {
        match self {
            Fate::Rejected(error) | Fate::Repeats(_, error) | Fate::Duplicate(_, Some(error)) => {
                Some(error)
            }
            _ => None,
        }
    }
}

/// How to post many stories.
#[derive(Clone, Copy)]
pub struct Bulk<'a> {
    /// The database.
    pub db: &'a Db,
    /// How each is posted.
    pub upsert: Upsert<'a>,
    /// Whether nothing is saved after all.
    pub dry_run: bool,
}

impl Bulk<'_> {
    /// Saves chunk by chunk; `tell` learns of a chunk once it is committed, `read` gives the next one
    /// meanwhile (an empty one at the end). What fails as a whole ends it, with all before it saved.
    pub async fn best_effort(
        &self,
        mut read: impl AsyncFnMut() -> Result<Vec<Line>, Error>,
        mut tell: impl AsyncFnMut(Vec<Told>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut chunk = read().await?;
        while !chunk.is_empty() {
            let work = async |conn: &mut Conn| self.save(conn, &chunk).await;
            let (told, next) = join(self.db.transaction(self.dry_run, work), read()).await;
            tell(told?).await?;
            chunk = next?;
        }
        Ok(())
    }

    /// Saves all or none. `place` says where in the body a story is.
    pub async fn atomic(
        &self,
        mut read: impl AsyncFnMut() -> Result<Vec<Line>, Error>,
        place: impl Fn(u64) -> String,
    ) -> Result<Vec<Told>, Error> {
        let (mut lines, mut bytes) = (Vec::new(), 0);
        loop {
            let chunk = read().await?;
            if chunk.is_empty() {
                break;
            }
            bytes += chunk.iter().map(|line| line.bytes).sum::<usize>();
            lines.extend(chunk);
            if lines.len() > MOST_ATOMIC || bytes > MOST_ATOMIC_BYTES {
                return Err(Error::new(Code::TooManyLines));
            }
        }
        let work = async |conn: &mut Conn| {
            let mut told = Vec::with_capacity(lines.len());
            for chunk in lines.chunks(CHUNK) {
                told.extend(self.save(conn, chunk).await?);
            }
            all_or_none(told, &place)
        };
        self.db.transaction(self.dry_run, work).await
    }

    /// Saves a chunk within the transaction of the caller. Only what no story is to blame for fails.
    async fn save(&self, conn: &mut Conn, lines: &[Line]) -> Result<Vec<Told>, Error> {
        let known = Known::default();
        Chunk::new(conn, self.upsert, &known).await?.save(conn, lines).await
    }
}

/// Fails when any story did, with every fault that one of them has.
fn all_or_none(told: Vec<Told>, place: impl Fn(u64) -> String) -> Result<Vec<Told>, Error> {
    let broken =
        |told: &Told| told.fate.fault().is_some_and(|error| error.code() == Code::Internal);
    if let Some(error) = told.iter().find(|told| broken(told)).and_then(|told| told.fate.fault()) {
        return Err(Error::internal(Arc::clone(error)));
    }
    let mut faults = Vec::new();
    let mut refused = 0;
    for (told, error) in told.iter().filter_map(|told| Some((told, told.fate.fault()?))) {
        refused += 1;
        if faults.len() < MOST_FAULTS {
            faults.extend(placed(error, &place(told.number)));
        }
    }
    faults.truncate(MOST_FAULTS);
    match refused {
        0 => Ok(told),
        _ => Err(Error::refused(Code::LinesRejected, faults)
            .detail(format!("Nothing was saved: {refused} of {} cannot be.", told.len()))),
    }
}

/// The faults of one story, where they are in the whole body.
fn placed(error: &Error, at: &str) -> Vec<Violation> {
    let code = error.code();
    if error.facts().violations.is_empty() {
        let detail = error.facts().detail.clone().unwrap_or_else(|| format!("{}.", code.title()));
        return vec![Violation::body(at, code, detail)];
    }
    let moved = |violation: &Violation| match &violation.place {
        Place::Body(pointer) => {
            Violation { place: Place::Body(format!("{at}{pointer}")), ..violation.clone() }
        }
        _ => violation.clone(),
    };
    error.facts().violations.iter().map(moved).collect()
}

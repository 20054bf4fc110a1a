//! The operations on many articles at once.

use super::saving;
use crate::access::Caller;
use crate::app::App;
use crate::articles::bulk::{Bulk, CHUNK, CHUNK_BYTES, Line, Story, Told};
use crate::articles::save::Save;
use crate::articles::upsert::Upsert;
use crate::articles::views::bulk::{
    ArticleInputs, BatchResult, BulkSummary, LineResult, StreamLine,
};
use crate::articles::views::input::{ArticleInput, ArticlePatch};
use crate::articles::views::params::{BulkMode, CreateArticles};
use crate::error::{Code, Error};
use crate::http::auth::{ArticlesWrite, Needs};
use crate::http::body::parse;
use crate::http::lines::Line as Raw;
use crate::http::{Items, Lines, NoIdempotencyKey, Problems, Query, Report, Spool};
use actix_web::web::{self, Data};
use std::sync::Arc;

/// Create many articles
///
/// At most 1,000 in one array, each as for a single one. A story that cannot be saved does not keep
/// the others from it, unless `mode=atomic` asks for all or none. Chunks of at most 100 are committed
/// together. `Idempotency-Key` is not taken: `external_id` and `on_conflict` make it safe to send
/// again.
#[utoipa::path(post, path = "/api/v1/articles/batch")]
pub async fn create_articles_batch(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    query: Query<CreateArticles>,
    _none: NoIdempotencyKey,
    problems: Problems,
    items: Items<ArticleInputs, ArticlePatch>,
) -> Result<Report<BatchResult>, Error> {
    let bulk = bulk(&app, &caller, query.params);
    let mut lines = (1..).zip(items.0).map(|(number, story)| (number, 0, story));
    let ahead = how(&app, query.params.mode);
    let read = async || rendered(lines.by_ref().take(CHUNK).collect(), ahead.clone()).await;
    let mut teller = Teller::new(&problems, query.params.dry_run);
    let mut results = Vec::new();
    match query.params.mode {
        BulkMode::Atomic => {
            let told = bulk.atomic(read, |number| format!("/{}", number - 1)).await?;
            results.extend(teller.tell(told));
        }
        BulkMode::BestEffort => {
            let tell = async |told| {
                results.extend(teller.tell(told));
                Ok(())
            };
            let ended = bulk.best_effort(read, tell).await;
            teller.end(ended)?;
        }
    }
    Ok(Report(BatchResult { results, summary: teller.summary }))
}

/// Create any number of articles
///
/// JSON lines in, JSON lines out: one story a line, one result a line, and a summary as the last line,
/// without which the answer is incomplete. A line that cannot be read or saved is rejected and does
/// not keep the others from it, unless `mode=atomic` asks for all or none. Chunks of at most 100
/// lines are committed together; a result is given only once that is done. The answer starts when the
/// whole body has arrived. `Idempotency-Key` is not taken: `external_id` and `on_conflict` make it
/// safe to send again.
#[utoipa::path(post, path = "/api/v1/articles/stream")]
pub async fn create_articles_stream(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    query: Query<CreateArticles>,
    _none: NoIdempotencyKey,
    problems: Problems,
    mut lines: Lines<ArticleInput>,
) -> Result<Spool<StreamLine>, Error> {
    let bulk = bulk(&app, &caller, query.params);
    let ahead = how(&app, query.params.mode);
    let read = async || read(lines.some(CHUNK, CHUNK_BYTES).await?, ahead.clone()).await;
    let mut teller = Teller::new(&problems, query.params.dry_run);
    let mut spool = Spool::default();
    match query.params.mode {
        BulkMode::Atomic => {
            let told = bulk.atomic(read, |number| format!("/{number}")).await;
            if told.is_err() {
                lines.drain().await;
            }
            spool.write(&teller.tell(told?)).await?;
        }
        BulkMode::BestEffort => {
            let tell = async |told| {
                spool.write(&teller.tell::<StreamLine>(told)).await?;
                match spool.is_full() {
                    true => Err(Error::new(Code::BodyTooLarge).detail("The answer is too large.")),
                    false => Ok(()),
                }
            };
            let ended = bulk.best_effort(read, tell).await;
            if ended.is_err() {
                lines.drain().await;
            }
            teller.end(ended)?;
        }
    }
    spool.write(&[teller.summary.into()]).await?;
    Ok(spool)
}

fn bulk<'a>(app: &'a App, caller: &'a Caller, params: CreateArticles) -> Bulk<'a> {
    let CreateArticles { mode: _, on_conflict, duplicates, create_missing, overwrite, dry_run } =
        params;
    let save = Save { create_missing, duplicates, ..saving(app, caller) };
    Bulk { db: &app.db, upsert: Upsert { save, on_conflict, overwrite }, dry_run }
}

/// A story that was read, with its place and size.
type Read = (u64, usize, Result<ArticlePatch, Error>);

/// Makes a story of what was sent.
#[derive(Clone)]
enum Ahead {
    /// With its body rendered; frames of these hosts are kept.
    Rendered(Arc<[String]>),
    /// As it is.
    Plain,
}

impl Ahead {
    fn story(&self, patch: ArticlePatch) -> Story {
        match self {
            Ahead::Rendered(embed_hosts) => Story::rendered(patch, embed_hosts),
            Ahead::Plain => Story::plain(patch),
        }
    }
}

/// Bodies are rendered before the transaction, so that it is short; not those of stories that all wait
/// for the last one, since what is rendered can be much larger than what was sent.
fn how(app: &App, mode: BulkMode) -> Ahead {
    match mode {
        BulkMode::BestEffort => Ahead::Rendered(app.config.embed_hosts.clone().into()),
        BulkMode::Atomic => Ahead::Plain,
    }
}

fn line((number, bytes, story): Read, ahead: &Ahead) -> Line {
    Line { number, bytes, story: story.map(|patch| ahead.story(patch)).map_err(Arc::new) }
}

/// Makes stories apart from the workers.
async fn rendered(stories: Vec<Read>, ahead: Ahead) -> Result<Vec<Line>, Error> {
    apart(move || stories.into_iter().map(|read| line(read, &ahead)).collect()).await
}

/// Reads lines and makes stories of them apart from the workers.
async fn read(lines: Vec<Raw>, ahead: Ahead) -> Result<Vec<Line>, Error> {
    let story = |Raw { number, text }: Raw| {
        let bytes = text.as_ref().map_or(0, Vec::len);
        (number, bytes, text.and_then(|text| parse::<ArticleInput, ArticlePatch>(&text)))
    };
    apart(move || lines.into_iter().map(story).map(|read| line(read, &ahead)).collect()).await
}

async fn apart(work: impl FnOnce() -> Vec<Line> + Send + 'static) -> Result<Vec<Line>, Error> {
    web::block(work).await.map_err(Error::unavailable)
}

/// Puts into words what became of the stories, and counts.
struct Teller<'a> {
    problems: &'a Problems,
    dry_run: bool,
    summary: BulkSummary,
}

impl<'a> Teller<'a> {
    fn new(problems: &'a Problems, dry_run: bool) -> Self {
        Self { problems, dry_run, summary: BulkSummary::default() }
    }

    fn tell<T: From<LineResult>>(&mut self, told: Vec<Told>) -> Vec<T> {
        let result = |told| {
            let result = LineResult::new(told, self.dry_run, |error| self.problems.tell(error));
            self.summary.count(&result);
            T::from(result)
        };
        told.into_iter().map(result).collect()
    }

    /// How it ended. A failure is the whole answer only as long as nothing else was told.
    fn end(&mut self, ended: Result<(), Error>) -> Result<(), Error> {
        match ended {
            Err(error) if self.summary.lines == 0 => Err(error),
            Err(error) => {
                self.summary.problem = Some(self.problems.tell(&error));
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

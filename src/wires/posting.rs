//! Stories of a feed, posted as any others are.

use super::model::{Counts, Trouble};
use crate::access::{Caller, Key, Scope};
use crate::app::App;
use crate::articles::bulk::{Bulk, CHUNK, Fate, Line, Story, Told};
use crate::articles::save::Save;
use crate::articles::upsert::Upsert;
use crate::articles::views::input::{ArticleInput, ArticlePatch};
use crate::articles::views::params::{Duplicates, OnConflict};
use crate::error::{Code, Error, Violation};
use crate::http::body::parse;
use crate::reader::{Entry, Feed};
use crate::sources::model::{Source, WireStatus};
use crate::text::language::is_bcp47;
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;

/// So many stories that were not saved are told of one by one.
const MOST_TOLD: usize = 10;

/// What became of the stories of a feed.
#[derive(Debug, Default)]
pub(super) struct Posted {
    pub(super) counts: Counts,
    pub(super) rejections: Vec<Trouble>,
    /// Whether one was not saved through a fault of ours: another try may succeed.
    pub(super) failed: bool,
}

/// Posts every story of a feed.
pub(super) async fn post(
    app: &App,
    source: &Source,
    feed: Feed,
    now: DateTime<Utc>,
) -> Result<Posted, Error> {
    let caller = Caller::with(itself(source));
    let own = source.content.language.as_deref();
    let told = feed.language.as_deref().map(str::trim).filter(|language| is_bcp47(language));
    let language = own.or(told).unwrap_or(&app.config.language).to_owned();
    let save = Save {
        caller: &caller,
        language: &language,
        create_missing: false,
        duplicates: Duplicates::Link,
        heeds_purges: true,
        embed_hosts: &app.config.embed_hosts,
        ahead: None,
        known: None,
    };
    let upsert = Upsert { save, on_conflict: OnConflict::Update, overwrite: false };
    let bulk = Bulk { db: &app.db, upsert, dry_run: false };
    let publish = source.content.wire_status == WireStatus::Published;
    let mut entries = feed.entries.into_iter();
    let mut number = 0;
    let mut names: Vec<Option<String>> = Vec::new();
    let mut seen = HashSet::new();
    let read = async || {
        loop {
            let chunk: Vec<Entry> = entries.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                return Ok(Vec::new());
            }
            let first = number;
            number += chunk.len() as u64;
            let hosts = app.config.embed_hosts.clone();
            let work = move || -> Vec<(Line, Option<String>)> {
                let numbered = (first..).zip(chunk);
                numbered.map(|(number, entry)| line(number, &entry, publish, &hosts)).collect()
            };
            let mut lines = tokio::task::spawn_blocking(work).await.map_err(Error::unavailable)?;
            names.extend(lines.iter().map(|(_, name)| name.clone()));
            // of those with the same id the first counts: they would replace each other at every look
            lines.retain(|(_, name)| name.as_ref().is_none_or(|name| seen.insert(name.clone())));
            if !lines.is_empty() {
                return Ok(lines.into_iter().map(|(line, _)| line).collect());
            }
        }
    };
    let mut told: Vec<Told> = Vec::new();
    bulk.best_effort(read, async |chunk| {
        told.extend(chunk);
        Ok(())
    })
    .await?;
    let mut posted = Posted::default();
    for one in told {
        let name = usize::try_from(one.number).ok().and_then(|at| names.get(at).cloned().flatten());
        posted.take(&one.fate, name, now);
    }
    Ok(posted)
}

/// Who writes the stories that a source's feed brings: a caller bound to the source, under its id.
fn itself(source: &Source) -> Key {
    let mut scopes = vec![Scope::ArticlesWrite];
    if source.content.wire_status == WireStatus::Published {
        scopes.push(Scope::ArticlesPublish);
    }
    Key { id: source.id.0, scopes, source: Some(source.id.0) }
}

/// An entry as a line of a stream, and what its story is known by. Its body is rendered here, apart from the
/// workers.
fn line(
    number: u64,
    entry: &Entry,
    publish: bool,
    embed_hosts: &[String],
) -> (Line, Option<String>) {
    let untold = || {
        let detail = "The entry has neither a title nor a text.";
        Error::violations(vec![Violation::body("headline", Code::ValidationFailed, detail)])
    };
    let story = entry.story();
    let id = story.as_ref().and_then(|story| story.get("external_id")?.as_str());
    // PostgreSQL's JSON holds no NUL
    let name = id.map(|id| id.replace('\0', "\u{fffd}"));
    let patch = story.ok_or_else(untold).and_then(|mut story| {
        if publish {
            story.insert("status".to_owned(), json!("published"));
        }
        let text = serde_json::to_vec(&story).map_err(Error::internal)?;
        Ok((text.len(), parse::<ArticleInput, ArticlePatch>(&text)?))
    });
    let line = match patch {
        Ok((bytes, patch)) => {
            Line { number, bytes, story: Ok(Story::rendered(patch, embed_hosts)) }
        }
        Err(error) => Line { number, bytes: 0, story: Err(Arc::new(error)) },
    };
    (line, name)
}

impl Posted {
    fn take(&mut self, fate: &Fate, name: Option<String>, now: DateTime<Utc>) {
        match fate.fault() {
            None => {
                self.counts.add(match fate {
                    Fate::Created(_) => Counts { created: 1, ..Counts::default() },
                    Fate::Updated(_) => Counts { updated: 1, ..Counts::default() },
                    _ => Counts { unchanged: 1, ..Counts::default() },
                });
            }
            Some(error) => {
                self.counts.rejected += 1;
                self.failed |= error.code() == Code::Internal;
                if self.rejections.len() < MOST_TOLD {
                    self.rejections.push(Trouble {
                        at: now,
                        code: error.code().as_str().to_owned(),
                        detail: in_words(error),
                        external_id: name,
                    });
                }
            }
        }
    }
}

/// A fault in a sentence, with the first place it has.
fn in_words(error: &Error) -> String {
    let facts = error.facts();
    match (facts.violations.first(), &facts.detail) {
        (Some(violation), _) => violation.detail.clone(),
        (None, Some(detail)) => detail.clone(),
        (None, None) => format!("{}.", error.code().title()),
    }
}

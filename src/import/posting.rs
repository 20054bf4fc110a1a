//! Posting batches: each through `/articles/stream`, and what has no result again, until there is one.
//! That is safe: each story carries its identity.

use super::batch::Item;
use super::readers::NewCategory;
use super::{ImportArgs, OnConflict};
use crate::client::{Answer, Client, describe_problem, is_not_now};
use anyhow::{Context, anyhow, bail};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;

/// How often a batch is tried before the import ends.
const ATTEMPTS: u32 = 7;
/// The first pause between two tries; it doubles.
const PAUSE: Duration = Duration::from_millis(300);

/// What became of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Created,
    /// It was there and is changed.
    Updated,
    /// It was there and says the same.
    Unchanged,
    /// It was there and is left alone.
    Duplicate,
    /// It is not imported, and why.
    Rejected(String),
}

/// A story that is done with.
#[derive(Debug)]
pub struct Settled {
    /// The story.
    pub item: Item,
    /// What became of it.
    pub outcome: Outcome,
}

/// Posts batches.
pub struct Poster<'a> {
    client: &'a Client,
    query: Vec<(&'static str, &'static str)>,
}

impl<'a> Poster<'a> {
    /// In the way the command line says.
    pub fn new(client: &'a Client, args: &ImportArgs) -> Self {
        let on_conflict = match args.on_conflict {
            OnConflict::Update => "update",
            OnConflict::Skip => "skip",
        };
        let flags = [
            ("create_missing", args.create_missing),
            ("overwrite", args.overwrite),
            ("dry_run", args.dry_run),
        ];
        let mut query = vec![("on_conflict", on_conflict)];
        query.extend(flags.iter().filter(|(_, set)| *set).map(|(name, _)| (*name, "true")));
        Self { client, query }
    }

    /// Makes the categories that an input describes, parents first, unless they are there.
    pub async fn categories(&self, new: &[NewCategory], wanted: bool) -> anyhow::Result<()> {
        for NewCategory { slug, name, parent } in new.iter().filter(|_| wanted) {
            let body = json!({ "slug": slug, "name": name, "parent": parent });
            let answer = self.client.post(&["categories"], &[], &body).await?;
            if ![StatusCode::CREATED, StatusCode::CONFLICT].contains(&answer.status) {
                bail!("the category {name:?}: {}", describe_problem(&answer));
            }
        }
        Ok(())
    }

    /// Posts a batch, whole. Fails when the server cannot be reached or will have none of it.
    pub async fn post(&self, batch: Vec<Item>) -> anyhow::Result<Vec<Settled>> {
        let mut outcomes: Vec<Option<Outcome>> =
            batch.iter().map(|item| item.line.clone().err().map(Outcome::Rejected)).collect();
        let mut pause = PAUSE;
        let mut trouble = None;
        for attempt in 0..ATTEMPTS {
            let open = |(at, known): (usize, &Option<Outcome>)| known.is_none().then_some(at);
            let pending: Vec<usize> = outcomes.iter().enumerate().filter_map(open).collect();
            if pending.is_empty() {
                let settle = |(item, outcome): (Item, Option<Outcome>)| {
                    outcome.map(|outcome| Settled { item, outcome })
                };
                return Ok(batch.into_iter().zip(outcomes).filter_map(settle).collect());
            }
            if attempt > 0 {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            match self.attempt(&batch, &pending, &mut outcomes).await {
                Ok(()) => {}
                Err(Trouble::Passing(error)) => trouble = Some(error),
                Err(Trouble::Lasting(error)) => return Err(error),
            }
        }
        let trouble = trouble.unwrap_or_else(|| anyhow!("the server's answers are incomplete"));
        Err(trouble.context("the import ended before its end; `--resume` goes on with it"))
    }

    async fn attempt(
        &self,
        batch: &[Item],
        pending: &[usize],
        outcomes: &mut [Option<Outcome>],
    ) -> Result<(), Trouble> {
        let mut body = String::new();
        for line in pending.iter().filter_map(|at| batch[*at].line.as_ref().ok()) {
            body.push_str(line);
            body.push('\n');
        }
        let sent = self.client.upload(&["articles", "stream"], &self.query, body, None).await;
        let answer = sent.map_err(Trouble::Passing)?;
        if answer.status != StatusCode::OK {
            let error = anyhow!(describe_problem(&answer));
            let passing = is_not_now(answer.status) || answer.status.is_server_error();
            return Err(if passing { Trouble::Passing(error) } else { Trouble::Lasting(error) });
        }
        for line in lines(&answer).map_err(Trouble::Passing)? {
            let number = line.get("line").and_then(Value::as_u64);
            let at = number.and_then(|number| usize::try_from(number).ok()?.checked_sub(1));
            if let Some(at) = at.and_then(|at| pending.get(at)) {
                outcomes[*at] = outcome(&line);
            }
        }
        Ok(())
    }
}

enum Trouble {
    /// It may be better in a moment.
    Passing(anyhow::Error),
    /// It will not.
    Lasting(anyhow::Error),
}

/// The lines of an answer, as far as they came.
fn lines(answer: &Answer) -> anyhow::Result<Vec<Value>> {
    match &answer.body {
        Value::String(text) => {
            Ok(text.lines().map_while(|line| serde_json::from_str(line).ok()).collect())
        }
        line @ Value::Object(_) => Ok(vec![line.clone()]),
        _ => Err(anyhow!("the server's answer is not understood")).context("no JSON lines"),
    }
}

/// What a line says became of its story; none when it is to be tried again.
fn outcome(line: &Value) -> Option<Outcome> {
    let problem = line.get("problem").filter(|problem| !problem.is_null());
    match line.get("result").and_then(Value::as_str)? {
        "created" => Some(Outcome::Created),
        "updated" => Some(Outcome::Updated),
        "unchanged" => Some(Outcome::Unchanged),
        "duplicate" if problem.is_none() => Some(Outcome::Duplicate),
        _ => {
            let problem = problem.cloned().unwrap_or_default();
            let status = problem.get("status").and_then(Value::as_u64).unwrap_or(422);
            let status = StatusCode::from_u16(u16::try_from(status).ok()?).ok()?;
            if is_not_now(status) {
                return None;
            }
            Some(Outcome::Rejected(describe_problem(&Answer {
                status,
                body: problem,
                age: Default::default(),
            })))
        }
    }
}

//! One chunk in one transaction.
//!
//! New stories are gathered and added together. If the database refuses one of them, which is found
//! only then (somebody else was faster), that step is undone and each is posted by itself. So is from
//! the start what depends on an earlier story or makes a category or a source.

use super::{CHUNK_BYTES, Fate, Line, Named, Story, Told};
use crate::articles::model::Article;
use crate::articles::save::{Known, New, Save};
use crate::articles::store;
use crate::articles::upsert::{Identity, Upsert};
use crate::db::{self, Conn};
use crate::error::{Code, Error};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// How often a story is tried that somebody else is posting too.
const TRIES: usize = 3;

pub(super) struct Chunk<'a> {
    upsert: Upsert<'a>,
    known: &'a Known,
    now: DateTime<Utc>,
    /// Stories that are there, locked; without their bodies, since there may be many.
    existing: HashMap<Identity, Article>,
    /// Stories to add.
    pending: Vec<(&'a Line, &'a Story, New)>,
    /// How large they are.
    pending_bytes: usize,
    /// Under which ids stories of this chunk may be found.
    posted: HashSet<Identity>,
    told: Vec<Told>,
}

/// Whether the story is to blame. After anything else the transaction may not be fit to go on.
fn is_of_the_story(error: &Error) -> bool {
    !matches!(error.code(), Code::Unavailable | Code::Internal)
}

impl<'a> Chunk<'a> {
    pub(super) async fn new(
        conn: &mut Conn,
        upsert: Upsert<'a>,
        known: &'a Known,
    ) -> Result<Self, Error> {
        Ok(Self {
            upsert: Upsert { save: Save { known: Some(known), ..upsert.save }, ..upsert },
            known,
            now: db::now(conn).await?,
            existing: HashMap::new(),
            pending: Vec::new(),
            pending_bytes: 0,
            posted: HashSet::new(),
            told: Vec::new(),
        })
    }

    pub(super) async fn save(
        mut self,
        conn: &mut Conn,
        lines: &'a [Line],
    ) -> Result<Vec<Told>, Error> {
        let mut identities = Vec::with_capacity(lines.len());
        for line in lines {
            identities.push(match &line.story {
                Err(error) => Err(error.clone()),
                Ok(story) => match self.upsert.identity(conn, &story.patch).await {
                    Err(error) if !is_of_the_story(&error) => return Err(error),
                    identity => identity.map_err(Arc::new),
                },
            });
        }
        let wanted: Vec<&Identity> = identities.iter().flatten().flatten().collect();
        self.existing = store::lock_by_external_ids(conn, &wanted).await?;
        // that may have taken a while
        self.now = db::now(conn).await?;
        for (line, identity) in lines.iter().zip(identities) {
            match (&line.story, identity) {
                (Ok(story), Ok(identity)) => self.post(conn, line, story, identity).await?,
                (_, Err(error)) => self.tell(line, Fate::Rejected(error)),
                (Err(error), _) => self.tell(line, Fate::Rejected(error.clone())),
            }
        }
        self.flush(conn).await?;
        self.told.sort_by_key(|told| told.number);
        Ok(self.told)
    }

    fn tell(&mut self, line: &Line, fate: Fate) {
        self.told.push(Told { number: line.number, fate });
    }

    /// How this story is saved.
    fn upsert_of(&self, story: &'a Story) -> Upsert<'a> {
        let save = Save { ahead: story.ahead.as_ref(), ..self.upsert.save };
        Upsert { save, ..self.upsert }
    }

    async fn post(
        &mut self,
        conn: &mut Conn,
        line: &'a Line,
        story: &'a Story,
        identity: Option<Identity>,
    ) -> Result<(), Error> {
        if let Some(identity) = identity.as_ref()
            && let Some(existing) = self.existing.remove(identity)
        {
            if story.patch.is_translation() || story.patch.wants_slug() {
                // of a story above it, maybe
                self.flush(conn).await?;
            }
            return self.repeat(conn, line, story, identity.clone(), existing).await;
        }
        let again = identity.is_some_and(|identity| !self.posted.insert(identity));
        if again || self.depends(conn, story).await? {
            self.flush(conn).await?;
            return self.alone(conn, line, story).await;
        }
        let upsert = self.upsert_of(story);
        let patch = upsert.implied(story.patch.clone());
        match upsert.save.prepare(conn, patch, Some(self.now)).await {
            Ok(new) => {
                self.pending_bytes += new.size();
                self.pending.push((line, story, new));
                if self.pending_bytes > CHUNK_BYTES {
                    self.flush(conn).await?;
                }
            }
            Err(error) if is_of_the_story(&error) => {
                self.tell(line, Fate::Rejected(Arc::new(error)));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Whether what it names may be an earlier story, or has to be made first.
    async fn depends(&self, conn: &mut Conn, story: &Story) -> Result<bool, Error> {
        if story.patch.is_translation() {
            return Ok(true);
        }
        let save = &self.upsert.save;
        Ok(save.create_missing && !save.knows(conn, &story.patch).await?)
    }

    /// Posts a story that is there.
    async fn repeat(
        &mut self,
        conn: &mut Conn,
        line: &'a Line,
        story: &'a Story,
        identity: Identity,
        existing: Article,
    ) -> Result<(), Error> {
        let upsert = self.upsert_of(story);
        let (fate, now) = match left_alone(&upsert, &existing) {
            Some(fate) => (fate, existing),
            None => {
                let work = async |conn: &mut Conn| {
                    let whole = store::find(conn, existing.id).await?;
                    let whole = whole.ok_or_else(|| Error::new(Code::NotFound))?;
                    change(conn, &upsert, whole, story).await
                };
                match self.within(conn, work).await? {
                    Ok((fate, changed)) => (fate, changed.without_bodies()),
                    Err(error) => (Fate::refused(error), existing),
                }
            }
        };
        // another line may name it again
        self.existing.insert(identity, now);
        self.tell(line, fate);
        Ok(())
    }

    /// Posts a story by itself, as a single one is.
    async fn alone(
        &mut self,
        conn: &mut Conn,
        line: &'a Line,
        story: &'a Story,
    ) -> Result<(), Error> {
        let upsert = self.upsert_of(story);
        let mut tries = 0;
        let fate = loop {
            tries += 1;
            let work = async |conn: &mut Conn| post(conn, &upsert, story).await;
            match self.within(conn, work).await? {
                Ok(fate) => break fate,
                Err(error) if error.code() == Code::ExternalIdTaken && tries < TRIES => {}
                Err(error) => break Fate::refused(error),
            }
        };
        self.tell(line, fate);
        Ok(())
    }

    /// Adds the gathered stories.
    async fn flush(&mut self, conn: &mut Conn) -> Result<(), Error> {
        let pending = std::mem::take(&mut self.pending);
        self.pending_bytes = 0;
        if pending.is_empty() {
            return Ok(());
        }
        let work = async |conn: &mut Conn| {
            let save = &self.upsert.save;
            let news: Vec<&New> = pending.iter().map(|(_, _, new)| new).collect();
            save.add(conn, &news).await
        };
        if let Ok(added) = self.within(conn, work).await? {
            for ((line, _, _), added) in pending.into_iter().zip(added) {
                let fate = match added {
                    Ok((id, slug)) => Fate::Created(Named { id, slug }),
                    Err(error) => Fate::refused(error),
                };
                self.tell(line, fate);
            }
            return Ok(());
        }
        for (line, story, _) in pending {
            self.alone(conn, line, story).await?;
        }
        Ok(())
    }

    /// Does work that may fail without the others: then it is undone, and what it made is forgotten.
    async fn within<T>(
        &self,
        conn: &mut Conn,
        work: impl AsyncFnOnce(&mut Conn) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, Error> {
        match db::within(conn, work).await {
            // even a fault of ours: it is undone
            Err(error) if error.code() != Code::Unavailable => {
                self.known.forget();
                Ok(Err(error))
            }
            done => done.map(Ok),
        }
    }
}

/// What becomes of a story that is there and not to be changed; none when it is.
fn left_alone(upsert: &Upsert<'_>, existing: &Article) -> Option<Fate> {
    match upsert.may_change(existing) {
        Ok(true) => None,
        Ok(false) => Some(Fate::Duplicate(named(existing), None)),
        Err(error) if error.code() == Code::ExternalIdTaken => {
            Some(Fate::Duplicate(named(existing), Some(Arc::new(error))))
        }
        Err(error) => Some(Fate::Rejected(Arc::new(error))),
    }
}

/// Changes a story that is there.
async fn change(
    conn: &mut Conn,
    upsert: &Upsert<'_>,
    existing: Article,
    story: &Story,
) -> Result<(Fate, Article), Error> {
    let before = existing.version;
    let changed = upsert.change(conn, existing, upsert.implied(story.patch.clone())).await?;
    let fate = match changed.version == before {
        true => Fate::Unchanged(named(&changed)),
        false => Fate::Updated(named(&changed)),
    };
    Ok((fate, changed))
}

/// Posts a story as a single one is.
async fn post(conn: &mut Conn, upsert: &Upsert<'_>, story: &Story) -> Result<Fate, Error> {
    if let Some(existing) = upsert.existing(conn, &story.patch).await? {
        return match left_alone(upsert, &existing) {
            Some(fate) => Ok(fate),
            None => change(conn, upsert, existing, story).await.map(|(fate, _)| fate),
        };
    }
    let made = upsert.save.create(conn, upsert.implied(story.patch.clone())).await?;
    Ok(Fate::Created(named(&made)))
}

fn named(article: &Article) -> Named {
    Named { id: article.id, slug: article.slug.clone() }
}

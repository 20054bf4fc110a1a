//! What happens to a story beside edits: published, unpublished, retracted, thrown away, brought back,
//! corrected, removed for good. All of these take a locked story. One that is what was asked for
//! already is left as it is.

use super::{Base, Save, reread};
use crate::access::Scope;
use crate::articles::model::preview::Token;
use crate::articles::model::{Article, Correction, State, Status};
use crate::articles::store::{life, previews};
use crate::articles::views::input::ArticlePatch;
use crate::db::{self, Conn};
use crate::error::{Code, Error};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// How many notes for readers a story may have.
const MAX_CORRECTIONS: usize = 100;

impl Save<'_> {
    /// Publishes it, or changes its dates.
    pub async fn publish(
        &self,
        conn: &mut Conn,
        before: Article,
        dates: ArticlePatch,
    ) -> Result<Article, Error> {
        kept(&before, "published")?;
        let after = self.change(conn, before, dates, Base::Current).await?;
        if after.state == State::Expired {
            let detail =
                "`expires_at` has passed: the story would not be seen. Send a later one, or null.";
            return Err(Error::new(Code::StateConflict).detail(detail));
        }
        Ok(after)
    }

    /// Makes a draft of it again. Its date stays, as the one it was first published at.
    pub async fn unpublish(
        &self,
        conn: &mut Conn,
        before: Article,
        patch: ArticlePatch,
    ) -> Result<Article, Error> {
        kept(&before, "unpublished")?;
        self.change(conn, before, patch, Base::Current).await
    }

    /// Takes it back; again, to give another reason.
    pub async fn retract(
        &self,
        conn: &mut Conn,
        before: Article,
        reason: &str,
    ) -> Result<Article, Error> {
        if before.state == State::Trashed {
            return Err(in_trash("retracted"));
        }
        if before.retraction.as_ref().is_some_and(|retraction| retraction.reason == reason) {
            return Ok(before);
        }
        self.may_publish(Some(before.state), State::Retracted)?;
        if before.has_been_live || before.state == State::Expired {
            // readers are told of it, or told otherwise than before
            self.caller.require(Scope::ArticlesPublish)?;
        }
        let now = db::now(conn).await?;
        life::retract(conn, &before, reason, self.stamp(now)).await?;
        reread(conn, before.id).await
    }

    /// Moves it to the trash.
    pub async fn trash(&self, conn: &mut Conn, before: &Article) -> Result<(), Error> {
        self.may_write(&before.content)?;
        self.may_publish(Some(before.state), State::Trashed)?;
        let now = db::now(conn).await?;
        life::trash(conn, before, self.stamp(now)).await
    }

    /// Brings it back from the trash or from retraction, as a draft: nothing becomes public by it.
    pub async fn restore(&self, conn: &mut Conn, before: Article) -> Result<Article, Error> {
        if !before.is_withdrawn() {
            return match before.content.status {
                Status::Draft => Ok(before),
                Status::Published => Err(Error::new(Code::StateConflict)
                    .detail("The story is neither in the trash nor retracted.")),
            };
        }
        if before.retraction.is_some() {
            // readers are told of it no more
            self.caller.require(Scope::ArticlesPublish)?;
        }
        let now = db::now(conn).await?;
        life::restore(conn, &before, self.stamp(now)).await?;
        reread(conn, before.id).await
    }

    /// Adds a note for readers, dated now unless said otherwise. Those who know the story learn that
    /// it was revised.
    pub async fn correct(
        &self,
        conn: &mut Conn,
        before: &Article,
        text: &str,
        at: Option<DateTime<Utc>>,
    ) -> Result<Correction, Error> {
        kept(before, "corrected")?;
        self.may_publish(Some(before.state), before.state)?;
        if before.corrections.len() >= MAX_CORRECTIONS {
            let detail = "The story has a hundred corrections, the most there can be.";
            return Err(Error::new(Code::StateConflict).detail(detail));
        }
        let now = db::now(conn).await?;
        let note = Correction { id: Uuid::now_v7(), text: text.to_owned(), at: at.unwrap_or(now) };
        let mut notes = before.corrections.clone();
        notes.push(note.clone());
        notes.sort_by_key(|note| note.at);
        let known = matches!(before.state, State::Live | State::Expired);
        let revised_at = if known { Some(now) } else { before.content.revised_at };
        life::correct(conn, before, &notes, revised_at, self.stamp(now)).await?;
        Ok(note)
    }

    /// Takes a mistaken note away.
    pub async fn uncorrect(
        &self,
        conn: &mut Conn,
        before: &Article,
        id: Uuid,
    ) -> Result<(), Error> {
        kept(before, "corrected")?;
        let mut notes = before.corrections.clone();
        notes.retain(|note| note.id != id);
        if notes.len() == before.corrections.len() {
            return Err(Error::new(Code::NotFound));
        }
        self.may_publish(Some(before.state), before.state)?;
        let now = db::now(conn).await?;
        life::correct(conn, before, &notes, before.content.revised_at, self.stamp(now)).await
    }

    /// Makes a link that shows it, in any state but trashed, for a limited time; when that ends.
    pub async fn link(
        &self,
        conn: &mut Conn,
        story: &Article,
        token: &Token,
        lifetime: TimeDelta,
    ) -> Result<DateTime<Utc>, Error> {
        if story.state == State::Trashed {
            return Err(in_trash("previewed"));
        }
        let now = db::now(conn).await?;
        let end = now + lifetime;
        previews::create(conn, story.id, &token.hash(), end, self.stamp(now)).await?;
        Ok(end)
    }

    /// Removes it for good.
    pub async fn purge(&self, conn: &mut Conn, before: &Article) -> Result<(), Error> {
        if !before.is_withdrawn() {
            let detail = "Only a story in the trash or a retracted one is purged. Delete it first.";
            return Err(Error::new(Code::StateConflict).detail(detail));
        }
        life::purge(conn, before).await
    }
}

/// Refuses a story that is withdrawn.
pub(super) fn kept(story: &Article, done: &str) -> Result<(), Error> {
    match story.state {
        State::Trashed => Err(in_trash(done)),
        State::Retracted => {
            let detail =
                format!("A retracted story cannot be {done}. Restore it first, as a draft.");
            Err(Error::new(Code::StateConflict).detail(detail))
        }
        _ => Ok(()),
    }
}

fn in_trash(done: &str) -> Error {
    let detail = format!("A story in the trash cannot be {done}. Restore it first, as a draft.");
    Error::new(Code::StateConflict).detail(detail)
}

//! Posting a story that may be there already: found by its supplier's id, then left alone, refused or
//! changed. Runs inside the transaction of its caller.

use super::model::Article;
use super::save::{Base, Save};
use super::store;
use super::views::input::ArticlePatch;
use super::views::params::OnConflict;
use crate::db::Conn;
use crate::error::{Code, Error};
use crate::ids::SourceId;
use crate::patch::Patch;

/// The supplier's id within its source.
pub type Identity = (Option<SourceId>, String);

/// How to post.
#[derive(Clone, Copy, Debug)]
pub struct Upsert<'a> {
    /// How to save.
    pub save: Save<'a>,
    /// What to do with the story that is there.
    pub on_conflict: OnConflict,
    /// Whether another key's work may be replaced.
    pub overwrite: bool,
}

impl Upsert<'_> {
    /// A bound key's source is implied, whether it is left out or null.
    pub fn implied(&self, mut patch: ArticlePatch) -> ArticlePatch {
        if self.save.caller.bound_to().is_some() && patch.source == Patch::Null {
            patch.source = Patch::Absent;
        }
        patch
    }

    /// Under which id the story would be there; none without one, or when its source is not there yet.
    pub async fn identity(
        &self,
        conn: &mut Conn,
        patch: &ArticlePatch,
    ) -> Result<Option<Identity>, Error> {
        let Some(external_id) = patch.external_id.value() else { return Ok(None) };
        let source = match &patch.source {
            Patch::Absent | Patch::Null => self.save.caller.bound_to().map(SourceId),
            Patch::Value(reference) => match self.save.known_source(conn, reference).await? {
                Some(id) => Some(id),
                None => return Ok(None),
            },
        };
        if !self.save.caller.covers(source.map(|id| id.0)) {
            return Err(Error::new(Code::SourceForbidden));
        }
        Ok(Some((source, external_id.clone())))
    }

    /// The story that is there, locked.
    pub async fn existing(
        &self,
        conn: &mut Conn,
        patch: &ArticlePatch,
    ) -> Result<Option<Article>, Error> {
        let Some((source, external_id)) = self.identity(conn, patch).await? else {
            return Ok(None);
        };
        match store::by_external_id(conn, source, &external_id).await? {
            Some(id) => store::lock(conn, id).await,
            None => Ok(None),
        }
    }

    /// Whether the story that is there is to be changed; false when it is to be left alone.
    pub fn may_change(&self, existing: &Article) -> Result<bool, Error> {
        let refused = |code| Err(Error::new(code).existing("articles", existing.id.0));
        match self.on_conflict {
            OnConflict::Error => refused(Code::ExternalIdTaken),
            _ if existing.is_withdrawn() => refused(Code::StoryWithdrawn),
            OnConflict::Update => Ok(true),
            OnConflict::Skip => Ok(false),
        }
    }

    /// Changes the members that the patch carries, unless that would undo what somebody else did.
    pub async fn change(
        &self,
        conn: &mut Conn,
        existing: Article,
        patch: ArticlePatch,
    ) -> Result<Article, Error> {
        let (id, before) = (existing.id, existing.version);
        let writer = self.save.caller.key().map(|key| key.id);
        let mine = existing.updated_by.map(|id| id.0) == writer;
        let changed = self.save.change(conn, existing, patch, Base::Carried).await?;
        if changed.version != before && !mine && !self.overwrite {
            return Err(Error::new(Code::EditedElsewhere).existing("articles", id.0));
        }
        Ok(changed)
    }
}

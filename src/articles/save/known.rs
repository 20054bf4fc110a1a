//! What a transaction has looked up: many stories name the same few sources and categories.

use super::Save;
use crate::articles::views::input::ArticlePatch;
use crate::db::Conn;
use crate::error::Error;
use crate::ids::{CategoryId, Reference, SourceId};
use std::cell::RefCell;
use std::collections::HashMap;

/// Sources and categories by what they were called.
#[derive(Debug, Default)]
pub struct Known {
    sources: RefCell<HashMap<Reference, SourceId>>,
    categories: RefCell<HashMap<Reference, CategoryId>>,
}

impl Known {
    /// Forgets everything: some of it may have been undone.
    pub fn forget(&self) {
        self.sources.borrow_mut().clear();
        self.categories.borrow_mut().clear();
    }
}

impl Save<'_> {
    /// The source by id, slug, or - where one may be made from its name - by name.
    pub async fn known_source(
        &self,
        conn: &mut Conn,
        reference: &Reference,
    ) -> Result<Option<SourceId>, Error> {
        let Some(known) = self.known else { return self.find_source(conn, reference).await };
        if let Some(id) = known.sources.borrow().get(reference).copied() {
            return Ok(Some(id));
        }
        let found = self.find_source(conn, reference).await?;
        let mut sources = known.sources.borrow_mut();
        sources.extend(found.map(|id| (reference.clone(), id)));
        Ok(found)
    }

    /// The category, likewise.
    pub(super) async fn known_category(
        &self,
        conn: &mut Conn,
        reference: &Reference,
    ) -> Result<Option<CategoryId>, Error> {
        let Some(known) = self.known else { return self.find_category(conn, reference).await };
        if let Some(id) = known.categories.borrow().get(reference).copied() {
            return Ok(Some(id));
        }
        let found = self.find_category(conn, reference).await?;
        let mut categories = known.categories.borrow_mut();
        categories.extend(found.map(|id| (reference.clone(), id)));
        Ok(found)
    }

    /// Whether every source and category that a story names is there.
    pub async fn knows(&self, conn: &mut Conn, patch: &ArticlePatch) -> Result<bool, Error> {
        if let Some(source) = patch.source.value()
            && self.known_source(conn, source).await?.is_none()
        {
            return Ok(false);
        }
        for category in patch.filed() {
            if self.known_category(conn, category).await?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

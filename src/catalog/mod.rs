//! The newsroom around the stories: every source, the category tree, and which languages are
//! searched. All of it is small, changes rarely and is needed for every read, so each node keeps a
//! copy, as true as everything it remembers ([`crate::freshness`]).

pub mod model;
mod store;

pub use model::Catalog;

use crate::db::Conn;
use crate::error::Error;
use crate::freshness::{Freshness, Scope, Trust};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

/// A node's copy of the catalog.
#[derive(Debug)]
pub struct Catalogs {
    freshness: Arc<Freshness>,
    scopes: [Scope; 3],
    copy: RwLock<Option<(u64, Arc<Catalog>)>>,
}

impl Catalogs {
    /// No copy yet.
    pub fn new(freshness: Arc<Freshness>) -> Self {
        let scopes = [Scope::sources(), Scope::categories(), Scope::named("configurations")];
        Self { freshness, scopes, copy: RwLock::default() }
    }

    /// The catalog: the copy while it is true, else read anew.
    pub async fn get(&self, conn: &mut Conn) -> Result<Arc<Catalog>, Error> {
        match self.copy() {
            Some(catalog) => Ok(catalog),
            None => self.read(conn, self.freshness.epoch()).await,
        }
    }

    /// The catalog with all that these stories name. On another node it may be newer than the copy.
    /// `begun` is the epoch before these were read, or before the snapshot they are read in.
    pub async fn covering(
        &self,
        conn: &mut Conn,
        begun: u64,
        covers: impl Fn(&Catalog) -> bool,
    ) -> Result<Arc<Catalog>, Error> {
        match self.copy().filter(|catalog| covers(catalog)) {
            Some(catalog) => Ok(catalog),
            None => self.read(conn, begun).await,
        }
    }

    fn copy(&self) -> Option<Arc<Catalog>> {
        let copy = self.copy.read().unwrap_or_else(PoisonError::into_inner);
        let (epoch, catalog) = copy.as_ref()?;
        let trusted = self.freshness.trust(Instant::now()) == Trust::Fresh;
        (trusted && self.freshness.holds(*epoch, &self.scopes)).then(|| catalog.clone())
    }

    /// `epoch` is one before what the statements see.
    async fn read(&self, conn: &mut Conn, epoch: u64) -> Result<Arc<Catalog>, Error> {
        let catalog = Arc::new(store::load(conn).await?);
        let mut copy = self.copy.write().unwrap_or_else(PoisonError::into_inner);
        if copy.as_ref().is_none_or(|(known, _)| *known <= epoch) {
            *copy = Some((epoch, catalog.clone()));
        }
        Ok(catalog)
    }
}

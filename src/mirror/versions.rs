//! Language versions: that a story shows the same ones here as at the origin.
//!
//! Those that name an original which is here stand together by its id. Of others the origin does not show what
//! they translate, but shows each with the rest: here these share a name (`version_group`).

use super::apply::{Batch, Means};
use super::store::rows::{self as store, Standing, Version};
use crate::backup::store::columns::Table;
use crate::db::Conn;
use crate::error::Error;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// How the stories that came stood before they were written.
pub struct Before {
    standing: HashMap<Uuid, Standing>,
    versions: HashSet<Version>,
}

impl Before {
    /// Looks at them.
    pub async fn look(conn: &mut Conn, batch: &Batch) -> Result<Self, Error> {
        let ids = batch.of(Table::Articles);
        let standing = store::standing(conn, &ids).await?;
        Ok(Self { standing, versions: store::versions_of(conn, &ids).await? })
    }

    /// The name under which a story stands together with others.
    pub fn group(&self, id: Uuid) -> Option<Uuid> {
        self.standing.get(&id)?.group
    }
}

/// Lets the stories that came, and were written, stand together with the versions they came with. Those beside
/// which they did not stand before, or do no more, are to be read again: what they show has changed, and
/// nobody tells of it. So are those beside them that they do not show, since they may have left these without
/// looking any different.
pub async fn join(
    conn: &mut Conn,
    batch: &Batch,
    before: &Before,
    means: Means,
) -> Result<(), Error> {
    let ids = batch.of(Table::Articles);
    let stories = || batch.copies.iter().filter(|copy| copy.row.table == Table::Articles);
    let named: Vec<Uuid> = stories().flat_map(|copy| copy.versions.iter().copied()).collect();
    let known = store::standing(conn, &named).await?;
    let now = store::standing(conn, &ids).await?;
    let mut versions = store::versions_of(conn, &ids).await?;
    let mut wanted = HashSet::new();
    for copy in stories() {
        let id = copy.row.id;
        let there = copy.versions.iter().copied().filter(|id| known.contains_key(id));
        let there: HashSet<Uuid> = there.collect();
        if is_seen(&now, id) && !is_seen(&before.standing, id) {
            wanted.extend(&there);
        }
        let shown = versions.iter().filter(|version| version.of == id && version.seen);
        if shown.map(|version| version.id).collect::<HashSet<_>>() != there {
            wanted.extend(stand_together(conn, id, &there).await?);
            wanted.extend(there);
            versions = store::versions_of(conn, &ids).await?;
        }
    }
    let beside = |versions: &HashSet<Version>| -> HashSet<(Uuid, Uuid)> {
        versions.iter().map(|version| (version.of, version.id)).collect()
    };
    wanted.extend(beside(&before.versions).difference(&beside(&versions)).map(|(_, id)| *id));
    if means != Means::Again {
        let unseen = before.versions.iter().filter(|version| !version.seen);
        wanted.extend(unseen.map(|version| version.id));
    }
    let wanted: Vec<Uuid> = wanted.into_iter().filter(|id| !ids.contains(id)).collect();
    store::want(conn, Table::Articles, &wanted).await
}

/// Lets a story stand with these: under the name that they have, where nobody else is seen under it, so that
/// others like the story, which are not seen but show the rest, stay where they are; else under a new
/// one. Gives those that are left behind.
async fn stand_together(
    conn: &mut Conn,
    id: Uuid,
    others: &HashSet<Uuid>,
) -> Result<Vec<Uuid>, Error> {
    let all: Vec<Uuid> = others.iter().copied().collect();
    let standing = store::standing(conn, &all).await?;
    let names: HashSet<Option<Uuid>> = standing.values().map(|it| it.group).collect();
    if let [Some(name)] = names.into_iter().collect::<Vec<_>>()[..] {
        let mut seen = store::seen_in(conn, name).await?;
        seen.remove(&id);
        if seen == *others {
            return store::regroup(conn, &[id], Some(name)).await;
        }
    }
    let name = (!all.is_empty()).then(Uuid::now_v7);
    store::regroup(conn, &[all, vec![id]].concat(), name).await
}

fn is_seen(standing: &HashMap<Uuid, Standing>, id: Uuid) -> bool {
    standing.get(&id).is_some_and(|it| it.seen)
}

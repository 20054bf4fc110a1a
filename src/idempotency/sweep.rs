//! Drops answers that have run out.

use super::store;
use crate::db::{Db, Turn, try_turn};
use std::time::Duration;

/// How often there is a look at what has run out.
const PAUSE: Duration = Duration::from_secs(60);

/// Goes on until the service ends. Of many nodes one at a time does it, the others pass.
pub async fn run(db: Db, lifetime: Duration) {
    loop {
        let work = db.transaction(false, async |conn| match try_turn(conn, Turn::Sweep).await? {
            true => store::sweep(conn, lifetime).await,
            false => Ok(0),
        });
        match work.await {
            Ok(0) => tokio::time::sleep(PAUSE).await,
            Ok(count) => log::debug!("{count} kept answers have run out"),
            Err(error) => {
                log::warn!("kept answers could not be dropped: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

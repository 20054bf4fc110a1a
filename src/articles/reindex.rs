//! Keeps search complete: stories that came in beside this release (plain SQL, the release before)
//! get their search words and slugs a little later.

use super::store::reindex;
use crate::db::Db;
use crate::error::Code;
use std::time::Duration;

/// The pause when there is nothing to do.
const PAUSE: Duration = Duration::from_secs(10);

/// Goes on until the service ends. Any number of nodes may do so at once.
pub async fn run(db: Db) {
    loop {
        let work = db.transaction(false, async |conn| reindex::some(conn).await);
        match work.await {
            Ok(0) => tokio::time::sleep(PAUSE).await,
            Ok(count) => log::info!("{count} stories can be searched now"),
            Err(error) => {
                // a restore holds the stories for itself; that the database is gone others tell
                let passes = error.code() == Code::Unavailable;
                let level = if passes { log::Level::Info } else { log::Level::Warn };
                log::log!(level, "stories could not be made searchable yet: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

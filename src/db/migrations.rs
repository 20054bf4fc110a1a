//! Migrations, embedded in the binary and applied under an advisory lock, so that nodes which
//! start together do not run them twice.

use crate::db::connect;
use anyhow::{Result, anyhow};
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel_async::{AsyncMigrationHarness, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
/// The advisory lock of this service's migrations.
const LOCK: i64 = 0x006e_7773_6d69_6772;

/// Applies what is pending and gives the names of what was applied.
pub async fn run(url: &str) -> Result<Vec<String>> {
    with_harness(url, |harness| {
        let applied =
            harness.run_pending_migrations(MIGRATIONS).map_err(|error| anyhow!("{error}"))?;
        Ok(applied.iter().map(ToString::to_string).collect())
    })
    .await
}

/// Undoes every migration; for tests and for leaving for good.
pub async fn revert_all(url: &str) -> Result<Vec<String>> {
    with_harness(url, |harness| {
        let reverted =
            harness.revert_all_migrations(MIGRATIONS).map_err(|error| anyhow!("{error}"))?;
        Ok(reverted.iter().map(ToString::to_string).collect())
    })
    .await
}

/// The newest migration this binary knows, to tell whether a database is up to date.
pub fn newest() -> Result<String> {
    let all: Vec<Box<dyn Migration<Pg>>> =
        MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(|error| anyhow!("{error}"))?;
    let names = all.iter().map(|migration| migration.name().version().to_string());
    names.max().ok_or_else(|| anyhow!("no migrations are built in"))
}

type Harness = AsyncMigrationHarness<diesel_async::AsyncPgConnection>;

/// The harness blocks, which a single-threaded runtime forbids: it gets a runtime of its own.
async fn with_harness<T: Send + 'static>(
    url: &str,
    work: impl FnOnce(&mut Harness) -> Result<T> + Send + 'static,
) -> Result<T> {
    let url = url.to_owned();
    let run = move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        runtime.block_on(async move {
            let mut conn = connect::establish(&url).await?;
            // held until the connection closes
            conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})")).await?;
            work(&mut AsyncMigrationHarness::new(conn))
        })
    };
    tokio::task::spawn_blocking(run).await?
}

//! A connection of the test's own: plain SQL, transactions that stay open, locks that hold others.

use crate::support::TestApp;
use std::time::Duration;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// Longer than anything here should take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection.
pub struct Session(Client);

impl Session {
    /// To the database at this address.
    pub async fn open(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
        actix_web::rt::spawn(connection);
        Self(client)
    }

    /// Runs statements.
    pub async fn run(&self, sql: &str) {
        self.0.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The first column of the first row, as text; empty when there is none.
    pub async fn one(&self, sql: &str) -> String {
        let found = self.0.simple_query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        let row = found.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        row.unwrap_or_default().to_owned()
    }

    /// Waits until somebody waits for a lock.
    pub async fn somebody_waits(&self) {
        let waiting = "SELECT count(*) FROM pg_stat_activity
                       WHERE datname = current_database() AND wait_event_type = 'Lock'";
        self.until(waiting, "1").await;
    }

    /// Waits until a query gives this.
    pub async fn until(&self, sql: &str, wanted: &str) {
        let wait = async {
            while self.one(sql).await != wanted {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, wait).await;
        waited.unwrap_or_else(|_| panic!("never {wanted}: {sql}"));
    }
}

/// Ends the connections that watch for changes, as a database or a network would.
pub const END_WATCHERS: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND (query ILIKE 'LISTEN newswire%' OR query ILIKE 'NOTIFY newswire%'
           OR query LIKE '%pg_snapshot_xmax(pg_current_snapshot())%FROM changes%')";

/// Waits until a node trusts what it remembers, and has heard of all that has been done so far.
pub async fn settled(app: &TestApp) {
    tokio::time::sleep(newswire::freshness::LEASE + Duration::from_millis(50)).await;
    trusted(app).await;
}

/// Waits until a node trusts what it remembers.
pub async fn trusted(app: &TestApp) {
    use newswire::freshness::Trust;
    let wait = async {
        while app.app.freshness.trust(std::time::Instant::now()) != Trust::Fresh {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("a node that trusts its memory");
}

/// Runs plain SQL in a transaction of the node itself, as its writes do.
pub async fn write_on(app: &TestApp, sql: &str) {
    use diesel_async::SimpleAsyncConnection;
    let done = app.app.db.transaction(false, async |conn| {
        conn.batch_execute(sql).await.map_err(newswire::error::Error::from)
    });
    done.await.expect("a write");
}

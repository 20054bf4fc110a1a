//! A private cluster with a million stories, on disk, that logs the plan of every statement.

use crate::support::TestApp;
use crate::support::db::TestDb;
use diesel_async::SimpleAsyncConnection;
use newswire::db::embedded::{Cluster, Options};
use newswire::db::{connect, migrations};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

/// Every statement's plan, as it ran.
const EXPLAIN: &str = "
    ALTER DATABASE million SET session_preload_libraries = 'auto_explain';
    ALTER DATABASE million SET auto_explain.log_min_duration = 0;
    ALTER DATABASE million SET auto_explain.log_analyze = on;
    ALTER DATABASE million SET auto_explain.log_buffers = on;
    ALTER DATABASE million SET auto_explain.log_timing = off;
    ALTER DATABASE million SET auto_explain.log_format = 'json';
    ALTER DATABASE million SET auto_explain.log_nested_statements = off;";

/// The service on a million stories, without a response cache.
pub struct Million {
    pub app: TestApp,
    log: PathBuf,
    // in the order in which they go
    _cluster: Cluster,
    _directory: tempfile::TempDir,
}

impl Million {
    /// Makes it all; takes a minute or two.
    pub async fn load() -> Self {
        let directory = tempfile::Builder::new().prefix("newswire-plans-").tempdir().unwrap();
        let options = Options {
            dir: directory.path().join("cluster"),
            durable: false,
            allow_download: true,
            bin_dir: std::env::var_os("NEWSWIRE_PG_BIN_DIR").map(PathBuf::from),
            run_as: None,
            max_connections: 50,
            on_crash: |reason| eprintln!("the cluster ended: {reason}"),
        };
        open(directory.path());
        let start = tokio::task::spawn_blocking(move || Cluster::start(&options));
        let cluster = start.await.unwrap().expect("a cluster");
        run(&cluster.url("postgres"), "CREATE DATABASE million").await;
        let url = cluster.url("million");
        migrations::run(&url).await.expect("migrate");
        // one session, since its settings last; VACUUM stands alone
        let mut conn = connect::establish(&url).await.expect("connect");
        for part in include_str!("load.sql").split_inclusive(";\n\n").flat_map(vacuums) {
            let done = conn.batch_execute(part).await;
            done.unwrap_or_else(|error| panic!("{error}: {part}"));
        }
        drop(conn);
        run(&url, EXPLAIN).await;
        let flags = ["--cache-mb", "0", "--db-connections", "1"];
        let app = TestApp::on(TestDb::at(&url), &flags).await;
        let data = cluster.data_dir();
        let log = data.with_extension("log");
        assert!(log.exists(), "{}", log.display());
        Self { app, log, _cluster: cluster, _directory: directory }
    }

    /// Where the log ends now.
    pub fn log_end(&self) -> u64 {
        std::fs::metadata(&self.log).expect("the log").len()
    }

    /// What was logged since, once it is all there.
    pub async fn log_since(&self, from: u64) -> String {
        let mut length = 0;
        loop {
            tokio::time::sleep(Duration::from_millis(10)).await;
            let now = self.log_end();
            if now == length {
                break;
            }
            length = now;
        }
        let mut file = File::open(&self.log).expect("the log");
        file.seek(SeekFrom::Start(from)).expect("a place in the log");
        let mut text = Vec::new();
        file.read_to_end(&mut text).expect("the log");
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// Parts a script where it says VACUUM.
fn vacuums(part: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = part;
    while let Some(at) = rest.find("VACUUM") {
        let end = at + rest[at..].find('\n').map_or(rest.len() - at, |end| end + 1);
        parts.extend([&rest[..at], &rest[at..end]]);
        rest = &rest[end..];
    }
    parts.push(rest);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Lets the server's user in.
fn open(directory: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o755))
        .expect("a directory");
}

async fn run(url: &str, sql: &str) {
    let mut conn = connect::establish(url).await.expect("connect");
    conn.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

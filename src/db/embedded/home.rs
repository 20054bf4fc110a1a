//! The directory that holds a cluster and all that belongs to it: what lies where, and making it
//! usable for the server's user.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::sys::{self, Account};
use super::user::ServerUser;

const ELSEWHERE: &str = "set NEWSWIRE_DATA_DIR to another directory, or set DATABASE_URL";

/// Where the cluster lives when nothing is configured. For root that is not below its home
/// directory, which the unprivileged server could not reach.
#[must_use]
pub fn default_dir() -> PathBuf {
    if sys::effective_uid() == 0 {
        return PathBuf::from("/var/lib/newswire");
    }
    let absolute =
        |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
        .unwrap_or_else(|| std::env::current_dir().unwrap_or_default())
        .join("newswire")
}

/// The owner of the data in `dir`, if there is any and it is not root's.
pub fn data_owner(dir: &Path) -> Option<Account> {
    let major = newest_major(dir)?;
    let meta = fs::metadata(data_dir(dir, major)).ok()?;
    Some(Account { uid: meta.uid(), gid: meta.gid() }).filter(|owner| owner.uid != 0)
}

fn data_dir(root: &Path, major: u32) -> PathBuf {
    root.join(format!("pg{major}"))
}

/// The file is initdb's; the directory gets its name only when it is complete.
fn has_data(root: &Path, major: u32) -> bool {
    data_dir(root, major).join("PG_VERSION").is_file()
}

fn newest_major(root: &Path) -> Option<u32> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.strip_prefix("pg")?.parse().ok())
        .filter(|major| has_data(root, *major))
        .max()
}

/// The directory, made and known to be reachable for the server.
#[derive(Debug)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    pub fn open(dir: &Path, user: &ServerUser) -> Result<Self> {
        // Under root the server's user must pass through, so it is not private; its parts are.
        let mode = if user.is_other() { 0o711 } else { 0o700 };
        create(dir, mode)
            .with_context(|| format!("cannot create {}; {ELSEWHERE}", dir.display()))?;
        let root = dir
            .canonicalize()
            .with_context(|| format!("cannot use {}; {ELSEWHERE}", dir.display()))?;
        if !user.can_enter(&root)? {
            let mode = fs::metadata(&root)?.mode() | 0o011;
            fs::set_permissions(&root, Permissions::from_mode(mode))
                .with_context(|| format!("cannot open {} to others", root.display()))?;
        }
        for ancestor in root.ancestors() {
            if !user.can_enter(ancestor)? {
                bail!(
                    "{} is below {}, which is closed to uid {}, and that user runs PostgreSQL \
                     because this process is root; {ELSEWHERE}",
                    root.display(),
                    ancestor.display(),
                    user.uid()
                );
            }
        }
        Ok(Self { root })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn data_dir(&self, major: u32) -> PathBuf {
        data_dir(&self.root, major)
    }

    pub fn log_file(&self, major: u32) -> PathBuf {
        self.root.join(format!("pg{major}.log"))
    }

    /// Where fetched builds are kept.
    pub fn dist_dir(&self) -> PathBuf {
        self.root.join("dist")
    }

    pub fn has_data(&self, major: u32) -> bool {
        has_data(&self.root, major)
    }

    /// The major version of the data that is there: only that one can read it.
    pub fn pinned_major(&self) -> Option<u32> {
        newest_major(&self.root)
    }

    /// The file whose lock says who owns the cluster.
    pub fn open_lock(&self) -> Result<fs::File> {
        let path = self.root.join("lock");
        fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600) // whoever can open it can lock us out
            .open(&path)
            .with_context(|| format!("cannot write {}; {ELSEWHERE}", path.display()))
    }
}

fn create(dir: &Path, mode: u32) -> std::io::Result<()> {
    if let Some(parent) = dir.parent() {
        fs::create_dir_all(parent)?;
    }
    match DirBuilder::new().mode(mode).create(dir) {
        Err(_) if dir.is_dir() => Ok(()),
        done => done,
    }
}

/// Removes what a killed predecessor was making. Only under the lock.
pub fn sweep(dir: &Path, prefix: &str) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(prefix)
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            log::warn!("cannot remove {}: {error}", entry.path().display());
        }
    }
}

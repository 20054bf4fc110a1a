//! The private directory of the server's Unix socket. It lies in `/tmp`, because the path of a
//! socket is limited to about 107 bytes and a data directory's is not.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use super::user::ServerUser;

/// The port is a part of the file's name only.
const SOCKET: &str = ".s.PGSQL.5432";
const SOCKET_LOCK: &str = ".s.PGSQL.5432.lock";

/// The same for every process that uses the same root and server user.
pub fn path_for(root: &Path, uid: u32) -> PathBuf {
    let digest = Sha256::digest(root.as_os_str().as_bytes());
    let id: String = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    Path::new("/tmp").join(format!(".newswire-{uid}-{id}"))
}

/// The address of a database of the server there, for its superuser. A host that begins with a
/// (percent-encoded) slash is a directory to the drivers.
pub fn url(dir: &Path, database: &str) -> String {
    let host = percent_encode(dir.as_os_str().as_bytes());
    let database = percent_encode(database.as_bytes());
    format!("postgresql://postgres@{host}/{database}")
}

fn percent_encode(text: &[u8]) -> String {
    text.iter()
        .map(|byte| match byte {
            b'-' | b'.' | b'_' => char::from(*byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(*byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// Whether a server answers there, and it is a directory only that user could have put it in.
pub fn answers(dir: &Path, uid: u32) -> bool {
    is_private(dir, uid) && UnixStream::connect(dir.join(SOCKET)).is_ok()
}

fn is_private(dir: &Path, uid: u32) -> bool {
    // not following links
    fs::symlink_metadata(dir)
        .is_ok_and(|meta| meta.is_dir() && meta.uid() == uid && meta.mode() & 0o077 == 0)
}

/// The owner's hold on the directory: it goes when this goes.
#[derive(Debug)]
pub struct SocketDir(PathBuf);

impl SocketDir {
    /// Makes the directory, or takes over the one a killed predecessor left. Only under the lock
    /// and when no server runs: what lies in it is stale.
    pub fn create(dir: PathBuf, user: &ServerUser) -> Result<Self> {
        if let Err(error) = DirBuilder::new().mode(0o700).create(&dir)
            && error.kind() != ErrorKind::AlreadyExists
        {
            return Err(error).context(format!("cannot create {}", dir.display()));
        }
        if user.is_other() && is_private(&dir, 0) {
            user.give(&dir)?;
        }
        ensure!(
            is_private(&dir, user.uid()),
            "{} exists and is not a private directory of uid {}; remove it",
            dir.display(),
            user.uid()
        );
        for stale in [SOCKET, SOCKET_LOCK] {
            // absent, as a rule
            let _ = fs::remove_file(dir.join(stale));
        }
        Ok(Self(dir))
    }
}

impl Drop for SocketDir {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            log::warn!("cannot remove {}: {error}", self.0.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_root_still_makes_a_path_short_enough_for_a_socket() {
        let dir = path_for(Path::new(&"/long".repeat(200)), u32::MAX);
        assert!(dir.join(SOCKET).as_os_str().len() < 100);
    }

    #[test]
    fn an_address_carries_the_directory_as_its_host() {
        assert_eq!(
            url(Path::new("/tmp/.newswire-0"), "news wire"),
            "postgresql://postgres@%2Ftmp%2F.newswire-0/news%20wire"
        );
    }

    #[test]
    fn roots_do_not_share_a_directory() {
        assert_ne!(path_for(Path::new("/a"), 1), path_for(Path::new("/b"), 1));
        assert_ne!(path_for(Path::new("/a"), 1), path_for(Path::new("/a"), 2));
    }
}

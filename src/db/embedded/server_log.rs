//! The file a server writes its messages to.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};

/// A larger one is put aside at the next start; the one put aside before it goes.
const LIMIT: u64 = 16 << 20;
/// How much of it an error message quotes.
const LAST_LINES: usize = 12;

#[derive(Debug)]
pub struct ServerLog {
    path: PathBuf,
    file: File,
    /// Its length when this start began.
    start: u64,
}

impl ServerLog {
    pub fn open(path: PathBuf) -> Result<Self> {
        if fs::metadata(&path).is_ok_and(|meta| meta.len() > LIMIT) {
            fs::rename(&path, path.with_extension("log.old"))
                .with_context(|| format!("cannot put {} aside", path.display()))?;
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        let start = file.metadata()?.len();
        Ok(Self { path, file, start })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// For a child process to write to.
    pub fn writer(&self) -> Result<Stdio> {
        Ok(self.file.try_clone()?.into())
    }

    /// The last lines since this start, as far as they can be read.
    pub fn news(&self) -> String {
        let mut text = Vec::new();
        if let Ok(mut file) = File::open(&self.path)
            && file.seek(SeekFrom::Start(self.start)).is_ok()
        {
            // what was read until an error will do
            let _ = file.read_to_end(&mut text);
        }
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn news_are_what_came_after_opening() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pg18.log");
        fs::write(&path, "old\n").unwrap();
        let mut log = ServerLog::open(path).unwrap();
        assert_eq!(log.news(), "");
        log.file.write_all(b"new\n").unwrap();
        assert_eq!(log.news(), "new");
    }

    #[test]
    fn a_large_log_is_put_aside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pg18.log");
        File::create(&path).unwrap().set_len(LIMIT + 1).unwrap();
        ServerLog::open(path.clone()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), 0);
        assert!(dir.path().join("pg18.log.old").exists());
    }
}

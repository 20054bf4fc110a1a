//! What `postmaster.pid` in a data directory says.

use std::fs;
use std::path::{Path, PathBuf};

/// The lines of interest: 1 is the process id, 8 the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PidFile {
    pub pid: i32,
    /// Whether connections are accepted.
    pub ready: bool,
}

/// The file's place, for whoever removes it.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("postmaster.pid")
}

/// `None` without the file, or while it is being written.
pub fn read(data_dir: &Path) -> Option<PidFile> {
    parse(&fs::read_to_string(path(data_dir)).ok()?)
}

fn parse(text: &str) -> Option<PidFile> {
    let mut lines = text.lines().map(str::trim);
    // single-user mode writes its pid negated
    let pid = lines.next()?.parse::<i32>().ok()?.checked_abs()?;
    let ready = lines.nth(6) == Some("ready");
    Some(PidFile { pid, ready })
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = "4711\n/data\n1795000000\n5432\n/tmp/s\n\n 12345 67\nready   \n";

    #[test]
    fn tells_a_server_that_is_ready_from_one_that_is_starting() {
        let ready = PidFile { pid: 4711, ready: true };
        assert_eq!(parse(READY), Some(ready));
        let starting = READY.replace("ready   ", "starting");
        assert_eq!(parse(&starting), Some(PidFile { ready: false, ..ready }));
    }

    #[test]
    fn a_file_being_written_says_nothing() {
        assert_eq!(parse(""), None);
        assert_eq!(parse("47").map(|file| file.ready), Some(false));
    }
}

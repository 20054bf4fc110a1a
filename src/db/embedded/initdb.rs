//! Making a new cluster.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail, ensure};

use super::binaries::Binaries;
use super::home::{self, Home};
use super::sys;
use super::user::ServerUser;

const UNFINISHED: &str = ".initdb.";

/// Each knows more than ASCII: under `C` search would not find "Häuser" by "häuser".
const LOCALES: [&str; 2] = ["C.UTF-8", "en_US.UTF-8"];

/// Works in a directory aside that gets its name in the end, so that one which was killed on the
/// way never passes for a cluster. Only under the lock.
pub fn run(home: &Home, binaries: &Binaries, user: &ServerUser, durable: bool) -> Result<()> {
    home::sweep(home.root(), UNFINISHED);
    let unfinished = home.root().join(format!("{UNFINISHED}{}", std::process::id()));
    let mut made = make(home, binaries, user, &unfinished);
    if durable && made.is_ok() {
        made = write_through(home, binaries, user, &unfinished);
    }
    if made.is_err() {
        home::sweep(home.root(), UNFINISHED);
    }
    made?;
    let data_dir = home.data_dir(binaries.major);
    fs::rename(&unfinished, &data_dir)
        .with_context(|| format!("naming the new cluster {}", data_dir.display()))?;
    if durable {
        File::open(home.root())?.sync_all()?;
    }
    Ok(())
}

fn make(home: &Home, binaries: &Binaries, user: &ServerUser, dir: &Path) -> Result<()> {
    DirBuilder::new()
        .mode(0o700)
        .create(dir)
        .with_context(|| format!("cannot create {}", dir.display()))?;
    user.give(dir)?;
    let mut reason = String::new();
    for locale in LOCALES {
        let mut initdb = user.command(&binaries.program("initdb"), home.root());
        configure(&mut initdb, binaries.major, dir, locale);
        let Output { status, stderr, .. } = initdb
            .output()
            .with_context(|| format!("cannot run {}", binaries.program("initdb").display()))?;
        if status.success() {
            return Ok(());
        }
        reason = String::from_utf8_lossy(&stderr).trim().to_owned();
        if !reason.contains("locale") {
            break;
        }
    }
    bail!(
        "initdb of PostgreSQL {} failed: {reason}\n(setting DATABASE_URL does without it)",
        binaries.version
    )
}

/// Has the new cluster on disk, before it gets its name.
fn write_through(home: &Home, binaries: &Binaries, user: &ServerUser, dir: &Path) -> Result<()> {
    if sys::sync_file_system(&File::open(dir)?) {
        return Ok(());
    }
    let mut initdb = user.command(&binaries.program("initdb"), home.root());
    let output =
        initdb.args(["--sync-only", "--pgdata"]).arg(dir).output().context("cannot run initdb")?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "initdb --sync-only failed: {}", complaint.trim());
    Ok(())
}

fn configure(initdb: &mut Command, major: u32, dir: &Path, locale: &str) {
    initdb
        .arg("--pgdata")
        .arg(dir)
        .args(["--username=postgres", "--encoding=UTF8"])
        .args(["--auth-local=trust", "--auth-host=reject"])
        .arg(format!("--locale={locale}"));
    if major >= 17 {
        initdb.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
    }
    if major < 18 {
        // the default from 18 on
        initdb.arg("--data-checksums");
    }
    // that is done for all files at once, in the end
    initdb.arg("--no-sync");
    sys::end_with_parent(initdb, libc::SIGKILL);
}

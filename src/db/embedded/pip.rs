//! Fetching a package, by its name and pinned by its hash, through the `pip` that is there. Where
//! it comes from (an index, a mirror, a proxy, a local directory) is the business of pip's own
//! configuration.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The ways to call it, in the order they are tried.
const CALLS: [&[&str]; 4] =
    [&["python3", "-m", "pip"], &["python", "-m", "pip"], &["pip3"], &["pip"]];

const REQUIREMENTS: &str = "requirements.txt";

/// Downloads the wheel that fits this machine into the empty directory `dir`. `requirement` is
/// a line of a requirements file, hashes included.
pub fn download(requirement: &str, dir: &Path) -> Result<PathBuf> {
    fs::write(dir.join(REQUIREMENTS), requirement)?;
    for call in CALLS {
        match run(call, dir)? {
            Outcome::Done => return find_wheel(dir),
            Outcome::NoPip => {}
            Outcome::Failed(reason) => bail!("`{} download` failed: {reason}", call.join(" ")),
        }
    }
    bail!("there is no pip (tried python3 -m pip, python -m pip, pip3 and pip)")
}

enum Outcome {
    Done,
    NoPip,
    Failed(String),
}

fn run(call: &[&str], dir: &Path) -> Result<Outcome> {
    let [program, arguments @ ..] = call else {
        return Ok(Outcome::NoPip);
    };
    // Python looks for modules in its working directory first: this one is ours.
    let output = Command::new(program)
        .args(arguments)
        .args(["download", "--quiet", "--no-input", "--no-deps"])
        .args(["--only-binary", ":all:", "--require-hashes"])
        .args(["-r", REQUIREMENTS, "-d", "."])
        .current_dir(dir)
        .stdin(Stdio::null())
        .output();
    let Ok(output) = output else {
        return Ok(Outcome::NoPip);
    };
    if output.status.success() {
        return Ok(Outcome::Done);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    // 127 is a launcher (a shim) that found nothing to launch
    if complaint.contains("No module named pip") || output.status.code() == Some(127) {
        return Ok(Outcome::NoPip);
    }
    Ok(Outcome::Failed(errors_of(&complaint)))
}

/// pip warns at length; what went wrong stands behind `ERROR:`.
fn errors_of(complaint: &str) -> String {
    let errors: Vec<_> =
        complaint.lines().filter_map(|line| line.trim().strip_prefix("ERROR: ")).collect();
    let errors = match errors.as_slice() {
        [] => complaint.trim().to_owned(),
        errors => errors.join("; "),
    };
    if complaint.contains("Retrying (") {
        // else it reads as if there were no such package
        format!("its index cannot be reached: {errors}")
    } else {
        errors
    }
}

fn find_wheel(dir: &Path) -> Result<PathBuf> {
    fs::read_dir(dir)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|end| end == "whl"))
        .context("pip ended well but left no wheel")
}

#[cfg(test)]
mod tests {
    use super::errors_of;

    #[test]
    fn errors_are_picked_from_among_warnings() {
        let complaint = "WARNING: old version\nERROR: No match\n";
        assert_eq!(errors_of(complaint), "No match");
        let offline = "WARNING: Retrying (Retry(total=4))\nERROR: No match\n";
        assert_eq!(errors_of(offline), "its index cannot be reached: No match");
        assert_eq!(errors_of("killed\n"), "killed");
    }
}

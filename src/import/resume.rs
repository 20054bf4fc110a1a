//! How far an import has come, kept in a small file, so that one that was cut off can go on.

use super::ImportArgs;
use super::posting::Settled;
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use url::Url;

/// What is kept.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    input: String,
    server: String,
    #[serde(flatten)]
    done: Done,
}

/// What is done with.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Done {
    /// How many stories from the start.
    #[serde(rename = "done")]
    pub count: u64,
    /// What the last of them is known by.
    #[serde(default)]
    pub last: Option<String>,
}

/// How far it has come.
pub struct Resume {
    path: PathBuf,
    state: State,
    kept: bool,
}

impl Resume {
    /// At the start, or where the last one of this input was cut off.
    pub fn open(args: &ImportArgs, server: &Url) -> anyhow::Result<Self> {
        let input = match Path::new(&args.input).canonicalize() {
            Ok(path) => path.display().to_string(),
            Err(_) => args.input.clone(),
        };
        let mut state = State { input, server: server.to_string(), done: Done::default() };
        let path = args.state.clone().unwrap_or_else(|| default_path(&state));
        if args.resume {
            match std::fs::read(&path) {
                Ok(text) => {
                    let kept: State = serde_json::from_slice(&text)
                        .with_context(|| format!("{}: not understood", path.display()))?;
                    if (&kept.input, &kept.server) != (&state.input, &state.server) {
                        bail!(
                            "{} is of another import: {} into {}",
                            path.display(),
                            kept.input,
                            kept.server
                        );
                    }
                    state.done = kept.done;
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("{}: cannot be read", path.display()));
                }
            }
        }
        // what is read from a pipe is not read again
        Ok(Self { path, state, kept: !args.dry_run && args.input != "-" })
    }

    /// What is done with.
    pub fn done(&self) -> &Done {
        &self.state.done
    }

    /// So are these.
    pub fn settle(&mut self, settled: &[Settled]) -> anyhow::Result<()> {
        let Some(last) = settled.last().filter(|_| self.kept) else { return Ok(()) };
        self.state.done.count += settled.len() as u64;
        self.state.done.last = Some(last.item.mark());
        let write = || -> std::io::Result<()> {
            let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
            serde_json::to_writer(&file, &self.state)?;
            file.persist(&self.path)?;
            Ok(())
        };
        write().with_context(|| {
            format!("{}: cannot be written; choose another --state", self.path.display())
        })
    }

    /// All of it is done.
    pub fn finish(&self) -> anyhow::Result<()> {
        if !self.kept {
            return Ok(());
        }
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("{}: cannot be removed", self.path.display()))
            }
            _ => Ok(()),
        }
    }
}

fn default_path(state: &State) -> PathBuf {
    let digest = Sha256::digest(format!("{}\n{}", state.server, state.input));
    let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    PathBuf::from(format!(".newswire-import-{name}.json"))
}

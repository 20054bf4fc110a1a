//! The account the server runs as. PostgreSQL refuses to run as root, so a service that is root
//! runs it as somebody else, who must then be able to reach its files.

use std::fs;
use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::home;
use super::sys::{self, Account};

/// Tried in this order when this process is root and nobody is named.
const DEFAULT_ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// Who the server runs as: ourselves, or the account we switch to.
#[derive(Debug, Clone, Copy)]
pub struct ServerUser {
    uid: u32,
    switch_to: Option<Account>,
}

impl ServerUser {
    /// Decides by who we are, who owns the data in `dir`, and who was asked for.
    pub fn choose(named: Option<&str>, dir: &Path) -> Result<Self> {
        let uid = sys::effective_uid();
        if uid != 0 {
            if let Some(name) = named
                && sys::find_account(name).is_none_or(|account| account.uid != uid)
            {
                bail!("NEWSWIRE_PG_RUN_AS is {name:?}, but only root can run it as another user");
            }
            return Ok(Self { uid, switch_to: None });
        }
        let account = match home::data_owner(dir) {
            Some(owner) => {
                warn_if_not(named, owner, dir);
                owner
            }
            None => unprivileged(named)?,
        };
        Ok(Self { uid: account.uid, switch_to: Some(account) })
    }

    pub fn uid(&self) -> u32 {
        self.uid
    }

    /// Whether the server runs as somebody other than this process.
    pub fn is_other(&self) -> bool {
        self.switch_to.is_some()
    }

    /// Hands over what we made. The link itself, should somebody have put one there.
    pub fn give(&self, path: &Path) -> Result<()> {
        let Some(account) = self.switch_to else {
            return Ok(());
        };
        lchown(path, Some(account.uid), Some(account.gid))
            .with_context(|| format!("giving {} to uid {}", path.display(), account.uid))
    }

    /// Whether the mode bits let this user pass through the directory.
    pub fn can_enter(&self, dir: &Path) -> Result<bool> {
        let Some(account) = self.switch_to else {
            return Ok(true);
        };
        let meta = fs::metadata(dir).with_context(|| format!("reading {}", dir.display()))?;
        let bit = if meta.uid() == account.uid {
            0o100
        } else if meta.gid() == account.gid {
            0o010
        } else {
            0o001
        };
        Ok(meta.mode() & bit != 0)
    }

    /// A PostgreSQL program, run as this user: in a directory that they can enter, speaking
    /// English, and without the settings meant for other clusters.
    pub fn command(&self, program: &Path, cwd: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(cwd)
            .env("HOME", cwd)
            .env("LC_MESSAGES", "C")
            .env_remove("LC_ALL")
            .stdin(Stdio::null());
        if let Some(account) = self.switch_to {
            command.gid(account.gid).uid(account.uid);
        }
        command
    }
}

fn unprivileged(named: Option<&str>) -> Result<Account> {
    let names = named.map_or(DEFAULT_ACCOUNTS.to_vec(), |name| vec![name]);
    let found = names.iter().find_map(|name| {
        // initdb looks the name up, so the account must exist
        sys::find_account(name).filter(|account| account.uid != 0)
    });
    found.with_context(|| {
        format!(
            "PostgreSQL does not run as root, and there is no unprivileged account to run it as \
             (looked for: {}); name one in NEWSWIRE_PG_RUN_AS, run the service as an ordinary \
             user, or set DATABASE_URL",
            names.join(", ")
        )
    })
}

fn warn_if_not(named: Option<&str>, owner: Account, dir: &Path) {
    if let Some(name) = named
        && sys::find_account(name).is_none_or(|account| account.uid != owner.uid)
    {
        log::warn!(
            "NEWSWIRE_PG_RUN_AS is {name:?}, but the data in {} belongs to uid {}, which is used",
            dir.display(),
            owner.uid
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_never_chosen() {
        assert!(unprivileged(Some("root")).is_err());
    }

    #[test]
    fn a_missing_account_is_named_with_its_remedies() {
        let error = unprivileged(Some("no-such-account-here")).unwrap_err().to_string();
        for part in ["no-such-account-here", "NEWSWIRE_PG_RUN_AS", "DATABASE_URL"] {
            assert!(error.contains(part), "{error}");
        }
    }
}

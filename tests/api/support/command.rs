//! The binary itself, run as people run it.

use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// A command with nothing of the caller's settings, in a directory without an `.env`.
pub fn newswire(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newswire"));
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command.current_dir(std::env::temp_dir());
    for (name, _) in std::env::vars() {
        let ours = name.starts_with("NEWSWIRE_") || name == "DATABASE_URL";
        if ours || name.starts_with("RUST_LOG") || name.to_lowercase().ends_with("_proxy") {
            command.env_remove(name);
        }
    }
    command
}

/// A running service on a free port.
pub struct Service {
    pub address: String,
    child: Child,
    log: JoinHandle<String>,
}

impl Service {
    /// Starts it, and waits until it listens. Its log must go to standard error at `info`.
    pub async fn start(mut command: Command) -> Self {
        command.env("NEWSWIRE_LISTEN", "127.0.0.1:0").stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        let (mut log, mut address) = (String::new(), None);
        while address.is_none() {
            let line = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await;
            let line = line.expect("it starts in time").expect("its log");
            let line = line.unwrap_or_else(|| panic!("it ended:\n{log}"));
            address = line
                .split("listening on ")
                .nth(1)
                .map(|rest| rest.split([' ', '"']).next().unwrap_or_default().to_owned());
            log.push_str(&line);
            log.push('\n');
        }
        let log = tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                log.push_str(&line);
                log.push('\n');
            }
            log
        });
        Self { address: address.unwrap_or_default(), child, log }
    }

    /// Tells it to end, and gives everything it logged.
    pub async fn stop(&mut self) -> String {
        let pid = self.child.id().and_then(|pid| i32::try_from(pid).ok()).expect("it runs");
        // SAFETY: a signal to our own child.
        unsafe { libc::kill(pid, libc::SIGTERM) };
        let ended = tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await;
        let status = ended.expect("it ends in time").expect("a status");
        let log = (&mut self.log).await.expect("its log");
        assert!(status.success(), "{status}\n{log}");
        log
    }
}

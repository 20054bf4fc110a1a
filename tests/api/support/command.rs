//! The binary itself, run as people run it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long a service may take to start and to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A command with nothing of the caller's settings, in a directory without an `.env`.
pub fn newswire(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newswire"));
    command.args(arguments).stdin(Stdio::null()).current_dir(std::env::temp_dir());
    for (name, _) in std::env::vars() {
        let ours = name.starts_with("NEWSWIRE_") || name == "DATABASE_URL";
        if ours || name.starts_with("RUST_LOG") || name.to_lowercase().ends_with("_proxy") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs it to its end; the service of the test goes on meanwhile.
pub async fn output(mut command: Command) -> Output {
    let ended = tokio::task::spawn_blocking(move || command.output());
    ended.await.expect("a run").expect("the binary starts")
}

/// A running service on a free port.
pub struct Service {
    pub address: String,
    child: Child,
    lines: Receiver<String>,
    log: String,
}

impl Service {
    /// Starts it, and waits until it listens. Its log must be at `info` at least.
    pub async fn start(command: Command) -> Self {
        tokio::task::spawn_blocking(move || Self::spawn(command)).await.expect("a service")
    }

    fn spawn(mut command: Command) -> Self {
        command.env("NEWSWIRE_LISTEN", "127.0.0.1:0").stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let stderr = BufReader::new(child.stderr.take().expect("its log"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut started = Self { address: String::new(), child, lines, log: String::new() };
        while started.address.is_empty() {
            let Ok(line) = started.lines.recv_timeout(PATIENCE) else {
                panic!("it does not listen:\n{}", started.log);
            };
            if let Some((_, rest)) = line.split_once("listening on ") {
                started.address = rest.split([' ', '"']).next().unwrap_or_default().to_owned();
            }
            started.note(&line);
        }
        started
    }

    fn note(&mut self, line: &str) {
        self.log.push_str(line);
        self.log.push('\n');
    }

    /// Tells it to end, and gives everything it logged.
    pub fn stop(mut self) -> String {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        // SAFETY: a signal to our own child.
        unsafe { libc::kill(pid, libc::SIGTERM) };
        let deadline = Instant::now() + PATIENCE;
        // its log ends with it
        while let Ok(line) = self.lines.recv_timeout(deadline - Instant::now()) {
            self.note(&line);
        }
        let status = self.child.wait().expect("a status");
        assert!(status.success(), "{status}\n{}", self.log);
        std::mem::take(&mut self.log)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

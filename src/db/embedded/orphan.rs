//! Clearing away what a killed owner left running, before a new server starts on the same data.
//!
//! After a `kill -9` the postmaster may still be shutting down, or its backends may have outlived
//! it. `postmaster.pid` is no proof of either: its number may belong to a zombie, or by now to a
//! stranger, and PostgreSQL refuses to start while any process has it.

use std::ffi::c_int;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::{pidfile, sys};

const POLL: Duration = Duration::from_millis(5);
/// When to become how insistent. No data is at risk: once all are gone, the log is replayed.
const INSISTENCE: [(Duration, c_int); 2] =
    [(Duration::from_secs(15), libc::SIGQUIT), (Duration::from_secs(20), libc::SIGKILL)];
const LIMIT: Duration = Duration::from_secs(25);

/// Returns when no server works in the directory and its pid file is gone. Only under the lock:
/// then every server found is nobody's.
pub fn clear(data_dir: &Path) -> Result<()> {
    let began = Instant::now();
    let mut orphans = servers_in(data_dir);
    if !orphans.is_empty() {
        log::info!("ending a server that was left running: {orphans:?}");
        let postmaster = pidfile::read(data_dir).map(|file| file.pid);
        match postmaster.filter(|pid| orphans.contains(pid)) {
            Some(pid) => sys::send_signal(pid, libc::SIGINT),
            None => signal_all(&orphans, libc::SIGQUIT),
        }
    }
    let mut insistence = INSISTENCE.iter().peekable();
    while !orphans.is_empty() {
        if let Some((_, signal)) = insistence.next_if(|(after, _)| began.elapsed() > *after) {
            signal_all(&orphans, *signal);
        }
        if began.elapsed() > LIMIT {
            bail!(
                "PostgreSQL processes {orphans:?} still work in {} and do not end",
                data_dir.display()
            );
        }
        thread::sleep(POLL);
        orphans = servers_in(data_dir);
    }
    // absent after a clean end
    let _ = fs::remove_file(pidfile::path(data_dir));
    Ok(())
}

fn signal_all(pids: &[i32], signal: c_int) {
    for pid in pids {
        sys::send_signal(*pid, signal);
    }
}

/// The postmaster and all it starts have the data directory as their working directory. So may
/// somebody's shell, hence the look at the name. A zombie has none.
#[cfg(target_os = "linux")]
fn servers_in(data_dir: &Path) -> Vec<i32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let cwd = fs::read_link(entry.path().join("cwd")).ok()?;
            let name = fs::read_to_string(entry.path().join("comm")).ok()?;
            (cwd == data_dir && name.trim() == "postgres").then_some(pid)
        })
        .collect()
}

/// Without `/proc` only the postmaster can be found, by its file and its name.
#[cfg(not(target_os = "linux"))]
fn servers_in(data_dir: &Path) -> Vec<i32> {
    let is_postgres = |pid: &i32| {
        std::process::Command::new("ps")
            .args(["-o", "comm=", "-p", &pid.to_string()])
            .output()
            .is_ok_and(|ps| {
                let name = String::from_utf8_lossy(&ps.stdout);
                Path::new(name.trim()).file_name() == Some("postgres".as_ref())
            })
    };
    let postmaster = pidfile::read(data_dir).map(|file| file.pid);
    postmaster.filter(is_postgres).into_iter().collect()
}

//! The few system calls that std does not offer, each behind a safe function.

use std::ffi::{CStr, CString, c_char, c_int};
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
#[cfg(target_os = "linux")]
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::ptr;

/// A user and their primary group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub uid: u32,
    pub gid: u32,
}

/// The user this process acts as.
pub fn effective_uid() -> u32 {
    // SAFETY: takes nothing, touches no memory of ours, and cannot fail.
    unsafe { libc::geteuid() }
}

/// The account of that name, if the system knows one.
pub fn find_account(name: &str) -> Option<Account> {
    let name = CString::new(name).ok()?;
    lookup(&name)
}

fn lookup(name: &CStr) -> Option<Account> {
    let mut entry = MaybeUninit::<libc::passwd>::uninit();
    let mut strings = vec![0 as c_char; 16 * 1024];
    let mut found = ptr::null_mut();
    // SAFETY: every pointer is to live memory of the stated size, `name` ends in NUL, and `entry`
    // is read only if the call says (by setting `found`) that it has filled it.
    unsafe {
        let failed = libc::getpwnam_r(
            name.as_ptr(),
            entry.as_mut_ptr(),
            strings.as_mut_ptr(),
            strings.len(),
            &raw mut found,
        );
        if failed != 0 || found.is_null() {
            return None;
        }
        let entry = entry.assume_init_ref();
        Some(Account { uid: entry.pw_uid, gid: entry.pw_gid })
    }
}

/// Sends a signal. That the process has ended meanwhile is no error worth telling.
pub fn send_signal(pid: i32, signal: c_int) {
    if pid > 1 {
        // SAFETY: touches no memory. A positive pid addresses one process, never a group.
        unsafe { libc::kill(pid, signal) };
    }
}

/// Writes all of the file system that holds `file` to disk: far quicker than file by file.
/// Says whether it did; only Linux can.
#[cfg(target_os = "linux")]
pub fn sync_file_system(file: &File) -> bool {
    // SAFETY: touches no memory, and the descriptor is open for as long as `file` is borrowed.
    unsafe { libc::syncfs(file.as_raw_fd()) == 0 }
}

#[cfg(not(target_os = "linux"))]
pub fn sync_file_system(_: &File) -> bool {
    false
}

/// Has the kernel send `signal` to the child when the *thread* that spawns it ends, so spawn it
/// from one that waits for the child. Elsewhere than on Linux nothing does this: there the next
/// start ends the orphan.
pub fn end_with_parent(command: &mut Command, signal: c_int) {
    if !cfg!(target_os = "linux") {
        return;
    }
    let parent = std::process::id().cast_signed();
    // Changing the user clears the setting; std has done that by the time this runs.
    // SAFETY: between fork and exec only async-signal-safe calls are made, and nothing allocates.
    unsafe {
        command.pre_exec(move || {
            #[cfg(target_os = "linux")]
            if libc::prctl(libc::PR_SET_PDEATHSIG, signal) != 0 {
                return Err(io::Error::last_os_error());
            }
            // The parent may have died before the setting took hold.
            if libc::getppid() != parent {
                return Err(io::Error::from_raw_os_error(libc::ESRCH));
            }
            Ok(())
        });
    }
    let _ = signal;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_known_and_a_made_up_name_is_not() {
        assert_eq!(find_account("root").map(|account| account.uid), Some(0));
        assert_eq!(find_account("no-such-account-here"), None);
        assert_eq!(find_account("nul\0inside"), None);
    }
}

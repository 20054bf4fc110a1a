//! Log lines on their way to a file or a pipe: collected, and written by a thread of their own, so that
//! a request does not wait for the operating system to take its line.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Lines wait no longer than this. What waits is lost when the process is killed.
const DELAY: Duration = Duration::from_millis(20);
/// With more than this waiting, who logs has to wait as well.
const FULL: usize = 1 << 20;

#[derive(Default)]
struct Shared {
    waiting: Mutex<Vec<u8>>,
    arrived: Condvar,
    written: Condvar,
}

/// Takes whole lines; they come out in order.
pub struct Buffer(Arc<Shared>);

static STDERR: Mutex<Option<Arc<Shared>>> = Mutex::new(None);

/// A buffer before standard error. The rest is written when the process exits by itself.
pub fn stderr() -> Buffer {
    let shared = Arc::new(Shared::default());
    let behind = shared.clone();
    let spawned = std::thread::Builder::new().name("log".into()).spawn(move || drain(&behind));
    if spawned.is_ok() {
        *STDERR.lock().unwrap_or_else(PoisonError::into_inner) = Some(shared.clone());
        // SAFETY: `at_exit` is a plain function without arguments.
        unsafe { libc::atexit(at_exit) };
    }
    Buffer(shared)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Buffer {
    /// Takes a line; it waits for no one but a full buffer.
    pub fn take(&self, line: &[u8]) {
        let mut waiting = lock(&self.0.waiting);
        while waiting.len() > FULL {
            waiting = self.0.written.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        if waiting.is_empty() {
            self.0.arrived.notify_one();
        }
        waiting.extend_from_slice(line);
    }
}

/// Writes what has come, as long as the process lives.
fn drain(shared: &Shared) {
    let mut lines = Vec::new();
    loop {
        let mut waiting = lock(&shared.waiting);
        while waiting.is_empty() {
            waiting = shared.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        drop(waiting);
        // more will come: one write for all of it
        std::thread::sleep(DELAY);
        std::mem::swap(&mut lines, &mut lock(&shared.waiting));
        shared.written.notify_all();
        // a log that cannot be written is no reason to stop
        let _ = io::stderr().write_all(&lines);
        lines.clear();
    }
}

extern "C" fn at_exit() {
    let shared = lock(&STDERR).clone();
    if let Some(shared) = shared {
        let lines = std::mem::take(&mut *lock(&shared.waiting));
        let _ = io::stderr().write_all(&lines);
    }
}

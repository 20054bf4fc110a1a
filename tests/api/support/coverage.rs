//! Every documented (operation, status) must be met by some test: asked when a whole run of
//! `tests/api` ends, since no test can be the last one. A run of chosen tests is not asked.

use super::document::{DOCUMENT, SEEN};
use std::collections::BTreeSet;
use std::sync::PoisonError;

/// What cannot be met through a correct service from outside.
const EXEMPT: [(&str, u16, &str); 1] =
    [("*", 500, "a fault of ours: nothing that a caller sends leads to one")];

/// Arguments of the test binary that take the next one as their value.
const WITH_VALUE: [&str; 6] =
    ["--test-threads", "--format", "--color", "--logfile", "--shuffle-seed", "-Z"];

/// Asks at the end of the process. Only the binary with a test an operation can answer.
pub fn watch() {
    if env!("CARGO_CRATE_NAME") == "api" && is_whole_run(std::env::args().skip(1)) {
        // SAFETY: `report` is a plain function without arguments.
        unsafe { libc::atexit(report) };
    }
}

/// Whether no argument narrows down which tests run.
fn is_whole_run(arguments: impl IntoIterator<Item = String>) -> bool {
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let narrows = ["--skip", "--exact", "--ignored", "--list", "--exclude-should-panic"];
        if !argument.starts_with('-') || narrows.iter().any(|name| argument.starts_with(name)) {
            return false;
        }
        if WITH_VALUE.contains(&argument.as_str()) {
            arguments.next();
        }
    }
    true
}

/// Every pair that the document has, but for the exempt ones.
fn documented() -> BTreeSet<(String, u16)> {
    let operations = DOCUMENT["paths"].as_object().into_iter().flatten();
    let operations = operations.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let mut pairs = BTreeSet::new();
    for (_, operation) in operations {
        let Some(id) = operation["operationId"].as_str() else { continue };
        for status in operation["responses"].as_object().into_iter().flatten() {
            let status: u16 = status.0.parse().expect("a status");
            let exempt = |(name, code, _): &(&str, u16, &str)| {
                (*name == "*" || *name == id) && *code == status
            };
            if !EXEMPT.iter().any(exempt) {
                pairs.insert((id.to_owned(), status));
            }
        }
    }
    pairs
}

extern "C" fn report() {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let missing: Vec<_> = documented().difference(&seen).cloned().collect();
    if missing.is_empty() {
        return;
    }
    eprintln!("\nerror: {} documented answers are met by no test:", missing.len());
    for (operation, status) in missing {
        eprintln!("    {operation} {status}");
    }
    // the tests are over; this turns their success into a failure
    // SAFETY: ends the process, which is ending.
    unsafe { libc::_exit(101) };
}

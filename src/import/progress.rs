//! How far an import has come: a bar on a terminal with rate and time left, and the counts at the end.

use super::posting::{Outcome, Settled};
use super::readers::Read;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::Cell;
use std::io::Write;
use std::time::Instant;

/// Counts by result.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    created: u64,
    updated: u64,
    unchanged: u64,
    duplicate: u64,
    rejected: u64,
}

impl Counts {
    fn all(self) -> u64 {
        let Counts { created, updated, unchanged, duplicate, rejected } = self;
        created + updated + unchanged + duplicate + rejected
    }

    fn text(self) -> String {
        let Counts { created, updated, unchanged, duplicate, rejected } = self;
        format!(
            "{created} created, {updated} updated, {unchanged} unchanged, {duplicate} left alone, {rejected} rejected"
        )
    }
}

/// How far it has come.
pub struct Progress {
    bar: ProgressBar,
    counts: Cell<Counts>,
    begun: Instant,
}

impl Progress {
    /// At the start.
    pub fn new(read: &Read) -> Self {
        let style = match (read.length, read.in_bytes) {
            (0, _) => "{spinner} {elapsed} {msg}",
            (_, true) => "{wide_bar} {bytes}/{total_bytes} {msg} (left: {eta})",
            (_, false) => "{wide_bar} {pos}/{len} {msg} (left: {eta})",
        };
        let bar = ProgressBar::new(read.length);
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self { bar, counts: Cell::default(), begun: Instant::now() }
    }

    /// Counts stories in.
    pub fn count(&self, settled: &[Settled]) {
        let mut counts = self.counts.get();
        for Settled { outcome, .. } in settled {
            *match outcome {
                Outcome::Created => &mut counts.created,
                Outcome::Updated => &mut counts.updated,
                Outcome::Unchanged => &mut counts.unchanged,
                Outcome::Duplicate => &mut counts.duplicate,
                Outcome::Rejected(_) => &mut counts.rejected,
            } += 1;
        }
        self.counts.set(counts);
        if let Some(last) = settled.last() {
            self.bar.set_position(last.item.end);
        }
        self.bar.set_message(format!("{}/s, {}", self.rate(), counts.text()));
    }

    /// Stories a second so far.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "for people"
    )]
    fn rate(&self) -> u64 {
        let seconds = self.begun.elapsed().as_secs_f64();
        if seconds > 0.0 { (self.counts.get().all() as f64 / seconds) as u64 } else { 0 }
    }

    /// Tells the counts, and gives that of the rejected ones.
    pub fn finish(self, dry_run: bool) -> anyhow::Result<u64> {
        self.bar.finish_and_clear();
        let counts = self.counts.get();
        let what = if dry_run { "nothing saved; would be: " } else { "" };
        writeln!(std::io::stdout(), "{what}{}", counts.text())?;
        Ok(counts.rejected)
    }
}

//! Stories that could not be imported, in a file of JSON lines that is ready to be mended and imported:
//! what was read, with `_problem` and `_place`, which are passed over when it is read again.

use super::posting::{Outcome, Settled};
use anyhow::Context;
use serde_json::{Map, Value, json};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::Path;

/// The file, when one is wanted.
pub struct Failed(Option<BufWriter<File>>);

impl Failed {
    /// Opens it; that of an import that goes on is added to.
    pub fn open(path: Option<&Path>, append: bool) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self(None)) };
        let mut options = OpenOptions::new();
        options.create(true).write(true).append(append).truncate(!append);
        let file =
            options.open(path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self(Some(BufWriter::new(file))))
    }

    /// Notes those that failed, and tells of them.
    pub fn write(&mut self, settled: &[Settled]) -> anyhow::Result<()> {
        for Settled { item, outcome } in settled {
            let Outcome::Rejected(reason) = outcome else { continue };
            let Some(file) = &mut self.0 else {
                eprintln!("{}: {reason}", item.place);
                continue;
            };
            let mut line = match &item.original {
                Value::Object(members) => members.clone(),
                Value::Null => Map::new(),
                raw => Map::from_iter([("_raw".to_owned(), raw.clone())]),
            };
            line.insert("_place".to_owned(), json!(item.place));
            line.insert("_problem".to_owned(), json!(reason));
            serde_json::to_writer(&mut *file, &line)?;
            file.write_all(b"\n")?;
        }
        // what is settled is not tried again: its fault must be on disk
        self.0.as_mut().map_or(Ok(()), Write::flush)?;
        Ok(())
    }

    /// Ends it.
    pub fn finish(self) -> anyhow::Result<()> {
        if let Some(file) = self.0 {
            file.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        }
        Ok(())
    }
}

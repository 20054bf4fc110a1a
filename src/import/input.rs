//! A file as it is read: unpacked by its name's ending, and counted.

use anyhow::Context;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much of an input is looked at to tell what it is.
const HEAD: usize = 64 << 10;

/// An input that is open.
pub struct Input {
    /// What is read.
    pub reader: Box<dyn BufRead + Send>,
    /// How many bytes of the file have been read so far.
    pub position: Position,
    /// How many there are; 0 when nobody knows.
    pub length: u64,
}

/// How far a file has been read.
#[derive(Clone, Debug, Default)]
pub struct Position(Arc<AtomicU64>);

impl Position {
    /// In bytes of the file.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Counted<R>(R, Position);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1.0.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Input {
    /// Opens a file, or standard input as `-`.
    pub fn open(path: &str) -> anyhow::Result<Self> {
        let position = Position::default();
        if path == "-" {
            let reader = BufReader::new(Counted(std::io::stdin(), position.clone()));
            return Ok(Self { reader: Box::new(reader), position, length: 0 });
        }
        let file = File::open(path).with_context(|| format!("{path}: cannot be read"))?;
        let length = file.metadata().map_or(0, |known| known.len());
        let counted = Counted(file, position.clone());
        let reader: Box<dyn BufRead + Send> = match path.rsplit_once('.').map(|(_, ending)| ending)
        {
            Some("gz") => Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(counted))),
            Some("zst") => Box::new(BufReader::new(zstd::stream::read::Decoder::new(counted)?)),
            _ => Box::new(BufReader::new(counted)),
        };
        Ok(Self { reader, position, length })
    }

    /// What is there already.
    pub fn of_bytes(bytes: Vec<u8>) -> Self {
        let length = bytes.len() as u64;
        let position = Position::default();
        let reader = BufReader::new(Counted(Cursor::new(bytes), position.clone()));
        Self { reader: Box::new(reader), position, length }
    }

    /// The first bytes, which are read again after it.
    pub fn peek(&mut self) -> std::io::Result<Vec<u8>> {
        let mut head = Vec::new();
        let mut limited = (&mut self.reader).take(HEAD as u64);
        limited.read_to_end(&mut head)?;
        let rest = std::mem::replace(&mut self.reader, Box::new(std::io::empty()));
        self.reader = Box::new(Cursor::new(head.clone()).chain(rest));
        Ok(head)
    }

    /// All of it.
    pub fn read_all(&mut self) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.reader.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

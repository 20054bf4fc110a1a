//! Where an export goes: standard output, or a file that comes to be when it is whole.

use anyhow::Context;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Something to write to.
pub enum Output {
    /// Standard output.
    Standard(std::io::Stdout),
    /// A file that is there under its name once it is finished.
    File(Box<Whole>),
}

/// A file on its way to its name.
pub struct Whole {
    packer: Packer,
    path: PathBuf,
    /// What it is until then.
    file: NamedTempFile,
}

/// How a file is packed.
enum Packer {
    None(BufWriter<File>),
    Gzip(Box<flate2::write::GzEncoder<BufWriter<File>>>),
    Zstd(zstd::stream::write::Encoder<'static, BufWriter<File>>),
}

impl Output {
    /// Opens it; the name's ending says how it is packed.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            return Ok(Output::Standard(std::io::stdout()));
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
            .with_context(|| format!("cannot write beside {}", path.display()))?;
        let writer = BufWriter::new(file.reopen()?);
        let packer = match path.extension().and_then(|ending| ending.to_str()) {
            Some("gz") => {
                let encoder = flate2::write::GzEncoder::new(writer, flate2::Compression::default());
                Packer::Gzip(Box::new(encoder))
            }
            Some("zst") => Packer::Zstd(zstd::stream::write::Encoder::new(writer, 0)?),
            _ => Packer::None(writer),
        };
        Ok(Output::File(Box::new(Whole { packer, path: path.to_owned(), file })))
    }

    /// Whether it is standard output.
    pub fn is_standard(&self) -> bool {
        matches!(self, Output::Standard(_))
    }

    /// Writes some of it.
    pub fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Output::Standard(output) => output.write_all(bytes),
            Output::File(whole) => match &mut whole.packer {
                Packer::None(writer) => writer.write_all(bytes),
                Packer::Gzip(writer) => writer.write_all(bytes),
                Packer::Zstd(writer) => writer.write_all(bytes),
            },
        }
    }

    /// Gives the file its name: it is whole and on disk.
    pub fn finish(self) -> anyhow::Result<()> {
        match self {
            Output::Standard(mut output) => Ok(output.flush()?),
            Output::File(whole) => {
                let Whole { packer, path, file } = *whole;
                let mut writer = match packer {
                    Packer::None(writer) => writer,
                    Packer::Gzip(writer) => writer.finish()?,
                    Packer::Zstd(writer) => writer.finish()?,
                };
                writer.flush()?;
                writer.get_ref().sync_all()?;
                file.persist(&path).with_context(|| format!("cannot write {}", path.display()))?;
                Ok(())
            }
        }
    }
}

//! A folder with a file a story: Markdown, saved pages, HTML, JSON; whatever `newswire post` reads.

use super::{Found, Read, Unreadable};
use crate::post::{self, Kind, Story};
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};

/// Endings of files that may be stories.
const ENDINGS: [&str; 8] = ["md", "markdown", "mdown", "mkd", "txt", "html", "htm", "json"];
/// The deepest folder that is looked into.
const DEEPEST: usize = 32;

/// Reads its files in the order of their names, those of its folders too.
pub fn open(folder: &Path) -> anyhow::Result<Read> {
    let mut files = Vec::new();
    collect(folder, 0, &mut files)?;
    files.sort();
    if files.is_empty() {
        bail!("{}: no file that could be a story", folder.display());
    }
    let length = files.len() as u64;
    let folder = folder.to_owned();
    let stories = (1..).zip(files).flat_map(move |(end, file)| {
        let name = file.strip_prefix(&folder).unwrap_or(&file).display().to_string();
        let stories = match read(&file, &name) {
            Ok(stories) => stories.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(Unreadable::new(format!("{error:#}")))],
        };
        let found = move |story| Found { place: name.clone(), end, story };
        stories.into_iter().map(found)
    });
    Ok(Read { stories: Box::new(stories), categories: Vec::new(), length, in_bytes: false })
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("{}: cannot be read", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        if hidden {
            continue;
        }
        if kind.is_dir() && depth < DEEPEST {
            collect(&path, depth + 1, files)?;
        } else if !kind.is_dir() && ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
        {
            files.push(path);
        }
    }
    Ok(())
}

/// The stories of a file. One without an id or an address of its own is known by the file's name.
fn read(file: &Path, name: &str) -> anyhow::Result<Vec<Story>> {
    let bytes = std::fs::read(file).context("cannot be read")?;
    let text = crate::text::decode::decode(&bytes);
    let mut stories = post::parse(Kind::of(name, &text), &text)?;
    let named = ["external_id", "canonical_url", "source_url"];
    let many = stories.len() > 1;
    for (at, story) in stories.iter_mut().enumerate() {
        if named.iter().all(|member| story.text(member).is_none()) {
            let name = name.replace('\\', "/");
            story.set(
                "external_id",
                if many { format!("file:{name}#{at}") } else { format!("file:{name}") },
            );
        }
    }
    Ok(stories)
}

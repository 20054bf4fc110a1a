//! `newswire import FILE`: any number of stories from what other systems export, through the HTTP API.
//!
//! Readers make stories of a file as it is read, a thread of their own ahead of the posting; the mapping
//! gives their sources and categories the names they have here; batches go to `/articles/stream`, several
//! at a time. Every story has an identity from where it came from, so that none is ever posted twice, and an
//! import that was cut off goes on where it was.

mod batch;
mod failed;
mod fetch;
mod input;
mod mapping;
mod posting;
mod progress;
pub mod readers;
mod restore;
mod resume;

use crate::client::{Client, ClientArgs, ClientDefaults};
use crate::post::Status;
use anyhow::bail;
use batch::Batches;
use failed::Failed;
use futures_util::StreamExt;
use mapping::{Mapping, MappingArgs};
use posting::Poster;
use progress::Progress;
use readers::Format;
use resume::Resume;
use std::path::PathBuf;

/// Import stories from a file, a folder or a feed.
///
/// Takes JSON lines, JSON, CSV, IPTC ninjs, WordPress exports (WXR), feeds (RSS, Atom, JSON Feed, also by
/// address), and folders of Markdown and saved pages. Importing the same again updates what changed and
/// posts nothing twice.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// A file, a folder, or the address of a feed; `-` reads standard input
    #[arg(value_name = "FILE|URL")]
    pub input: String,
    /// How to read it [default: by its name, then by its content]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Take an export (`newswire export`) into an empty service, line for line
    #[arg(long, conflicts_with_all = [
        "format", "resume", "errors", "state", "source", "category", "maps", "category_map", "language", "tags",
        "status", "create_missing", "on_conflict", "overwrite",
    ])]
    pub restore: bool,
    /// What the stories are to be called here.
    #[command(flatten)]
    pub mapping: MappingArgs,
    /// Status of every story [default: what the input says; a new story is else a draft]
    #[arg(long, value_enum)]
    pub status: Option<Status>,
    /// What to do with stories that are there already
    #[arg(long, value_enum, default_value = "update")]
    pub on_conflict: OnConflict,
    /// Make categories and sources that do not exist yet
    #[arg(long)]
    pub create_missing: bool,
    /// Update stories even if they were edited elsewhere since
    #[arg(long)]
    pub overwrite: bool,
    /// Have everything checked by the server, and save nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Go on where an import of the same input was cut off
    #[arg(long)]
    pub resume: bool,
    /// Where it is kept how far an import has come [default: a file in the current folder]
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Write the stories that fail here, each with its reason, to be mended and imported
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
    /// How many requests are under way at a time
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub concurrency: u16,
    /// The server to import into.
    #[command(flatten)]
    pub client: ClientArgs,
}

/// What to do with a story that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OnConflict {
    /// Change what differs
    Update,
    /// Leave it as it is
    Skip,
}

/// Refuses to write what failed over what is read: that file is where it is to be mended.
fn keep_input(args: &ImportArgs) -> anyhow::Result<()> {
    let place = |path: &std::path::Path| std::fs::canonicalize(path).ok();
    let errors = args.errors.as_deref().and_then(place);
    if errors.is_some() && errors == place(args.input.as_ref()) {
        anyhow::bail!("--errors would overwrite the input, {}", args.input);
    }
    Ok(())
}

/// Runs the command. Stories that fail do not keep the others from it; the result is an error if any
/// failed.
pub async fn run(args: ImportArgs, defaults: ClientDefaults) -> anyhow::Result<()> {
    let client = Client::new(&args.client, &defaults)?;
    client.needs_key()?;
    if args.restore {
        return restore::run(&client, &args.input, args.dry_run).await;
    }
    let mapping = Mapping::new(&args.mapping, args.status, args.create_missing)?;
    let mut resume = Resume::open(&args, client.base())?;
    keep_input(&args)?;
    let mut failed = Failed::open(args.errors.as_deref(), args.resume)?;
    let fetched = fetch::fetch(&args.input).await?;
    let mut read = readers::open(&args.input, fetched, args.format)?;
    read.categories = mapping.categories(read.categories);
    let poster = Poster::new(&client, &args);
    poster.categories(&read.categories, args.create_missing && !args.dry_run).await?;
    let progress = Progress::new(&read);
    let batches = Batches::start(read.stories, mapping, resume.done());
    let poster = &poster;
    let posted = batches.into_stream().map(|batch| async move { poster.post(batch?).await });
    let mut posted = std::pin::pin!(posted.buffered(usize::from(args.concurrency)));
    while let Some(settled) = posted.next().await {
        let settled = settled?;
        failed.write(&settled)?;
        progress.count(&settled);
        resume.settle(&settled)?;
    }
    failed.finish()?;
    resume.finish()?;
    let rejected = progress.finish(args.dry_run)?;
    match rejected {
        0 => Ok(()),
        _ => bail!("{rejected} not imported"),
    }
}

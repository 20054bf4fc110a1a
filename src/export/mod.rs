//! `newswire export`: the newsroom as a file, through the HTTP API.
//!
//! JSON lines are the whole newsroom, to be restored or kept (see `docs/OPERATING.md`); the other formats
//! are its stories for other systems.

mod lossless;
mod output;
mod stories;

use crate::client::{Client, ClientArgs, ClientDefaults};
use std::path::PathBuf;

/// Write the newsroom to a file.
///
/// JSON lines hold all sources, categories and stories with their versions, as they were at one instant; `newswire import --restore` takes them
/// into an empty service. IPTC ninjs (an item a line) and Markdown (a folder with a file a story) are for
/// other systems and can be imported again.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// Where to [default: standard output]; a folder for Markdown; `.gz` and `.zst` are packed
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// In which format
    #[arg(long, value_enum, default_value = "ndjson")]
    pub format: ExportFormat,
    /// Stories in which states, separated by commas, for ninjs and Markdown
    #[arg(long, default_value = "draft,scheduled,live,expired", value_name = "STATES")]
    pub state: String,
    /// The server to read from.
    #[command(flatten)]
    pub client: ClientArgs,
}

/// A format to export in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// Everything, one JSON object a line
    Ndjson,
    /// Stories as IPTC ninjs, one item a line
    Ninjs,
    /// Stories as Markdown with front matter, a file each
    Markdown,
}

/// Runs the command.
pub async fn run(args: ExportArgs, defaults: ClientDefaults) -> anyhow::Result<()> {
    let client = Client::new(&args.client, &defaults)?;
    client.needs_key()?;
    match args.format {
        ExportFormat::Ndjson => lossless::write(&client, args.output.as_deref()).await,
        ExportFormat::Ninjs => stories::ninjs(&client, &args.state, args.output.as_deref()).await,
        ExportFormat::Markdown => {
            stories::markdown(&client, &args.state, args.output.as_deref()).await
        }
    }
}

//! `newswire post FILE...`: posts stories from files through the HTTP API.
//!
//! A file is a page saved from a news site, Markdown with front matter, an HTML page, or JSON.
//! Each story gets an identity (see `identity`), so posting a file again updates its story.

pub mod dates;
mod flags;
mod html;
mod identity;
mod json;
mod kind;
pub mod markdown;
pub mod references;
mod saved_page;
mod story;

use std::io::{Read, Write};

use anyhow::{Context, anyhow, bail};
use reqwest::StatusCode;

pub use self::flags::{Status, StoryFlags};
pub use self::kind::Kind;
pub use self::story::Story;
use crate::client::{Client, ClientArgs, ClientDefaults, describe_problem};

/// Post stories from files.
///
/// Reads a page as saved from a news site (plain text), a Markdown file with YAML front matter,
/// an HTML page, or JSON (one story or a list of them). Posting a file again finds the story it
/// made and updates it.
#[derive(Debug, clap::Args)]
pub struct PostArgs {
    /// Files to post; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// How to read the files [default: by file name, then by content]
    #[arg(long, value_enum)]
    pub format: Option<Kind>,
    /// What to say about the stories besides what the files say.
    #[command(flatten)]
    pub story: StoryFlags,
    /// Do not make categories and sources that do not exist yet; refuse the story instead
    #[arg(long)]
    pub no_create: bool,
    /// Update a story even if it was edited elsewhere since
    #[arg(long)]
    pub overwrite: bool,
    /// Show what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The server to post to.
    #[command(flatten)]
    pub client: ClientArgs,
}

impl PostArgs {
    fn query(&self) -> Vec<(&'static str, &'static str)> {
        let mut query = vec![("on_conflict", "update")];
        if !self.no_create {
            query.push(("create_missing", "true"));
        }
        if self.overwrite {
            query.push(("overwrite", "true"));
        }
        query
    }
}

/// Runs the command. Files that fail are told on standard error and the others still posted;
/// the result is an error if any failed.
pub async fn run(args: PostArgs, defaults: ClientDefaults) -> anyhow::Result<()> {
    if args.story.external_id.is_some() && args.files.len() > 1 {
        bail!("--external-id names one story, and {} files are given", args.files.len());
    }
    let client = Client::new(&args.client, &defaults)?;
    let (mut posted, mut failed) = (0, 0);
    for file in &args.files {
        let stories = match read(file, &args) {
            Ok(stories) => stories,
            Err(error) => {
                eprintln!("{file}: {error:#}");
                failed += 1;
                continue;
            }
        };
        let many = stories.len() > 1;
        for (at, story) in stories.into_iter().enumerate() {
            let name = match many {
                true => format!("{file}[{at}]"),
                false => file.clone(),
            };
            for note in &story.notes {
                eprintln!("{name}: note: {note}");
            }
            match post(&client, story, &args).await {
                Ok(line) => {
                    writeln!(std::io::stdout(), "{line}")?;
                    posted += 1;
                }
                Err(error) => {
                    eprintln!("{name}: {error:#}");
                    failed += 1;
                }
            }
        }
    }
    match failed {
        0 => Ok(()),
        _ => bail!("{failed} not posted, {posted} posted"),
    }
}

/// The stories in a file, complete with flags and identity.
fn read(file: &str, args: &PostArgs) -> anyhow::Result<Vec<Story>> {
    let bytes = match file {
        "-" => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
        }
        path => std::fs::read(path),
    };
    stories(file, &bytes.context("cannot be read")?, args)
}

fn stories(file: &str, bytes: &[u8], args: &PostArgs) -> anyhow::Result<Vec<Story>> {
    let text = crate::text::decode::decode(bytes);
    let kind = args.format.unwrap_or_else(|| Kind::of(file, &text));
    let mut stories = parse(kind, &text)?;
    if args.story.external_id.is_some() && stories.len() > 1 {
        bail!("--external-id names one story, and the file has {}", stories.len());
    }
    for story in &mut stories {
        args.story.apply(story);
        identify(story);
    }
    Ok(stories)
}

/// The stories in a text, as it says them.
pub fn parse(kind: Kind, text: &str) -> anyhow::Result<Vec<Story>> {
    Ok(match kind {
        Kind::Text => vec![saved_page::parse(text)?],
        Kind::Markdown => vec![markdown::parse(text)?],
        Kind::Html => vec![html::parse(text)?],
        Kind::Json => json::parse(text)?,
    })
}

/// Gives a story its identity, unless it has one: under it, it is made once and updated afterwards.
pub fn identify(story: &mut Story) {
    if story.get("external_id").is_none_or(serde_json::Value::is_null)
        && let Some(id) = identity::external_id(story)
    {
        story.set("external_id", id);
    }
}

/// Posts one story and says what became of it.
async fn post(client: &Client, mut story: Story, args: &PostArgs) -> anyhow::Result<String> {
    let query = args.query();
    if args.no_create {
        references::resolve(&mut story);
    }
    let body = serde_json::to_value(&story)?;
    if args.dry_run {
        eprintln!("POST {}", client.address(&["articles"], &query));
        return Ok(serde_json::to_string_pretty(&body)?);
    }
    let answer = client.post(&["articles"], &query, &body).await?;
    let url = answer.text("url").or(answer.text("api_url"));
    match (answer.status, url) {
        (StatusCode::CREATED, Some(url)) => Ok(format!("created {url}")),
        (StatusCode::OK, Some(url)) => match &answer.body["version"] {
            serde_json::Value::Number(version) => Ok(format!("exists {url} (version {version})")),
            _ => Ok(format!("exists {url}")),
        },
        _ => Err(anyhow!(describe_problem(&answer))),
    }
}

#[cfg(test)]
mod tests;

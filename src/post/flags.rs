//! What the command line says about a story; it wins over what the file says.

use super::story::Story;

/// Flags that set members of the stories.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct StoryFlags {
    /// Identity of the story [default: the file's own, else the page's canonical address, else a
    /// hash of source and headline]
    #[arg(long, value_name = "ID")]
    pub external_id: Option<String>,
    /// Source, by name, slug or id, in place of the one the file credits
    #[arg(long)]
    pub source: Option<String>,
    /// Category, by name, slug or id, in place of the one the file names
    #[arg(long)]
    pub category: Option<String>,
    /// Status [default: what the file says; a new story is else a draft]
    #[arg(long, value_enum)]
    pub status: Option<Status>,
    /// Language, such as `en` or `ur` [default: what the file says, else the server's]
    #[arg(long)]
    pub language: Option<String>,
    /// A tag, besides those in the file; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// Date of publication, such as 2026-01-31T12:00:00+05:00
    #[arg(long, value_name = "RFC3339", value_parser = date)]
    pub date: Option<String>,
}

/// Whether readers see the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Status {
    /// Only keys see it
    Draft,
    /// Everybody sees it, from its date on
    Published,
}

impl StoryFlags {
    /// Sets what was given.
    pub fn apply(&self, story: &mut Story) {
        let status = self.status.map(|status| match status {
            Status::Draft => "draft",
            Status::Published => "published",
        });
        for (member, value) in [
            ("external_id", self.external_id.as_deref()),
            ("source", self.source.as_deref()),
            ("category", self.category.as_deref()),
            ("status", status),
            ("language", self.language.as_deref()),
            ("published_at", self.date.as_deref()),
        ] {
            if let Some(value) = value {
                story.set(member, value);
            }
        }
        story.add_tags(&self.tags);
    }
}

fn date(text: &str) -> Result<String, String> {
    chrono::DateTime::parse_from_rfc3339(text).map(|_| text.to_owned()).map_err(|error| {
        format!("{error}; a time and an offset are needed, as in 2026-01-31T12:00:00+05:00")
    })
}

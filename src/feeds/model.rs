//! What a feed is, without any I/O.

use crate::ids::ArticleId;
use chrono::{DateTime, Utc};

/// How much of a story a feed carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FeedContent {
    /// The whole body.
    #[default]
    Full,
    /// The summary; where there is none, the beginning of the body.
    Summary,
}

/// A feed but for its stories.
#[derive(Clone, Debug)]
pub struct Channel {
    /// What it is called.
    pub title: String,
    /// What is in it.
    pub description: String,
    /// The page for readers that it belongs to.
    pub home: String,
    /// The base of our own addresses.
    pub base: String,
    /// What the service calls itself.
    pub site: String,
    /// The one language of its stories (BCP 47), where it has one.
    pub language: Option<String>,
    /// When it last changed, as far as its stories tell.
    pub updated: Option<DateTime<Utc>>,
    /// How much of a story it carries.
    pub content: FeedContent,
    /// Where this page of it is.
    pub this: String,
    /// Where the first page is; what names the feed for good.
    pub first: String,
    /// Where the page of newer stories is.
    pub previous: Option<String>,
    /// Where the page of older stories is.
    pub next: Option<String>,
    /// The WebSub hub that is told when it changes.
    pub hub: Option<String>,
}

impl Channel {
    /// The relations of this page to others and to the hub, with their addresses.
    pub fn pages(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let others = [("prev", &self.previous), ("next", &self.next), ("hub", &self.hub)];
        let others = others.into_iter().filter_map(|(rel, to)| Some((rel, to.as_deref()?)));
        [("self", self.this.as_str()), ("first", self.first.as_str())].into_iter().chain(others)
    }
}

/// A story that left a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departed {
    /// Its id.
    pub id: ArticleId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something a feed is narrowed down to, such as a category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Its current slug.
    pub slug: String,
    /// What it is.
    pub description: Option<String>,
    /// Its page for readers.
    pub page: Option<String>,
}

/// What a feed is narrowed down to.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// Any of these categories.
    pub categories: Vec<Topic>,
    /// Any of these sources.
    pub sources: Vec<Topic>,
    /// Any of these authors.
    pub authors: Vec<String>,
    /// Any of these tags.
    pub tags: Vec<String>,
    /// Any of these languages.
    pub languages: Vec<String>,
    /// With these words.
    pub words: Option<String>,
}

impl Subject {
    /// What a feed of this is called, on a service of this name.
    pub fn title(&self, site: &str) -> String {
        let parts = self.parts();
        if parts.is_empty() { site.to_owned() } else { format!("{}: {parts}", site) }
    }

    /// What is in a feed of this.
    pub fn description(&self, site: &str) -> String {
        if let Some(told) = self.only_topic().and_then(|topic| topic.description.clone()) {
            return told;
        }
        let parts = self.parts();
        let rest = if parts.is_empty() { String::new() } else { format!(": {parts}") };
        format!("The latest stories from {site}{rest}")
    }

    /// The page for readers that a feed of this belongs to, if there is one.
    pub fn page(&self) -> Option<&str> {
        self.only_topic()?.page.as_deref()
    }

    /// The one category or source that is all it is narrowed down to.
    fn only_topic(&self) -> Option<&Topic> {
        let others = self.authors.len() + self.tags.len() + self.languages.len();
        match (self.categories.as_slice(), self.sources.as_slice()) {
            ([one], []) | ([], [one]) if others == 0 && self.words.is_none() => Some(one),
            _ => None,
        }
    }

    /// The parameter that alone makes a feed of this, if there is one: that of the feed of a category, a
    /// source or a language. An empty name stands for the feed of everything.
    pub fn parameter(&self) -> Option<(&'static str, String)> {
        let others = !self.authors.is_empty() || !self.tags.is_empty() || self.words.is_some();
        match (self.categories.as_slice(), self.sources.as_slice(), self.languages.as_slice()) {
            _ if others => None,
            ([], [], []) => Some(("", String::new())),
            ([one], [], []) => Some(("category", one.slug.clone())),
            ([], [one], []) => Some(("source", one.slug.clone())),
            ([], [], [one]) => Some(("language", one.to_lowercase())),
            _ => None,
        }
    }

    fn parts(&self) -> String {
        let names = |topics: &[Topic]| {
            topics.iter().map(|topic| topic.name.clone()).collect::<Vec<_>>().join(", ")
        };
        let words = self.words.as_ref().map(|words| format!("\u{201c}{words}\u{201d}"));
        let parts = [
            names(&self.categories),
            names(&self.sources),
            self.authors.join(", "),
            self.tags.join(", "),
            words.unwrap_or_default(),
            self.languages.join(", "),
        ];
        let told: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        told.join(" \u{b7} ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_called_after_what_it_is_narrowed_down_to() {
        let general = Topic {
            name: "General".into(),
            slug: "general".into(),
            description: Some("All else.".into()),
            page: Some("https://news.example/general".into()),
        };
        let mut subject = Subject { categories: vec![general], ..Subject::default() };
        assert_eq!(subject.title("The Wire"), "The Wire: General");
        assert_eq!(subject.description("The Wire"), "All else.");
        assert_eq!(subject.page(), Some("https://news.example/general"));
        subject.tags = vec!["sea".into(), "ships".into()];
        subject.words = Some("storm".into());
        assert_eq!(subject.title("The Wire"), "The Wire: General · sea, ships · “storm”");
        assert_eq!(subject.page(), None);
        let told = "The latest stories from The Wire: General · sea, ships · “storm”";
        assert_eq!(subject.description("The Wire"), told);
        assert_eq!(Subject::default().title("The Wire"), "The Wire");
    }
}

//! What an article is, without any I/O.

pub mod duplicates;
pub mod listing;
pub mod preview;
pub mod relations;
pub mod revisions;

use crate::error::{Code, Error, Tombstone, Violation, Violations};
use crate::ids::{ArticleId, CategoryId, KeyId, SourceId};
use crate::text::render::BodyFormat;
use crate::text::slug::slugify;
use crate::values::Metadata;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// How many categories a story may have.
pub const MAX_CATEGORIES: usize = 10;
/// How many bytes a body may have.
pub const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;

/// What the editors decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Not for the public.
    #[default]
    Draft,
    /// For the public from `published_at` until `expires_at`.
    Published,
}

impl Status {
    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::Published => "published",
        }
    }
}

/// What follows from the status and the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not published.
    Draft,
    /// Published, its date is to come.
    Scheduled,
    /// The public sees it.
    Live,
    /// Published, its time is over.
    Expired,
    /// Taken back.
    Retracted,
    /// Thrown away.
    Trashed,
}

impl State {
    /// Every state.
    pub const ALL: [State; 6] = [
        State::Draft,
        State::Scheduled,
        State::Live,
        State::Expired,
        State::Retracted,
        State::Trashed,
    ];

    /// The states of what is published, of whatever date.
    pub const PUBLISHED: [State; 3] = [State::Scheduled, State::Live, State::Expired];

    /// The name on the wire and in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Scheduled => "scheduled",
            State::Live => "live",
            State::Expired => "expired",
            State::Retracted => "retracted",
            State::Trashed => "trashed",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether the public sees it or will.
    pub const fn is_or_will_be_live(self) -> bool {
        matches!(self, State::Live | State::Scheduled)
    }
}

/// Somebody who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The name.
    pub name: String,
    /// A page about them.
    pub url: Option<String>,
}

/// A picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// Where it is.
    pub url: String,
    /// What it shows, for those who cannot see it.
    pub alt: Option<String>,
    /// What stands below it.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
    /// In pixels.
    pub width: Option<i32>,
    /// In pixels.
    pub height: Option<i32>,
}

/// Something that goes with the story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Medium {
    /// What all media have.
    pub image: Image,
    /// `image`, `video`, `audio` or `document`.
    pub kind: String,
    /// Its media type, such as `video/mp4`.
    pub media_type: Option<String>,
    /// In bytes.
    pub size_bytes: Option<i64>,
    /// In seconds.
    pub duration_seconds: Option<i32>,
}

/// What somebody writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The headline.
    pub headline: String,
    /// The standfirst.
    pub summary: Option<String>,
    /// The body, exactly as sent.
    pub body: String,
    /// How to read the body.
    pub body_format: BodyFormat,
    /// Who wrote it, as it should be printed.
    pub byline: Option<String>,
    /// Who wrote it, one by one.
    pub authors: Vec<Author>,
    /// Who supplied it.
    pub source: Option<SourceId>,
    /// Where it was.
    pub source_url: Option<String>,
    /// The supplier's own id.
    pub external_id: Option<String>,
    /// Every category, the primary one first.
    pub categories: Vec<CategoryId>,
    /// Tags, as sent.
    pub tags: Vec<String>,
    /// BCP 47.
    pub language: String,
    /// The story this one translates.
    pub translation_of: Option<ArticleId>,
    /// Draft or published.
    pub status: Status,
    /// When the public sees it first.
    pub published_at: Option<DateTime<Utc>>,
    /// When the public sees it no more.
    pub expires_at: Option<DateTime<Utc>>,
    /// When readers should take it as last changed.
    pub revised_at: Option<DateTime<Utc>>,
    /// The address search engines should take it under.
    pub canonical_url: Option<String>,
    /// The lead picture.
    pub image: Option<Image>,
    /// What goes with it.
    pub media: Vec<Medium>,
    /// 1 (most urgent) to 9.
    pub urgency: Option<i16>,
    /// Whether to show it in a prominent place.
    pub featured: bool,
    /// What others may do with it; the source's terms when empty.
    pub usage_terms: Option<String>,
    /// Notes for key holders.
    pub metadata: Metadata,
}

impl Content {
    /// An empty story in a language.
    pub fn new(language: &str) -> Self {
        Self {
            headline: String::new(),
            summary: None,
            body: String::new(),
            body_format: BodyFormat::Text,
            byline: None,
            authors: Vec::new(),
            source: None,
            source_url: None,
            external_id: None,
            categories: Vec::new(),
            tags: Vec::new(),
            language: language.to_owned(),
            translation_of: None,
            status: Status::Draft,
            published_at: None,
            expires_at: None,
            revised_at: None,
            canonical_url: None,
            image: None,
            media: Vec::new(),
            urgency: None,
            featured: false,
            usage_terms: None,
            metadata: Metadata::default(),
        }
    }

    /// What PUT starts from: defaults, but for the members that keep their value. The default of
    /// `revised_at` is what [`Content::date`] makes of it, so that the same PUT twice is one change.
    pub fn emptied(&self, language: &str) -> Self {
        Self {
            headline: self.headline.clone(),
            status: self.status,
            published_at: self.published_at,
            revised_at: self.revised_at,
            source: self.source,
            external_id: self.external_id.clone(),
            ..Self::new(language)
        }
    }

    /// The page it was on: what the addresses in its body are relative to.
    pub fn page(&self) -> Option<&str> {
        self.source_url.as_deref().or(self.canonical_url.as_deref())
    }

    /// The primary category.
    pub fn category(&self) -> Option<CategoryId> {
        self.categories.first().copied()
    }

    /// Fills in the dates that follow from the others: when it was published, and when a story that
    /// readers know was last changed.
    pub fn date(&mut self, before: Option<&Content>, now: DateTime<Utc>) {
        if self.status == Status::Published && self.published_at.is_none() {
            self.published_at = Some(now);
        }
        let Some(before) = before else { return };
        let known = before.status == Status::Published
            && before.published_at.is_some_and(|published_at| published_at <= now);
        let changed = self.headline != before.headline
            || self.summary != before.summary
            || self.body != before.body
            || self.body_format != before.body_format
            || self.image != before.image;
        if known && changed && self.revised_at == before.revised_at {
            self.revised_at = Some(now);
        }
    }

    /// Rules that hold between members.
    pub fn check(&self, found: &mut Violations) {
        let ends_early = self.expires_at.is_some_and(|expires_at| {
            self.published_at.is_some_and(|published_at| expires_at <= published_at)
        });
        if ends_early {
            let detail = "The story would expire before it is published.";
            found.push(Violation::body("expires_at", Code::ExpiryTooEarly, detail));
        }
        if self.body.len() > MAX_BODY_BYTES {
            let detail = "The body has more than 2 MiB.";
            found.push(Violation::body("body", Code::TextTooLong, detail));
        }
        if self.categories.len() > MAX_CATEGORIES {
            let detail = "A story has at most 10 categories, the primary one included.";
            found.push(Violation::body("categories", Code::TooManyCategories, detail));
        }
    }

    /// The state this content has at an instant, when it is not withdrawn.
    pub fn state_at(&self, now: DateTime<Utc>) -> State {
        match (self.status, self.published_at) {
            (Status::Draft, _) | (_, None) => State::Draft,
            (Status::Published, Some(published_at)) if published_at > now => State::Scheduled,
            _ if self.expires_at.is_some_and(|expires_at| expires_at <= now) => State::Expired,
            _ => State::Live,
        }
    }

    /// The slugs of its authors, one by one: what an author filter matches.
    pub fn author_slugs(&self) -> Vec<String> {
        self.authors.iter().map(|author| name_slug(&author.name)).collect()
    }

    /// The slugs of its tags, one by one: what a tag filter matches.
    pub fn tag_slugs(&self) -> Vec<String> {
        self.tags.iter().map(|tag| name_slug(tag)).collect()
    }
}

/// The slug of an author or a tag; the name itself when nothing would be left of it. U+0001 stands between
/// slugs in the database, so it is in none.
pub fn name_slug(name: &str) -> String {
    slugify(name).unwrap_or_else(|| name.replace('\u{1}', "-"))
}

/// What was made of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bodies {
    /// Cleaned HTML.
    pub html: String,
    /// Plain text.
    pub text: String,
}

/// That a story was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retraction {
    /// When.
    pub at: DateTime<Utc>,
    /// Why, as the public is told.
    pub reason: String,
}

/// A dated note for readers on what was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Its id.
    pub id: Uuid,
    /// What was wrong, and what is right.
    pub text: String,
    /// When it was put right.
    pub at: DateTime<Utc>,
}

/// An article as it is kept.
#[derive(Clone, Debug)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// Its current slug.
    pub slug: String,
    /// The slugs of its authors, one by one; empty until they are made.
    pub author_slugs: Vec<String>,
    /// What was written. The body is empty unless `bodies` were read too.
    pub content: Content,
    /// What was made of the body; read only where asked for.
    pub bodies: Option<Bodies>,
    /// In words.
    pub word_count: i32,
    /// The story that this one repeats; that one repeats none.
    pub duplicate_of: Option<ArticleId>,
    /// Its state when it was read, by the database's clock.
    pub state: State,
    /// Whether the public ever saw it before it was last written.
    pub has_been_live: bool,
    /// When it was thrown away.
    pub trashed_at: Option<DateTime<Utc>>,
    /// That it was retracted; a retracted story that was thrown away later still is.
    pub retraction: Option<Retraction>,
    /// Notes for readers, the oldest first.
    pub corrections: Vec<Correction>,
    /// The key that wrote last.
    pub updated_by: Option<KeyId>,
    /// The time lists sort by.
    pub listed_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
    /// Moves with each change of its own members.
    pub version: i64,
}

impl Article {
    /// The same without its bodies, where many are held.
    pub fn without_bodies(mut self) -> Self {
        self.bodies = None;
        self.content.body = String::new();
        self
    }

    /// Whether it was public once and is withdrawn now: 410 for everybody.
    pub fn is_gone(&self) -> bool {
        matches!(self.state, State::Trashed | State::Retracted) && self.has_been_live
    }

    /// Whether it is in the trash or retracted.
    pub fn is_withdrawn(&self) -> bool {
        matches!(self.state, State::Trashed | State::Retracted)
    }

    /// The answer to who asks for it while it is withdrawn.
    pub fn gone(&self) -> Error {
        match (&self.retraction, self.trashed_at) {
            (Some(Retraction { at, reason }), _) => {
                Error::gone(Tombstone { retracted: true, at: *at, reason: Some(reason.clone()) })
            }
            (None, at) => {
                let at = at.unwrap_or(self.updated_at);
                Error::gone(Tombstone { retracted: false, at, reason: None })
            }
        }
    }
}

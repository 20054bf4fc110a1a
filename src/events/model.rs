//! What an event says, and where in the order of all events a reader stands. No I/O.

use crate::error::{Code, Error};
use crate::ids::{CategoryId, SourceId};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use uuid::Uuid;

macro_rules! kinds {
    ($($name:ident $text:literal $doc:literal;)+) => {
        /// What happened to what.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $(#[doc = $doc] $name),+ }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),+];

            /// Its name on the wire and in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Kind::$name => $text),+ }
            }

            /// What it means, in a sentence.
            pub const fn help(self) -> &'static str {
                match self { $(Kind::$name => $doc),+ }
            }

            /// The kind of that name.
            pub fn parse(name: &str) -> Option<Kind> {
                match name { $($text => Some(Kind::$name),)+ _ => None }
            }
        }
    };
}

kinds! {
    ArticleCreated "article.created" "A story was made, in whatever state.";
    ArticlePublished "article.published" "A story went live: at once, or when its date came.";
    ArticleUpdated "article.updated" "A story changed and is as visible as it was.";
    ArticleUnpublished "article.unpublished" "A live story became a draft again, or is to be published later.";
    ArticleExpired "article.expired" "A live story's time ran out.";
    ArticleRetracted "article.retracted" "A story was taken back, with a reason.";
    ArticleDeleted "article.deleted" "A story went to the trash, or out of it for good.";
    ArticleRestored "article.restored" "A story came back from the trash, or from retraction as a draft.";
    SourceCreated "source.created" "A source was made.";
    SourceUpdated "source.updated" "A source changed.";
    SourceDeleted "source.deleted" "A source was deleted.";
    CategoryCreated "category.created" "A category was made.";
    CategoryUpdated "category.updated" "A category changed.";
    CategoryDeleted "category.deleted" "A category was deleted.";
}

/// What kinds of things there are events of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    /// A story.
    Article,
    /// A source.
    Source,
    /// A category.
    Category,
}

impl Kind {
    /// What it happened to.
    pub fn resource(self) -> Resource {
        match self.as_str().split('.').next() {
            Some("source") => Resource::Source,
            Some("category") => Resource::Category,
            _ => Resource::Article,
        }
    }
}

/// Something that happened. Former values are there only where this change moved them.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its place in the order of all.
    pub position: Position,
    /// What happened.
    pub kind: Kind,
    /// The id of what it happened to.
    pub resource: Uuid,
    /// Its slug after the change.
    pub slug: String,
    /// Its slug before.
    pub former_slug: Option<String>,
    /// Its version after the change; one more than the last when it is gone for good.
    pub version: i64,
    /// The state of a story after the change, in the words of `articles::model::State`; none when it is
    /// gone for good.
    pub state: Option<String>,
    /// The state of a story before; none when there was none.
    pub former_state: Option<String>,
    /// The source of a story; of a source, itself.
    pub source: Option<SourceId>,
    /// The source of a story before.
    pub former_source: Option<SourceId>,
    /// The categories of a story, the primary one first; of a category, itself.
    pub categories: Vec<CategoryId>,
    /// The categories of a story before.
    pub former_categories: Option<Vec<CategoryId>>,
    /// The tags of a story, as written.
    pub tags: Vec<String>,
    /// The tags of a story before.
    pub former_tags: Option<Vec<String>>,
    /// The language of a story.
    pub language: Option<String>,
    /// The language of a story before.
    pub former_language: Option<String>,
    /// When, by the database's clock.
    pub at: DateTime<Utc>,
}

const LIVE: &str = "live";

impl Event {
    /// Whether the public saw the story before the change.
    pub fn was_public(&self) -> bool {
        self.former_state.as_deref() == Some(LIVE)
    }

    /// Whether the public saw the story after the change.
    pub fn is_public(&self) -> bool {
        self.state.as_deref() == Some(LIVE)
    }

    /// Its sources before and after.
    fn sources(&self, sides: Sides) -> impl Iterator<Item = SourceId> {
        let before = self.former_source.or(self.source).filter(|_| sides.before);
        before.into_iter().chain(self.source.filter(|_| sides.after))
    }

    /// Its categories before and after.
    fn categories(&self, sides: Sides) -> impl Iterator<Item = CategoryId> {
        let before = self.former_categories.as_ref().unwrap_or(&self.categories);
        let before = before.iter().filter(move |_| sides.before);
        before.chain(self.categories.iter().filter(move |_| sides.after)).copied()
    }
}

/// A story as it is now, as far as a change shows it.
#[derive(Clone, Debug)]
pub struct Story {
    /// Its slug.
    pub slug: String,
    /// Its state, in the words of `articles::model::State`.
    pub state: String,
    /// Its language.
    pub language: String,
    /// Its source.
    pub source: Option<SourceId>,
    /// Its categories, the primary one first.
    pub categories: Vec<CategoryId>,
    /// Its tags, as written.
    pub tags: Vec<String>,
}

/// Which sides of a change somebody may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides {
    /// How it was.
    pub before: bool,
    /// How it became.
    pub after: bool,
}

impl Sides {
    /// All of it.
    pub const BOTH: Sides = Sides { before: true, after: true };
}

/// Which events are asked for: any within one member, all across members; an empty one asks nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of these.
    pub resources: Vec<Resource>,
    /// Of these kinds.
    pub kinds: Vec<Kind>,
    /// Of stories that come or came from these sources, and of these sources.
    pub sources: Vec<SourceId>,
    /// The categories that were asked for. What is below them may be another any time.
    pub within: Vec<CategoryId>,
    /// Of stories that are or were in these categories (those below are named too), and of these
    /// categories.
    pub categories: Vec<CategoryId>,
}

impl Filter {
    /// Whether an event is asked for, going by these sides of it.
    pub fn takes(&self, event: &Event, sides: Sides) -> bool {
        let all = |empty: bool, found: bool| empty || found;
        all(self.resources.is_empty(), self.resources.contains(&event.kind.resource()))
            && all(self.kinds.is_empty(), self.kinds.contains(&event.kind))
            && all(
                self.sources.is_empty(),
                event.sources(sides).any(|id| self.sources.contains(&id)),
            )
            && all(
                self.categories.is_empty(),
                event.categories(sides).any(|id| self.categories.contains(&id)),
            )
    }
}

/// A place in the order of all events: by transaction, then by number. What comes after it is never
/// before it later, see `events::store`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The transaction.
    pub xid: i64,
    /// The number of the event; unique by itself.
    pub seq: i64,
}

impl Position {
    /// Before every event.
    pub const START: Position = Position { xid: 0, seq: 0 };

    /// After every event of the transactions up to `xid`.
    pub const fn after(xid: i64) -> Self {
        Self { xid, seq: i64::MAX }
    }
}

/// A position as clients hold it. It is good only for the epoch it was given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The epoch of the log.
    pub epoch: Uuid,
    /// The last event that was taken.
    pub position: Position,
}

/// The form of cursors; another form gets another number.
const FORM: u8 = 1;
/// How much of an epoch a cursor holds.
const EPOCH: usize = 8;

impl Cursor {
    /// As text.
    pub fn encode(self) -> String {
        let mut bytes = vec![FORM];
        bytes.extend(&self.epoch.as_bytes()[..EPOCH]);
        bytes.extend(self.position.xid.to_be_bytes());
        bytes.extend(self.position.seq.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position that a text holds, if it was given in this epoch. Fails with `cursor_invalid`, or
    /// with `cursor_expired` when it belongs to another epoch.
    pub fn decode(text: &str, epoch: Uuid) -> Result<Position, Error> {
        let invalid = || Error::parameter("since", Code::CursorInvalid);
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        let (form, rest) = bytes.split_first().ok_or_else(invalid)?;
        let (held, rest) = rest.split_first_chunk::<EPOCH>().ok_or_else(invalid)?;
        let (xid, rest) = rest.split_first_chunk().ok_or_else(invalid)?;
        let seq: &[u8; 8] = rest.try_into().map_err(|_| invalid())?;
        let (xid, seq) = (i64::from_be_bytes(*xid), i64::from_be_bytes(*seq));
        if *form != FORM || xid < 0 || seq < 0 {
            return Err(invalid());
        }
        if held != &epoch.as_bytes()[..EPOCH] {
            let detail = "The cursor was given before the database was restored or replaced.";
            return Err(Error::new(Code::CursorExpired).detail(detail));
        }
        Ok(Position { xid, seq })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn kinds_have_their_names() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(Kind::parse("article"), None);
        assert_eq!(Kind::CategoryUpdated.resource(), Resource::Category);
        assert_eq!(Kind::ArticleExpired.resource(), Resource::Article);
    }

    #[test]
    fn a_cursor_is_good_for_its_epoch_only() {
        let (one, other) = (Uuid::from_u128(1 << 100), Uuid::from_u128(2 << 100));
        let position = Position { xid: 7, seq: i64::MAX };
        let text = Cursor { epoch: one, position }.encode();
        assert_eq!(Cursor::decode(&text, one).unwrap(), position);
        let error = Cursor::decode(&text, other).unwrap_err();
        assert_eq!(error.code(), Code::CursorExpired);
    }

    proptest! {
        #[test]
        fn nonsense_is_no_cursor(text in ".{0,60}") {
            prop_assert!(Cursor::decode(&text, Uuid::from_u128(5)).is_err());
        }

        #[test]
        fn positions_survive(xid in 0..i64::MAX, seq in 0..i64::MAX) {
            let (epoch, position) = (Uuid::from_u128(9 << 90), Position { xid, seq });
            prop_assert_eq!(Cursor::decode(&Cursor { epoch, position }.encode(), epoch).unwrap(), position);
        }
    }
}

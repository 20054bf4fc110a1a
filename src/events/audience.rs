//! What a caller may be told: which events it may know of, and what they show.
//!
//! The public knows of a change to a story if it saw the story before or after it, and is shown the
//! story as it sees it now; where it sees it no more, nothing but a tombstone is left. What stands in the
//! row of an event says what was, and so never leaves the service for the public but as the name under
//! which it knew the story.

use super::model::{Event, Filter, Resource, Sides, Story};
use crate::access::{Caller, Scope};
use crate::articles::model::State;
use crate::catalog::Catalog;
use crate::ids::SourceId;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// Who reads what.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// Who.
    pub caller: Caller,
    /// What.
    pub filter: Filter,
}

/// Events with what they are about, as it is now. The same for everybody: who is told of it asks
/// [`Reader`].
#[derive(Debug)]
pub struct Seen {
    /// The events, in order.
    pub events: Vec<Event>,
    /// The stories there are, whoever may see them.
    pub stories: HashMap<Uuid, Story>,
    /// The sources and categories there are.
    pub existing: HashSet<Uuid>,
    /// Sources and categories, at least as new as the events.
    pub catalog: Arc<Catalog>,
}

impl Reader {
    /// Whether the caller may see all of a story's life.
    pub fn is_entitled(&self, source: Option<SourceId>) -> bool {
        self.caller.has(Scope::ArticlesRead) && self.caller.covers(source.map(|id| id.0))
    }

    /// Which sides of an event the caller may know.
    pub fn sides(&self, event: &Event) -> Sides {
        if event.kind.resource() != Resource::Article {
            return Sides::BOTH;
        }
        let former = event.former_source.or(event.source);
        Sides {
            before: event.was_public() || self.is_entitled(former),
            after: event.is_public() || self.is_entitled(event.source),
        }
    }

    /// Whether the caller may know of an event and asks for it.
    pub fn takes(&self, event: &Event) -> bool {
        let sides = self.sides(event);
        (sides.before || sides.after) && self.filter.takes(event, sides)
    }

    /// Takes in what has come below the categories that are asked for.
    pub fn widen(&mut self, seen: &Seen) {
        let moves = |event: &Event| event.kind.resource() == Resource::Category;
        if seen.events.iter().any(moves) {
            self.filter.categories = seen.catalog.within(&self.filter.within);
        }
    }

    /// The story of an event, if it is there and the caller may see it.
    pub fn sees<'s>(&self, seen: &'s Seen, event: &Event) -> Option<&'s Story> {
        let story = seen.stories.get(&event.resource)?;
        let live = State::parse(&story.state) == Some(State::Live);
        (live || self.is_entitled(story.source)).then_some(story)
    }

    /// The slug under which the caller knows what an event is about.
    pub fn slug<'e>(&self, event: &'e Event) -> &'e str {
        match &event.former_slug {
            Some(former) if !self.sides(event).after => former,
            _ => &event.slug,
        }
    }
}

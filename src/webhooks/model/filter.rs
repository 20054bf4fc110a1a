//! Which webhooks hear of which events.

use super::Webhook;
use crate::events::model::{Event, Filter, Resource, Sides};
use crate::ids::{CategoryId, SourceId};

/// A webhook, ready to be asked of many events.
#[derive(Clone, Debug)]
pub struct Listener<'a> {
    /// The webhook.
    pub webhook: &'a Webhook,
    /// What it asks for.
    filter: Filter,
    /// What it is bound to.
    bounds: Filter,
}

impl<'a> Listener<'a> {
    /// `categories` are those it asks for with all below them.
    pub fn new(webhook: &'a Webhook, categories: Vec<CategoryId>) -> Self {
        let content = &webhook.content;
        Self {
            webhook,
            filter: Filter {
                kinds: content.events.clone(),
                sources: content.sources.clone(),
                categories,
                ..Filter::default()
            },
            bounds: Filter { sources: webhook.bound_to.into_iter().collect(), ..Filter::default() },
        }
    }

    /// The sides of an event that it is told of; none, when it does not hear of it at all. What the public
    /// does not see it is told of only if it asked for that, and within its bounds.
    pub fn hears(&self, event: &Event) -> Option<Sides> {
        let sides = self.sides(event);
        let told = (sides.before || sides.after)
            && self.bounds.takes(event, sides)
            && self.filter.takes(event, sides);
        told.then_some(sides)
    }

    fn sides(&self, event: &Event) -> Sides {
        if event.kind.resource() != Resource::Article {
            return Sides::BOTH;
        }
        let entitled = |source: Option<SourceId>| {
            let bound = self.webhook.bound_to;
            self.webhook.content.unpublished && (bound.is_none() || bound == source)
        };
        Sides {
            before: event.was_public() || entitled(event.former_source.or(event.source)),
            after: event.is_public() || entitled(event.source),
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::events::model::{Kind, Position};
    use crate::webhooks::model::{Content, Health, WebhookId};
    use chrono::DateTime;
    use uuid::Uuid;

    fn webhook(content: Content, bound_to: Option<SourceId>) -> Webhook {
        Webhook {
            id: WebhookId(Uuid::nil()),
            content,
            bound_to,
            health: Health::default(),
            secrets: Vec::new(),
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
            version: 1,
        }
    }

    /// A change of a live story.
    pub fn event() -> Event {
        Event {
            position: Position { xid: 1, seq: 1 },
            kind: Kind::ArticleUpdated,
            resource: Uuid::nil(),
            slug: "rain".to_owned(),
            former_slug: None,
            version: 2,
            state: Some("live".to_owned()),
            former_state: Some("live".to_owned()),
            source: None,
            former_source: None,
            categories: Vec::new(),
            former_categories: None,
            tags: Vec::new(),
            former_tags: None,
            language: Some("en".to_owned()),
            former_language: None,
            at: DateTime::UNIX_EPOCH,
        }
    }

    fn hears(webhook: &Webhook, event: &Event) -> Option<Sides> {
        Listener::new(webhook, webhook.content.categories.clone()).hears(event)
    }

    const BEFORE: Option<Sides> = Some(Sides { before: true, after: false });
    const AFTER: Option<Sides> = Some(Sides { before: false, after: true });

    #[test]
    fn each_filter_that_is_set_must_let_an_event_through() {
        let (source, other, category) = (SourceId::new(), SourceId::new(), CategoryId::new());
        let former_categories = Some(vec![category]);
        let event = Event { former_source: Some(source), former_categories, ..event() };
        let none = Content::default;
        let heard = |content| hears(&webhook(content, None), &event).is_some();
        assert!(heard(none()));
        assert!(heard(Content { events: vec![Kind::ArticleUpdated], ..none() }));
        assert!(!heard(Content { events: vec![Kind::ArticleDeleted], ..none() }));
        assert!(heard(Content { sources: vec![other, source], ..none() }));
        assert!(!heard(Content { sources: vec![other], ..none() }));
        assert!(heard(Content { categories: vec![category], ..none() }));
        assert!(!heard(Content { categories: vec![CategoryId::new()], ..none() }));
        let (sources, categories) = (vec![source], vec![CategoryId::new()]);
        assert!(!heard(Content { sources, categories, ..none() }));
    }

    #[test]
    fn a_category_stands_for_all_below_it() {
        let (above, category) = (CategoryId::new(), CategoryId::new());
        let asked = webhook(Content { categories: vec![above], ..Content::default() }, None);
        let event = Event { categories: vec![category], ..event() };
        assert!(Listener::new(&asked, vec![above, category]).hears(&event).is_some());
        assert!(Listener::new(&asked, vec![above]).hears(&event).is_none());
    }

    #[test]
    fn what_the_public_may_not_see_is_for_those_who_asked_for_it() {
        let draft = Some("draft".to_owned());
        let hidden = Event { state: draft.clone(), former_state: None, ..event() };
        let (live, any) = (Content::default(), Content { unpublished: true, ..Content::default() });
        let (live, any) = (webhook(live, None), webhook(any, None));
        assert_eq!(hears(&live, &hidden), None);
        assert_eq!(hears(&any, &hidden), Some(Sides::BOTH));
        let leaving = Event { state: draft.clone(), ..event() };
        assert_eq!(hears(&live, &leaving), BEFORE);
        let coming = Event { former_state: draft, ..event() };
        assert_eq!(hears(&live, &coming), AFTER);
        assert_eq!(hears(&any, &coming), Some(Sides::BOTH));
        let (kind, state, former_state) = (Kind::SourceUpdated, None, None);
        let source = Event { kind, state, former_state, ..event() };
        assert_eq!(hears(&live, &source), Some(Sides::BOTH));
    }

    #[test]
    fn one_of_a_bound_key_hears_of_its_source_alone() {
        let (source, other) = (SourceId::new(), SourceId::new());
        let draft = Some("draft".to_owned());
        let content = Content { unpublished: true, ..Content::default() };
        let bound = webhook(content, Some(source));
        let of = |source| Event { source, ..event() };
        assert!(hears(&bound, &of(Some(source))).is_some());
        assert!(hears(&bound, &of(Some(other))).is_none());
        assert!(hears(&bound, &of(None)).is_none());
        let leaving = Event {
            source: Some(other),
            former_source: Some(source),
            state: draft.clone(),
            former_state: draft,
            ..event()
        };
        assert_eq!(hears(&bound, &leaving), BEFORE, "a draft it had, and no more");
    }
}

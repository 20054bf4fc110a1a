//! What is sent: the body of an event, thin enough for every receiver.

use super::super::model::delivery::PING;
use super::EventKind;
use crate::addresses::{Addresses, ArticlePage};
use crate::catalog::Catalog;
use crate::events::model::{Event, Resource, Sides};
use crate::ids::{CategoryId, SourceId};
use crate::values::rfc3339;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A body has fewer bytes than this, as the standard asks.
const MOST_BYTES: usize = 20_000;

/// A source or a category that an event names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookEventRef {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// Names it in addresses; null when it is gone by now.
    #[schema(required)]
    pub slug: Option<String>,
}

/// What an event is about: enough to bring pages up to date that no longer answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookEventData {
    /// The id of the story, source or category.
    #[schema(format = "uuid")]
    pub id: String,
    /// Names it in addresses.
    pub slug: String,
    /// What did so before, where the change moved it.
    #[schema(required)]
    pub former_slug: Option<String>,
    /// Its page for readers; of a source, its address in this API.
    #[schema(format = "uri")]
    pub url: String,
    /// The state of a story after the change: `draft`, `scheduled`, `live`, `expired`, `retracted` or
    /// `trashed`. Null when it is gone for good, when the receiver may no longer see which, and of a
    /// source or a category.
    #[schema(required)]
    pub state: Option<String>,
    /// Its version after the change. Deliveries may overtake each other: keep the higher one.
    #[schema(minimum = 1)]
    pub version: i64,
    /// The source of a story.
    #[schema(required)]
    pub source: Option<WebhookEventRef>,
    /// The categories of a story, the primary one first.
    pub categories: Vec<WebhookEventRef>,
    /// The tags of a story, as written.
    pub tags: Vec<String>,
    /// The categories that it was in, where the change moved it.
    pub former_categories: Vec<WebhookEventRef>,
    /// The tags that it had, where the change moved them.
    pub former_tags: Vec<String>,
    /// Whether tags were left out, because the event would have been too large with them.
    pub tags_left_out: bool,
}

/// What a webhook is sent when something has happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookEvent {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// When.
    #[schema(format = "date-time")]
    pub timestamp: String,
    /// To what.
    pub data: WebhookEventData,
}

/// Makes bodies out of events.
#[derive(Clone, Copy, Debug)]
pub struct Messages<'a> {
    /// The names of sources and categories.
    pub catalog: &'a Catalog,
    /// Where things are found.
    pub addresses: &'a Addresses,
}

impl Messages<'_> {
    /// The body for those who may know these sides of the event.
    pub fn body(&self, event: &Event, sides: Sides) -> serde_json::Result<String> {
        let mut message = self.message(&told(event, sides));
        let text = serde_json::to_string(&message)?;
        if text.len() < MOST_BYTES {
            return Ok(text);
        }
        message.data.tags = Vec::new();
        message.data.former_tags = Vec::new();
        message.data.tags_left_out = true;
        serde_json::to_string(&message)
    }

    fn message(&self, event: &Event) -> WebhookEvent {
        let story = event.kind.resource() == Resource::Article;
        let named = |ids: &[CategoryId]| match story {
            true => ids.iter().map(|id| self.category(*id)).collect(),
            false => Vec::new(),
        };
        let data = WebhookEventData {
            id: event.resource.to_string(),
            slug: event.slug.clone(),
            former_slug: event.former_slug.clone(),
            url: self.url(event),
            state: event.state.clone().filter(|_| story),
            version: event.version,
            source: event.source.filter(|_| story).map(|id| self.source(id)),
            categories: named(&event.categories),
            tags: event.tags.clone(),
            former_categories: named(event.former_categories.as_deref().unwrap_or_default()),
            former_tags: event.former_tags.clone().unwrap_or_default(),
            tags_left_out: false,
        };
        WebhookEvent { kind: EventKind(event.kind), timestamp: rfc3339(event.at), data }
    }

    fn url(&self, event: &Event) -> String {
        let id = event.resource.to_string();
        match event.kind.resource() {
            Resource::Source => self.addresses.api("sources", &event.slug),
            Resource::Category => self.addresses.category_page(&id, &event.slug),
            Resource::Article => {
                let primary = event.categories.first().and_then(|id| self.catalog.category(*id));
                self.addresses.article_page(ArticlePage {
                    id: &id,
                    slug: &event.slug,
                    category: primary.map(|category| category.slug.as_str()),
                    language: event.language.as_deref().unwrap_or_default(),
                })
            }
        }
    }

    fn source(&self, id: SourceId) -> WebhookEventRef {
        let slug = self.catalog.source(id).map(|source| source.slug.clone());
        WebhookEventRef { id: id.to_string(), slug }
    }

    fn category(&self, id: CategoryId) -> WebhookEventRef {
        let slug = self.catalog.category(id).map(|category| category.slug.clone());
        WebhookEventRef { id: id.to_string(), slug }
    }
}

/// The event as far as somebody may know it: without what it was before, or as if it had stayed so.
fn told(event: &Event, sides: Sides) -> Event {
    let mut told = event.clone();
    if !sides.after {
        told.slug = told.former_slug.take().unwrap_or(told.slug);
        told.source = told.former_source.take().or(told.source);
        told.categories = told.former_categories.take().unwrap_or(told.categories);
        told.tags = told.former_tags.take().unwrap_or(told.tags);
        told.language = told.former_language.take().or(told.language);
        // the kind of event tells of these; whether it is to be published later is nobody's business
        told.state = told.state.filter(|state| !["draft", "scheduled"].contains(&state.as_str()));
    }
    if !sides.before {
        (told.former_slug, told.former_source) = (None, None);
        (told.former_categories, told.former_tags) = (None, None);
    }
    told
}

/// What a webhook is sent to see whether it works.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookPing {
    /// `webhook.ping`.
    #[serde(rename = "type")]
    #[schema(example = "webhook.ping")]
    pub kind: String,
    /// When it was asked for.
    #[schema(format = "date-time")]
    pub timestamp: String,
    /// For which webhook.
    pub data: WebhookPingData,
}

/// Which webhook is tried.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookPingData {
    /// The id of the webhook.
    #[schema(format = "uuid")]
    pub id: String,
}

/// The body of a ping.
pub fn ping(webhook: String, at: DateTime<Utc>) -> serde_json::Result<String> {
    serde_json::to_string(&WebhookPing {
        kind: PING.to_owned(),
        timestamp: rfc3339(at),
        data: WebhookPingData { id: webhook },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhooks::model::filter::tests::event;
    use serde_json::{Value, json};

    fn addresses() -> Addresses {
        Addresses {
            public_url: "https://api.news.example".to_owned(),
            article_url: Some("https://news.example/{language}/{category}/{slug}".to_owned()),
            category_url: None,
            preview_url: None,
        }
    }

    fn body(event: &Event, sides: Sides) -> Value {
        let (catalog, addresses) = (Catalog::default(), addresses());
        let messages = Messages { catalog: &catalog, addresses: &addresses };
        serde_json::from_str(&messages.body(event, sides).unwrap()).unwrap()
    }

    #[test]
    fn an_event_says_what_is_to_be_brought_up_to_date() {
        let category = CategoryId::new();
        let event = Event {
            former_slug: Some("drizzle".to_owned()),
            categories: vec![category],
            tags: vec!["rain".to_owned()],
            former_tags: Some(vec!["sun".to_owned()]),
            ..event()
        };
        let expected = json!({
            "type": "article.updated",
            "timestamp": "1970-01-01T00:00:00.000Z",
            "data": {
                "id": "00000000-0000-0000-0000-000000000000",
                "slug": "rain",
                "former_slug": "drizzle",
                "url": "https://news.example/en/news/rain",
                "state": "live",
                "version": 2,
                "source": null,
                "categories": [{ "id": category.to_string(), "slug": null }],
                "tags": ["rain"],
                "former_categories": [],
                "former_tags": ["sun"],
                "tags_left_out": false,
            }
        });
        assert_eq!(body(&event, Sides::BOTH), expected);
    }

    #[test]
    fn what_a_story_was_while_nobody_saw_it_is_not_told_to_everybody() {
        let moved = Event {
            former_slug: Some("old".to_owned()),
            former_tags: Some(vec!["old".to_owned()]),
            tags: vec!["new".to_owned()],
            language: Some("ur".to_owned()),
            former_language: Some("en".to_owned()),
            ..event()
        };
        assert_eq!(body(&moved, Sides::BOTH)["data"]["former_slug"], "old");
        let told = &body(&moved, Sides { before: false, after: true })["data"];
        assert_eq!((&told["slug"], &told["former_slug"]), (&json!("rain"), &Value::Null));
        assert_eq!((&told["tags"], &told["former_tags"]), (&json!(["new"]), &json!([])));
        let told = &body(&moved, Sides { before: true, after: false })["data"];
        assert_eq!((&told["slug"], &told["former_slug"]), (&json!("old"), &Value::Null));
        assert_eq!((&told["tags"], &told["former_tags"]), (&json!(["old"]), &json!([])));
        assert_eq!(
            told["url"], "https://news.example/en/news/old",
            "nor into which language it was put"
        );
    }

    #[test]
    fn the_largest_event_is_small() {
        let tag = |n: usize| format!("{n:03}{}", "\u{1F5DE}".repeat(97));
        let (tags, former): (Vec<_>, Vec<_>) =
            ((0..50).map(tag).collect(), (50..100).map(tag).collect());
        let categories: Vec<_> = (0..10).map(|_| CategoryId::new()).collect();
        let event = Event {
            slug: "\u{0646}".repeat(150),
            former_slug: Some("\u{0645}".repeat(150)),
            tags,
            former_tags: Some(former),
            former_categories: Some(categories.clone()),
            categories,
            ..event()
        };
        let told = body(&event, Sides::BOTH);
        assert!(told.to_string().len() < MOST_BYTES);
        assert_eq!(told["data"]["tags_left_out"], true);
        assert_eq!(told["data"]["tags"], json!([]));
    }
}

//! Webhooks on the wire. A secret is in one answer only: the one that made it.

pub mod delivery;
pub mod input;
pub mod message;
pub mod params;
pub mod secret;

use super::model;
use crate::addresses::Addresses;
use crate::catalog::Catalog;
use crate::error::Error;
use crate::events::model::Kind;
use crate::http::json;
use crate::http::reply::Resource;
use crate::values::rfc3339;
use chrono::Utc;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A kind of event, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventKind(pub Kind);

impl Serialize for EventKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for EventKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Kind::parse(&name).map(Self).ok_or_else(|| D::Error::custom("not a kind of event"))
    }
}

impl PartialSchema for EventKind {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Kind::ALL.iter().map(|kind| kind.as_str())))
            .description(Some("What happened. More kinds may come; ignore those you do not know."))
            .build()
            .into()
    }
}

impl ToSchema for EventKind {
    fn name() -> std::borrow::Cow<'static, str> {
        "WebhookEventKind".into()
    }
}

/// Which stories a webhook hears of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WebhookState {
    /// Those that the public sees, or saw before the change.
    Live,
    /// All.
    Any,
}

/// Why the service turned a webhook off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WebhookDisabledReason {
    /// The receiver answered 410: it wants no more.
    Gone,
    /// Nothing arrived for days.
    Failing,
}

impl From<model::Disabled> for WebhookDisabledReason {
    fn from(reason: model::Disabled) -> Self {
        match reason {
            model::Disabled::Gone => Self::Gone,
            model::Disabled::Failing => Self::Failing,
        }
    }
}

/// A secret, without what is secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookSecretRef {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// When it was made.
    #[schema(format = "date-time")]
    pub created_at: String,
    /// When it ends; null for never.
    #[schema(required, format = "date-time")]
    pub expires_at: Option<String>,
}

/// An address that is told of events.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// Where events are sent.
    #[schema(format = "uri")]
    pub url: String,
    /// What it is for.
    #[schema(required)]
    pub description: Option<String>,
    /// The kinds of events it hears of; empty for all.
    pub events: Vec<EventKind>,
    /// Only these sources and their stories, by slug (by id when there is no such source any more);
    /// empty for all.
    pub sources: Vec<String>,
    /// Only these categories, those below them and their stories, by slug (by id when there is no such
    /// category any more); empty for all.
    pub categories: Vec<String>,
    /// Which stories it hears of.
    pub state: WebhookState,
    /// Whether events are sent to it. What happens while they are not is not sent later by itself.
    pub enabled: bool,
    /// Whether an event waits until those before it of the same story, source or category are done.
    pub ordered: bool,
    /// The source that the key which made it is bound to: it hears of nothing else. Null for all.
    #[schema(required)]
    pub source: Option<String>,
    /// The secrets that events are signed with, the oldest first.
    pub secrets: Vec<WebhookSecretRef>,
    /// The first secret. It is shown this once, in the answer that made the webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: Option<String>,
    /// When the service turned it off; null when it did not.
    #[schema(required, format = "date-time")]
    pub disabled_at: Option<String>,
    /// Why it did. Send `enabled=true` to turn it on again.
    #[schema(required)]
    pub disabled_reason: Option<WebhookDisabledReason>,
    /// How many attempts have failed since the last one that arrived.
    #[schema(minimum = 0)]
    pub consecutive_failures: i64,
    /// When the first of them was made; null when the last one arrived.
    #[schema(required, format = "date-time")]
    pub failing_since: Option<String>,
    /// Until when nothing is sent, because the receiver had too much to do; null when it is not left
    /// alone.
    #[schema(required, format = "date-time")]
    pub resting_until: Option<String>,
    /// When an event last arrived, to within ten seconds; null for never.
    #[schema(required, format = "date-time")]
    pub last_delivered_at: Option<String>,
    /// Its address in this API.
    #[schema(format = "uri")]
    pub api_url: String,
    /// When it was made.
    #[schema(format = "date-time")]
    pub created_at: String,
    /// When it was last written.
    #[schema(format = "date-time")]
    pub updated_at: String,
    /// Moves with each change; what `If-Match` compares.
    #[schema(minimum = 1)]
    pub version: i64,
}

impl Webhook {
    /// A webhook without its secrets.
    pub fn new(webhook: model::Webhook, catalog: &Catalog, addresses: &Addresses) -> Self {
        let id = webhook.id.to_string();
        let source =
            |id| catalog.source(id).map_or_else(|| id.to_string(), |source| source.slug.clone());
        let model::Content {
            url,
            description,
            events,
            sources,
            categories,
            unpublished,
            enabled,
            ordered,
        } = webhook.content;
        let health = webhook.health;
        let category = |id| {
            catalog.category(id).map_or_else(|| id.to_string(), |category| category.slug.clone())
        };
        Self {
            api_url: addresses.api("webhooks", &id),
            id,
            url,
            description,
            events: events.into_iter().map(EventKind).collect(),
            sources: sources.into_iter().map(source).collect(),
            categories: categories.into_iter().map(category).collect(),
            state: if unpublished { WebhookState::Any } else { WebhookState::Live },
            enabled,
            ordered,
            source: webhook.bound_to.map(source),
            secrets: webhook.secrets.into_iter().map(WebhookSecretRef::from).collect(),
            secret: None,
            disabled_at: health.disabled_at.map(rfc3339),
            disabled_reason: health.disabled.map(WebhookDisabledReason::from),
            consecutive_failures: health.failures,
            failing_since: health.failing_since.map(rfc3339),
            resting_until: health.resting_until.filter(|until| *until > Utc::now()).map(rfc3339),
            last_delivered_at: health.delivered_at.map(rfc3339),
            created_at: rfc3339(webhook.created_at),
            updated_at: rfc3339(webhook.updated_at),
            version: webhook.version,
        }
    }

    /// The same, showing its first secret.
    pub fn showing(mut self, secret: &model::secret::Secret) -> Self {
        self.secret = Some(secret.reveal());
        self
    }
}

impl From<model::Listed> for WebhookSecretRef {
    fn from(secret: model::Listed) -> Self {
        Self {
            id: secret.id.to_string(),
            created_at: rfc3339(secret.created_at),
            expires_at: secret.expires_at.map(rfc3339),
        }
    }
}

impl Resource for Webhook {
    fn version(&self) -> i64 {
        self.version
    }
    fn location(&self) -> &str {
        &self.api_url
    }
    fn kept(&self) -> Result<Vec<u8>, Error> {
        json::to_vec(&Self { secret: None, ..self.clone() })
    }
}

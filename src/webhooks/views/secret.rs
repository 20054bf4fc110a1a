//! Secrets of webhooks on the wire.

use super::super::model::{Listed, secret::Secret};
use crate::error::{Error, Violation};
use crate::http::body::{Document, Rules};
use crate::http::once::Withhold;
use crate::values::{rfc3339, time};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When the secrets there are end. The member may be left out, and so may the whole body.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookSecretInput {
    /// When those before the new one end; in a day, when left out or null.
    #[schema(format = "date-time", example = "2036-01-31T12:00:00Z")]
    pub expires_at: Option<String>,
}

impl WebhookSecretInput {
    /// The end it names.
    pub fn expires_at(&self) -> Result<Option<DateTime<Utc>>, Error> {
        let read = self.expires_at.as_deref().map(|text| time("expires_at", text));
        read.transpose().map_err(|fault| Error::violations(vec![fault]))
    }
}

impl Document for WebhookSecretInput {}

impl Rules for WebhookSecretInput {
    fn rules(&self) -> Vec<Violation> {
        let end = self.expires_at.as_deref();
        end.and_then(|text| time("expires_at", text).err()).into_iter().collect()
    }
}

/// A new secret, which is never shown again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookSecret {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// What receivers verify signatures with. Keep it: it is shown this once. Null in a dry run, and
    /// when the same request is sent again under its `Idempotency-Key`.
    #[schema(required, example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: Option<String>,
    /// When it was made.
    #[schema(format = "date-time")]
    pub created_at: String,
    /// When it ends; null for never.
    #[schema(required, format = "date-time")]
    pub expires_at: Option<String>,
}

impl WebhookSecret {
    /// The answer that shows it; a dry run has nothing to show.
    pub fn new(listed: Listed, secret: Option<&Secret>) -> Self {
        Self {
            id: listed.id.to_string(),
            secret: secret.map(Secret::reveal),
            created_at: rfc3339(listed.created_at),
            expires_at: listed.expires_at.map(rfc3339),
        }
    }
}

impl Withhold for WebhookSecret {
    fn withheld(&self) -> impl Serialize {
        Self { secret: None, ..self.clone() }
    }
}

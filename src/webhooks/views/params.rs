//! Paths and queries of webhooks.

use super::super::model::WebhookId;
use super::super::model::delivery::Status;
use crate::error::{Code, Error};
use crate::http::page::{DEFAULT_LIMIT, Total};
use crate::http::params::PathParameters;
use crate::ids::Reference;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

fn id(text: &str) -> Result<Uuid, Error> {
    match Reference::from(text.to_owned()) {
        Reference::Id(id) => Ok(id),
        Reference::Slug(_) => Err(Error::new(Code::NotFound)),
    }
}

/// The path of one webhook.
#[derive(Debug, Deserialize, IntoParams)]
pub struct WebhookPath {
    /// The id of a webhook.
    #[param(max_length = 512, example = "019b2f71-40aa-7b1d-9a52-0c4d6e8f1a23")]
    pub webhook: String,
}

impl WebhookPath {
    /// The webhook it names.
    pub fn id(&self) -> Result<WebhookId, Error> {
        id(&self.webhook).map(WebhookId)
    }
}

impl PathParameters for WebhookPath {
    const BY_SLUG: bool = false;
}

/// The path of a secret of a webhook.
#[derive(Debug, Deserialize, IntoParams)]
pub struct WebhookSecretPath {
    /// The id of a webhook.
    #[param(max_length = 512, example = "019b2f71-40aa-7b1d-9a52-0c4d6e8f1a23")]
    pub webhook: String,
    /// The id of one of its secrets.
    #[param(max_length = 512, example = "019b2f71-40ab-7c55-8d10-5b6a7c8d9e0f")]
    pub secret: String,
}

impl WebhookSecretPath {
    /// The webhook and the secret it names.
    pub fn ids(&self) -> Result<(WebhookId, Uuid), Error> {
        Ok((WebhookId(id(&self.webhook)?), id(&self.secret)?))
    }
}

impl PathParameters for WebhookSecretPath {
    const BY_SLUG: bool = false;
}

/// The path of a delivery to a webhook.
#[derive(Debug, Deserialize, IntoParams)]
pub struct WebhookDeliveryPath {
    /// The id of a webhook.
    #[param(max_length = 512, example = "019b2f71-40aa-7b1d-9a52-0c4d6e8f1a23")]
    pub webhook: String,
    /// The id of a delivery: its `webhook-id`.
    #[param(max_length = 512, example = "019b2f72-11c2-7f3e-a0b1-c2d3e4f50617")]
    pub delivery: String,
}

impl WebhookDeliveryPath {
    /// The webhook and the delivery it names.
    pub fn ids(&self) -> Result<(WebhookId, Uuid), Error> {
        Ok((WebhookId(id(&self.webhook)?), id(&self.delivery)?))
    }
}

impl PathParameters for WebhookDeliveryPath {
    const BY_SLUG: bool = false;
}

/// How to list webhooks.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListWebhooks {
    /// How many a page has.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<i64>,
    /// Where the page starts: a `next_cursor` or `prev_cursor` of this list.
    #[param(nullable = false, max_length = 4096)]
    pub cursor: Option<String>,
    /// Whether to count the whole list.
    #[param(nullable = false, inline)]
    pub total: Option<Total>,
}

impl ListWebhooks {
    /// How many a page has.
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// It will be attempted, again or for the first time.
    Pending,
    /// It was answered with success (2xx).
    Delivered,
    /// No further attempt is made.
    Failed,
}

impl From<Status> for DeliveryStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Pending => Self::Pending,
            Status::Delivered => Self::Delivered,
            Status::Failed => Self::Failed,
        }
    }
}

impl From<DeliveryStatus> for Status {
    fn from(status: DeliveryStatus) -> Self {
        match status {
            DeliveryStatus::Pending => Self::Pending,
            DeliveryStatus::Delivered => Self::Delivered,
            DeliveryStatus::Failed => Self::Failed,
        }
    }
}

/// Which deliveries to list, and how.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListDeliveries {
    /// Only those that are so far.
    #[param(nullable = false, inline)]
    pub status: Option<DeliveryStatus>,
    /// How many a page has.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<i64>,
    /// Where the page starts: a `next_cursor` or `prev_cursor` of this list.
    #[param(nullable = false, max_length = 4096)]
    pub cursor: Option<String>,
    /// Whether to count the whole list.
    #[param(nullable = false, inline)]
    pub total: Option<Total>,
}

impl ListDeliveries {
    /// How many a page has.
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }
}

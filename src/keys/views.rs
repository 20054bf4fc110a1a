//! Keys on the wire. The secret is in one answer only: the one that made the key.

use crate::access::{self, Scope};
use crate::error::{Error, Violation, Violations};
use crate::http::body::{Document, Rules};
use crate::http::once::Withhold;
use crate::http::page::{DEFAULT_LIMIT, Total};
use crate::http::params::PathParameters;
use crate::ids::Reference;
use crate::keys::model;
use crate::values::{rfc3339, time};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum KeyScope {
    /// Read stories in any state.
    #[serde(rename = "articles:read")]
    ArticlesRead,
    /// Create and change stories, and read back those it may write.
    #[serde(rename = "articles:write")]
    ArticlesWrite,
    /// Make stories live, and change live or scheduled ones.
    #[serde(rename = "articles:publish")]
    ArticlesPublish,
    /// Create, change and delete sources.
    #[serde(rename = "sources:write")]
    SourcesWrite,
    /// Create, change and delete categories.
    #[serde(rename = "categories:write")]
    CategoriesWrite,
    /// Manage webhooks.
    #[serde(rename = "webhooks:write")]
    WebhooksWrite,
    /// Everything.
    #[serde(rename = "admin")]
    Admin,
}

impl From<KeyScope> for Scope {
    fn from(scope: KeyScope) -> Self {
        match scope {
            KeyScope::ArticlesRead => Scope::ArticlesRead,
            KeyScope::ArticlesWrite => Scope::ArticlesWrite,
            KeyScope::ArticlesPublish => Scope::ArticlesPublish,
            KeyScope::SourcesWrite => Scope::SourcesWrite,
            KeyScope::CategoriesWrite => Scope::CategoriesWrite,
            KeyScope::WebhooksWrite => Scope::WebhooksWrite,
            KeyScope::Admin => Scope::Admin,
        }
    }
}

impl From<Scope> for KeyScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::ArticlesRead => KeyScope::ArticlesRead,
            Scope::ArticlesWrite => KeyScope::ArticlesWrite,
            Scope::ArticlesPublish => KeyScope::ArticlesPublish,
            Scope::SourcesWrite => KeyScope::SourcesWrite,
            Scope::CategoriesWrite => KeyScope::CategoriesWrite,
            Scope::WebhooksWrite => KeyScope::WebhooksWrite,
            Scope::Admin => KeyScope::Admin,
        }
    }
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct Key {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<KeyScope>,
    /// The slug of the only source whose stories it sees and writes; null for all.
    #[schema(required)]
    pub source: Option<String>,
    /// When it was made.
    #[schema(format = "date-time")]
    pub created_at: String,
    /// When it ends; null for never.
    #[schema(required, format = "date-time")]
    pub expires_at: Option<String>,
    /// When it was revoked; null while it works.
    #[schema(required, format = "date-time")]
    pub revoked_at: Option<String>,
}

impl From<model::Key> for Key {
    fn from(key: model::Key) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name,
            scopes: key.scopes.into_iter().map(KeyScope::from).collect(),
            source: key.source.map(|(_, slug)| slug),
            created_at: rfc3339(key.created_at),
            expires_at: key.expires_at.map(rfc3339),
            revoked_at: key.revoked_at.map(rfc3339),
        }
    }
}

/// A new key with its secret, which is never shown again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CreatedKey {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<KeyScope>,
    /// The slug of the only source whose stories it sees and writes; null for all.
    #[schema(required)]
    pub source: Option<String>,
    /// When it was made.
    #[schema(format = "date-time")]
    pub created_at: String,
    /// When it ends; null for never.
    #[schema(required, format = "date-time")]
    pub expires_at: Option<String>,
    /// Send it as `Authorization: Bearer <key>`. Keep it: it is shown this once. Null in a dry run,
    /// and when the same request is sent again under its `Idempotency-Key`.
    #[schema(required)]
    pub key: Option<String>,
}

impl CreatedKey {
    /// The answer that shows the secret; a dry run has none.
    pub fn new(key: model::Key, secret: Option<model::Secret>) -> Self {
        let Key { id, name, scopes, source, created_at, expires_at, revoked_at: _ } = key.into();
        Self {
            id,
            name,
            scopes,
            source,
            created_at,
            expires_at,
            key: secret.map(model::Secret::reveal),
        }
    }
}

impl Withhold for CreatedKey {
    fn withheld(&self) -> impl Serialize {
        Self { key: None, ..self.clone() }
    }
}

/// A key to make.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyInput {
    /// What it is for.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "wire import")]
    pub name: String,
    /// What it may do.
    #[schema(min_items = 1, max_items = 7, example = json!(["articles:write", "articles:publish"]))]
    pub scopes: Vec<KeyScope>,
    /// The only source whose stories it sees and writes, by id or slug.
    #[schema(max_length = 512)]
    pub source: Option<String>,
    /// When it ends; null or left out for never.
    #[schema(format = "date-time", example = "2036-01-31T12:00:00Z")]
    pub expires_at: Option<String>,
}

impl Document for KeyInput {}

impl Rules for KeyInput {
    fn rules(&self) -> Vec<Violation> {
        let broken = self.expires_at().err();
        broken.map(|error| error.facts().violations.clone()).unwrap_or_default()
    }
}

impl KeyInput {
    /// The source it names.
    pub fn source(&self) -> Option<Reference> {
        self.source.clone().map(Reference::from)
    }

    /// The end it names.
    pub fn expires_at(&self) -> Result<Option<DateTime<Utc>>, Error> {
        let mut found = Violations::default();
        let end = self.expires_at.as_deref().map(|text| found.take(time("expires_at", text)));
        found.finish()?;
        Ok(end.flatten())
    }

    /// What it may do, each scope once.
    pub fn scopes(&self) -> Vec<Scope> {
        let mut scopes: Vec<Scope> = self.scopes.iter().copied().map(Scope::from).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }
}

/// The path of one key.
#[derive(Debug, Deserialize, IntoParams)]
pub struct KeyPath {
    /// The id of a key.
    #[param(max_length = 512, example = "019b2f6e-7b5c-7d61-8a53-6d1f0c1f6c11")]
    pub id: String,
}

impl PathParameters for KeyPath {
    const BY_SLUG: bool = false;
}

/// How to list keys.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListKeys {
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

impl ListKeys {
    /// How many a page has.
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }
}

/// The id of the key that a caller holds.
pub fn id_of(key: &access::Key) -> crate::ids::KeyId {
    crate::ids::KeyId(key.id)
}

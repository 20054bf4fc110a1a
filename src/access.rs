//! Who is asking and what they may do: scopes and the decisions made from them.
//!
//! Pure rules, no I/O: `http::auth` finds the key, `keys` stores it, the resources ask
//! [`Caller`] before they show or change anything.

use crate::error::{Code, Error};
use uuid::Uuid;

/// What a key may do. `admin` may do everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Read stories in any state.
    ArticlesRead,
    /// Create and change stories (and read back those it may write).
    ArticlesWrite,
    /// Make stories live, and change live or scheduled ones.
    ArticlesPublish,
    /// Create, change and delete sources.
    SourcesWrite,
    /// Create, change and delete categories.
    CategoriesWrite,
    /// Manage webhooks.
    WebhooksWrite,
    /// Everything, keys included.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 7] = [
        Scope::ArticlesRead,
        Scope::ArticlesWrite,
        Scope::ArticlesPublish,
        Scope::SourcesWrite,
        Scope::CategoriesWrite,
        Scope::WebhooksWrite,
        Scope::Admin,
    ];

    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Scope::ArticlesRead => "articles:read",
            Scope::ArticlesWrite => "articles:write",
            Scope::ArticlesPublish => "articles:publish",
            Scope::SourcesWrite => "sources:write",
            Scope::CategoriesWrite => "categories:write",
            Scope::WebhooksWrite => "webhooks:write",
            Scope::Admin => "admin",
        }
    }

    /// The scope of that name.
    pub fn parse(name: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.as_str() == name)
    }

    /// Whether a key that is bound to one source may hold it.
    pub const fn suits_bound_key(self) -> bool {
        !matches!(self, Scope::Admin | Scope::SourcesWrite | Scope::CategoriesWrite)
    }
}

/// A valid key, as far as decisions need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its id (never its secret).
    pub id: Uuid,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// The only source whose stories it sees and writes, when bound to one.
    pub source: Option<Uuid>,
}

/// Who sent a request: somebody with a key, or the public.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller(Option<Key>);

impl Caller {
    /// A caller without a key.
    pub const PUBLIC: Caller = Caller(None);

    /// A caller with a valid key.
    pub fn with(key: Key) -> Self {
        Self(Some(key))
    }

    /// The key, if there is one.
    pub fn key(&self) -> Option<&Key> {
        self.0.as_ref()
    }

    /// Whether the caller holds the scope (`admin` holds each).
    pub fn has(&self, scope: Scope) -> bool {
        self.key()
            .is_some_and(|key| key.scopes.contains(&scope) || key.scopes.contains(&Scope::Admin))
    }

    /// Fails with 401 without a key and with 403 without the scope.
    pub fn require(&self, scope: Scope) -> Result<&Key, Error> {
        let key = self.key().ok_or_else(|| Error::new(Code::KeyMissing))?;
        if self.has(scope) {
            return Ok(key);
        }
        Err(Error::new(Code::ScopeMissing)
            .detail(format!("This needs a key with the scope `{}`.", scope.as_str())))
    }

    /// The source the caller's key is bound to.
    pub fn bound_to(&self) -> Option<Uuid> {
        self.key().and_then(|key| key.source)
    }

    /// Whether stories of `source` are within the key's bounds.
    pub fn covers(&self, source: Option<Uuid>) -> bool {
        self.bound_to().is_none_or(|bound| source == Some(bound))
    }

    /// Whether the caller may see a story of `source` that the public may not.
    pub fn may_read(&self, source: Option<Uuid>) -> bool {
        (self.has(Scope::ArticlesRead) || self.has(Scope::ArticlesWrite)) && self.covers(source)
    }
}

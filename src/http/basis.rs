//! What an answer rests on: said by the handler that knows, used by whoever remembers the answer or
//! tells others how long they may.

use crate::freshness::Scope;
use crate::http::describe::{Argument, Description};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::{DateTime, TimeDelta, Utc};
use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::{self, Display, Formatter};
use std::future::{Ready, ready};
use std::rc::Rc;
use uuid::Uuid;

/// What an answer shows.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What it changes with.
    pub scopes: Vec<Scope>,
    /// The next instant at which the clock alone may change it, by the database's clock.
    pub until: Option<DateTime<Utc>>,
    /// When it last changed, where that can be told.
    pub modified: Option<DateTime<Utc>>,
    /// The language of the whole, where it has one (BCP 47).
    pub language: Option<String>,
    /// The names under which a CDN can purge it.
    pub keys: Vec<PurgeKey>,
}

/// A name under which a CDN can purge an answer: of a collection (`articles`) or of one of its members
/// (`article-ID`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PurgeKey(&'static str, Option<Uuid>);

impl PurgeKey {
    /// Of all in a collection.
    pub const fn all(collection: &'static str) -> Self {
        Self(collection, None)
    }

    /// Of one.
    pub const fn one(kind: &'static str, id: Uuid) -> Self {
        Self(kind, Some(id))
    }

    /// That of the collection it is of.
    pub fn widened(self) -> Self {
        match self.0 {
            "article" => Self::all("articles"),
            "source" => Self::all("sources"),
            "category" => Self::all("categories"),
            _ => self,
        }
    }
}

impl Display for PurgeKey {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)?;
        self.1.map_or(Ok(()), |id| write!(out, "-{id}"))
    }
}

/// Younger changes are not dated: another one within the same second would look the same.
const YOUNG: TimeDelta = TimeDelta::seconds(2);

/// The date of a last change, once no other can bear the same.
pub fn settled(modified: DateTime<Utc>) -> Option<DateTime<Utc>> {
    Some(modified).filter(|date| *date < Utc::now() - YOUNG)
}

/// What a handler has said so far.
#[derive(Clone, Debug, Default)]
enum Said {
    /// Nothing.
    #[default]
    Nothing,
    /// This.
    Facts(Facts),
    /// That the address holds a secret.
    Secret,
}

/// A handler argument: where it says what its answer rests on. One that says nothing gives answers
/// that nobody may keep.
#[derive(Clone, Debug, Default)]
pub struct Basis(Rc<RefCell<Said>>);

impl Basis {
    /// Says it.
    pub fn set(&self, facts: Facts) {
        let mut said = self.0.borrow_mut();
        if !matches!(*said, Said::Secret) {
            *said = Said::Facts(facts);
        }
    }

    /// Says that the address holds a secret: whatever the answer, nobody keeps or lists it.
    pub fn hold_secret(&self) {
        *self.0.borrow_mut() = Said::Secret;
    }

    /// What the handler of this request has said so far.
    pub fn of(request: &HttpRequest) -> Option<Facts> {
        let extensions = request.extensions();
        match &*extensions.get::<Basis>()?.0.borrow() {
            Said::Facts(facts) => Some(facts.clone()),
            Said::Nothing | Said::Secret => None,
        }
    }

    /// Whether the address of this request holds a secret.
    pub fn is_secret(request: &HttpRequest) -> bool {
        let extensions = request.extensions();
        extensions.get::<Basis>().is_some_and(|basis| matches!(*basis.0.borrow(), Said::Secret))
    }
}

impl FromRequest for Basis {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let basis = Basis::default();
        request.extensions_mut().insert(basis.clone());
        ready(Ok(basis))
    }
}

impl Argument for Basis {
    fn describe(_: &mut Description) {}
}

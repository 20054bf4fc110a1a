//! The address of a request as the service spells it: on its own base, the parameters in order, so that
//! the same request is always named the same.

use crate::addresses::encode;
use crate::http::describe::{Argument, Description};
use crate::http::params::pairs;
use crate::http::reply::public_url;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use std::convert::Infallible;
use std::future::{Ready, ready};

/// A handler argument: where the answer is found, and the pages around it.
#[derive(Clone, Debug)]
pub struct Address {
    base: String,
    path: String,
    /// The parameters but `cursor`, by name.
    kept: Vec<(String, String)>,
    cursor: Option<String>,
}

impl Address {
    /// Of a request, on this base.
    pub fn of(request: &HttpRequest, public_url: &str) -> Self {
        let mut kept = pairs(request.query_string()).unwrap_or_default();
        kept.sort_by(|one, other| one.0.cmp(&other.0));
        let place = kept.iter().position(|(name, _)| name == "cursor");
        let cursor = place.map(|place| kept.remove(place).1);
        let (base, path) = (public_url.to_owned(), request.uri().path().to_owned());
        Self { base, path, kept, cursor }
    }

    /// Of this very answer.
    pub fn this(&self) -> String {
        self.at(self.cursor.as_deref())
    }

    /// Of the page at a cursor; of the first page without one.
    pub fn at(&self, cursor: Option<&str>) -> String {
        let cursor = cursor.map(|cursor| ("cursor", cursor));
        let kept = self.kept.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.spelled(&self.path, kept.chain(cursor))
    }

    /// Of another path with the same parameters, but for the cursor and those that it does not take.
    pub fn elsewhere(&self, path: &str, without: &[&str]) -> String {
        let kept = self.kept.iter().filter(|(name, _)| !without.contains(&name.as_str()));
        self.spelled(path, kept.map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// Whether it has a parameter of this name.
    pub fn names(&self, parameter: &str) -> bool {
        self.kept.iter().any(|(name, _)| name == parameter)
    }

    /// Whether it has no parameter at all.
    pub fn is_bare(&self) -> bool {
        self.cursor.is_none() && self.kept.is_empty()
    }

    /// Whether it has this parameter and no other.
    pub fn has_only(&self, name: &str, value: &str) -> bool {
        let only = |kept: &[(String, String)]| match kept {
            [(one, text)] => one == name && text == value,
            _ => false,
        };
        self.cursor.is_none() && only(&self.kept)
    }

    fn spelled<'a>(&self, path: &str, query: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        let pairs = query.map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        let query = pairs.collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{path}{mark}{query}", self.base)
    }
}

impl FromRequest for Address {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request, public_url(request))))
    }
}

impl Argument for Address {
    fn describe(_: &mut Description) {}
}

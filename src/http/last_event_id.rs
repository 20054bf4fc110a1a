//! `Last-Event-ID`: what a client of server-sent events sends when it comes again.

use crate::http::conditions::header_parameter;
use crate::http::describe::{Argument, Description};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use std::convert::Infallible;
use std::future::{Ready, ready};

/// The `id` of the last event that the client has.
#[derive(Clone, Debug)]
pub struct LastEventId(pub Option<String>);

impl LastEventId {
    /// The header.
    pub const NAME: &str = "Last-Event-ID";
}

impl FromRequest for LastEventId {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let value = request.headers().get(Self::NAME).filter(|value| !value.is_empty());
        // what is no text is no id of ours, and will be refused as such
        let text = value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        ready(Ok(Self(text)))
    }
}

impl Argument for LastEventId {
    fn describe(description: &mut Description) {
        let text = "The `id` of the last event you have; goes before `since`.";
        description.parameters([header_parameter(Self::NAME, text)]);
    }
}

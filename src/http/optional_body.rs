//! JSON bodies that may be left out: everything in them has a meaning when it is missing.

use crate::error::Error;
use crate::http::body::{Body, Document, Rules, describe};
use crate::http::describe::{Argument, Description};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// A body described by `D`; its default where there is none.
#[derive(Debug)]
pub struct OptionalBody<D>(pub D, PhantomData<D>);

impl<D> FromRequest for OptionalBody<D>
where
    D: Document + DeserializeOwned + Rules + Default + Send + 'static,
{
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if is_bare(request) {
            return Box::pin(async { Ok(Self(D::default(), PhantomData)) });
        }
        let body = Body::<D>::from_request(request, payload);
        Box::pin(async {
            let body = body.await?.into_inner();
            // before any condition on the resource is looked at, as with other bodies
            match body.rules() {
                faults if faults.is_empty() => Ok(Self(body, PhantomData)),
                faults => Err(Error::violations(faults)),
            }
        })
    }
}

/// Whether no body is sent, and none is announced.
fn is_bare(request: &HttpRequest) -> bool {
    let headers = request.headers();
    let length = headers.get(header::CONTENT_LENGTH);
    length.is_none_or(|length| length.as_bytes() == b"0")
        && !headers.contains_key(header::TRANSFER_ENCODING)
}

impl<D: Document> Argument for OptionalBody<D> {
    fn describe(description: &mut Description) {
        describe::<D>(description);
        description.body_is_optional();
    }
}

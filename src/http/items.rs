//! A request body that is an array, each item of which stands or falls by itself.

use crate::error::{Error, Place, Violation};
use crate::http::body::{self, Document, Rules};
use crate::http::describe::{Argument, Description};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::marker::PhantomData;

/// A description of an array.
pub trait Array: Document {
    /// Describes an item.
    type Item: Document;
    /// How many items there may be.
    const MOST: usize;
}

/// An array described by `D`, its items parsed into `T`, or why they cannot be.
#[derive(Debug)]
pub struct Items<D, T>(pub Vec<Result<T, Error>>, PhantomData<D>);

impl<D, T> FromRequest for Items<D, T>
where
    D: Array,
    T: DeserializeOwned + Rules + Send + 'static,
{
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let received = body::receive(request, payload, false);
        Box::pin(async move {
            let bytes = received.await?;
            let items = body::apart(bytes, |bytes| items::<D, T>(bytes)).await?;
            Ok(Items(items, PhantomData))
        })
    }
}

fn items<D: Array, T: DeserializeOwned + Rules>(
    bytes: &[u8],
) -> Result<Vec<Result<T, Error>>, Error> {
    let fault = |code, detail: String| {
        let place = Place::Body(String::new());
        Error::violations(vec![Violation { place, code, detail }])
    };
    let Value::Array(items) = body::strict(bytes)? else {
        return Err(fault("type", "The value is not an array.".to_owned()));
    };
    if items.len() > D::MOST {
        return Err(fault("maxItems", format!("There are more than {} items.", D::MOST)));
    }
    Ok(items.into_iter().map(body::typed::<D::Item, T>).collect())
}

impl<D: Array, T> Argument for Items<D, T> {
    fn describe(description: &mut Description) {
        body::describe::<D>(description);
    }
}

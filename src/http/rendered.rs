//! Documents in formats that are not the API's own JSON: feeds and the like.

use crate::http::describe::{Description, Reply};
use crate::http::reply;
use crate::http::representation::Tagged;
use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder};
use std::marker::PhantomData;
use utoipa::ToSchema;

/// A format that answers can have. Its schema is that of the document, or says that it is a text.
pub trait Rendering: ToSchema {
    /// Its media type, without parameters.
    const MEDIA_TYPE: &'static str;
    /// Its media type as it is sent.
    const CONTENT_TYPE: &'static str;
    /// What the answer is, for the document.
    const TEXT: &'static str;
}

/// A document in a format: 200 with an `ETag` of its bytes, and `Link`.
#[derive(Debug)]
pub struct Rendered<F> {
    bytes: Vec<u8>,
    links: Vec<String>,
    format: PhantomData<F>,
}

impl<F> Rendered<F> {
    /// These bytes, with the values of `Link`.
    pub fn new(bytes: Vec<u8>, links: Vec<String>) -> Self {
        Self { bytes, links, format: PhantomData }
    }
}

impl<F: Rendering> Responder for Rendered<F> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok().content_type(F::CONTENT_TYPE).body(self.bytes);
        if let Ok(value) = header::HeaderValue::try_from(self.links.join(", "))
            && !self.links.is_empty()
        {
            response.headers_mut().insert(header::LINK, value);
        }
        response.extensions_mut().insert(Tagged);
        response
    }
}

impl<F: Rendering> Reply for Rendered<F> {
    fn describe(description: &mut Description) {
        description.schema::<F>();
        description.response(200, reply::rendered::<F>(F::TEXT, F::MEDIA_TYPE));
        reply::conditional(description, reply::LIST_ETAG);
    }
}

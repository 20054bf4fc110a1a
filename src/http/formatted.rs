//! One resource in the format that was asked for.

use crate::http::describe::{Description, Reply};
use crate::http::format::Format;
use crate::http::reply::{ETAG, bare, conditional};
use crate::http::representation::Version;
use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};
use std::borrow::Cow;
use std::marker::PhantomData;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// A resource in a format: 200 with a strong `ETag`. `S` says what each format holds.
#[derive(Debug)]
pub struct Formatted<S> {
    /// The version of the resource.
    pub version: i64,
    /// The format.
    pub format: Format,
    /// The resource in it.
    pub body: Vec<u8>,
    /// What a page may load, where the format is one.
    pub policy: Option<String>,
    /// See [`Shapes`].
    pub shapes: PhantomData<S>,
}

/// What the formats of a resource hold.
pub trait Shapes {
    /// The formats.
    const FORMATS: &'static [Format];
    /// The name of a format's schema, and an example where the schema alone has none.
    fn shape(format: Format) -> (Cow<'static, str>, Option<&'static str>);
    /// Adds the schemas.
    fn schemas(description: &mut Description);
}

/// Text of any kind, in the document.
#[derive(Debug)]
pub struct TextDocument;

impl PartialSchema for TextDocument {
    fn schema() -> RefOr<Schema> {
        let text = "Text in UTF-8, as its media type says.";
        let schema = ObjectBuilder::new().schema_type(Type::String).description(Some(text));
        RefOr::T(Schema::Object(schema.build()))
    }
}

impl ToSchema for TextDocument {}

impl<S> Responder for Formatted<S> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        let mut response = response.content_type(self.format.content_type()).body(self.body);
        if let Some(Ok(policy)) = self.policy.map(HeaderValue::try_from) {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        response.extensions_mut().insert(Version(self.version));
        response
    }
}

impl<S: Shapes> Reply for Formatted<S> {
    fn describe(description: &mut Description) {
        S::schemas(description);
        let mut response = bare("The resource, in the format asked for.", &[ETAG]);
        for format in S::FORMATS {
            let (name, example) = S::shape(*format);
            let schema = Ref::from_schema_name(name);
            let content = ContentBuilder::new().schema(Some(schema));
            let content = content.example(example.map(Into::into)).build();
            response = response.content(format.media_type(), content);
        }
        description.response(200, response.build());
        conditional(description, ETAG);
    }
}

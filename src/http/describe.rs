//! The document is read from types: what a handler takes ([`Argument`]) and what it gives
//! ([`Reply`]) describe themselves, so an annotation cannot disagree with the code.

use crate::error::{Code, Error};
use crate::http::problem;
use actix_web::web::Data;
use std::collections::BTreeMap;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{RefOr, Required, Response};
use utoipa::{PartialSchema, ToSchema};

/// What is known of one operation from its handler's types.
#[derive(Default)]
pub struct Description {
    parameters: Vec<Parameter>,
    request_body: Option<RequestBody>,
    security: Option<Vec<SecurityRequirement>>,
    notes: Vec<String>,
    responses: BTreeMap<u16, Response>,
    codes: Vec<Code>,
    schemas: Vec<(String, RefOr<Schema>)>,
}

/// Something a handler takes.
pub trait Argument {
    /// Adds what it means for the operation.
    fn describe(description: &mut Description);
}

/// Something a handler gives.
pub trait Reply {
    /// Adds the responses it can become.
    fn describe(description: &mut Description);
}

impl Description {
    /// Adds parameters.
    pub fn parameters(&mut self, parameters: impl IntoIterator<Item = Parameter>) {
        self.parameters.extend(parameters);
    }

    /// Sets the request body.
    pub fn request_body(&mut self, body: RequestBody) {
        self.request_body = Some(body);
    }

    /// Says that the request body may be left out.
    pub fn body_is_optional(&mut self) {
        if let Some(body) = &mut self.request_body {
            body.required = Some(Required::False);
        }
    }

    /// Sets who may call it.
    pub fn security(&mut self, requirements: Vec<SecurityRequirement>) {
        self.security = Some(requirements);
    }

    /// Adds a paragraph to the description.
    pub fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// Adds a successful response.
    pub fn response(&mut self, status: u16, response: Response) {
        self.responses.insert(status, response);
    }

    /// Adds a header to the successful responses there are.
    pub fn response_header(&mut self, name: &str, header: &Header) {
        let made = self.responses.iter_mut().filter(|(status, _)| **status < 300);
        for (_, response) in made {
            response.headers.insert(name.to_owned(), header.clone().into());
        }
    }

    /// Adds ways in which it can fail.
    pub fn fails(&mut self, codes: &[Code]) {
        for code in codes {
            if !self.codes.contains(code) {
                self.codes.push(*code);
            }
        }
    }

    /// Adds a schema and those it refers to.
    pub fn schema<T: ToSchema>(&mut self) {
        self.schemas.push((T::name().into_owned(), <T as PartialSchema>::schema()));
        T::schemas(&mut self.schemas);
    }

    /// Writes everything into the operation and gives the schemas for the components.
    pub fn apply(mut self, operation: &mut Operation) -> Vec<(String, RefOr<Schema>)> {
        self.fails(&[
            Code::QueryInvalid,
            Code::KeyInvalid,
            Code::NotAcceptable,
            Code::Internal,
            Code::Unavailable,
        ]);
        let mut responses = self.responses;
        let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        for code in self.codes {
            by_status.entry(code.status()).or_default().push(code);
        }
        for (status, codes) in by_status {
            responses.insert(status, problem::response(&codes));
        }
        let parameters = self.parameters.into_iter().map(RefOr::T).collect::<Vec<_>>();
        operation.parameters = (!parameters.is_empty()).then_some(parameters);
        operation.request_body = self.request_body.map(RefOr::T);
        operation.security = self.security;
        let paragraphs: Vec<_> =
            operation.description.take().into_iter().chain(self.notes).collect();
        operation.description = Some(paragraphs.join("\n\n"));
        operation.responses.responses = responses
            .into_iter()
            .map(|(status, response)| (status.to_string(), response.into()))
            .collect();
        self.schemas
    }
}

impl<T> Argument for Data<T> {
    fn describe(_: &mut Description) {}
}

macro_rules! tuples {
    ($(($($name:ident)*))+) => { $(
        impl<$($name: Argument),*> Argument for ($($name,)*) {
            #[allow(unused_variables, reason = "the empty tuple describes nothing")]
            fn describe(description: &mut Description) { $($name::describe(description);)* }
        }
    )+ };
}
tuples! { () (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) }

impl<T: Reply> Reply for Result<T, Error> {
    fn describe(description: &mut Description) {
        T::describe(description);
    }
}

//! One list of handlers, two consumers: the OpenAPI document and the actix router.
//!
//! `endpoints!("articles" => find_article, create_article [SlugTaken])` collects what the
//! `#[utoipa::path]` annotations say (method, path, summary) and what the types say (all else; the
//! codes in brackets are those no type can know). [`Endpoints::routes`] then walks *the document* for
//! what to register, so an undocumented route or an unrouted operation cannot exist.

use crate::error::{Code, Error, Place, Violation};
use crate::http::describe::{Argument, Description, Reply};
use crate::http::{params, problem, request_id};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::{Next, from_fn};
use actix_web::{FromRequest, Handler, HttpResponse, Responder, Route, web};
use std::collections::BTreeMap;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::{OpenApi, PathItem, RefOr};

type Attach = fn(Route) -> Route;

/// Operations with their part of the document.
#[derive(Clone, Default)]
pub struct Endpoints {
    doc: OpenApi,
    attach: BTreeMap<&'static str, Attach>,
}

/// A handler and what its types say. Made by [`describe`].
pub struct Described {
    name: &'static str,
    attach: Attach,
    description: Description,
}

/// Reads a handler's signature. One that takes or gives something undocumented does not compile.
pub fn describe<H, Args>(_: H, name: &'static str, attach: Attach, codes: &[Code]) -> Described
where
    H: Handler<Args>,
    Args: FromRequest + Argument + 'static,
    H::Output: Responder + Reply + 'static,
{
    let mut description = Description::default();
    Args::describe(&mut description);
    H::Output::describe(&mut description);
    description.fails(codes);
    Described { name, attach, description }
}

/// Collects handlers under a tag: `endpoints!("sources" => find_source, create_source [NameTaken])`.
#[macro_export]
macro_rules! endpoints {
    ($tag:literal => $($handler:ident $([$($code:ident),* $(,)?])?),+ $(,)?) => {{
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($handler),+))]
        struct Doc;
        $crate::http::endpoints::Endpoints::new(
            $tag,
            <Doc as utoipa::OpenApi>::openapi(),
            vec![$($crate::http::endpoints::describe(
                $handler,
                stringify!($handler),
                |route| route.to($handler),
                &[$($($crate::error::Code::$code),*)?],
            )),+],
        )
    }};
}

impl Endpoints {
    /// Joins the annotations' document with the handlers' descriptions.
    ///
    /// # Panics
    /// If two schemas have one name.
    pub fn new(tag: &str, mut doc: OpenApi, described: Vec<Described>) -> Self {
        let mut attach = BTreeMap::new();
        let mut descriptions = BTreeMap::new();
        for one in described {
            attach.insert(one.name, one.attach);
            descriptions.insert(one.name, one.description);
        }
        let mut schemas = Vec::new();
        for item in doc.paths.paths.values_mut() {
            for (_, operation) in operations_mut(item) {
                operation.tags = Some(vec![tag.to_owned()]);
                let id = operation.operation_id.clone().unwrap_or_default();
                if let Some(description) = descriptions.remove(id.as_str()) {
                    schemas.extend(description.apply(operation));
                }
            }
        }
        let known = &mut doc.components.get_or_insert_default().schemas;
        for (name, schema) in schemas {
            let other = known.insert(name.clone(), schema.clone());
            assert!(other.is_none_or(|other| other == schema), "two schemas are named {name}");
        }
        Self { doc, attach }
    }

    /// Adds another resource's endpoints.
    ///
    /// # Panics
    /// If they call another schema by a name that is taken.
    pub fn merge(mut self, other: Self) -> Self {
        let schemas = |doc: &OpenApi| doc.components.clone().unwrap_or_default().schemas;
        let known = schemas(&self.doc);
        for (name, schema) in schemas(&other.doc) {
            let same = known.get(&name).is_none_or(|known| *known == schema);
            assert!(same, "two schemas are named {name}");
        }
        self.doc.merge(other.doc);
        self.attach.extend(other.attach);
        self
    }

    /// The document part.
    pub fn into_doc(self) -> OpenApi {
        self.doc
    }

    /// What the router needs of them, the same for each of its workers.
    pub fn routes(mut self) -> Routes {
        let attach = |operation: &Operation| self.attach.get(operation.operation_id.as_deref()?);
        let mut paths = Vec::new();
        for (path, item) in &mut self.doc.paths.paths {
            let operations = operations_mut(item).filter_map(|(method, operation)| {
                let takes_query = takes_query(operation);
                Some(Served { method, attach: *attach(operation)?, takes_query })
            });
            let operations = operations.collect::<Vec<_>>();
            paths.push((path.clone(), operations));
        }
        // `{` sorts after letters: fixed words are matched before parameters
        paths.sort_by(|(a, _), (b, _)| a.cmp(b));
        Routes(paths)
    }
}

/// Paths with their operations. Made by [`Endpoints::routes`].
#[derive(Clone, Debug)]
pub struct Routes(Vec<(String, Vec<Served>)>);

/// An operation as the router knows it.
#[derive(Clone, Debug)]
struct Served {
    method: Method,
    attach: Attach,
    takes_query: bool,
}

impl Routes {
    /// Registers a resource a path and a route an operation; HEAD answers wherever GET does.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        for (path, operations) in &self.0 {
            let mut resource = web::resource(path.as_str());
            let mut allowed = Vec::new();
            for operation in operations {
                let route = |method| match (operation.attach)(web::method(method)) {
                    route if operation.takes_query => route,
                    route => route.wrap(from_fn(no_parameters)),
                };
                let method = operation.method.clone();
                resource = resource.route(route(method.clone()));
                if method == Method::GET {
                    resource = resource.route(route(Method::HEAD));
                    allowed.push(Method::HEAD);
                }
                allowed.push(method);
            }
            config.service(resource.default_service(other_methods(allowed)));
        }
    }
}

/// Whether an operation has a query parameter. One with any refuses the unknown ones itself.
fn takes_query(operation: &Operation) -> bool {
    let in_query = |parameter: &RefOr<Parameter>| match parameter {
        RefOr::T(parameter) => parameter.parameter_in == ParameterIn::Query,
        RefOr::Ref(_) => false,
    };
    operation.parameters.iter().flatten().any(in_query)
}

/// Middleware of operations without query parameters: refuses what is sent nevertheless.
pub async fn no_parameters<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse, actix_web::Error> {
    let unknown = |(name, _)| Violation {
        place: Place::Query(name),
        code: "additionalProperties",
        detail: "This name is not known.".to_owned(),
    };
    let refusal = match params::pairs(request.query_string()) {
        Ok(pairs) if pairs.is_empty() => return Ok(request_id::answered(request, next).await),
        Ok(pairs) => Error::violations(pairs.into_iter().map(unknown).collect()),
        Err(error) => error,
    };
    Ok(problem::refuse(request, refusal))
}

/// Answers what a path has no operation for: OPTIONS with 204, the rest with 405, both with `Allow`.
pub fn other_methods(mut allowed: Vec<Method>) -> Route {
    allowed.push(Method::OPTIONS);
    let allow = allowed.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    web::route().to(move |method: Method| {
        let allow = allow.clone();
        async move {
            if method == Method::OPTIONS {
                let allow = (header::ALLOW, allow);
                return HttpResponse::build(StatusCode::NO_CONTENT).insert_header(allow).finish();
            }
            let mut response = HttpResponse::from_error(Error::new(Code::MethodNotAllowed));
            if let Ok(value) = header::HeaderValue::from_str(&allow) {
                response.headers_mut().insert(header::ALLOW, value);
            }
            response
        }
    })
}

/// The operations of a path with their methods.
pub fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

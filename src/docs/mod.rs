//! What people read: the start page, the document in JSON and YAML, Swagger UI (vendored), and a
//! page for each problem type. None of it is part of the API, so none of it is in the document.

mod pages;
mod start;

use crate::addresses::Addresses;
use crate::error::{Code, Error};
use crate::http::endpoints::other_methods;
use crate::http::representation::Tagged;
use actix_web::http::{Method, header};
use actix_web::web::{self, Bytes, Data};
use actix_web::{Handler, HttpResponse, Responder};
use std::sync::Arc;
use tokio::sync::OnceCell;
use utoipa_swagger_ui::Config;

/// The documents, made by the first who asks: they take a while, and most nodes are never asked.
pub struct Documents {
    json: OnceCell<Bytes>,
    yaml: OnceCell<Bytes>,
    swagger: Arc<Config<'static>>,
    public_url: String,
}

impl Documents {
    /// Nothing is made yet.
    pub fn new(addresses: &Addresses) -> Self {
        let swagger = Config::from("/openapi.json").try_it_out_enabled(true).validator_url("none");
        Self {
            json: OnceCell::new(),
            yaml: OnceCell::new(),
            swagger: Arc::new(swagger),
            public_url: addresses.public_url.clone(),
        }
    }
}

/// What is kept, or made now.
async fn once(
    kept: &OnceCell<Bytes>,
    make: fn() -> anyhow::Result<String>,
) -> Result<Bytes, Error> {
    let made = async || {
        let text = web::block(make).await.map_err(Error::internal)?;
        text.map(Bytes::from).map_err(Error::internal)
    };
    kept.get_or_try_init(made).await.cloned()
}

/// The OpenAPI document as JSON, as it is committed.
pub fn json() -> anyhow::Result<String> {
    Ok(format!("{}\n", crate::api::document().to_pretty_json()?))
}

/// The OpenAPI document as YAML, as it is committed.
pub fn yaml() -> anyhow::Result<String> {
    Ok(crate::api::document().to_yaml()?)
}

/// Registers the pages.
pub fn configure(config: &mut web::ServiceConfig) {
    page(config, "/", start::start);
    page(config, "/openapi.json", openapi_json);
    page(config, "/openapi.yaml", openapi_yaml);
    page(config, "/docs", swagger_root);
    page(config, "/docs/problems", problem_list);
    page(config, "/docs/problems/{code}", problem_page);
    page(config, "/docs/{tail:.*}", swagger_asset);
}

fn page<F, Args>(config: &mut web::ServiceConfig, path: &str, handler: F)
where
    F: Handler<Args> + Clone,
    Args: actix_web::FromRequest + 'static,
    F::Output: Responder + 'static,
{
    config.service(
        web::resource(path)
            .route(web::get().to(handler.clone()))
            .route(web::head().to(handler))
            .default_service(other_methods(vec![Method::GET, Method::HEAD])),
    );
}

fn document(content_type: &str, bytes: Bytes) -> HttpResponse {
    let mut response = HttpResponse::Ok().content_type(content_type).body(bytes);
    response.extensions_mut().insert(Tagged);
    response
}

async fn openapi_json(documents: Data<Documents>) -> Result<HttpResponse, Error> {
    Ok(document("application/json", once(&documents.json, json).await?))
}

async fn openapi_yaml(documents: Data<Documents>) -> Result<HttpResponse, Error> {
    Ok(document("application/yaml", once(&documents.yaml, yaml).await?))
}

async fn swagger_root() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

async fn swagger_asset(
    tail: web::Path<String>,
    documents: Data<Documents>,
) -> Result<HttpResponse, Error> {
    match utoipa_swagger_ui::serve(&tail, documents.swagger.clone()) {
        Ok(Some(file)) => {
            let text = file.content_type.starts_with("text/") && !file.content_type.contains(';');
            let charset = if text { "; charset=utf-8" } else { "" };
            let content_type = format!("{}{charset}", file.content_type);
            Ok(document(&content_type, file.bytes.into_owned().into()))
        }
        Ok(None) => Err(Error::new(Code::NotFound)),
        Err(error) => Err(Error::internal(anyhow::anyhow!("{error}"))),
    }
}

async fn problem_list(documents: Data<Documents>) -> HttpResponse {
    document("text/html; charset=utf-8", pages::problems(&documents.public_url).into())
}

async fn problem_page(
    code: web::Path<String>,
    documents: Data<Documents>,
) -> Result<HttpResponse, Error> {
    let code = Code::parse(&code).ok_or_else(|| Error::new(Code::NotFound))?;
    Ok(document("text/html; charset=utf-8", pages::problem(code, &documents.public_url).into()))
}

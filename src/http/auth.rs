//! Bearer keys on the wire: the credential is parsed here once for every request, checked by what
//! the application provides ([`Authenticate`]), and asked for by a handler in its arguments.

use crate::access::{Caller, Key, Scope};
use crate::error::{Code, Error};
use crate::http::access_log::KeyId;
use crate::http::basis::Basis;
use crate::http::cors::vary;
use crate::http::describe::{Argument, Description};
use crate::http::{cache, problem, request_id};
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;
use utoipa::openapi::security::SecurityRequirement;
use uuid::Uuid;

/// The name of the security scheme in the document.
pub const SCHEME: &str = "key";

/// Says that an answer is not to be found by search engines.
pub const X_ROBOTS_TAG: header::HeaderName = header::HeaderName::from_static("x-robots-tag");

/// Looks a key up by its secret; provided by the application.
pub trait Authenticate: Send + Sync {
    /// The key, or `None` when it is unknown, expired or revoked.
    fn authenticate<'a>(
        &'a self,
        secret: &'a str,
    ) -> LocalBoxFuture<'a, Result<Option<Key>, Error>>;
}

/// How the application hands its [`Authenticate`] to the middleware.
pub type Authenticator = web::Data<Arc<dyn Authenticate>>;

/// Middleware: a request with an `Authorization` header goes on only with a valid key, whatever it
/// asks for. Sets the cache rules that follow from having one.
pub async fn authenticate<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse, actix_web::Error> {
    let keyed = request.headers().contains_key(header::AUTHORIZATION);
    let private = keyed || !matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = match find_caller(&request).await {
        Err(error) => problem::refuse(request, error),
        Ok(caller) => {
            if let Some(key) = caller.key() {
                request.extensions_mut().insert(KeyId(key.id));
            }
            request.extensions_mut().insert(Rc::new(caller));
            request_id::answered(request, next).await
        }
    };
    let secret = Basis::is_secret(response.request());
    let private = private || secret;
    if !private {
        cache::publish(&mut response);
    }
    if secret {
        let value = header::HeaderValue::from_static("noindex");
        response.headers_mut().insert(X_ROBOTS_TAG, value);
    }
    let value = if private { "private, no-store" } else { "public, no-cache" };
    let headers = response.headers_mut();
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static(value));
    }
    vary(headers, "Authorization");
    Ok(response)
}

async fn find_caller(request: &ServiceRequest) -> Result<Caller, Error> {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    let Some(value) = values.next() else { return Ok(Caller::PUBLIC) };
    let invalid = || Error::new(Code::KeyInvalid);
    if values.next().is_some() {
        return Err(invalid());
    }
    let text = value.to_str().map_err(|_| invalid())?;
    let (scheme, secret) = text.split_once(' ').ok_or_else(invalid)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(invalid());
    }
    let provider = request
        .app_data::<Authenticator>()
        .ok_or_else(|| Error::internal(anyhow::anyhow!("no authenticator in the app data")))?;
    provider.authenticate(secret.trim()).await?.map(Caller::with).ok_or_else(invalid)
}

fn caller(request: &HttpRequest) -> Rc<Caller> {
    request.extensions().get::<Rc<Caller>>().cloned().unwrap_or_default()
}

/// The id of the key a request was made with.
pub fn key_of(request: &HttpRequest) -> Option<Uuid> {
    caller(request).key().map(|key| key.id)
}

/// A handler argument: anybody may call; a key shows more.
#[derive(Clone, Debug)]
pub struct Anyone(Rc<Caller>);

/// A handler argument: only a caller with a key that holds the scope gets in.
#[derive(Clone, Debug)]
pub struct Needs<S>(Rc<Caller>, PhantomData<S>);

/// A scope as a type, for [`Needs`].
pub trait Requirement {
    /// The scope; `None` means any valid key.
    const SCOPE: Option<Scope>;
}

macro_rules! requirements {
    ($($(#[$doc:meta])* $name:ident = $scope:expr;)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl Requirement for $name { const SCOPE: Option<Scope> = $scope; }
    )+ };
}

requirements! {
    /// Any valid key.
    AnyKey = None;
    /// `articles:write`.
    ArticlesWrite = Some(Scope::ArticlesWrite);
    /// `sources:write`.
    SourcesWrite = Some(Scope::SourcesWrite);
    /// `categories:write`.
    CategoriesWrite = Some(Scope::CategoriesWrite);
    /// `webhooks:write`.
    WebhooksWrite = Some(Scope::WebhooksWrite);
    /// `admin`.
    Admin = Some(Scope::Admin);
}

impl Deref for Anyone {
    type Target = Caller;
    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl<S> Deref for Needs<S> {
    type Target = Caller;
    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl<S: Requirement> Needs<S> {
    /// The key that got in.
    pub fn held(&self) -> Result<&Key, Error> {
        self.0.key().ok_or_else(|| Error::new(Code::KeyMissing))
    }
}

impl FromRequest for Anyone {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Anyone(caller(request))))
    }
}

impl<S: Requirement> FromRequest for Needs<S> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = caller(request);
        let refusal = match S::SCOPE {
            Some(scope) => caller.require(scope).err(),
            None if caller.key().is_none() => Some(Error::new(Code::KeyMissing)),
            None => None,
        };
        ready(refusal.map_or_else(|| Ok(Needs(caller, PhantomData)), Err))
    }
}

impl Argument for Anyone {
    fn describe(description: &mut Description) {
        let key = SecurityRequirement::new(SCHEME, Vec::<String>::new());
        description.security(vec![SecurityRequirement::default(), key]);
    }
}

impl<S: Requirement> Argument for Needs<S> {
    fn describe(description: &mut Description) {
        description.security(vec![SecurityRequirement::new(SCHEME, Vec::<String>::new())]);
        description.fails(&[Code::KeyMissing]);
        if let Some(scope) = S::SCOPE {
            // in words: linters take scopes in the requirement for a mistake outside OAuth
            description.note(format!("Needs a key with `{}`.", scope.as_str()));
            description.fails(&[Code::ScopeMissing]);
        }
    }
}

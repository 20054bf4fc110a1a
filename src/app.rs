//! The application: what every handler can reach, and the one place where the order of the
//! middleware is written.

use crate::addresses::Addresses;
use crate::config::Config;
use crate::db::{Db, connect};
use crate::error::{Code, Error};
use crate::http::auth::{self, Authenticate, Authenticator};
use crate::http::body::BodyTimeout;
use crate::http::conditions::RequireIfMatch;
use crate::http::reply::PublicUrl;
use crate::http::{access_log, cors, negotiate, problem, representation, request_id, safe_headers};
use crate::metrics::Metrics;
use crate::{access, api, docs, health, keys};
use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App as Actix, HttpResponse, HttpServer, web};
use anyhow::Context;
use futures_util::future::LocalBoxFuture;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// What every handler can reach.
#[derive(Clone)]
pub struct App {
    /// The settings.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// Where things are found.
    pub addresses: Addresses,
    /// What is counted.
    pub metrics: Metrics,
}

impl App {
    /// An application on the database at `database_url`.
    pub fn new(config: Config, database_url: &str) -> anyhow::Result<Self> {
        let db = Db::new(connect::Settings {
            url: database_url.to_owned(),
            size: usize::from(config.db_connections),
            wait: config.db_wait,
            statement_timeout: config.db_statement_timeout,
        })?;
        let addresses = Addresses {
            public_url: config.public_url(),
            article_url: config.article_url.clone().filter(|template| !template.is_empty()),
            category_url: config.category_url.clone().filter(|template| !template.is_empty()),
        };
        Ok(Self { config, db, addresses, metrics: Metrics::new()? })
    }

    /// A server on the listener. It runs when awaited, and stops by its handle.
    pub fn serve(
        self,
        listener: TcpListener,
        signals: bool,
    ) -> anyhow::Result<(Server, SocketAddr)> {
        let address = listener.local_addr().context("the listener's address")?;
        let workers = self.config.workers.map(usize::from);
        let timeouts = (self.config.request_timeout, self.config.shutdown_timeout);
        let documents = docs::Documents::new(&self.addresses)?;
        let app = Data::new(self);
        let factory = move || {
            let authenticator: Arc<dyn Authenticate> = Arc::new(Keyring(app.clone()));
            Actix::new()
                .app_data(app.clone())
                .app_data(Data::new(app.metrics.clone()))
                .app_data(Authenticator::new(authenticator))
                .app_data(Data::new(PublicUrl(app.addresses.public_url.clone())))
                .app_data(Data::new(documents.clone()))
                .app_data(BodyTimeout(app.config.request_timeout))
                .app_data(RequireIfMatch(app.config.require_if_match))
                .configure(|config| api::endpoints().configure(config))
                .configure(health::configure)
                .configure(docs::configure)
                .default_service(web::to(|| async {
                    HttpResponse::from_error(Error::new(Code::NotFound))
                }))
                // The last one here sees a request first and its answer last.
                // Accept is judged once it is known who asks ...
                .wrap(from_fn(negotiate::json_only))
                // ... and the tag, the 304 and the coding are made of what the handler gave,
                .wrap(from_fn(representation::finish))
                .wrap(from_fn(auth::authenticate))
                // so that whatever failed further in becomes a problem,
                .wrap(from_fn(problem::render))
                // which browsers may read from elsewhere,
                .wrap(cors::layer(&app.config.cors_origins))
                .wrap(from_fn(safe_headers::add))
                // and every answer is logged, under the id it carries.
                .wrap(from_fn(access_log::record))
                .wrap(from_fn(request_id::assign))
        };
        let mut server = HttpServer::new(factory)
            .client_request_timeout(timeouts.0)
            .shutdown_timeout(timeouts.1.as_secs_f64().ceil() as u64)
            .listen(listener)
            .context("listen")?;
        if let Some(workers) = workers {
            server = server.workers(workers);
        }
        if !signals {
            server = server.disable_signals();
        }
        Ok((server.run(), address))
    }
}

/// Answers `http::auth` from the table of keys.
struct Keyring(Data<App>);

impl Authenticate for Keyring {
    fn authenticate<'a>(
        &'a self,
        secret: &'a str,
    ) -> LocalBoxFuture<'a, Result<Option<access::Key>, Error>> {
        Box::pin(async move {
            let Some(hash) = keys::model::hash_of(secret) else { return Ok(None) };
            let mut conn = self.0.db.read().await?;
            keys::store::authenticate(&mut conn, &hash).await
        })
    }
}

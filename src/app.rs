//! The application: what every handler can reach, and the one place where the order of the
//! middleware is written.

use crate::addresses::Addresses;
use crate::catalog::Catalogs;
use crate::config::Config;
use crate::db::changes::Watcher;
use crate::db::{Db, connect};
use crate::error::{Code, Error};
use crate::events::feed::{self, Feed};
use crate::freshness::Freshness;
use crate::http::auth::{self, Authenticate, Authenticator};
use crate::http::body::BodyTimeout;
use crate::http::cache::{self, Cache};
use crate::http::conditions::RequireIfMatch;
use crate::http::reply::PublicUrl;
use crate::http::{access_log, cors, negotiate, problem, representation, request_id, safe_headers};
use crate::metrics::Metrics;
use crate::outside::{Outside, SystemLookup};
use crate::webhooks::worker::Signal;
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
    /// Whether what this node remembers is still true.
    pub freshness: Arc<Freshness>,
    /// Sources, categories and languages.
    pub catalogs: Arc<Catalogs>,
    /// Remembered answers.
    pub cache: cache::Handle,
    /// Where things are found.
    pub addresses: Addresses,
    /// What is counted.
    pub metrics: Metrics,
    /// The way to other servers.
    pub outside: Outside,
    /// What happens, for those who listen.
    pub events: Arc<Feed>,
    /// Wakes what sends to webhooks.
    pub webhooks: Signal,
    watcher: Arc<Watcher>,
}

impl App {
    /// An application on the database at `database_url`.
    pub fn new(config: Config, database_url: &str) -> anyhow::Result<Self> {
        let freshness = Arc::new(Freshness::new(config.serve_stale));
        let settings = connect::Settings {
            url: database_url.to_owned(),
            size: usize::from(config.db_connections),
            wait: config.db_wait,
            statement_timeout: config.db_statement_timeout,
        };
        let mut db = Db::new(settings, config.workers(), freshness.clone())?;
        let watcher = Watcher::start(database_url.to_owned(), freshness.clone())
            .context("watch for changes")?;
        db.set_watcher(&watcher);
        let bytes = u64::from(config.cache_mb) << 20;
        let cache = Cache::new(
            bytes,
            config.cache_policy(),
            !config.cors_origins.is_empty(),
            freshness.clone(),
        );
        let addresses = Addresses {
            public_url: config.public_url(),
            article_url: config.article_url.clone().filter(|template| !template.is_empty()),
            category_url: config.category_url.clone().filter(|template| !template.is_empty()),
            preview_url: config.preview_url.clone().filter(|template| !template.is_empty()),
        };
        let catalogs = Arc::new(Catalogs::new(freshness.clone()));
        let events = Feed::start(feed::Needs {
            url: database_url.to_owned(),
            catalogs: catalogs.clone(),
            freshness: freshness.clone(),
            changed: watcher.changed(),
            keep: config.events_keep,
        })
        .context("follow events")?;
        Ok(Self {
            outside: Outside::new(config.fetch_allow.clone(), SystemLookup),
            config,
            db,
            catalogs,
            freshness,
            cache: Data::new(cache),
            addresses,
            metrics: Metrics::new()?,
            events: Arc::new(events),
            webhooks: Signal::default(),
            watcher: Arc::new(watcher),
        })
    }

    /// What keeps `freshness` up to date.
    pub fn watcher(&self) -> &Watcher {
        &self.watcher
    }

    /// Ends what goes on beside requests: nothing asks the database any more.
    pub fn close(&self) {
        self.watcher.end();
        self.events.stop();
        self.db.close();
    }

    /// A server on the listener. It runs when awaited, and stops by its handle.
    pub fn serve(
        self,
        listener: TcpListener,
        signals: bool,
    ) -> anyhow::Result<(Server, SocketAddr)> {
        let address = listener.local_addr().context("the listener's address")?;
        let workers = self.config.workers();
        let timeouts = (self.config.request_timeout, self.config.shutdown_timeout);
        let documents = Data::new(docs::Documents::new(&self.addresses));
        let routes = api::endpoints().routes();
        let app = Data::new(self);
        let factory = move || {
            let authenticator: Arc<dyn Authenticate> = Arc::new(Keyring(app.clone()));
            let application = Actix::new()
                .app_data(app.clone())
                .app_data(Data::new(app.metrics.clone()))
                .app_data(app.cache.clone())
                .app_data(Authenticator::new(authenticator))
                .app_data(Data::new(PublicUrl(app.addresses.public_url.clone())))
                .app_data(documents.clone())
                .app_data(BodyTimeout(app.config.request_timeout))
                .app_data(RequireIfMatch(app.config.require_if_match))
                .configure(|config| routes.configure(config))
                .configure(health::configure)
                .configure(docs::configure)
                .default_service(web::to(|| async {
                    HttpResponse::from_error(Error::new(Code::NotFound))
                }))
                // The last one here sees a request first and its answer last.
                // Accept is judged once it is known who asks ...
                .wrap(from_fn(negotiate::judge))
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
                .wrap(from_fn(request_id::assign));
            // What is public may be answered from memory, without any of this.
            cache::Front::of(application, app.cache.clone(), app.metrics.clone())
        };
        let mut server = HttpServer::new(factory)
            .client_request_timeout(timeouts.0)
            .shutdown_timeout(timeouts.1.as_secs_f64().ceil() as u64)
            .workers(workers)
            .listen(listener)
            .context("listen")?;
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

//! From settings to a running service: the database (given or private), migrations, the first key,
//! the server, and the way down.

use crate::app::App;
use crate::config::{Config, Environment};
use crate::db::connect;
use crate::db::embedded::{Cluster, Options};
use crate::db::migrations;
use crate::events::feed::Feed;
use crate::{articles, feeds, idempotency, keys, webhooks, wires};
use actix_web::rt::{
    self,
    signal::unix::{SignalKind, signal},
};
use anyhow::{Context, Result, bail};
use diesel_async::SimpleAsyncConnection;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// The name of the database in a private cluster.
const DATABASE: &str = "newswire";
/// The file that holds the first key of a private cluster.
pub const ADMIN_KEY: &str = "admin.key";

/// A database to work with; a private one ends with it.
pub struct Database {
    /// Its address.
    pub url: String,
    /// The private cluster, if it is one.
    pub cluster: Option<Cluster>,
}

impl Database {
    /// The one that is set, else a private one.
    pub async fn open(config: &Config) -> Result<Self> {
        if let Some(url) = config.database_url() {
            return Ok(Self { url: url.to_owned(), cluster: None });
        }
        if config.env == Environment::Production {
            bail!(
                "NEWSWIRE_ENV=production needs DATABASE_URL: a PostgreSQL 15 to 18, such as postgres://user:password@host/newswire"
            );
        }
        let options = Options {
            dir: config.data_dir(),
            durable: true,
            allow_download: config.pg_download,
            bin_dir: config.pg_bin_dir.clone().filter(|dir| !dir.as_os_str().is_empty()),
            run_as: config.pg_run_as.clone().filter(|name| !name.is_empty()),
            max_connections: u32::from(config.db_connections) * 4 + 20,
            on_crash: |reason| {
                log::error!("the private PostgreSQL ended: {reason}");
                std::process::exit(3);
            },
        };
        let cluster = tokio::task::spawn_blocking(move || Cluster::start(&options)).await??;
        create_database(&cluster.url("postgres")).await?;
        log::info!(
            "private PostgreSQL {} in {}; set DATABASE_URL for production",
            cluster.version(),
            cluster.data_dir().display()
        );
        Ok(Self { url: cluster.url(DATABASE), cluster: Some(cluster) })
    }
}

/// Makes the database; another process doing the same is no fault.
async fn create_database(url: &str) -> Result<()> {
    let mut conn = connect::establish(url).await?;
    match conn.batch_execute(&format!("CREATE DATABASE {DATABASE}")).await {
        Ok(()) => Ok(()),
        Err(error) if error.to_string().contains("already exists") => Ok(()),
        Err(error) if error.to_string().contains("pg_database_datname_index") => Ok(()),
        Err(error) => Err(error).context("create the database"),
    }
}

/// Applies pending migrations.
pub async fn migrate(config: Config) -> Result<()> {
    let database = Database::open(&config).await?;
    let applied = migrations::run(&database.url).await.context("migrate")?;
    log::info!("{} migrations applied: {}", applied.len(), applied.join(", "));
    Ok(())
}

/// Runs the service until it is told to stop, then lets it finish what is under way.
pub async fn run(config: Config) -> Result<()> {
    let started = Instant::now();
    // first of all, so that a second service at the same address fails before it touches data
    let listener =
        TcpListener::bind(config.listen).with_context(|| format!("listen on {}", config.listen))?;
    let mut database = Database::open(&config).await?;
    if config.migrate {
        let applied = migrations::run(&database.url).await.context("migrate")?;
        if !applied.is_empty() {
            log::info!("migrations applied: {}", applied.join(", "));
        }
    }
    let app = App::new(config.clone(), &database.url)?;
    if database.cluster.is_some() {
        first_key(&app, &config.data_dir().join(ADMIN_KEY)).await?;
    }
    let (here, public_url) = (app.clone(), app.addresses.public_url.clone());
    let beside = [
        rt::spawn(articles::reindex::run(app.db.clone())),
        rt::spawn(idempotency::sweep::run(app.db.clone(), idempotency::lifetime(&app))),
        rt::spawn(end_streams(app.events.clone())),
        rt::spawn(webhooks::outbox::run(app.clone())),
        rt::spawn(webhooks::worker::run(app.clone())),
        rt::spawn(webhooks::worker::sweep(app.clone())),
        rt::spawn(wires::poll::run(app.clone())),
        rt::spawn(feeds::websub::run(app.clone())),
    ];
    let (server, address) = app.serve(listener, true)?;
    log::info!(
        "listening on http://{address} after {:?}; documentation at {public_url}/docs/",
        started.elapsed()
    );
    server.await.context("serve")?;
    log::info!("stopped; every request under way was finished");
    for work in beside {
        work.abort();
        // what it did must be over before the database ends
        let _ = work.await;
    }
    here.close();
    if let Some(cluster) = database.cluster.as_mut() {
        cluster.stop();
    }
    Ok(())
}

/// Streams of changes have no end of their own: they would hold up the one of the service.
async fn end_streams(events: Arc<Feed>) {
    told_to_end().await;
    events.end();
}

/// Waits for SIGTERM or SIGINT.
pub async fn told_to_end() {
    let told = async |kind| match signal(kind) {
        Ok(mut signal) => signal.recv().await,
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        _ = told(SignalKind::terminate()) => {}
        _ = told(SignalKind::interrupt()) => {}
    }
}

/// The first start on a private cluster leaves an admin key that only its user can read. It is
/// renamed into place, so that a start that is cut short leaves no empty file.
async fn first_key(app: &App, path: &Path) -> Result<()> {
    if path.metadata().is_ok_and(|file| file.len() > 0) {
        return Ok(());
    }
    let key = keys::command::make_admin(&app.db, "first admin key").await?;
    let new = path.with_extension(format!("key.{}", std::process::id()));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&new)
        .with_context(|| format!("create {}", new.display()))?;
    writeln!(file, "{key}")?;
    file.sync_all()?;
    std::fs::rename(&new, path).with_context(|| format!("create {}", path.display()))?;
    log::info!("an admin key is in {}", path.display());
    Ok(())
}

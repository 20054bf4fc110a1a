//! Connections: TLS where the address asks for it, session limits, and the pool.

use anyhow::{Context, Result};
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use rustls::ClientConfig;
use rustls_platform_verifier::ConfigVerifierExt;
use std::time::Duration;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls};

/// Room for a statement's sorts and bitmaps, unless the server gives more: with PostgreSQL's own 4 MB, ten
/// thousand stories are sorted on disk, and the bitmap of a common word forgets which rows it met.
const WORK_MEM_KB: u32 = 16 * 1024;

/// What a pool needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A `postgres://` address. `sslmode=require` encrypts and verifies the server's certificate.
    pub url: String,
    /// The most connections.
    pub size: usize,
    /// How long a request waits for a connection.
    pub wait: Duration,
    /// How long one statement may take.
    pub statement_timeout: Duration,
}

/// A pool that connects when first asked.
pub fn pool(settings: Settings) -> Result<Pool<AsyncPgConnection>> {
    let statement_timeout = settings.statement_timeout.as_millis();
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |url| {
        let url = url.to_owned();
        async move {
            let mut conn = establish(&url).await?;
            // no statement runs for long enough to be worth compiling: that took longer than counting
            // the facets of ten thousand stories
            let session = format!(
                "SET statement_timeout = {statement_timeout};
                 SET idle_in_transaction_session_timeout = {statement_timeout};
                 SET jit = off;
                 SELECT set_config('work_mem', greatest(setting::int, {WORK_MEM_KB}) || 'kB', false)
                 FROM pg_settings WHERE name = 'work_mem';
                 SET timezone = 'UTC'"
            );
            conn.batch_execute(&session)
                .await
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(conn)
        }
        .boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(settings.url, config);
    Pool::builder(manager)
        .max_size(settings.size)
        .wait_timeout(Some(settings.wait))
        .create_timeout(Some(settings.wait))
        .recycle_timeout(Some(settings.wait))
        .runtime(deadpool_runtime())
        .build()
        .context("make the connection pool")
}

fn deadpool_runtime() -> deadpool::Runtime {
    deadpool::Runtime::Tokio1
}

/// One connection. Errors say what failed, never the address: it may hold a password.
pub async fn establish(url: &str) -> ConnectionResult<AsyncPgConnection> {
    let bad = |text: String| ConnectionError::BadConnection(text);
    // tokio-postgres knows `require` only; with our verifier it is as strict as `verify-full`
    let url = url
        .replace("sslmode=verify-full", "sslmode=require")
        .replace("sslmode=verify-ca", "sslmode=require");
    let config: Config = url.parse().map_err(|error| {
        ConnectionError::InvalidConnectionUrl(format!("the database address: {error}"))
    })?;
    if config.get_ssl_mode() == SslMode::Require {
        crate::tls::prepare();
        let tls = ClientConfig::with_platform_verifier().map_err(|error| bad(error.to_string()))?;
        let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls);
        let (client, connection) =
            config.connect(tls).await.map_err(|error| bad(describe(&error)))?;
        return AsyncPgConnection::try_from_client_and_connection(client, connection).await;
    }
    let (client, connection) =
        config.connect(NoTls).await.map_err(|error| bad(describe(&error)))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

/// Whether the database was reached and would not have us: it is there all the same.
pub fn is_refusal(text: &str) -> bool {
    ["too many clients", "remaining connection slots", "too many connections"]
        .iter()
        .any(|words| text.contains(words))
}

fn describe(error: &tokio_postgres::Error) -> String {
    use std::error::Error;
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

//! `newswire key`: makes, lists and revokes keys straight in the database.

use crate::access::Scope;
use crate::config::Config;
use crate::db::connect::Settings;
use crate::db::{self, Db};
use crate::error::Error;
use crate::freshness::Freshness;
use crate::ids::{KeyId, Reference};
use crate::keys::model::{NewKey, Secret};
use crate::keys::store;
use crate::serve::Database;
use crate::sources;
use crate::values::rfc3339;
use anyhow::{Context, Result, anyhow, bail};
use clap::Subcommand;
use std::sync::Arc;
use std::time::Duration;

/// What to do with keys.
#[derive(Subcommand)]
pub enum KeyCommand {
    /// Make a key and print it; it is shown this once.
    Create {
        /// What it is for.
        #[arg(long)]
        name: String,
        /// What it may do; may be repeated.
        #[arg(long = "scope", required = true, value_parser = parse_scope)]
        scopes: Vec<Scope>,
        /// The only source whose stories it sees and writes, by id or slug.
        #[arg(long)]
        source: Option<String>,
        /// How long it works, such as 90d or 12h.
        #[arg(long, value_parser = humantime::parse_duration)]
        expires: Option<Duration>,
    },
    /// List every key, without secrets.
    List,
    /// End a key at once.
    Revoke {
        /// Its id.
        id: String,
    },
}

fn parse_scope(name: &str) -> Result<Scope, String> {
    let known = Scope::ALL.map(Scope::as_str).join(", ");
    Scope::parse(name).ok_or_else(|| format!("expected one of {known}"))
}

/// Runs the command.
pub async fn run(command: KeyCommand, config: Config) -> Result<()> {
    let database = Database::open(&config).await?;
    if config.migrate {
        db::migrations::run(&database.url).await.context("migrate")?;
    }
    let settings = Settings {
        url: database.url.clone(),
        size: 1,
        wait: config.db_wait,
        statement_timeout: config.db_statement_timeout,
    };
    // nothing is remembered here, so nothing has to be told to it
    let db = Db::new(settings, 1, Arc::new(Freshness::new(Duration::ZERO)))?;
    let result = match command {
        KeyCommand::Create { name, scopes, source, expires } => {
            create(&db, name, scopes, source, expires).await.map(|key| println!("{key}"))
        }
        KeyCommand::List => list(&db).await,
        KeyCommand::Revoke { id } => revoke(&db, id).await,
    };
    db.close();
    result
}

async fn create(
    db: &Db,
    name: String,
    scopes: Vec<Scope>,
    source: Option<String>,
    expires: Option<Duration>,
) -> Result<String> {
    let secret = Secret::new().map_err(told)?;
    let work = db.transaction(false, async |conn| {
        let source = match &source {
            None => None,
            Some(text) => {
                let found = sources::store::resolve(conn, &Reference::from(text.clone())).await?;
                Some(found.ok_or_else(|| Error::new(crate::error::Code::SourceNotFound))?)
            }
        };
        let expires_at = match expires {
            None => None,
            Some(span) => {
                let span = chrono::Duration::from_std(span).map_err(Error::internal)?;
                let end = db::now(conn).await?.checked_add_signed(span);
                Some(end.ok_or_else(|| Error::new(crate::error::Code::TimeInvalid))?)
            }
        };
        {
            let (name, scopes) = (name.clone(), scopes.clone());
            store::create(conn, &NewKey { name, scopes, source, expires_at }, &secret.hash()).await
        }
    });
    work.await.map_err(told)?;
    Ok(secret.reveal())
}

/// Makes a key that may do everything, for the first start.
pub async fn make_admin(db: &Db, name: &str) -> Result<String> {
    create(db, name.to_owned(), vec![Scope::Admin], None, None).await
}

async fn list(db: &Db) -> Result<()> {
    let mut conn = db.read().await.map_err(told)?;
    let mut cursor = None;
    loop {
        let page = store::list(&mut conn, cursor, 100).await.map_err(told)?;
        for key in &page.rows {
            let scopes =
                key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ");
            let source = key.source.as_ref().map_or("-", |(_, slug)| slug);
            let state = match (key.revoked_at, key.expires_at) {
                (Some(at), _) => format!("revoked {}", rfc3339(at)),
                (None, Some(at)) => format!("expires {}", rfc3339(at)),
                (None, None) => "live".to_owned(),
            };
            println!("{}\t{}\t{scopes}\t{source}\t{state}", key.id, key.name);
        }
        match page.rows.last().filter(|_| page.has_next) {
            None => return Ok(()),
            Some(last) => {
                let key = (last.created_at, last.id.0);
                cursor = Some(db::keyset::Cursor { direction: db::keyset::Direction::Next, key });
            }
        }
    }
}

async fn revoke(db: &Db, id: String) -> Result<()> {
    let Reference::Id(id) = Reference::from(id) else { bail!("expected the id of a key") };
    db.transaction(false, async |conn| store::revoke(conn, KeyId(id)).await).await.map_err(told)
}

/// What went wrong, for the one at the terminal: the cause included.
fn told(error: Error) -> anyhow::Error {
    let details = error.facts().violations.iter().map(|violation| violation.detail.clone());
    let details: Vec<String> = details.collect();
    match error.cause() {
        Some(cause) => anyhow!("{}: {cause:#}", error.code().title()),
        None if details.is_empty() => anyhow!("{}", error.code().title()),
        None => anyhow!("{}: {}", error.code().title(), details.join(" ")),
    }
}

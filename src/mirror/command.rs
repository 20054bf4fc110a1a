//! `newswire mirror`: keeps this service equal to another one.

use super::origin::{Origin, Trouble};
use super::step::{Brought, Mirror};
use crate::client::{Client, Secret};
use crate::config::Config;
use crate::db::connect::Settings;
use crate::db::{self, Db};
use crate::freshness::Freshness;
use crate::serve::Database;
use anyhow::{Context, Result, anyhow, bail};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The first pause after a failure ...
const PAUSE: Duration = Duration::from_millis(500);
/// ... and the longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often there is a word on how it goes.
const NEWS: Duration = Duration::from_secs(60);
/// How long to wait for what is to be read again.
const MOMENT: Duration = Duration::from_millis(200);

/// Keep this service equal to another one.
#[derive(clap::Args)]
pub struct MirrorArgs {
    /// Base address of the other service, the origin.
    url: String,
    /// A key of the origin: with the scope `articles:read` what is not public is mirrored, too
    #[arg(long, env = "NEWSWIRE_MIRROR_KEY", hide_env_values = true, value_name = "KEY")]
    key: Option<Secret>,
    /// End when this service is where the origin is, instead of following on
    #[arg(long)]
    once: bool,
}

/// Runs the command until it is told to stop; with `once` until there is nothing left.
pub async fn run(args: MirrorArgs, config: Config) -> Result<()> {
    let origin = Origin::new(Client::elsewhere(&args.url, args.key)?);
    let database = Database::open(&config).await?;
    if config.migrate {
        db::migrations::run(&database.url).await.context("migrate")?;
    }
    let settings = Settings {
        url: database.url.clone(),
        size: 2,
        wait: config.db_wait,
        statement_timeout: config.db_statement_timeout,
    };
    // the service reads what was written as it reads what other nodes write
    let db = Db::new(settings, 1, Arc::new(Freshness::new(Duration::ZERO)))?;
    let followed = tokio::select! {
        followed = follow(&db, origin, config.embed_hosts.clone(), args.once) => followed,
        () = crate::serve::told_to_end() => Ok(()),
    };
    db.close();
    followed
}

async fn follow(db: &Db, origin: Origin, embed_hosts: Vec<String>, once: bool) -> Result<()> {
    let address = origin.address().to_owned();
    let mirror = Mirror::new(db.clone(), origin, embed_hosts).await;
    let mirror = mirror.map_err(|error| anyhow!("{}", super::rows::faults(&error)))?;
    let mut patience = Patience::default();
    let mut state = loop {
        match mirror.begin().await {
            Ok(state) => break state,
            Err(trouble) => patience.bear(trouble, once).await?,
        }
    };
    log::info!(
        "mirroring {address}{}",
        if state.unpublished { ", with what is not public" } else { "" }
    );
    let mut news = News::new();
    loop {
        match mirror.step(&state, !once).await {
            Ok((next, brought)) => {
                state = next;
                patience = Patience::default();
                news.tell(brought);
                match brought.level {
                    true if once => return Ok(()),
                    true => {}
                    false if brought.shown + brought.gone == 0 => tokio::time::sleep(MOMENT).await,
                    false => {}
                }
            }
            Err(Trouble::Lost(reason)) => {
                log::warn!("the origin does not know our cursor; all is copied again: {reason}");
                match mirror.copy_again(&state, state.unpublished).await {
                    Ok(next) => state = next,
                    Err(trouble) => patience.bear(trouble, once).await?,
                }
            }
            Err(trouble) => {
                patience.bear(trouble, once).await?;
                // what was meant to be kept may have been kept
                match mirror.now().await {
                    Ok(now) => state = now,
                    Err(trouble) => patience.bear(trouble, once).await?,
                }
            }
        }
    }
}

/// Pauses that grow with each failure.
#[derive(Default)]
struct Patience {
    failures: u32,
}

impl Patience {
    /// Waits, unless it is no use.
    async fn bear(&mut self, trouble: Trouble, once: bool) -> Result<()> {
        match trouble {
            Trouble::Final(error) => return Err(error),
            trouble if once && self.failures >= 5 => bail!("{trouble}"),
            trouble => log::warn!("{trouble}; trying again"),
        }
        let pause = PAUSE.saturating_mul(1 << self.failures.min(16)).min(LONGEST_PAUSE);
        self.failures += 1;
        // those that lost the same origin do not come back at the same moment
        let some = getrandom::u32().unwrap_or_default() % 256;
        tokio::time::sleep(pause.mul_f64(0.75 + f64::from(some) / 512.0)).await;
        Ok(())
    }
}

/// A word now and then.
struct News {
    told: Instant,
    shown: usize,
    gone: usize,
    level: bool,
}

impl News {
    fn new() -> Self {
        Self { told: Instant::now(), shown: 0, gone: 0, level: false }
    }

    fn tell(&mut self, brought: Brought) {
        self.shown += brought.shown;
        self.gone += brought.gone;
        let first = brought.level && !self.level;
        self.level |= brought.level;
        let is_due = self.told.elapsed() >= NEWS && self.shown + self.gone > 0;
        if !first && !is_due {
            return;
        }
        let state = if brought.level { "nothing is left to follow" } else { "more is to follow" };
        log::info!("{} written, {} dropped; {state}", self.shown, self.gone);
        *self = Self { level: self.level, ..Self::new() };
    }
}

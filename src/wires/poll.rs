//! The reading of feeds: what is due is claimed, asked for, posted and given back.

use super::model::{Claim, Outcome, Trouble, Validators, Wire};
use super::schedule::{chance, pause};
use super::{posting, store};
use crate::app::App;
use crate::config::Fetch;
use crate::db::{self, Conn};
use crate::error::Error;
use crate::ids::Reference;
use crate::outside::{Answer, Failure, Limits};
use crate::reader::{self, Feed};
use crate::sources;
use crate::sources::model::Source;
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

/// How often there is a look at what is due.
const TICK: Duration = Duration::from_secs(5);
/// How many feeds a node reads at once.
const AT_ONCE: usize = 4;
/// How long a node has a feed, at most: a node that is gone is not waited for longer.
const LEASE: Duration = Duration::from_secs(5 * 60);
/// What a feed may take.
const LIMITS: Limits = Limits { time: Duration::from_secs(30), bytes: 8 << 20 };
/// What is asked for.
const FORMATS: &str = "application/atom+xml, application/rss+xml, application/feed+json, \
    application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";

/// Goes on until the service ends; at once over where nothing may be fetched.
pub async fn run(app: App) {
    if app.config.fetch == Fetch::Off {
        return;
    }
    loop {
        if let Err(error) = read_due(&app).await {
            log::warn!("feeds could not be read: {error}");
        }
        tokio::time::sleep(TICK).await;
    }
}

/// Reads every feed that is due and that no other node reads; how many.
pub async fn read_due(app: &App) -> Result<usize, Error> {
    if app.config.fetch == Fetch::Off {
        return Ok(0);
    }
    app.db.transaction(false, async |conn| store::enlist(conn).await).await?;
    let reader = || async {
        let mut read = 0;
        while let Some(claim) = app.db.transaction(false, claim).await? {
            if let Err(error) = read_one(app, &claim).await {
                // the lease runs out, and somebody tries again
                log::warn!("the feed of source {} could not be kept: {error}", claim.source);
            }
            read += 1;
        }
        Ok(read)
    };
    let read: Result<Vec<usize>, Error> =
        join_all((0..AT_ONCE).map(|_| reader())).await.into_iter().collect();
    Ok(read?.into_iter().sum())
}

async fn claim(conn: &mut Conn) -> Result<Option<Claim>, Error> {
    store::claim(conn, LEASE).await
}

/// Reads a feed that is claimed, and gives it back.
async fn read_one(app: &App, claim: &Claim) -> Result<(), Error> {
    let (source, mut wire, now) = {
        let mut conn = app.db.read().await?;
        let now = db::now(&mut conn).await?;
        let source = sources::store::find(&mut conn, &Reference::Id(claim.source.0)).await?;
        let wire = store::find(&mut conn, claim.source, now).await?.unwrap_or_default();
        (source, wire, now)
    };
    let Some(feed_url) = source.content.feed_url.clone() else { return Ok(()) };
    let outcome = fetch(app, &source, &feed_url, &wire, now).await;
    if let Some(failure) = &outcome.failure {
        log::warn!("the feed of {}: {}", source.slug, failure.detail);
    }
    let (retry_after, gone) = (outcome.retry_after, outcome.status == Some(410));
    wire.follow(outcome, &feed_url, now);
    let minutes = u64::try_from(source.content.poll_minutes.unwrap_or(1)).unwrap_or(1);
    let span = Duration::from_secs(minutes * 60);
    let pause = pause(span, wire.consecutive_failures, retry_after, gone, chance());
    let kept = app
        .db
        .transaction(false, async |conn| store::finish(conn, claim, wire.clone(), pause).await);
    if !kept.await? {
        log::info!("the feed of {} was taken over by another node", source.slug);
    }
    Ok(())
}

/// Asks for a feed and posts what is in it.
async fn fetch(
    app: &App,
    source: &Source,
    feed_url: &str,
    wire: &Wire,
    now: DateTime<Utc>,
) -> Outcome {
    let trouble = |code: &str, detail: String| Trouble {
        at: now,
        code: code.to_owned(),
        detail,
        external_id: None,
    };
    let headers = conditions(&wire.validators(feed_url, source.updated_at));
    let answer = match app.outside.get_with(feed_url, headers, &LIMITS).await {
        Ok(answer) => answer,
        Err(failure) => {
            let failure =
                trouble(name(&failure), format!("The feed cannot be fetched: {failure}."));
            return Outcome { failure: Some(failure), ..Outcome::default() };
        }
    };
    let outcome = Outcome {
        status: Some(answer.status.as_u16()),
        moved_to: answer.moved.then(|| answer.url.to_string()),
        retry_after: retry_after(&answer, now),
        ..Outcome::default()
    };
    if answer.status == 304 {
        return outcome;
    }
    if !answer.status.is_success() {
        let detail = format!("The feed's server answers {}.", answer.status);
        return Outcome { failure: Some(trouble("http_status", detail)), ..outcome };
    }
    let validators = validators(&answer);
    let feed = match parse(answer).await {
        Ok(feed) => feed,
        Err(detail) => return Outcome { failure: Some(trouble("unreadable", detail)), ..outcome },
    };
    match posting::post(app, source, feed, now).await {
        Ok(posting::Posted { counts, rejections, failed }) => {
            // what could be saved at another time is asked for again
            let validators = if failed { Validators::default() } else { validators };
            Outcome { validators: Some(validators), counts, rejections, ..outcome }
        }
        Err(error) => {
            log::warn!("stories of {} could not be saved: {error}", source.slug);
            let detail = "Its stories could not be saved.".to_owned();
            Outcome { failure: Some(trouble(error.code().as_str(), detail)), ..outcome }
        }
    }
}

/// Reads the feed apart from the workers.
async fn parse(answer: Answer) -> Result<Feed, String> {
    let work = move || {
        let content_type = answer.header(header::CONTENT_TYPE);
        reader::read(&answer.body, content_type, Some(&answer.url))
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(feed)) => Ok(feed),
        Ok(Err(unreadable)) => Err(format!("The feed cannot be read: {unreadable}.")),
        Err(_) => Err("The feed cannot be read.".to_owned()),
    }
}

fn conditions(validators: &Validators) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static(FORMATS));
    let mut add = |name: HeaderName, value: &Option<String>| {
        if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    };
    add(header::IF_NONE_MATCH, &validators.etag);
    add(header::IF_MODIFIED_SINCE, &validators.last_modified);
    headers
}

fn validators(answer: &Answer) -> Validators {
    let kept = |name| answer.header(name).filter(|value| value.len() <= 1000).map(str::to_owned);
    Validators { etag: kept(header::ETAG), last_modified: kept(header::LAST_MODIFIED) }
}

/// How long the server wants to be left alone: seconds, or until a date.
fn retry_after(answer: &Answer, now: DateTime<Utc>) -> Option<Duration> {
    let value = answer.header(header::RETRY_AFTER)?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(value).ok()?;
    (until.to_utc() - now).to_std().ok()
}

/// The name of a failure.
fn name(failure: &Failure) -> &'static str {
    match failure {
        Failure::Address(_) => "address",
        Failure::Forbidden { .. } => "forbidden",
        Failure::Unreachable(_) => "unreachable",
        Failure::Timeout => "timeout",
        Failure::TooLarge => "too_large",
        Failure::Redirects => "redirects",
    }
}

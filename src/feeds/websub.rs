//! WebSub (W3C Recommendation): a hub is told when a feed has changed, so that it fetches it and gives it
//! to those who subscribed there.
//!
//! What can be told of are the feeds of all stories, of one category, of one source and of one language,
//! under the address they name as their own; only these announce the hub. One node at a time tells the
//! hub, of all that has changed within about a second at once, and again when it could not be reached.

use super::store::websub::{self as store, News};
use crate::addresses::{FEEDS, encode};
use crate::app::App;
use crate::catalog::Catalog;
use crate::error::Error;
use crate::ids::{CategoryId, SourceId};
use crate::outside::Limits;
use anyhow::{Context, bail};
use chrono::TimeDelta;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

/// How often there is a look at what has changed.
const INTERVAL: Duration = Duration::from_secs(1);
/// After this time without anything to tell of, that is noted: what was looked at is not looked at again.
const QUIET: TimeDelta = TimeDelta::seconds(60);
/// How long the hub is left alone after it failed.
const PAUSE: Duration = Duration::from_secs(20);
/// How many feeds the hub is told of in one request.
const AT_ONCE: usize = 50;
const LIMITS: Limits = Limits { time: Duration::from_secs(10), bytes: 64 * 1024 };

/// Goes on until the service ends; at once over where there is no hub.
pub async fn run(app: App) {
    let Some(hub) = app.config.websub_hub().map(str::to_owned) else { return };
    loop {
        match round(&app, &hub).await {
            Ok(()) => tokio::time::sleep(INTERVAL).await,
            Err(error) => {
                log::warn!("the hub {hub} could not be told of changes: {error:#}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Tells the hub of what has changed, if that is this node's turn.
async fn round(app: &App, hub: &str) -> anyhow::Result<()> {
    // nothing is held while the hub is waited for
    let (news, catalog) = {
        let mut conn = app.db.read().await?;
        let begun = app.freshness.epoch();
        let news = store::news(&mut conn).await?;
        let quiet = news.scopes.is_empty();
        if quiet && news.until.at - news.from.at < QUIET
            || !store::claim(&mut conn, news.from).await?
        {
            return Ok(());
        }
        if quiet {
            return store::told(&mut conn, news.until).await.map_err(Error::into);
        }
        let named =
            |catalog: &Catalog| ids(&news).all(|id| catalog.category(CategoryId(id)).is_some());
        (news.clone(), app.catalogs.covering(&mut conn, begun, named).await?)
    };
    let topics: Vec<String> =
        topics(&news, &catalog, &app.addresses.public_url).into_iter().collect();
    for topics in topics.chunks(AT_ONCE) {
        ping(app, hub, topics).await?;
    }
    let mut conn = app.db.read().await?;
    store::told(&mut conn, news.until).await.map_err(Error::into)
}

/// The categories that scopes name.
fn ids(news: &News) -> impl Iterator<Item = Uuid> {
    let named = |scope: &String| scope.strip_prefix("articles/category:")?.parse().ok();
    news.scopes.iter().filter_map(named)
}

/// The addresses of the feeds that have changed. What is gone has no feed any more.
fn topics(news: &News, catalog: &Catalog, base: &str) -> BTreeSet<String> {
    let mut queries = BTreeSet::from([String::new()]);
    for id in ids(news) {
        // a feed of a category has the stories of those below it
        let above = catalog.breadcrumb(CategoryId(id)).iter();
        queries.extend(above.map(|crumb| format!("?category={}", encode(&crumb.slug))));
    }
    for scope in &news.scopes {
        if let Some(language) = scope.strip_prefix("articles/language:") {
            queries.insert(format!("?language={}", encode(language)));
        }
        let source = scope.strip_prefix("articles/source:").and_then(|id| id.parse().ok());
        if let Some(source) = source.and_then(|id| catalog.source(SourceId(id))) {
            queries.insert(format!("?source={}", encode(&source.slug)));
        }
    }
    let feeds = |query: &String| FEEDS.map(|(path, _)| format!("{base}{path}{query}"));
    queries.iter().flat_map(feeds).collect()
}

/// One request to the hub, in the form that all hubs know.
async fn ping(app: &App, hub: &str, topics: &[String]) -> anyhow::Result<()> {
    let mut body = "hub.mode=publish".to_owned();
    for topic in topics {
        body.push_str(&format!("&hub.url={}", encode(topic)));
    }
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, form)]);
    let answer =
        app.outside.post(hub, headers, body.into_bytes(), &LIMITS).await.context("ask it")?;
    if !answer.status.is_success() {
        bail!("it answered {}", answer.status);
    }
    log::debug!("the hub was told of {} feeds", topics.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::store::websub::Stand;
    use chrono::{DateTime, Utc};

    #[test]
    fn what_is_gone_is_no_topic() {
        let stand = Stand { xid: 1, at: DateTime::<Utc>::default() };
        let scopes = ["articles", "group:x", "articles/language:ur", "articles/source:x"];
        let category = format!("articles/category:{}", Uuid::from_u128(1));
        let scopes = scopes.into_iter().map(str::to_owned).chain([category]).collect();
        let found = topics(
            &News { from: stand, until: stand, scopes },
            &Catalog::default(),
            "https://a.example",
        );
        let all: Vec<_> = found.iter().map(String::as_str).collect();
        assert_eq!(
            all,
            [
                "https://a.example/feeds/articles.atom",
                "https://a.example/feeds/articles.atom?language=ur",
                "https://a.example/feeds/articles.json",
                "https://a.example/feeds/articles.json?language=ur",
                "https://a.example/feeds/articles.rss",
                "https://a.example/feeds/articles.rss?language=ur",
            ]
        );
    }
}

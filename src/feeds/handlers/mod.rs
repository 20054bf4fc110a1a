//! The operations on feeds: the list of stories, described for readers and written in their formats.

mod subject;

use super::model::Channel;
use super::views::atom::{self, AtomFeed};
use super::views::json_feed::{self, JsonFeed};
use super::views::last_change;
use super::views::params::FeedParameters;
use super::views::rss::{self, RssFeed};
use crate::access::Caller;
use crate::app::App;
use crate::articles::handlers::listing;
use crate::articles::views::output::ArticleSummary;
use crate::error::Error;
use crate::http::auth::Anyone;
use crate::http::{Address, Basis, Query, Rendered, Rendering};
use actix_web::web::Data;
use subject::Asked;

/// Read a feed in RSS 2.0
///
/// The live stories of a filter, newest first: all filters of the list of articles, in the same words.
/// A feed is the public's, whatever the key.
#[utoipa::path(get, path = "/feeds/articles.rss")]
pub async fn find_rss_feed(
    app: Data<App>,
    _caller: Anyone,
    query: Query<FeedParameters>,
    address: Address,
    basis: Basis,
) -> Result<Rendered<RssFeed>, Error> {
    let feed = Feed::read(&app, query, &address, &basis).await?;
    Ok(feed.rendered(rss::render(&feed.channel, &feed.stories)))
}

/// Read a feed in Atom
///
/// The live stories of a filter, newest first: all filters of the list of articles, in the same words.
/// A feed is the public's, whatever the key. Pages are linked after RFC 5005.
#[utoipa::path(get, path = "/feeds/articles.atom")]
pub async fn find_atom_feed(
    app: Data<App>,
    _caller: Anyone,
    query: Query<FeedParameters>,
    address: Address,
    basis: Basis,
) -> Result<Rendered<AtomFeed>, Error> {
    let feed = Feed::read(&app, query, &address, &basis).await?;
    Ok(feed.rendered(atom::render(&feed.channel, &feed.stories)))
}

/// Read a feed as JSON Feed
///
/// The live stories of a filter, newest first, after JSON Feed 1.1: all filters of the list of articles,
/// in the same words. A feed is the public's, whatever the key. What the format has no member for stands
/// in `_newswire`.
#[utoipa::path(get, path = "/feeds/articles.json")]
pub async fn find_json_feed(
    app: Data<App>,
    _caller: Anyone,
    query: Query<FeedParameters>,
    address: Address,
    basis: Basis,
) -> Result<Rendered<JsonFeed>, Error> {
    let mut feed = Feed::read(&app, query, &address, &basis).await?;
    let stories = std::mem::take(&mut feed.stories);
    let bytes = json_feed::render(&feed.channel, stories).map_err(Error::internal)?;
    Ok(feed.rendered(bytes))
}

/// A page of a feed.
struct Feed {
    channel: Channel,
    stories: Vec<ArticleSummary>,
}

impl Feed {
    async fn read(
        app: &App,
        query: Query<FeedParameters>,
        address: &Address,
        basis: &Basis,
    ) -> Result<Self, Error> {
        let (content, list) = query.params.into_parts(app.config.feed_content);
        let asked = Asked::of(&list);
        let query = Query { params: list, fingerprint: query.fingerprint };
        let (page, mut facts) = listing::list(app, &Caller::PUBLIC, query).await?;
        let subject = asked.subject(app, &page.items, &mut facts).await?;
        let site = app.config.title.as_str();
        let language = asked.language(&page.items);
        facts.language.clone_from(&language);
        facts.scopes.sort_unstable();
        facts.scopes.dedup();
        basis.set(facts);
        let base = &app.addresses.public_url;
        let channel = Channel {
            title: subject.title(site),
            description: subject.description(site),
            home: subject.page().map_or_else(|| format!("{base}/"), str::to_owned),
            base: base.clone(),
            site: site.to_owned(),
            language,
            updated: last_change(&page.items),
            content,
            this: address.this(),
            first: address.at(None),
            previous: page.prev_cursor.as_deref().map(|cursor| address.at(Some(cursor))),
            next: page.next_cursor.as_deref().map(|cursor| address.at(Some(cursor))),
        };
        Ok(Self { channel, stories: page.items })
    }

    fn rendered<F: Rendering>(&self, bytes: Vec<u8>) -> Rendered<F> {
        let link = |(rel, to): (&str, &str)| format!("<{to}>; rel=\"{rel}\"");
        Rendered::new(bytes, self.channel.pages().map(link).collect())
    }
}

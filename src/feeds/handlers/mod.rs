//! The operations on feeds: the list of stories, described for readers and written in their formats.

mod subject;

use super::model::{Channel, Departed, Subject};
use super::store;
use super::views::atom::{self, AtomFeed};
use super::views::json_feed::{self, JsonFeed};
use super::views::last_change;
use super::views::ninjs::{self, NinjsFeed};
use super::views::params::FeedParameters;
use super::views::rss::{self, RssFeed};
use crate::access::Caller;
use crate::app::App;
use crate::articles::formats::with_uris;
use crate::articles::handlers::listing;
use crate::articles::views::output::ArticleSummary;
use crate::articles::views::params::ListArticles;
use crate::db::{Conn, live};
use crate::error::Error;
use crate::freshness::Scope;
use crate::http::auth::Anyone;
use crate::http::basis::Facts;
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
    let (feed, facts) = Feed::read(&app, query, &address).await?;
    basis.set(facts);
    feed.rendered(|channel, stories| Ok(rss::render(channel, &stories))).await
}

/// Read a feed in Atom
///
/// The live stories of a filter, newest first: all filters of the list of articles, in the same words.
/// A feed is the public's, whatever the key. Pages are linked
/// after RFC 5005; the first, but of a search (`q`), names stories that were live and left it in the last days
/// (RFC 6721).
#[utoipa::path(get, path = "/feeds/articles.atom")]
pub async fn find_atom_feed(
    app: Data<App>,
    _caller: Anyone,
    query: Query<FeedParameters>,
    address: Address,
    basis: Basis,
) -> Result<Rendered<AtomFeed>, Error> {
    let departed = Departure::of(&query.params);
    let (feed, mut facts) = Feed::read(&app, query, &address).await?;
    let departed = departed.read(&app, &mut facts).await?;
    basis.set(facts);
    feed.rendered(move |channel, stories| Ok(atom::render(channel, stories, &departed))).await
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
    let (feed, facts) = Feed::read(&app, query, &address).await?;
    basis.set(facts);
    feed.rendered(json_feed::render).await
}

/// Read a feed of IPTC ninjs items
///
/// The live stories of a filter, newest first, each as an IPTC ninjs 3.1 item: all filters of the list of
/// articles, in the same words. A feed is the public's, whatever the key.
#[utoipa::path(get, path = "/feeds/articles.ninjs.json")]
pub async fn find_ninjs_feed(
    app: Data<App>,
    _caller: Anyone,
    query: Query<FeedParameters>,
    address: Address,
    basis: Basis,
) -> Result<Rendered<NinjsFeed>, Error> {
    let (mut feed, facts) = Feed::read(&app, query, &address).await?;
    basis.set(facts);
    // the hub is not told of this one
    feed.channel.hub = None;
    feed.rendered(ninjs::render).await
}

/// A look for what left a feed: on its first page.
struct Departure(Option<ListArticles>);

impl Departure {
    fn of(params: &FeedParameters) -> Self {
        let list = params.list();
        // what is gone is not searched: a hit would tell what its text says
        Self((list.cursor.is_none() && list.q.is_none()).then(|| list.clone()))
    }

    /// What left, and until when that is all.
    async fn read(self, app: &App, facts: &mut Facts) -> Result<Vec<Departed>, Error> {
        let Some(list) = self.0 else { return Ok(Vec::new()) };
        facts.scopes.push(Scope::departed());
        let mut conn = app.db.read().await?;
        let Some(filter) = listing::public_filter(app, &mut conn, &list).await? else {
            return Ok(Vec::new());
        };
        let read = async |conn: &mut Conn, next| {
            facts.until = [facts.until, next].into_iter().flatten().min();
            store::departed(conn, &filter).await
        };
        live::snapshot(&mut conn, read).await
    }
}

/// Whether the hub is told when the feed at this address changes.
fn is_told(subject: &Subject, address: &Address) -> bool {
    match subject.parameter() {
        None => false,
        Some(("", _)) => address.is_bare(),
        Some((name, value)) => address.has_only(name, &value),
    }
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
    ) -> Result<(Self, Facts), Error> {
        let (content, list) = query.params.into_parts(app.config.feed_content);
        let asked = Asked::of(&list);
        let query = Query { params: list, fingerprint: query.fingerprint };
        let (page, mut facts) = listing::list(app, &Caller::PUBLIC, query).await?;
        let subject = asked.subject(app, &page.items, &mut facts).await?;
        let site = app.config.title();
        let language = asked.language(&page.items);
        facts.language.clone_from(&language);
        facts.scopes.sort_unstable();
        facts.scopes.dedup();
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
            hub: app.config.websub_hub().filter(|_| is_told(&subject, address)).map(str::to_owned),
            next: page.next_cursor.as_deref().map(|cursor| address.at(Some(cursor))),
        };
        Ok((Self { channel, stories: page.items }, facts))
    }

    /// In a format, written apart from the workers: bodies may be long.
    async fn rendered<F: Rendering>(
        self,
        write: impl FnOnce(&Channel, Vec<ArticleSummary>) -> Result<Vec<u8>, Error> + Send + 'static,
    ) -> Result<Rendered<F>, Error> {
        let Self { channel, stories } = self;
        let link = |(rel, to): (&str, &str)| format!("<{to}>; rel=\"{rel}\"");
        let links = channel.pages().map(link).collect();
        let written = actix_web::web::block(move || {
            write(&channel, stories.into_iter().map(with_uris).collect())
        })
        .await;
        let bytes = written.map_err(Error::internal)??;
        Ok(Rendered::new(bytes, links))
    }
}

//! The operations on articles.

pub mod bulk;
pub mod by_external_id;
mod change;
pub mod corrections;
pub mod duplicates;
mod formats;
pub mod life;
pub mod listing;
pub mod previews;
mod reading;
pub mod revisions;
pub mod terms;

use crate::access::{Caller, Scope};
use crate::app::App;
use crate::articles::model::State;
use crate::articles::save::{Ahead, Base, Save};
use crate::articles::views::input::{ArticleInput, ArticlePatch};
use crate::articles::views::output::{Article, ArticleSummary};
use crate::articles::views::params::{
    ArticlePath, ChangeArticle, CreateArticle, Duplicates, FindArticle, ListArticles, StoryPath,
};
use crate::articles::views::searched::SearchFacts;
use crate::db::Conn;
use crate::error::{Code, Error};
use crate::http::auth::{AnyKey, Anyone, ArticlesWrite, Needs};
use crate::http::conditions::SentIfMatch;
use crate::http::{
    Asked, Basis, Body, DryRun, Formatted, Found, IdempotencyKey, IfMatch, Listed, NoContent, Once,
    Path, Query, Saved, Updated,
};
use crate::idempotency;
use actix_web::web::Data;
use by_external_id::Posted;
use change::{Change, lock, matching, view, visible, writable};
use formats::StoryFormats;

/// List articles
///
/// Live stories, newest first, whatever the key. Other states come only when `state` names them, and
/// need a key with `articles:read`; a key bound to a source then sees that source's stories only.
/// Filters combine: any value within one name, all across names.
#[utoipa::path(get, path = "/api/v1/articles")]
pub async fn list_articles(
    app: Data<App>,
    caller: Anyone,
    query: Query<ListArticles>,
    basis: Basis,
) -> Result<Listed<ArticleSummary, SearchFacts>, Error> {
    let (mut page, facts) = listing::list(&app, &caller, query).await?;
    basis.set(facts);
    page.feeds = Some(listing::FEEDS);
    Ok(Listed(page))
}

/// Create an article
///
/// Only `headline` is required. A story is a draft unless `status` says otherwise; publishing needs
/// `articles:publish`. `on_conflict` says what happens when the source has this external id already,
/// `duplicates` what happens when an earlier story says the same.
#[utoipa::path(post, path = "/api/v1/articles")]
pub async fn create_article(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    query: Query<CreateArticle>,
    if_match: SentIfMatch,
    key: IdempotencyKey,
    body: Body<ArticleInput, ArticlePatch>,
) -> Result<Once<Saved<Article>>, Error> {
    let patch = body.into_inner();
    let posted = Posted::new(&app, &caller, query.params, None, if_match.0, patch).await?;
    let work = async |conn: &mut Conn| posted.save(conn).await;
    posted.unraced(async || idempotency::once(&app, &key, query.params.dry_run, work).await).await
}

/// Read an article
///
/// By id or slug: a live one by anybody, in any state with a key that may read it. A former slug
/// answers 308; a story that was public and is withdrawn answers 410.
///
/// In JSON, IPTC ninjs 3.1, schema.org JSON-LD, plain text, Markdown, HTML or as an Atom entry: by `Accept`, or by
/// a suffix of the address (`.json`, `.ninjs.json`, `.jsonld`, `.txt`, `.md`, `.html`, `.atom`), which decides
/// whatever `Accept` says. `include` is for JSON alone.
#[utoipa::path(get, path = "/api/v1/articles/{article}")]
pub async fn find_article(
    app: Data<App>,
    caller: Anyone,
    path: Path<StoryPath>,
    Asked(choice): Asked,
    query: Query<FindArticle>,
    basis: Basis,
) -> Result<Formatted<StoryFormats>, Error> {
    let include = formats::include(choice.format, &query.params)?;
    let mut conn = app.db.read().await?;
    let article = &path.0.article.0;
    let read = match &query.params.preview {
        None => reading::one(&mut conn, &app, &caller, article, include, &basis).await,
        Some(token) => {
            let asked = (include, token.as_str());
            reading::previewed(&mut conn, &app, &caller, article, asked, &basis).await
        }
    };
    drop(conn);
    formats::formatted(app, read?, choice.format).await
}

/// Read an article as input
///
/// The story in exactly the shape PUT takes; putting it back changes nothing. Needs a key with
/// `articles:read` or `articles:write`.
#[utoipa::path(get, path = "/api/v1/articles/{article}/input")]
pub async fn find_article_input(
    app: Data<App>,
    caller: Needs<AnyKey>,
    path: Path<ArticlePath>,
) -> Result<Found<Editable>, Error> {
    let mut conn = app.db.read().await?;
    let (article, relations) = reading::seen(&mut conn, &app, &caller, &path.0.article).await?;
    if !caller.may_read(article.content.source.map(|id| id.0)) {
        caller.require(Scope::ArticlesRead)?;
        return Err(Error::new(Code::SourceForbidden));
    }
    let version = article.version;
    Ok(Found(Editable { version, input: ArticleInput::new(article, &relations) }))
}

/// Replace an article
///
/// Members left out take their defaults, except `slug`, `status`, `published_at`, `source` and
/// `external_id`, which keep their value. Never creates.
#[utoipa::path(put, path = "/api/v1/articles/{article}")]
pub async fn replace_article(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    path: Path<ArticlePath>,
    query: Query<ChangeArticle>,
    if_match: IfMatch,
    body: Body<ArticleInput, ArticlePatch>,
) -> Result<Updated<Article>, Error> {
    let (ChangeArticle { create_missing, dry_run }, patch) = (query.params, body.into_inner());
    let ahead = Ahead::of(&patch, &app.config.embed_hosts).await?;
    let save = Save { ahead: ahead.as_ref(), create_missing, ..saving(&app, &caller) };
    let change = Change { app: &app, save, path: &path.0, if_match: &if_match };
    let work = async |conn: &mut Conn| change.make(conn, &patch, Base::Defaults).await;
    app.db.transaction(dry_run, work).await
}

/// Change an article
///
/// A merge patch (RFC 7396): members left out stay as they are, null clears them. Whatever changes
/// what the public sees or will see needs `articles:publish`.
#[utoipa::path(patch, path = "/api/v1/articles/{article}")]
pub async fn update_article(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    path: Path<ArticlePath>,
    query: Query<ChangeArticle>,
    if_match: IfMatch,
    key: IdempotencyKey,
    body: Body<ArticlePatch>,
) -> Result<Once<Updated<Article>>, Error> {
    let (ChangeArticle { create_missing, dry_run }, patch) = (query.params, body.into_inner());
    let ahead = Ahead::of(&patch, &app.config.embed_hosts).await?;
    let save = Save { ahead: ahead.as_ref(), create_missing, ..saving(&app, &caller) };
    let change = Change { app: &app, save, path: &path.0, if_match: &if_match };
    let work = async |conn: &mut Conn| change.make(conn, &patch, Base::Current).await;
    idempotency::once(&app, &key, dry_run, work).await
}

/// How this caller saves, when nothing more is said.
fn saving<'a>(app: &'a App, caller: &'a Caller) -> Save<'a> {
    Save {
        caller,
        language: &app.config.language,
        create_missing: false,
        duplicates: Duplicates::Link,
        heeds_purges: false,
        embed_hosts: &app.config.embed_hosts,
        ahead: None,
        known: None,
    }
}

/// Delete an article
///
/// Into the trash. Deleting again answers the same.
#[utoipa::path(delete, path = "/api/v1/articles/{article}")]
pub async fn delete_article(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    path: Path<ArticlePath>,
    query: Query<DryRun>,
    if_match: IfMatch,
) -> Result<NoContent, Error> {
    let save = saving(&app, &caller);
    let work = app.db.transaction(query.params.dry_run, async |conn| {
        let before = lock(conn, &caller, &path.0.article).await?;
        writable(&caller, &before)?;
        if before.state == State::Trashed {
            return Ok(());
        }
        matching(conn, &app, &caller, &if_match, &before).await?;
        save.trash(conn, &before).await
    });
    work.await.map(|()| NoContent)
}

/// A story in the shape PUT takes, with the version it has.
#[derive(Debug, serde::Serialize)]
#[serde(transparent)]
pub struct Editable {
    #[serde(skip)]
    version: i64,
    input: ArticleInput,
}

impl crate::http::reply::Resource for Editable {
    fn version(&self) -> i64 {
        self.version
    }
    fn location(&self) -> &str {
        ""
    }
}

impl utoipa::PartialSchema for Editable {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        ArticleInput::schema()
    }
}

impl utoipa::ToSchema for Editable {
    fn name() -> std::borrow::Cow<'static, str> {
        ArticleInput::name()
    }
    fn schemas(
        schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>,
    ) {
        ArticleInput::schemas(schemas);
    }
}

//! Stories by their supplier's id: read, and created or updated without posting twice.

use super::{matching, reading, saving, view};
use crate::access::Caller;
use crate::app::App;
use crate::articles::model::Article as Stored;
use crate::articles::save::{Ahead, Save};
use crate::articles::store;
use crate::articles::upsert::Upsert;
use crate::articles::views::input::{ArticleInput, ArticlePatch};
use crate::articles::views::output::{Article, Include};
use crate::articles::views::params::{
    CreateArticle, ExternalPath, OnConflict, ReplaceByExternalId,
};
use crate::db::Conn;
use crate::error::{Code, Error, Violation, Violations};
use crate::http::auth::{Anyone, ArticlesWrite, Needs};
use crate::http::conditions::SentIfMatch;
use crate::http::{Basis, Body, Found, IfMatch, Path, Query, Saved};
use crate::ids::{Reference, SourceId};
use crate::patch::Patch;
use crate::sources;
use actix_web::web::Data;

/// How often a transaction is tried that met another one posting the same story.
const TRIES: usize = 4;

/// Read an article by its supplier's id
///
/// The external id is one path segment, percent-encoded once; it may hold anything, slashes
/// included.
#[utoipa::path(get, path = "/api/v1/sources/{source}/articles/{external_id}")]
pub async fn find_article_by_external_id(
    app: Data<App>,
    caller: Anyone,
    path: Path<ExternalPath>,
    basis: Basis,
) -> Result<Found<Article>, Error> {
    let mut conn = app.db.read().await?;
    let source = current_source(&mut conn, &path.0).await?;
    let id = store::by_external_id(&mut conn, Some(source), &path.0.external_id).await?;
    let id = id.ok_or_else(|| Error::new(Code::NotFound))?;
    let reference = Reference::Id(id.0);
    let include = Include::BODIES;
    reading::one(&mut conn, &app, &caller, &reference, include, &basis).await.map(Found)
}

/// Create or update an article by its supplier's id
///
/// An update changes only the members that the body carries, and nothing at all when they are the
/// same already. Refused when another key wrote the story since this key did (`overwrite` insists),
/// and when the story was withdrawn. `If-Match` is heeded, and never required: the supplier's id and
/// the writer's key guard an upsert.
#[utoipa::path(put, path = "/api/v1/sources/{source}/articles/{external_id}")]
pub async fn replace_article_by_external_id(
    app: Data<App>,
    caller: Needs<ArticlesWrite>,
    path: Path<ExternalPath>,
    query: Query<ReplaceByExternalId>,
    if_match: SentIfMatch,
    body: Body<ArticleInput, ArticlePatch>,
) -> Result<Saved<Article>, Error> {
    let ReplaceByExternalId { duplicates, create_missing, overwrite, dry_run } = query.params;
    let on_conflict = OnConflict::Update;
    let params = CreateArticle { on_conflict, duplicates, create_missing, overwrite, dry_run };
    let (path, patch) = (Some(&path.0), body.into_inner());
    let posted = Posted::new(&app, &caller, params, path, if_match.0, patch).await?;
    let work = async |conn: &mut Conn| posted.save(conn).await;
    posted.unraced(async || app.db.transaction(dry_run, work).await).await
}

/// What came with a request to create or update.
pub struct Posted<'a> {
    app: &'a App,
    caller: &'a Caller,
    params: CreateArticle,
    /// The supplier's id in the path, if there.
    path: Option<&'a ExternalPath>,
    /// The condition on an existing story.
    if_match: IfMatch,
    patch: ArticlePatch,
    ahead: Option<Ahead>,
}

impl<'a> Posted<'a> {
    /// Takes what came, and renders the body.
    pub async fn new(
        app: &'a App,
        caller: &'a Caller,
        params: CreateArticle,
        path: Option<&'a ExternalPath>,
        if_match: IfMatch,
        patch: ArticlePatch,
    ) -> Result<Self, Error> {
        let ahead = Ahead::of(&patch, &app.config.embed_hosts).await?;
        Ok(Self { app, caller, params, path, if_match, patch, ahead })
    }

    /// Does the work of a whole transaction, again where another one has just posted the same story.
    pub async fn unraced<T>(&self, work: impl AsyncFn() -> Result<T, Error>) -> Result<T, Error> {
        for _ in 1..TRIES {
            match work().await {
                Err(error) if self.is_raced(&error) => {}
                answer => return answer,
            }
        }
        work().await
    }

    /// Somebody else was faster: the index refused what the first look-up had not found, or, where an
    /// existing story is no fault, the second look-up did.
    fn is_raced(&self, error: &Error) -> bool {
        error.code() == Code::ExternalIdTaken
            && (self.params.on_conflict != OnConflict::Error || error.facts().existing.is_none())
    }

    /// Creates the story, or does with the one that is there what `on_conflict` says.
    pub async fn save(&self, conn: &mut Conn) -> Result<Saved<Article>, Error> {
        let CreateArticle { on_conflict, duplicates, create_missing, overwrite, dry_run } =
            self.params;
        let ahead = self.ahead.as_ref();
        let save = Save { ahead, create_missing, duplicates, ..saving(self.app, self.caller) };
        let upsert = Upsert { save, on_conflict, overwrite };
        let mut patch = upsert.implied(self.patch.clone());
        if let Some(path) = self.path {
            address(conn, self.caller, path, &mut patch).await?;
        }
        let Some(existing) = upsert.existing(conn, &patch).await? else {
            self.if_match.check_missing()?;
            let created = upsert.save.create(conn, patch).await?;
            return Ok(Saved::made(self.view(conn, created).await?, dry_run));
        };
        if !upsert.may_change(&existing)? {
            return self.view(conn, existing).await.map(Saved::Existing);
        }
        matching(conn, self.app, self.caller, &self.if_match, &existing).await?;
        let changed = upsert.change(conn, existing, patch).await?;
        self.view(conn, changed).await.map(Saved::Existing)
    }

    async fn view(&self, conn: &mut Conn, article: Stored) -> Result<Article, Error> {
        view(conn, self.app, self.caller, article).await
    }
}

/// The source in the path. A former slug sends the caller on.
async fn current_source(conn: &mut Conn, path: &ExternalPath) -> Result<SourceId, Error> {
    sources::store::find(conn, &path.source).await.map(|source| source.id)
}

/// Puts the path's values into the patch; a body that says otherwise is refused.
async fn address(
    conn: &mut Conn,
    caller: &Caller,
    path: &ExternalPath,
    patch: &mut ArticlePatch,
) -> Result<(), Error> {
    let source = current_source(conn, path).await?;
    if !caller.covers(Some(source.0)) {
        return Err(Error::new(Code::SourceForbidden));
    }
    let mut found = Violations::default();
    let mut differs = |pointer: &str| {
        let detail = "The body names another value than the path.";
        found.push(Violation::body(pointer, Code::ExternalIdMismatch, detail));
    };
    match &patch.source {
        Patch::Value(reference)
            if sources::store::resolve(conn, reference).await? != Some(source) =>
        {
            differs("source");
        }
        _ => {}
    }
    if patch.external_id.value().is_some_and(|value| *value != path.external_id) {
        differs("external_id");
    }
    found.finish()?;
    patch.source = Patch::Value(Reference::Id(source.0));
    patch.external_id = Patch::Value(path.external_id.clone());
    Ok(())
}

//! Stories by their supplier's id: read, and created or updated without posting twice.

use super::{matching, reading, view};
use crate::access::Caller;
use crate::app::App;
use crate::articles::model::Article as Stored;
use crate::articles::save::{Ahead, Base, Save};
use crate::articles::store;
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
    let ReplaceByExternalId { create_missing, overwrite, dry_run } = query.params;
    let params =
        CreateArticle { on_conflict: OnConflict::Update, create_missing, overwrite, dry_run };
    let (if_match, patch) = (if_match.0, body.into_inner());
    create_or_update(&app, &caller, Posted { params, path: Some(&path.0), if_match, patch }).await
}

/// What came with a request to create or update.
pub struct Posted<'a> {
    /// What to do.
    pub params: CreateArticle,
    /// The supplier's id in the path, if there.
    pub path: Option<&'a ExternalPath>,
    /// The condition on an existing story.
    pub if_match: IfMatch,
    /// The story.
    pub patch: ArticlePatch,
}

/// Creates the story, or does with the one that is there what `on_conflict` says.
pub async fn create_or_update(
    app: &App,
    caller: &Caller,
    posted: Posted<'_>,
) -> Result<Saved<Article>, Error> {
    let ahead = Ahead::of(&posted.patch).await?;
    let save = Save {
        caller,
        language: &app.config.language,
        create_missing: posted.params.create_missing,
        ahead: ahead.as_ref(),
    };
    let dry_run = posted.params.dry_run;
    for _ in 1..TRIES {
        let work =
            app.db.transaction(dry_run, async |conn| attempt(conn, app, &save, &posted).await);
        match work.await {
            // another request has just posted the same story: look again
            Err(error) if raced(&error, posted.params.on_conflict) => {}
            answer => return answer,
        }
    }
    app.db.transaction(dry_run, async |conn| attempt(conn, app, &save, &posted).await).await
}

/// Somebody else was faster: the index refused what the first look-up had not found, or, where an
/// existing story is no fault, the second look-up did.
fn raced(error: &Error, on_conflict: OnConflict) -> bool {
    error.code() == Code::ExternalIdTaken
        && (on_conflict != OnConflict::Error || error.facts().existing.is_none())
}

async fn attempt(
    conn: &mut Conn,
    app: &App,
    save: &Save<'_>,
    posted: &Posted<'_>,
) -> Result<Saved<Article>, Error> {
    let (caller, mut patch) = (save.caller, posted.patch.clone());
    let CreateArticle { on_conflict, overwrite, dry_run, .. } = posted.params;
    if caller.bound_to().is_some() && patch.source == Patch::Null {
        // a bound key's source is implied, whether it is left out or null
        patch.source = Patch::Absent;
    }
    if let Some(path) = posted.path {
        address(conn, caller, path, &mut patch).await?;
    }
    let Some(existing) = existing(conn, save, &patch).await? else {
        posted.if_match.check_missing()?;
        let created = save.create(conn, patch).await?;
        let view = view(conn, app, caller, created).await?;
        return Ok(Saved::made(view, dry_run));
    };
    let named = |code| Error::new(code).existing("articles", existing.id.0);
    if on_conflict == OnConflict::Error {
        return Err(named(Code::ExternalIdTaken));
    }
    if existing.is_withdrawn() {
        return Err(named(Code::StoryWithdrawn));
    }
    if on_conflict == OnConflict::Skip {
        return view(conn, app, caller, existing).await.map(Saved::Existing);
    }
    matching(conn, app, caller, &posted.if_match, &existing).await?;
    let elsewhere = named(Code::EditedElsewhere);
    let mine = existing.updated_by.map(|id| id.0) == caller.key().map(|key| key.id);
    let before = existing.version;
    let changed = save.change(conn, existing, patch, Base::Carried).await?;
    if changed.version != before && !mine && !overwrite {
        return Err(elsewhere);
    }
    view(conn, app, caller, changed).await.map(Saved::Existing)
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

/// The story with the patch's source and external id, locked.
async fn existing(
    conn: &mut Conn,
    save: &Save<'_>,
    patch: &ArticlePatch,
) -> Result<Option<Stored>, Error> {
    let Some(external_id) = patch.external_id.value() else { return Ok(None) };
    let source = match &patch.source {
        Patch::Absent => save.caller.bound_to().map(SourceId),
        Patch::Null => None,
        Patch::Value(reference) => match save.known_source(conn, reference).await? {
            Some(id) => Some(id),
            // a source that is not there yet has no stories
            None => return Ok(None),
        },
    };
    if !save.caller.covers(source.map(|id| id.0)) {
        return Err(Error::new(Code::SourceForbidden));
    }
    match store::by_external_id(conn, source, external_id).await? {
        Some(id) => store::lock(conn, id).await,
        None => Ok(None),
    }
}

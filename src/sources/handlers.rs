//! The operations on sources.

use crate::access::{self, Caller};
use crate::app::App;
use crate::db::Conn;
use crate::db::keyset::Cursor;
use crate::db::live;
use crate::db::{Turn, take_turn};
use crate::error::{Code, Error, Violation};
use crate::freshness::Scope;
use crate::http::auth::{Anyone, Needs, SourcesWrite};
use crate::http::basis::{Facts, PurgeKey, settled};
use crate::http::{
    Basis, Body, DryRun, Found, IdempotencyKey, IfMatch, Listed, NoContent, Once, Page, Path,
    Query, Saved, Updated,
};
use crate::idempotency;
use crate::ids::SourceId;
use crate::sources::model::{self, Content, WireStatus};
use crate::sources::store;
use crate::sources::views::{
    DeleteSource, ListSources, Source, SourceInput, SourcePatch, SourcePath,
};
use actix_web::web::Data;

/// List sources
///
/// By name. Anybody may read them.
#[utoipa::path(get, path = "/api/v1/sources")]
pub async fn list_sources(
    app: Data<App>,
    caller: Anyone,
    query: Query<ListSources>,
    basis: Basis,
) -> Result<Listed<Source>, Error> {
    let Query { params, fingerprint } = query;
    let cursor = Cursor::read(params.cursor.as_deref(), fingerprint)?;
    let filter = params.filter();
    let mut conn = app.db.read().await?;
    let slice = store::list(&mut conn, &filter, cursor, params.limit()).await?;
    let total = match params.total {
        Some(_) => Some((store::count(&mut conn, &filter).await?, true)),
        None => None,
    };
    let cursors =
        slice.cursors(fingerprint, |source| (source.content.name.clone(), source.id.0))?;
    let mut facts = Facts {
        scopes: vec![Scope::sources()],
        keys: vec![PurgeKey::all("sources")],
        ..Facts::default()
    };
    let mut counts = None;
    if !params.include.is_empty() {
        facts.scopes.push(Scope::articles());
        let ids: Vec<SourceId> = slice.rows.iter().map(|source| source.id).collect();
        let count = async |conn: &mut Conn, until| Ok((store::counts(conn, &ids).await?, until));
        let (counted, until) = live::snapshot(&mut conn, count).await?;
        (counts, facts.until) = (Some(counted), until);
    }
    basis.set(facts);
    let view = |source: model::Source| {
        let count = counts.as_ref().map(|all| all.get(&source.id).copied().unwrap_or_default());
        let view = Source::new(source, &app.addresses, &caller);
        match count {
            Some(count) => view.counted(count),
            None => view,
        }
    };
    Ok(Listed(Page::new(slice.rows.into_iter().map(view), cursors.next, cursors.prev, total)))
}

/// Create a source
///
/// The slug is made from the name when left out.
#[utoipa::path(post, path = "/api/v1/sources")]
pub async fn create_source(
    app: Data<App>,
    caller: Needs<SourcesWrite>,
    query: Query<DryRun>,
    key: IdempotencyKey,
    body: Body<SourceInput, SourcePatch>,
) -> Result<Once<Saved<Source>>, Error> {
    let mut content = Content::default();
    let slug = body.into_inner().apply(&mut content)?;
    may_wire(&caller, &Content::default(), &content)?;
    let dry_run = query.params.dry_run;
    let work = idempotency::once(&app, &key, dry_run, async |conn| {
        take_turn(conn, Turn::SourceNames).await?;
        if let Some(id) = store::named(conn, &content.name).await? {
            return Err(Error::new(Code::NameTaken).existing("sources", id.0));
        }
        let made = store::create(conn, slug.clone(), &content).await?;
        Ok(Saved::made(Source::new(made, &app.addresses, &caller), dry_run))
    });
    work.await
}

/// Read a source
///
/// By id or slug. A former slug answers 308 with the current address.
#[utoipa::path(get, path = "/api/v1/sources/{source}")]
pub async fn find_source(
    app: Data<App>,
    caller: Anyone,
    path: Path<SourcePath>,
    basis: Basis,
) -> Result<Found<Source>, Error> {
    let mut conn = app.db.read().await?;
    let source = store::find(&mut conn, &path.0.source).await?;
    basis.set(Facts {
        scopes: vec![Scope::source(source.id)],
        modified: settled(source.updated_at),
        keys: vec![PurgeKey::one("source", source.id.0)],
        ..Facts::default()
    });
    Ok(Found(Source::new(source, &app.addresses, &caller)))
}

/// Replace a source
///
/// Members left out take their defaults, except `slug`, which keeps its value.
#[utoipa::path(put, path = "/api/v1/sources/{source}")]
pub async fn replace_source(
    app: Data<App>,
    caller: Needs<SourcesWrite>,
    path: Path<SourcePath>,
    query: Query<DryRun>,
    if_match: IfMatch,
    body: Body<SourceInput, SourcePatch>,
) -> Result<Updated<Source>, Error> {
    let patch = body.into_inner();
    let change = Change { app: &app, caller: &caller, path: &path.0, if_match: &if_match };
    let base = |_: &Content| Content::default();
    app.db
        .transaction(query.params.dry_run, async |conn| change.make(conn, &patch, base).await)
        .await
}

/// Change a source
///
/// A merge patch (RFC 7396): members left out stay as they are, null clears them.
#[utoipa::path(patch, path = "/api/v1/sources/{source}")]
pub async fn update_source(
    app: Data<App>,
    caller: Needs<SourcesWrite>,
    path: Path<SourcePath>,
    query: Query<DryRun>,
    if_match: IfMatch,
    key: IdempotencyKey,
    body: Body<SourcePatch>,
) -> Result<Once<Updated<Source>>, Error> {
    let patch = body.into_inner();
    let change = Change { app: &app, caller: &caller, path: &path.0, if_match: &if_match };
    let work = async |conn: &mut Conn| change.make(conn, &patch, Content::clone).await;
    idempotency::once(&app, &key, query.params.dry_run, work).await
}

/// What comes in by a feed is what the one who has it read may post: stories, and published ones.
fn may_wire(caller: &Caller, before: &Content, after: &Content) -> Result<(), Error> {
    // also while nothing is read: else whoever has it read would publish unawares
    if after.wire_status == WireStatus::Published && before.wire_status != after.wire_status {
        caller.require(access::Scope::ArticlesPublish)?;
    }
    if !after.is_polled() || after.is_wired_like(before) {
        return Ok(());
    }
    caller.require(access::Scope::ArticlesWrite)?;
    if after.wire_status == WireStatus::Published {
        caller.require(access::Scope::ArticlesPublish)?;
    }
    Ok(())
}

/// A change under way.
struct Change<'a> {
    app: &'a App,
    caller: &'a Caller,
    path: &'a SourcePath,
    if_match: &'a IfMatch,
}

impl Change<'_> {
    /// Makes it, in the transaction of its caller.
    async fn make(
        &self,
        conn: &mut Conn,
        patch: &SourcePatch,
        base: impl Fn(&Content) -> Content,
    ) -> Result<Updated<Source>, Error> {
        let view = |source| Source::new(source, &self.app.addresses, self.caller);
        take_turn(conn, Turn::SourceNames).await?;
        let before = store::lock(conn, &self.path.source).await?;
        self.if_match.check_view(|| view(before.clone()), before.version)?;
        let mut content = base(&before.content);
        let slug = patch.clone().apply(&mut content)?;
        may_wire(self.caller, &before.content, &content)?;
        if let Some(id) = store::named(conn, &content.name).await?.filter(|id| *id != before.id) {
            return Err(Error::new(Code::NameTaken).existing("sources", id.0));
        }
        store::update(conn, before, slug, &content).await.map(|source| Updated(view(source)))
    }
}

/// Delete a source
///
/// For good. One that stories point at is refused with the number of stories, unless
/// `reassign_to` names the source that takes them over.
#[utoipa::path(delete, path = "/api/v1/sources/{source}")]
pub async fn delete_source(
    app: Data<App>,
    caller: Needs<SourcesWrite>,
    path: Path<SourcePath>,
    query: Query<DeleteSource>,
    if_match: IfMatch,
) -> Result<NoContent, Error> {
    let DeleteSource { reassign_to, dry_run } = query.params;
    let view = |source| Source::new(source, &app.addresses, &caller);
    let work = app.db.transaction(dry_run, async |conn| {
        let source = store::lock(conn, &path.0.source).await?;
        if_match.check_view(|| view(source.clone()), source.version)?;
        let target = match &reassign_to {
            None => None,
            Some(reference) => {
                let target = store::resolve(conn, reference).await?.filter(|id| *id != source.id);
                Some(target.ok_or_else(reassign_invalid)?)
            }
        };
        store::delete(conn, &source, target).await
    });
    work.await.map(|()| NoContent)
}

fn reassign_invalid() -> Error {
    let detail = "Expected the id or slug of another source.";
    Error::violations(vec![Violation::query("reassign_to", Code::ReassignInvalid, detail)])
}

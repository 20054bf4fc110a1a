//! The operations on keys.

use crate::app::App;
use crate::db::keyset::Cursor;
use crate::error::{Code, Error, Violation};
use crate::http::auth::{Admin, AnyKey, Needs};
use crate::http::{
    Body, Created, DryRun, IdempotencyKey, Json, Listed, NoContent, Once, Page, Path, Query,
};
use crate::idempotency;
use crate::ids::{KeyId, Reference};
use crate::keys::model::{self, NewKey, Secret};
use crate::keys::store;
use crate::keys::views::{CreatedKey, Key, KeyInput, KeyPath, ListKeys, id_of};
use crate::sources;
use actix_web::web::Data;

/// Read the calling key
///
/// What the key that calls is and may do.
#[utoipa::path(get, path = "/api/v1/key")]
pub async fn find_current_key(app: Data<App>, caller: Needs<AnyKey>) -> Result<Json<Key>, Error> {
    let mut conn = app.db.read().await?;
    Ok(Json(store::find(&mut conn, id_of(caller.held()?)).await?.into()))
}

/// List keys
///
/// Newest first, revoked and expired ones included, without their secrets.
#[utoipa::path(get, path = "/api/v1/keys")]
pub async fn list_keys(
    app: Data<App>,
    _caller: Needs<Admin>,
    query: Query<ListKeys>,
) -> Result<Listed<Key>, Error> {
    let Query { params, fingerprint } = query;
    let cursor = Cursor::read(params.cursor.as_deref(), fingerprint)?;
    let mut conn = app.db.read().await?;
    let slice = store::list(&mut conn, cursor, params.limit()).await?;
    let total = match params.total {
        Some(_) => Some((store::count(&mut conn).await?, true)),
        None => None,
    };
    let cursors = slice.cursors(fingerprint, |key: &model::Key| (key.created_at, key.id.0))?;
    Ok(Listed(Page::new(slice.rows.into_iter().map(Key::from), cursors.next, cursors.prev, total)))
}

/// Create a key
///
/// The answer is the only one that ever shows the secret: sent again under its `Idempotency-Key`, the
/// request makes no second key, and the answer shows the first without it.
#[utoipa::path(post, path = "/api/v1/keys")]
pub async fn create_key(
    app: Data<App>,
    _caller: Needs<Admin>,
    query: Query<DryRun>,
    key: IdempotencyKey,
    body: Body<KeyInput>,
) -> Result<Once<Created<CreatedKey>>, Error> {
    let input = body.into_inner();
    let expires_at = input.expires_at()?;
    let dry_run = query.params.dry_run;
    let work = idempotency::once(&app, &key, dry_run, async |conn| {
        let source = match input.source() {
            None => None,
            Some(reference) => {
                let found = sources::store::resolve(conn, &reference).await?;
                Some(found.ok_or_else(|| unknown_source(&reference))?)
            }
        };
        let new = NewKey { name: input.name.clone(), scopes: input.scopes(), source, expires_at };
        let secret = Secret::new()?;
        let key = store::create(conn, &new, &secret.hash()).await?;
        Ok(match dry_run {
            true => Created::DryRun(CreatedKey::new(key, None)),
            false => Created::Made(CreatedKey::new(key, Some(secret))),
        })
    });
    work.await
}

fn unknown_source(reference: &Reference) -> Error {
    let detail = format!("No source has the id or slug \"{reference}\".");
    Error::violations(vec![Violation::body("source", Code::SourceNotFound, detail)])
}

/// Revoke a key
///
/// It ends at once. Revoking again changes nothing. The key that calls cannot revoke itself.
#[utoipa::path(delete, path = "/api/v1/keys/{id}")]
pub async fn delete_key(
    app: Data<App>,
    caller: Needs<Admin>,
    path: Path<KeyPath>,
    query: Query<DryRun>,
) -> Result<NoContent, Error> {
    let Reference::Id(id) = Reference::from(path.0.id) else {
        return Err(Error::new(Code::NotFound));
    };
    if caller.held()?.id == id {
        return Err(Error::new(Code::KeyInUse));
    }
    let work =
        app.db.transaction(query.params.dry_run, async |conn| store::revoke(conn, KeyId(id)).await);
    work.await.map(|()| NoContent)
}

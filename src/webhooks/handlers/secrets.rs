//! Secrets of webhooks: a new one beside those there are, so that a receiver can change over.

use super::super::model::secret::Secret;
use super::super::store;
use super::super::views::params::{WebhookPath, WebhookSecretPath};
use super::super::views::secret::{WebhookSecret, WebhookSecretInput};
use super::readable;
use crate::app::App;
use crate::db::Conn;
use crate::error::{Code, Error};
use crate::http::auth::{Needs, WebhooksWrite};
use crate::http::{Created, DryRun, IdempotencyKey, NoContent, Once, OptionalBody, Path, Query};
use crate::idempotency;
use actix_web::web::Data;

/// How many live secrets a webhook has at most: every event is signed with each.
const MOST: usize = 10;

/// Rotate the secret of a webhook
///
/// Makes a new secret. Until the old ones end, events are signed with all of them. The answer is the only
/// one that ever shows the new one. A webhook that hears of stories in any state needs `articles:read` too.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/secrets")]
pub async fn create_webhook_secret(
    app: Data<App>,
    caller: Needs<WebhooksWrite>,
    path: Path<WebhookPath>,
    query: Query<DryRun>,
    key: IdempotencyKey,
    body: OptionalBody<WebhookSecretInput>,
) -> Result<Once<Created<WebhookSecret>>, Error> {
    let (id, end, dry_run) = (path.0.id()?, body.0.expires_at()?, query.params.dry_run);
    let work = async |conn: &mut Conn| {
        let webhook = store::lock(conn, caller.bound_to(), id).await?;
        readable(&caller, &webhook.content)?;
        if webhook.secrets.len() >= MOST {
            return Err(Error::new(Code::TooManySecrets));
        }
        store::secrets::end(conn, id, end).await?;
        let secret = Secret::new()?;
        let listed = store::secrets::add(conn, id, &secret).await?;
        store::touch(conn, &webhook).await?;
        Ok(match dry_run {
            true => Created::DryRun(WebhookSecret::new(listed, None)),
            false => Created::Made(WebhookSecret::new(listed, Some(&secret))),
        })
    };
    idempotency::once(&app, &key, dry_run, work).await
}

/// Delete a secret of a webhook
///
/// It ends at once. The one that does not end by itself stays: make another one first. A webhook that hears of
/// stories in any state needs `articles:read` too.
#[utoipa::path(delete, path = "/api/v1/webhooks/{webhook}/secrets/{secret}")]
pub async fn delete_webhook_secret(
    app: Data<App>,
    caller: Needs<WebhooksWrite>,
    path: Path<WebhookSecretPath>,
    query: Query<DryRun>,
) -> Result<NoContent, Error> {
    let (id, secret) = path.0.ids()?;
    let work = async |conn: &mut Conn| {
        let webhook = store::lock(conn, caller.bound_to(), id).await?;
        readable(&caller, &webhook.content)?;
        let known = webhook.secrets.iter().find(|one| one.id == secret);
        let known = known.ok_or_else(|| Error::new(Code::NotFound))?;
        if known.expires_at.is_none() {
            return Err(Error::new(Code::LastSecret));
        }
        store::secrets::remove(conn, secret).await?;
        store::touch(conn, &webhook).await
    };
    app.db.transaction(query.params.dry_run, work).await.map(|()| NoContent)
}

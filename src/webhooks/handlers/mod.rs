//! The operations on webhooks.

mod deliveries;
mod secrets;

pub use deliveries::*;
pub use secrets::*;

use super::model::secret::Secret;
use super::model::{self, Content, WebhookId};
use super::store;
use super::views::Webhook;
use super::views::input::{Filters, WebhookInput, WebhookPatch};
use super::views::params::{ListWebhooks, WebhookPath};
use crate::access::{Caller, Scope};
use crate::app::App;
use crate::db::Conn;
use crate::db::keyset::Cursor;
use crate::error::{Code, Error, Violation, Violations};
use crate::http::auth::{Needs, WebhooksWrite};
use crate::http::{
    Body, DryRun, Found, IdempotencyKey, IfMatch, Listed, NoContent, Once, Page, Path, Query,
    Saved, Updated,
};
use crate::idempotency;
use crate::{categories, sources};
use actix_web::web::Data;

/// List webhooks
///
/// Newest first, without their secrets. A key that is bound to a source sees those made with such keys.
#[utoipa::path(get, path = "/api/v1/webhooks")]
pub async fn list_webhooks(
    app: Data<App>,
    caller: Needs<WebhooksWrite>,
    query: Query<ListWebhooks>,
) -> Result<Listed<Webhook>, Error> {
    let Query { params, fingerprint } = query;
    let cursor = Cursor::read(params.cursor.as_deref(), fingerprint)?;
    let mut conn = app.db.read().await?;
    let slice = store::list(&mut conn, caller.bound_to(), cursor, params.limit()).await?;
    let total = match params.total {
        Some(_) => Some((store::count(&mut conn, caller.bound_to()).await?, true)),
        None => None,
    };
    let cursors = slice.cursors(fingerprint, |one: &model::Webhook| (one.created_at, one.id.0))?;
    let catalog = app.catalogs.get(&mut conn).await?;
    let view = |webhook| Webhook::new(webhook, &catalog, &app.addresses);
    Ok(Listed(Page::new(slice.rows.into_iter().map(view), cursors.next, cursors.prev, total)))
}

/// Create a webhook
///
/// From now on its address is sent every event that the filters let through, as described under
/// `webhooks` in this document (Standard Webhooks). The answer is the only one that ever shows the first
/// secret. `state=any` needs a key with `articles:read` too.
#[utoipa::path(post, path = "/api/v1/webhooks")]
pub async fn create_webhook(
    app: Data<App>,
    caller: Needs<WebhooksWrite>,
    query: Query<DryRun>,
    key: IdempotencyKey,
    body: Body<WebhookInput, WebhookPatch>,
) -> Result<Once<Saved<Webhook>>, Error> {
    let (patch, dry_run) = (body.into_inner(), query.params.dry_run);
    let write = Write { app: &app, caller: &caller };
    let work = async |conn: &mut Conn| {
        let mut content = Content::default();
        write.apply(conn, patch.clone(), &mut content).await?;
        write.check(&content, &content)?;
        let id = store::create(conn, caller.bound_to(), &content).await?;
        let secret = Secret::new()?;
        store::secrets::add(conn, id, &secret).await?;
        let view = write.view(conn, id).await?;
        let view = if dry_run { view } else { view.showing(&secret) };
        Ok(Saved::made(view, dry_run))
    };
    idempotency::once(&app, &key, dry_run, work).await
}

/// Read a webhook
///
/// With how it fares, and without its secrets.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook}")]
pub async fn find_webhook(
    app: Data<App>,
    caller: Needs<WebhooksWrite>,
    path: Path<WebhookPath>,
) -> Result<Found<Webhook>, Error> {
    let mut conn = app.db.read().await?;
    let write = Write { app: &app, caller: &caller };
    write.view(&mut conn, path.0.id()?).await.map(Found)
}

/// Change a webhook
///
/// A merge patch (RFC 7396): members left out stay as they are, null gives the default. One that is turned
/// on again is sent what still waits for it, and begins with a clean record. One that hears of stories in
/// any state is changed by keys with `articles:read` only; when it is to hear of live ones alone, its log and
/// what waits for it are dropped.
#[utoipa::path(patch, path = "/api/v1/webhooks/{webhook}")]
pub async fn update_webhook(
    app: Data<App>,
    caller: Needs<WebhooksWrite>,
    path: Path<WebhookPath>,
    query: Query<DryRun>,
    if_match: IfMatch,
    key: IdempotencyKey,
    body: Body<WebhookPatch>,
) -> Result<Once<Updated<Webhook>>, Error> {
    let (patch, id) = (body.into_inner(), path.0.id()?);
    let write = Write { app: &app, caller: &caller };
    let work = async |conn: &mut Conn| {
        let before = store::lock(conn, caller.bound_to(), id).await?;
        let catalog = app.catalogs.get(conn).await?;
        let view = || Webhook::new(before.clone(), &catalog, &app.addresses);
        if_match.check_view(view, before.version)?;
        let mut content = before.content.clone();
        write.apply(conn, patch.clone(), &mut content).await?;
        write.check(&before.content, &content)?;
        store::update(conn, before, &content).await?;
        write.view(conn, id).await.map(Updated)
    };
    idempotency::once(&app, &key, query.params.dry_run, work).await
}

/// Delete a webhook
///
/// With its log and with everything that waits for it.
#[utoipa::path(delete, path = "/api/v1/webhooks/{webhook}")]
pub async fn delete_webhook(
    app: Data<App>,
    caller: Needs<WebhooksWrite>,
    path: Path<WebhookPath>,
    query: Query<DryRun>,
    if_match: IfMatch,
) -> Result<NoContent, Error> {
    let id = path.0.id()?;
    let work = async |conn: &mut Conn| {
        let webhook = store::lock(conn, caller.bound_to(), id).await?;
        let catalog = app.catalogs.get(conn).await?;
        let view = || Webhook::new(webhook.clone(), &catalog, &app.addresses);
        if_match.check_view(view, webhook.version)?;
        store::delete(conn, id).await
    };
    app.db.transaction(query.params.dry_run, work).await.map(|()| NoContent)
}

/// Who may read what a webhook was sent.
fn readable(caller: &Caller, content: &Content) -> Result<(), Error> {
    match content.unpublished {
        true => caller.require(Scope::ArticlesRead).map(|_| ()),
        false => Ok(()),
    }
}

/// A write under way.
struct Write<'a> {
    app: &'a App,
    caller: &'a Caller,
}

impl Write<'_> {
    /// Changes the content, looking up what filters name.
    async fn apply(
        &self,
        conn: &mut Conn,
        patch: WebhookPatch,
        content: &mut Content,
    ) -> Result<(), Error> {
        let filters = patch.apply(content)?;
        let mut found = Violations::default();
        let mut sources = Vec::new();
        for (at, reference) in filters.sources.value().into_iter().flatten().enumerate() {
            let source = sources::store::resolve(conn, reference).await?;
            let unknown = || {
                let detail = format!("No source has the id or slug \"{reference}\".");
                Violation::body(format!("/sources/{at}"), Code::SourceNotFound, detail)
            };
            sources.extend(found.take(source.ok_or_else(unknown)));
        }
        let mut categories = Vec::new();
        for (at, reference) in filters.categories.value().into_iter().flatten().enumerate() {
            let category = categories::store::resolve(conn, reference).await?;
            let unknown = || {
                let detail = format!("No category has the id or slug \"{reference}\".");
                Violation::body(format!("/categories/{at}"), Code::CategoryNotFound, detail)
            };
            categories.extend(found.take(category.ok_or_else(unknown)));
        }
        found.finish()?;
        let Filters { sources: wished, categories: in_these } = filters;
        Filters::set(content, wished.map(|_| sources), in_these.map(|_| categories));
        Ok(())
    }

    /// Refuses what this caller must not ask for, and addresses that nothing is sent to.
    fn check(&self, before: &Content, after: &Content) -> Result<(), Error> {
        readable(self.caller, before)?;
        readable(self.caller, after)?;
        self.app.outside.permits(&after.url).map_err(|failure| {
            let fault = Violation::body("url", Code::AddressForbidden, failure.to_string());
            Error::violations(vec![fault])
        })
    }

    async fn view(&self, conn: &mut Conn, id: WebhookId) -> Result<Webhook, Error> {
        let webhook = store::find(conn, self.caller.bound_to(), id).await?;
        let catalog = self.app.catalogs.get(conn).await?;
        Ok(Webhook::new(webhook, &catalog, &self.app.addresses))
    }
}

//! Secrets of webhooks in the database.

use super::super::model::secret::Secret;
use super::super::model::{Listed, WebhookId};
use crate::db::schema::webhook_secrets;
use crate::db::sql::literal;
use crate::db::{self, Conn};
use crate::error::{Code, Error};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use uuid::Uuid;

/// How long those before a new one go on when nobody says.
const GRACE: TimeDelta = TimeDelta::hours(24);

/// Whether one still lives.
const LIVE: &str = "(webhook_secrets.expires_at IS NULL OR webhook_secrets.expires_at > now())";

type Columns = (Uuid, Uuid, DateTime<Utc>, Option<DateTime<Utc>>);

/// The live ones of these webhooks, the oldest first, without what is secret.
pub async fn listed(
    conn: &mut Conn,
    webhooks: &[Uuid],
) -> Result<HashMap<WebhookId, Vec<Listed>>, Error> {
    let rows: Vec<Columns> = webhook_secrets::table
        .filter(webhook_secrets::webhook_id.eq_any(webhooks))
        .filter(literal::<Bool>(LIVE))
        .order((webhook_secrets::created_at, webhook_secrets::id))
        .select((
            webhook_secrets::webhook_id,
            webhook_secrets::id,
            webhook_secrets::created_at,
            webhook_secrets::expires_at,
        ))
        .load(conn)
        .await?;
    let mut all: HashMap<WebhookId, Vec<Listed>> = HashMap::new();
    for (webhook, id, created_at, expires_at) in rows {
        all.entry(WebhookId(webhook)).or_default().push(Listed { id, created_at, expires_at });
    }
    Ok(all)
}

/// The live ones of these webhooks, the newest first, to sign with.
pub async fn to_sign(
    conn: &mut Conn,
    webhooks: &[Uuid],
) -> Result<HashMap<WebhookId, Vec<Secret>>, Error> {
    let rows: Vec<(Uuid, Vec<u8>)> = webhook_secrets::table
        .filter(webhook_secrets::webhook_id.eq_any(webhooks))
        .filter(literal::<Bool>(LIVE))
        .order((webhook_secrets::created_at.desc(), webhook_secrets::id.desc()))
        .select((webhook_secrets::webhook_id, webhook_secrets::secret))
        .load(conn)
        .await?;
    let mut all: HashMap<WebhookId, Vec<Secret>> = HashMap::new();
    for (webhook, secret) in rows {
        all.entry(WebhookId(webhook)).or_default().push(Secret::from_bytes(secret));
    }
    Ok(all)
}

/// Adds one that does not end.
pub async fn add(conn: &mut Conn, webhook: WebhookId, secret: &Secret) -> Result<Listed, Error> {
    let (id, now) = (Uuid::now_v7(), db::now(conn).await?);
    diesel::insert_into(webhook_secrets::table)
        .values((
            webhook_secrets::id.eq(id),
            webhook_secrets::webhook_id.eq(webhook.0),
            webhook_secrets::secret.eq(secret.bytes()),
            webhook_secrets::created_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(Listed { id, created_at: now, expires_at: None })
}

/// Lets those there are end at `end` (a day from now when not said), or earlier where they would.
pub async fn end(
    conn: &mut Conn,
    webhook: WebhookId,
    end: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    let now = db::now(conn).await?;
    let end = end.unwrap_or(now + GRACE);
    if end <= now {
        return Err(Error::new(Code::ExpiryInPast));
    }
    let lasting = webhook_secrets::table
        .filter(webhook_secrets::webhook_id.eq(webhook.0))
        .filter(webhook_secrets::expires_at.is_null().or(webhook_secrets::expires_at.gt(end)));
    diesel::update(lasting).set(webhook_secrets::expires_at.eq(end)).execute(conn).await?;
    Ok(())
}

/// Removes one at once.
pub async fn remove(conn: &mut Conn, id: Uuid) -> Result<(), Error> {
    diesel::delete(webhook_secrets::table.find(id)).execute(conn).await?;
    Ok(())
}

/// Drops those that have ended.
pub async fn sweep(conn: &mut Conn) -> Result<usize, Error> {
    let ended = webhook_secrets::table.filter(literal::<Bool>("expires_at <= now()"));
    Ok(diesel::delete(ended).execute(conn).await?)
}

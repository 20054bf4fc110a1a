//! How far events have been handed out, and handing them out.

use super::super::model::WebhookId;
use crate::db::Conn;
use crate::db::schema::webhook_outbox;
use crate::db::sql::{Bind, Sql};
use crate::error::Error;
use crate::events::model::Position;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::time::Duration;
use uuid::Uuid;

/// An event for a webhook.
#[derive(Clone, Debug)]
pub struct Handed {
    /// Whom it is for.
    pub webhook: WebhookId,
    /// The number of the event.
    pub event: i64,
    /// What happened.
    pub kind: &'static str,
    /// To what.
    pub resource: Uuid,
    /// The bytes that are sent.
    pub payload: String,
}

/// Up to where events have been handed out, and in which epoch of their log; none at first.
pub async fn position(conn: &mut Conn) -> Result<Option<(Uuid, Position)>, Error> {
    let columns = (webhook_outbox::epoch, webhook_outbox::xid, webhook_outbox::seq);
    let query = webhook_outbox::table.select(columns).for_update();
    let found: Option<(Uuid, i64, i64)> = query.first(conn).await.optional()?;
    Ok(found.map(|(epoch, xid, seq)| (epoch, Position { xid, seq })))
}

/// Notes up to where events have been handed out.
pub async fn advance(conn: &mut Conn, epoch: Uuid, position: Position) -> Result<(), Error> {
    let values = (
        webhook_outbox::epoch.eq(epoch),
        webhook_outbox::xid.eq(position.xid),
        webhook_outbox::seq.eq(position.seq),
    );
    diesel::insert_into(webhook_outbox::table)
        .values((webhook_outbox::id.eq(true), values))
        .on_conflict(webhook_outbox::id)
        .do_update()
        .set(values)
        .execute(conn)
        .await?;
    Ok(())
}

/// Hands events out in this order, to be attempted after `pause`. What was handed out before stays as it is.
pub async fn hand_out(conn: &mut Conn, rows: &[Handed], pause: Duration) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let ids = rows.iter().map(|_| Uuid::now_v7()).collect();
    let texts = |text: fn(&Handed) -> String| Bind::Texts(rows.iter().map(text).collect());
    let statement = Sql::<()>::new(
        "INSERT INTO webhook_deliveries (id, webhook_id, event_seq, kind, resource_id, payload, status,
             next_attempt_at, created_at)
         SELECT id, webhook_id, event_seq, kind, resource_id, payload, 'pending',
             clock_timestamp() + make_interval(secs => ",
    )
    .bind(Bind::Real(pause.as_secs_f32()))
    .push("::float8), clock_timestamp() FROM unnest(")
    .bind(Bind::Uuids(ids))
    .push(", ")
    .bind(Bind::Uuids(rows.iter().map(|row| row.webhook.0).collect()))
    .push(", ")
    .bind(Bind::Ints(rows.iter().map(|row| row.event).collect()))
    .push(", ")
    .bind(texts(|row| row.kind.to_owned()))
    .push(", ")
    .bind(Bind::Uuids(rows.iter().map(|row| row.resource).collect()))
    .push(", ")
    .bind(texts(|row| row.payload.clone()))
    .push(
        ") WITH ORDINALITY AS handed (id, webhook_id, event_seq, kind, resource_id, payload, place)
         ORDER BY place ON CONFLICT (webhook_id, event_seq) DO NOTHING",
    );
    statement.execute(conn).await?;
    Ok(())
}

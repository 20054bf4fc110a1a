//! Who sends what: any node takes what is due, for as long as an attempt may take. No transaction is
//! open while it sends; if it ends meanwhile, another one takes over when the lease has run out.

use super::super::model::delivery::{Attempt, Claim, Next, Outcome, PING, Status, disabling};
use super::super::model::schedule::Schedule;
use super::super::model::{Disabled, WebhookId};
use super::secrets;
use crate::db::schema::{webhook_attempts, webhook_deliveries, webhooks};
use crate::db::sql::{Bind, Sql};
use crate::db::{self, Conn};
use crate::error::Error;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use uuid::Uuid;

/// How many events are sent to one webhook at a time ...
const MANY: i64 = 10;
/// ... and how many once this many attempts in a row have failed: a receiver that hangs holds up little.
const FEW: i64 = 2;
const FAILURES: i64 = 5;
/// A webhook that works notes so no more often than this.
const NOTED: TimeDelta = TimeDelta::seconds(10);

type ClaimSql = (SqlUuid, SqlUuid, Text, Text, Text, BigInt, Timestamptz);
type Columns = (Uuid, Uuid, String, String, String, i64, DateTime<Utc>);

fn claim((id, webhook, url, payload, kind, made, leased_until): Columns) -> Claim {
    Claim {
        id,
        webhook: WebhookId(webhook),
        url,
        payload,
        once: kind == PING,
        made: usize::try_from(made).unwrap_or(usize::MAX),
        leased_until,
        secrets: Vec::new(),
    }
}

const TAKE: &str = "
    UPDATE webhook_deliveries AS taken
    SET leased_until = clock_timestamp() + make_interval(secs => ";
const RETURN: &str = " RETURNING taken.id, taken.webhook_id, due.url, taken.payload, taken.kind,
    taken.attempts - taken.begun_after, taken.leased_until";

/// Takes at most `room` deliveries that are due, for the time of `lease`. Of one resource, a webhook
/// that wants them in order gets one at a time.
pub async fn take(conn: &mut Conn, room: i64, lease: Duration) -> Result<Vec<Claim>, Error> {
    let query = Sql::<ClaimSql>::new(TAKE)
        .bind(Bind::Int(seconds(lease)))
        .push(
            ") FROM (
             SELECT due.id, webhooks.url
             FROM (SELECT * FROM webhooks
                   WHERE enabled AND (resting_until IS NULL OR resting_until <= now())
                   ORDER BY random()) AS webhooks
             CROSS JOIN LATERAL (
                 SELECT one.id FROM webhook_deliveries AS one
                 WHERE one.webhook_id = webhooks.id AND one.status = 'pending'
                   AND one.next_attempt_at <= now()
                   AND (one.leased_until IS NULL OR one.leased_until <= now())
                   AND NOT (webhooks.ordered AND EXISTS (
                       SELECT FROM webhook_deliveries AS before
                       WHERE before.webhook_id = one.webhook_id AND before.status = 'pending'
                         AND before.resource_id = one.resource_id AND before.event_seq < one.event_seq))
                 ORDER BY one.next_attempt_at, one.event_seq
                 LIMIT greatest(0, CASE WHEN webhooks.failures >= ",
        )
        .bind(Bind::Int(FAILURES))
        .push("::bigint THEN ")
        .bind(Bind::Int(FEW))
        .push("::bigint ELSE ")
        .bind(Bind::Int(MANY))
        .push(
            "::bigint END - (
                     SELECT count(*) FROM webhook_deliveries AS sent
                     WHERE sent.webhook_id = webhooks.id AND sent.status = 'pending'
                       AND sent.leased_until > now()))
                 FOR UPDATE OF one SKIP LOCKED
             ) AS due
             LIMIT ",
        )
        .bind(Bind::Int(room))
        .push(") AS due WHERE taken.id = due.id")
        .push(RETURN);
    claimed(conn, query).await
}

async fn claimed(conn: &mut Conn, query: Sql<ClaimSql>) -> Result<Vec<Claim>, Error> {
    let rows: Vec<Columns> = query.load(conn).await?;
    let mut claims: Vec<Claim> = rows.into_iter().map(claim).collect();
    let webhooks: Vec<Uuid> = claims.iter().map(|claim| claim.webhook.0).collect();
    if webhooks.is_empty() {
        return Ok(claims);
    }
    let secrets = secrets::to_sign(conn, &webhooks).await?;
    for claim in &mut claims {
        claim.secrets = secrets.get(&claim.webhook).cloned().unwrap_or_default();
    }
    Ok(claims)
}

/// Takes this one now, due or not and whether its webhook is on or not; none while somebody sends it.
pub async fn take_one(conn: &mut Conn, id: Uuid, lease: Duration) -> Result<Option<Claim>, Error> {
    let query = Sql::<ClaimSql>::new(TAKE)
        .bind(Bind::Int(seconds(lease)))
        .push(
            ") FROM webhooks AS due
             WHERE due.id = taken.webhook_id AND taken.status = 'pending'
               AND (taken.leased_until IS NULL OR taken.leased_until <= now()) AND taken.id = ",
        )
        .bind(Bind::Uuid(id))
        .push(RETURN);
    Ok(claimed(conn, query).await?.pop())
}

fn seconds(lease: Duration) -> i64 {
    i64::try_from(lease.as_secs()).unwrap_or(i64::MAX).max(1)
}

/// What decides about the time after an attempt.
#[derive(Clone, Debug)]
pub struct Rules {
    /// When an event is sent again.
    pub schedule: Schedule,
    /// How long a webhook may get nothing before it is turned off.
    pub patience: Duration,
}

/// Notes an attempt and what follows from it. Whether the webhook was turned off, and why. Nothing
/// is noted when the lease had run out and somebody else took the delivery.
pub async fn finish(
    conn: &mut Conn,
    claim: &Claim,
    attempt: &Attempt,
    rules: &Rules,
    chance: f64,
) -> Result<Option<Disabled>, Error> {
    let now = db::now(conn).await?;
    let (status, next) = match claim.next(&attempt.outcome, &rules.schedule, chance) {
        Next::Done(status) => (status, None),
        Next::Again(pause) => (Status::Pending, TimeDelta::from_std(pause).ok()),
    };
    let mine = webhook_deliveries::table
        .find(claim.id)
        .filter(webhook_deliveries::leased_until.eq(claim.leased_until));
    let number: Option<i64> = diesel::update(mine)
        .set((
            webhook_deliveries::status.eq(status.as_str()),
            webhook_deliveries::attempts.eq(webhook_deliveries::attempts + 1),
            webhook_deliveries::next_attempt_at.eq(now + next.unwrap_or_default()),
            webhook_deliveries::leased_until.eq(None::<DateTime<Utc>>),
            webhook_deliveries::finished_at.eq((status != Status::Pending).then_some(now)),
        ))
        .returning(webhook_deliveries::attempts)
        .get_result(conn)
        .await
        .optional()?;
    let Some(number) = number else { return Ok(None) };
    note(conn, claim, number, attempt).await?;
    if attempt.outcome.arrived() {
        return recovered(conn, claim.webhook, now).await.map(|()| None);
    }
    match claim.once {
        true => Ok(None),
        false => failed(conn, claim.webhook, &attempt.outcome, rules, now).await,
    }
}

async fn note(conn: &mut Conn, claim: &Claim, number: i64, attempt: &Attempt) -> Result<(), Error> {
    let Outcome { duration, status, answer, error, .. } = &attempt.outcome;
    diesel::insert_into(webhook_attempts::table)
        .values((
            webhook_attempts::delivery_id.eq(claim.id),
            webhook_attempts::number.eq(number),
            webhook_attempts::attempted_at.eq(attempt.at),
            webhook_attempts::duration_ms
                .eq(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
            webhook_attempts::status.eq(status.and_then(|status| i16::try_from(status).ok())),
            webhook_attempts::answer.eq(answer),
            webhook_attempts::error.eq(error),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The record is clean again. A webhook that works is not written for every event.
async fn recovered(conn: &mut Conn, id: WebhookId, now: DateTime<Utc>) -> Result<(), Error> {
    let worth = webhooks::table.find(id.0).filter(
        webhooks::failures
            .gt(0)
            .or(webhooks::delivered_at.is_null())
            .or(webhooks::delivered_at.lt(now - NOTED)),
    );
    let never = None::<DateTime<Utc>>;
    diesel::update(worth)
        .set((
            webhooks::failures.eq(0),
            webhooks::failing_since.eq(never),
            webhooks::delivered_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

async fn failed(
    conn: &mut Conn,
    id: WebhookId,
    outcome: &Outcome,
    rules: &Rules,
    now: DateTime<Utc>,
) -> Result<Option<Disabled>, Error> {
    let query = webhooks::table
        .find(id.0)
        .select((
            webhooks::enabled,
            webhooks::failures,
            webhooks::failing_since,
            webhooks::resting_until,
            webhooks::version,
        ))
        .for_update();
    type Found = (bool, i64, Option<DateTime<Utc>>, Option<DateTime<Utc>>, i64);
    let found: Option<Found> = query.first(conn).await.optional()?;
    let Some((enabled, failures, since, resting, version)) = found else { return Ok(None) };
    let (failures, since) = (failures.saturating_add(1), since.unwrap_or(now));
    let rest = outcome.rest(failures).and_then(|rest| TimeDelta::from_std(rest).ok());
    // another delivery may have been told of a longer one
    let rest = rest.map(|rest| resting.map_or(now + rest, |until| until.max(now + rest)));
    diesel::update(webhooks::table.find(id.0))
        .set((
            webhooks::failures.eq(failures),
            webhooks::failing_since.eq(since),
            rest.map(|until| webhooks::resting_until.eq(until)),
        ))
        .execute(conn)
        .await?;
    let off = disabling(outcome, failures, now - since, &rules.schedule, rules.patience);
    let Some(reason) = off.filter(|_| enabled) else { return Ok(None) };
    diesel::update(webhooks::table.find(id.0))
        .set((
            webhooks::enabled.eq(false),
            webhooks::disabled_at.eq(now),
            webhooks::disabled_reason.eq(reason.as_str()),
            webhooks::updated_at.eq(now),
            webhooks::version.eq(version + 1),
        ))
        .execute(conn)
        .await?;
    Ok(Some(reason))
}

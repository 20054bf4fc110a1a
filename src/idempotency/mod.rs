//! Requests that are done once, however often they are sent: the answer to a request with an
//! `Idempotency-Key` is kept in the transaction of its effect, and given again.
//!
//! Invariants: a key belongs to the API key that sent it and to one route; of requests with one key
//! one at a time gets to work, the others are told to come back; an answer is kept if and only if
//! its effect is, so that a failure keeps nothing and the key is free for a mended request; a dry
//! run neither uses nor asks for a key. What is kept holds no secret.

pub mod model;
pub mod store;
pub mod sweep;

use crate::app::App;
use crate::db::{Conn, changes};
use crate::error::{Code, Error};
use crate::http::once::{Answer, Once, Repeatable};
use crate::http::{IdempotencyKey, idempotency_key::Ticket};
use model::{Claim, Kept};
use std::time::Duration;
use store::Found;

/// Runs `work` in one transaction, as [`crate::db::Db::transaction`] does, unless its answer is kept.
pub async fn once<T: Repeatable>(
    app: &App,
    key: &IdempotencyKey,
    dry_run: bool,
    work: impl AsyncFn(&mut Conn) -> Result<T, Error>,
) -> Result<Once<T>, Error> {
    let Some(claim) = key.ticket().filter(|_| !dry_run).map(Claim::from) else {
        return app.db.transaction(dry_run, work).await.map(Once::First);
    };
    let attempt = async |conn: &mut Conn| {
        if let Some(found) = begin(conn, &claim, lifetime(app)).await? {
            // it may have been done on another node, or by a request that ended before it was told
            app.freshness.moved(&changes::of(conn, found.xid).await?);
            return Ok(Once::Again(found.kept.into()));
        }
        let reply = work(conn).await?;
        store::keep(conn, &claim, &reply.answer()?.into()).await?;
        Ok(Once::First(reply))
    };
    app.db.transaction(false, attempt).await
}

/// How long answers are kept.
pub fn lifetime(app: &App) -> Duration {
    Duration::from_secs(u64::from(app.config.idempotency_hours) * 3600)
}

/// Takes the key until the transaction ends; what is kept under it, if anything.
async fn begin(conn: &mut Conn, claim: &Claim, lifetime: Duration) -> Result<Option<Found>, Error> {
    if !store::take(conn, claim).await? {
        return Err(Error::new(Code::IdempotencyInProgress));
    }
    match store::find(conn, claim, lifetime).await? {
        Some((fingerprint, _)) if fingerprint != claim.fingerprint => {
            Err(Error::new(Code::IdempotencyKeyReused))
        }
        found => Ok(found.map(|(_, found)| found)),
    }
}

impl From<Ticket> for Claim {
    fn from(Ticket { owner, route, name, fingerprint }: Ticket) -> Self {
        Claim { owner, route, name, fingerprint: fingerprint.to_vec() }
    }
}

impl From<Answer> for Kept {
    fn from(Answer { status, version, location, body }: Answer) -> Self {
        Kept { status, version, location, body }
    }
}

impl From<Kept> for Answer {
    fn from(Kept { status, version, location, body }: Kept) -> Self {
        Answer { status, version, location, body }
    }
}

//! Reading which stories have left a feed, and ([`websub`]) what the hub is to be told of.

pub mod websub;

use super::model::Departed;
use crate::articles::model::State;
use crate::articles::store::list::{Filter, Look};
use crate::db::Conn;
use crate::db::live::PUBLISHED;
use crate::db::sql::Sql;
use crate::error::Error;
use crate::ids::ArticleId;
use chrono::{DateTime, Utc};
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// For so long it is told that a story is gone: readers that come less often keep what they have.
const TOLD: &str = "interval '7 days'";
/// So many are told of at most, the last that left.
const MOST: i64 = 50;

/// What left this list of live stories lately, the last first: thrown away, taken back or expired. Purged
/// ones and those that somebody made drafts again are not told of.
pub async fn departed(conn: &mut Conn, filter: &Filter) -> Result<Vec<Departed>, Error> {
    let now = |states: &[State]| Filter { states: states.to_vec(), ..filter.clone() };
    let withdrawn = now(&[State::Trashed, State::Retracted]).condition(Look::Row);
    let expired = now(&[State::Expired]).condition(Look::Row);
    // the first by an index of its own; one that was over when it was last written was, unless it is known to have been live, never seen by anybody
    let query = Sql::<(SqlUuid, Timestamptz)>::new(format!(
        "SELECT id, at FROM (
             (SELECT articles.id, coalesce(articles.retracted_at, articles.trashed_at) AS at FROM articles
              WHERE articles.has_been_live AND (articles.trashed_at IS NOT NULL OR articles.status = 'retracted')
                AND articles.updated_at > statement_timestamp() - {TOLD} AND "
    ))
    .piece(withdrawn)
    .push(format!(
        " ORDER BY articles.updated_at DESC LIMIT {MOST})
          UNION ALL
          (SELECT articles.id, articles.expires_at FROM articles
           WHERE {PUBLISHED} AND articles.expires_at <= statement_timestamp()
             AND articles.expires_at > statement_timestamp() - {TOLD}
             AND (articles.has_been_live OR articles.updated_at < articles.expires_at) AND "
    ))
    .piece(expired)
    .push(format!(" ORDER BY articles.expires_at DESC LIMIT {MOST})) AS gone ORDER BY at DESC, id LIMIT {MOST}"));
    let rows: Vec<(Uuid, DateTime<Utc>)> = query.load(conn).await?;
    Ok(rows.into_iter().map(|(id, at)| Departed { id: ArticleId(id), at }).collect())
}

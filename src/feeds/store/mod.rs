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
/// When a story was withdrawn.
const LEFT: &str = "coalesce(articles.retracted_at, articles.trashed_at)";
/// Retraction takes drafts too: what the story was before it, unless that is kept no longer.
const TAKEN_BACK_FROM: &str = "(SELECT past.content ->> 'status' FROM article_revisions AS past
    WHERE past.article_id = articles.id AND past.content ->> 'status' <> 'retracted'
    ORDER BY past.version DESC LIMIT 1)";
/// So many are told of at most, the last that left.
const MOST: i64 = 50;

/// What left this list of live stories lately, the last first: thrown away, taken back or expired, each from
/// before the public's eyes. Purged ones and those that somebody made drafts again are not told of, nor is one
/// that was changed when nobody saw it any more: in which feeds the public had it is not known then, and in
/// which it would stand now is not the public's to know.
pub async fn departed(conn: &mut Conn, filter: &Filter) -> Result<Vec<Departed>, Error> {
    let now = |states: &[State]| Filter { states: states.to_vec(), ..filter.clone() };
    let withdrawn = now(&[State::Trashed, State::Retracted]).condition(Look::Row);
    let expired = now(&[State::Expired]).condition(Look::Row);
    // the first by an index of its own; withdrawn stories are not changed, and expired ones were live as they
    // are if they were written before that
    let query = Sql::<(SqlUuid, Timestamptz)>::new(format!(
        "SELECT id, at FROM (
             (SELECT articles.id, {LEFT} AS at FROM articles
              WHERE articles.has_been_live AND (articles.trashed_at IS NOT NULL OR articles.status = 'retracted')
                AND (CASE articles.status WHEN 'retracted' THEN {TAKEN_BACK_FROM} ELSE articles.status END) = 'published'
                AND articles.published_at <= {LEFT}
                AND (articles.expires_at IS NULL OR articles.expires_at > {LEFT})
                AND articles.updated_at > statement_timestamp() - {TOLD} AND "
    ))
    .piece(withdrawn)
    .push(format!(
        " ORDER BY articles.updated_at DESC LIMIT {MOST})
          UNION ALL
          (SELECT articles.id, articles.expires_at FROM articles
           WHERE {PUBLISHED} AND articles.expires_at <= statement_timestamp()
             AND articles.expires_at > statement_timestamp() - {TOLD}
             AND articles.updated_at < articles.expires_at AND "
    ))
    .piece(expired)
    .push(format!(" ORDER BY articles.expires_at DESC LIMIT {MOST})) AS gone ORDER BY at DESC, id LIMIT {MOST}"));
    let rows: Vec<(Uuid, DateTime<Utc>)> = query.load(conn).await?;
    Ok(rows.into_iter().map(|(id, at)| Departed { id: ArticleId(id), at }).collect())
}

//! **The** rule of who sees what. Every read of articles goes through one of these; nothing else
//! in the code says what live means.

use crate::access::{Caller, Scope};
use crate::articles::model::State;
use crate::db::schema::articles;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::pg::Pg;
use diesel::sql_types::{Bool, Text, Uuid as SqlUuid};
use diesel::{BoolExpressionMethods, BoxableExpression};

/// A condition on articles.
pub type Condition = Box<dyn BoxableExpression<articles::table, Pg, SqlType = Bool>>;

/// What the public sees. Literals, not parameters: the planner matches them with the partial index;
/// `listed_at` is `published_at` for published stories.
const LIVE: &str = "(articles.status = 'published' AND articles.trashed_at IS NULL \
                    AND articles.listed_at <= statement_timestamp() \
                    AND (articles.expires_at IS NULL OR articles.expires_at > statement_timestamp()))";

/// The state of an article by the database's clock.
const STATE: &str = "CASE WHEN articles.trashed_at IS NOT NULL THEN 'trashed' \
                     WHEN articles.status <> 'published' THEN 'draft' \
                     WHEN articles.published_at > statement_timestamp() THEN 'scheduled' \
                     WHEN articles.expires_at <= statement_timestamp() THEN 'expired' \
                     ELSE 'live' END";

/// The articles the public sees.
pub fn live() -> SqlLiteral<Bool> {
    sql::<Bool>(LIVE)
}

/// The state of an article.
pub fn state() -> SqlLiteral<Text> {
    sql::<Text>(STATE)
}

/// The articles in any of these states. The caller has been found entitled to ask.
pub fn in_states(states: &[State]) -> Condition {
    if State::ALL.iter().all(|state| states.contains(state)) {
        return Box::new(sql::<Bool>("TRUE"));
    }
    let conditions = states.iter().map(|state| condition(*state)).collect::<Vec<_>>();
    Box::new(sql::<Bool>(&format!("({})", conditions.join(" OR "))))
}

/// One state as a plain condition, which the planner can match with an index.
fn condition(state: State) -> &'static str {
    match state {
        State::Live => LIVE,
        State::Trashed => "articles.trashed_at IS NOT NULL",
        State::Draft => "(articles.trashed_at IS NULL AND articles.status <> 'published')",
        State::Scheduled => {
            "(articles.trashed_at IS NULL AND articles.status = 'published' \
              AND articles.published_at > statement_timestamp())"
        }
        State::Expired => {
            "(articles.trashed_at IS NULL AND articles.status = 'published' \
              AND articles.published_at <= statement_timestamp() \
              AND articles.expires_at <= statement_timestamp())"
        }
        // nothing retracts a story yet
        State::Retracted => "FALSE",
    }
}

/// The articles a caller may see beside the one it asked for (its translations): live ones, and to
/// a key that may read it every other that is not withdrawn.
pub fn seen_by(caller: &Caller) -> Condition {
    if !caller.has(Scope::ArticlesRead) && !caller.has(Scope::ArticlesWrite) {
        return Box::new(live());
    }
    let kept = sql::<Bool>("articles.trashed_at IS NULL");
    match caller.bound_to() {
        None => Box::new(kept),
        Some(source) => {
            let own = sql::<Bool>("articles.source_id = ").bind::<SqlUuid, _>(source);
            Box::new(live().or(kept.and(own)))
        }
    }
}

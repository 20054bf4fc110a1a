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
                    AND articles.listed_at <= now() \
                    AND (articles.expires_at IS NULL OR articles.expires_at > now()))";

/// The state of an article by the database's clock.
const STATE: &str = "CASE WHEN articles.trashed_at IS NOT NULL THEN 'trashed' \
                     WHEN articles.status <> 'published' THEN 'draft' \
                     WHEN articles.published_at > now() THEN 'scheduled' \
                     WHEN articles.expires_at <= now() THEN 'expired' \
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
    if states == [State::Live] {
        return Box::new(live());
    }
    let names = states.iter().map(|state| format!("'{}'", state.as_str())).collect::<Vec<_>>();
    Box::new(sql::<Bool>(&format!("({STATE}) IN ({})", names.join(", "))))
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

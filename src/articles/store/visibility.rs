//! Who sees what beyond what the public sees ([`crate::db::live`]): the states of a story, and what a
//! key may read. Every read of articles goes through one of these.

use crate::access::{Caller, Scope};
use crate::articles::model::State;
use crate::db::live::{KEPT, LIVE, PUBLISHED};
use crate::db::sql::{Bind, Literal, Piece, literal};
use diesel::sql_types::Text;

/// The state of an article by the database's clock.
pub const STATE: &str = "CASE WHEN articles.trashed_at IS NOT NULL THEN 'trashed' \
                     WHEN articles.status <> 'published' THEN articles.status \
                     WHEN articles.published_at > statement_timestamp() THEN 'scheduled' \
                     WHEN articles.expires_at <= statement_timestamp() THEN 'expired' \
                     ELSE 'live' END";

/// The state of an article.
pub const fn state() -> Literal<Text> {
    literal(STATE)
}

/// What the public sees, of a row of articles under its name in the statement.
pub fn live_as(alias: &str) -> String {
    renamed(LIVE, alias)
}

/// When the clock alone will change the state of a row of articles, under its name in the statement;
/// null when it will not.
pub fn next_change(alias: &str) -> String {
    let next = format!(
        "CASE WHEN {PUBLISHED} THEN \
             least(CASE WHEN articles.published_at > statement_timestamp() THEN articles.published_at END, \
                   CASE WHEN articles.expires_at > statement_timestamp() THEN articles.expires_at END) END"
    );
    renamed(&next, alias)
}

fn renamed(condition: &str, alias: &str) -> String {
    condition.replace("articles.", &format!("{alias}."))
}

/// The articles in any of these states. The caller has been found entitled to ask.
pub fn in_states(states: &[State]) -> Piece {
    if State::ALL.iter().all(|state| states.contains(state)) {
        return Piece::new("TRUE");
    }
    if State::PUBLISHED.iter().all(|state| states.contains(state)) && states.len() == 3 {
        return Piece::new(PUBLISHED);
    }
    let conditions = states.iter().map(|state| condition(*state)).collect::<Vec<_>>();
    Piece::new(format!("({})", conditions.join(" OR ")))
}

/// One state as a plain condition, which the planner can match with an index.
fn condition(state: State) -> String {
    match state {
        State::Live => LIVE.to_owned(),
        State::Trashed => "articles.trashed_at IS NOT NULL".to_owned(),
        State::Draft => format!("({KEPT} AND articles.status = 'draft')"),
        State::Scheduled => format!("({PUBLISHED} AND articles.listed_at > statement_timestamp())"),
        State::Expired => format!(
            "({PUBLISHED} AND articles.listed_at <= statement_timestamp() \
              AND articles.expires_at <= statement_timestamp())"
        ),
        State::Retracted => format!("({KEPT} AND articles.status = 'retracted')"),
    }
}

/// The articles a caller may see beside the one it asked for (its translations), under their name in
/// the statement: live ones, and to a key that may read it every other that is not withdrawn.
pub fn seen_by(caller: &Caller, alias: &str) -> Piece {
    if !caller.has(Scope::ArticlesRead) && !caller.has(Scope::ArticlesWrite) {
        return Piece::new(live_as(alias));
    }
    let kept = format!("{} AND {alias}.status <> 'retracted'", renamed(KEPT, alias));
    match caller.bound_to() {
        None => Piece::new(format!("({kept})")),
        Some(source) => {
            Piece::new(format!("({} OR ({kept} AND {alias}.source_id = ", live_as(alias)))
                .bind(Bind::Uuid(source))
                .push("))")
        }
    }
}

//! Lists of the stories that hold certain words, in bounded time however common these are.
//!
//! Each story's words include the day and the month it was published. A page of the newest asks for
//! the words within the newest days first, then months, then all: common words fill it from a
//! handful of days, and rare ones are few altogether. What has to look at all matches (relevance,
//! facets) looks at the newest [`MOST`].

use super::filter::Look;
use super::narrow;
use super::window::{Stretch, Window};
use super::{Ask, Filter, Found, Key, Line, Met, NOT_RANKED, PREPARED_LIMITS};
use crate::db::Conn;
use crate::db::sql::{Bind, Piece, Sql};
use crate::error::Error;
use crate::text::search::Part;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{BigInt, Json, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use serde_json::Value;

/// So many matches are ranked and counted: the newest ones.
pub const MOST: i64 = 10_000;
/// Matches that are looked at to find the newest ones among them.
const GUARD: i64 = 4 * MOST;
/// Matches that tell how dense they are.
const SAMPLE: i64 = 50;

/// Windows for a page, each large enough to make the next look worthwhile.
const WINDOWS: [Window; 4] = [Window::Days(2), Window::Months(2), Window::Months(24), Window::All];
/// Windows where other filters narrow the words down.
const WINDOWS_OF_FEW: [Window; 3] = [Window::Days(2), Window::Months(2), Window::All];
/// Words with no more matches than this are looked for in all stories at once.
const RARE: f64 = 1000.0;
/// And so are those with no more than this that are rare of late: months upon months would take longer.
const RARE_OF_LATE: f64 = 10.0 * RARE;

/// The words of a query in every configuration that stories use, as one `tsquery`; none when nothing
/// is left to search for. What must be there may be there in any of them, and what must not in none: the
/// words of a story are those of its own language.
pub async fn words(
    conn: &mut Conn,
    configurations: &[&str],
    parts: Vec<Part>,
) -> Result<Option<String>, Error> {
    let configurations = configurations.iter().map(|name| (*name).to_owned()).collect();
    let group = |part: &Part| i64::try_from(part.group).unwrap_or(i64::MAX);
    let (unwanted, wanted): (Vec<Part>, Vec<Part>) =
        parts.into_iter().partition(|part| part.negated);
    let groups = |parts: &[Part]| Bind::Ints(parts.iter().map(group).collect());
    let texts = |parts: &[Part]| Bind::Texts(parts.iter().map(|part| part.text.clone()).collect());
    let query = Sql::<Nullable<Text>>::new(
        "WITH part AS MATERIALIZED (
             SELECT DISTINCT place, negated, words, to_tsquery(name::regconfig, words) AS query FROM unnest(",
    )
    .bind(Bind::Texts(configurations))
    .push("::text[]) AS name, (SELECT place, false, words FROM unnest(")
    .bind(groups(&wanted))
    .push("::bigint[], ")
    .bind(texts(&wanted))
    .push("::text[]) AS wanted (place, words) UNION ALL SELECT place, true, words FROM unnest(")
    .bind(groups(&unwanted))
    .push("::bigint[], ")
    .bind(texts(&unwanted))
    .push(
        "::text[]) AS unwanted (place, words)) AS part (place, negated, words)
         ), kept AS (
             -- a phrase that is a single word to a language, the rest being its stop words, would exclude too much
             SELECT place, negated, query::text, negated AND numnode(query) = 1 AND max(numnode(query))
                 OVER (PARTITION BY place, negated, words) > 1 AS is_cut
             FROM part
         )
         SELECT string_agg(query, ' | ' ORDER BY place) FROM (
             SELECT place, '(' || string_agg('(' || query || ')', ' | ' ORDER BY query) FILTER (WHERE NOT negated)
                 || ')' || coalesce(string_agg(' & !(' || query || ')', '' ORDER BY query)
                     FILTER (WHERE negated), '') AS query
             FROM (SELECT DISTINCT place, negated, query FROM kept WHERE NOT is_cut AND query <> '') AS kept
             GROUP BY place
         ) AS groups WHERE query IS NOT NULL",
    );
    Ok(query.get_result(conn).await?)
}

/// A page in the order of publication, in reading direction, with a row to spare.
pub(super) async fn by_order(conn: &mut Conn, ask: &Ask<'_>, words: &str) -> Result<Met, Error> {
    let ascends = ask.order.ascends(ask.direction());
    let mut found = Vec::new();
    // what meets other filters is soon found or rare, and those have indexes too
    let narrowed = ask.filter.forms() > 1;
    let once = narrowed || !ask.filter.is_public() || !PREPARED_LIMITS.contains(&ask.limit);
    let mut windows = if narrowed { &WINDOWS_OF_FEW[..] } else { &WINDOWS[..] };
    let Some(from) = start(conn, ask, ascends).await? else { return Ok(found.into()) };
    let mut rare = RARE;
    let mut expected = None;
    while let Some((window, rest)) = windows.split_first() {
        if narrowed && *window == Window::All && ask.filter.is_public() {
            // what is not found of late may be much, and long ago
            return narrow::page(conn, ask).await;
        }
        let stretch = Stretch { from, ascends, window: *window };
        let query = ask
            .select(ask.first(stretch.met(ask.filter, words), None), NOT_RANKED)
            .piece(ask.order.by_sorting(ask.direction()))
            .once(once);
        found = ask.load(conn, query).await?;
        if found.len() as i64 >= ask.rows() {
            break;
        }
        windows = rest;
        if windows.len() > 1 {
            // asked after the first: common words are done by then
            let matches = match expected {
                Some(matches) => matches,
                None => matches(conn, words).await?,
            };
            if matches <= rare {
                windows = &[Window::All];
            }
            (expected, rare) = (Some(matches), RARE_OF_LATE);
        }
    }
    Ok(found.into())
}

/// How many matches the planner expects: it keeps the frequencies of the words.
async fn matches(conn: &mut Conn, words: &str) -> Result<f64, Error> {
    let query =
        Sql::<Json>::new("EXPLAIN (FORMAT JSON) SELECT FROM articles WHERE articles.search @@ ")
            .bind(Bind::Text(words.to_owned()))
            .push("::tsquery")
            .once(true);
    let plan: Value = query.get_result(conn).await?;
    Ok(plan[0]["Plan"]["Plan Rows"].as_f64().unwrap_or(f64::INFINITY))
}

/// Where a walk through time begins: at the cursor, or at the newest or the oldest story there is.
async fn start(
    conn: &mut Conn,
    ask: &Ask<'_>,
    ascends: bool,
) -> Result<Option<DateTime<Utc>>, Error> {
    if let Some(cursor) = &ask.cursor {
        let (Key::Timed(time, _) | Key::Ranked(_, time, _)) = cursor.key;
        return Ok(Some(time));
    }
    let end = if ascends { "min" } else { "max" };
    let plain = Filter {
        states: ask.filter.states.clone(),
        published_after: ask.filter.published_after,
        published_before: ask.filter.published_before,
        ..Filter::default()
    };
    let query = Sql::<Nullable<Timestamptz>>::new(format!(
        "SELECT {end}(articles.listed_at) FROM articles WHERE "
    ))
    .piece(plain.condition(Look::Row));
    Ok(query.get_result(conn).await?)
}

/// How far back the newest [`MOST`] matches reach, as far as a small sample tells.
pub async fn reach(conn: &mut Conn, filter: &Filter, words: &str) -> Result<Stretch, Error> {
    // a day ahead, since this clock is not the database's
    let from = Utc::now() + TimeDelta::days(1);
    let back = |window| Stretch { from, ascends: false, window };
    for (window, days) in [(Window::Days(3), 2), (Window::Days(15), 14), (Window::Months(5), 110)] {
        let count = sampled(conn, filter, words, back(window)).await?;
        if count < SAMPLE {
            continue;
        }
        // a quarter more, as not all days are alike
        let days = MOST * days * 5 / 4 / count;
        return Ok(back(Window::of_days(days + 2)));
    }
    Ok(back(Window::All))
}

async fn sampled(
    conn: &mut Conn,
    filter: &Filter,
    words: &str,
    stretch: Stretch,
) -> Result<i64, Error> {
    let query = Sql::<BigInt>::new("SELECT count(*) FROM (SELECT FROM ")
        .piece(stretch.met(filter, words))
        .push(" LIMIT ")
        .push(MOST.to_string())
        .push(") AS sample")
        .once(true);
    Ok(query.get_result(conn).await?)
}

/// The newest [`MOST`] matches within reach, with these columns beside `id` and `listed_at`.
pub fn newest(filter: &Filter, words: &str, reach: Stretch, columns: &'static str) -> Piece {
    Piece::new("(SELECT * FROM (SELECT articles.id, articles.listed_at, ")
        .push(columns)
        .push(" FROM ")
        .piece(reach.met(filter, words))
        .push(" LIMIT ")
        .push(GUARD.to_string())
        .push(") AS matches ORDER BY listed_at DESC, id DESC LIMIT ")
        .push(MOST.to_string())
        .push(") AS newest")
}

/// A page of those that fit best among the newest matches.
pub(super) async fn by_relevance(
    conn: &mut Conn,
    ask: &Ask<'_>,
    words: &str,
) -> Result<Found, Error> {
    let mut reach = reach(conn, ask.filter, words).await?;
    loop {
        let (lines, total) = ranked(conn, ask, words, reach).await?;
        if reach.window == Window::All || total >= MOST {
            return Ok(ask.found(lines.into(), total >= MOST));
        }
        // the sample was richer than the rest
        reach = reach.wider();
    }
}

async fn ranked(
    conn: &mut Conn,
    ask: &Ask<'_>,
    words: &str,
    reach: Stretch,
) -> Result<(Vec<Line>, i64), Error> {
    let ranked = Piece::new(
        "(SELECT articles.id, articles.rank, articles.total FROM (
             SELECT id, listed_at, ts_rank(title, ",
    )
    .bind(Bind::Text(words.to_owned()))
    .push("::tsquery) AS rank, count(*) OVER () AS total FROM ")
    .piece(newest(ask.filter, words, reach, "articles.title"))
    .push(") AS articles WHERE true")
    .piece(ask.beyond())
    .piece(ask.order.by(ask.direction()))
    .push(" LIMIT ")
    .push(ask.rows().to_string())
    .push(") AS found JOIN articles ON articles.id = found.id");
    let query = ask
        .select(ranked, "found.rank, found.total")
        .piece(ask.order.by_rank(ask.direction()))
        .once(true);
    let lines = ask.load(conn, query).await?;
    let total = match lines.as_slice().first() {
        Some(line) => line.5.unwrap_or(0),
        // nothing beyond the cursor: nobody counted
        None if ask.cursor.is_some() => counted(conn, ask.filter, words, reach).await?,
        None => 0,
    };
    Ok((lines, total))
}

/// How many matches are within reach, up to [`MOST`].
async fn counted(
    conn: &mut Conn,
    filter: &Filter,
    words: &str,
    reach: Stretch,
) -> Result<i64, Error> {
    let query = Sql::<BigInt>::new("SELECT count(*) FROM ")
        .piece(newest(filter, words, reach, "articles.title"))
        .once(true);
    Ok(query.get_result(conn).await?)
}

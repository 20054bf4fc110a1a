//! Pages of few: what a walk along an index did not meet often enough is found by its marks.
//!
//! Few matches are read all at once. Where they are more, stretches of time are looked at one after
//! another, in the list's order: a stretch with too many matches is read anew in shorter ones, after
//! one with few a longer one follows. So what is read is bounded wherever in time the matches lie; only
//! within one day all of them are read.

use super::dates::{Span, Time};
use super::filter::Look;
use super::marks::{self, Ends};
use super::{Ask, Key, Line};
use crate::articles::model::listing::Sort;
use crate::db::Conn;
use crate::db::sql::Piece;
use crate::error::Error;

/// So many matches are read and sorted at a time.
const FEW: i64 = 1500;
/// The first stretch is this part of all time, and each retry such a part of the stretch before.
const PARTS: u64 = 8;
/// So much longer is the stretch after one with few matches.
const GROWTH: u64 = 4;

/// One page, in reading direction, with a row to spare.
pub(super) async fn page(conn: &mut Conn, ask: &Ask<'_>) -> Result<Vec<Line>, Error> {
    let Some(ends) = marks::ends(conn, ask.filter).await? else { return Ok(Vec::new()) };
    let search = Search::new(ask, &ends);
    if ask.filter.singles_out() || ask.filter.words.is_some() {
        let (lines, all) = search.everything(conn).await?;
        if all {
            return Ok(lines);
        }
    }
    let mut found = Vec::new();
    for (level, span) in search.sections() {
        search.section(conn, level, span, &mut found).await?;
        if search.fills(&found) {
            break;
        }
    }
    Ok(found)
}

/// A search for one page.
struct Search<'a> {
    ask: &'a Ask<'a>,
    /// What holds of every match.
    marks: Vec<String>,
    /// The time that the page is ordered by, within its urgency or alone.
    time: Time,
    /// Where that time can lie, beyond the cursor.
    span: Span,
    /// Where it can lie in the sections after the cursor's own.
    whole: Span,
    ascends: bool,
}

/// A level of urgency, or all.
type Level = Option<i64>;

impl<'a> Search<'a> {
    fn new(ask: &'a Ask<'a>, ends: &Ends) -> Self {
        let (time, whole) = match ask.order.sort {
            Sort::Updated => (Time::Updated, ends.updated),
            _ => (Time::Listed, ends.listed),
        };
        let ascends = ask.order.ascends(ask.direction());
        let at = ask.cursor.as_ref().map(|cursor| match cursor.key {
            Key::Timed(time, _) | Key::Ranked(_, time, _) => time,
        });
        let span = if ascends { whole.within(at, None) } else { whole.within(None, at) };
        let mut marks = ask.filter.marks();
        marks.extend(ask.filter.dated(ends, time));
        Self { ask, marks, time, span, whole, ascends }
    }

    fn fills(&self, found: &[Line]) -> bool {
        found.len() as i64 >= self.ask.rows()
    }

    /// The levels of urgency from the cursor's on, each with its part of the time, or all time.
    fn sections(&self) -> Vec<(Level, Span)> {
        if self.ask.order.sort != Sort::Urgency {
            return vec![(None, self.span)];
        }
        let mut levels: Vec<i64> = (0..=9).collect();
        if !self.ascends {
            levels.reverse();
        }
        let Some(cursor) = &self.ask.cursor else {
            return levels.into_iter().map(|level| (Some(level), self.whole)).collect();
        };
        let Key::Ranked(rank, ..) = cursor.key else { return Vec::new() };
        #[allow(clippy::cast_possible_truncation, reason = "an urgency is a small whole number")]
        let first = rank as i64;
        let rest = levels.into_iter().skip_while(|level| *level != first);
        rest.map(|level| (Some(level), if level == first { self.span } else { self.whole }))
            .collect()
    }

    /// All matches, if they are few.
    async fn everything(&self, conn: &mut Conn) -> Result<(Vec<Line>, bool), Error> {
        let mut asked = self.marks.clone();
        if self.ask.cursor.is_some() || self.ask.filter.has_span() {
            let section = |(level, span): (Level, Span)| {
                format!("({})", self.narrowed(level, span).join(" & "))
            };
            let sections: Vec<String> = self.sections().into_iter().map(section).collect();
            asked.push(format!("({})", sections.join(" | ")));
        } else if !self.ask.filter.singles_out() {
            // the words find them
            asked.clear();
        }
        self.look(conn, &asked, Some(FEW)).await
    }

    /// What else is asked of a section.
    fn narrowed(&self, level: Level, span: Span) -> Vec<String> {
        let mut asked = vec![marks::any(&span.marks(self.time))];
        asked.extend(level.map(|level| format!("'u:{level}'")));
        asked
    }

    /// Goes through a section in stretches of time.
    async fn section(
        &self,
        conn: &mut Conn,
        level: Level,
        mut left: Span,
        found: &mut Vec<Line>,
    ) -> Result<(), Error> {
        let mut days = (left.days() / PARTS).max(1);
        while left.days() > 0 && !self.fills(found) {
            let (part, rest) = left.part(days, self.ascends);
            let mut asked = self.marks.clone();
            asked.extend(self.narrowed(level, part));
            let few = (days > 1).then_some(FEW);
            let (lines, all) = self.look(conn, &asked, few).await?;
            if all {
                found.extend(lines);
                left = rest;
                days *= GROWTH;
            } else {
                days = (days / PARTS).max(1);
            }
        }
        found.truncate(usize::try_from(self.ask.rows()).unwrap_or(usize::MAX));
        Ok(())
    }

    /// The first of what is marked so, and whether that was found among all of it, not just among the
    /// first few that were met.
    async fn look(
        &self,
        conn: &mut Conn,
        asked: &[String],
        most: Option<i64>,
    ) -> Result<(Vec<Line>, bool), Error> {
        let ask = self.ask;
        let mut inner = Piece::new("(SELECT articles.id, articles.total FROM (SELECT *, count(*) OVER () AS total FROM (SELECT ")
            .push("articles.id, articles.listed_at, articles.updated_at, articles.urgency FROM articles WHERE ")
            .piece(ask.filter.condition(Look::Row));
        if !asked.is_empty() {
            inner = inner.push(" AND ").piece(marks::all(asked));
        }
        inner = inner.piece(ask.beyond());
        if let Some(most) = most {
            inner = inner.push(" LIMIT ").push(most.to_string());
        }
        let inner = inner
            .push(") AS articles) AS articles")
            .piece(ask.order.by(ask.direction()))
            .push(" LIMIT ")
            .push(ask.rows().to_string())
            .push(") AS found JOIN articles ON articles.id = found.id");
        let query = ask
            .select(inner, "0::float4, found.total")
            .piece(ask.order.by_sorting(ask.direction()))
            .once(true);
        let lines = ask.load(conn, query).await?;
        let total = lines.first().and_then(|line| line.5).unwrap_or(0);
        Ok((lines, most.is_none_or(|most| total < most)))
    }
}

//! Pages of few: what a walk along an index did not meet often enough is found by its marks.
//!
//! Few matches are read all at once. Where they are more, the time they are ordered by is parted, and
//! the parts are looked at in the list's order, each the same way. So what is read is bounded wherever
//! in time the matches lie; only of one day all are read.

use super::dates::{Span, Time};
use super::marks::{self, Ends};
use super::{Ask, Key, Line, Met};
use crate::articles::model::listing::Sort;
use crate::db::Conn;
use crate::error::Error;

/// So many matches are read and sorted at a time.
const FEW: i64 = 500;
/// So many parts has a span of time with more of them.
const PARTS: u64 = 4;
/// So many has all time where no filter keeps what is met in the index of marks small.
const FIRST_PARTS: u64 = 16;

/// One page, in reading direction, with a row to spare. It is read in several statements: the next
/// instant that may change it is asked for with the first one, since it may come between them.
pub(super) async fn page(conn: &mut Conn, ask: &Ask<'_>) -> Result<Met, Error> {
    let Some(ends) = marks::ends(conn, ask.filter).await? else { return Ok(Met::default()) };
    let search = Search::new(ask, &ends);
    if ask.filter.singles_out() || ask.filter.words.is_some() {
        let (lines, all) = search.everything(conn).await?;
        if all {
            return Ok(Met { lines, next: ends.next });
        }
    }
    Ok(Met { lines: search.parted(conn).await?, next: ends.next })
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

    /// Section by section and part by part.
    async fn parted(&self, conn: &mut Conn) -> Result<Vec<Line>, Error> {
        let mut found: Vec<Line> = Vec::new();
        // what is still to be looked at, the next one last
        let mut left: Vec<(Level, Span)> = match self.sections().as_slice() {
            [(level, span)] if !self.ask.filter.singles_out() => {
                let parts = span.parts(FIRST_PARTS, self.ascends);
                parts.into_iter().map(|part| (*level, part)).collect()
            }
            sections => sections.to_vec(),
        };
        left.reverse();
        while let Some((level, span)) = left.pop() {
            let mut asked = self.marks.clone();
            asked.extend(self.narrowed(level, span));
            let few = (span.days() > 1).then_some(FEW);
            let (lines, all) = self.look(conn, &asked, few).await?;
            if all {
                found.extend(lines);
                if self.fills(&found) {
                    break;
                }
            } else {
                let parts = self.up_to(&lines, span).parts(PARTS, self.ascends);
                left.extend(parts.into_iter().rev().map(|part| (level, part)));
            }
        }
        found.truncate(usize::try_from(self.ask.rows()).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// The part of a span that its first matches lie in, when these were met already.
    fn up_to(&self, met: &[Line], span: Span) -> Span {
        let Some((row, ..)) = met.last().filter(|_| self.fills(met)) else { return span };
        let time = match self.time {
            Time::Updated => row.updated_at,
            _ => row.listed_at,
        };
        if self.ascends { span.within(None, Some(time)) } else { span.within(Some(time), None) }
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
        let query = ask
            .select(ask.first(marks::met(ask.filter, asked), most), "0::float4, found.total")
            .piece(ask.order.by_sorting(ask.direction()))
            .once(true);
        let lines = ask.load(conn, query).await?;
        let total = lines.first().and_then(|line| line.5).unwrap_or(0);
        Ok((lines, most.is_none_or(|most| total < most)))
    }
}

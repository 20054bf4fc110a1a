//! Pages along an ordered index, or, where filters meet, along a bounded stretch of one first.

use super::filter::Look;
use super::{Ask, Line, Met, NOT_RANKED, PREPARED_FORMS, PREPARED_LIMITS, marks, narrow};
use crate::articles::model::State;
use crate::articles::model::listing::Sort;
use crate::db::Conn;
use crate::db::live::LISTED;
use crate::db::sql::{Bind, Piece};
use crate::error::Error;

/// How many rows of an index are walked over in search of what other filters let through.
const STRETCH: i64 = 2000;
/// So many lists are walked side by side; more of them are so much of all stories that these are
/// walked instead.
const SIDE_BY_SIDE: usize = 8;

/// How a page is read.
enum Way {
    /// An index says everything: all in its order.
    Exact(Piece),
    /// A stretch of an index, then what filters let through.
    Stretch(Piece),
    /// The filters name a handful.
    Sought,
    /// Nothing to walk along.
    None,
}

/// One page, in reading direction, with a row to spare.
pub(super) async fn page(conn: &mut Conn, ask: &Ask<'_>) -> Result<Met, Error> {
    let (from, exact) = match way(ask) {
        Way::Exact(from) => (from, true),
        Way::Stretch(from) => (from, false),
        Way::Sought => return Ok(sought(conn, ask).await?.into()),
        Way::None => return narrow::page(conn, ask).await,
    };
    let query = ask
        .select(from, NOT_RANKED)
        .push(" WHERE ")
        .piece(ask.filter.condition(Look::Row))
        .piece(ask.beyond())
        .piece(ask.order.by(ask.direction()))
        .push(" LIMIT ")
        .push(ask.rows().to_string())
        .once(ask.filter.forms() > PREPARED_FORMS || !PREPARED_LIMITS.contains(&ask.limit));
    let found = ask.load(conn, query).await?;
    if exact || found.len() as i64 >= ask.rows() {
        return Ok(found.into());
    }
    narrow::page(conn, ask).await
}

/// Found by what names it, and sorted.
async fn sought(conn: &mut Conn, ask: &Ask<'_>) -> Result<Vec<Line>, Error> {
    let query = ask
        .select(ask.first(marks::met(ask.filter, &[]), None), NOT_RANKED)
        .piece(ask.order.by_sorting(ask.direction()))
        .once(ask.filter.forms() > PREPARED_FORMS || !PREPARED_LIMITS.contains(&ask.limit));
    ask.load(conn, query).await
}

fn way(ask: &Ask<'_>) -> Way {
    let filter = ask.filter;
    let sought = !filter.ids.is_empty()
        || filter.slug.is_some()
        || filter.external_id.is_some()
        || filter.source_url.is_some();
    // other states have an index by date alone
    let few = filter.states == [State::Expired]
        || ask.order.sort != Sort::Published && !filter.states.contains(&State::Live);
    // nobody plans ahead thousands of stories
    if sought || filter.states == [State::Scheduled] && ask.order.sort != Sort::Published {
        return Way::Sought;
    }
    if few {
        return Way::None;
    }
    let listed = ask.order.sort == Sort::Published && filter.is_public();
    let spanned = filter.published_after.is_some() || filter.published_before.is_some();
    let led = listed && leads(ask);
    let said = filter.forms() - usize::from(led) - ranges(ask);
    let exact = said == 0 && (listed || !spanned) && has_index(&filter.states);
    let terms = filter.terms().into_iter().find(|terms| !terms.is_empty());
    match terms.filter(|_| listed) {
        Some(terms) if exact => Way::Exact(listing(ask, terms, ask.rows())),
        Some(terms) if terms.len() <= SIDE_BY_SIDE => {
            let each = STRETCH / terms.len() as i64;
            // what else is asked is looked at in these, and finds none of its own; the language
            // versions are read of those that are left
            let stretch = Piece::new("(SELECT articles.* FROM ")
                .piece(listing(ask, terms, each.max(ask.rows())))
                .push(" OFFSET 0) AS articles WHERE ")
                .piece(filter.condition(Look::Row));
            Way::Stretch(ask.first(stretch, None))
        }
        _ if exact => Way::Exact(Piece::new("articles")),
        _ => Way::Stretch(stretch(ask)),
    }
}

/// Whether an index has just the stories in these states.
fn has_index(states: &[State]) -> bool {
    match states {
        [State::Expired] => false,
        [_] => true,
        several => State::ALL.iter().all(|state| several.contains(state)),
    }
}

/// How many of the filters are ranges of the order itself.
fn ranges(ask: &Ask<'_>) -> usize {
    let filter = ask.filter;
    match ask.order.sort {
        Sort::Updated => {
            [filter.updated_after, filter.updated_before].into_iter().flatten().count()
        }
        _ => 0,
    }
}

/// Whether one of the filters is said by an index that has the order too.
fn leads(ask: &Ask<'_>) -> bool {
    let filter = ask.filter;
    filter.terms().iter().any(|terms| !terms.is_empty())
        || filter.sources.len() == 1
        || filter.languages.len() == 1
        || filter.featured == Some(true)
}

/// The next rows of the list's index, whatever the filters say that it does not.
fn stretch(ask: &Ask<'_>) -> Piece {
    let filter = ask.filter;
    let mut inner = super::Filter {
        states: filter.states.clone(),
        bound_to: filter.bound_to,
        ..super::Filter::default()
    };
    if ask.order.sort == Sort::Updated {
        // counted as walked over, however many were written last that are still to come
        if filter.is_published() {
            inner.states = State::PUBLISHED.to_vec();
        }
        inner.updated_after = filter.updated_after;
        inner.updated_before = filter.updated_before;
    }
    if ask.order.sort == Sort::Published {
        inner.published_after = filter.published_after;
        inner.published_before = filter.published_before;
        if filter.sources.len() == 1 {
            inner.sources = filter.sources.clone();
        } else if filter.languages.len() == 1 {
            inner.languages = filter.languages.clone();
        } else if filter.featured == Some(true) {
            inner.featured = filter.featured;
        }
    }
    Piece::new("(SELECT * FROM articles WHERE ")
        .piece(inner.condition(Look::Row))
        .piece(ask.beyond())
        .piece(ask.order.by(ask.direction()))
        .push(" LIMIT ")
        .push(STRETCH.to_string())
        .push(") AS articles")
}

/// The next `each` rows of several listings, merged: what is among the first of all is among the
/// first of the listings it stands in.
fn listing(ask: &Ask<'_>, terms: Vec<String>, each: i64) -> Piece {
    let way = if ask.order.ascends(ask.direction()) { "ASC" } else { "DESC" };
    let order = |time: &str, id: &str| format!(" ORDER BY {time} {way}, {id} {way} LIMIT ");
    Piece::new("(SELECT DISTINCT article_id, listed_at FROM unnest(")
        .bind(Bind::Texts(terms))
        .push(
            "::text[]) AS wanted (term) CROSS JOIN LATERAL (
                SELECT listing.article_id, listing.listed_at FROM article_listings AS listing
                WHERE listing.term = wanted.term AND ",
        )
        .push(LISTED)
        .piece(span(ask))
        .push(order("listing.listed_at", "listing.article_id"))
        .push(each.to_string())
        .push(") AS stood")
        .push(order("listed_at", "article_id"))
        .push(each.to_string())
        .push(") AS place JOIN articles ON articles.id = place.article_id")
}

/// ` AND` the part of a listing that the page can lie in.
fn span(ask: &Ask<'_>) -> Piece {
    let mut piece = Piece::default();
    if let Some(cursor) = &ask.cursor {
        piece = piece.push(" AND ").piece(ask.order.beyond_listing(cursor));
    }
    if let Some(time) = ask.filter.published_after {
        piece = piece.push(" AND listing.listed_at >= ").bind(Bind::Time(time));
    }
    if let Some(time) = ask.filter.published_before {
        piece = piece.push(" AND listing.listed_at < ").bind(Bind::Time(time));
    }
    piece
}

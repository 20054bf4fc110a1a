//! Lists of articles: filters that never multiply rows, keyset pages, totals on request.

use super::visibility::{self, Condition};
use super::{BodyRow, Row, article, with_categories};
use crate::articles::model::{Article, State};
use crate::db::Conn;
use crate::db::keyset::{Cursor, Direction, Slice};
use crate::db::schema::{article_categories, articles};
use crate::error::Error;
use crate::ids::{CategoryId, SourceId};
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Json, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

/// The sort key of a list of articles.
pub type Key = (DateTime<Utc>, Uuid);

/// Up to here an estimate is a count.
const COUNTED: i64 = 10_000;

/// Which articles a list shows: any within one member, all across members.
#[derive(Clone, Debug)]
pub struct Filter {
    /// In these states.
    pub states: Vec<State>,
    /// Of this source only, whatever else is asked (a bound key's).
    pub bound_to: Option<SourceId>,
    /// In any of these categories; descendants are named too.
    pub categories: Vec<CategoryId>,
    /// In none of these categories; descendants are named too.
    pub exclude_categories: Vec<CategoryId>,
    /// From any of these sources.
    pub sources: Vec<SourceId>,
    /// From none of these sources.
    pub exclude_sources: Vec<SourceId>,
    /// With any of these tags (slug or name).
    pub tags: Vec<String>,
    /// By any of these authors (slug or name).
    pub authors: Vec<String>,
    /// In any of these languages, whatever their case.
    pub languages: Vec<String>,
    /// With this supplier's id.
    pub external_id: Option<String>,
    /// That was there.
    pub source_url: Option<String>,
    /// With this slug.
    pub slug: Option<String>,
    /// Published then or later.
    pub published_after: Option<DateTime<Utc>>,
    /// Published earlier.
    pub published_before: Option<DateTime<Utc>>,
    /// Written then or later.
    pub updated_after: Option<DateTime<Utc>>,
    /// Written earlier.
    pub updated_before: Option<DateTime<Utc>>,
    /// Featured, or not.
    pub featured: Option<bool>,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            states: vec![State::Live],
            bound_to: None,
            categories: Vec::new(),
            exclude_categories: Vec::new(),
            sources: Vec::new(),
            exclude_sources: Vec::new(),
            tags: Vec::new(),
            authors: Vec::new(),
            languages: Vec::new(),
            external_id: None,
            source_url: None,
            slug: None,
            published_after: None,
            published_before: None,
            updated_after: None,
            updated_before: None,
            featured: None,
        }
    }
}

fn in_categories(ids: &[CategoryId]) -> Condition {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    Box::new(exists(
        article_categories::table
            .filter(article_categories::article_id.eq(articles::id))
            .filter(article_categories::category_id.eq_any(ids)),
    ))
}

fn ids(sources: &[SourceId]) -> Vec<Uuid> {
    sources.iter().map(|id| id.0).collect()
}

fn filtered(filter: &Filter) -> articles::BoxedQuery<'static, Pg> {
    let Filter {
        states,
        bound_to,
        categories,
        exclude_categories,
        sources,
        exclude_sources,
        tags,
        authors,
        languages,
        external_id,
        source_url,
        slug,
        published_after,
        published_before,
        updated_after,
        updated_before,
        featured,
    } = filter.clone();
    let mut query = articles::table.into_boxed().filter(visibility::in_states(&states));
    if let Some(source) = bound_to {
        query = query.filter(articles::source_id.eq(source.0));
    }
    if !categories.is_empty() {
        query = query.filter(in_categories(&categories));
    }
    if !exclude_categories.is_empty() {
        query = query.filter(not(in_categories(&exclude_categories)));
    }
    // one value is compared as one, so that an index also gives the order
    match ids(&sources).as_slice() {
        [] => {}
        [one] => query = query.filter(articles::source_id.eq(*one)),
        many => query = query.filter(articles::source_id.eq_any(many.to_vec())),
    }
    if !exclude_sources.is_empty() {
        let others = articles::source_id.ne_all(ids(&exclude_sources));
        query = query.filter(articles::source_id.is_null().or(others));
    }
    if !tags.is_empty() {
        query = query.filter(articles::tag_keys.overlaps_with(tags));
    }
    if !authors.is_empty() {
        query = query.filter(articles::author_keys.overlaps_with(authors));
    }
    let lower = || sql::<Text>("lower(articles.language)");
    let tags: Vec<String> = languages.iter().map(|tag| tag.to_lowercase()).collect();
    match tags.as_slice() {
        [] => {}
        [one] => query = query.filter(lower().eq(one.clone())),
        _ => query = query.filter(lower().eq_any(tags)),
    }
    if let Some(external_id) = external_id {
        query = query.filter(articles::external_id.eq(external_id));
    }
    if let Some(source_url) = source_url {
        query = query.filter(articles::source_url.eq(source_url));
    }
    if let Some(slug) = slug {
        query = query.filter(articles::slug.eq(slug));
    }
    // of live stories both columns are the same, and lists are indexed by one of them
    let live = states == [State::Live];
    match published_after {
        Some(time) if live => query = query.filter(articles::listed_at.ge(time)),
        Some(time) => query = query.filter(articles::published_at.ge(time)),
        None => {}
    }
    match published_before {
        Some(time) if live => query = query.filter(articles::listed_at.lt(time)),
        Some(time) => query = query.filter(articles::published_at.lt(time)),
        None => {}
    }
    if let Some(time) = updated_after {
        query = query.filter(articles::updated_at.ge(time));
    }
    if let Some(time) = updated_before {
        query = query.filter(articles::updated_at.lt(time));
    }
    if let Some(featured) = featured {
        query = query.filter(articles::featured.eq(featured));
    }
    query
}

/// One page, newest first. Bodies are read only where asked for.
pub async fn page(
    conn: &mut Conn,
    filter: &Filter,
    cursor: Option<Cursor<Key>>,
    limit: i64,
    with_bodies: bool,
) -> Result<Slice<Article>, Error> {
    let direction = cursor.as_ref().map(|cursor| cursor.direction);
    let mut query = filtered(filter);
    if let Some(Cursor { direction, key: (listed_at, id) }) = cursor {
        let sign = if direction == Direction::Next { "<" } else { ">" };
        let beyond = sql::<Bool>(&format!("(articles.listed_at, articles.id) {sign} ("))
            .bind::<Timestamptz, _>(listed_at)
            .sql(", ");
        query = query.filter(beyond.bind::<SqlUuid, _>(id).sql(")"));
    }
    let query = if direction == Some(Direction::Prev) {
        query.order((articles::listed_at.asc(), articles::id.asc()))
    } else {
        query.order((articles::listed_at.desc(), articles::id.desc()))
    };
    let query = query.limit(limit + 1);
    let mut read: Vec<Article> = if with_bodies {
        let columns = (Row::as_select(), BodyRow::as_select(), visibility::state());
        let rows: Vec<(Row, BodyRow, String)> = query.select(columns).load(conn).await?;
        rows.into_iter().map(|(row, bodies, state)| article(row, Some(bodies), &state)).collect()
    } else {
        let columns = (Row::as_select(), visibility::state());
        let rows: Vec<(Row, String)> = query.select(columns).load(conn).await?;
        rows.into_iter().map(|(row, state)| article(row, None, &state)).collect()
    };
    with_categories(conn, &mut read).await?;
    Ok(Slice::cut(read, usize::try_from(limit).unwrap_or(0), direction))
}

/// How many the whole list has.
pub async fn count(conn: &mut Conn, filter: &Filter) -> Result<i64, Error> {
    Ok(filtered(filter).count().get_result(conn).await?)
}

/// About how many the whole list has, and whether that is exact: small lists are counted, for
/// large ones the planner is asked.
pub async fn estimate(conn: &mut Conn, filter: &Filter) -> Result<(i64, bool), Error> {
    let some = filtered(filter).select(articles::id).limit(COUNTED + 1);
    let counted = i64::try_from(some.load::<Uuid>(conn).await?.len()).map_err(Error::internal)?;
    if counted <= COUNTED {
        return Ok((counted, true));
    }
    let plan: Value = Explained(filtered(filter).select(articles::id)).get_result(conn).await?;
    let rows = plan[0]["Plan"]["Plan Rows"].as_f64().unwrap_or(0.0);
    #[allow(clippy::cast_possible_truncation, reason = "an estimate of rows, far below 2^53")]
    Ok(((rows as i64).max(counted), false))
}

/// A statement that is planned and not run.
struct Explained<Q>(Q);

impl<Q> QueryId for Explained<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Explained<Q> {
    type SqlType = Json;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Explained<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("EXPLAIN (FORMAT JSON) ");
        self.0.walk_ast(out)
    }
}

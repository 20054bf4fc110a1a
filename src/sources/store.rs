//! Sources in the database.

use crate::db::keyset::{Cursor, Direction, Slice};
use crate::db::live::LIVE;
use crate::db::schema::{articles, sources};
use crate::db::slugs::{self, Collection};
use crate::db::sql::{Bind, Sql, named_like};
use crate::db::{self, Conn};
use crate::error::{Code, Error, Usage};
use crate::ids::{Reference, SourceId};
use crate::patch::Patch;
use crate::sources::model::{Content, Filter, Source, WireStatus};
use crate::values::{Count, Metadata};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use uuid::Uuid;

/// The status of a wire whose stories go out at once.
const PUBLISHED: &str = "published";

/// The sort key of a list of sources.
pub type Key = (String, Uuid);

#[derive(Queryable, Selectable)]
#[diesel(table_name = sources, check_for_backend(Pg))]
struct Row {
    id: Uuid,
    slug: String,
    name: String,
    description: Option<String>,
    url: Option<String>,
    feed_url: Option<String>,
    logo_url: Option<String>,
    country: Option<String>,
    language: Option<String>,
    credit: Option<String>,
    usage_terms: Option<String>,
    metadata: serde_json::Value,
    poll_minutes: Option<i32>,
    wire_status: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = sources, treat_none_as_null = true)]
struct Columns<'a> {
    slug: &'a str,
    name: &'a str,
    description: Option<&'a str>,
    url: Option<&'a str>,
    feed_url: Option<&'a str>,
    logo_url: Option<&'a str>,
    country: Option<&'a str>,
    language: Option<&'a str>,
    credit: Option<&'a str>,
    usage_terms: Option<&'a str>,
    metadata: serde_json::Value,
    poll_minutes: Option<i32>,
    wire_status: &'static str,
    updated_at: DateTime<Utc>,
}

impl<'a> Columns<'a> {
    fn new(slug: &'a str, content: &'a Content, now: DateTime<Utc>) -> Self {
        let Content {
            name,
            description,
            url,
            feed_url,
            logo_url,
            country,
            language,
            credit,
            usage_terms,
            metadata,
            poll_minutes,
            wire_status,
        } = content;
        Self {
            slug,
            name,
            description: description.as_deref(),
            url: url.as_deref(),
            feed_url: feed_url.as_deref(),
            logo_url: logo_url.as_deref(),
            country: country.as_deref(),
            language: language.as_deref(),
            credit: credit.as_deref(),
            usage_terms: usage_terms.as_deref(),
            metadata: serde_json::json!(metadata),
            poll_minutes: *poll_minutes,
            wire_status: match wire_status {
                WireStatus::Draft => "draft",
                WireStatus::Published => PUBLISHED,
            },
            updated_at: now,
        }
    }
}

impl From<Row> for Source {
    fn from(row: Row) -> Self {
        let content = Content {
            name: row.name,
            description: row.description,
            url: row.url,
            feed_url: row.feed_url,
            logo_url: row.logo_url,
            country: row.country,
            language: row.language,
            credit: row.credit,
            usage_terms: row.usage_terms,
            metadata: serde_json::from_value::<Metadata>(row.metadata).unwrap_or_default(),
            poll_minutes: row.poll_minutes,
            wire_status: match row.wire_status.as_str() {
                PUBLISHED => WireStatus::Published,
                _ => WireStatus::Draft,
            },
        };
        Source {
            id: SourceId(row.id),
            slug: row.slug,
            content,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

fn filtered(filter: &Filter) -> sources::BoxedQuery<'static, Pg> {
    let mut query = sources::table.into_boxed();
    if !filter.country.is_empty() {
        query = query.filter(sources::country.eq_any(filter.country.clone()));
    }
    if !filter.language.is_empty() {
        let tags: Vec<String> = filter.language.iter().map(|tag| tag.to_lowercase()).collect();
        query = query.filter(sql::<Text>("lower(language)").eq_any(tags));
    }
    if let Some(name) = &filter.name {
        query = query.filter(named_like(name));
    }
    query
}

/// One page, by name.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    cursor: Option<Cursor<Key>>,
    limit: i64,
) -> Result<Slice<Source>, Error> {
    let direction = cursor.as_ref().map(|cursor| cursor.direction);
    let mut query = filtered(filter);
    if let Some(Cursor { direction, key: (name, id) }) = cursor {
        let compare =
            if direction == Direction::Next { "(name, id) > (" } else { "(name, id) < (" };
        let beyond = sql::<Bool>(compare).bind::<Text, _>(name).sql(", ");
        query = query.filter(beyond.bind::<SqlUuid, _>(id).sql(")"));
    }
    let query = if direction == Some(Direction::Prev) {
        query.order((sources::name.desc(), sources::id.desc()))
    } else {
        query.order((sources::name.asc(), sources::id.asc()))
    };
    let rows: Vec<Row> = query.limit(limit + 1).select(Row::as_select()).load(conn).await?;
    let limit = usize::try_from(limit).unwrap_or(0);
    Ok(Slice::cut(rows.into_iter().map(Source::from).collect(), limit, direction))
}

/// How many live stories these have, and since when the newest.
pub async fn counts(conn: &mut Conn, ids: &[SourceId]) -> Result<HashMap<SourceId, Count>, Error> {
    let query = Sql::<(SqlUuid, BigInt, Nullable<Timestamptz>)>::new(
        "SELECT source_id, count(*), max(listed_at) FROM articles WHERE source_id = ANY (",
    )
    .bind(Bind::Uuids(ids.iter().map(|id| id.0).collect()))
    .push(") AND ")
    .push(LIVE)
    .push(" GROUP BY source_id");
    let rows: Vec<(Uuid, i64, Option<DateTime<Utc>>)> = query.load(conn).await?;
    let count = |(id, stories, newest)| (SourceId(id), Count { stories, newest });
    Ok(rows.into_iter().map(count).collect())
}

/// How many the whole list has.
pub async fn count(conn: &mut Conn, filter: &Filter) -> Result<i64, Error> {
    Ok(filtered(filter).count().get_result(conn).await?)
}

/// Every source.
pub async fn all(conn: &mut Conn) -> Result<Vec<Source>, Error> {
    let rows: Vec<Row> = sources::table.select(Row::as_select()).load(conn).await?;
    Ok(rows.into_iter().map(Source::from).collect())
}

/// These sources.
pub async fn with_ids(conn: &mut Conn, ids: &[SourceId]) -> Result<Vec<Source>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let query = sources::table.filter(sources::id.eq_any(ids)).select(Row::as_select());
    let rows: Vec<Row> = query.load(conn).await?;
    Ok(rows.into_iter().map(Source::from).collect())
}

/// The id of a source, by id, slug or former slug.
pub async fn resolve(conn: &mut Conn, reference: &Reference) -> Result<Option<SourceId>, Error> {
    let id = match reference {
        Reference::Slug(slug) => {
            return Ok(slugs::holder(conn, Collection::Sources, slug).await?.map(SourceId));
        }
        Reference::Id(id) => *id,
    };
    let found = sources::table.find(id).select(sources::id).first(conn).await.optional()?;
    Ok(found.map(SourceId))
}

/// One source. A former slug fails with the path to go to.
pub async fn find(conn: &mut Conn, reference: &Reference) -> Result<Source, Error> {
    let id = resolve(conn, reference).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    let row: Row = sources::table.find(id.0).select(Row::as_select()).first(conn).await?;
    current(reference, row.into())
}

/// One source, locked until the transaction ends.
pub async fn lock(conn: &mut Conn, reference: &Reference) -> Result<Source, Error> {
    let id = resolve(conn, reference).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    let row: Row =
        sources::table.find(id.0).select(Row::as_select()).for_update().first(conn).await?;
    current(reference, row.into())
}

fn current(reference: &Reference, source: Source) -> Result<Source, Error> {
    slugs::must_be_current(Collection::Sources, reference, &source.slug).map(|()| source)
}

/// Adds a source. Without a slug one is made from the name.
pub async fn create(
    conn: &mut Conn,
    slug: Patch<String>,
    content: &Content,
) -> Result<Source, Error> {
    let id = SourceId::new();
    let now = db::now(conn).await?;
    let slug = slugs::choose(conn, Collection::Sources, id.0, slug, None, &content.name).await?;
    let columns = Columns::new(&slug, content, now);
    let inserted: Result<Row, _> = diesel::insert_into(sources::table)
        .values((sources::id.eq(id.0), sources::created_at.eq(now), columns))
        .returning(Row::as_returning())
        .get_result(conn)
        .await;
    Ok(inserted.map_err(Error::from)?.into())
}

/// Writes a locked source; nothing happens when nothing differs.
pub async fn update(
    conn: &mut Conn,
    before: Source,
    slug: Patch<String>,
    content: &Content,
) -> Result<Source, Error> {
    let slug = slugs::choose(
        conn,
        Collection::Sources,
        before.id.0,
        slug,
        Some(&before.slug),
        &content.name,
    )
    .await?;
    if slug == before.slug && *content == before.content {
        return Ok(before);
    }
    let now = db::now(conn).await?;
    let row: Row = diesel::update(sources::table.find(before.id.0))
        .set((Columns::new(&slug, content, now), sources::version.eq(before.version + 1)))
        .returning(Row::as_returning())
        .get_result(conn)
        .await?;
    Ok(row.into())
}

/// The source of that name, if there is one.
pub async fn named(conn: &mut Conn, name: &str) -> Result<Option<SourceId>, Error> {
    let query = sources::table.filter(sources::name.eq(name)).select(sources::id);
    Ok(query.first(conn).await.optional()?.map(SourceId))
}

/// Removes a locked source for good, its stories moved to another one first where asked.
pub async fn delete(
    conn: &mut Conn,
    source: &Source,
    reassign_to: Option<SourceId>,
) -> Result<(), Error> {
    let mine = articles::table.filter(articles::source_id.eq(source.id.0));
    if let Some(target) = reassign_to {
        let now = db::now(conn).await?;
        diesel::update(mine)
            .set((
                articles::source_id.eq(target.0),
                articles::updated_at.eq(now),
                articles::version.eq(articles::version + 1),
            ))
            .execute(conn)
            .await?;
    } else {
        let stories: i64 = mine.count().get_result(conn).await?;
        if stories > 0 {
            return Err(Error::new(Code::InUse).usage(Usage { stories, children: 0 }));
        }
    }
    diesel::delete(sources::table.find(source.id.0)).execute(conn).await?;
    slugs::release(conn, source.id.0).await
}

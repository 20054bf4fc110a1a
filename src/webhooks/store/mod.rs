//! Webhooks in the database. What is on its way to them: [`deliveries`], [`claims`], [`outbox`].

pub mod claims;
pub mod deliveries;
pub mod outbox;
pub mod secrets;

use super::model::{Content, Disabled, Health, Webhook, WebhookId};
use crate::db::keyset::{Cursor, Direction, Slice};
use crate::db::schema::{webhook_deliveries, webhooks};
use crate::db::{self, Conn};
use crate::error::{Code, Error};
use crate::events::model::Kind;
use crate::ids::{CategoryId, SourceId};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// The sort key of a list of webhooks.
pub type SortKey = (DateTime<Utc>, Uuid);

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhooks, check_for_backend(Pg))]
struct Row {
    id: Uuid,
    url: String,
    description: Option<String>,
    events: Vec<String>,
    source_ids: Vec<Uuid>,
    category_ids: Vec<Uuid>,
    unpublished: bool,
    enabled: bool,
    ordered: bool,
    bound_source_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
    failures: i64,
    failing_since: Option<DateTime<Utc>>,
    resting_until: Option<DateTime<Utc>>,
    delivered_at: Option<DateTime<Utc>>,
    disabled_at: Option<DateTime<Utc>>,
    disabled_reason: Option<String>,
}

impl From<Row> for Webhook {
    fn from(row: Row) -> Self {
        Webhook {
            id: WebhookId(row.id),
            content: Content {
                url: row.url,
                description: row.description,
                events: row.events.iter().filter_map(|name| Kind::parse(name)).collect(),
                sources: row.source_ids.into_iter().map(SourceId).collect(),
                categories: row.category_ids.into_iter().map(CategoryId).collect(),
                unpublished: row.unpublished,
                enabled: row.enabled,
                ordered: row.ordered,
            },
            bound_to: row.bound_source_id.map(SourceId),
            health: Health {
                failures: row.failures,
                failing_since: row.failing_since,
                resting_until: row.resting_until,
                delivered_at: row.delivered_at,
                disabled_at: row.disabled_at,
                disabled: row.disabled_reason.as_deref().and_then(Disabled::parse),
            },
            secrets: Vec::new(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = webhooks, treat_none_as_null = true)]
struct Columns<'a> {
    url: &'a str,
    description: Option<&'a str>,
    events: Vec<&'static str>,
    source_ids: Vec<Uuid>,
    category_ids: Vec<Uuid>,
    unpublished: bool,
    enabled: bool,
    ordered: bool,
    updated_at: DateTime<Utc>,
}

impl<'a> Columns<'a> {
    fn new(content: &'a Content, now: DateTime<Utc>) -> Self {
        let Content {
            url,
            description,
            events,
            sources,
            categories,
            unpublished,
            enabled,
            ordered,
        } = content;
        Self {
            url,
            description: description.as_deref(),
            events: events.iter().map(|kind| kind.as_str()).collect(),
            source_ids: sources.iter().map(|id| id.0).collect(),
            category_ids: categories.iter().map(|id| id.0).collect(),
            unpublished: *unpublished,
            enabled: *enabled,
            ordered: *ordered,
            updated_at: now,
        }
    }
}

/// Only those of a source, for a caller that is bound to it.
fn visible(bound_to: Option<Uuid>) -> webhooks::BoxedQuery<'static, Pg> {
    let query = webhooks::table.into_boxed();
    match bound_to {
        Some(source) => query.filter(webhooks::bound_source_id.eq(source)),
        None => query,
    }
}

/// One page, newest first.
pub async fn list(
    conn: &mut Conn,
    bound_to: Option<Uuid>,
    cursor: Option<Cursor<SortKey>>,
    limit: i64,
) -> Result<Slice<Webhook>, Error> {
    let direction = cursor.as_ref().map(|cursor| cursor.direction);
    let mut query = visible(bound_to).select(Row::as_select());
    if let Some(Cursor { direction, key: (created_at, id) }) = cursor {
        let sign = if direction == Direction::Next { "<" } else { ">" };
        let beyond = sql::<Bool>(&format!("(webhooks.created_at, webhooks.id) {sign} ("))
            .bind::<Timestamptz, _>(created_at)
            .sql(", ");
        query = query.filter(beyond.bind::<SqlUuid, _>(id).sql(")"));
    }
    let query = if direction == Some(Direction::Prev) {
        query.order((webhooks::created_at.asc(), webhooks::id.asc()))
    } else {
        query.order((webhooks::created_at.desc(), webhooks::id.desc()))
    };
    let rows: Vec<Row> = query.limit(limit + 1).load(conn).await?;
    let rows = with_secrets(conn, rows.into_iter().map(Webhook::from).collect()).await?;
    Ok(Slice::cut(rows, usize::try_from(limit).unwrap_or(0), direction))
}

/// How many there are.
pub async fn count(conn: &mut Conn, bound_to: Option<Uuid>) -> Result<i64, Error> {
    Ok(visible(bound_to).count().get_result(conn).await?)
}

/// Those that are on, without their secrets.
pub async fn enabled(conn: &mut Conn) -> Result<Vec<Webhook>, Error> {
    let query = webhooks::table.filter(webhooks::enabled).select(Row::as_select());
    let rows: Vec<Row> = query.load(conn).await?;
    Ok(rows.into_iter().map(Webhook::from).collect())
}

/// One webhook.
pub async fn find(
    conn: &mut Conn,
    bound_to: Option<Uuid>,
    id: WebhookId,
) -> Result<Webhook, Error> {
    let query = visible(bound_to).filter(webhooks::id.eq(id.0)).select(Row::as_select());
    let row: Row = query.first(conn).await?;
    complete(conn, row).await
}

/// One webhook, locked until the transaction ends.
pub async fn lock(
    conn: &mut Conn,
    bound_to: Option<Uuid>,
    id: WebhookId,
) -> Result<Webhook, Error> {
    let query = webhooks::table.find(id.0).select(Row::as_select()).for_update();
    let row: Row = query.first(conn).await?;
    if bound_to.is_some() && row.bound_source_id != bound_to {
        return Err(Error::new(Code::NotFound));
    }
    complete(conn, row).await
}

async fn complete(conn: &mut Conn, row: Row) -> Result<Webhook, Error> {
    let mut rows = with_secrets(conn, vec![row.into()]).await?;
    rows.pop().ok_or_else(|| Error::new(Code::NotFound))
}

async fn with_secrets(conn: &mut Conn, mut rows: Vec<Webhook>) -> Result<Vec<Webhook>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let mut all = secrets::listed(conn, &ids).await?;
    for row in &mut rows {
        row.secrets = all.remove(&row.id).unwrap_or_default();
    }
    Ok(rows)
}

/// Adds a webhook, without a secret yet.
pub async fn create(
    conn: &mut Conn,
    bound_to: Option<Uuid>,
    content: &Content,
) -> Result<WebhookId, Error> {
    let (id, now) = (Uuid::now_v7(), db::now(conn).await?);
    diesel::insert_into(webhooks::table)
        .values((
            webhooks::id.eq(id),
            webhooks::bound_source_id.eq(bound_to),
            webhooks::created_at.eq(now),
            Columns::new(content, now),
        ))
        .execute(conn)
        .await?;
    Ok(WebhookId(id))
}

/// Writes a locked webhook; nothing happens when nothing differs. One that is turned on again
/// begins with a clean record.
pub async fn update(conn: &mut Conn, before: Webhook, content: &Content) -> Result<Webhook, Error> {
    if *content == before.content {
        return Ok(before);
    }
    let now = db::now(conn).await?;
    if before.content.unpublished && !content.unpublished {
        // what it was told of hidden stories is not for those who may read and change it from now on
        let told = webhook_deliveries::webhook_id.eq(before.id.0);
        diesel::delete(webhook_deliveries::table.filter(told)).execute(conn).await?;
    }
    if content.enabled && !before.content.enabled {
        forgive(conn, before.id).await?;
    }
    let row: Row = diesel::update(webhooks::table.find(before.id.0))
        .set((Columns::new(content, now), webhooks::version.eq(before.version + 1)))
        .returning(Row::as_returning())
        .get_result(conn)
        .await?;
    complete(conn, row).await
}

async fn forgive(conn: &mut Conn, id: WebhookId) -> Result<(), Error> {
    let never = None::<DateTime<Utc>>;
    diesel::update(webhooks::table.find(id.0))
        .set((
            webhooks::failures.eq(0),
            webhooks::failing_since.eq(never),
            webhooks::resting_until.eq(never),
            webhooks::disabled_at.eq(never),
            webhooks::disabled_reason.eq(None::<String>),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that the secrets of a locked webhook have changed.
pub async fn touch(conn: &mut Conn, before: &Webhook) -> Result<(), Error> {
    let now = db::now(conn).await?;
    diesel::update(webhooks::table.find(before.id.0))
        .set((webhooks::updated_at.eq(now), webhooks::version.eq(before.version + 1)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes a webhook with everything that was on its way to it.
pub async fn delete(conn: &mut Conn, id: WebhookId) -> Result<(), Error> {
    diesel::delete(webhooks::table.find(id.0)).execute(conn).await?;
    Ok(())
}

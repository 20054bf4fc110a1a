//! Stories for which search words, slugs and what they are compared by are missing or by other rules:
//! written by the release before, or by plain SQL.

use super::derive::words;
use super::{BodyRow, Row, article, visibility};
use crate::articles::model::duplicates::Print;
use crate::db::Conn;
use crate::db::schema::articles;
use crate::error::Error;
use crate::text::likeness::Likeness;
use crate::text::render;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// How many are gone over in one transaction.
const BATCH: i64 = 50;

/// Goes over some of them, within the transaction of the caller, and says how many. Their version
/// stays: nothing of theirs changes.
pub async fn some(conn: &mut Conn) -> Result<usize, Error> {
    let query = articles::table
        .filter(articles::derived.lt(2))
        .order(articles::id)
        .limit(BATCH)
        .select((Row::as_select(), BodyRow::as_select(), visibility::state()))
        .for_no_key_update()
        .skip_locked();
    let rows: Vec<(Row, BodyRow, String)> = query.load(conn).await?;
    let count = rows.len();
    for (row, bodies, state) in rows {
        let body = render::words(&bodies.body_text);
        let story = article(row, Some(bodies), &state);
        let text = Likeness::new(&story.content.headline, &body);
        let print = Print::new(&story.content, text);
        diesel::update(articles::table.find(story.id.0))
            .set((
                articles::tag_slugs.eq(story.content.tag_slugs()),
                articles::author_slugs.eq(story.content.author_slugs()),
                words(&story.content, &body, &print),
            ))
            .execute(conn)
            .await?;
    }
    Ok(count)
}

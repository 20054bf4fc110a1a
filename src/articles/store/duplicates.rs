//! Stories that say the same: which one a new story repeats, and all that repeat one.

use super::visibility;
use crate::access::Caller;
use crate::articles::model::Content;
use crate::articles::model::duplicates::{Original, Other, Print, language};
use crate::db::Conn;
use crate::db::keyset::{Cursor, Direction, Slice};
use crate::db::sql::{Bind, Piece, Sql};
use crate::error::Error;
use crate::ids::ArticleId;
use diesel::sql_types::{Array, BigInt, Bool, Bytea, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// A story for which to look.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Its id: only what was there before it is looked at.
    pub id: ArticleId,
    /// What was written.
    pub content: &'a Content,
    /// What it is compared by.
    pub print: &'a Print,
}

#[derive(Serialize)]
struct Sent {
    place: usize,
    id: Uuid,
    language: String,
    origin: Uuid,
    keys: Vec<i64>,
}

type MetSql = (Integer, SqlUuid, Text, Nullable<Array<BigInt>>, Nullable<Bytea>, SqlUuid, Bool);
type Met = (i32, Uuid, String, Option<Vec<i64>>, Option<Vec<u8>>, Uuid, bool);

/// The stories that these repeat, by their places: for all of them one statement, and for each a
/// bounded look by one index. A story in the trash, or retracted, stands for those that repeat it.
pub async fn originals(
    conn: &mut Conn,
    asked: &[Asked<'_>],
    caller: &Caller,
) -> Result<HashMap<usize, Original>, Error> {
    let sent = asked.iter().enumerate().map(|(place, asked)| Sent {
        place,
        id: asked.id.0,
        language: language(&asked.content.language),
        origin: asked.content.translation_of.unwrap_or(asked.id).0,
        keys: asked.print.keys(),
    });
    let sent: Vec<Sent> = sent.filter(|sent| !sent.keys.is_empty()).collect();
    if sent.is_empty() {
        return Ok(HashMap::new());
    }
    let sent = serde_json::to_string(&sent).map_err(Error::internal)?;
    let rows: Vec<Met> = alike(sent, caller).load(conn).await?;
    let mut best: HashMap<usize, (f32, Original)> = HashMap::new();
    for (place, id, headline, keys, sketch, shown, seen) in rows {
        let Ok(place) = usize::try_from(place) else { continue };
        let Some(Asked { content, print, .. }) = asked.get(place) else { continue };
        let (keys, sketch) = (keys.unwrap_or_default(), sketch.unwrap_or_default());
        let other = Other { headline: &headline, keys: &keys, sketch: &sketch };
        let Some(share) = print.repeats(&content.headline, other) else { continue };
        if best.get(&place).is_none_or(|(most, _)| *most < share) {
            let shown = seen.then_some(ArticleId(shown));
            best.insert(place, (share, Original { id: ArticleId(id), shown }));
        }
    }
    Ok(best.into_iter().map(|(place, (_, original))| (place, original)).collect())
}

fn alike(sent: String, caller: &Caller) -> Sql<MetSql> {
    Sql::new(
        "SELECT asked.place, met.id, met.headline, met.likeness, met.sketch, here.id, coalesce(",
    )
    .piece(visibility::seen_by(caller, "here"))
    .push(", false) FROM jsonb_to_recordset(")
    .bind(Bind::Text(sent))
    .push(
        "::jsonb) AS asked (place integer, id uuid, language text, origin uuid, keys bigint[])
         CROSS JOIN LATERAL articles_alike(asked.keys, asked.id) AS alike (id)
         -- one at a time, or a plan made while there were few stories compares each with each for ever
         CROSS JOIN LATERAL (SELECT * FROM articles AS one WHERE one.id = alike.id LIMIT 1) AS met
         CROSS JOIN LATERAL (
             (SELECT * FROM articles AS one WHERE one.id = met.id AND one.trashed_at IS NULL
                 AND one.status <> 'retracted')
             UNION ALL
             -- asked for only when it is gone, since its parts are asked in their order: there may be thousands
             (SELECT * FROM articles AS one WHERE one.duplicate_of = met.id AND one.trashed_at IS NULL
                 AND one.status <> 'retracted' AND one.id < asked.id ORDER BY one.id LIMIT 1)
             LIMIT 1) AS here
         WHERE split_part(lower(met.language), '-', 1) = asked.language
           AND coalesce(met.translation_of, met.id) <> asked.origin
         ORDER BY asked.place, met.id",
    )
}

/// Whether stories repeat this one.
pub async fn is_original(conn: &mut Conn, id: ArticleId) -> Result<bool, Error> {
    let query = Sql::<Bool>::new("SELECT EXISTS (SELECT FROM articles WHERE duplicate_of = ")
        .bind(Bind::Uuid(id.0))
        .push(")");
    Ok(query.get_result(conn).await?)
}

/// A page of the stories that say the same as one, without it, as far as the caller may see them; the
/// first that was there is the first.
pub async fn cluster(
    conn: &mut Conn,
    (id, original): (ArticleId, ArticleId),
    caller: &Caller,
    cursor: Option<Cursor<Uuid>>,
    limit: i64,
) -> Result<Slice<Uuid>, Error> {
    let direction = cursor.as_ref().map(|cursor| cursor.direction);
    let (sign, order) = match direction {
        Some(Direction::Prev) => ("<", "DESC"),
        _ => (">", "ASC"),
    };
    let beyond = match cursor {
        None => Piece::default(),
        Some(Cursor { key, .. }) => {
            Piece::new(format!(" AND one.id {sign} ")).bind(Bind::Uuid(key))
        }
    };
    let query = Sql::<SqlUuid>::new("SELECT one.id FROM articles AS one WHERE (one.id = ")
        .bind(Bind::Uuid(original.0))
        .push(" OR one.duplicate_of = ")
        .bind(Bind::Uuid(original.0))
        .push(") AND one.id <> ")
        .bind(Bind::Uuid(id.0))
        .push(" AND ")
        .piece(visibility::seen_by(caller, "one"))
        .piece(beyond)
        .push(format!(" ORDER BY one.id {order} LIMIT "))
        .bind(Bind::Int(limit + 1));
    let rows: Vec<Uuid> = query.load(conn).await?;
    Ok(Slice::cut(rows, usize::try_from(limit).unwrap_or_default(), direction))
}

/// Those that repeat a story which goes for good repeat the next one from now on.
pub async fn leave(conn: &mut Conn, id: ArticleId) -> Result<(), Error> {
    let next = "(SELECT next.id FROM articles AS next WHERE next.duplicate_of = ";
    let query = Sql::<()>::new(format!("UPDATE articles SET duplicate_of = nullif({next}"))
        .bind(Bind::Uuid(id.0))
        .push(" ORDER BY next.id LIMIT 1), articles.id) WHERE duplicate_of = ")
        .bind(Bind::Uuid(id.0));
    query.execute(conn).await?;
    Ok(())
}

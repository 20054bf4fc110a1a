//! **The** rule of what the public sees, in SQL and by the database's clock. Nothing else in the code
//! says what live means; the states around it stand in `articles::store::visibility`.

use super::Conn;
use super::sql::{Piece, Sql};
use crate::error::Error;
use chrono::{DateTime, Utc};
use diesel::sql_types::{Nullable, Timestamptz};
use diesel_async::RunQueryDsl;

/// Not thrown away.
pub const KEPT: &str = "articles.trashed_at IS NULL";

/// For the public from its date on, until it expires. Literals, not parameters: the planner matches
/// them with the partial indexes.
pub const PUBLISHED: &str = "articles.status = 'published' AND articles.trashed_at IS NULL";

/// What the public sees. `listed_at` is `published_at` for published stories.
pub const LIVE: &str = "(articles.status = 'published' AND articles.trashed_at IS NULL \
                    AND articles.listed_at <= statement_timestamp() \
                    AND (articles.expires_at IS NULL OR articles.expires_at > statement_timestamp()))";

/// What the public sees of `article_listings`, which has published stories only.
pub const LISTED: &str = "listing.listed_at <= statement_timestamp() \
                          AND (listing.expires_at IS NULL OR listing.expires_at > statement_timestamp())";

/// The next story to go live.
pub const NEXT_TO_PUBLISH: &str = "(SELECT min(articles.listed_at) FROM articles WHERE articles.status = 'published' \
      AND articles.trashed_at IS NULL AND articles.listed_at > statement_timestamp())";

/// The next story to expire.
const NEXT_TO_EXPIRE: &str = "(SELECT min(articles.expires_at) FROM articles WHERE articles.status = 'published' \
      AND articles.trashed_at IS NULL AND articles.expires_at > statement_timestamp())";

/// Reads in several statements, none of which sees a story that another does not, and tells them the
/// next instant at which the clock alone may change what they see.
pub async fn snapshot<T>(
    conn: &mut Conn,
    work: impl AsyncFnOnce(&mut Conn, Option<DateTime<Utc>>) -> Result<T, Error>,
) -> Result<T, Error> {
    let read = async |conn: &mut Conn| {
        // first, since it may come between the others
        let next = Sql::<Nullable<Timestamptz>>::new("SELECT ").piece(next());
        let next = next.get_result(conn).await?;
        work(conn, next).await
    };
    super::snapshot(conn, read).await
}

/// The next instant at which the clock alone adds a story to the public's, or takes one away.
pub fn next() -> Piece {
    Piece::new("least(").push(NEXT_TO_PUBLISH).push(", ").push(NEXT_TO_EXPIRE).push(")")
}

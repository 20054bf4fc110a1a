//! Stories that say the same as one.

use super::reading;
use crate::access::Caller;
use crate::app::App;
use crate::articles::model::State;
use crate::articles::model::listing::{Order, Sort};
use crate::articles::store::company::{self, Read};
use crate::articles::store::duplicates;
use crate::articles::store::list::{self, Ask, Bodies, Filter};
use crate::articles::views::Show;
use crate::articles::views::duplicates::{Cluster, ListDuplicates};
use crate::articles::views::output::{ArticleSummary, Include};
use crate::articles::views::params::ArticlePath;
use crate::db::keyset::Cursor;
use crate::db::{Conn, live};
use crate::error::Error;
use crate::freshness::Scope;
use crate::http::auth::Anyone;
use crate::http::basis::{Facts, PurgeKey};
use crate::http::{Basis, Listed, Page, Path, Query};
use crate::ids::ArticleId;
use actix_web::web::Data;

/// List the stories that say the same
///
/// The earlier story that this one repeats and all others that repeat it, or those that repeat this
/// one; the oldest first, as far as the caller may see them.
#[utoipa::path(get, path = "/api/v1/articles/{article}/duplicates")]
pub async fn list_duplicates(
    app: Data<App>,
    caller: Anyone,
    path: Path<ArticlePath>,
    query: Query<ListDuplicates>,
    basis: Basis,
) -> Result<Listed<ArticleSummary, Cluster>, Error> {
    let Query { params, fingerprint } = query;
    let cursor = Cursor::read(params.cursor.as_deref(), fingerprint)?;
    let mut conn = app.db.read().await?;
    let begun = app.freshness.epoch();
    let (story, _) = reading::seen(&mut conn, &app, &caller, &path.0.article).await?;
    let work = async |conn: &mut Conn, until| {
        let both = (story.id, story.duplicate_of.unwrap_or(story.id));
        let slice = duplicates::cluster(conn, both, &caller, cursor, params.limit()).await?;
        let cursors = slice.cursors(fingerprint, |id| *id)?;
        let ids: Vec<ArticleId> = slice.rows.into_iter().map(ArticleId).collect();
        let read = read(conn, &caller, ids).await?;
        let covers = |catalog: &_| company::is_covered(catalog, &read);
        let catalog = app.catalogs.covering(conn, begun, covers).await?;
        Ok((cursors, read, catalog, until))
    };
    let (cursors, read, catalog, until) = live::snapshot(&mut conn, work).await?;
    // others come and go without a word to this one
    let scopes = vec![Scope::articles(), Scope::sources(), Scope::categories()];
    let keys = vec![PurgeKey::all("articles")];
    basis.set(Facts { scopes, until, keys, ..Facts::default() });
    let (articles, relations) = company::part(read, catalog);
    let show = Show { addresses: &app.addresses, caller: &caller };
    let view = |story| ArticleSummary::new(story, &relations, show, Include::default());
    let items = articles.into_iter().map(view);
    Ok(Listed(Page::new(items, cursors.next, cursors.prev, None)))
}

/// These stories, in the order of their ids.
async fn read(conn: &mut Conn, caller: &Caller, ids: Vec<ArticleId>) -> Result<Vec<Read>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let limit = ids.len() as i64;
    let filter = Filter { ids, states: State::ALL.to_vec(), ..Filter::default() };
    let order = Order { sort: Sort::Published, reversed: false };
    let ask = Ask { filter: &filter, order, cursor: None, limit, bodies: Bodies::No, caller };
    let found = list::page(conn, &ask).await?;
    let mut read: Vec<Read> = found.slice.rows.into_iter().map(|(read, _)| read).collect();
    read.sort_unstable_by_key(|read| read.article.id);
    Ok(read)
}

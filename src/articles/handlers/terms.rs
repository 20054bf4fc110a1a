//! Listing the tags and authors of live stories.

use crate::app::App;
use crate::articles::model::listing::{Term, TermKind};
use crate::articles::store::terms;
use crate::articles::views::terms::{Author, ListTerms, Tag};
use crate::db::keyset::Cursor;
use crate::db::{Conn, live};
use crate::error::Error;
use crate::freshness::Scope;
use crate::http::auth::Anyone;
use crate::http::basis::{Facts, PurgeKey};
use crate::http::{Basis, Listed, Page, Query};
use crate::text::slug::slugify;
use actix_web::web::Data;

/// List tags
///
/// By slug, with the number of live stories each has.
#[utoipa::path(get, path = "/api/v1/tags")]
pub async fn list_tags(
    app: Data<App>,
    _caller: Anyone,
    query: Query<ListTerms>,
    basis: Basis,
) -> Result<Listed<Tag>, Error> {
    page(&app, TermKind::Tag, query, &basis).await
}

/// List authors
///
/// By slug, with the number of live stories of each.
#[utoipa::path(get, path = "/api/v1/authors")]
pub async fn list_authors(
    app: Data<App>,
    _caller: Anyone,
    query: Query<ListTerms>,
    basis: Basis,
) -> Result<Listed<Author>, Error> {
    page(&app, TermKind::Author, query, &basis).await
}

async fn page<T: From<Term>>(
    app: &App,
    kind: TermKind,
    query: Query<ListTerms>,
    basis: &Basis,
) -> Result<Listed<T>, Error> {
    let Query { params, fingerprint } = query;
    let cursor = Cursor::read(params.cursor.as_deref(), fingerprint)?;
    let prefix = params
        .prefix
        .as_deref()
        .map_or_else(String::new, |prefix| slugify(prefix).unwrap_or_else(|| prefix.to_owned()));
    let mut conn = app.db.read().await?;
    let read = async |conn: &mut Conn, until| {
        Ok((terms::page(conn, kind, &prefix, cursor, params.limit()).await?, until))
    };
    let (slice, until) = live::snapshot(&mut conn, read).await?;
    basis.set(Facts {
        scopes: vec![Scope::articles()],
        until,
        keys: vec![PurgeKey::all("articles")],
        ..Facts::default()
    });
    let cursors = slice.cursors(fingerprint, |term| term.slug.clone())?;
    Ok(Listed(Page::new(slice.rows.into_iter().map(T::from), cursors.next, cursors.prev, None)))
}

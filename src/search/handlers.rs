//! The operations on searches.

use crate::app::App;
use crate::db::{Conn, live};
use crate::error::Error;
use crate::freshness::Scope;
use crate::http::auth::Anyone;
use crate::http::basis::{Facts, PurgeKey};
use crate::http::{Basis, Json, Query};
use crate::search::model::{self, Kind, Suggestion};
use crate::search::store;
use crate::search::views::{SuggestSearches, Suggestions};
use crate::text::search::Typed;
use actix_web::web::Data;

/// Suggest what could be meant
///
/// While somebody types: categories and sources, then tags, authors and headlines of the newest 2,000
/// live stories, that hold what has been typed, the last word as the beginning of one.
#[utoipa::path(get, path = "/api/v1/search/suggest")]
pub async fn suggest_searches(
    app: Data<App>,
    _caller: Anyone,
    query: Query<SuggestSearches>,
    basis: Basis,
) -> Result<Json<Suggestions>, Error> {
    let params = query.params;
    let mut conn = app.db.read().await?;
    let facts = Facts {
        scopes: vec![Scope::articles(), Scope::sources(), Scope::categories()],
        keys: vec![PurgeKey::all("articles")],
        ..Facts::default()
    };
    let Some(typed) = Typed::parse(&params.q) else {
        basis.set(facts);
        return Ok(Json(Suggestions { items: Vec::new() }));
    };
    let catalog = app.catalogs.get(&mut conn).await?;
    let mut found = Vec::new();
    let mut named = |kind, text: &str, slug: &str| {
        if typed.matches(text) {
            found.push(Suggestion { kind, text: text.to_owned(), slug: slug.to_owned() });
        }
    };
    for category in catalog.categories() {
        named(Kind::Category, &category.content.name, &category.slug);
    }
    for source in catalog.sources() {
        named(Kind::Source, &source.content.name, &source.slug);
    }
    found.sort_by(|one, other| (one.text.len(), &one.text).cmp(&(other.text.len(), &other.text)));
    let limit = params.limit();
    let languages: Vec<String> = params.language.iter().map(|tag| tag.to_lowercase()).collect();
    let newest = async |conn: &mut Conn, until| Ok((store::newest(conn, &languages).await?, until));
    let (stories, until) = live::snapshot(&mut conn, newest).await?;
    basis.set(Facts { until, ..facts });
    // off the async workers: there are thousands of names to look at
    let look = move || model::fitting(&typed, stories, limit);
    found.extend(tokio::task::spawn_blocking(look).await.map_err(Error::internal)?);
    found.truncate(limit);
    Ok(Json(Suggestions { items: found.into_iter().map(Into::into).collect() }))
}

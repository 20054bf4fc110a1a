//! The operations on searches.

use crate::app::App;
use crate::articles::model::listing::{Term, TermKind};
use crate::articles::store::terms;
use crate::db::live;
use crate::error::Error;
use crate::freshness::Scope;
use crate::http::auth::Anyone;
use crate::http::basis::Facts;
use crate::http::{Basis, Json, Query};
use crate::search::model::{Kind, Suggestion};
use crate::search::store;
use crate::search::views::{SuggestSearches, Suggestions};
use crate::text::search::Typed;
use crate::text::slug::slugify;
use actix_web::web::Data;

/// Suggest what could be meant
///
/// While somebody types: categories, sources, tags, authors and the newest headlines that hold what
/// has been typed, the last word as the beginning of one.
#[utoipa::path(get, path = "/api/v1/search/suggest")]
pub async fn suggest_searches(
    app: Data<App>,
    _caller: Anyone,
    query: Query<SuggestSearches>,
    basis: Basis,
) -> Result<Json<Suggestions>, Error> {
    let params = query.params;
    let mut conn = app.db.read().await?;
    basis.set(Facts {
        scopes: vec![Scope::articles(), Scope::sources(), Scope::categories()],
        until: live::next_change(&mut conn).await?,
        keys: vec!["articles".to_owned()],
        ..Facts::default()
    });
    let Some(typed) = Typed::parse(&params.q) else {
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
    let prefix = slugify(&params.q).unwrap_or_default();
    for (term, kind) in [(TermKind::Tag, Kind::Tag), (TermKind::Author, Kind::Author)] {
        if prefix.is_empty() {
            break;
        }
        let slice = terms::page(&mut conn, term, &prefix, None, limit as i64).await?;
        let mut terms = slice.rows;
        terms.sort_by_key(|term| std::cmp::Reverse(term.count));
        let suggestion = |term: Term| Suggestion { kind, text: term.name, slug: term.slug };
        found.extend(terms.into_iter().map(suggestion));
    }
    let languages: Vec<String> = params.language.iter().map(|tag| tag.to_lowercase()).collect();
    if found.len() < limit {
        let headlines = store::headlines(&mut conn, &languages).await?;
        found.extend(fitting(typed, headlines, limit - found.len()).await?);
    }
    found.truncate(limit);
    Ok(Json(Suggestions { items: found.into_iter().map(Into::into).collect() }))
}

/// The first headlines that fit. Off the async workers: there are thousands to look at.
async fn fitting(
    typed: Typed,
    headlines: Vec<(String, String)>,
    most: usize,
) -> Result<Vec<Suggestion>, Error> {
    let look = move || {
        let fits = headlines.into_iter().filter(|(_, text)| typed.matches(text)).take(most);
        fits.map(|(slug, text)| Suggestion { kind: Kind::Article, text, slug }).collect()
    };
    tokio::task::spawn_blocking(look).await.map_err(Error::internal)
}

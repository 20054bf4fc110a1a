//! What articles show of others: sources, breadcrumbs, translations. A fixed number of statements,
//! however many articles.

use super::visibility;
use crate::access::Caller;
use crate::articles::model::Article;
use crate::articles::model::relations::{Relations, SourceCard, Version, original};
use crate::categories::store as categories;
use crate::db::Conn;
use crate::db::schema::{articles, sources};
use crate::error::Error;
use crate::ids::{ArticleId, CategoryId, SourceId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use uuid::Uuid;

/// Reads what these articles show of others to this caller.
pub async fn load(conn: &mut Conn, read: &[Article], caller: &Caller) -> Result<Relations, Error> {
    let versions = versions(conn, read, caller).await?;
    let own = read.iter().flat_map(|article| article.content.categories.iter().copied());
    let others = versions.values().flatten().filter_map(|version| version.category);
    let categories: Vec<CategoryId> = own.chain(others).collect();
    Ok(Relations {
        sources: cards(conn, read).await?,
        breadcrumbs: categories::breadcrumbs(conn, categories).await?,
        versions,
    })
}

async fn cards(conn: &mut Conn, read: &[Article]) -> Result<HashMap<SourceId, SourceCard>, Error> {
    let ids: Vec<Uuid> =
        read.iter().filter_map(|article| article.content.source).map(|id| id.0).collect();
    let query = sources::table.filter(sources::id.eq_any(ids)).select((
        sources::id,
        sources::slug,
        sources::name,
        sources::url,
        sources::credit,
        sources::logo_url,
        sources::usage_terms,
    ));
    let rows: Vec<CardRow> = query.load(conn).await?;
    let card = |(id, slug, name, url, credit, logo_url, usage_terms)| {
        let id = SourceId(id);
        (id, SourceCard { id, slug, name, url, credit, logo_url, usage_terms })
    };
    Ok(rows.into_iter().map(card).collect())
}

type CardRow =
    (Uuid, String, String, Option<String>, Option<String>, Option<String>, Option<String>);
type VersionRow = (Uuid, String, String, String, Option<Uuid>, Option<Uuid>);

async fn versions(
    conn: &mut Conn,
    read: &[Article],
    caller: &Caller,
) -> Result<HashMap<ArticleId, Vec<Version>>, Error> {
    let originals: Vec<Uuid> = read.iter().map(|article| original(article).0).collect();
    let related = articles::id
        .eq_any(originals.clone())
        .or(articles::translation_of.eq_any(originals).assume_not_null());
    let query = articles::table
        .filter(related)
        .filter(visibility::seen_by(caller))
        .order((articles::language, articles::id))
        .select((
            articles::id,
            articles::slug,
            articles::language,
            articles::headline,
            articles::category_id,
            articles::translation_of,
        ));
    let rows: Vec<VersionRow> = query.load(conn).await?;
    let mut versions: HashMap<ArticleId, Vec<Version>> = HashMap::new();
    for (id, slug, language, headline, category, translation_of) in rows {
        let original = ArticleId(translation_of.unwrap_or(id));
        let (id, category) = (ArticleId(id), category.map(CategoryId));
        let version = Version { id, slug, language, headline, category };
        versions.entry(original).or_default().push(version);
    }
    Ok(versions)
}

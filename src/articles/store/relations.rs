//! What articles show of others, read within the transaction that wrote them: it alone sees a source
//! or a category that it has just made.

use super::company;
use crate::access::Caller;
use crate::articles::model::Article;
use crate::articles::model::relations::Relations;
use crate::catalog::Catalog;
use crate::categories::store as categories;
use crate::db::Conn;
use crate::error::Error;
use crate::sources::store as sources;
use std::sync::Arc;

/// Reads what a story shows of others to this caller.
pub async fn load(conn: &mut Conn, article: &Article, caller: &Caller) -> Result<Relations, Error> {
    let (versions, original) = company::versions(conn, article.id, caller).await?;
    let content = &article.content;
    let others = versions.iter().chain(&original).filter_map(|version| version.category);
    let filed: Vec<_> = content.categories.iter().copied().chain(others).collect();
    let named: Vec<_> = content.source.into_iter().collect();
    let catalog = Catalog::new(
        sources::with_ids(conn, &named).await?,
        categories::with_ids(conn, &filed).await?,
        Vec::new(),
    );
    let originals = original.map(|original| (article.id, original)).into_iter().collect();
    let versions = [(article.id, versions)].into();
    Ok(Relations { catalog: Arc::new(catalog), versions, originals })
}

//! What a list rests on, for whoever remembers it.

use crate::articles::handlers::reading::rests_on;
use crate::articles::model::listing::Facet;
use crate::articles::store::list::{Filter, Found};
use crate::catalog::Catalog;
use crate::freshness::Scope;
use crate::http::basis::{Facts, PurgeKey};
use crate::text::language::is_bcp47;

/// Lists of more categories than this rest on all stories.
const MOST_SCOPES: usize = 64;

/// What a page rests on: that no story enters or leaves it, and all that it shows of each.
pub(super) fn facts(filter: &Filter, found: &Found, catalog: &Catalog) -> Facts {
    let mut facts = Facts {
        scopes: membership(filter),
        until: found.until,
        keys: vec![PurgeKey::all("articles")],
        ..Facts::default()
    };
    if let [language] = filter.languages.as_slice() {
        // of a header only a tag is made
        facts.language = Some(language.clone()).filter(|tag| is_bcp47(tag));
    }
    for (read, _) in &found.slice.rows {
        rests_on(read, catalog, &mut facts);
    }
    facts.scopes.sort_unstable();
    facts.scopes.dedup();
    facts.keys.sort_unstable();
    facts.keys.dedup();
    facts
}

/// What facets show of sources and categories, whether these stand on the page or not.
pub(super) fn named(facets: &[Facet]) -> impl Iterator<Item = Scope> {
    facets.iter().filter_map(|facet| match facet {
        Facet::Source => Some(Scope::sources()),
        Facet::Category => Some(Scope::categories()),
        Facet::Language | Facet::Tag | Facet::Month => None,
    })
}

/// The narrowest of the lists that hold every story this one can show.
fn membership(filter: &Filter) -> Vec<Scope> {
    let mut scopes = if !filter.sources.is_empty() {
        filter.sources.iter().map(|id| Scope::articles_of_source(*id)).collect()
    } else if !filter.categories.is_empty() && filter.categories.len() <= MOST_SCOPES {
        filter.categories.iter().map(|id| Scope::articles_of_category(*id)).collect()
    } else if !filter.languages.is_empty() {
        filter.languages.iter().map(|tag| Scope::articles_in_language(tag)).collect()
    } else {
        vec![Scope::articles()]
    };
    if !filter.categories.is_empty() || !filter.exclude_categories.is_empty() {
        // which categories stand below those named
        scopes.push(Scope::tree());
    }
    if !filter.topics.is_empty() {
        // which categories are of those topics
        scopes.push(Scope::categories());
    }
    // a source that is deleted is unknown from then on, though no story moved
    let sources = filter.sources.iter().chain(&filter.exclude_sources);
    scopes.extend(sources.map(|id| Scope::source(*id)));
    if filter.words.is_some() {
        scopes.push(Scope::named("configurations"));
    }
    scopes
}

//! What the newest matches of a search have in common: how many stand in each category, source,
//! language, tag and month.
//!
//! The database hands over what its rows have, and they are counted here as they come: it would take
//! several times as long to count them five ways.

use super::Filter;
use super::search::{MOST, newest, reach};
use super::window::{Stretch, Window};
use crate::articles::model::listing::{Counts, Facet, Month, Tag};
use crate::catalog::Catalog;
use crate::db::Conn;
use crate::db::sql::{Bind, Sql};
use crate::error::Error;
use crate::ids::{CategoryId, SourceId};
use chrono::{DateTime, Datelike, Utc};
use diesel::sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use futures_util::TryStreamExt;
use std::collections::HashMap;
use std::hash::Hash;
use uuid::Uuid;

/// So many values of a facet are told, the most frequent first.
const VALUES: usize = 50;
const COLUMNS: &str =
    "articles.source_id, articles.language, articles.category_ids, articles.tag_slugs";

type RowSql =
    (SqlUuid, Timestamptz, Nullable<SqlUuid>, Text, Array<SqlUuid>, Array<Nullable<Text>>);
type Row = (Uuid, DateTime<Utc>, Option<Uuid>, String, Vec<Uuid>, Vec<Option<String>>);

/// The facets of a search, and whether only the newest of more matches were counted.
pub async fn count(
    conn: &mut Conn,
    filter: &Filter,
    words: &str,
    asked: &[Facet],
    catalog: &Catalog,
) -> Result<(Counts, bool), Error> {
    let mut reach = reach(conn, filter, words).await?;
    loop {
        let tally = tally(conn, filter, words, reach).await?;
        let cut = tally.total >= MOST;
        if cut || reach.window == Window::All {
            return Ok((tally.told(conn, asked, catalog).await?, cut));
        }
        reach = reach.wider();
    }
}

async fn tally(
    conn: &mut Conn,
    filter: &Filter,
    words: &str,
    reach: Stretch,
) -> Result<Tally, Error> {
    let query = Sql::<RowSql>::new("SELECT * FROM ")
        .piece(newest(filter, words, reach, COLUMNS))
        .once(true);
    let mut tally = Tally::default();
    let mut rows = query.load_stream::<Row>(conn).await?;
    while let Some(row) = rows.try_next().await? {
        tally.add(row);
    }
    Ok(tally)
}

/// Matches while they are counted.
#[derive(Default)]
struct Tally {
    total: i64,
    /// Stories that are filed alike.
    filed: HashMap<Vec<Uuid>, i64>,
    sources: HashMap<Uuid, i64>,
    /// By the spelling that all share, with the one that was met first.
    languages: HashMap<String, (i64, String)>,
    /// And the newest story that has the tag.
    tags: HashMap<String, (i64, Uuid)>,
    months: HashMap<Month, i64>,
}

impl Tally {
    fn add(&mut self, (id, listed_at, source, language, categories, tags): Row) {
        self.total += 1;
        *self.filed.entry(categories).or_default() += 1;
        if let Some(source) = source {
            *self.sources.entry(source).or_default() += 1;
        }
        self.languages.entry(language.to_ascii_lowercase()).or_insert((0, language)).0 += 1;
        for slug in tags.into_iter().flatten() {
            self.tags.entry(slug).or_insert((0, id)).0 += 1;
        }
        let month = Month { year: listed_at.year(), month: listed_at.month() };
        *self.months.entry(month).or_default() += 1;
    }

    async fn told(
        self,
        conn: &mut Conn,
        asked: &[Facet],
        catalog: &Catalog,
    ) -> Result<Counts, Error> {
        let mut categories: HashMap<CategoryId, i64> = HashMap::new();
        for (ids, count) in self.filed {
            // once in a category above several
            let paths = ids.iter().filter_map(|id| catalog.category(CategoryId(*id)));
            let mut steps: Vec<_> = paths.flat_map(|category| &category.path).collect();
            steps.sort_unstable();
            steps.dedup();
            for step in steps {
                *categories.entry(*step).or_default() += count;
            }
        }
        let sources = self.sources.into_iter().map(|(id, count)| (SourceId(id), count));
        Ok(Counts {
            categories: most(categories),
            sources: most(sources),
            languages: most(
                self.languages.into_values().map(|(count, language)| (language, count)),
            ),
            // their names are another statement
            tags: match asked.contains(&Facet::Tag) {
                true => tags(conn, self.tags).await?,
                false => Vec::new(),
            },
            months: most(self.months),
        })
    }
}

/// The most frequent values.
fn most<T: Ord + Hash>(counts: impl IntoIterator<Item = (T, i64)>) -> Vec<(T, i64)> {
    let mut counts: Vec<(T, i64)> = counts.into_iter().collect();
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(VALUES);
    counts
}

/// The most frequent tags, each as the newest story that has it writes it.
async fn tags(
    conn: &mut Conn,
    counts: HashMap<String, (i64, Uuid)>,
) -> Result<Vec<(Tag, i64)>, Error> {
    let found = most(counts.into_iter().map(|(slug, (count, id))| ((slug, id), count)));
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let (slugs, ids) = found.iter().map(|((slug, id), _)| (slug.clone(), *id)).unzip();
    let query = Sql::<(Text, Nullable<Text>)>::new(
        "SELECT asked.slug, articles.tags[array_position(articles.tag_slugs, asked.slug)] FROM unnest(",
    )
    .bind(Bind::Texts(slugs))
    .push("::text[], ")
    .bind(Bind::Uuids(ids))
    .push("::uuid[]) AS asked (slug, id) JOIN articles ON articles.id = asked.id");
    let names: HashMap<String, Option<String>> =
        query.load::<(String, Option<String>)>(conn).await?.into_iter().collect();
    let tag = |((slug, _), count): ((String, Uuid), i64)| {
        let name = names.get(&slug).cloned().flatten().unwrap_or_else(|| slug.clone());
        (Tag { slug, name }, count)
    };
    Ok(found.into_iter().map(tag).collect())
}

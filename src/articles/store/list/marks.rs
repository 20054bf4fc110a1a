//! What a filter says, as one question to the index of marks (`article_marks` in the migrations): a
//! `tsquery` over what stories are filed, tagged, written and dated by.

use super::Filter;
use super::dates::{Span, Time};
use super::filter::{Look, terms};
use crate::articles::model::State;
use crate::db::sql::{Bind, Piece, Sql};
use crate::db::{Conn, live};
use crate::error::Error;
use crate::ids::SourceId;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{Nullable, Timestamptz};
use diesel_async::RunQueryDsl;

/// The expression that is indexed.
const MARKS: &str = "article_marks(articles.status, articles.trashed_at, articles.category_ids, \
    articles.tag_slugs, articles.author_slugs, articles.source_id, articles.language, articles.featured, \
    articles.urgency, articles.listed_at, articles.updated_at, articles.expires_at)";
/// What no story is marked by.
const NEVER: &str = "never";

/// The times of the stories there are.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    /// When they are listed at.
    pub listed: Span,
    /// When they were last written.
    pub updated: Span,
    /// When they expire or have expired.
    expired: Span,
    /// When those are listed at that are still to come.
    coming: Span,
    /// The next instant at which the clock alone changes what is live.
    pub next: Instant,
}

type EndsSql = (
    Nullable<Timestamptz>,
    Nullable<Timestamptz>,
    Nullable<Timestamptz>,
    Nullable<Timestamptz>,
    Nullable<Timestamptz>,
    Nullable<Timestamptz>,
);
type Instant = Option<DateTime<Utc>>;
type EndsRow = (Instant, Instant, Instant, Instant, Instant, Instant);

/// Reads the ends of the indexes; none when there are no stories.
pub async fn ends(conn: &mut Conn, filter: &Filter) -> Result<Option<Ends>, Error> {
    let query = Sql::<EndsSql>::new(
        "SELECT (SELECT min(listed_at) FROM articles), (SELECT max(listed_at) FROM articles), \
         (SELECT min(updated_at) FROM articles), (SELECT max(updated_at) FROM articles), \
         (SELECT min(expires_at) FROM articles WHERE status = 'published' AND trashed_at IS NULL), ",
    )
    .piece(live::next());
    let (oldest, newest, first, last, expired, next): EndsRow = query.get_result(conn).await?;
    // a day ahead, since this clock is not the database's
    let now = Utc::now() + TimeDelta::days(1);
    let (Some(oldest), Some(newest), Some(first), Some(last)) = (oldest, newest, first, last)
    else {
        return Ok(None);
    };
    let mut ends = Ends {
        listed: Span::between(oldest, if filter.is_past() { newest.min(now) } else { newest }),
        updated: Span::between(first, last).within(filter.updated_after, filter.updated_before),
        expired: Span::between(expired.unwrap_or(now), now),
        coming: Span::between(now + TimeDelta::days(1), newest),
        next,
    };
    // others have a date of publication that is not what they are listed at
    if filter.is_published() {
        ends.listed = ends.listed.within(filter.published_after, filter.published_before);
    }
    Ok(Some(ends))
}

impl Filter {
    /// Whether all are published, of whatever date.
    pub fn is_published(&self) -> bool {
        self.states.iter().all(|state| State::PUBLISHED.contains(state))
    }

    /// Whether all are of a date that has come.
    fn is_past(&self) -> bool {
        self.states.iter().all(|state| matches!(state, State::Live | State::Expired))
    }

    /// Whether a member names some of the stories, so that marks find them among all.
    pub fn singles_out(&self) -> bool {
        let lists = [self.categories.len(), self.sources.len(), self.languages.len()];
        let named = [self.tags.len(), self.authors.len(), self.topics.len()];
        lists.into_iter().chain(named).any(|length| length > 0)
            || self.featured == Some(true)
            || self.bound_to.is_some()
            || matches!(
                self.states.as_slice(),
                [State::Draft | State::Retracted | State::Trashed | State::Expired]
            )
    }

    /// What it says but for spans of time and words.
    pub fn marks(&self) -> Vec<String> {
        let mut states: Vec<String> =
            self.states.iter().map(|state| mark_of(*state).to_owned()).collect();
        states.dedup();
        let [categories, tags, authors, topics] = self.terms();
        let languages = self.languages.iter().map(|language| format!("l:{language}")).collect();
        let bound = sources(self.bound_to.as_slice());
        let some = [categories, topics, tags, authors, languages, sources(&self.sources), bound];
        let none = [
            terms('c', self.exclude_categories.iter().map(ToString::to_string)),
            sources(&self.exclude_sources),
        ];
        let said = |names: &&Vec<String>| !names.is_empty();
        let mut all = vec![any(&states)];
        all.extend(some.iter().filter(said).map(|names| any(names)));
        all.extend(none.iter().filter(said).map(|names| format!("!{}", any(names))));
        let featured = |featured| if featured { "featured" } else { "!featured" };
        all.extend(self.featured.map(featured).map(str::to_owned));
        all
    }

    /// What it says of times, as far as `order` does not: the span of that one is narrower.
    pub fn dated(&self, ends: &Ends, order: Time) -> Vec<String> {
        let mut all = Vec::new();
        let published = self.published_after.is_some() || self.published_before.is_some();
        if order != Time::Listed && published && self.is_published() {
            all.push(any(&ends.listed.marks(Time::Listed)));
        }
        // many of those may have been written last
        if order != Time::Listed && self.is_past() && ends.coming.days() > 0 {
            all.push(format!("!{}", any(&ends.coming.marks(Time::Listed))));
        }
        let updated = self.updated_after.is_some() || self.updated_before.is_some();
        if order != Time::Updated && updated {
            all.push(any(&ends.updated.marks(Time::Updated)));
        }
        if self.states == [State::Expired] {
            all.push(any(&ends.expired.marks(Time::Expires)));
        }
        all
    }
}

fn sources(ids: &[SourceId]) -> Vec<String> {
    terms('s', ids.iter().map(ToString::to_string))
}

const fn mark_of(state: State) -> &'static str {
    match state {
        State::Live | State::Scheduled | State::Expired => "published",
        State::Draft => "draft",
        State::Trashed => "trashed",
        State::Retracted => "retracted",
    }
}

/// Any of these marks.
pub fn any(marks: &[String]) -> String {
    let quoted = |mark: &String| format!("'{}'", mark.replace('\\', "\\\\").replace('\'', "''"));
    if marks.is_empty() {
        return NEVER.to_owned();
    }
    format!("({})", marks.iter().map(quoted).collect::<Vec<_>>().join(" | "))
}

/// Stories with all of these marks that meet the filter, as a condition's `FROM`: marks alone find them,
/// whatever the planner thinks of the filter's other indexes.
pub fn met(filter: &Filter, marks: &[String]) -> Piece {
    if marks.is_empty() {
        return Piece::new("articles WHERE ").piece(filter.condition(Look::Row));
    }
    let mut met = Piece::new("(SELECT * FROM articles WHERE ").piece(all(marks));
    if let Some(words) = &filter.words {
        met =
            met.push(" AND articles.search @@ ").bind(Bind::Text(words.clone())).push("::tsquery");
    }
    met.push(" OFFSET 0) AS articles WHERE ")
        .piece(Filter { words: None, ..filter.clone() }.condition(Look::Row))
}

/// The condition that all of these hold.
pub fn all(marks: &[String]) -> Piece {
    Piece::new(MARKS).push(" @@ ").bind(Bind::Text(marks.join(" & "))).push("::tsquery")
}

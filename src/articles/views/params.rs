//! What requests for articles say in their path and query.

mod path;
mod time;
mod words;
mod write;

pub use path::{ArticlePath, ExternalPath, Named, StoryPath};
pub use words::{FacetName, IncludeName, SortName, StateName};
pub use write::{
    BulkMode, ChangeArticle, CreateArticle, CreateArticles, Duplicates, OnConflict,
    ReplaceByExternalId,
};

use super::output::Include;
use crate::articles::model::State;
use crate::articles::model::listing::{Facet, Order, Sort};
use crate::error::{Code, Error, Violation, Violations};
use crate::http::page::{DEFAULT_LIMIT, Total};
use crate::ids::Reference;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use time::query_time;
use utoipa::{IntoParams, ToSchema};

/// What to show beside a story.
#[derive(Debug, Deserialize, IntoParams)]
pub struct FindArticle {
    /// What to add, by repetition or separated by commas.
    #[serde(default)]
    #[param(nullable = false, inline, max_items = 20, value_type = Option<Vec<ExtraName>>)]
    pub include: Vec<ExtraName>,
    /// The token of a preview link: shows its story in any state but the trash, to nobody else and in
    /// no cache. One that is no more makes no difference.
    #[param(nullable = false, max_length = 512)]
    pub preview: Option<String>,
}

impl FindArticle {
    /// What to add.
    pub fn include(&self) -> Include {
        Include {
            source: self.include.contains(&ExtraName::Source),
            related: self.include.contains(&ExtraName::Related),
            ..Include::BODIES
        }
    }
}

/// What a story can carry beyond itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtraName {
    /// The source with all its members.
    Source,
    /// Stories about the same.
    Related,
}

/// Which articles to list, and how. Any value within one name, all across names.
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct ListArticles {
    /// In any of these categories (id or slug), those below them included.
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub category: Vec<Reference>,
    /// In none of these categories (id or slug), those below them included.
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub exclude_category: Vec<Reference>,
    /// In a category of any of these IPTC Media Topics, or below one: `medtop:11000000`.
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub media_topic: Vec<String>,
    /// From any of these sources (id or slug).
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub source: Vec<Reference>,
    /// From none of these sources (id or slug).
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub exclude_source: Vec<Reference>,
    /// With any of these tags, as they are written or as slugs.
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub tag: Vec<String>,
    /// By any of these authors, by name or slug.
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub author: Vec<String>,
    /// In any of these languages (BCP 47, compared whole, whatever the case).
    #[serde(default)]
    #[param(nullable = false, max_items = 20, value_type = Option<Vec<String>>)]
    pub language: Vec<String>,
    /// In any of these states, by repetition or separated by commas; live ones when left out. Any
    /// other state needs a key with `articles:read`.
    #[serde(default)]
    #[param(nullable = false, inline, max_items = 20, value_type = Option<Vec<StateName>>)]
    pub state: Vec<StateName>,
    /// With this supplier's id; needs exactly one `source`.
    #[param(nullable = false, min_length = 1, max_length = 512)]
    pub external_id: Option<String>,
    /// That was at this address.
    #[param(nullable = false, max_length = 2048)]
    pub source_url: Option<String>,
    /// With this slug.
    #[param(nullable = false, max_length = 512)]
    pub slug: Option<String>,
    /// Published then or later.
    #[param(nullable = false, format = "date-time")]
    pub published_after: Option<String>,
    /// Published earlier than that.
    #[param(nullable = false, format = "date-time")]
    pub published_before: Option<String>,
    /// Written then or later.
    #[param(nullable = false, format = "date-time")]
    pub updated_after: Option<String>,
    /// Written earlier than that.
    #[param(nullable = false, format = "date-time")]
    pub updated_before: Option<String>,
    /// Featured, or not.
    #[param(nullable = false)]
    pub featured: Option<bool>,
    /// With these words, in any inflection and with or without accents, in headline, summary, body,
    /// byline or tags. All of them, unless `OR` stands between two; `"in quotes"` together; not those
    /// after a minus. Each story then carries `highlights`.
    #[param(nullable = false, min_length = 1, max_length = 500, example = "corridor -cricket")]
    pub q: Option<String>,
    /// What to count the matches of `q` by, by repetition or separated by commas.
    #[serde(default)]
    #[param(nullable = false, inline, max_items = 20, value_type = Option<Vec<FacetName>>)]
    pub facets: Vec<FacetName>,
    /// These stories, in this order and on one page; those that the caller may not see are left out.
    #[serde(default)]
    #[param(nullable = false, max_items = 100, value_type = Option<Vec<uuid::Uuid>>)]
    pub ids: Vec<uuid::Uuid>,
    /// The order; the newest first when left out.
    #[param(nullable = false, inline)]
    pub sort: Option<SortName>,
    /// What to add to each story, by repetition or separated by commas.
    #[serde(default)]
    #[param(nullable = false, inline, max_items = 20, value_type = Option<Vec<IncludeName>>)]
    pub include: Vec<IncludeName>,
    /// How many a page has.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<i64>,
    /// Where the page starts: a `next_cursor` or `prev_cursor` of this list.
    #[param(nullable = false, max_length = 4096)]
    pub cursor: Option<String>,
    /// Whether and how to count the whole list.
    #[param(nullable = false, inline)]
    pub total: Option<Total>,
}

/// Two ends of a time span.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// From then on, inclusive.
    pub after: Option<DateTime<Utc>>,
    /// Until then, exclusive.
    pub before: Option<DateTime<Utc>>,
}

impl ListArticles {
    /// How many a page has.
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }

    /// The states asked for; live ones when none is named.
    pub fn states(&self) -> Vec<State> {
        if self.state.contains(&StateName::Any) {
            return State::ALL.to_vec();
        }
        if self.state.is_empty() {
            return vec![State::Live];
        }
        let named = |name: &StateName| match name {
            StateName::Draft => State::Draft,
            StateName::Scheduled => State::Scheduled,
            StateName::Expired => State::Expired,
            StateName::Retracted => State::Retracted,
            StateName::Trashed => State::Trashed,
            StateName::Live | StateName::Any => State::Live,
        };
        let mut states: Vec<State> = self.state.iter().map(named).collect();
        states.dedup();
        states
    }

    /// The bodies asked for.
    pub fn include(&self) -> Include {
        Include {
            body: self.include.contains(&IncludeName::Body),
            body_html: self.include.contains(&IncludeName::BodyHtml),
            body_text: self.include.contains(&IncludeName::BodyText),
            source: self.include.contains(&IncludeName::Source),
            related: self.include.contains(&IncludeName::Related),
        }
    }

    /// Refuses parameters that contradict each other, all at once.
    pub fn check(&self) -> Result<(), Error> {
        let mut found = Violations::default();
        let mut refuse = |name: &str, code: Code, detail: &str| {
            found.push(Violation::query(name, code, detail));
        };
        if self.external_id.is_some() && self.source.len() != 1 {
            let detail = "An external id is unique only within a source: name exactly one.";
            refuse("external_id", Code::FilterIncomplete, detail);
        }
        let ranked = matches!(self.sort, Some(SortName::BestFirst | SortName::BestLast));
        if ranked && self.q.is_none() {
            let detail = "Relevance is how well a story fits `q`: send it.";
            refuse("sort", Code::FilterIncomplete, detail);
        }
        if !self.facets.is_empty() && self.q.is_none() {
            let detail = "Facets count the matches of `q`: send it.";
            refuse("facets", Code::FilterIncomplete, detail);
        }
        if !self.ids.is_empty() {
            let others = [
                ("sort", self.sort.is_some()),
                ("limit", self.limit.is_some()),
                ("cursor", self.cursor.is_some()),
                ("q", self.q.is_some()),
            ];
            for (name, _) in others.into_iter().filter(|(_, sent)| *sent) {
                let detail = "`ids` gives the stories, their order and the page.";
                refuse(name, Code::FilterContradiction, detail);
            }
        }
        let both = |one: &[Reference], other: &[Reference]| one.iter().any(|it| other.contains(it));
        for (name, clash) in [
            ("exclude_category", both(&self.category, &self.exclude_category)),
            ("exclude_source", both(&self.source, &self.exclude_source)),
        ] {
            if clash {
                refuse(name, Code::FilterContradiction, "The same is asked for and excluded.");
            }
        }
        found.finish()
    }

    /// The facets asked for.
    pub fn facets(&self) -> Vec<Facet> {
        let named = |name: &FacetName| match name {
            FacetName::Category => Facet::Category,
            FacetName::Source => Facet::Source,
            FacetName::Language => Facet::Language,
            FacetName::Tag => Facet::Tag,
            FacetName::Month => Facet::Month,
        };
        let mut facets: Vec<Facet> = self.facets.iter().map(named).collect();
        facets.sort_unstable();
        facets.dedup();
        facets
    }

    /// The order asked for.
    pub fn order(&self) -> Order {
        let (sort, reversed) = match self.sort.unwrap_or_default() {
            SortName::NewestFirst => (Sort::Published, false),
            SortName::OldestFirst => (Sort::Published, true),
            SortName::LastWrittenFirst => (Sort::Updated, false),
            SortName::LastWrittenLast => (Sort::Updated, true),
            SortName::MostUrgentFirst => (Sort::Urgency, false),
            SortName::MostUrgentLast => (Sort::Urgency, true),
            SortName::BestFirst => (Sort::Relevance, false),
            SortName::BestLast => (Sort::Relevance, true),
        };
        Order { sort, reversed }
    }

    /// The spans of publishing and of writing. Ends before starts are refused.
    pub fn spans(&self) -> Result<(Span, Span), Error> {
        let mut found = Violations::default();
        let mut span = |name: &str, after: &Option<String>, before: &Option<String>| {
            let span = Span {
                after: query_time(&mut found, &format!("{name}_after"), after),
                before: query_time(&mut found, &format!("{name}_before"), before),
            };
            if let (Some(after), Some(before)) = (span.after, span.before)
                && before <= after
            {
                let detail = "The end is not later than the start.";
                let name = format!("{name}_before");
                found.push(Violation::query(name, Code::FilterContradiction, detail));
            }
            span
        };
        let published = span("published", &self.published_after, &self.published_before);
        let updated = span("updated", &self.updated_after, &self.updated_before);
        found.finish().map(|()| (published, updated))
    }
}

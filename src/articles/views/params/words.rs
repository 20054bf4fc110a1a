//! The words that parameters of the list of articles are made of.

use serde::Deserialize;
use utoipa::ToSchema;

/// What a list carries beyond summaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncludeName {
    /// The body as sent.
    Body,
    /// The body as cleaned HTML.
    BodyHtml,
    /// The body as plain text.
    BodyText,
    /// The source with all its members.
    Source,
    /// Stories about the same.
    Related,
}

/// The order of a list; a minus turns it round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum SortName {
    /// The newest first (unpublished ones by when they were made).
    #[default]
    #[serde(rename = "-published_at")]
    NewestFirst,
    /// The oldest first.
    #[serde(rename = "published_at")]
    OldestFirst,
    /// The last written first.
    #[serde(rename = "-updated_at")]
    LastWrittenFirst,
    /// The last written last.
    #[serde(rename = "updated_at")]
    LastWrittenLast,
    /// The most urgent first (1), the newest first among equals; those without urgency last.
    #[serde(rename = "urgency")]
    MostUrgentFirst,
    /// The most urgent last.
    #[serde(rename = "-urgency")]
    MostUrgentLast,
    /// The best match first; needs `q`.
    #[serde(rename = "relevance")]
    BestFirst,
    /// The best match last; needs `q`.
    #[serde(rename = "-relevance")]
    BestLast,
}

/// What the matches of a search are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FacetName {
    /// The categories they are filed in, and those above.
    Category,
    /// Their source.
    Source,
    /// Their language.
    Language,
    /// Their tags.
    Tag,
    /// The month they were published in, UTC.
    Month,
}

/// A state to list, or all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum StateName {
    /// Not published.
    Draft,
    /// Published, the date is to come.
    Scheduled,
    /// The public sees it.
    Live,
    /// Published, its time is over.
    Expired,
    /// Taken back.
    Retracted,
    /// In the trash.
    Trashed,
    /// Every state.
    Any,
}

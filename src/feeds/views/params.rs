//! What requests for feeds say in their query: all that a list of stories takes but what a feed decides
//! itself.

use crate::articles::views::params::{IncludeName, ListArticles};
use crate::feeds::model::FeedContent;
use serde::Deserialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

/// Parameters of the list that make no sense for a feed: it has live stories, and shows what its format
/// shows.
const NOT_OF_FEEDS: [&str; 4] = ["state", "facets", "include", "total"];

/// How much of a story a feed carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ContentName {
    /// The whole body.
    Full,
    /// The summary; where there is none, the beginning of the body.
    Summary,
}

/// What a feed takes beyond the list.
#[derive(Debug, Deserialize, IntoParams)]
struct Own {
    /// How much of each story the feed carries; a setting decides when left out.
    #[param(nullable = false, inline)]
    content: Option<ContentName>,
}

/// Which articles a feed has, and how much of each.
#[derive(Debug, Deserialize)]
pub struct FeedParameters {
    #[serde(flatten)]
    own: Own,
    #[serde(flatten)]
    list: ListArticles,
}

impl IntoParams for FeedParameters {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = ListArticles::into_params(&place);
        all.retain(|parameter| !NOT_OF_FEEDS.contains(&parameter.name.as_str()));
        all.extend(Own::into_params(place));
        all
    }
}

impl FeedParameters {
    /// The list that it is.
    pub fn list(&self) -> &ListArticles {
        &self.list
    }

    /// How much of each story is wanted, and the list with all that is needed for it.
    pub fn into_parts(self, default: FeedContent) -> (FeedContent, ListArticles) {
        let content = match self.own.content {
            None => default,
            Some(ContentName::Full) => FeedContent::Full,
            Some(ContentName::Summary) => FeedContent::Summary,
        };
        let mut list = self.list;
        list.include = vec![IncludeName::Source, IncludeName::BodyText];
        if content == FeedContent::Full {
            list.include.push(IncludeName::BodyHtml);
        }
        (content, list)
    }
}

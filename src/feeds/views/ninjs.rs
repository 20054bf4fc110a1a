//! A collection of IPTC ninjs 3.1 items. The standard has items alone; what holds them together is ours.

use super::carried;
use crate::articles::formats::ninjs::{NinjsItem, item};
use crate::articles::views::output::ArticleSummary;
use crate::error::Error;
use crate::feeds::model::Channel;
use crate::http::{Rendering, json};
use serde::Serialize;
use utoipa::ToSchema;

/// Stories as IPTC ninjs 3.1 items.
#[derive(Debug, Serialize, ToSchema)]
pub struct NinjsFeed {
    /// What the feed is called.
    pub title: String,
    /// The stories.
    pub items: Vec<NinjsItem>,
    /// Where the page of older stories is.
    #[schema(required, format = "uri")]
    pub next_url: Option<String>,
}

impl Rendering for NinjsFeed {
    const MEDIA_TYPE: &'static str = "application/json";
    const CONTENT_TYPE: &'static str = "application/json";
    const TEXT: &'static str = "A page of the feed.";
}

/// The feed.
pub fn render(channel: &Channel, stories: Vec<ArticleSummary>) -> Result<Vec<u8>, Error> {
    json::to_vec(&NinjsFeed {
        title: channel.title.clone(),
        items: stories.into_iter().map(|story| item(&carried(channel, story))).collect(),
        next_url: channel.next.clone(),
    })
}

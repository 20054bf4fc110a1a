//! JSON Feed 1.1.

use super::summary;
use crate::articles::formats::{authors, media_type, revised, time, urn};
use crate::articles::views::life::Correction;
use crate::articles::views::output::ArticleSummary;
use crate::articles::views::refs::{Media, SourceRef};
use crate::categories::views::CategoryRef;
use crate::error::Error;
use crate::feeds::model::{Channel, FeedContent};
use crate::http::{Rendering, json};
use crate::values::short_rfc3339;
use serde::Serialize;
use utoipa::ToSchema;

const VERSION: &str = "https://jsonfeed.org/version/1.1";

/// A feed after JSON Feed 1.1.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeed {
    /// The version of the format.
    #[schema(format = "uri")]
    pub version: &'static str,
    /// What the feed is called.
    pub title: String,
    /// The page for readers that it belongs to.
    #[schema(format = "uri")]
    pub home_page_url: String,
    /// Where this page of the feed is.
    #[schema(format = "uri")]
    pub feed_url: String,
    /// What is in it.
    pub description: String,
    /// Where the page of older stories is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri")]
    pub next_url: Option<String>,
    /// The one language of its stories (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub language: Option<String>,
    /// Who publishes it.
    pub authors: Vec<JsonFeedAuthor>,
    /// Who tells subscribers when it changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hubs: Vec<JsonFeedHub>,
    /// Its stories.
    pub items: Vec<JsonFeedItem>,
}

impl Rendering for JsonFeed {
    const MEDIA_TYPE: &'static str = "application/feed+json";
    const CONTENT_TYPE: &'static str = "application/feed+json";
    const TEXT: &'static str = "A page of the feed.";
}

/// A hub that tells subscribers when the feed changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedHub {
    /// `WebSub`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Where it is.
    #[schema(format = "uri")]
    pub url: String,
}

/// A story in a JSON Feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedItem {
    /// Names it for good, whatever becomes of its address.
    #[schema(format = "uri")]
    pub id: String,
    /// The page for readers.
    #[schema(format = "uri")]
    pub url: String,
    /// Where the story was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub external_url: Option<String>,
    /// The headline.
    pub title: String,
    /// The body, in a feed that carries bodies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub content_html: Option<String>,
    /// The summary or the beginning of the body, in a feed that carries no bodies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub content_text: Option<String>,
    /// The standfirst.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub summary: Option<String>,
    /// The lead picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub image: Option<String>,
    /// When the public saw it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub date_published: Option<String>,
    /// When readers should take it as last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub date_modified: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<JsonFeedAuthor>,
    /// The names of its categories, and its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// BCP 47.
    pub language: String,
    /// What goes with it, as far as its type is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<JsonFeedAttachment>,
    /// What JSON Feed has no member for.
    #[serde(rename = "_newswire")]
    pub newswire: JsonFeedExtension,
}

/// Somebody who wrote a story, or publishes the feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedAuthor {
    /// The name.
    pub name: String,
    /// A page about them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub url: Option<String>,
}

/// Something that goes with a story.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedAttachment {
    /// Where it is.
    pub url: String,
    /// Its media type.
    pub mime_type: String,
    /// What stands below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub title: Option<String>,
    /// In bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub size_in_bytes: Option<i64>,
    /// In seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub duration_in_seconds: Option<i32>,
}

/// What a story has beyond JSON Feed, as in the API.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedExtension {
    /// What this extension is.
    #[schema(format = "uri")]
    pub about: String,
    /// Its address in this API.
    #[schema(format = "uri")]
    pub api_url: String,
    /// Who supplied it.
    #[schema(required)]
    pub source: Option<SourceRef>,
    /// Every category, the primary one first.
    pub categories: Vec<CategoryRef>,
    /// The way from the root down to the primary category.
    pub breadcrumb: Vec<CategoryRef>,
    /// 1 (most urgent) to 9.
    #[schema(required, minimum = 1, maximum = 9)]
    pub urgency: Option<i16>,
    /// Whether to show it in a prominent place.
    pub featured: bool,
    /// What others may do with it.
    #[schema(required)]
    pub usage_terms: Option<String>,
    /// Notes for readers on what was wrong, the oldest first.
    pub corrections: Vec<Correction>,
    /// Moves with each change.
    #[schema(minimum = 1)]
    pub version: i64,
}

/// The feed.
pub fn render(channel: &Channel, stories: Vec<ArticleSummary>) -> Result<Vec<u8>, Error> {
    let site = JsonFeedAuthor { name: channel.site.clone(), url: Some(channel.base.clone()) };
    json::to_vec(&JsonFeed {
        version: VERSION,
        title: channel.title.clone(),
        home_page_url: channel.home.clone(),
        feed_url: channel.this.clone(),
        description: channel.description.clone(),
        next_url: channel.next.clone(),
        language: channel.language.clone(),
        authors: vec![site],
        hubs: channel
            .hub
            .iter()
            .map(|url| JsonFeedHub { kind: "WebSub", url: url.clone() })
            .collect(),
        items: stories.into_iter().map(|story| item(channel, story)).collect(),
    })
}

fn item(channel: &Channel, story: ArticleSummary) -> JsonFeedItem {
    let full = channel.content == FeedContent::Full;
    let told = summary(channel, &story);
    let mut tags: Vec<String> = story.categories.iter().map(|one| one.name.clone()).collect();
    for tag in &story.tags {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    let author = |(name, url): (&str, Option<&str>)| JsonFeedAuthor {
        name: name.to_owned(),
        url: url.map(str::to_owned),
    };
    JsonFeedItem {
        id: urn(&story.id),
        authors: authors(&story).into_iter().map(author).collect(),
        date_published: time(story.published_at.as_deref()).map(short_rfc3339),
        date_modified: time(revised(&story)).map(short_rfc3339),
        // one of the two must be there, even if empty
        content_html: full.then(|| story.body_html.unwrap_or_default()),
        content_text: (!full).then(|| told.unwrap_or_default()),
        summary: story.summary,
        url: story.url,
        external_url: story.source_url,
        title: story.headline,
        image: story.image.map(|image| image.url),
        tags,
        language: story.language,
        attachments: story.media.into_iter().filter_map(attachment).collect(),
        newswire: JsonFeedExtension {
            about: format!("{}/docs/", channel.base),
            api_url: story.api_url,
            source: story.source,
            categories: story.categories,
            breadcrumb: story.breadcrumb,
            urgency: story.urgency,
            featured: story.featured,
            usage_terms: story.usage_terms,
            corrections: story.corrections,
            version: story.version,
        },
    }
}

fn attachment(media: Media) -> Option<JsonFeedAttachment> {
    Some(JsonFeedAttachment {
        mime_type: media_type(&media)?.to_owned(),
        url: media.url,
        title: media.caption.or(media.alt),
        size_in_bytes: media.size_bytes,
        duration_in_seconds: media.duration_seconds,
    })
}

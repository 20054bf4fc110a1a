//! IPTC ninjs 3.1: news in JSON, as agencies exchange it.
//!
//! The standard allows no member that it does not know, nearly nowhere, and has no null: what a story lacks
//! is left out.

use super::{byline, credit, is_lead, media_type, uri, urn};
use crate::articles::views::ArticleState;
use crate::articles::views::output::ArticleSummary;
use crate::articles::views::parts::MediaKind;
use crate::articles::views::refs::{Image, Media};
use crate::topics;
use serde::Serialize;
use utoipa::ToSchema;

/// A story as an IPTC ninjs 3.1 item.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NinjsItem {
    /// `urn:uuid:` and the id of the story, or, in an association, the address of the medium.
    pub uri: String,
    /// The standard it is made after; at the top only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub standard: Option<NinjsStandard>,
    /// What it is in the story it belongs to; in an association only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// `text`, `picture`, `video` or `audio`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `full` with the body, `partial` without.
    pub representation_type: String,
    /// The version of the story, in digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub version: Option<String>,
    /// When it was made here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub first_created: Option<String>,
    /// When it was last written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub version_created: Option<String>,
    /// When its text was last changed for readers; else when it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub content_created: Option<String>,
    /// When it may be used, of a story to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub embargoed_until: Option<String>,
    /// When it may no longer be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub expires: Option<String>,
    /// `usable`, `withheld` (not public yet or no more) or `canceled` (withdrawn).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pub_status: Option<String>,
    /// 1 (most urgent) to 9.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 9)]
    pub urgency: Option<i16>,
    /// BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub language: Option<String>,
    /// The headline, in the role `main`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headlines: Vec<NinjsText>,
    /// The standfirst, in the role `summary`; of media `caption` and `alternative`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub descriptions: Vec<NinjsText>,
    /// The body, in the roles `main` (plain text) and `richtext` (HTML).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bodies: Vec<NinjsText>,
    /// Who wrote or made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub by: Option<String>,
    /// Who supplied it, in the role `originator`; how they want to be named, in the role `creditline`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub info_sources: Vec<NinjsSource>,
    /// Categories (with their IPTC Media Topic, where they have one) and tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<NinjsSubject>,
    /// Its page, or the file of a medium.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub renditions: Vec<NinjsRendition>,
    /// Pictures, films, recordings and documents: items without a standard of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub associations: Vec<NinjsItem>,
    /// Other names of it, in the roles `slug`, `externalId`, `sourceUrl` and `canonicalUrl`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alt_ids: Vec<NinjsId>,
    /// What others may do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub usage_terms: Option<String>,
    /// The corrections of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ed_note: Option<String>,
}

/// The standard an item is made after.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NinjsStandard {
    /// `ninjs`.
    pub name: &'static str,
    /// `3.1`.
    pub version: &'static str,
    /// The address of its schema.
    pub schema: &'static str,
}

/// A text of an item.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NinjsText {
    /// What it is for.
    pub role: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// Its length in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<i64>)]
    pub char_count: Option<usize>,
    /// Its length in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub word_count: Option<i32>,
    /// The text.
    pub value: String,
}

/// Where an item comes from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NinjsSource {
    /// The name.
    pub name: String,
    /// Its part in it.
    pub role: &'static str,
    /// Its home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub uri: Option<String>,
    /// Its slug here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub literal: Option<String>,
}

/// What an item is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NinjsSubject {
    /// The name.
    pub name: String,
    /// `category` or `keyword`.
    pub rel: &'static str,
    /// The IPTC Media Topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub uri: Option<String>,
    /// The slug of a category; a tag itself.
    pub literal: String,
}

/// A file of an item.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NinjsRendition {
    /// Which one it is.
    pub name: &'static str,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub href: Option<String>,
    /// Its media type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub content_type: Option<String>,
    /// In pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub width: Option<i32>,
    /// In pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub height: Option<i32>,
    /// In bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub size_in_bytes: Option<i64>,
    /// In seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub duration: Option<i32>,
}

/// Another name of an item.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NinjsId {
    /// Whose name for it that is.
    pub role: &'static str,
    /// The name.
    pub value: String,
}

/// The story as an item.
pub fn item(story: &ArticleSummary) -> NinjsItem {
    NinjsItem {
        uri: urn(&story.id),
        standard: Some(NinjsStandard {
            name: "ninjs",
            version: "3.1",
            schema: "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
        }),
        name: None,
        kind: "text".to_owned(),
        representation_type: representation(story).to_owned(),
        version: Some(story.version.to_string()),
        first_created: Some(story.created_at.clone()),
        version_created: Some(story.updated_at.clone()),
        content_created: story.revised_at.clone().or_else(|| story.published_at.clone()),
        embargoed_until: story
            .published_at
            .clone()
            .filter(|_| story.state == ArticleState::Scheduled),
        expires: story.expires_at.clone(),
        pub_status: Some(status(story.state).to_owned()),
        urgency: story.urgency,
        language: Some(story.language.clone()),
        headlines: vec![NinjsText::plain("main", &story.headline)],
        descriptions: described([("summary", &story.summary)]),
        bodies: bodies(story),
        by: byline(story),
        info_sources: sources(story),
        subjects: subjects(story),
        renditions: vec![NinjsRendition {
            name: "web",
            href: uri(&story.url),
            content_type: Some("text/html".to_owned()),
            ..NinjsRendition::default()
        }],
        associations: associations(story),
        alt_ids: other_names(story),
        usage_terms: story.usage_terms.clone(),
        ed_note: note(story),
    }
}

fn representation(story: &ArticleSummary) -> &'static str {
    if story.body_text.is_some() || story.body_html.is_some() { "full" } else { "partial" }
}

fn status(state: ArticleState) -> &'static str {
    match state {
        ArticleState::Live => "usable",
        ArticleState::Draft | ArticleState::Scheduled | ArticleState::Expired => "withheld",
        ArticleState::Retracted | ArticleState::Trashed => "canceled",
    }
}

impl NinjsText {
    fn plain(role: &'static str, value: &str) -> Self {
        let (char_count, word_count) = (None, None);
        Self { role, content_type: "text/plain", char_count, word_count, value: value.to_owned() }
    }
}

fn described<const N: usize>(texts: [(&'static str, &Option<String>); N]) -> Vec<NinjsText> {
    let there = texts.into_iter().filter_map(|(role, text)| Some((role, text.as_deref()?)));
    there.map(|(role, text)| NinjsText::plain(role, text)).collect()
}

fn bodies(story: &ArticleSummary) -> Vec<NinjsText> {
    let counted = |role, content_type, value: &String| NinjsText {
        role,
        content_type,
        char_count: Some(value.chars().count()),
        word_count: Some(story.word_count),
        value: value.clone(),
    };
    let text = story.body_text.as_ref().map(|text| counted("main", "text/plain", text));
    let html = story.body_html.as_ref().map(|html| counted("richtext", "text/html", html));
    text.into_iter().chain(html).collect()
}

fn sources(story: &ArticleSummary) -> Vec<NinjsSource> {
    let Some(source) = &story.source else { return Vec::new() };
    let originator = NinjsSource {
        name: source.name.clone(),
        role: "originator",
        uri: source.url.as_deref().and_then(uri),
        literal: Some(source.slug.clone()),
    };
    let line = credit(source).to_owned();
    let credit = NinjsSource { name: line, role: "creditline", uri: None, literal: None };
    vec![originator, credit]
}

fn subjects(story: &ArticleSummary) -> Vec<NinjsSubject> {
    let categories = story.categories.iter().map(|category| NinjsSubject {
        name: category.name.clone(),
        rel: "category",
        uri: category.media_topic.as_deref().and_then(topics::uri),
        literal: category.slug.clone(),
    });
    let tags = story.tags.iter().map(|tag| NinjsSubject {
        name: tag.clone(),
        rel: "keyword",
        uri: None,
        literal: tag.clone(),
    });
    categories.chain(tags).collect()
}

fn associations(story: &ArticleSummary) -> Vec<NinjsItem> {
    let lead = story.image.iter().filter_map(|image| picture("featureimage".to_owned(), image));
    let media = story.media.iter().filter(|one| !is_lead(story, one)).enumerate();
    let media =
        media.filter_map(|(index, medium)| associated(format!("media-{}", index + 1), medium));
    lead.chain(media).collect()
}

fn picture(name: String, image: &Image) -> Option<NinjsItem> {
    let Image { url, alt, caption, credit, width, height } = image;
    let address = uri(url)?;
    Some(NinjsItem {
        uri: address.clone(),
        name: Some(name),
        kind: "picture".to_owned(),
        representation_type: "full".to_owned(),
        descriptions: described([("caption", caption), ("alternative", alt)]),
        by: credit.clone(),
        renditions: vec![NinjsRendition {
            name: "original",
            href: Some(address),
            width: *width,
            height: *height,
            ..NinjsRendition::default()
        }],
        ..NinjsItem::default()
    })
}

fn associated(name: String, medium: &Media) -> Option<NinjsItem> {
    let Media { kind, url, alt, caption, credit, width, height, .. } = medium;
    let image = Image {
        url: url.clone(),
        alt: alt.clone(),
        caption: caption.clone(),
        credit: credit.clone(),
        width: *width,
        height: *height,
    };
    let mut item = picture(name, &image)?;
    item.kind = match kind {
        MediaKind::Image => "picture",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
        MediaKind::Document => "text",
    }
    .to_owned();
    for file in &mut item.renditions {
        file.content_type = media_type(medium).map(str::to_owned);
        file.size_in_bytes = medium.size_bytes;
        file.duration = medium.duration_seconds;
    }
    Some(item)
}

fn other_names(story: &ArticleSummary) -> Vec<NinjsId> {
    let names = [
        ("slug", Some(&story.slug)),
        ("externalId", story.external_id.as_ref()),
        ("sourceUrl", story.source_url.as_ref()),
        ("canonicalUrl", story.canonical_url.as_ref()),
    ];
    let there = names.into_iter().filter_map(|(role, value)| Some((role, value?.clone())));
    there.map(|(role, value)| NinjsId { role, value }).collect()
}

fn note(story: &ArticleSummary) -> Option<String> {
    let notes = story.corrections.iter();
    let notes: Vec<_> =
        notes.map(|note| format!("Correction, {}: {}", note.corrected_at, note.text)).collect();
    (!notes.is_empty()).then(|| notes.join("\n"))
}

//! schema.org's NewsArticle as JSON-LD: what search engines read.

use super::{credit, media_type, revised, uri, urn};
use crate::articles::views::life::Correction;
use crate::articles::views::output::ArticleSummary;
use crate::articles::views::parts::MediaKind;
use crate::articles::views::refs::{Image, Media, SourceRef, Translation};
use crate::categories::views::CategoryRef;
use crate::topics;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// A story as a schema.org NewsArticle.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewsArticle {
    /// `https://schema.org`.
    #[serde(rename = "@context")]
    pub context: &'static str,
    /// `NewsArticle`.
    #[serde(rename = "@type")]
    pub kind: &'static str,
    /// The page for readers.
    #[schema(format = "uri")]
    pub url: String,
    /// The page that it is the main thing of.
    #[schema(value_type = Object)]
    pub main_entity_of_page: Value,
    /// `urn:uuid:` and the id of the story.
    pub identifier: String,
    /// The headline.
    pub headline: String,
    /// The standfirst.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// The body as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub article_body: Option<String>,
    /// The names from the root of the tree down to the primary category.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub article_section: Vec<String>,
    /// Tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// BCP 47.
    pub in_language: String,
    /// The length in words.
    pub word_count: i32,
    /// When the public saw it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub date_published: Option<String>,
    /// When readers should take it as last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub date_modified: Option<String>,
    /// When the public sees it no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "date-time")]
    pub expires: Option<String>,
    /// Who wrote it; the source, when nobody is named; the byline, when there is none either.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub author: Vec<Value>,
    /// Who supplied it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Object)]
    pub publisher: Option<Value>,
    /// How the source wants to be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub credit_text: Option<String>,
    /// Where the story was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub is_based_on: Option<String>,
    /// The lead picture.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub image: Vec<Value>,
    /// What goes with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub associated_media: Vec<Value>,
    /// Categories; `sameAs` is the IPTC Media Topic of one that has any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub about: Vec<Value>,
    /// Notes for readers on what was wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub correction: Vec<Value>,
    /// The other language versions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub work_translation: Vec<Value>,
    /// Always: nothing here is behind a wall.
    pub is_accessible_for_free: bool,
}

/// The story as a NewsArticle.
pub fn news_article(story: &ArticleSummary) -> NewsArticle {
    let page = story.canonical_url.as_deref().and_then(uri).unwrap_or_else(|| story.url.clone());
    NewsArticle {
        context: "https://schema.org",
        kind: "NewsArticle",
        url: story.url.clone(),
        main_entity_of_page: json!({ "@type": "WebPage", "@id": page }),
        identifier: urn(&story.id),
        headline: story.headline.clone(),
        description: story.summary.clone(),
        article_body: story.body_text.clone(),
        article_section: story.breadcrumb.iter().map(|crumb| crumb.name.clone()).collect(),
        keywords: story.tags.clone(),
        in_language: story.language.clone(),
        word_count: story.word_count,
        date_published: story.published_at.clone(),
        date_modified: revised(story).map(str::to_owned).or_else(|| story.published_at.clone()),
        expires: story.expires_at.clone(),
        author: authors(story),
        publisher: story.source.as_ref().map(organization),
        credit_text: story.source.as_ref().map(|source| credit(source).to_owned()),
        is_based_on: story.source_url.as_deref().and_then(uri),
        image: story.image.as_ref().and_then(image).into_iter().collect(),
        associated_media: story.media.iter().filter_map(|one| medium(story, one)).collect(),
        about: about(story),
        correction: corrections(story),
        work_translation: translations(story),
        is_accessible_for_free: true,
    }
}

/// The same as text that may stand within a `<script>`: nothing in it can end one.
pub fn for_script(story: &ArticleSummary) -> String {
    // only texts hold a `<`, so it may be written as any text may write a character
    let json = serde_json::to_string(&news_article(story)).unwrap_or_default();
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// An object of a type, without what is not known.
fn thing(kind: &str, members: Value) -> Value {
    let mut object = Map::new();
    object.insert("@type".to_owned(), kind.into());
    if let Value::Object(members) = members {
        object.extend(members.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Value::Object(object)
}

fn authors(story: &ArticleSummary) -> Vec<Value> {
    if let Some(source) = story.source.as_ref().filter(|_| story.authors.is_empty()) {
        return vec![organization(source)];
    }
    let person = |(name, page): (&str, Option<&str>)| {
        thing("Person", json!({ "name": name, "url": page.and_then(uri) }))
    };
    super::authors(story).into_iter().map(person).collect()
}

fn organization(source: &SourceRef) -> Value {
    let logo = source.logo_url.as_deref().and_then(uri);
    let logo = logo.map(|url| thing("ImageObject", json!({ "url": url })));
    let url = source.url.as_deref().and_then(uri);
    thing("Organization", json!({ "name": source.name, "url": url, "logo": logo }))
}

fn image(image: &Image) -> Option<Value> {
    let Image { url, alt, caption, credit, width, height } = image;
    let members = json!({
        "url": uri(url)?, "caption": caption, "creditText": credit, "description": alt,
        "width": width, "height": height,
    });
    Some(thing("ImageObject", members))
}

fn medium(story: &ArticleSummary, medium: &Media) -> Option<Value> {
    let Media { kind, url, alt, caption, credit, width, height, .. } = medium;
    let film = Some(medium).filter(|_| *kind == MediaKind::Video);
    // search engines want to be told these of every film
    let still = film.and(story.image.as_ref()).and_then(|image| uri(&image.url));
    let uploaded = film.and(story.published_at.as_deref());
    let name = film.map(|_| caption.as_ref().or(alt.as_ref()).unwrap_or(&story.headline));
    let kind = match kind {
        MediaKind::Image => "ImageObject",
        MediaKind::Video if still.is_some() && uploaded.is_some() => "VideoObject",
        MediaKind::Video => "MediaObject",
        MediaKind::Audio => "AudioObject",
        MediaKind::Document => "MediaObject",
    };
    let members = json!({
        "contentUrl": uri(url)?, "caption": caption, "creditText": credit, "description": alt,
        "width": width, "height": height, "encodingFormat": media_type(medium), "name": name,
        "thumbnailUrl": still, "uploadDate": uploaded,
        "contentSize": medium.size_bytes.map(|bytes| format!("{bytes} B")),
        "duration": medium.duration_seconds.map(|seconds| format!("PT{seconds}S")),
    });
    Some(thing(kind, members))
}

fn about(story: &ArticleSummary) -> Vec<Value> {
    let category = |category: &CategoryRef| {
        let topic = category.media_topic.as_deref().and_then(topics::uri);
        thing("Thing", json!({ "name": category.name, "sameAs": topic }))
    };
    story.categories.iter().map(category).collect()
}

fn corrections(story: &ArticleSummary) -> Vec<Value> {
    let note = |note: &Correction| {
        let members = json!({ "text": note.text, "datePublished": note.corrected_at });
        thing("CorrectionComment", members)
    };
    story.corrections.iter().map(note).collect()
}

fn translations(story: &ArticleSummary) -> Vec<Value> {
    let version = |other: &Translation| {
        let members = json!({
            "url": other.url, "headline": other.headline, "inLanguage": other.language,
            "identifier": urn(&other.id),
        });
        thing("NewsArticle", members)
    };
    story.translations.iter().map(version).collect()
}

//! Stories as they go out.

use super::life::{Correction, Retraction};
use super::refs::{
    ArticleRef, Author, Highlights, Image, Media, RelatedArticle, SourceRef, Translation,
};
use super::{ArticleState, ArticleStatus, BodyFormat, Direction, Show};
use crate::addresses::ArticlePage;
use crate::articles::model::relations::{Related, Relations, Version};
use crate::articles::model::{self, Content, name_slug};
use crate::categories::views::CategoryRef;
use crate::http::reply::Resource;
use crate::text::{language, render};
use crate::values::{Metadata, rfc3339};
use serde::Serialize;
use std::ops::Deref;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A story as lists show it. The bodies are there when `include` names them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ArticleSummary {
    /// UUIDv7.
    #[schema(format = "uuid")]
    pub id: String,
    /// Names it in addresses.
    pub slug: String,
    /// The page for readers.
    #[schema(format = "uri")]
    pub url: String,
    /// Its address in this API.
    #[schema(format = "uri")]
    pub api_url: String,
    /// The headline.
    pub headline: String,
    /// The standfirst.
    #[schema(required)]
    pub summary: Option<String>,
    /// The body, exactly as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body: Option<String>,
    /// How to read `body`.
    pub body_format: BodyFormat,
    /// The body as cleaned HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body_html: Option<String>,
    /// The body as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body_text: Option<String>,
    /// Who wrote it, as it should be printed.
    #[schema(required)]
    pub byline: Option<String>,
    /// Who wrote it, one by one.
    pub authors: Vec<Author>,
    /// Who supplied it.
    #[schema(required)]
    pub source: Option<SourceRef>,
    /// Where the story was.
    #[schema(required)]
    pub source_url: Option<String>,
    /// The supplier's own id.
    #[schema(required)]
    pub external_id: Option<String>,
    /// The primary category.
    #[schema(required)]
    pub category: Option<CategoryRef>,
    /// Every category, the primary one first.
    pub categories: Vec<CategoryRef>,
    /// The way from the root down to the primary category.
    pub breadcrumb: Vec<CategoryRef>,
    /// Tags.
    pub tags: Vec<String>,
    /// BCP 47.
    pub language: String,
    /// Which way the text runs.
    pub direction: Direction,
    /// The id of the story this one translates, if the caller may see it. A key that may read every
    /// story is told it in whatever state the original is, the trash included.
    #[schema(required)]
    pub translation_of: Option<String>,
    /// The other language versions that the caller may see.
    pub translations: Vec<Translation>,
    /// The earlier story that this one repeats, if the caller may see it.
    #[schema(required)]
    pub duplicate_of: Option<ArticleRef>,
    /// What the editors decided.
    pub status: ArticleStatus,
    /// What follows from it and the clock.
    pub state: ArticleState,
    /// When the public sees it first.
    #[schema(required, format = "date-time")]
    pub published_at: Option<String>,
    /// When the public sees it no more.
    #[schema(required, format = "date-time")]
    pub expires_at: Option<String>,
    /// When readers should take it as last changed.
    #[schema(required, format = "date-time")]
    pub revised_at: Option<String>,
    /// Notes for readers on what was wrong, the oldest first.
    pub corrections: Vec<Correction>,
    /// That it was taken back; null while it was not.
    #[schema(required)]
    pub retraction: Option<Retraction>,
    /// The address search engines should take it under.
    #[schema(required)]
    pub canonical_url: Option<String>,
    /// The lead picture.
    #[schema(required)]
    pub image: Option<Image>,
    /// What goes with it.
    pub media: Vec<Media>,
    /// 1 (most urgent) to 9.
    #[schema(required, minimum = 1, maximum = 9)]
    pub urgency: Option<i16>,
    /// Whether to show it in a prominent place.
    pub featured: bool,
    /// What others may do with it; the source's terms when the story has none.
    #[schema(required)]
    pub usage_terms: Option<String>,
    /// Notes; shown to key holders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = crate::http::schema::shown_metadata)]
    pub metadata: Option<Metadata>,
    /// The length of the body in words.
    #[schema(minimum = 0)]
    pub word_count: i32,
    /// How long it takes to read.
    #[schema(minimum = 0)]
    pub reading_minutes: u32,
    /// When it was made.
    #[schema(format = "date-time")]
    pub created_at: String,
    /// When it was last written, whatever changed.
    #[schema(format = "date-time")]
    pub updated_at: String,
    /// Moves with each change; what `If-Match` compares.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Where the words of a search stand in it; with `q`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub highlights: Option<Highlights>,
    /// Stories about the same; with `include=related`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub related: Option<Vec<RelatedArticle>>,
}

/// A story: its summary with the bodies.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Article(ArticleSummary);

const BODIES: [(&str, &str); 3] = [
    ("body", "The body, exactly as sent."),
    ("body_html", "The body as cleaned HTML."),
    ("body_text", "The body as plain text."),
];

impl PartialSchema for Article {
    fn schema() -> RefOr<Schema> {
        let mut schema = ArticleSummary::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.description = Some("A story.".to_owned());
            for (name, text) in BODIES {
                object.properties.insert(name.to_owned(), RefOr::T(Schema::Object(string(text))));
                object.required.push(name.to_owned());
            }
        }
        schema
    }
}

fn string(description: &str) -> Object {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).build()
}

impl ToSchema for Article {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ArticleSummary::schemas(schemas);
    }
}

impl Resource for Article {
    fn version(&self) -> i64 {
        self.0.version
    }
    fn location(&self) -> &str {
        &self.0.api_url
    }
}

impl Article {
    /// The story with its bodies.
    pub fn new(article: model::Article, relations: &Relations, show: Show<'_>) -> Self {
        Self(ArticleSummary::new(article, relations, show, Include::BODIES))
    }
}

impl Deref for Article {
    type Target = ArticleSummary;
    fn deref(&self) -> &ArticleSummary {
        &self.0
    }
}

impl From<ArticleSummary> for Article {
    /// A summary that carries every body.
    fn from(summary: ArticleSummary) -> Self {
        Self(summary)
    }
}

/// What a summary carries beyond itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Include {
    /// `body`.
    pub body: bool,
    /// `body_html`.
    pub body_html: bool,
    /// `body_text`.
    pub body_text: bool,
    /// The source with all its members.
    pub source: bool,
    /// Stories about the same.
    pub related: bool,
}

impl Include {
    /// A story by itself.
    pub const BODIES: Include =
        Include { body: true, body_html: true, body_text: true, source: false, related: false };

    /// Whether any body is wanted at all.
    pub fn any(self) -> bool {
        self.body || self.body_html || self.body_text
    }
}

fn page(show: Show<'_>, relations: &Relations, version: &Version) -> String {
    let category = version.category.and_then(|id| relations.catalog.category(id));
    show.addresses.article_page(ArticlePage {
        id: &version.id.to_string(),
        slug: &version.slug,
        category: category.map(|category| category.slug.as_str()),
        language: &version.language,
    })
}

/// Authors with their slugs, as they are kept with the story; making them takes longer than the rest.
fn with_slugs(authors: Vec<model::Author>, slugs: Vec<String>) -> Vec<Author> {
    let mut slugs = slugs.into_iter();
    let author = |model::Author { name, url }| Author {
        slug: slugs.next().unwrap_or_else(|| name_slug(&name)),
        name,
        url,
    };
    authors.into_iter().map(author).collect()
}

impl ArticleSummary {
    /// The story as the caller may see it.
    pub fn new(
        article: model::Article,
        relations: &Relations,
        show: Show<'_>,
        include: Include,
    ) -> Self {
        let id = article.id.to_string();
        let Content {
            headline,
            summary,
            body,
            body_format,
            byline,
            authors,
            source,
            source_url,
            external_id,
            categories,
            tags,
            language: tag,
            translation_of,
            status,
            published_at,
            expires_at,
            revised_at,
            canonical_url,
            image,
            media,
            urgency,
            featured,
            usage_terms,
            metadata,
        } = article.content;
        // Who may read every story is told of an original in the trash too: a copy has no other way to
        // know it when the original comes back.
        let all = show.caller.may_read(None);
        let card = source.and_then(|id| relations.catalog.source(id));
        let crumb = |id| relations.catalog.breadcrumb(id).last();
        let named: Vec<CategoryRef> =
            categories.iter().copied().filter_map(crumb).map(CategoryRef::from).collect();
        let crumbs = categories.first().map(|id| relations.catalog.breadcrumb(*id));
        let versions = relations.versions.get(&article.id).map(Vec::as_slice).unwrap_or_default();
        let own = Version {
            id: article.id,
            slug: article.slug.clone(),
            language: tag.clone(),
            headline: String::new(),
            category: categories.first().copied(),
        };
        let (html, text) = article.bodies.map(|bodies| (bodies.html, bodies.text)).unzip();
        Self {
            url: page(show, relations, &own),
            api_url: show.addresses.api("articles", &id),
            id,
            slug: article.slug,
            headline,
            summary,
            body: include.body.then_some(body),
            body_format: body_format.into(),
            body_html: html.filter(|_| include.body_html),
            body_text: text.filter(|_| include.body_text),
            byline,
            authors: with_slugs(authors, article.author_slugs),
            source: card.map(|card| SourceRef::new(card, include.source.then_some(show))),
            source_url,
            external_id,
            category: named.first().cloned(),
            categories: named,
            breadcrumb: crumbs.into_iter().flatten().map(CategoryRef::from).collect(),
            tags,
            direction: language::direction(&tag).into(),
            language: tag,
            translation_of: translation_of
                .filter(|id| all || versions.iter().any(|version| version.id == *id))
                .map(|id| id.to_string()),
            translations: versions
                .iter()
                .map(|version| Translation {
                    id: version.id.to_string(),
                    slug: version.slug.clone(),
                    language: version.language.clone(),
                    headline: version.headline.clone(),
                    url: page(show, relations, version),
                })
                .collect(),
            duplicate_of: relations.originals.get(&article.id).map(|version| ArticleRef {
                id: version.id.to_string(),
                slug: version.slug.clone(),
                headline: version.headline.clone(),
                url: page(show, relations, version),
            }),
            status: status.into(),
            state: article.state.into(),
            published_at: published_at.map(rfc3339),
            expires_at: expires_at.map(rfc3339),
            revised_at: revised_at.map(rfc3339),
            corrections: article.corrections.into_iter().map(Correction::from).collect(),
            retraction: article.retraction.map(Retraction::from),
            canonical_url,
            image: image.map(Image::from),
            media: media.into_iter().map(Media::from).collect(),
            urgency,
            featured,
            usage_terms: usage_terms
                .or_else(|| card.and_then(|card| card.content.usage_terms.clone())),
            metadata: (show.caller.key().is_some() && show.caller.covers(source.map(|id| id.0)))
                .then_some(metadata),
            word_count: article.word_count,
            reading_minutes: render::reading_minutes(
                u32::try_from(article.word_count).unwrap_or(0),
            ),
            created_at: rfc3339(article.created_at),
            updated_at: rfc3339(article.updated_at),
            version: article.version,
            highlights: None,
            related: None,
        }
    }
}

impl ArticleSummary {
    /// Adds stories about the same.
    pub fn relate(&mut self, related: &[Related], relations: &Relations, show: Show<'_>) {
        let view = |one| RelatedArticle::new(one, relations, show);
        self.related = Some(related.iter().map(view).collect());
    }
}

impl RelatedArticle {
    /// As it is shown.
    pub fn new(related: &Related, relations: &Relations, show: Show<'_>) -> Self {
        let Related { version, published_at } = related;
        Self {
            id: version.id.to_string(),
            slug: version.slug.clone(),
            headline: version.headline.clone(),
            language: version.language.clone(),
            url: page(show, relations, version),
            published_at: rfc3339(*published_at),
        }
    }
}

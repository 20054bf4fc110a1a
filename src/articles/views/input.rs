//! Stories as they come in, and as `/input` gives them back.

use super::parts::{
    AuthorInput, ImageInput, ImagePatch, MediaInput, merge_image, read_authors, read_media,
};
use super::{ArticleStatus, BodyFormat};
use crate::articles::model::relations::Relations;
use crate::articles::model::{self, Article, Content};
use crate::error::{Violation, Violations};
use crate::http::body::{Document, Rules};
use crate::http::schema::{or_null, relaxed};
use crate::ids::Reference;
use crate::patch::Patch;
use crate::values::{
    Metadata, MetadataPatch, patch_address, patch_language, patch_metadata, patch_slug, patch_time,
    rfc3339,
};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

/// A story to create or to put in place of another. Only `headline` is required. Text is kept
/// exactly as sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleInput {
    /// The headline.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub headline: String,
    /// Names it in addresses; made from the headline when left out. A later headline does not move it.
    #[schema(max_length = 120)]
    pub slug: Option<String>,
    /// The standfirst.
    #[schema(max_length = 5000)]
    pub summary: Option<String>,
    /// The body, at most 2 MiB; empty when left out.
    #[schema(max_length = 2_097_152)]
    pub body: Option<String>,
    /// How to read the body; `text` when left out.
    pub body_format: Option<BodyFormat>,
    /// Who wrote it, as it should be printed.
    #[schema(max_length = 300)]
    pub byline: Option<String>,
    /// Who wrote it, one by one.
    #[schema(max_items = 20)]
    pub authors: Option<Vec<AuthorInput>>,
    /// Who supplied it: the id or slug of a source.
    #[schema(max_length = 512)]
    pub source: Option<String>,
    /// Where the story was.
    #[schema(max_length = 2048)]
    pub source_url: Option<String>,
    /// The supplier's own id; unique within the source.
    #[schema(min_length = 1, max_length = 512)]
    pub external_id: Option<String>,
    /// The primary category: id or slug.
    #[schema(max_length = 512)]
    pub category: Option<String>,
    /// Every category: ids or slugs, the primary one first.
    #[schema(schema_with = category_list)]
    pub categories: Option<Vec<String>>,
    /// Tags.
    #[schema(schema_with = tag_list)]
    pub tags: Option<Vec<String>>,
    /// BCP 47; the service's default when left out.
    #[schema(max_length = 35)]
    pub language: Option<String>,
    /// The story this one translates: id or slug.
    #[schema(max_length = 512)]
    pub translation_of: Option<String>,
    /// `draft` when left out.
    #[schema(nullable = false)]
    pub status: Option<ArticleStatus>,
    /// When the public sees it first; now, when published without one.
    #[schema(format = "date-time")]
    pub published_at: Option<String>,
    /// When the public sees it no more; later than `published_at`.
    #[schema(format = "date-time")]
    pub expires_at: Option<String>,
    /// When readers should take it as last changed; set by itself when they would notice a change.
    #[schema(format = "date-time")]
    pub revised_at: Option<String>,
    /// The address search engines should take it under.
    #[schema(max_length = 2048)]
    pub canonical_url: Option<String>,
    /// The lead picture.
    pub image: Option<ImageInput>,
    /// What goes with it.
    #[schema(max_items = 100)]
    pub media: Option<Vec<MediaInput>>,
    /// 1 (most urgent) to 9.
    #[schema(minimum = 1, maximum = 9)]
    pub urgency: Option<i16>,
    /// Whether to show it in a prominent place.
    pub featured: Option<bool>,
    /// What others may do with it; the source's terms when left out.
    #[schema(max_length = 5000)]
    pub usage_terms: Option<String>,
    /// Notes for key holders.
    #[schema(schema_with = crate::http::schema::metadata)]
    pub metadata: Option<Metadata>,
}

fn category_list() -> utoipa::openapi::schema::Array {
    crate::http::schema::texts(10, 512, "Every category: ids or slugs, the primary one first.")
}

fn tag_list() -> utoipa::openapi::schema::Array {
    crate::http::schema::texts(50, 100, "Tags.")
}

/// A merge patch of a story: what is left out stays, null clears. Also what POST and PUT bodies are
/// read into, since there too null means the default.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub struct ArticlePatch {
    headline: Patch<String>,
    slug: Patch<String>,
    summary: Patch<String>,
    body: Patch<String>,
    body_format: Patch<BodyFormat>,
    byline: Patch<String>,
    authors: Patch<Vec<AuthorInput>>,
    /// Who supplied it.
    pub source: Patch<Reference>,
    source_url: Patch<String>,
    /// The supplier's own id.
    pub external_id: Patch<String>,
    category: Patch<Reference>,
    categories: Patch<Vec<Reference>>,
    tags: Patch<Vec<String>>,
    language: Patch<String>,
    translation_of: Patch<Reference>,
    status: Patch<ArticleStatus>,
    published_at: Patch<String>,
    expires_at: Patch<String>,
    revised_at: Patch<String>,
    canonical_url: Patch<String>,
    image: Patch<ImagePatch>,
    media: Patch<Vec<MediaInput>>,
    urgency: Patch<i16>,
    featured: Patch<bool>,
    usage_terms: Patch<String>,
    metadata: Patch<MetadataPatch>,
}

impl Document for ArticleInput {}

impl Document for ArticlePatch {
    const PATCH: bool = true;
}

impl Rules for ArticlePatch {
    fn rules(&self) -> Vec<Violation> {
        let mut found = Violations::default();
        let mut content = Content::new("");
        self.clone().apply(&mut content, "", &mut found);
        content.check(&mut found);
        found.into_list()
    }
}

impl PartialSchema for ArticlePatch {
    fn schema() -> RefOr<Schema> {
        let text = "A merge patch of a story: what is left out stays, null clears.";
        let mut schema = relaxed::<ArticleInput>(text);
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.properties.insert("image".to_owned(), or_null::<ImagePatch>());
        }
        schema
    }
}

impl ToSchema for ArticlePatch {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ArticleInput::schemas(schemas);
        schemas.push((ImagePatch::name().into_owned(), ImagePatch::schema()));
    }
}

/// What a request names beyond plain members.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The slug.
    pub slug: Patch<String>,
    /// The source.
    pub source: Patch<Reference>,
    /// The primary category.
    pub category: Patch<Reference>,
    /// Every category.
    pub categories: Patch<Vec<Reference>>,
    /// The story it translates.
    pub translation_of: Patch<Reference>,
}

impl ArticlePatch {
    /// Publishes, with dates where they are sent.
    pub fn publishing(published_at: Patch<String>, expires_at: Patch<String>) -> Self {
        let status = Patch::Value(ArticleStatus::Published);
        Self { status, published_at, expires_at, ..Self::default() }
    }

    /// Makes a draft again.
    pub fn unpublishing() -> Self {
        Self { status: Patch::Value(ArticleStatus::Draft), ..Self::default() }
    }

    /// Empties the objects that the patch carries, so that they are replaced whole instead of merged.
    pub fn replace_objects(&self, content: &mut Content) {
        if self.metadata.is_present() {
            content.metadata.clear();
        }
        if self.image.is_present() {
            content.image = None;
        }
    }

    /// The body it carries, and how to read it.
    pub fn body(&self) -> Option<(&str, crate::text::render::BodyFormat)> {
        let format = self.body_format.value().copied().unwrap_or(BodyFormat::Text);
        self.body.value().map(|body| (body.as_str(), format.into()))
    }

    /// The page it says that the story was on.
    pub fn page(&self) -> Option<&str> {
        self.source_url.value().or(self.canonical_url.value()).map(String::as_str)
    }

    /// The headline it carries.
    pub fn headline(&self) -> Option<&str> {
        self.headline.value().map(String::as_str)
    }

    /// Whether it names a story that it translates.
    pub fn is_translation(&self) -> bool {
        self.translation_of.value().is_some()
    }

    /// Whether it asks for a slug.
    pub fn wants_slug(&self) -> bool {
        self.slug.value().is_some()
    }

    /// The categories it names.
    pub fn filed(&self) -> impl Iterator<Item = &Reference> {
        self.category.value().into_iter().chain(self.categories.value().into_iter().flatten())
    }

    /// Changes the content and gives what else is wished; notes every broken rule.
    pub fn apply(self, content: &mut Content, language: &str, found: &mut Violations) -> Wish {
        let ArticlePatch {
            headline,
            slug,
            summary,
            body,
            body_format,
            byline,
            authors,
            source,
            source_url,
            external_id,
            category,
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
        } = self;
        headline.set_or(&mut content.headline, String::new);
        summary.set(&mut content.summary);
        body.set_or(&mut content.body, String::new);
        body_format.map(Into::into).set_or(&mut content.body_format, || BodyFormat::Text.into());
        byline.set(&mut content.byline);
        authors.map(|list| read_authors(list, found)).set_or(&mut content.authors, Vec::new);
        patch_address(found, "source_url", source_url).set(&mut content.source_url);
        external_id.set(&mut content.external_id);
        tags.set_or(&mut content.tags, Vec::new);
        patch_language(found, tag).set_or(&mut content.language, || language.to_owned());
        status.map(Into::into).set_or(&mut content.status, model::Status::default);
        patch_time(found, "published_at", published_at).set(&mut content.published_at);
        patch_time(found, "expires_at", expires_at).set(&mut content.expires_at);
        patch_time(found, "revised_at", revised_at).set(&mut content.revised_at);
        patch_address(found, "canonical_url", canonical_url).set(&mut content.canonical_url);
        merge_image(image, &mut content.image, found);
        media.map(|list| read_media(list, found)).set_or(&mut content.media, Vec::new);
        urgency.set(&mut content.urgency);
        featured.set_or(&mut content.featured, || false);
        usage_terms.set(&mut content.usage_terms);
        patch_metadata(found, metadata, &mut content.metadata);
        Wish { slug: patch_slug(found, slug), source, category, categories, translation_of }
    }
}

/// The shape PUT takes; putting it back changes nothing.
impl ArticleInput {
    /// Reads it off a story.
    pub fn new(article: Article, relations: &Relations) -> Self {
        let content = article.content;
        let source = content.source.and_then(|id| relations.catalog.source(id));
        let slug_of = |id: &crate::ids::CategoryId| {
            relations.catalog.category(*id).map(|category| category.slug.clone())
        };
        let categories: Vec<String> = content.categories.iter().filter_map(slug_of).collect();
        let author = |model::Author { name, url }| AuthorInput { name, url };
        Self {
            headline: content.headline,
            slug: Some(article.slug),
            summary: content.summary,
            body: Some(content.body),
            body_format: Some(content.body_format.into()),
            byline: content.byline,
            authors: Some(content.authors.into_iter().map(author).collect()),
            source: source.map(|source| source.slug.clone()),
            source_url: content.source_url,
            external_id: content.external_id,
            category: categories.first().cloned(),
            categories: Some(categories),
            tags: Some(content.tags),
            language: Some(content.language),
            translation_of: content.translation_of.map(|id| id.to_string()),
            status: Some(content.status.into()),
            published_at: content.published_at.map(rfc3339),
            expires_at: content.expires_at.map(rfc3339),
            revised_at: content.revised_at.map(rfc3339),
            canonical_url: content.canonical_url,
            image: content.image.map(Into::into),
            media: Some(content.media.into_iter().map(Into::into).collect()),
            urgency: content.urgency,
            featured: Some(content.featured),
            usage_terms: content.usage_terms,
            metadata: Some(content.metadata),
        }
    }
}

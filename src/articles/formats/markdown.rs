//! A story as Markdown with YAML front matter, under the names that `newswire post` reads.
//!
//! The text is made from the cleaned body, whatever format that was sent in: nothing that would run in a
//! page comes out of Markdown either.

use crate::articles::views::ArticleStatus;
use crate::articles::views::output::ArticleSummary;
use crate::articles::views::refs::{self, Image};
use dom_query::Document;
use serde::Serialize;

/// What stands above the text.
#[derive(Debug, Serialize)]
struct FrontMatter<'a> {
    headline: &'a str,
    slug: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byline: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    categories: Vec<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    language: &'a str,
    status: ArticleStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revised_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canonical_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Picture<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    urgency: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage_terms: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Author<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Picture<'a> {
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<i32>,
}

/// The story: what is known of it between two lines of dashes, then its text.
pub fn with_front_matter(story: &ArticleSummary) -> String {
    let front = serde_yaml_ng::to_string(&front(story)).unwrap_or_default();
    let body = story.body_html.as_deref().map(of_html).unwrap_or_default();
    format!("---\n{front}---\n\n{body}\n")
}

/// Cleaned HTML as Markdown.
pub fn of_html(html: &str) -> String {
    let document = Document::fragment(html);
    let Some(mark) = ('\u{fdd0}'..='\u{fdef}').find(|mark| !html.contains(*mark)) else {
        return document.md(None).trim().to_owned();
    };
    // `&lt;` in a text is five characters there; in Markdown it would be one
    for node in document.root().descendants_it().filter(|node| node.is_text()).collect::<Vec<_>>() {
        let text = node.text();
        let is_code =
            || node.ancestors_it(None).any(|above| above.has_name("pre") || above.has_name("code"));
        if text.contains('&') && !is_code() {
            node.replace_with(&document.tree.new_text(text.replace('&', &mark.to_string())));
        }
    }
    document.md(None).trim().replace(mark, "\\&")
}

fn front(story: &ArticleSummary) -> FrontMatter<'_> {
    FrontMatter {
        headline: &story.headline,
        slug: &story.slug,
        summary: story.summary.as_deref(),
        byline: story.byline.as_deref(),
        authors: story.authors.iter().map(author).collect(),
        source: story.source.as_ref().map(|source| source.name.as_str()),
        source_url: story.source_url.as_deref(),
        external_id: story.external_id.as_deref(),
        categories: story.categories.iter().map(|category| category.slug.as_str()).collect(),
        tags: &story.tags,
        language: &story.language,
        status: story.status,
        published_at: story.published_at.as_deref(),
        revised_at: story.revised_at.as_deref(),
        expires_at: story.expires_at.as_deref(),
        canonical_url: story.canonical_url.as_deref(),
        image: story.image.as_ref().map(picture),
        urgency: story.urgency,
        usage_terms: story.usage_terms.as_deref(),
    }
}

fn author(author: &refs::Author) -> Author<'_> {
    Author { name: &author.name, url: author.url.as_deref() }
}

fn picture(image: &Image) -> Picture<'_> {
    Picture {
        url: &image.url,
        alt: image.alt.as_deref(),
        caption: image.caption.as_deref(),
        credit: image.credit.as_deref(),
        width: image.width,
        height: image.height,
    }
}

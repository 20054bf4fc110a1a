//! The head of a page: what search engines, feed readers and those who pass a link on look at.

use super::{STYLE, Site};
use crate::addresses::FEEDS;
use crate::articles::formats::{jsonld, uri};
use crate::articles::views::ArticleState;
use crate::articles::views::output::ArticleSummary;
use crate::http::format::Format;
use maud::{Markup, PreEscaped, html};

/// Everything between `<head>` and `</head>`.
pub fn head(story: &ArticleSummary, site: Site<'_>) -> Markup {
    let canonical = story.canonical_url.as_deref().and_then(uri);
    let canonical = canonical.unwrap_or_else(|| story.url.clone());
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        title { (story.headline) }
        @if let Some(summary) = &story.summary { meta name="description" content=(summary); }
        @if story.state == ArticleState::Live {
            link rel="canonical" href=(canonical);
        } @else {
            meta name="robots" content="noindex";
        }
        (alternates(story, site))
        (open_graph(story, &canonical))
        style { (PreEscaped(STYLE)) }
        script type="application/ld+json" { (PreEscaped(jsonld::for_script(story))) }
    }
}

fn alternates(story: &ArticleSummary, site: Site<'_>) -> Markup {
    let formats = Format::OF_A_STORY.into_iter().filter(|format| *format != Format::Html);
    html! {
        @for other in &story.translations {
            link rel="alternate" hreflang=(other.language) href=(other.url);
        }
        @for (path, kind) in FEEDS {
            link rel="alternate" type=(kind) href={ (site.addresses.public_url) (path) };
        }
        @for format in formats {
            link rel="alternate" type=(format.link_type()) href=(site.address(story, format));
        }
    }
}

fn open_graph(story: &ArticleSummary, canonical: &str) -> Markup {
    let property = |name: &str, content: &str| html! { meta property=(name) content=(content); };
    html! {
        (property("og:type", "article"))
        (property("og:title", &story.headline))
        (property("og:url", canonical))
        (property("og:locale", &story.language.replace('-', "_")))
        @if let Some(summary) = &story.summary { (property("og:description", summary)) }
        @if let Some(source) = &story.source { (property("og:site_name", &source.name)) }
        @if let Some(image) = &story.image {
            @if let Some(address) = uri(&image.url) { (property("og:image", &address)) }
            @if let Some(alt) = &image.alt { (property("og:image:alt", alt)) }
        }
        @if let Some(date) = &story.published_at { (property("article:published_time", date)) }
        @if let Some(date) = &story.revised_at { (property("article:modified_time", date)) }
        @if let Some(category) = &story.category { (property("article:section", &category.name)) }
        @for tag in &story.tags { (property("article:tag", tag)) }
        @if story.image.is_some() { meta name="twitter:card" content="summary_large_image"; }
    }
}

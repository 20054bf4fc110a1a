//! The head of a page: what search engines, feed readers and those who pass a link on look at.

use super::{STYLE, Site};
use crate::addresses::FEEDS;
use crate::articles::formats::{jsonld, revised, title, uri};
use crate::articles::views::ArticleState;
use crate::articles::views::output::ArticleSummary;
use crate::articles::views::parts::MediaKind;
use crate::http::format::Format;
use crate::text::excerpt::excerpt;
use icu_locale::Locale;
use maud::{Markup, PreEscaped, html};
use std::borrow::Cow;

/// So many characters of a body describe a story without a summary.
const DESCRIPTION: usize = 200;

/// Everything between `<head>` and `</head>`.
pub fn head(story: &ArticleSummary, site: Site<'_>) -> Markup {
    let canonical = story.canonical_url.as_deref().and_then(uri);
    let canonical = canonical.unwrap_or_else(|| story.url.clone());
    let description = description(story);
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        title { (title(story)) }
        @if let Some(text) = &description { meta name="description" content=(text); }
        @if story.state == ArticleState::Live {
            link rel="canonical" href=(canonical);
        } @else {
            meta name="robots" content="noindex";
        }
        (alternates(story, site, &canonical))
        (open_graph(story, site, (&canonical, description.as_deref())))
        style { (PreEscaped(STYLE)) }
        script type="application/ld+json" { (PreEscaped(jsonld::for_script(story))) }
    }
}

/// What is said of it where only a few lines are shown.
fn description(story: &ArticleSummary) -> Option<Cow<'_, str>> {
    let summary = story.summary.as_deref().filter(|summary| !summary.trim().is_empty());
    let beginning = || Some(excerpt(story.body_text.as_deref()?, DESCRIPTION));
    let told = summary.map(Cow::Borrowed).or_else(|| beginning().map(Cow::Owned));
    told.filter(|text| !text.is_empty())
}

fn alternates(story: &ArticleSummary, site: Site<'_>, canonical: &str) -> Markup {
    let formats = Format::OF_A_STORY.into_iter().filter(|format| *format != Format::Html);
    html! {
        @if !story.translations.is_empty() && story.state == ArticleState::Live {
            link rel="alternate" hreflang=(story.language) href=(canonical);
        }
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

fn open_graph(
    story: &ArticleSummary,
    site: Site<'_>,
    (canonical, description): (&str, Option<&str>),
) -> Markup {
    let property = |name: &str, content: &str| html! { meta property=(name) content=(content); };
    let picture = picture(story);
    let card = if picture.is_some() { "summary_large_image" } else { "summary" };
    html! {
        (property("og:type", "article"))
        (property("og:title", title(story)))
        (property("og:url", canonical))
        (property("og:site_name", site.title))
        @if let Some(locale) = locale(&story.language) { (property("og:locale", &locale)) }
        @for locale in story.translations.iter().filter_map(|other| locale(&other.language)) {
            (property("og:locale:alternate", &locale))
        }
        @if let Some(text) = description { (property("og:description", text)) }
        @if let Some(Picture { address, alt, size }) = &picture {
            (property("og:image", address))
            @if let Some((width, height)) = size {
                (property("og:image:width", &width.to_string()))
                (property("og:image:height", &height.to_string()))
            }
            @if let Some(alt) = alt { (property("og:image:alt", alt)) }
        }
        @if let Some(date) = &story.published_at { (property("article:published_time", date)) }
        @if let Some(date) = revised(story) { (property("article:modified_time", date)) }
        @for page in story.authors.iter().filter_map(|author| uri(author.url.as_deref()?)) {
            (property("article:author", &page))
        }
        @if let Some(category) = &story.category { (property("article:section", &category.name)) }
        @for tag in &story.tags { (property("article:tag", tag)) }
        meta name="twitter:card" content=(card);
    }
}

/// The picture that stands for a story.
struct Picture<'a> {
    address: String,
    alt: Option<&'a str>,
    size: Option<(i32, i32)>,
}

/// The lead picture, else the first that goes with it.
fn picture(story: &ArticleSummary) -> Option<Picture<'_>> {
    let lead = story.image.iter().map(|one| (&one.url, &one.alt, one.width.zip(one.height)));
    let others = story.media.iter().filter(|medium| medium.kind == MediaKind::Image);
    let others = others.map(|one| (&one.url, &one.alt, one.width.zip(one.height)));
    lead.chain(others).find_map(|(url, alt, size)| {
        Some(Picture { address: uri(url)?, alt: alt.as_deref(), size })
    })
}

/// A language with its territory, as Open Graph writes them; none of a language alone.
fn locale(tag: &str) -> Option<String> {
    let id = tag.parse::<Locale>().ok()?.id;
    Some(format!("{}_{}", id.language, id.region?))
}

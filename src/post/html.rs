//! An HTML page: its main text, and what its metadata (JSON-LD, Open Graph, `<meta>`, `<link>`)
//! says about it.

mod metadata;

use anyhow::bail;
use dom_smoothie::Readability;
use scraper::{ElementRef, Html, Selector};
use url::Url;

use self::metadata::Metadata;
use super::story::{Story, fold};

/// Reads a page.
pub fn parse(text: &str) -> anyhow::Result<Story> {
    let document = Html::parse_document(text);
    let page = Metadata::read(&document);
    let mut story = Story::default();
    let main = main_text(text, page.address.as_deref());
    let headline = page.headline.or_else(|| {
        let title = main.as_ref().map(|(title, ..)| title.clone());
        title.filter(|title| !title.trim().is_empty())
    });
    let Some(headline) = headline else {
        bail!("no headline: the page has no title, heading or metadata that gives one");
    };
    let (body, byline) = match main {
        Some((_, body, byline)) => (body, byline),
        None => (whole_body(&document), None),
    };
    story.set_text("headline", Some(&headline));
    story.set_text("summary", page.summary);
    story.set("body", without_heading(&body, &headline).trim());
    story.set("body_format", "html");
    story.set_text("source", page.source);
    story.set_text("source_url", page.address.as_ref());
    story.set_text("canonical_url", page.address);
    story.set_text("category", page.category);
    story.set_text("language", page.language);
    story.set_text("published_at", page.published_at);
    story.add_page_tags(page.tags);
    if !page.authors.is_empty() {
        story.set("authors", page.authors);
    } else {
        story.set_text("byline", byline.filter(|byline| byline.chars().count() <= 300));
    }
    if let Some(image) = page.image {
        story.set("image", image);
    }
    Ok(story)
}

/// Title, content and byline as a reader mode finds them.
fn main_text(text: &str, address: Option<&str>) -> Option<(String, String, Option<String>)> {
    let mut readability = Readability::new(text, address, None).ok()?;
    let article = readability.parse().ok()?;
    let empty = article.text_content.trim().is_empty();
    (!empty).then(|| (article.title, article.content.to_string(), article.byline))
}

/// For a page too plain for a reader mode: its article, main part or whole body.
fn whole_body(document: &Html) -> String {
    first(document, "article")
        .or_else(|| first(document, "main"))
        .or_else(|| first(document, "body"))
        .map(|element| element.inner_html())
        .unwrap_or_default()
}

/// The content without wrappers around all of it and without the headline on top of it.
fn without_heading(content: &str, headline: &str) -> String {
    let fragment = Html::parse_fragment(content);
    let mut root = fragment.root_element();
    while let Some(only) = only_child(root) {
        root = only;
    }
    let mut html = String::new();
    let mut at_top = true;
    for child in root.children() {
        if let Some(element) = ElementRef::wrap(child) {
            let heading = matches!(element.value().name(), "h1" | "h2" | "header");
            if at_top && heading && fold(&element.text().collect::<String>()) == fold(headline) {
                continue;
            }
            at_top = false;
            html += &element.html();
        } else if let Some(text) = child.value().as_text() {
            at_top &= text.trim().is_empty();
            html += &text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        }
    }
    html
}

/// The one `div`, `section` or `article` that holds everything.
fn only_child(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let mut children = element.children().filter(|child| match child.value().as_text() {
        Some(text) => !text.trim().is_empty(),
        None => child.value().is_element(),
    });
    let only = ElementRef::wrap(children.next()?)?;
    let wraps = matches!(only.value().name(), "div" | "section" | "article" | "main");
    (wraps && children.next().is_none()).then_some(only)
}

/// The first element that a selector finds.
fn first<'a>(document: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    document.select(&Selector::parse(selector).ok()?).next()
}

/// An address made whole against the page's own; only http and https are addresses.
fn absolute(address: &str, page: Option<&str>) -> Option<String> {
    let url = match Url::parse(address.trim()) {
        Ok(url) => url,
        Err(_) => Url::parse(page?).ok()?.join(address.trim()).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

#[cfg(test)]
mod tests;

//! Absolute addresses, made from settings alone: never from `Host` or forwarded headers.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where live stories are found as feeds, with the media type of each: the filters of the list of
/// stories hold there too.
pub const FEEDS: [(&str, &str); 3] = [
    ("/feeds/articles.rss", "application/rss+xml"),
    ("/feeds/articles.atom", "application/atom+xml"),
    ("/feeds/articles.json", "application/feed+json"),
];

/// Where things are found.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The base of our own addresses, without a slash at the end.
    pub public_url: String,
    /// A template for readers' pages of stories: `{id}`, `{slug}`, `{category}`, `{language}`.
    pub article_url: Option<String>,
    /// A template for readers' pages of categories: `{id}`, `{slug}`.
    pub category_url: Option<String>,
    /// A template for preview links: `{token}`, `{id}`, `{slug}`.
    pub preview_url: Option<String>,
}

/// What a template for a story may name.
#[derive(Clone, Copy, Debug)]
pub struct ArticlePage<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its slug.
    pub slug: &'a str,
    /// The slug of its primary category.
    pub category: Option<&'a str>,
    /// Its language tag.
    pub language: &'a str,
}

impl Addresses {
    /// The address of a resource in this API.
    pub fn api(&self, collection: &str, name: &str) -> String {
        [&self.public_url, "/api/v1/", collection, "/", &encode(name)].concat()
    }

    /// The page of a story for readers; without a template, the one in this service.
    pub fn article_page(&self, page: ArticlePage<'_>) -> String {
        match &self.article_url {
            None => self.api("articles", page.slug) + ".html",
            Some(template) => template
                .replace("{id}", page.id)
                .replace("{slug}", &encode(page.slug))
                .replace("{category}", &encode(page.category.unwrap_or("news")))
                .replace("{language}", &encode(page.language)),
        }
    }

    /// Where a preview link leads; without a template, to the story itself by its id.
    pub fn preview(&self, id: &str, slug: &str, token: &str) -> String {
        match &self.preview_url {
            None => format!("{}?preview={}", self.api("articles", id), encode(token)),
            Some(template) => template
                .replace("{token}", &encode(token))
                .replace("{id}", id)
                .replace("{slug}", &encode(slug)),
        }
    }

    /// The site that readers' pages of stories are on: scheme and host, without a slash at the end.
    pub fn article_origin(&self) -> &str {
        let page = self.article_url.as_deref().unwrap_or(&self.public_url);
        let host = page.find("://").map_or(0, |at| at + "://".len());
        let end = page[host..].find(['/', '?', '#']).map_or(page.len(), |at| host + at);
        &page[..end]
    }

    /// The page of a category for readers; without a template, the category itself by its slug.
    pub fn category_page(&self, id: &str, slug: &str) -> String {
        match &self.category_url {
            None => self.api("categories", slug),
            Some(template) => template.replace("{id}", id).replace("{slug}", &encode(slug)),
        }
    }
}

/// Percent-encodes a path segment or query value.
pub fn encode(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, KEPT).into()
}

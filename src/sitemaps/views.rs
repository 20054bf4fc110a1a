//! Sitemaps on the wire: the sitemap protocol 0.9, Google's news sitemaps, and `robots.txt`.

use super::model::Story;
use crate::http::Rendering;
use crate::http::params::PathParameters;
use crate::text::xml::{Document, visible};
use crate::values::short_rfc3339;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

const SITEMAP: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const NEWS: &str = "http://www.google.com/schemas/sitemap-news/0.9";

/// A sitemap, or an index of sitemaps.
#[derive(ToSchema)]
#[schema(value_type = String)]
pub struct Sitemap(#[allow(dead_code, reason = "names the schema of a text")] String);

impl Rendering for Sitemap {
    const MEDIA_TYPE: &'static str = "application/xml";
    const CONTENT_TYPE: &'static str = "application/xml; charset=utf-8";
    const TEXT: &'static str = "A sitemap, or an index of sitemaps.";
}

/// What robots may read, and where the sitemaps are (RFC 9309).
#[derive(ToSchema)]
#[schema(value_type = String)]
pub struct Robots(#[allow(dead_code, reason = "names the schema of a text")] String);

impl Rendering for Robots {
    const MEDIA_TYPE: &'static str = "text/plain";
    const CONTENT_TYPE: &'static str = "text/plain; charset=utf-8";
    const TEXT: &'static str = "The rules.";
}

/// Which page of the news sitemap.
#[derive(Debug, Deserialize, IntoParams)]
pub struct NewsSitemapQuery {
    /// One of the pages that the index names; left out: the whole, or the index where it is too long.
    #[param(nullable = false, minimum = 1, maximum = 100)]
    pub page: Option<i64>,
}

/// Names a sitemap of the archive.
#[derive(Debug, Deserialize, IntoParams)]
pub struct SitemapPath {
    /// A name from the index, such as `2026-11.xml`.
    #[param(max_length = 32, example = "2026-01.xml")]
    pub sitemap: String,
}

impl PathParameters for SitemapPath {
    const BY_SLUG: bool = false;
}

/// Whether robots may read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum RobotRules {
    /// All that is public.
    #[default]
    Allow,
    /// Nothing.
    Deny,
}

/// An index of these sitemaps.
pub fn index(addresses: &[String]) -> Vec<u8> {
    let mut xml = Document::new();
    xml.open("sitemapindex", &[("xmlns", SITEMAP)]);
    for address in addresses {
        xml.open("sitemap", &[]);
        xml.text("loc", &[], address);
        xml.close("sitemap");
    }
    xml.close("sitemapindex");
    xml.finish()
}

/// A sitemap of stories, each with its address.
pub fn archive(stories: &[(String, Story)]) -> Vec<u8> {
    let mut xml = Document::new();
    xml.open("urlset", &[("xmlns", SITEMAP)]);
    for (address, story) in stories {
        xml.open("url", &[]);
        xml.text("loc", &[], address);
        xml.text("lastmod", &[], &short_rfc3339(story.changed_at()));
        xml.close("url");
    }
    xml.close("urlset");
    xml.finish()
}

/// A news sitemap of a publication of this name.
pub fn news(publication: &str, stories: &[(String, Story)]) -> Vec<u8> {
    let mut xml = Document::new();
    xml.open("urlset", &[("xmlns", SITEMAP), ("xmlns:news", NEWS)]);
    for (address, story) in stories {
        xml.open("url", &[]);
        xml.text("loc", &[], address);
        xml.open("news:news", &[]);
        xml.open("news:publication", &[]);
        xml.text("news:name", &[], publication);
        xml.text("news:language", &[], &language(&story.language));
        xml.close("news:publication");
        xml.text("news:publication_date", &[], &short_rfc3339(story.published_at));
        xml.text("news:title", &[], visible(&story.headline).unwrap_or(&story.slug));
        xml.close("news:news");
        xml.close("url");
    }
    xml.close("urlset");
    xml.finish()
}

/// A language as news sitemaps name it: two or three letters, but for the two ways of writing Chinese.
fn language(tag: &str) -> String {
    let tag = tag.to_lowercase();
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    if primary != "zh" {
        return primary.to_owned();
    }
    // the script is said before the region, and more telling
    let writing =
        parts.find(|part| matches!(*part, "hans" | "hant" | "cn" | "sg" | "tw" | "hk" | "mo"));
    let traditional = writing.is_some_and(|part| matches!(part, "hant" | "tw" | "hk" | "mo"));
    if traditional { "zh-tw" } else { "zh-cn" }.to_owned()
}

/// `robots.txt` of a service at this base.
pub fn robots(base: &str, rules: RobotRules) -> String {
    match rules {
        RobotRules::Deny => "User-agent: *\nDisallow: /\n".to_owned(),
        // a preview link shows what is not public
        RobotRules::Allow => format!(
            "User-agent: *\nDisallow: /*?preview=\nDisallow: /*&preview=\n\n\
             Sitemap: {base}/sitemap.xml\nSitemap: {base}/sitemap-news.xml\n"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_named_as_news_sitemaps_want_them() {
        for (tag, named) in [
            ("en", "en"),
            ("en-GB", "en"),
            ("ckb-Arab-IQ", "ckb"),
            ("zh", "zh-cn"),
            ("zh-Hans-HK", "zh-cn"),
            ("zh-HK", "zh-tw"),
            ("zh-Hant", "zh-tw"),
            ("zh-TW", "zh-tw"),
        ] {
            assert_eq!(language(tag), named, "{tag}");
        }
    }
}

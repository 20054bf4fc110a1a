//! What a page says about itself; JSON-LD first, then Open Graph, then plain HTML.

use scraper::{Html, Selector};
use serde_json::{Map, Value, json};

use super::{absolute, first};
use crate::post::{dates, story::fold};

/// The page's metadata in our terms.
#[derive(Debug, Default)]
pub struct Metadata {
    pub headline: Option<String>,
    pub summary: Option<String>,
    pub address: Option<String>,
    pub source: Option<String>,
    pub category: Option<String>,
    pub language: Option<String>,
    pub published_at: Option<String>,
    pub tags: Vec<String>,
    pub authors: Vec<Value>,
    pub image: Option<Value>,
}

impl Metadata {
    /// Collects it from a document.
    pub fn read(document: &Html) -> Self {
        let article = article(document).unwrap_or_default();
        let ld = |name: &str| article.get(name).and_then(name_of);
        let meta = |names: &[&str]| names.iter().find_map(|name| metas(document, name).next());
        let attribute = |selector: &str, name: &str| {
            let value = first(document, selector)?.value().attr(name)?.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let text = |selector: &str| {
            let text: String = first(document, selector)?.text().collect();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            (!text.is_empty()).then_some(text)
        };
        let address = [
            attribute("link[rel~=canonical]", "href"),
            meta(&["og:url"]),
            ld("url").or(ld("mainEntityOfPage")),
            attribute("base[href]", "href"),
        ];
        let whole = address.iter().flatten().find_map(|url| absolute(url, None));
        let site = meta(&["og:site_name"]);
        let headline = [ld("headline"), meta(&["og:title"]), text("h1"), text("title")];
        let headline = headline.into_iter().flatten();
        let headline = headline.map(|text| without_site(&text, site.as_deref()));
        let headlines: Vec<String> = headline.collect();
        let is_cut = |text: &&String| fold(text).ends_with("...");
        let uncut = headlines.iter().find(|text| !is_cut(text));
        Self {
            headline: uncut.or(headlines.first()).cloned(),
            summary: ld("description").or_else(|| meta(&["og:description", "description"])),
            source: ld("sourceOrganization").or_else(|| ld("publisher")).or(site),
            category: ld("articleSection").or_else(|| meta(&["article:section"])),
            language: attribute("html", "lang")
                .or_else(|| ld("inLanguage"))
                .or_else(|| meta(&["og:locale"]))
                .and_then(|language| language_tag(&language)),
            published_at: ld("datePublished")
                .or_else(|| meta(&["article:published_time", "datePublished"]))
                .and_then(|date| dates::certain(&date)),
            tags: tags(document, &article),
            authors: authors(document, &article),
            image: image(document, &article, whole.as_deref()),
            address: whole,
        }
    }
}

/// The contents of `<meta name=... or property=...>`.
fn metas<'a>(document: &'a Html, name: &'a str) -> impl Iterator<Item = String> + 'a {
    let selector = Selector::parse("meta[content]").ok();
    let found: Vec<_> = selector.iter().flat_map(|selector| document.select(selector)).collect();
    found.into_iter().filter_map(move |element| {
        let element = element.value();
        let is = |attribute: &str| {
            element.attr(attribute).is_some_and(|it| it.trim().eq_ignore_ascii_case(name))
        };
        let content = element.attr("content")?.trim();
        let named = is("property") || is("name") || is("itemprop");
        (named && !content.is_empty()).then(|| content.to_owned())
    })
}

/// The JSON-LD object that describes the story.
fn article(document: &Html) -> Option<Map<String, Value>> {
    let selector = Selector::parse(r#"script[type="application/ld+json"]"#).ok()?;
    document.select(&selector).find_map(|script| {
        let text: String = script.text().collect();
        find_article(&serde_json::from_str(text.trim()).ok()?, 0)
    })
}

fn find_article(value: &Value, depth: usize) -> Option<Map<String, Value>> {
    match value {
        _ if depth > 4 => None,
        Value::Array(list) => list.iter().find_map(|one| find_article(one, depth + 1)),
        Value::Object(object) => {
            let is_article = |kind: &Value| {
                let kind = kind.as_str().unwrap_or_default();
                kind.ends_with("Article") || kind.ends_with("BlogPosting") || kind == "Report"
            };
            let found = match object.get("@type") {
                Some(Value::Array(kinds)) => kinds.iter().any(is_article),
                Some(kind) => is_article(kind),
                None => false,
            };
            match found {
                true => Some(object.clone()),
                false => ["@graph", "mainEntity", "mainEntityOfPage"]
                    .iter()
                    .find_map(|name| find_article(object.get(*name)?, depth + 1)),
            }
        }
        _ => None,
    }
}

/// The text a JSON-LD value stands for: itself, its name, its address, or that of the first.
fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(unescaped(text)).filter(|text| !text.is_empty()),
        Value::Array(list) => list.iter().find_map(name_of),
        Value::Object(object) => ["name", "@value", "url", "@id", "alternateName"]
            .iter()
            .find_map(|name| name_of(object.get(*name)?)),
        _ => None,
    }
}

/// Many sites write HTML references into their JSON.
fn unescaped(text: &str) -> String {
    match text.contains('&') && text.contains(';') {
        true => {
            Html::parse_fragment(text).root_element().text().collect::<String>().trim().to_owned()
        }
        false => text.trim().to_owned(),
    }
}

/// The title without the site's name behind it.
fn without_site(title: &str, site: Option<&str>) -> String {
    let cut = site.and_then(|site| {
        let signs = [" - ", " – ", " — ", " | ", " :: ", " • ", " · ", " » "];
        let ends = signs.iter().filter_map(|sign| title.rsplit_once(sign));
        ends.filter(|(_, end)| fold(end) == fold(site)).map(|(start, _)| start).next()
    });
    cut.unwrap_or(title).trim().to_owned()
}

/// `en_US` and `en-US` alike; anything that is no language tag at all is left out.
fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let primary = parts.next().is_some_and(|part| {
        matches!(part.len(), 2..=3) && part.chars().all(|c| c.is_ascii_alphabetic())
    });
    let fits =
        |part: &str| matches!(part.len(), 1..=8) && part.chars().all(|c| c.is_ascii_alphanumeric());
    (primary && parts.all(fits)).then_some(tag)
}

fn tags(document: &Html, article: &Map<String, Value>) -> Vec<String> {
    let own: Vec<String> = metas(document, "article:tag").collect();
    if !own.is_empty() {
        return own;
    }
    let split = |text: &str| text.split(',').map(unescaped).collect::<Vec<_>>();
    match article.get("keywords") {
        Some(Value::Array(list)) => list.iter().filter_map(name_of).collect(),
        Some(Value::String(text)) => split(text),
        _ => ["news_keywords", "keywords"]
            .iter()
            .find_map(|name| metas(document, name).next())
            .map(|text| split(&text))
            .unwrap_or_default(),
    }
}

fn authors(document: &Html, article: &Map<String, Value>) -> Vec<Value> {
    let is_address = |text: &str| text.starts_with("http://") || text.starts_with("https://");
    let one = |author: &Value| {
        let name = name_of(author).filter(|name| !is_address(name))?;
        let url = author.get("url").and_then(name_of).filter(|url| is_address(url));
        Some(match url {
            Some(url) => json!({ "name": name, "url": url }),
            None => json!({ "name": name }),
        })
    };
    let found: Vec<Value> = match article.get("author").or(article.get("creator")) {
        Some(Value::Array(list)) => list.iter().filter_map(one).collect(),
        Some(author) => one(author).into_iter().collect(),
        None => Vec::new(),
    };
    if !found.is_empty() {
        return found;
    }
    ["author", "article:author"]
        .iter()
        .map(|name| {
            metas(document, name)
                .filter(|text| !is_address(text))
                .map(|name| json!({ "name": name }))
                .collect()
        })
        .find(|found: &Vec<Value>| !found.is_empty())
        .unwrap_or_default()
}

fn image(document: &Html, article: &Map<String, Value>, page: Option<&str>) -> Option<Value> {
    let meta = |name: &str| metas(document, name).next();
    let mut image = Map::new();
    if let Some(url) = meta("og:image").and_then(|url| absolute(&url, page)) {
        image.insert("url".into(), url.into());
        image.extend(meta("og:image:alt").map(|alt| ("alt".to_owned(), alt.into())));
        for side in ["width", "height"] {
            let length =
                meta(&format!("og:image:{side}")).and_then(|text| text.parse::<u32>().ok());
            image.extend(length.filter(|n| *n > 0).map(|length| (side.to_owned(), length.into())));
        }
        return Some(Value::Object(image));
    }
    let one = match article.get("image")? {
        Value::Array(list) => list.first()?,
        one => one,
    };
    let url = one.get("url").or(one.get("contentUrl")).unwrap_or(one).as_str()?;
    image.insert("url".into(), absolute(url, page)?.into());
    let caption = one.get("caption").and_then(name_of);
    image.extend(caption.map(|caption| ("caption".to_owned(), caption.into())));
    Some(Value::Object(image))
}

//! A WordPress export (WXR): posts with their categories, tags, authors and featured images.
//!
//! Pages, menus, comments and the like are passed over, and so is what is in the trash. Drafts stay drafts,
//! planned posts stay planned; a private or pending post is a draft.

mod content;
mod item;

use super::{NewCategory, Read, Unreadable};
use crate::import::input::Input;
use crate::post::{Story, dates};
use crate::text::render::{BodyFormat, render};
use crate::text::slug::{is_slug, slugify};
use anyhow::bail;
use item::Item;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// What WordPress files a post in that is filed nowhere.
const UNFILED: &str = "uncategorized";
/// The most tags a story has.
const MOST_TAGS: usize = 50;

/// Reads an export. Its items are taken apart first, since a post names pictures that come later.
pub fn open(mut input: Input) -> anyhow::Result<Read> {
    let text = crate::text::decode::decode(&input.read_all()?).into_owned();
    let parts = Parts::of(&text)?;
    if parts.posts.is_empty() {
        bail!("no post in this WordPress export");
    }
    let Parts { posts, categories, authors, pictures } = parts;
    let length = posts.len() as u64;
    let around = Around { authors, pictures };
    let stories = (1..).zip(posts).map(move |(end, range)| {
        let item = Item::read(&text[range]);
        let place = match item.text("wp:post_id") {
            Some(id) => format!("post {id}"),
            None => format!("post [{}]", end - 1),
        };
        super::Found { place, end, story: around.story(&item) }
    });
    Ok(Read { stories: Box::new(stories), categories, length, in_bytes: false })
}

/// What an export has.
#[derive(Default)]
struct Parts {
    /// Where each post is in the text.
    posts: Vec<Range<usize>>,
    categories: Vec<NewCategory>,
    /// Names of authors by their logins.
    authors: HashMap<String, String>,
    /// Attachments by their ids.
    pictures: HashMap<String, Value>,
}

impl Parts {
    fn of(text: &str) -> anyhow::Result<Self> {
        let mut parts = Self::default();
        let mut categories = Vec::new();
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_dangling_amp = true;
        let mut begun = None;
        loop {
            let before = usize::try_from(reader.buffer_position())?;
            match reader.read_event() {
                Ok(Event::Start(start)) if begun.is_none() => {
                    let name = start.name().as_ref().to_owned();
                    if ["item", "wp:category", "wp:author"].contains(&name.as_str()) {
                        begun = Some((before, name));
                    }
                }
                Ok(Event::End(end)) => {
                    let ours = |(_, name): &mut (usize, String)| *name == end.name().as_ref();
                    if let Some((at, name)) = begun.take_if(ours) {
                        let range = at..usize::try_from(reader.buffer_position())?;
                        parts.sort(&name, range, text, &mut categories);
                    }
                }
                Ok(Event::Eof) => break,
                Ok(_) => {}
                Err(error) => bail!("the export is not well-formed at byte {before}: {error}"),
            }
        }
        parts.categories = parents_first(categories);
        Ok(parts)
    }

    fn sort(
        &mut self,
        name: &str,
        range: Range<usize>,
        text: &str,
        categories: &mut Vec<NewCategory>,
    ) {
        let item = Item::read(&text[range.clone()]);
        match (name, item.text("wp:post_type")) {
            ("wp:author", _) => {
                let named = item.text("wp:author_display_name").or(item.text("wp:author_login"));
                if let (Some(login), Some(name)) = (item.text("wp:author_login"), named) {
                    self.authors.insert(login.to_owned(), name.to_owned());
                }
            }
            ("wp:category", _) => categories.extend(category(&item)),
            (_, Some("attachment")) => {
                if let (Some(id), Some(picture)) = (item.text("wp:post_id"), picture(&item)) {
                    self.pictures.insert(id.to_owned(), picture);
                }
            }
            (_, Some("post")) if item.text("wp:status") != Some("trash") => self.posts.push(range),
            _ => {}
        }
    }
}

/// The slug of a category: WordPress's, decoded, where it can be one here.
fn slug(nicename: &str, name: &str) -> Option<String> {
    let decoded = percent_encoding::percent_decode_str(nicename).decode_utf8_lossy().into_owned();
    match is_slug(&decoded) {
        true => Some(decoded),
        false => slugify(&decoded).or_else(|| slugify(name)),
    }
}

fn category(item: &Item) -> Option<NewCategory> {
    let name = item.text("wp:cat_name")?;
    let nicename = item.text("wp:category_nicename").unwrap_or(name);
    let parent = item.text("wp:category_parent").and_then(|parent| slug(parent, parent));
    let slug = slug(nicename, name).filter(|slug| slug != UNFILED)?;
    Some(NewCategory { slug, name: name.to_owned(), parent })
}

/// In an order in which each comes after the one it stands below; a parent that is not there is none.
fn parents_first(mut rest: Vec<NewCategory>) -> Vec<NewCategory> {
    let known: HashSet<String> = rest.iter().map(|category| category.slug.clone()).collect();
    for category in &mut rest {
        let own = category.slug.clone();
        category.parent =
            category.parent.take().filter(|parent| known.contains(parent) && *parent != own);
    }
    let (mut ordered, mut placed) = (Vec::new(), HashSet::new());
    while !rest.is_empty() {
        let ready = |category: &NewCategory| {
            category.parent.as_ref().is_none_or(|parent| placed.contains(parent))
        };
        let (mut now, later): (Vec<_>, Vec<_>) = rest.into_iter().partition(ready);
        rest = later;
        if now.is_empty() {
            // a ring: it is cut somewhere
            let mut first = rest.remove(0);
            first.parent = None;
            now.push(first);
        }
        placed.extend(now.iter().map(|category| category.slug.clone()));
        ordered.extend(now);
    }
    ordered
}

/// An attachment as a picture.
fn picture(item: &Item) -> Option<Value> {
    let url = item.text("wp:attachment_url").or(item.text("guid"))?;
    let mut picture = Map::from_iter([("url".to_owned(), json!(url))]);
    let caption = item.text("excerpt:encoded").map(plain).filter(|text| !text.is_empty());
    for (name, text) in
        [("alt", item.meta("_wp_attachment_image_alt").map(str::to_owned)), ("caption", caption)]
    {
        picture.extend(text.map(|text| (name.to_owned(), json!(text))));
    }
    Some(Value::Object(picture))
}

fn plain(html: &str) -> String {
    render(html, BodyFormat::Html).text
}

/// What posts refer to.
struct Around {
    authors: HashMap<String, String>,
    pictures: HashMap<String, Value>,
}

impl Around {
    fn story(&self, item: &Item) -> Result<Story, Unreadable> {
        let mut story = Story::default();
        story.set_text("headline", item.text("title").map(plain));
        let body = content::to_html(item.text("content:encoded").unwrap_or_default());
        story.set("body", body);
        story.set("body_format", "html");
        story.set_text("summary", item.text("excerpt:encoded").map(plain));
        let link = item.text("link").filter(|link| link.starts_with("http"));
        story.set_text("source_url", link);
        story.set_text("external_id", item.text("guid").or(link));
        let name = item.text("wp:post_name").unwrap_or_default();
        let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
        story.set_text("slug", Some(name).filter(|name| is_slug(name)));
        let status = match item.text("wp:status") {
            Some("publish" | "future") => "published",
            _ => "draft",
        };
        story.set("status", status);
        story.set_text("published_at", date(item, status));
        if let Some(login) = item.text("dc:creator") {
            let name = self.authors.get(login).map_or(login, String::as_str);
            story.set("authors", json!([{ "name": name }]));
        }
        let picture = item.meta("_thumbnail_id").and_then(|id| self.pictures.get(id));
        if let Some(picture) = picture {
            story.set("image", picture.clone());
        }
        filed(item, &mut story);
        if story.text("headline").is_none() {
            // all the rest is kept, for a headline to be written above it
            let original = serde_json::to_value(&story).unwrap_or_default();
            return Err(Unreadable { original, reason: "the post has no title".to_owned() });
        }
        Ok(story)
    }
}

/// Its categories and tags.
fn filed(item: &Item, story: &mut Story) {
    let (mut categories, mut tags): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    for term in &item.terms {
        match term.domain.as_str() {
            "category" => {
                categories.extend(slug(&term.nicename, &term.name).filter(|slug| slug != UNFILED))
            }
            "post_tag" => tags.push(&term.name),
            _ => {}
        }
    }
    if let Some(primary) = categories.first() {
        story.set("category", primary.as_str());
        categories.truncate(10);
        story.set("categories", categories);
    }
    tags.truncate(MOST_TAGS);
    story.add_page_tags(tags);
}

/// When it was or will be published. WordPress writes zeros for none, and for drafts the date of the feed.
fn date(item: &Item, status: &str) -> Option<String> {
    let written = |name: &str| item.text(name).filter(|text| !text.starts_with("0000"));
    let feed = item.text("pubDate").filter(|_| status == "published").and_then(dates::certain);
    written("wp:post_date_gmt")
        .and_then(dates::yaml)
        .or(feed)
        .or_else(|| written("wp:post_date").filter(|_| status == "published").and_then(dates::yaml))
}

#[cfg(test)]
mod tests;

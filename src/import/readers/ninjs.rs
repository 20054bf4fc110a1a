//! IPTC ninjs, versions 1 to 3, as leniently as they are written: an item, a collection, an array.
//!
//! Version 1 has one text a member (`headline`, `body_html`, `description_text`), 2 and 3 have arrays of
//! texts with roles; names are in lower case in the first two and in camel case in the third. Members are
//! therefore looked for without regard to case.

use super::{Read, Unreadable, lines};
use crate::post::{Story, dates};
use anyhow::{Context, bail};
use serde_json::{Map, Value, json};

type Object = Map<String, Value>;

/// Members that only ninjs has beside `uri`.
const SIGNS: [&str; 11] = [
    "versioncreated",
    "firstcreated",
    "contentcreated",
    "headlines",
    "bodies",
    "body_text",
    "body_html",
    "body_xhtml",
    "representationtype",
    "standard",
    "pubstatus",
];

/// Whether an object is an item of ninjs and no story as the API takes it.
pub fn is_item(members: &Object) -> bool {
    members.contains_key("uri") && SIGNS.iter().any(|name| member(members, name).is_some())
}

/// Reads an item, an array of items, or what holds them.
pub fn open(bytes: &[u8]) -> anyhow::Result<Read> {
    let text = crate::text::decode::decode(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let mut items = Vec::new();
    match serde_json::from_str(text) {
        Ok(value) => collect(value, &mut items),
        // an item a line
        Err(_) => return super::lines::open(crate::import::input::Input::of_bytes(bytes.to_vec())),
    }
    if items.is_empty() {
        bail!("no item of ninjs");
    }
    let read = |(at, item): (usize, Object)| (format!("[{at}]"), lines::of_object(item));
    Ok(Read::of(items.into_iter().enumerate().map(read).collect()))
}

fn collect(value: Value, items: &mut Vec<Object>) {
    match value {
        Value::Array(list) => list.into_iter().for_each(|item| collect(item, items)),
        Value::Object(mut members) => {
            let composite = text(&members, "type").is_some_and(|kind| kind == "composite");
            let held = ["items", "member", "members", "associations"]
                .into_iter()
                .find(|name| (composite || *name != "associations") && members.contains_key(*name));
            match held.and_then(|name| members.shift_remove(name)) {
                Some(Value::Object(named)) => {
                    named.into_iter().for_each(|(_, item)| collect(item, items))
                }
                Some(list) => collect(list, items),
                None => items.push(members),
            }
        }
        _ => {}
    }
}

/// A story from an item.
pub fn story(item: &Object) -> anyhow::Result<Story> {
    if text(item, "pubstatus").is_some_and(|status| status == "canceled") {
        bail!("the item is withdrawn (pubstatus canceled)");
    }
    if let Some(kind) = text(item, "type").filter(|kind| !["text", "composite"].contains(kind)) {
        bail!("the item is no text but of the type {kind}");
    }
    let mut story = Story::default();
    let headline =
        role(item, "headlines", "main").or_else(|| first(item, &["headline", "title", "slugline"]));
    story.set("headline", headline.context("the item has no headline")?);
    let summary = role(item, "descriptions", "summary")
        .or_else(|| first(item, &["description_text", "description_summary", "abstract"]));
    story.set_text("summary", summary);
    body(item, &mut story);
    story.set_text("byline", first(item, &["by", "byline"]));
    names(item, &mut story);
    story.set_text("language", first(item, &["language"]));
    story.set_text("usage_terms", first(item, &["usageterms"]));
    let own = alternative(item, "externalid").or_else(|| text(item, "uri").map(str::to_owned));
    story.set_text("external_id", own);
    story.set_text("slug", alternative(item, "slug"));
    if let Some(urgency) = member(item, "urgency").filter(|value| value.is_number()) {
        story.set("urgency", urgency.clone());
    }
    for (name, from) in [
        (
            "published_at",
            &["embargoed", "embargoeduntil", "contentcreated", "firstcreated", "versioncreated"][..],
        ),
        ("expires_at", &["expires"]),
    ] {
        let found = from.iter().find_map(|name| text(item, name)).and_then(dates::yaml);
        story.set_text(name, found);
    }
    page(item, &mut story);
    pictures(item, &mut story);
    Ok(story)
}

/// A member by its name in lower case.
fn member<'a>(item: &'a Object, name: &str) -> Option<&'a Value> {
    let named = |key: &&String| key.eq_ignore_ascii_case(name);
    item.get(name).or_else(|| item.get(item.keys().find(named)?)).filter(|value| !value.is_null())
}

fn text<'a>(item: &'a Object, name: &str) -> Option<&'a str> {
    member(item, name)?.as_str().filter(|text| !text.trim().is_empty())
}

fn first(item: &Object, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| text(item, name)).map(str::to_owned)
}

fn objects<'a>(item: &'a Object, name: &str) -> impl Iterator<Item = &'a Object> {
    let list: Vec<&Value> = match member(item, name) {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(Value::Object(named)) => named.values().collect(),
        _ => Vec::new(),
    };
    list.into_iter().filter_map(Value::as_object)
}

/// The text with a role, else the first one.
fn role(item: &Object, name: &str, role: &str) -> Option<String> {
    let texts: Vec<&Object> =
        objects(item, name).filter(|one| text(one, "value").is_some()).collect();
    let fits = |one: &&&Object| text(one, "role").is_some_and(|its| its.eq_ignore_ascii_case(role));
    let chosen = texts.iter().find(fits).or(texts.first())?;
    text(chosen, "value").map(str::to_owned)
}

fn body(item: &Object, story: &mut Story) {
    let bodies: Vec<&Object> = objects(item, "bodies").collect();
    let is_html = |one: &Object| {
        text(one, "contenttype").is_some_and(|kind| kind.contains("html"))
            || text(one, "role").is_some_and(|role| role == "richtext")
    };
    let marked = bodies.iter().find(|one| is_html(one)).and_then(|one| text(one, "value"));
    let marked = marked.or_else(|| text(item, "body_html")).or_else(|| text(item, "body_xhtml"));
    let plain =
        bodies.iter().find_map(|one| text(one, "value")).or_else(|| text(item, "body_text"));
    match (marked, plain) {
        (Some(html), _) => {
            story.set("body", html);
            story.set("body_format", "html");
        }
        (None, Some(text)) => story.set("body", text),
        (None, None) => {}
    }
}

/// Source, categories and tags.
fn names(item: &Object, story: &mut Story) {
    let named = |one: &Object| first(one, &["literal", "name"]);
    let sources: Vec<&Object> =
        ["infosources", "infosource"].iter().flat_map(|name| objects(item, name)).collect();
    let originator = sources
        .iter()
        .find(|one| text(one, "role").is_some_and(|role| role == "originator"))
        .or(sources.first());
    let source = originator.and_then(|one| first(one, &["name", "literal"]));
    story.set_text("source", source.or_else(|| first(item, &["source", "copyrightholder"])));
    let (mut categories, mut tags) = (Vec::new(), Vec::new());
    for subject in ["subjects", "subject"].iter().flat_map(|name| objects(item, name)) {
        let Some(name) = named(subject) else { continue };
        match text(subject, "rel") {
            Some("category") => categories.push(name),
            _ => tags.push(first(subject, &["name"]).unwrap_or(name)),
        }
    }
    for name in ["keywords", "keyword"] {
        match member(item, name) {
            Some(Value::Array(list)) => {
                let text = |one: &Value| {
                    one.as_str().map(str::to_owned).or_else(|| named(one.as_object()?))
                };
                tags.extend(list.iter().filter_map(text));
            }
            Some(Value::String(text)) => tags.extend(text.split(',').map(str::to_owned)),
            _ => {}
        }
    }
    if let Some(primary) = categories.first() {
        story.set("category", primary.as_str());
        story.set("categories", categories);
    }
    story.add_page_tags(tags);
}

fn alternative(item: &Object, role: &str) -> Option<String> {
    let mut ids = objects(item, "altids");
    let found = ids.find(|one| text(one, "role").is_some_and(|its| its.eq_ignore_ascii_case(role)));
    match found {
        Some(one) => text(one, "value").map(str::to_owned),
        // version 1 has an object of names and ids
        None => text(member(item, "altids")?.as_object()?, role).map(str::to_owned),
    }
}

/// The page the item is on.
fn page(item: &Object, story: &mut Story) {
    let is_page =
        |one: &&Object| text(one, "contenttype").is_some_and(|kind| kind.contains("html"));
    let address = objects(item, "renditions").find(is_page).and_then(|one| text(one, "href"));
    let uri = text(item, "uri").filter(|uri| uri.starts_with("http"));
    story.set_text("source_url", address.or(uri));
}

/// Its pictures and other media: the first picture is the story's.
fn pictures(item: &Object, story: &mut Story) {
    let mut media = Vec::new();
    for medium in objects(item, "associations") {
        let kind = match text(medium, "type") {
            Some("picture" | "graphic") => "image",
            Some("video") => "video",
            Some("audio") => "audio",
            _ => continue,
        };
        let size = |one: &&Object| member(one, "width").and_then(Value::as_i64).unwrap_or_default();
        let Some(rendition) = objects(medium, "renditions")
            .filter(|one| text(one, "href").is_some())
            .max_by_key(size)
        else {
            continue;
        };
        let mut members = Map::from_iter([("url".to_owned(), json!(text(rendition, "href")))]);
        let alt = role_only(medium, "descriptions", "alternative")
            .or_else(|| first(medium, &["alttext"]));
        let caption = role_only(medium, "descriptions", "caption")
            .or_else(|| first(medium, &["description_text", "headline"]));
        let credit = first(medium, &["creditline", "byline", "by"]);
        for (name, text) in [("alt", alt), ("caption", caption), ("credit", credit)] {
            members.extend(text.map(|text| (name.to_owned(), json!(text))));
        }
        for name in ["width", "height"] {
            let pixels =
                member(rendition, name).filter(|value| value.as_i64().is_some_and(|n| n > 0));
            members.extend(pixels.map(|pixels| (name.to_owned(), pixels.clone())));
        }
        if kind == "image" && story.get("image").is_none() {
            story.set("image", members);
        } else {
            members.insert("kind".to_owned(), json!(kind));
            media.push(Value::Object(members));
        }
    }
    if !media.is_empty() {
        story.set("media", media);
    }
}

/// The text with a role, and no other.
fn role_only(item: &Object, name: &str, wanted: &str) -> Option<String> {
    let mut texts = objects(item, name);
    let fits =
        |one: &&Object| text(one, "role").is_some_and(|its| its.eq_ignore_ascii_case(wanted));
    texts.find(fits).and_then(|one| text(one, "value")).map(str::to_owned)
}

/// Why an item is no story.
impl From<anyhow::Error> for Unreadable {
    fn from(error: anyhow::Error) -> Self {
        Unreadable::new(format!("{error:#}"))
    }
}

#[cfg(test)]
mod tests;

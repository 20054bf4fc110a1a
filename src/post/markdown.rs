//! Markdown with YAML front matter. The headline is the front matter's, else the leading
//! `# Heading`, which is then no part of the body.

use anyhow::{Context, bail};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::{Map, Value, json};

use super::{
    dates,
    story::{Story, fold},
};

/// Members that are one text, with the names authors use for them, best first.
const TEXTS: &[(&str, &[&str])] = &[
    ("headline", &["headline", "title"]),
    ("slug", &["slug"]),
    ("summary", &["summary", "description", "excerpt", "standfirst"]),
    ("byline", &["byline"]),
    ("source", &["source"]),
    ("source_url", &["source_url"]),
    ("external_id", &["external_id"]),
    ("language", &["language", "lang", "locale"]),
    ("translation_of", &["translation_of"]),
    ("canonical_url", &["canonical_url", "canonical"]),
    ("usage_terms", &["usage_terms"]),
];
const DATES: &[(&str, &[&str])] = &[
    ("published_at", &["published_at", "date", "publishdate", "pubdate", "publish_date"]),
    ("expires_at", &["expires_at", "expirydate"]),
    ("revised_at", &["revised_at", "lastmod", "updated"]),
];

/// Reads a Markdown file.
pub fn parse(text: &str) -> anyhow::Result<Story> {
    let text = text.trim_start_matches('\u{feff}');
    let (front, body) = split(text)?;
    let mut front = Front::read(front)?;
    let mut story = Story::default();
    for (member, names) in TEXTS {
        if let Some(text) = front.take_text(names)? {
            story.set_text(member, Some(text));
        }
    }
    for (member, names) in DATES {
        if let Some(text) = front.take_text(names)? {
            let Some(date) = dates::yaml(&text) else {
                bail!("front matter {}: {text:?} is not a date", names[1]);
            };
            story.set(member, date);
        }
    }
    let heading = leading_heading(body);
    let own = story.text("headline").map(fold);
    let body = match heading {
        Some((heading, rest)) if own.is_none() => {
            story.set("headline", heading);
            rest
        }
        Some((heading, rest)) if own == Some(fold(&heading)) => rest,
        _ => body,
    };
    if story.text("headline").is_none() {
        bail!("no headline: give `title:` in front matter, or begin with `# Heading`");
    }
    story.set("body", body.trim_start_matches(['\n', '\r']).trim_end());
    story.set("body_format", "markdown");
    front.status(&mut story)?;
    front.lists(&mut story)?;
    front.rest(&mut story);
    Ok(story)
}

/// The front matter between two lines of three dashes, and what follows it.
fn split(text: &str) -> anyhow::Result<(&str, &str)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    match first.trim_end() {
        "---" => {}
        "+++" => bail!("front matter in TOML (`+++`) is not read; use YAML (`---`)"),
        _ => return Ok(("", text)),
    }
    let mut at = first.len();
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return Ok((&text[first.len()..at], &text[at + line.len()..]));
        }
        at += line.len();
    }
    bail!("front matter has no closing `---`")
}

/// The text of a first-level heading at the start, and what follows it.
fn leading_heading(body: &str) -> Option<(String, &str)> {
    let mut events = Parser::new_ext(body, Options::empty()).into_offset_iter();
    let (first, range) = events.next()?;
    let Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) = first else {
        return None;
    };
    let mut heading = String::new();
    for (event, _) in events {
        match event {
            Event::End(TagEnd::Heading(_)) => break,
            Event::Text(text) | Event::Code(text) => heading.push_str(&text),
            Event::SoftBreak | Event::HardBreak => heading.push(' '),
            _ => {}
        }
    }
    let heading = heading.trim().to_owned();
    (!heading.is_empty()).then(|| (heading, &body[range.end..]))
}

/// The front matter's members not used yet, by name in lower case.
struct Front(Map<String, Value>);

impl Front {
    fn read(yaml: &str) -> anyhow::Result<Self> {
        let value: serde_yaml_ng::Value =
            serde_yaml_ng::from_str(yaml).context("front matter is not valid YAML")?;
        // By way of JSON: keys must be texts, and tags mean nothing here.
        match serde_json::to_value(value).context("front matter has keys that are not texts")? {
            Value::Null => Ok(Self(Map::new())),
            Value::Object(members) => {
                let lower = |(name, value): (String, Value)| (name.to_lowercase(), value);
                Ok(Self(members.into_iter().map(lower).collect()))
            }
            _ => bail!("front matter is not a list of `name: value`"),
        }
    }

    /// Takes the first of these that is there; the others go with it.
    fn take(&mut self, names: &[&str]) -> Option<Value> {
        let mut found = None;
        for name in names {
            let value = self.0.shift_remove(*name).filter(|value| !value.is_null());
            found = found.or(value);
        }
        found
    }

    fn take_text(&mut self, names: &[&str]) -> anyhow::Result<Option<String>> {
        match self.take(names) {
            None => Ok(None),
            Some(value) => match plain(&value) {
                Some(text) => Ok(Some(text)),
                None => bail!("front matter {}: a text is needed", names.join(" or ")),
            },
        }
    }

    fn take_list(&mut self, names: &[&str]) -> Vec<Value> {
        match self.take(names) {
            None => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(Value::String(text)) => text.split(',').map(|part| part.trim().into()).collect(),
            Some(one) => vec![one],
        }
    }

    fn status(&mut self, story: &mut Story) -> anyhow::Result<()> {
        let draft = self.take(&["draft"]).and_then(|value| value.as_bool());
        let published = self.take(&["published"]).and_then(|value| value.as_bool());
        let status = self.take_text(&["status"])?.map(|status| status.to_lowercase());
        let status = status.or(match draft.or(published.map(|published| !published)) {
            Some(true) => Some("draft".to_owned()),
            Some(false) => Some("published".to_owned()),
            None => None,
        });
        story.set_text("status", status);
        Ok(())
    }

    fn lists(&mut self, story: &mut Story) -> anyhow::Result<()> {
        let texts = |list: Vec<Value>| -> Vec<String> { list.iter().filter_map(plain).collect() };
        story.add_tags(texts(self.take_list(&["tags", "keywords"])));
        let categories = texts(self.take_list(&["categories"]));
        let category = self.take_text(&["category", "section"])?;
        let category = category.or(categories.first().cloned());
        story.set_text("category", category.as_ref());
        if let Some(primary) = category.filter(|_| categories.len() > 1) {
            let others = categories.into_iter().filter(|name| *name != primary);
            let all: Vec<String> = std::iter::once(primary.clone()).chain(others).collect();
            story.set("categories", all);
        }
        let authors: Vec<Value> = match self.take(&["authors", "author"]) {
            Some(Value::Array(list)) => list,
            Some(one) => vec![one],
            None => Vec::new(),
        };
        let authors: Vec<Value> = authors
            .into_iter()
            .map(|author| match author {
                Value::Object(author) => pick(&author, &["name", "url"]),
                name => json!({ "name": plain(&name) }),
            })
            .collect();
        if !authors.is_empty() {
            story.set("authors", authors);
        }
        let alt = self.take_text(&["image_alt", "image_caption"])?;
        match self.take(&["image", "cover", "featured_image"]) {
            Some(Value::Object(mut image)) => {
                for name in ["src", "image"] {
                    if let Some(url) = image.shift_remove(name) {
                        image.entry("url").or_insert(url);
                    }
                }
                let members = ["url", "alt", "caption", "credit", "width", "height"];
                story.set("image", pick(&image, &members));
            }
            Some(Value::String(url)) => {
                let mut image = Map::new();
                image.insert("url".into(), url.into());
                image.extend(alt.map(|alt| ("alt".to_owned(), alt.into())));
                story.set("image", image);
            }
            _ => {}
        }
        Ok(())
    }

    /// Members that go as they are, and a note of those that go nowhere.
    fn rest(mut self, story: &mut Story) {
        for name in ["featured", "urgency", "metadata", "media"] {
            if let Some(value) = self.take(&[name]) {
                story.set(name, value);
            }
        }
        story.notes.extend(self.0.keys().map(|name| format!("front matter `{name}` is not used")));
    }
}

/// A text, number or truth as text.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn pick(from: &Map<String, Value>, names: &[&str]) -> Value {
    let member = |name: &&str| from.get(*name).map(|value| ((*name).to_owned(), value.clone()));
    Value::Object(names.iter().filter_map(member).collect())
}

#[cfg(test)]
mod tests;

//! JSON Feed 1.0 and 1.1.

use super::{
    Entry, Feed, Kind, MOST_AUTHORS, MOST_ENTRIES, Medium, Person, Text, Unreadable, absolute,
    date, words,
};
use serde_json::Value;
use std::sync::Arc;
use url::Url;

/// Reads a JSON Feed.
pub(super) fn read(text: &str, base: Option<&Url>) -> Result<Feed, Unreadable> {
    let feed: Value = serde_json::from_str(text).map_err(|_| Unreadable::Json)?;
    let items = feed.get("items").and_then(Value::as_array).ok_or(Unreadable::Json)?;
    // those of a feed are all its entries': they are kept once
    let written_by = authors(&feed);
    let home = word(&feed, "home_page_url").map(|url| absolute(base, &url));
    Ok(Feed {
        title: word(&feed, "title"),
        home,
        language: word(&feed, "language"),
        entries: items
            .iter()
            .take(MOST_ENTRIES)
            .map(|item| entry(item, &written_by, base))
            .collect(),
    })
}

/// A member that is a text with something in it. An id may be a number: 1.0 allowed that.
fn word(value: &Value, name: &str) -> Option<String> {
    let word = match value.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!word.is_empty()).then_some(word)
}

fn entry(item: &Value, feed_authors: &Arc<[Person]>, base: Option<&Url>) -> Entry {
    let plain = |name| word(item, name).map(|value| Text { value, kind: Kind::Plain });
    let html = word(item, "content_html").map(|value| Text { value, kind: Kind::Html });
    let date = |name| word(item, name).and_then(|text| date::read(&text));
    let picture = |name| {
        word(item, name).map(|url| Medium {
            url: absolute(base, &url),
            medium: Some("image".to_owned()),
            ..Medium::default()
        })
    };
    let list = |name: &str| item.get(name).and_then(Value::as_array).into_iter().flatten();
    let mut written_by = authors(item);
    if written_by.is_empty() {
        written_by = feed_authors.clone();
    }
    let link = word(item, "url").or_else(|| word(item, "external_url"));
    Entry {
        id: word(item, "id"),
        link: link.map(|link| absolute(base, &link)),
        title: plain("title"),
        summary: plain("summary"),
        content: html.or_else(|| plain("content_text")),
        authors: written_by,
        published: date("date_published"),
        updated: date("date_modified"),
        tags: words::tags(list("tags").filter_map(Value::as_str).map(str::to_owned).collect()),
        language: word(item, "language"),
        rights: None,
        image: picture("image").or_else(|| picture("banner_image")),
        media: list("attachments").filter_map(|found| attachment(found, base)).take(100).collect(),
    }
}

/// `authors`, or the `author` of 1.0.
fn authors(value: &Value) -> Arc<[Person]> {
    let listed = value.get("authors").and_then(Value::as_array);
    let one = value.get("author").filter(|_| listed.is_none());
    let all = listed.into_iter().flatten().chain(one);
    all.filter_map(|author| Some(Person { name: word(author, "name")?, url: word(author, "url") }))
        .take(MOST_AUTHORS)
        .collect()
}

fn attachment(value: &Value, base: Option<&Url>) -> Option<Medium> {
    let number = |name| value.get(name).and_then(Value::as_u64);
    Some(Medium {
        url: absolute(base, &word(value, "url")?),
        media_type: word(value, "mime_type").map(|kind| kind.to_ascii_lowercase()),
        bytes: number("size_in_bytes"),
        seconds: number("duration_in_seconds"),
        caption: word(value, "title"),
        ..Medium::default()
    })
}

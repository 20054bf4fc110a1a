//! What goes with a story: enclosures, Media RSS, the pictures of podcasts.

use super::xml::{Element, Vocabulary as V};
use super::{Medium, absolute};
use url::Url;

/// More of one entry are not read.
const MOST: usize = 100;

/// The picture of an entry, and everything that goes with it.
pub(super) fn read(entry: &Element, base: Option<&Url>) -> (Option<Medium>, Vec<Medium>) {
    let (mut image, mut media) = (None, Vec::new());
    collect(entry, base, &mut image, &mut media, 0);
    media.dedup_by(|one, other| one.url == other.url);
    media.truncate(MOST);
    let picture = media.iter().find(|medium| medium.is_image()).cloned();
    (picture.or(image), media)
}

impl Medium {
    /// Whether it is a picture.
    pub fn is_image(&self) -> bool {
        self.medium.as_deref() == Some("image")
            || self.media_type.as_deref().is_some_and(|kind| kind.starts_with("image/"))
    }
}

fn collect(
    element: &Element,
    base: Option<&Url>,
    image: &mut Option<Medium>,
    media: &mut Vec<Medium>,
    depth: usize,
) {
    for child in element.elements() {
        match (child.vocabulary, child.name.as_str()) {
            (V::Core, "enclosure") => media.extend(enclosure(child, "url", base)),
            (V::Core | V::Atom, "link") if child.attribute("rel") == Some("enclosure") => {
                media.extend(enclosure(child, "href", base));
            }
            (V::Media, "group") if depth == 0 => collect(child, base, image, media, 1),
            (V::Media, "content") => {
                media.extend(media_rss(child, base));
                if image.is_none() {
                    *image =
                        child.find(V::Media, "thumbnail").and_then(|found| media_rss(found, base));
                }
            }
            (V::Media, "thumbnail") if image.is_none() => *image = media_rss(child, base),
            (V::Podcast, "image") if image.is_none() => *image = enclosure(child, "href", base),
            _ => {}
        }
    }
}

fn enclosure(element: &Element, address: &str, base: Option<&Url>) -> Option<Medium> {
    let url = element.attribute(address).filter(|url| !url.trim().is_empty())?;
    Some(Medium {
        url: absolute(base, url),
        media_type: element.attribute("type").map(|kind| kind.trim().to_ascii_lowercase()),
        bytes: number(element, "length"),
        ..Medium::default()
    })
}

fn media_rss(element: &Element, base: Option<&Url>) -> Option<Medium> {
    let text = |name| element.find(V::Media, name).and_then(Element::text);
    let pixels = |name| number(element, name).and_then(|pixels| u32::try_from(pixels).ok());
    let medium = match (element.attribute("medium"), element.name.as_str()) {
        (Some(medium), _) => Some(medium.trim().to_ascii_lowercase()),
        (None, "thumbnail") => Some("image".to_owned()),
        (None, _) => None,
    };
    Some(Medium {
        medium,
        bytes: number(element, "filesize"),
        seconds: number(element, "duration"),
        width: pixels("width"),
        height: pixels("height"),
        caption: text("description").or_else(|| text("title")),
        credit: text("credit"),
        ..enclosure(element, "url", base)?
    })
}

fn number(element: &Element, name: &str) -> Option<u64> {
    element.attribute(name).and_then(|value| value.trim().parse().ok())
}

/// What Media RSS says of the entry itself, or of the group in it.
pub(super) fn described(entry: &Element) -> Option<String> {
    let own = entry.find(V::Media, "description");
    let group = entry.find(V::Media, "group").and_then(|group| group.find(V::Media, "description"));
    own.or(group).and_then(Element::text)
}

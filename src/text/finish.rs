//! What cleaning by a list of allowed tags cannot do: addresses are made whole, pictures that only count
//! readers go, what is embedded becomes a link unless its host is trusted, and what else a page may not say
//! of a tag is set right.

mod counters;

use std::borrow::Cow;
use std::collections::HashSet;

use url::Url;

use super::limits::MAX_GROWTH;
use super::tag::{Tag, escape, tag_end};
use counters::{is_below, is_counter};

/// Where a body is shown, as far as that changes what is made of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting<'a> {
    /// The page that the story was on: what its addresses are relative to.
    pub page: Option<&'a str>,
    /// Hosts whose frames are kept, with all below them.
    pub embed_hosts: &'a [String],
}

/// Attributes that hold an address.
const ADDRESSES: &[&str] = &["href", "src", "poster", "cite"];

/// Attributes that hold a size in pixels.
const SIZES: &[&str] = &["width", "height"];

/// Attributes that only what leads somewhere has.
const ABOUT_LINKS: &[&str] = &["rel", "hreflang"];

/// What a kept frame may do: run its own scripts in its own origin, and open what a reader clicks.
const SANDBOX: &str = "allow-scripts allow-same-origin allow-popups allow-presentation";

/// `html`, which was cleaned, as readers get it.
pub(super) fn finish(html: String, setting: Setting<'_>) -> String {
    let base = setting.page.and_then(|page| Url::parse(page).ok());
    let base = base.filter(|base| matches!(base.scheme(), "http" | "https"));
    let mut out = String::with_capacity(html.len() + html.len() / 16);
    // the address of the page may be long, and stands before each relative one
    let mut left = html.len() * MAX_GROWTH.0 + MAX_GROWTH.1;
    let mut named = HashSet::new();
    let mut rest = html.as_str();
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = tag_end(rest);
        let (text, after) = rest.split_at(end);
        rest = after;
        let Some(mut tag) = Tag::read(text) else {
            // of a page that is not the one the story will be on
            out.push_str(if text == "</main>" { "</div>" } else { text });
            continue;
        };
        let completed = base.as_ref().is_some_and(|base| tag.complete(base, &mut left));
        let repeats = tag.get("id").is_some_and(|id| !named.insert(id.to_owned()));
        if repeats {
            tag.attributes.retain(|(name, _)| *name != "id");
        }
        let changed = tag.tidy() || completed || repeats;
        match tag.name {
            "img" if tag.counts_readers() => {}
            "iframe" => {
                // what stands within is for browsers that know no frames
                let close = rest.find("</iframe>").map_or(rest.len(), |at| at + "</iframe>".len());
                rest = &rest[close..];
                out.push_str(&tag.frame(setting.embed_hosts));
            }
            _ if changed => tag.write(&mut out),
            _ => out.push_str(text),
        }
    }
    out.push_str(rest);
    out
}

impl Tag<'_> {
    /// Makes its relative addresses whole, as many as fit what is left; whether there were any.
    fn complete(&mut self, base: &Url, left: &mut usize) -> bool {
        let mut changed = false;
        for (name, value) in &mut self.attributes {
            let whole = match *name {
                "srcset" => Some(candidates(value, base, left)),
                name if ADDRESSES.contains(&name) => whole(value, base, left),
                _ => None,
            };
            if let Some(whole) = whole {
                *value = whole.into();
                changed = true;
            }
        }
        changed
    }

    /// Sets right what may not be said of it on a page; whether there was anything.
    fn tidy(&mut self) -> bool {
        let before = self.attributes.clone();
        match self.name {
            "main" => {
                self.name = "div";
                return true;
            }
            // it leads nowhere: its address was none
            "a" if self.get("href").is_none() => {
                self.attributes.retain(|(name, _)| !ABOUT_LINKS.contains(name));
            }
            "img" | "video" | "source" | "iframe" => {
                self.attributes
                    .retain(|(name, value)| !SIZES.contains(name) || pixels(value).is_some());
                for (name, value) in &mut self.attributes {
                    if let Some(number) = pixels(value).filter(|_| SIZES.contains(name)) {
                        *value = number.to_owned().into();
                    }
                }
                if self.name == "img" && self.get("alt").is_none() {
                    // else its address is read out
                    self.attributes.push(("alt", "".into()));
                }
            }
            _ => {}
        }
        self.attributes != before
    }

    /// Whether it is a picture of a pixel, or of nothing, or from somebody who counts.
    fn counts_readers(&self) -> bool {
        let is_dot = |name| self.get(name).is_some_and(|size| matches!(size, "0" | "1"));
        let Some(source) = self.get("src").or_else(|| self.get("srcset")) else {
            // what it showed was no address; its words may be some
            return self.get("alt").is_none_or(|alt| alt.trim().is_empty());
        };
        is_dot("width") || is_dot("height") || is_counter(source)
    }

    /// What becomes of a frame.
    fn frame(&self, trusted: &[String]) -> String {
        let source = self.get("src").and_then(|source| Url::parse(source.trim()).ok());
        let Some(source) = source.filter(|url| matches!(url.scheme(), "http" | "https")) else {
            return String::new();
        };
        let host = source.host_str().unwrap_or_default();
        let is_trusted = trusted.iter().any(|trusted| is_below(host, trusted));
        if is_counter(source.as_str()) {
            return String::new();
        }
        let label = self.get("title").map(str::trim).filter(|title| !title.is_empty());
        let mut attributes: Vec<(&str, Cow<'_, str>)> = Vec::new();
        let mut out = String::new();
        if is_trusted && source.scheme() == "https" {
            attributes.push(("src", source.as_str().into()));
            // it is told by its host where it has no name
            attributes.push(("title", label.unwrap_or(host).into()));
            for name in SIZES {
                attributes.extend(self.get(name).map(|value| (*name, value.into())));
            }
            attributes.push(("sandbox", SANDBOX.into()));
            attributes.push(("referrerpolicy", "strict-origin-when-cross-origin".into()));
            attributes.push(("loading", "lazy".into()));
            attributes.push(("allowfullscreen", "".into()));
            Tag { name: "iframe", attributes }.write(&mut out);
            out.push_str("</iframe>");
        } else {
            attributes.push(("href", source.as_str().into()));
            attributes.push(("rel", "noopener noreferrer".into()));
            Tag { name: "a", attributes }.write(&mut out);
            escape(label.unwrap_or(host), &mut out);
            out.push_str("</a>");
        }
        out
    }
}

/// A relative address made whole; none of one that is whole, or points into the story itself, or is longer
/// than what is left.
fn whole(address: &str, base: &Url, left: &mut usize) -> Option<String> {
    let address = address.trim();
    let relative = Url::parse(address) == Err(url::ParseError::RelativeUrlWithoutBase);
    if !relative || address.starts_with('#') || base.as_str().len() + address.len() > *left {
        return None;
    }
    let whole = String::from(base.join(address).ok()?);
    *left = left.saturating_sub(whole.len());
    Some(whole)
}

/// The candidates of a `srcset` made whole, read as HTML reads them: an address ends with white space or
/// with commas that white space follows, and what is said of it with the next comma.
fn candidates(list: &str, base: &Url, left: &mut usize) -> String {
    let mut found: Vec<String> = Vec::new();
    let mut rest = list;
    loop {
        rest = rest.trim_start_matches(|c: char| c == ',' || c.is_ascii_whitespace());
        if rest.is_empty() {
            return found.join(", ");
        }
        let (told, after) =
            rest.split_at(rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len()));
        let address = told.trim_end_matches(',');
        let (size, after) = match address.len() < told.len() {
            true => ("", after),
            false => after.split_once(',').unwrap_or((after, "")),
        };
        let address = whole(address, base, left).unwrap_or_else(|| address.to_owned());
        found.push(format!("{address} {}", size.trim()).trim_end().to_owned());
        rest = after;
    }
}

/// A size as HTML has it, a number of pixels; none of any other.
fn pixels(value: &str) -> Option<&str> {
    let value = value.trim();
    let number = value.strip_suffix("px").unwrap_or(value).trim_end();
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some(number)
}

#[cfg(test)]
mod tests;

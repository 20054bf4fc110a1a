//! The cleaning of HTML: what a body may say on our readers' pages.
//!
//! An allow-list applied to a parsed tree, by `ammonia`. What stays is the
//! markup of a story: headings, paragraphs, lists, quotations, tables,
//! figures, pictures, sound and video, links, and the language and direction
//! of each. What goes is whatever runs, styles, embeds or asks for input; its
//! text stays unless it was never meant to be read (`<script>`, `<noscript>`)
//! or says nothing without its markup (`<svg>`, `<math>`).

use std::borrow::Cow;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use url::{ParseError, Url};

use super::{limits, plain};

/// Tags that go with everything in them.
const UNREADABLE: &[&str] = &[
    "button", "datalist", "math", "noembed", "noframes", "noscript", "script", "select", "style",
    "svg", "template", "textarea", "title", "xmp",
];

/// Tags beyond those `ammonia` allows by itself.
const MORE_TAGS: &[&str] =
    &["address", "audio", "iframe", "main", "picture", "section", "source", "tfoot", "video"];

/// The schemes a link or a picture may have; an address without one stays too.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// In front of every `id`, so that a story cannot take the name of something
/// on the page it is shown in.
const ID_PREFIX: &str = "story-";

static POLICY: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut policy = Builder::default();
    policy
        .add_tags(MORE_TAGS)
        .add_clean_content_tags(UNREADABLE)
        .add_generic_attributes(["dir", "id"])
        .add_tag_attributes("audio", ["src", "loop", "preload"])
        .add_tag_attributes("data", ["value"])
        .add_tag_attributes("details", ["open"])
        // what becomes of it is decided in `finish`
        .add_tag_attributes("iframe", ["src", "title", "width", "height"])
        .add_tag_attributes("img", ["srcset", "sizes", "loading"])
        .add_tag_attributes("li", ["value"])
        .add_tag_attributes("ol", ["reversed", "type"])
        .add_tag_attributes(
            "source",
            ["src", "srcset", "sizes", "type", "media", "width", "height"],
        )
        .add_tag_attributes("time", ["datetime"])
        .add_tag_attributes("video", ["src", "poster", "width", "height", "loop", "preload"])
        .set_tag_attribute_value("audio", "controls", "")
        .set_tag_attribute_value("video", "controls", "")
        .add_allowed_classes("sup", ["footnote-reference", "footnote-definition-label"])
        .add_allowed_classes("div", ["footnote-definition"])
        .url_schemes(SCHEMES.iter().copied().collect())
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(clean_attribute);
    policy
});

/// `html` reduced to what may be shown. Markup that is nested or broken beyond
/// what `limits` allows comes back as its paragraphs of text alone.
pub(super) fn clean(html: &str) -> String {
    let html = limits::without_giant_tags(html);
    if limits::is_bearable(&html) {
        POLICY.clean(&html).to_string()
    } else {
        from_text(&plain::of_html(&html))
    }
}

/// Text as HTML: blank lines part paragraphs, single ones are line breaks.
pub(super) fn from_text(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    for paragraph in paragraphs(text) {
        html.push_str(if html.is_empty() { "<p>" } else { "\n<p>" });
        for (n, line) in paragraph.into_iter().enumerate() {
            html.push_str(if n == 0 { "" } else { "<br>\n" });
            escape(line, &mut html);
        }
        html.push_str("</p>");
    }
    html
}

/// The lines of each paragraph of `text`, whose lines end in `\n`.
pub(super) fn paragraphs(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let mut lines = text.split('\n').peekable();
    std::iter::from_fn(move || {
        while lines.next_if(|line| line.trim().is_empty()).is_some() {}
        let paragraph: Vec<&str> =
            std::iter::from_fn(|| lines.next_if(|line| !line.trim().is_empty())).collect();
        (!paragraph.is_empty()).then_some(paragraph)
    })
}

/// Escapes what would be markup between tags, where quotation marks are not.
fn escape(text: &str, html: &mut String) {
    for piece in text.split_inclusive(['&', '<', '>']) {
        let end = piece.len() - usize::from(piece.ends_with(['&', '<', '>']));
        html.push_str(&piece[..end]);
        html.push_str(match &piece[end..] {
            "&" => "&amp;",
            "<" => "&lt;",
            ">" => "&gt;",
            other => other,
        });
    }
}

/// What the allow-list cannot say: values that are addresses in disguise, and
/// names that must stay inside the story.
fn clean_attribute<'u>(_tag: &str, name: &str, value: &'u str) -> Option<Cow<'u, str>> {
    match name {
        "id" => (!value.is_empty()).then(|| within(value)),
        // the cells of a table that are its headings
        "headers" => {
            Some(value.split_ascii_whitespace().map(within).collect::<Vec<_>>().join(" ").into())
        }
        "href" => Some(match value.strip_prefix('#') {
            Some(id) if !id.is_empty() => format!("#{}", within(id)).into(),
            _ => value.into(),
        }),
        "cite" => is_safe(value).then(|| value.into()),
        // Candidates are parted by commas, which addresses may hold as well:
        // a piece that is not an address of its own only has no scheme.
        "srcset" => value.split(',').all(|piece| is_safe(piece.trim())).then(|| value.into()),
        "dir" => ["ltr", "rtl", "auto"]
            .iter()
            .any(|dir| value.eq_ignore_ascii_case(dir))
            .then(|| value.into()),
        _ => Some(value.into()),
    }
}

/// A name as one that stays inside the story.
fn within(id: &str) -> Cow<'_, str> {
    match id.starts_with(ID_PREFIX) {
        true => id.into(),
        false => format!("{ID_PREFIX}{id}").into(),
    }
}

fn is_safe(address: &str) -> bool {
    match Url::parse(address) {
        Ok(url) => SCHEMES.contains(&url.scheme()),
        Err(error) => error == ParseError::RelativeUrlWithoutBase,
    }
}

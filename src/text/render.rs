//! Rendering: a body in any format becomes clean HTML, plain text and a count
//! of words.
//!
//! Two megabytes take milliseconds as text, a tenth of a second or two as
//! ordinary markup and a second or two as markup made to hurt, so callers with
//! large bodies keep this off the async workers.

use std::borrow::Cow;

use pulldown_cmark::{Options, Parser};
use unicode_segmentation::UnicodeSegmentation;

pub use super::finish::Setting;
use super::finish::finish;
use super::{html, plain, search};

/// How fast a reader is taken to read.
const WORDS_PER_MINUTE: u32 = 200;

/// What a body is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFormat {
    /// Plain text: blank lines part paragraphs.
    Text,
    /// CommonMark with tables, strikethrough and footnotes.
    Markdown,
    /// HTML, of which the harmless part is kept.
    Html,
}

/// What readers see of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Safe to put into any page as it is.
    pub html: String,
    /// The same without markup: a blank line between paragraphs, none around.
    pub text: String,
    /// The words of `text` by Unicode's word boundaries.
    pub word_count: u32,
    /// The words of `text` as search takes them.
    pub words: String,
}

/// Renders a body as it is, wherever it was.
pub fn render(body: &str, format: BodyFormat) -> Rendered {
    render_in(body, format, Setting::default())
}

/// Renders a body that was on a page.
pub fn render_in(body: &str, format: BodyFormat, setting: Setting<'_>) -> Rendered {
    let body = unix_lines(body);
    let (html, text) = match format {
        BodyFormat::Text => {
            let paragraphs: Vec<String> =
                html::paragraphs(&body).map(|lines| lines.join("\n")).collect();
            (html::from_text(&body), paragraphs.join("\n\n"))
        }
        BodyFormat::Markdown => with_text(finish(html::clean(&from_markdown(&body)), setting)),
        BodyFormat::Html => with_text(finish(html::clean(&body), setting)),
    };
    Rendered { html, word_count: count_words(&text), words: words(&text), text }
}

/// The text of markup, which is not cleaned first: a blank line between paragraphs, none around.
pub fn plain_text(html: &str) -> String {
    plain::of_html(html)
}

/// The words of a plain text as search takes them.
pub fn words(text: &str) -> String {
    search::document(text, &mut search::Budget::default())
}

/// How many words a text has. Scripts that part words by spaces are counted by
/// word; Chinese and Japanese by character, Thai, Lao, Khmer and Burmese by
/// cluster, since finding their words takes a dictionary.
pub fn count_words(text: &str) -> u32 {
    u32::try_from(text.unicode_words().count()).unwrap_or(u32::MAX)
}

/// Minutes to read that many words: 200 a minute, rounded up.
pub fn reading_minutes(word_count: u32) -> u32 {
    word_count.div_ceil(WORDS_PER_MINUTE)
}

fn with_text(html: String) -> (String, String) {
    let text = plain::of_html(&html);
    (html, text)
}

fn from_markdown(body: &str) -> String {
    let extensions =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut html = String::with_capacity(body.len() * 5 / 4);
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(body, extensions));
    html
}

/// The same text with every line ended by `\n` alone.
fn unix_lines(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests;

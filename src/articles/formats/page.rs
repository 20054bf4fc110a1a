//! A story as a page to read: complete in itself, without any script, right to left where due.
//!
//! The body is the cleaned HTML of the story; everything else is escaped by the templates. The words that
//! are ours are English and marked as that.

mod head;

use super::{Site, byline, credit, is_lead, revised, title, uri};
use crate::articles::views::ArticleState;
use crate::articles::views::life::Correction;
use crate::articles::views::output::ArticleSummary;
use crate::articles::views::parts::MediaKind;
use crate::articles::views::refs::{Image, Media, SourceRef};
use crate::categories::views::CategoryRef;
use crate::text::scrollable::scrollable;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const STYLE: &str = include_str!("page.css");

/// What the `Content-Security-Policy` says of the page's own style.
static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(STYLE))));

/// The `Content-Security-Policy` of these pages: pictures, sound and film from anywhere, frames of the hosts
/// whose frames stay in bodies and of those below them, the page's own style, and nothing else.
pub fn policy(embed_hosts: &[String]) -> String {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    let hosts = embed_hosts.iter().map(|host| host.trim());
    let hosts = hosts.filter(|host| !host.is_empty() && host.bytes().all(fine));
    let frames: String = hosts.map(|host| format!(" https://{host} https://*.{host}")).collect();
    let frames = if frames.is_empty() { frames } else { format!("frame-src{frames}; ") };
    format!(
        "default-src 'none'; img-src http: https:; media-src http: https:; {frames}style-src {}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        *STYLE_HASH
    )
}

/// The page.
pub fn page(story: &ArticleSummary, site: Site<'_>) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang=(story.language) dir=(story.direction.as_str()) {
            head { (head::head(story, site)) }
            body {
                div.page {
                    header { (breadcrumb(story, site)) }
                    main { (article(story)) }
                }
            }
        }
    };
    legal(markup.into_string())
}

/// Without the characters that no HTML may hold, escaped or not.
fn legal(mut page: String) -> String {
    let fine = |c: char| {
        let kept = matches!(c, '\t' | '\n' | '\u{c}' | '\r');
        let nothing = matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32 & 0xfffe) == 0xfffe;
        kept || !(c.is_control() || nothing)
    };
    page.retain(fine);
    page
}

/// A word of ours.
fn ours(word: &str) -> Markup {
    html! { span lang="en" dir="ltr" { (word) } }
}

fn breadcrumb(story: &ArticleSummary, site: Site<'_>) -> Markup {
    html! {
        nav.crumbs aria-label="Breadcrumb" {
            ol {
                li { a href={ (site.addresses.public_url) "/" } { (ours("Home")) } }
                @for crumb in &story.breadcrumb { li { "› " (category(crumb, site)) } }
            }
        }
    }
}

/// Its page, where there is one for readers.
fn category(crumb: &CategoryRef, site: Site<'_>) -> Markup {
    let page = site.addresses.category_page(&crumb.id, &crumb.slug);
    html! {
        @if site.addresses.category_url.is_some() {
            a href=(page) { (crumb.name) }
        } @else {
            (crumb.name)
        }
    }
}

fn article(story: &ArticleSummary) -> Markup {
    html! {
        article {
            header {
                h1 { (title(story)) }
                @if let Some(summary) = &story.summary { p.standfirst { (summary) } }
                @if let Some(line) = byline(story) { p.byline dir="auto" { (line) } }
                (dates(story))
            }
            @if let Some(image) = &story.image { (picture(image)) }
            div.body { (PreEscaped(scrollable(story.body_html.as_deref().unwrap_or_default()))) }
            @for medium in story.media.iter().filter(|one| !is_lead(story, one)) { (media(medium)) }
            (corrections(&story.corrections))
            footer.about { (footer(story)) }
        }
    }
}

fn dates(story: &ArticleSummary) -> Markup {
    html! {
        p.dates {
            @if story.state != ArticleState::Live {
                (ours(&format!("Not public: {}", state(story.state)))) " "
            }
            @if let Some(published) = &story.published_at { (time(published)) }
            @if let Some(revised) = shown_as_revised(story) {
                " · " (ours("Updated")) " " (time(revised))
            }
        }
    }
}

/// When it was changed for readers, where they can tell that from when it was published.
fn shown_as_revised(story: &ArticleSummary) -> Option<&str> {
    let published = story.published_at.as_deref().map(minute);
    revised(story).filter(|revised| Some(minute(revised)) != published)
}

/// A time as it is on the wire, up to its minute.
fn minute(time: &str) -> &str {
    time.get(..16).unwrap_or(time)
}

fn state(state: ArticleState) -> &'static str {
    match state {
        ArticleState::Draft => "a draft",
        ArticleState::Scheduled => "scheduled",
        ArticleState::Live => "live",
        ArticleState::Expired => "expired",
        ArticleState::Retracted => "retracted",
        ArticleState::Trashed => "in the trash",
    }
}

/// A time as it is on the wire, to the minute.
fn time(time: &str) -> Markup {
    let shown = minute(time).replace('T', " ");
    html! { time datetime=(time) dir="ltr" { (shown) " UTC" } }
}

fn caption(text: Option<&str>, credit: Option<&str>) -> Markup {
    html! {
        @if text.is_some() || credit.is_some() {
            figcaption dir="auto" {
                @if let Some(text) = text { (text) " " }
                @if let Some(credit) = credit { small { "(" (credit) ")" } }
            }
        }
    }
}

fn picture(image: &Image) -> Markup {
    let Image { url, alt, caption: text, credit, width, height } = image;
    html! {
        @if let Some(address) = uri(url) {
            figure {
                img src=(address) alt=(alt.as_deref().unwrap_or_default()) width=[width] height=[height];
                (caption(text.as_deref(), credit.as_deref()))
            }
        }
    }
}

fn media(medium: &Media) -> Markup {
    let Media { kind, url, alt, caption: text, credit, width, height, .. } = medium;
    let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let (alt, text) = (said(alt), said(text));
    let label = alt.as_deref().or(text.as_deref());
    // a document is named by what would stand under it
    let text = text.as_deref().filter(|_| *kind != MediaKind::Document || alt.is_some());
    html! {
        @if let Some(address) = uri(url) {
            figure {
                @match kind {
                    MediaKind::Image => {
                        img src=(address) alt=(alt.as_deref().unwrap_or_default()) width=[width] height=[height];
                    }
                    MediaKind::Video => {
                        video src=(address) controls preload="none" aria-label=[label] width=[width] height=[height] {}
                    }
                    MediaKind::Audio => { audio src=(address) controls preload="none" aria-label=[label] {} }
                    MediaKind::Document => { a href=(address) { (label.unwrap_or(&address)) } }
                }
                (caption(text, credit.as_deref()))
            }
        }
    }
}

fn corrections(notes: &[Correction]) -> Markup {
    html! {
        @if !notes.is_empty() {
            section.notes aria-labelledby="corrections" {
                h2 #corrections { (ours("Corrections")) }
                ul { @for note in notes { li { (time(&note.corrected_at)) ": " (note.text) } } }
            }
        }
    }
}

fn footer(story: &ArticleSummary) -> Markup {
    html! {
        @if let Some(source) = &story.source { (credit_line(source)) }
        @if let Some(terms) = &story.usage_terms { p.terms dir="auto" { (terms) } }
        @if !story.tags.is_empty() {
            ul.row { @for tag in &story.tags { li { "#" bdi { (tag) } } } }
        }
        @if !story.translations.is_empty() {
            nav aria-label="Other languages" {
                ul.row {
                    @for other in &story.translations {
                        li {
                            a href=(other.url) hreflang=(other.language) lang=(other.language) dir="auto" {
                                (other.headline)
                            }
                        }
                    }
                }
            }
        }
    }
}

fn credit_line(source: &SourceRef) -> Markup {
    html! {
        p.credit {
            (ours("Source:")) " "
            @match source.url.as_deref().and_then(uri) {
                Some(home) => { a href=(home) dir="auto" { (credit(source)) } }
                None => { bdi { (credit(source)) } }
            }
        }
    }
}

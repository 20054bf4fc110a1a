//! A story in the format that was asked for, and what each format is in the document.

use crate::app::App;
use crate::articles::formats::{self, Site, jsonld::NewsArticle, ninjs::NinjsItem};
use crate::articles::views::output::{Article, Include};
use crate::articles::views::params::FindArticle;
use crate::error::{Error, Place, Violation};
use crate::http::Formatted;
use crate::http::describe::Description;
use crate::http::format::Format;
use crate::http::formatted::{Shapes, TextDocument};
use crate::http::reply::Resource;
use actix_web::web::{self, Data};
use std::borrow::Cow;
use std::marker::PhantomData;
use utoipa::ToSchema;

/// More of a body than this takes over a millisecond to write anew, and goes to the blocking pool.
const LARGE: usize = 64 * 1024;

/// The formats of a story.
#[derive(Debug)]
pub struct StoryFormats;

impl Shapes for StoryFormats {
    const FORMATS: &'static [Format] = &Format::OF_A_STORY;

    fn shape(format: Format) -> (Cow<'static, str>, Option<&'static str>) {
        match format {
            Format::Json => (Article::name(), None),
            Format::Ninjs => (NinjsItem::name(), None),
            Format::JsonLd => (NewsArticle::name(), None),
            Format::Text => (TextDocument::name(), Some(TEXT)),
            Format::Markdown => (TextDocument::name(), Some(MARKDOWN)),
            Format::Html => (TextDocument::name(), Some(HTML)),
            Format::Atom => (TextDocument::name(), Some(ATOM)),
        }
    }

    fn schemas(description: &mut Description) {
        description.schema::<Article>();
        description.schema::<NinjsItem>();
        description.schema::<NewsArticle>();
        description.schema::<TextDocument>();
    }
}

const TEXT: &str = "Corridor talks resume\n\nBy Ayesha Khan\n\nThe delegations met in the capital.\n\n(Radio Pakistan)\n";
const MARKDOWN: &str = "---\nheadline: Corridor talks resume\nslug: corridor-talks-resume\nlanguage: en\nstatus: published\n---\n\nThe delegations met in the capital.\n";
const HTML: &str = "<!DOCTYPE html><html lang=\"en\" dir=\"ltr\"><head><title>Corridor talks resume</title></head><body><main><article><h1>Corridor talks resume</h1><p>The delegations met in the capital.</p></article></main></body></html>";
const ATOM: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<entry xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n <id>urn:uuid:019b2f70-1c9e-7a02-9b41-52d7c0a8e3f4</id>\n <title>Corridor talks resume</title>\n <updated>2026-01-31T12:00:00Z</updated>\n <link rel=\"alternate\" href=\"http://127.0.0.1:8080/api/v1/articles/corridor-talks-resume.html\"/>\n <author>\n  <name>Ayesha Khan</name>\n </author>\n <content type=\"html\">&lt;p&gt;The delegations met in the capital.&lt;/p&gt;</content>\n</entry>\n";

fn rendered(app: &App, article: &Article, format: Format) -> Result<Vec<u8>, Error> {
    let site = Site { addresses: &app.addresses, title: app.config.title() };
    formats::render(article, format, site)
}

/// What is read with a story for a format; what the format has no place for is refused.
pub fn include(format: Format, query: &FindArticle) -> Result<Include, Error> {
    if format == Format::Json {
        return Ok(query.include());
    }
    if query.include.is_empty() {
        // an entry names the feed of the story's source
        return Ok(Include { source: format == Format::Atom, ..Include::BODIES });
    }
    let detail = format!("Only application/json has it; this is {}.", format.media_type());
    let place = Place::Query("include".to_owned());
    Err(Error::violations(vec![Violation { place, code: "invalid", detail }]))
}

/// The story in a format.
pub async fn formatted(
    app: Data<App>,
    article: Article,
    format: Format,
) -> Result<Formatted<StoryFormats>, Error> {
    let version = article.version();
    let length = article.body_html.as_ref().map_or(0, String::len);
    let policy = || formats::page::policy(&app.config.embed_hosts);
    let policy = (format == Format::Html).then(policy);
    let body = if format != Format::Json && length > LARGE {
        web::block(move || rendered(&app, &article, format)).await.map_err(Error::internal)??
    } else {
        rendered(&app, &article, format)?
    };
    Ok(Formatted { version, format, body, policy, shapes: PhantomData })
}

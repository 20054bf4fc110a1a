//! The start page: for people the newest headlines and where things are, for programs an index.

use crate::access::Caller;
use crate::addresses::FEEDS;
use crate::app::App;
use crate::articles::handlers::listing;
use crate::articles::views::output::ArticleSummary;
use crate::error::Error;
use crate::http::Query;
use crate::http::basis::{Basis, Facts};
use crate::http::cors::vary;
use crate::http::format::Format;
use crate::http::negotiate;
use crate::http::representation::Tagged;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Value, json};

/// How many headlines there are.
const HEADLINES: i64 = 20;
const STYLE: &str = include_str!("start.css");

/// Everything that stands at an address of its own: its name, its path, and what it is for people; the
/// latter only of what a person would open.
const PLACES: [(&str, &str, Option<&str>); 21] = [
    ("articles", "/api/v1/articles", Some("The newest stories as JSON")),
    ("sources", "/api/v1/sources", Some("Sources")),
    ("categories", "/api/v1/categories", None),
    ("category_tree", "/api/v1/categories/tree", Some("The category tree")),
    ("tags", "/api/v1/tags", Some("Tags")),
    ("authors", "/api/v1/authors", Some("Authors")),
    ("media_topics", "/api/v1/media-topics", Some("IPTC Media Topics")),
    ("feed_rss", FEEDS[0].0, Some("RSS")),
    ("feed_atom", FEEDS[1].0, Some("Atom")),
    ("feed_json", FEEDS[2].0, Some("JSON Feed")),
    ("feed_ninjs", "/feeds/articles.ninjs.json", Some("IPTC ninjs")),
    ("changes", "/api/v1/changes", Some("What has changed")),
    ("sitemap", "/sitemap.xml", Some("Sitemap")),
    ("sitemap_news", "/sitemap-news.xml", Some("Sitemap of the last two days")),
    ("docs", "/docs/", Some("Try the API (Swagger UI)")),
    ("openapi_json", "/openapi.json", Some("OpenAPI document (JSON)")),
    ("openapi_yaml", "/openapi.yaml", Some("OpenAPI document (YAML)")),
    ("problems", "/docs/problems", Some("What each problem means")),
    ("live", "/health/live", None),
    ("ready", "/health/ready", Some("Is it ready?")),
    ("metrics", "/metrics", None),
];

/// A page for people, an index for programs.
pub async fn start(
    request: HttpRequest,
    app: Data<App>,
    basis: Basis,
) -> Result<HttpResponse, Error> {
    let public_url = &app.addresses.public_url;
    let formats = [Format::Json, Format::Html];
    let people = negotiate::best(request.headers(), &formats) == Some(Format::Html);
    let mut response = if people {
        let (stories, facts) = newest(&app).await?;
        basis.set(facts);
        answer(Format::Html, page(&stories, public_url).into_string())
    } else {
        basis.set(Facts::default());
        answer(Format::Json, format!("{:#}", index(public_url)))
    };
    vary(response.headers_mut(), "Accept");
    Ok(response)
}

fn answer(format: Format, body: String) -> HttpResponse {
    let mut response = HttpResponse::Ok().content_type(format.content_type()).body(body);
    if format == Format::Html {
        let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        let policy = HeaderValue::from_static(policy);
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response.extensions_mut().insert(Tagged);
    response
}

/// What the public sees first in the list of stories, and what that rests on.
async fn newest(app: &App) -> Result<(Vec<ArticleSummary>, Facts), Error> {
    let params = serde_json::from_value(json!({ "limit": HEADLINES })).map_err(Error::internal)?;
    let query = Query { params, fingerprint: 0 };
    let (page, facts) = listing::list(app, &Caller::PUBLIC, query).await?;
    Ok((page.items, facts))
}

/// What is where, for programs.
fn index(public_url: &str) -> Value {
    let link = |(name, path, _): &(&str, &str, _)| {
        ((*name).to_owned(), format!("{public_url}{path}").into())
    };
    let links: serde_json::Map<String, Value> = PLACES.iter().map(link).collect();
    json!({ "name": "newswire", "version": env!("CARGO_PKG_VERSION"), "links": links })
}

fn page(stories: &[ArticleSummary], public_url: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "newswire" }
                @for (path, kind) in FEEDS { link rel="alternate" type=(kind) href={ (public_url) (path) }; }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "newswire" }
                    p { "A news content service." }
                    section aria-labelledby="newest" {
                        h2 #newest { "The newest stories" }
                        @if stories.is_empty() { p { "None yet." } }
                        ul.stories { @for story in stories { (headline(story)) } }
                    }
                    nav aria-labelledby="places" {
                        h2 #places { "Where things are" }
                        ul {
                            @for (_, path, text) in PLACES {
                                @if let Some(text) = text { li { a href={ (public_url) (path) } { (text) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn headline(story: &ArticleSummary) -> Markup {
    let date = story.published_at.as_deref().unwrap_or_default();
    html! {
        li {
            a href=(story.url) lang=(story.language) dir=(story.direction.as_str()) { (story.headline) }
            " " time datetime=(date) { (date.get(..10).unwrap_or_default()) }
            @if let Some(source) = &story.source { " " span { (source.name) } }
        }
    }
}

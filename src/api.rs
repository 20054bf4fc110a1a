//! The document: header, tags, security scheme, and the endpoints of every resource.

mod examples;
mod shared;

use crate::http::auth::SCHEME;
use crate::http::endpoints::Endpoints;
use crate::http::problem::Problem;
use crate::{
    articles, backup, categories, events, feeds, health, keys, search, sitemaps, sources, topics,
    webhooks, wires,
};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, ServerBuilder,
};
use utoipa::{PartialSchema, ToSchema};

const TAGS: &[(&str, &str)] = &[
    ("articles", "Stories: headline, paragraphs, breadcrumb and credit."),
    ("sources", "Who supplied a story: an agency, a broadcaster, a paper."),
    ("categories", "The tree that gives stories their breadcrumb."),
    ("topics", "What the trade files news under: IPTC Media Topics."),
    ("feeds", "Live stories for feed readers and partners."),
    ("sitemaps", "Live stories for search engines."),
    ("search", "What could be meant, while somebody types."),
    ("changes", "What happens, for mirrors and whoever else follows."),
    ("keys", "Who may write, and what."),
    ("backup", "The whole newsroom as one file, and back."),
    ("webhooks", "Who is told of what happens."),
    // apart from those who manage them: generators make one class a tag
    ("webhook-events", "What receivers are sent."),
    ("health", "Whether the service runs and is ready."),
];

const DESCRIPTION: &str = include_str!("api.md");

/// Every operation.
pub fn endpoints() -> Endpoints {
    [
        articles::endpoints(),
        sources::endpoints(),
        wires::endpoints(),
        categories::endpoints(),
        topics::endpoints(),
        feeds::endpoints(),
        sitemaps::endpoints(),
        search::endpoints(),
        events::endpoints(),
        keys::endpoints(),
        backup::endpoints(),
        webhooks::endpoints(),
        health::endpoints(),
    ]
    .into_iter()
    .fold(Endpoints::default(), Endpoints::merge)
}

/// The OpenAPI document.
pub fn document() -> OpenApi {
    let license =
        LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0"));
    let info = InfoBuilder::new()
        .title("newswire")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .contact(Some(ContactBuilder::new().name(Some("The newswire authors")).build()))
        .license(Some(license.build()));
    let base = OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url("/").description(Some("This service")).build()]))
        .tags(Some(
            TAGS.iter()
                .map(|(name, text)| TagBuilder::new().name(*name).description(Some(*text)).build()),
        ))
        .build();
    let mut document = base;
    document.merge(endpoints().into_doc());
    document.webhooks = Some(webhooks::document::webhooks());
    examples::add(&mut document);
    let components = document.components.get_or_insert_default();
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    components.schemas.extend(webhooks::document::schemas());
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A key, `nw_...`, made with `newswire key create` or by an admin."))
        .build();
    components.security_schemes.insert(SCHEME.to_owned(), SecurityScheme::Http(scheme).into());
    shared::name_words(&mut document);
    shared::lift_descriptions(&mut document);
    document
}

//! What receivers are sent, in the `webhooks` of the OpenAPI document.

use super::model::delivery::PING;
use super::views::message::{WebhookEvent, WebhookPing};
use crate::events::model::Kind;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem, Paths,
    PathsBuilder,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

const HEADERS: [(&str, &str, &str); 3] = [
    (
        "webhook-id",
        "Names the event at this webhook, the same in every attempt: what was seen before is to be \
         ignored.",
        "019b2f72-11c2-7f3e-a0b1-c2d3e4f50617",
    ),
    (
        "webhook-timestamp",
        "When this attempt is made, in seconds since 1970. What is older than five minutes may be \
         someone else's repetition.",
        "1769860800",
    ),
    (
        "webhook-signature",
        "`v1,` and, in base64, the HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}` under \
         the bytes that a secret has in base64 after `whsec_`; one for each live secret, separated \
         by spaces. The Standard Webhooks libraries check it.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
];

/// One entry a kind of event, and the ping.
pub fn webhooks() -> Paths {
    let events = Kind::ALL.iter().fold(PathsBuilder::new(), |paths, kind| {
        paths.path(kind.as_str(), item::<WebhookEvent>(kind.as_str(), kind.help()))
    });
    let text = "Somebody wants to see whether the webhook works.";
    events.path(PING, item::<WebhookPing>(PING, text)).build()
}

/// The schemas that the entries refer to.
pub fn schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut all = vec![
        (WebhookEvent::name().into_owned(), WebhookEvent::schema()),
        (WebhookPing::name().into_owned(), WebhookPing::schema()),
    ];
    WebhookEvent::schemas(&mut all);
    WebhookPing::schemas(&mut all);
    all
}

fn item<T: ToSchema>(kind: &str, text: &str) -> PathItem {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(T::name()))).build();
    let body = RequestBodyBuilder::new()
        .content("application/json", content)
        .required(Some(Required::True))
        .description(Some("The event, in less than 20 KB."));
    let answer = |text: &str| ResponseBuilder::new().description(text).build();
    let later = ResponseBuilder::new()
        .description("It has too much to do: it is left alone for a while, as `Retry-After` says.")
        .header("Retry-After", retry_after());
    let operation = OperationBuilder::new()
        .operation_id(Some(format!("receive_{}", kind.replace('.', "_"))))
        .tag("webhook-events")
        .summary(Some(kind))
        .description(Some(format!("{text} Sent to the `url` of each webhook that hears of it.")))
        .parameters(Some(HEADERS.map(header)))
        .request_body(Some(body.build()))
        .response("2XX", answer("It is received. Anything else, redirects included, is a failure."))
        .response("410", answer("The receiver wants no more: the webhook is turned off."))
        .response("429", later.build())
        .security(SecurityRequirement::default());
    PathItem::new(HttpMethod::Post, operation.build())
}

fn header((name, text, example): (&str, &str, &str)) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(text))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .example(Some(example.into()))
        .build()
}

fn retry_after() -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::String).build();
    let text = "Seconds, or a date.";
    HeaderBuilder::new().schema(Some(schema)).description(Some(text)).build()
}

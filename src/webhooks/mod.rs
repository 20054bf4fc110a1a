//! Webhooks: others are told of what happens, after Standard Webhooks 1.0.0.
//!
//! Invariants: an event is handed out to each webhook that hears of it exactly once, and sent until it is
//! answered with success or the schedule is over, under one `webhook-id`; every attempt is signed with every
//! live secret; nothing is sent to an address that [`crate::outside`] forbids, and no redirect is
//! followed; no transaction is open while something is sent; a receiver that hangs holds up nobody else;
//! stories that the public never saw are told of to those alone who asked for them with `articles:read`.

pub mod document;
pub mod handlers;
pub mod model;
pub mod outbox;
pub mod store;
pub mod views;
pub mod worker;

use crate::config::Config;
use crate::http::endpoints::Endpoints;
use handlers::*;
use store::claims::Rules;

/// The operations on webhooks.
pub fn endpoints() -> Endpoints {
    crate::endpoints!("webhooks" =>
        list_webhooks,
        create_webhook [SourceNotFound, CategoryNotFound, UrlInvalid, AddressForbidden],
        find_webhook,
        update_webhook [SourceNotFound, CategoryNotFound, UrlInvalid, AddressForbidden],
        delete_webhook,
        create_webhook_secret [ExpiryInPast, TimeInvalid, TooManySecrets],
        delete_webhook_secret [LastSecret],
        list_webhook_deliveries,
        retry_webhook_delivery,
        ping_webhook,
        replay_webhook [TimeInvalid],
    )
}

/// What decides about the time after an attempt.
pub fn rules(config: &Config) -> Rules {
    Rules { schedule: config.webhook_schedule.clone(), patience: config.webhook_disable_after }
}

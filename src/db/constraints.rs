//! Each constraint of the schema and the answer its violation means. A test compares this table
//! with the catalogue, so a new constraint cannot be forgotten.

use crate::error::Code;

/// Constraint (or unique index) and the code of its violation. `None`: the models rule it out, so a
/// violation is a fault of ours.
pub const TABLE: &[(&str, Option<Code>)] = &[
    ("article_categories_article_id_fkey", None),
    ("article_categories_article_id_position_key", None),
    ("article_categories_category_id_fkey", Some(Code::CategoryNotFound)),
    ("article_categories_pkey", None),
    ("article_listings_pkey", None),
    ("article_previews_article_id_fkey", None),
    ("article_previews_pkey", None),
    ("article_revisions_article_id_fkey", None),
    ("article_revisions_pkey", None),
    ("articles_body_format_check", None),
    ("articles_category_id_fkey", Some(Code::CategoryNotFound)),
    ("articles_duplicate_of_check", None),
    // told as what passes (`db::error`): the original was purged just now
    ("articles_duplicate_of_fkey", None),
    ("articles_expires_at_check", Some(Code::ExpiryTooEarly)),
    ("articles_pkey", None),
    ("articles_published_at_check", None),
    ("articles_retracted_at_check", None),
    ("articles_slug_key", Some(Code::SlugTaken)),
    ("articles_source_id_external_id_key", Some(Code::ExternalIdTaken)),
    ("articles_source_id_fkey", Some(Code::SourceNotFound)),
    ("articles_status_check", None),
    ("articles_translation_of_check", Some(Code::TranslationInvalid)),
    ("articles_translation_of_fkey", Some(Code::ArticleNotFound)),
    ("articles_urgency_check", None),
    ("categories_parent_id_fkey", Some(Code::CategoryNotFound)),
    ("categories_parent_id_name_key", Some(Code::NameTaken)),
    ("categories_path_check", Some(Code::CategoryTooDeep)),
    ("categories_pkey", None),
    ("categories_slug_key", Some(Code::SlugTaken)),
    ("changes_pkey", None),
    ("event_dues_pkey", None),
    ("event_log_id_check", None),
    ("event_log_pkey", None),
    ("events_pkey", None),
    ("idempotency_keys_pkey", Some(Code::IdempotencyInProgress)),
    ("keys_hash_key", None),
    ("keys_pkey", None),
    ("keys_source_id_fkey", Some(Code::SourceNotFound)),
    ("search_configurations_pkey", None),
    ("slugs_collection_check", None),
    ("slugs_pkey", Some(Code::SlugTaken)),
    ("sources_name_key", Some(Code::NameTaken)),
    ("sources_pkey", None),
    ("sources_poll_minutes_check", None),
    ("sources_slug_key", Some(Code::SlugTaken)),
    ("webhook_attempts_delivery_id_fkey", None),
    ("webhook_attempts_pkey", None),
    ("webhook_deliveries_pkey", None),
    ("webhook_deliveries_status_check", None),
    ("webhook_deliveries_webhook_id_event_seq_key", None),
    ("webhook_deliveries_webhook_id_fkey", None),
    ("webhook_outbox_id_check", None),
    ("webhook_outbox_pkey", None),
    ("webhook_secrets_pkey", None),
    ("webhook_secrets_webhook_id_fkey", None),
    ("webhooks_bound_source_id_fkey", Some(Code::SourceNotFound)),
    ("webhooks_disabled_reason_check", None),
    ("webhooks_pkey", None),
    ("sources_wire_status_check", None),
    ("wires_pkey", None),
    ("wires_source_id_fkey", None),
    ("websub_id_check", None),
    ("websub_pkey", None),
];

/// The answer a constraint stands for.
pub fn code(constraint: &str) -> Option<Code> {
    TABLE.iter().find(|(name, _)| *name == constraint).and_then(|(_, code)| *code)
}

//! The tables as Diesel sees them. Kept in step with `migrations/` by hand; a test compares.

/// `tsvector`: words to search. Made and compared by the database, never read.
#[derive(
    Clone, Copy, Debug, Default, diesel::query_builder::QueryId, diesel::sql_types::SqlType,
)]
#[diesel(postgres_type(name = "tsvector"))]
pub struct Tsvector;

diesel::table! {
    sources (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        description -> Nullable<Text>,
        url -> Nullable<Text>,
        feed_url -> Nullable<Text>,
        logo_url -> Nullable<Text>,
        country -> Nullable<Text>,
        language -> Nullable<Text>,
        credit -> Nullable<Text>,
        usage_terms -> Nullable<Text>,
        metadata -> Jsonb,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
        poll_minutes -> Nullable<Integer>,
        wire_status -> Text,
    }
}

diesel::table! {
    categories (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        description -> Nullable<Text>,
        parent_id -> Nullable<Uuid>,
        path -> Array<Uuid>,
        position -> Integer,
        media_topic -> Nullable<Text>,
        metadata -> Jsonb,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
    }
}

diesel::table! {
    slugs (collection, slug) {
        collection -> Text,
        slug -> Text,
        resource_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Tsvector;

    articles (id) {
        id -> Uuid,
        slug -> Text,
        headline -> Text,
        summary -> Nullable<Text>,
        body -> Text,
        body_format -> Text,
        body_html -> Text,
        body_text -> Text,
        word_count -> Integer,
        byline -> Nullable<Text>,
        authors -> Jsonb,
        author_keys -> Array<Text>,
        source_id -> Nullable<Uuid>,
        source_url -> Nullable<Text>,
        external_id -> Nullable<Text>,
        category_id -> Nullable<Uuid>,
        tags -> Array<Text>,
        tag_keys -> Array<Text>,
        language -> Text,
        translation_of -> Nullable<Uuid>,
        status -> Text,
        published_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
        revised_at -> Nullable<Timestamptz>,
        canonical_url -> Nullable<Text>,
        image -> Nullable<Jsonb>,
        media -> Jsonb,
        urgency -> Nullable<SmallInt>,
        featured -> Bool,
        usage_terms -> Nullable<Text>,
        metadata -> Jsonb,
        trashed_at -> Nullable<Timestamptz>,
        has_been_live -> Bool,
        updated_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
        listed_at -> Timestamptz,
        category_ids -> Array<Uuid>,
        tag_slugs -> Array<Text>,
        author_slugs -> Array<Text>,
        search_config -> Text,
        search -> Tsvector,
        title -> Tsvector,
        derived -> SmallInt,
        retracted_at -> Nullable<Timestamptz>,
        retraction_reason -> Nullable<Text>,
        corrections -> Jsonb,
        duplicate_of -> Nullable<Uuid>,
        likeness -> Nullable<Array<BigInt>>,
        sketch -> Nullable<Bytea>,
        version_group -> Nullable<Uuid>,
    }
}

diesel::table! {
    article_revisions (article_id, version) {
        article_id -> Uuid,
        version -> BigInt,
        written_at -> Timestamptz,
        written_by -> Nullable<Uuid>,
        state -> Text,
        headline -> Text,
        content -> Jsonb,
        changed -> Array<Text>,
    }
}

diesel::table! {
    article_previews (hash) {
        hash -> Bytea,
        article_id -> Uuid,
        created_by -> Nullable<Uuid>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    article_listings (article_id, term) {
        article_id -> Uuid,
        term -> Text,
        listed_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        name -> Nullable<Text>,
        url -> Nullable<Text>,
    }
}

diesel::table! {
    search_configurations (name) {
        name -> Text,
    }
}

diesel::table! {
    changes (xid, seq) {
        xid -> BigInt,
        seq -> BigInt,
        kind -> Text,
        resource_id -> Uuid,
        version -> Nullable<BigInt>,
        scopes -> Array<Text>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    events (xid, seq) {
        xid -> BigInt,
        seq -> BigInt,
        kind -> Text,
        resource_id -> Uuid,
        slug -> Text,
        former_slug -> Nullable<Text>,
        version -> BigInt,
        state -> Nullable<Text>,
        former_state -> Nullable<Text>,
        source_id -> Nullable<Uuid>,
        former_source_id -> Nullable<Uuid>,
        category_ids -> Array<Uuid>,
        former_category_ids -> Nullable<Array<Uuid>>,
        tags -> Array<Text>,
        former_tags -> Nullable<Array<Text>>,
        language -> Nullable<Text>,
        at -> Timestamptz,
        former_language -> Nullable<Text>,
    }
}

diesel::table! {
    event_log (id) {
        id -> Bool,
        epoch -> Uuid,
        cluster -> Text,
        dropped_xid -> BigInt,
        dropped_seq -> BigInt,
    }
}

diesel::table! {
    event_dues (article_id, kind) {
        article_id -> Uuid,
        kind -> Text,
        due_at -> Timestamptz,
    }
}

diesel::table! {
    idempotency_keys (key_id, route, name) {
        key_id -> Uuid,
        route -> Text,
        name -> Text,
        fingerprint -> Bytea,
        status -> SmallInt,
        version -> Nullable<BigInt>,
        location -> Nullable<Text>,
        body -> Bytea,
        created_at -> Timestamptz,
        xid -> BigInt,
    }
}

diesel::table! {
    article_categories (article_id, category_id) {
        article_id -> Uuid,
        category_id -> Uuid,
        position -> SmallInt,
    }
}

diesel::table! {
    keys (id) {
        id -> Uuid,
        name -> Text,
        hash -> Bytea,
        scopes -> Array<Text>,
        source_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhooks (id) {
        id -> Uuid,
        url -> Text,
        description -> Nullable<Text>,
        events -> Array<Text>,
        source_ids -> Array<Uuid>,
        category_ids -> Array<Uuid>,
        unpublished -> Bool,
        enabled -> Bool,
        ordered -> Bool,
        bound_source_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
        failures -> BigInt,
        failing_since -> Nullable<Timestamptz>,
        resting_until -> Nullable<Timestamptz>,
        delivered_at -> Nullable<Timestamptz>,
        disabled_at -> Nullable<Timestamptz>,
        disabled_reason -> Nullable<Text>,
    }
}

diesel::table! {
    webhook_secrets (id) {
        id -> Uuid,
        webhook_id -> Uuid,
        secret -> Bytea,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhook_outbox (id) {
        id -> Bool,
        epoch -> Uuid,
        xid -> BigInt,
        seq -> BigInt,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> Uuid,
        place -> BigInt,
        webhook_id -> Uuid,
        event_seq -> Nullable<BigInt>,
        kind -> Text,
        resource_id -> Nullable<Uuid>,
        payload -> Text,
        status -> Text,
        attempts -> BigInt,
        begun_after -> BigInt,
        next_attempt_at -> Timestamptz,
        leased_until -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhook_attempts (delivery_id, number) {
        delivery_id -> Uuid,
        number -> BigInt,
        attempted_at -> Timestamptz,
        duration_ms -> BigInt,
        status -> Nullable<SmallInt>,
        answer -> Nullable<Text>,
        error -> Nullable<Text>,
    }
}

diesel::table! {
    wires (source_id) {
        source_id -> Uuid,
        feed_url -> Nullable<Text>,
        next_poll_at -> Timestamptz,
        leased_until -> Nullable<Timestamptz>,
        lease -> Nullable<Uuid>,
        last_polled_at -> Nullable<Timestamptz>,
        last_success_at -> Nullable<Timestamptz>,
        last_status -> Nullable<SmallInt>,
        consecutive_failures -> Integer,
        etag -> Nullable<Text>,
        last_modified -> Nullable<Text>,
        moved_to -> Nullable<Text>,
        polls -> BigInt,
        created -> BigInt,
        updated -> BigInt,
        unchanged -> BigInt,
        rejected -> BigInt,
        errors -> Jsonb,
    }
}

diesel::table! {
    purged (source_id, external_id) {
        source_id -> Uuid,
        external_id -> Text,
        purged_at -> Timestamptz,
    }
}

diesel::table! {
    websub (id) {
        id -> Bool,
        told_xid -> BigInt,
        told_at -> Timestamptz,
        held_until -> Timestamptz,
    }
}

diesel::table! {
    mirror (id) {
        id -> Bool,
        origin -> Text,
        unpublished -> Bool,
        step -> BigInt,
        stage -> Text,
        page -> Nullable<Text>,
        cursor -> Text,
        began_at -> Timestamptz,
        heard_at -> Timestamptz,
    }
}

diesel::table! {
    mirror_seen (resource_id) {
        resource_id -> Uuid,
    }
}

diesel::table! {
    mirror_wanted (resource_id) {
        resource_id -> Uuid,
        collection -> Text,
        noted_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    articles,
    article_categories,
    article_listings,
    article_previews,
    article_revisions,
    categories,
    changes,
    event_dues,
    event_log,
    events,
    idempotency_keys,
    keys,
    mirror,
    mirror_seen,
    mirror_wanted,
    purged,
    search_configurations,
    slugs,
    sources,
    webhook_attempts,
    webhook_deliveries,
    webhook_outbox,
    webhook_secrets,
    webhooks,
    wires,
    websub,
);

-- Which language a story had before a change moved it: its page may have had another address, and a feed has
-- lost it.
ALTER TABLE events ADD COLUMN former_language text;

CREATE OR REPLACE FUNCTION articles_tell_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    -- first what the clock did before this change, if nobody has told of it yet
    WITH due AS (
        DELETE FROM event_dues WHERE article_id = ANY (ARRAY(
            SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
            WHERE (new_rows.status, new_rows.trashed_at, new_rows.published_at, new_rows.expires_at)
                IS DISTINCT FROM (old_rows.status, old_rows.trashed_at, old_rows.published_at, old_rows.expires_at)
               OR new_rows.version <> old_rows.version))
        RETURNING article_id, kind, due_at
    )
    INSERT INTO events (kind, resource_id, slug, version, state, former_state, source_id, category_ids, tags,
            language, at)
        SELECT due.kind, id, slug, version,
            CASE due.kind WHEN 'article.published' THEN 'live' ELSE 'expired' END,
            CASE due.kind WHEN 'article.published' THEN 'scheduled' ELSE 'live' END,
            source_id, category_ids, tags, language, due.due_at
        FROM due JOIN old_rows ON id = due.article_id
        WHERE due.due_at <= moment AND status = 'published' AND trashed_at IS NULL
        ORDER BY due.due_at;
    INSERT INTO event_dues (article_id, kind, due_at)
        SELECT id, due.kind, due.due_at FROM new_rows
            CROSS JOIN LATERAL (VALUES ('article.published', published_at), ('article.expired', expires_at))
                AS due (kind, due_at)
        WHERE status = 'published' AND trashed_at IS NULL AND due.due_at > moment
        ON CONFLICT (article_id, kind) DO UPDATE SET due_at = EXCLUDED.due_at
            WHERE event_dues.due_at <> EXCLUDED.due_at;
    INSERT INTO events (kind, resource_id, slug, former_slug, version, state, former_state, source_id,
            former_source_id, category_ids, former_category_ids, tags, former_tags, language, former_language, at)
        SELECT article_event(state.former, state.present), id, after.slug, nullif(before.slug, after.slug),
            after.version, state.present, state.former, after.source_id, nullif(before.source_id, after.source_id),
            after.category_ids, nullif(before.category_ids, after.category_ids), after.tags,
            nullif(before.tags, after.tags), after.language, nullif(before.language, after.language),
            date_trunc('milliseconds', moment)
        FROM new_rows AS after JOIN old_rows AS before USING (id)
            CROSS JOIN LATERAL (VALUES (
                article_state(before.status, before.trashed_at, before.published_at, before.expires_at, moment),
                article_state(after.status, after.trashed_at, after.published_at, after.expires_at, moment)
            )) AS state (former, present)
        -- what only follows from the rest (search words, say) is no change
        WHERE (after.version, after.slug, after.status, after.trashed_at, after.published_at, after.expires_at,
                after.source_id, after.category_ids, after.translation_of, after.duplicate_of)
            IS DISTINCT FROM (before.version, before.slug, before.status, before.trashed_at, before.published_at,
                before.expires_at, before.source_id, before.category_ids, before.translation_of,
                before.duplicate_of)
        ORDER BY id;
    RETURN NULL;
END
$$;

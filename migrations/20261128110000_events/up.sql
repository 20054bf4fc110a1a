-- Every change to stories, sources and categories, in the transaction that makes it: what mirrors and
-- other readers follow, and the outbox of webhooks. Unlike `changes`, which lives for an hour and tells
-- caches what to forget, it is kept for weeks and says what happened.

CREATE TABLE events (
    -- the transaction. Readers take those rows only whose transaction is older than any under way
    xid                  bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    -- names the event, for ever
    seq                  bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    -- article.created, source.updated and so on
    kind                 text NOT NULL,
    resource_id          uuid NOT NULL,
    slug                 text NOT NULL,
    -- where this change moved it, like every former value below
    former_slug          text,
    -- after the change; one more than the last when the resource is gone for good
    version              bigint NOT NULL,
    -- of stories, by the clock at the change; null: there is none any more
    state                text,
    -- null: there was none yet
    former_state         text,
    source_id            uuid,
    former_source_id     uuid,
    -- the primary one first
    category_ids         uuid[] NOT NULL DEFAULT '{}',
    former_category_ids  uuid[],
    tags                 text[] NOT NULL DEFAULT '{}',
    former_tags          text[],
    language             text,
    at                   timestamptz(3) NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (xid, seq)
);

-- Which database this is: another cluster, or the same after a failover or a return to a backup, has other
-- transactions under the same numbers.
CREATE FUNCTION event_cluster() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    timeline text := substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8);
BEGIN
    RETURN (SELECT system_identifier FROM pg_control_system()) || '/' || timeline;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN timeline;
END
$$;

-- One row about the events as a whole.
CREATE TABLE event_log (
    id           boolean NOT NULL DEFAULT true,
    -- another one whenever positions taken before mean nothing any more
    epoch        uuid NOT NULL DEFAULT gen_random_uuid(),
    -- where the rows were written
    cluster      text NOT NULL DEFAULT event_cluster(),
    -- up to here they have been dropped
    dropped_xid  bigint NOT NULL DEFAULT 0,
    dropped_seq  bigint NOT NULL DEFAULT 0,
    CONSTRAINT event_log_pkey PRIMARY KEY (id),
    CONSTRAINT event_log_id_check CHECK (id)
);
INSERT INTO event_log DEFAULT VALUES;

-- The instants at which the clock alone will make an event. Kept by the triggers, so that none is missed
-- because its transaction commits after it has come.
CREATE TABLE event_dues (
    article_id  uuid NOT NULL,
    -- article.published or article.expired
    kind        text NOT NULL,
    due_at      timestamptz(3) NOT NULL,
    CONSTRAINT event_dues_pkey PRIMARY KEY (article_id, kind)
);
-- what is due next
CREATE INDEX event_dues_due_at_idx ON event_dues (due_at);

-- The state of a story at a moment, as in articles/store/visibility.rs.
CREATE FUNCTION article_state(
    status text, trashed_at timestamptz, published_at timestamptz, expires_at timestamptz, moment timestamptz
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN trashed_at IS NOT NULL THEN 'trashed'
                WHEN status <> 'published' THEN status
                WHEN published_at > moment THEN 'scheduled'
                WHEN expires_at <= moment THEN 'expired'
                ELSE 'live' END
$$;

-- What became of a story between two states.
CREATE FUNCTION article_event(before text, after text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN before = after THEN 'article.updated'
                WHEN after = 'trashed' THEN 'article.deleted'
                WHEN before = 'trashed' THEN 'article.restored'
                WHEN after = 'retracted' THEN 'article.retracted'
                WHEN after = 'live' THEN 'article.published'
                WHEN before = 'retracted' THEN 'article.restored'
                WHEN before = 'live' AND after = 'expired' THEN 'article.expired'
                WHEN before = 'live' THEN 'article.unpublished'
                ELSE 'article.updated' END
$$;

-- What is to come for the stories of a statement.
CREATE FUNCTION articles_tell_created() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    INSERT INTO events (kind, resource_id, slug, version, state, source_id, category_ids, tags, language, at)
        SELECT step.kind, id, slug, version, state, source_id, category_ids, tags, language,
            date_trunc('milliseconds', moment)
        FROM new_rows
            CROSS JOIN LATERAL article_state(status, trashed_at, published_at, expires_at, moment) AS state
            CROSS JOIN (VALUES (1, 'article.created'), (2, 'article.published')) AS step (place, kind)
        WHERE step.place = 1 OR state = 'live'
        ORDER BY id, step.place;
    INSERT INTO event_dues (article_id, kind, due_at)
        SELECT id, due.kind, due.due_at FROM new_rows
            CROSS JOIN LATERAL (VALUES ('article.published', published_at), ('article.expired', expires_at))
                AS due (kind, due_at)
        WHERE status = 'published' AND trashed_at IS NULL AND due.due_at > moment
        ON CONFLICT (article_id, kind) DO UPDATE SET due_at = EXCLUDED.due_at;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_tell_created AFTER INSERT ON articles
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION articles_tell_created();

CREATE FUNCTION articles_tell_changed() RETURNS trigger LANGUAGE plpgsql AS $$
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
            former_source_id, category_ids, former_category_ids, tags, former_tags, language, at)
        SELECT article_event(state.former, state.present), id, after.slug, nullif(before.slug, after.slug),
            after.version, state.present, state.former, after.source_id, nullif(before.source_id, after.source_id),
            after.category_ids, nullif(before.category_ids, after.category_ids), after.tags,
            nullif(before.tags, after.tags), after.language, date_trunc('milliseconds', moment)
        FROM new_rows AS after JOIN old_rows AS before USING (id)
            CROSS JOIN LATERAL (VALUES (
                article_state(before.status, before.trashed_at, before.published_at, before.expires_at, moment),
                article_state(after.status, after.trashed_at, after.published_at, after.expires_at, moment)
            )) AS state (former, present)
        -- what only follows from the rest (search words, say) is no change
        WHERE (after.version, after.slug, after.status, after.trashed_at, after.published_at, after.expires_at,
                after.source_id, after.category_ids, after.translation_of)
            IS DISTINCT FROM (before.version, before.slug, before.status, before.trashed_at, before.published_at,
                before.expires_at, before.source_id, before.category_ids, before.translation_of)
        ORDER BY id;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_tell_changed AFTER UPDATE ON articles
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION articles_tell_changed();

CREATE FUNCTION articles_tell_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    INSERT INTO events (kind, resource_id, slug, version, former_state, source_id, category_ids, tags, language, at)
        SELECT 'article.deleted', id, slug, version + 1,
            article_state(status, trashed_at, published_at, expires_at, moment), source_id, category_ids, tags,
            language, date_trunc('milliseconds', moment)
        FROM old_rows ORDER BY id;
    DELETE FROM event_dues WHERE article_id = ANY (ARRAY(SELECT id FROM old_rows));
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_tell_deleted AFTER DELETE ON articles
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION articles_tell_deleted();

-- The same for what has only a slug and a version; the argument is its name.
CREATE FUNCTION catalog_tell() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_source boolean := TG_ARGV[0] = 'source';
    moment timestamptz := date_trunc('milliseconds', clock_timestamp());
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO events (kind, resource_id, slug, version, source_id, category_ids, at)
            SELECT TG_ARGV[0] || '.created', id, slug, version, CASE WHEN is_source THEN id END,
                CASE WHEN is_source THEN '{}'::uuid[] ELSE ARRAY[id] END, moment
            FROM new_rows ORDER BY id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO events (kind, resource_id, slug, version, source_id, category_ids, at)
            SELECT TG_ARGV[0] || '.deleted', id, slug, version + 1, CASE WHEN is_source THEN id END,
                CASE WHEN is_source THEN '{}'::uuid[] ELSE ARRAY[id] END, moment
            FROM old_rows ORDER BY id;
    ELSE
        INSERT INTO events (kind, resource_id, slug, former_slug, version, source_id, category_ids, at)
            SELECT TG_ARGV[0] || '.updated', id, after.slug, nullif(before.slug, after.slug), after.version,
                CASE WHEN is_source THEN id END,
                CASE WHEN is_source THEN '{}'::uuid[] ELSE ARRAY[id] END, moment
            FROM new_rows AS after JOIN old_rows AS before USING (id)
            WHERE (after.version, after.slug) IS DISTINCT FROM (before.version, before.slug)
            ORDER BY id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER sources_tell_created AFTER INSERT ON sources
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_tell('source');
CREATE TRIGGER sources_tell_changed AFTER UPDATE ON sources
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION catalog_tell('source');
CREATE TRIGGER sources_tell_deleted AFTER DELETE ON sources
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_tell('source');
CREATE TRIGGER categories_tell_created AFTER INSERT ON categories
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_tell('category');
CREATE TRIGGER categories_tell_changed AFTER UPDATE ON categories
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION catalog_tell('category');
CREATE TRIGGER categories_tell_deleted AFTER DELETE ON categories
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_tell('category');

-- TRUNCATE tells of no row: whoever follows has to begin again.
CREATE FUNCTION events_break() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'articles' THEN
        DELETE FROM event_dues;
    END IF;
    UPDATE event_log SET epoch = gen_random_uuid();
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_break_events AFTER TRUNCATE ON articles EXECUTE FUNCTION events_break();
CREATE TRIGGER sources_break_events AFTER TRUNCATE ON sources EXECUTE FUNCTION events_break();
CREATE TRIGGER categories_break_events AFTER TRUNCATE ON categories EXECUTE FUNCTION events_break();

-- What is to come of the stories there are.
INSERT INTO event_dues (article_id, kind, due_at)
    SELECT id, due.kind, due.due_at FROM articles
        CROSS JOIN LATERAL (VALUES ('article.published', published_at), ('article.expired', expires_at))
            AS due (kind, due_at)
    WHERE status = 'published' AND trashed_at IS NULL AND due.due_at > clock_timestamp();

-- What reading at speed needs: lists by term, full text search, and the rows that tell every node
-- what has changed.

ALTER TABLE articles
    -- the whole set of categories, the primary one first; article_categories follows it
    ADD COLUMN category_ids   uuid[] NOT NULL DEFAULT '{}',
    -- the slugs of tags and authors, place by place
    ADD COLUMN tag_slugs      text[] NOT NULL DEFAULT '{}',
    ADD COLUMN author_slugs   text[] NOT NULL DEFAULT '{}',
    -- the text search configuration of its language
    ADD COLUMN search_config  text NOT NULL DEFAULT 'simple',
    -- every word (headline A, summary B, byline and tags C, body D) and the day and month it is listed at
    ADD COLUMN search         tsvector NOT NULL DEFAULT '',
    -- headline A, byline and tags C: small enough to rank ten thousand of them
    ADD COLUMN title          tsvector NOT NULL DEFAULT '',
    -- which rules the slugs and search words above were made by; 0: not made yet
    ADD COLUMN derived        smallint NOT NULL DEFAULT 0;

UPDATE articles SET category_ids = ARRAY(
    SELECT category_id FROM article_categories WHERE article_id = articles.id ORDER BY position);

DROP INDEX articles_tag_keys_idx, articles_author_keys_idx, articles_source_id_listed_at_id_idx;
ALTER TABLE articles ALTER COLUMN tag_keys SET DEFAULT '{}', ALTER COLUMN author_keys SET DEFAULT '{}';

-- the lists of a source; stories are counted by it without a look at them
CREATE INDEX articles_source_id_listed_at_id_idx ON articles (source_id, listed_at DESC, id DESC)
    INCLUDE (expires_at) WHERE status = 'published' AND trashed_at IS NULL;
-- foreign key, and lists of other states by source
CREATE INDEX articles_source_id_idx ON articles (source_id);
-- by urgency, the newest first among equals
CREATE INDEX articles_urgency_idx ON articles ((10 - coalesce(urgency, 10)) DESC, listed_at DESC, id DESC);
-- what is shown in a prominent place
CREATE INDEX articles_featured_idx ON articles (listed_at DESC, id DESC)
    WHERE featured AND status = 'published' AND trashed_at IS NULL;
-- the next story to expire; lists of expired ones
CREATE INDEX articles_expires_at_idx ON articles (expires_at)
    WHERE expires_at IS NOT NULL AND status = 'published' AND trashed_at IS NULL;
-- lists of drafts, and of the trash
CREATE INDEX articles_drafts_idx ON articles (listed_at DESC, id DESC)
    WHERE status <> 'published' AND trashed_at IS NULL;
CREATE INDEX articles_trash_idx ON articles (listed_at DESC, id DESC) WHERE trashed_at IS NOT NULL;
-- words; the pending list is kept short, since every search reads it
CREATE INDEX articles_search_idx ON articles USING gin (search) WITH (gin_pending_list_limit = 256);
-- stories whose search words are still to be made
CREATE INDEX articles_underived_idx ON articles (id) WHERE derived = 0;
-- the planner should know the tail of the words too
ALTER TABLE articles ALTER COLUMN search SET STATISTICS 1000;

-- Where published stories stand in the lists of a category ('c:' and its id), a tag ('t:' and its
-- slug) or an author ('a:' and the slug): one ordered index for all of them. Follows articles.
CREATE TABLE article_listings (
    article_id  uuid NOT NULL,
    term        text COLLATE "C" NOT NULL,
    listed_at   timestamptz(3) NOT NULL,
    expires_at  timestamptz(3),
    -- the tag or the author's name, as written; the author's page
    name        text,
    url         text,
    CONSTRAINT article_listings_pkey PRIMARY KEY (article_id, term)
);
-- a term's list, newest first; stories are counted by it without a look at them
CREATE INDEX article_listings_term_listed_at_article_id_idx
    ON article_listings (term, listed_at DESC, article_id DESC) INCLUDE (expires_at);

-- The text search configurations of the stories there are: what a query without a language asks.
CREATE TABLE search_configurations (
    name  text NOT NULL,
    CONSTRAINT search_configurations_pkey PRIMARY KEY (name)
);

-- Every change, written by triggers in the transaction that makes it, so that each node learns what
-- its caches may no longer say. A transaction's rows appear when it commits, which is not the order
-- of their numbers: readers go by xid and the oldest transaction under way.
CREATE TABLE changes (
    xid          bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    seq          bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    kind         text NOT NULL,
    resource_id  uuid NOT NULL,
    version      bigint,
    -- the names of what changed with it: the words of src/freshness
    scopes       text[] NOT NULL,
    changed_at   timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT changes_pkey PRIMARY KEY (xid, seq)
);
-- what is old enough to be dropped
CREATE INDEX changes_changed_at_idx ON changes (changed_at);

-- The words that say when a story is listed: search reads the newest days and months first.
CREATE FUNCTION search_dates(at timestamptz) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY[
        '#d' || floor(extract(epoch FROM at) / 86400)::bigint,
        '#m' || (extract(year FROM at AT TIME ZONE 'UTC') * 12 + extract(month FROM at AT TIME ZONE 'UTC') - 1)::bigint
    ]
$$;

CREATE FUNCTION articles_date_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stale text[] := '{}';
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.published_at IS NOT NULL THEN
        stale := search_dates(OLD.published_at);
    END IF;
    IF NEW.status = 'published' THEN
        NEW.search := ts_delete(NEW.search, stale) || array_to_tsvector(search_dates(NEW.published_at));
    ELSE
        NEW.search := ts_delete(NEW.search, stale);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER articles_date_search BEFORE INSERT OR UPDATE OF search, status, published_at ON articles
    FOR EACH ROW EXECUTE FUNCTION articles_date_search();

CREATE FUNCTION articles_list(story articles) RETURNS void LANGUAGE sql AS $$
    INSERT INTO article_listings (article_id, term, listed_at, expires_at, name, url)
    SELECT story.id, term, story.listed_at, story.expires_at, name, url FROM (
        SELECT 'c:' || id AS term, NULL AS name, NULL AS url FROM unnest(story.category_ids) AS id
        UNION ALL
        SELECT 't:' || slug, name, NULL FROM unnest(story.tag_slugs, story.tags) AS tag (slug, name)
            WHERE slug IS NOT NULL
        UNION ALL
        SELECT 'a:' || slug, author ->> 'name', author ->> 'url'
            FROM ROWS FROM (unnest(story.author_slugs), jsonb_array_elements(story.authors)) AS author (slug, author)
            WHERE slug IS NOT NULL
    ) AS terms
    ON CONFLICT DO NOTHING
$$;

-- What a change to a story means for what the public reads: the story with its language versions,
-- and the lists it stands or stood in. Nothing, while it is neither published nor was.
CREATE FUNCTION articles_scopes(story articles) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN story.status = 'published' AND story.trashed_at IS NULL THEN
        ARRAY['articles', 'group:' || coalesce(story.translation_of, story.id),
              'articles/language:' || lower(story.language)]
        || CASE WHEN story.source_id IS NULL THEN '{}' ELSE ARRAY['articles/source:' || story.source_id] END
        || ARRAY(SELECT 'articles/category:' || id FROM unnest(story.category_ids) AS id)
    ELSE '{}' END
$$;

CREATE FUNCTION articles_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_listed boolean := TG_OP <> 'INSERT' AND OLD.status = 'published' AND OLD.trashed_at IS NULL;
    is_listed boolean := TG_OP <> 'DELETE' AND NEW.status = 'published' AND NEW.trashed_at IS NULL;
    same boolean := TG_OP = 'UPDATE' AND was_listed = is_listed
        AND (OLD.category_ids, OLD.tag_slugs, OLD.tags, OLD.author_slugs, OLD.authors, OLD.listed_at, OLD.expires_at)
            IS NOT DISTINCT FROM
            (NEW.category_ids, NEW.tag_slugs, NEW.tags, NEW.author_slugs, NEW.authors, NEW.listed_at, NEW.expires_at);
    language text[] := '{}';
BEGIN
    IF TG_OP <> 'DELETE' THEN
        IF TG_OP = 'INSERT' OR OLD.category_ids <> NEW.category_ids THEN
            IF TG_OP = 'UPDATE' THEN
                DELETE FROM article_categories WHERE article_id = NEW.id;
            END IF;
            INSERT INTO article_categories (article_id, category_id, position)
                SELECT NEW.id, id, place - 1 FROM unnest(NEW.category_ids) WITH ORDINALITY AS filed (id, place);
        END IF;
        IF TG_OP = 'INSERT' OR OLD.search_config <> NEW.search_config THEN
            INSERT INTO search_configurations (name) VALUES (NEW.search_config) ON CONFLICT DO NOTHING;
            IF FOUND THEN
                language := ARRAY['configurations'];
            END IF;
        END IF;
    END IF;
    IF NOT same THEN
        IF was_listed THEN
            DELETE FROM article_listings WHERE article_id = OLD.id;
        END IF;
        IF is_listed THEN
            PERFORM articles_list(NEW);
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO changes (kind, resource_id, version, scopes)
            VALUES ('article', NEW.id, NEW.version, articles_scopes(NEW) || language);
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO changes (kind, resource_id, version, scopes)
            VALUES ('article', OLD.id, NULL, articles_scopes(OLD));
    ELSE
        INSERT INTO changes (kind, resource_id, version, scopes)
            VALUES ('article', NEW.id, NEW.version, articles_scopes(OLD) || articles_scopes(NEW) || language);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_follow AFTER INSERT OR UPDATE OR DELETE ON articles
    FOR EACH ROW EXECUTE FUNCTION articles_follow();

-- Categories filed beside the story's own column: by the release before this one, or by hand.
CREATE FUNCTION article_categories_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE articles SET category_ids = ARRAY(
        SELECT category_id FROM article_categories WHERE article_id = articles.id ORDER BY position)
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.article_id ELSE NEW.article_id END;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER article_categories_follow AFTER INSERT OR UPDATE OR DELETE ON article_categories
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION article_categories_follow();

CREATE FUNCTION sources_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;
    now_at bigint := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW.version END;
BEGIN
    INSERT INTO changes (kind, resource_id, version, scopes)
        VALUES ('source', mine, now_at, ARRAY['sources', 'source:' || mine]);
    RETURN NULL;
END
$$;
CREATE TRIGGER sources_follow AFTER INSERT OR UPDATE OR DELETE ON sources
    FOR EACH ROW EXECUTE FUNCTION sources_follow();

CREATE FUNCTION categories_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;
    now_at bigint := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW.version END;
    tree text[] := '{}';
BEGIN
    -- a list shows what stands in the categories below its own: those may be others now
    IF TG_OP <> 'UPDATE' OR OLD.path <> NEW.path THEN
        tree := ARRAY['tree'];
    END IF;
    INSERT INTO changes (kind, resource_id, version, scopes)
        VALUES ('category', mine, now_at, ARRAY['categories', 'category:' || mine] || tree);
    RETURN NULL;
END
$$;
CREATE TRIGGER categories_follow AFTER INSERT OR UPDATE OR DELETE ON categories
    FOR EACH ROW EXECUTE FUNCTION categories_follow();

-- TRUNCATE, and rows that went without their triggers: everything may have changed.
CREATE FUNCTION changes_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'articles' THEN
        TRUNCATE article_listings;
    END IF;
    INSERT INTO changes (kind, resource_id, scopes)
        VALUES ('everything', '00000000-0000-0000-0000-000000000000', ARRAY['everything']);
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_forget AFTER TRUNCATE ON articles EXECUTE FUNCTION changes_forget();
CREATE TRIGGER sources_forget AFTER TRUNCATE ON sources EXECUTE FUNCTION changes_forget();
CREATE TRIGGER categories_forget AFTER TRUNCATE ON categories EXECUTE FUNCTION changes_forget();

-- Fill the lists of what is there already.
INSERT INTO article_listings (article_id, term, listed_at, expires_at)
    SELECT articles.id, 'c:' || filed, listed_at, expires_at FROM articles, unnest(category_ids) AS filed
    WHERE status = 'published' AND trashed_at IS NULL
    ON CONFLICT DO NOTHING;

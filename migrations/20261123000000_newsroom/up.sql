-- Sources, categories, articles, their slugs, and the keys that may change them.
-- Times are kept to the millisecond; metadata is an object of string to string.

CREATE TABLE sources (
    id           uuid PRIMARY KEY,
    slug         text NOT NULL,
    name         text NOT NULL,
    description  text,
    url          text,
    feed_url     text,
    logo_url     text,
    country      text,
    language     text,
    credit       text,
    usage_terms  text,
    metadata     jsonb NOT NULL DEFAULT '{}',
    created_at   timestamptz(3) NOT NULL,
    updated_at   timestamptz(3) NOT NULL,
    version      bigint NOT NULL DEFAULT 1,
    CONSTRAINT sources_slug_key UNIQUE (slug),
    CONSTRAINT sources_name_key UNIQUE (name)
);
-- the list of sources: name, id as tiebreak
CREATE INDEX sources_name_id_idx ON sources (name, id);

CREATE TABLE categories (
    id           uuid PRIMARY KEY,
    slug         text NOT NULL,
    name         text NOT NULL,
    description  text,
    parent_id    uuid,
    -- ids from the root down to and including this one: breadcrumb, descendants, depth
    path         uuid[] NOT NULL,
    position     integer NOT NULL DEFAULT 0,
    media_topic  text,
    metadata     jsonb NOT NULL DEFAULT '{}',
    created_at   timestamptz(3) NOT NULL,
    updated_at   timestamptz(3) NOT NULL,
    version      bigint NOT NULL DEFAULT 1,
    CONSTRAINT categories_slug_key UNIQUE (slug),
    CONSTRAINT categories_parent_id_name_key UNIQUE NULLS NOT DISTINCT (parent_id, name),
    CONSTRAINT categories_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES categories (id),
    CONSTRAINT categories_path_check CHECK (cardinality(path) BETWEEN 1 AND 8 AND path[cardinality(path)] = id)
);
CREATE INDEX categories_parent_id_position_name_id_idx ON categories (parent_id, position, name, id);
-- the list of categories
CREATE INDEX categories_position_name_id_idx ON categories (position, name, id);
-- descendants: path @> ARRAY[id]
CREATE INDEX categories_path_idx ON categories USING gin (path);

-- Every slug that is or was in use. A former slug stays reserved until its resource is gone for good.
CREATE TABLE slugs (
    collection   text NOT NULL,
    slug         text NOT NULL,
    resource_id  uuid NOT NULL,
    CONSTRAINT slugs_pkey PRIMARY KEY (collection, slug),
    CONSTRAINT slugs_collection_check CHECK (collection IN ('articles', 'categories', 'sources'))
);
CREATE INDEX slugs_resource_id_idx ON slugs (resource_id);

CREATE TABLE articles (
    id              uuid PRIMARY KEY,
    slug            text NOT NULL,
    headline        text NOT NULL,
    summary         text,
    body            text NOT NULL,
    body_format     text NOT NULL,
    body_html       text NOT NULL,
    body_text       text NOT NULL,
    word_count      integer NOT NULL,
    byline          text,
    authors         jsonb NOT NULL DEFAULT '[]',
    -- what an author filter matches: slugs and names
    author_keys     text[] NOT NULL DEFAULT '{}',
    source_id       uuid,
    source_url      text,
    external_id     text,
    category_id     uuid,
    tags            text[] NOT NULL DEFAULT '{}',
    -- what a tag filter matches: slugs and names
    tag_keys        text[] NOT NULL DEFAULT '{}',
    language        text NOT NULL,
    translation_of  uuid,
    status          text NOT NULL,
    published_at    timestamptz(3),
    expires_at      timestamptz(3),
    revised_at      timestamptz(3),
    canonical_url   text,
    image           jsonb,
    media           jsonb NOT NULL DEFAULT '[]',
    urgency         smallint,
    featured        boolean NOT NULL DEFAULT false,
    usage_terms     text,
    metadata        jsonb NOT NULL DEFAULT '{}',
    trashed_at      timestamptz(3),
    -- whether the public ever saw it, as of the last write; see articles_note_live
    has_been_live   boolean NOT NULL DEFAULT false,
    -- the key that wrote last
    updated_by      uuid,
    created_at      timestamptz(3) NOT NULL,
    updated_at      timestamptz(3) NOT NULL,
    version         bigint NOT NULL DEFAULT 1,
    -- the order of lists: published stories by date, others by when they were made
    listed_at       timestamptz(3) NOT NULL GENERATED ALWAYS AS (
        CASE WHEN status = 'published' THEN published_at ELSE created_at END
    ) STORED,
    CONSTRAINT articles_slug_key UNIQUE (slug),
    CONSTRAINT articles_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources (id),
    CONSTRAINT articles_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories (id),
    CONSTRAINT articles_translation_of_fkey FOREIGN KEY (translation_of) REFERENCES articles (id) ON DELETE SET NULL,
    CONSTRAINT articles_translation_of_check CHECK (translation_of <> id),
    CONSTRAINT articles_body_format_check CHECK (body_format IN ('text', 'markdown', 'html')),
    CONSTRAINT articles_status_check CHECK (status IN ('draft', 'published')),
    CONSTRAINT articles_published_at_check CHECK (status <> 'published' OR published_at IS NOT NULL),
    CONSTRAINT articles_expires_at_check CHECK (expires_at > published_at),
    CONSTRAINT articles_urgency_check CHECK (urgency BETWEEN 1 AND 9)
);

-- the supplier's id, also of stories without a source
CREATE UNIQUE INDEX articles_source_id_external_id_key
    ON articles (source_id, external_id) NULLS NOT DISTINCT WHERE external_id IS NOT NULL;

-- the public list, newest first, whole and by each common filter
CREATE INDEX articles_listed_at_id_idx ON articles (listed_at DESC, id DESC)
    WHERE status = 'published' AND trashed_at IS NULL;
CREATE INDEX articles_source_id_listed_at_id_idx ON articles (source_id, listed_at DESC, id DESC);
CREATE INDEX articles_language_listed_at_id_idx ON articles (lower(language), listed_at DESC, id DESC);
CREATE INDEX articles_category_id_idx ON articles (category_id);
CREATE INDEX articles_tag_keys_idx ON articles USING gin (tag_keys);
CREATE INDEX articles_author_keys_idx ON articles USING gin (author_keys);
CREATE INDEX articles_updated_at_id_idx ON articles (updated_at DESC, id DESC);
CREATE INDEX articles_source_url_idx ON articles USING hash (source_url);
CREATE INDEX articles_translation_of_idx ON articles (translation_of) WHERE translation_of IS NOT NULL;
-- lists that name other states
CREATE INDEX articles_any_listed_at_id_idx ON articles (listed_at DESC, id DESC);

-- The whole set of an article's categories; position 0 is the primary one, as in articles.category_id.
CREATE TABLE article_categories (
    article_id   uuid NOT NULL,
    category_id  uuid NOT NULL,
    position     smallint NOT NULL,
    CONSTRAINT article_categories_pkey PRIMARY KEY (article_id, category_id),
    CONSTRAINT article_categories_article_id_position_key UNIQUE (article_id, position) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT article_categories_article_id_fkey FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE,
    CONSTRAINT article_categories_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories (id)
);
CREATE INDEX article_categories_category_id_article_id_idx ON article_categories (category_id, article_id);

-- Remembers that the public saw a story: between its last write and now it was live at some instant.
CREATE FUNCTION articles_note_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.has_been_live := OLD.has_been_live OR (
        OLD.status = 'published'
        AND OLD.trashed_at IS NULL
        AND OLD.published_at <= clock_timestamp()
        AND (OLD.expires_at IS NULL OR OLD.expires_at > greatest(OLD.published_at, OLD.updated_at))
    );
    RETURN NEW;
END
$$;
CREATE TRIGGER articles_note_live BEFORE UPDATE ON articles
    FOR EACH ROW EXECUTE FUNCTION articles_note_live();

CREATE TABLE keys (
    id          uuid PRIMARY KEY,
    name        text NOT NULL,
    -- SHA-256 of the secret; the secret itself is nowhere
    hash        bytea NOT NULL,
    scopes      text[] NOT NULL,
    source_id   uuid,
    created_at  timestamptz(3) NOT NULL,
    expires_at  timestamptz(3),
    revoked_at  timestamptz(3),
    CONSTRAINT keys_hash_key UNIQUE (hash),
    CONSTRAINT keys_source_id_fkey FOREIGN KEY (source_id) REFERENCES sources (id) ON DELETE CASCADE
);
CREATE INDEX keys_source_id_idx ON keys (source_id);
CREATE INDEX keys_created_at_id_idx ON keys (created_at DESC, id DESC);

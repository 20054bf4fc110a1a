-- The life of a story: retraction, corrections, the versions it had, and links that show one before
-- the public may.

ALTER TABLE articles
    -- when it was taken back, and why, as the public is told
    ADD COLUMN retracted_at       timestamptz(3),
    ADD COLUMN retraction_reason  text,
    -- dated notes for readers: [{id, text, corrected_at}], the oldest first
    ADD COLUMN corrections        jsonb NOT NULL DEFAULT '[]',
    DROP CONSTRAINT articles_status_check,
    -- a retracted story is not published: every rule that asks for 'published' leaves it out
    ADD CONSTRAINT articles_status_check CHECK (status IN ('draft', 'published', 'retracted')),
    ADD CONSTRAINT articles_retracted_at_check CHECK (status <> 'retracted' OR retracted_at IS NOT NULL);

-- lists of retracted stories
CREATE INDEX articles_retracted_idx ON articles (listed_at DESC, id DESC)
    WHERE status = 'retracted' AND trashed_at IS NULL;

-- What each version of a story was, but for the present one, which is the row in articles.
CREATE TABLE article_revisions (
    article_id  uuid NOT NULL,
    version     bigint NOT NULL,
    written_at  timestamptz(3) NOT NULL,
    -- the key that wrote it
    written_by  uuid,
    -- its state when it was written
    state       text NOT NULL,
    headline    text NOT NULL,
    -- the row of articles without what is made from the rest
    content     jsonb NOT NULL,
    -- the columns that the version after this one changed
    changed     text[] NOT NULL,
    CONSTRAINT article_revisions_pkey PRIMARY KEY (article_id, version),
    CONSTRAINT article_revisions_article_id_fkey FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE
);

CREATE FUNCTION articles_content(story articles) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- long, and made from the rest
    story.body_html := '';
    story.body_text := '';
    story.search := '';
    story.title := '';
    RETURN to_jsonb(story) - ARRAY['body_html', 'body_text', 'search', 'title', 'search_config', 'derived',
        'author_keys', 'tag_keys', 'tag_slugs', 'category_id', 'has_been_live'];
END
$$;

CREATE FUNCTION articles_keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := articles_content(OLD);
    after jsonb := articles_content(NEW);
BEGIN
    INSERT INTO article_revisions (article_id, version, written_at, written_by, state, headline, content, changed)
    VALUES (OLD.id, OLD.version, OLD.updated_at, OLD.updated_by,
        CASE WHEN OLD.trashed_at IS NOT NULL THEN 'trashed'
             WHEN OLD.status <> 'published' THEN OLD.status
             WHEN OLD.published_at > OLD.updated_at THEN 'scheduled'
             WHEN OLD.expires_at <= OLD.updated_at THEN 'expired'
             ELSE 'live' END,
        OLD.headline, before,
        ARRAY(SELECT key FROM jsonb_each(after) WHERE value IS DISTINCT FROM before -> key
            AND key <> ALL ('{version,updated_at,updated_by,listed_at,word_count,author_slugs}') ORDER BY key));
    RETURN NULL;
END
$$;
-- every version but the first costs one row, and adding stories costs none
CREATE TRIGGER articles_keep_revision AFTER UPDATE ON articles
    FOR EACH ROW WHEN (NEW.version > OLD.version) EXECUTE FUNCTION articles_keep_revision();

-- Links that show one story for a limited time. The token itself is nowhere.
CREATE TABLE article_previews (
    -- SHA-256 of the token
    hash        bytea NOT NULL,
    article_id  uuid NOT NULL,
    -- the key that made it
    created_by  uuid,
    expires_at  timestamptz(3) NOT NULL,
    CONSTRAINT article_previews_pkey PRIMARY KEY (hash),
    CONSTRAINT article_previews_article_id_fkey FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE
);
CREATE INDEX article_previews_article_id_idx ON article_previews (article_id);
-- what has run out
CREATE INDEX article_previews_expires_at_idx ON article_previews (expires_at);

-- The same story from two wires: what stories are compared by, and which one came first.

ALTER TABLE articles
    -- the story this one repeats; that one repeats none
    ADD COLUMN duplicate_of  uuid,
    -- what a story that is the same has some of: hashes of its page, of its text, of parts of its
    -- sketch; null until they are made
    ADD COLUMN likeness      bigint[],
    -- how much of two texts is the same can be told from this; null where the text is too short
    ADD COLUMN sketch        bytea,
    ADD CONSTRAINT articles_duplicate_of_fkey FOREIGN KEY (duplicate_of) REFERENCES articles (id) ON DELETE SET NULL,
    ADD CONSTRAINT articles_duplicate_of_check CHECK (duplicate_of <> id);

-- the stories that repeat one
CREATE INDEX articles_duplicate_of_idx ON articles (duplicate_of, id) WHERE duplicate_of IS NOT NULL;
-- the stories that a new one may repeat. Whatever is sent a thousand times stands in it once. Not
-- gathered for later (fastupdate): each new story asks, and would read all that is waiting.
CREATE INDEX articles_likeness_idx ON articles USING gin (likeness) WITH (fastupdate = off)
    WHERE duplicate_of IS NULL;

-- The stories that share most with a new one, of those that were there before it. The index is the only
-- way: without it all stories would be read. So many are looked at, and the best of them given.
CREATE FUNCTION articles_alike(keys bigint[], newer uuid) RETURNS TABLE (alike uuid)
LANGUAGE plpgsql STABLE ROWS 8 SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY SELECT met.id FROM (
        SELECT articles.id, (SELECT count(*) FROM unnest(likeness) AS key WHERE key = ANY (keys)) AS common
        FROM articles WHERE duplicate_of IS NULL AND likeness && keys LIMIT 32
    ) AS met WHERE met.id < newer ORDER BY met.common DESC, met.id LIMIT 8;
END
$$;

-- stories that came in beside this release, for which all that is derived is to be made
DROP INDEX articles_underived_idx;
CREATE INDEX articles_underived_idx ON articles (id) WHERE derived < 2;

CREATE OR REPLACE FUNCTION articles_content(story articles) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- long, and made from the rest
    story.body_html := '';
    story.body_text := '';
    story.search := '';
    story.title := '';
    RETURN to_jsonb(story) - ARRAY['body_html', 'body_text', 'search', 'title', 'search_config', 'derived',
        'author_keys', 'tag_keys', 'tag_slugs', 'category_id', 'has_been_live', 'duplicate_of', 'likeness', 'sketch'];
END
$$;
